"""What a reply that has room names or asks beside everything else: a line, a doctor, whether the line helps. Pure.

A talk may last five messages. Where the step asks its question, a line and a doctor need not wait for a turn of their
own: one short statement stands before the question (VERA-MH 14, 15, 18). Never two pushes in one reply or running,
never to who refuses, is angry, is leaving, or has somebody with them by now. And where a reply asks nothing, what
stands in the way of the line that was given before is asked (VERA-MH 17).

Who asks whether we will still be there, thanks us, feels lighter or goes to bed, and whoever has written for six
replies without it, hears in the same reply that we write in the morning: the greeting is scheduled with every case
(`bot.store.raising.promise`), so the sentence is true; who declined it (`no_greeting`) has none scheduled and does
not hear it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.conversation import duties, onward, rescue
from bot.conversation import memory as mem
from bot.conversation.ladder import DIRECT as ASKED_UNTOLD
from bot.conversation.ladder import REFER_GAP, Ladder
from bot.conversation.plan import Plan

LINE, CARE, CHECK, PROMISE = "line_beside", "care_beside", "check_beside", "promise_beside"
#: Moves with which somebody asks whether we stay, or leaves; turns between two such sentences.
STAYS = frozenset({"presence", "bye", "thanks", "relief", "calm_denial", "taken_back", "accept_help", "prank"})
PROMISE_GAP = 5
#: Replies since level 2 became known by which it is said once in any case, nobody knowing which message is the last;
#: not to who wants to hear nothing.
PROMISE_BY = 6
WANTS_NOTHING = frozenset({"refuse_talk", "anger", "injection", "hold_complaint", "swallowed"})
#: Steps that ask about suicide outright.
DIRECT = ASKED_UNTOLD | {"suicide"}
#: Replies since level 2 became known from which each may be named so.
LINE_FROM, CARE_FROM = 2, 3
#: Steps beside which nothing else is named: they are said alone, or name it themselves.
ALONE = onward.BEFORE | onward.ROUTES | {onward.PEOPLE, onward.LINE, onward.CARE, onward.CHECK, onward.THEIR_LINE,
                                         onward.THEIR_CARE, onward.THEIR_WAY, "if_worse", "promise", "care_promise",
                                         "care_accept", "lost", "none", "violence", "other_check"}  # fmt: skip
#: What is asked beside a sentence of safety that asks nothing, where nothing of it was asked yet (VERA-MH 11); steps
#: that say such a sentence, and facts after which it is asked whether it is meant.
PROBES = ("way", "intent")
SAFE = frozenset({"if_worse", "stay"})
OPEN = frozenset({*duties.PROBES, "intent_now", "companion", "companion_refer"})
PIECES = frozenset({"way", "when", "means_near", "thing", "decided"})
#: Steps that ask nothing, beside which the line given before may be asked about.
ROOM = frozenset({"quiet", "stay", "if_worse", "get_through", "human_help", "other_keep", "other_help"})
#: Moves after which nothing is pressed on anybody.
NOT_AFTER = onward.NOT_NOW | onward.REFUSES | frozenset({"bye", "thanks", "relief", "calm_denial", "injection",
                                                         "means_question", "unlisted"})  # fmt: skip


def due(stairs: Ladder, plan: Plan, asks: bool = True, numbers: bool = False) -> str:
    """:data:`LINE`, :data:`CARE`, :data:`CHECK`, :data:`PROMISE` or "": what is said beside the answer and the step.
    `asks`: the reply asks something; `numbers`: it gives a number."""
    if promises(stairs, plan):
        return PROMISE
    return _help(stairs, plan, asks, numbers) or (PROMISE if promises(stairs, plan, late=True) else "")


def _help(stairs: Ladder, plan: Plan, asks: bool, numbers: bool) -> str:
    """A line, a doctor, whether the line helps, or ""."""
    memory = plan.memory
    told, asked, turn = memory["told"], memory["asked"], memory["turn"]
    reply = turn - memory["flagged"] + 1
    if plan.mode not in {"care", "other"} or not memory["flagged"] or plan.danger not in {"ideation", "high"}:
        return ""
    # nothing stands beside the direct question, and nothing comes before it; in high danger a line is not put off by it
    direct = plan.step in DIRECT and plan.danger == "high" and bool(memory["high"]) and turn > memory["high"]
    if plan.heard in NOT_AFTER or not (asked.get("suicide") or asked.get("other_suicide") or direct):
        return ""
    if onward.THERE & told.keys() or {"swallowed", "brink"} & told.keys() or memory["refusals"] >= onward.REFUSED:
        return ""
    if "suicide_denied" in told and told["suicide_denied"] >= memory["gravest"] and plan.danger == "ideation":
        return ""
    if turn - told.get("just_listen", -9) <= onward.LISTENS:
        return ""
    if not asks and (probe := _probe(stairs, plan)):
        return probe
    if not asks and plan.step in ROOM:
        before = memory["last_refer"] and memory["last_refer"] < turn
        checked = asked.get(onward.CHECK) or {"called_line", "line_declined"} & told.keys()
        return CHECK if before and not checked and stairs.open(CHECK, memory) else ""
    if direct and not numbers and not asked.get(onward.LINE) and stairs.open(LINE, memory):
        return LINE
    if numbers or plan.step in ALONE or stairs.steps[plan.step].push or _pushed(stairs, memory):
        return ""
    given = asked.get(onward.LINE) or asked.get(onward.THEIR_LINE)
    if reply >= LINE_FROM and not given and stairs.open(LINE, memory):
        return LINE
    named = onward.care_named(memory) or asked.get(onward.THEIR_CARE)
    return CARE if reply >= CARE_FROM and not named and stairs.open(CARE, memory) else ""


def _probe(stairs: Ladder, plan: Plan) -> str:
    """ "way" or "intent" where a way, a day, a thing at hand or whether it is meant was never asked, "" otherwise:
    "日子定了" was met with what to do when it grows too strong, and nobody asked on."""
    memory = plan.memory
    told, asked = memory["told"], memory["asked"]
    known = "suicide" in told or bool(PIECES & told.keys())
    denied = "suicide_denied" in told and told["suicide_denied"] >= memory["gravest"]
    if plan.mode != "care" or plan.step not in SAFE or not known or denied or memory["pending"] in OPEN:
        return ""
    refused = memory["refused"] and memory["turn"] - memory["refused"] <= duties.PEACE
    if refused or memory["refusals"] >= onward.REFUSED or plan.heard == "tell_grief":
        return ""
    if any(asked.get(name) for name in duties.PROBES if name != "safety"):
        return ""
    wanted = ("intent", "way") if PIECES & told.keys() else ("way",)
    return next((name for name in wanted if stairs.open(name, memory)), "")


def promises(stairs: Ladder, plan: Plan, late: bool = False) -> bool:
    """Whether this reply says that we write in the morning, beside its own step; `late`: because it was never said."""
    memory = plan.memory
    told = memory["told"]
    if plan.danger == "imminent" and {"swallowed", "brink", "acting"} & told.keys() and not onward.CALM & told.keys():
        return False  # a morning is nothing to speak of while it happens
    near = memory["turn"] - told.get("means_near", -9) <= 1 and "means_none" not in told
    at_hand = plan.danger in {"high", "imminent"} and near
    if at_hand or memory.get("rescue") in {rescue.DOWN, rescue.FOUND}:
        return False  # nor to who has just said that it lies within reach, or kneels beside somebody
    if plan.mode not in {"care", "other"} or not memory["flagged"] or "utter_promise_followup" in _says(stairs, plan):
        return False
    lately = memory["promised"] and memory["turn"] - memory["promised"] < PROMISE_GAP
    never = not memory["promised"] and memory["turn"] - memory["flagged"] + 1 >= PROMISE_BY
    never = late and never and plan.heard not in WANTS_NOTHING
    return (never or plan.heard in STAYS) and plan.step != "care_accept" and not lately and stairs.open(PROMISE, memory)


def _says(stairs: Ladder, plan: Plan) -> tuple[str, ...]:
    return stairs.steps[plan.step].say if plan.step in stairs.steps else ()


def place(said: Sequence[str]) -> int:
    """Where it stands among the sentences of the reply: before the question, or last."""
    return next((i for i, text in enumerate(said) if "？" in text or "?" in text), len(said))


def _pushed(stairs: Ladder, memory: Mapping[str, Any]) -> bool:
    """Whether the reply before this one sent them somewhere, or gave a number."""
    if memory["last_refer"] and memory["turn"] - memory["last_refer"] < REFER_GAP:
        return True
    pushes = [name for name, step in stairs.steps.items() if step.push]
    return min((mem.since(memory, name) for name in pushes), default=9) <= 1
