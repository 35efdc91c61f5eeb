"""What must still be proposed to somebody whose first way to help is barred, and by when. Pure.

* Another way (level 4): who cannot or will not call, or is afraid of who comes, is never left with a kind sentence
  alone: each time something else, a message, a person, a place with people (VERA-MH 21, 22).
* Care beyond a hotline once in every talk that lasts five replies (VERA-MH 18), and once the question what stands in
  the way of the number that was given (VERA-MH 17).
* By the fifth reply a crisis line, a person they trust and somebody who can treat it have each been named, also where
  an emergency came first, the customer is angry, or talks of something else (VERA-MH 14, 15).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from bot.conversation import memory as mem
from bot.conversation import persons as people
from bot.conversation import reach
from bot.conversation.hearing import Heard
from bot.conversation.ladder import Ladder
from bot.conversation.questions import DIRECT
from bot.conversation.replies import REPLY
from bot.conversation.settled import LET_IN, somebody_comes

ANOTHER, CARE, CHECK, PEOPLE, LINE = "another_way", "human_help", "refer_check", "people", "refer"
#: Steps in whose place something may be proposed: they ask nothing that cannot wait.
IDLE = frozenset({"quiet", "stay", "listen"})
BARRED = IDLE | {"emergency_check", "intent_now", "way", "intent", "when", "place", "past", "means"}
LATER = IDLE | {"when", "past", "get_through", "place", "means", "safety", "refer"}
#: What shows that help is there or on the way, or that the worst moment is over.
THERE = frozenset({"stood_down", "stepped_back", "help_called", "help_there", "settled", "here", "coming"})
#: Those after which a doctor is still named, later: company for tonight is no treatment.
CALM = frozenset({"coming", "here", "settled", "stepped_back", "stood_down"})
#: Moves that refuse, or cannot.
REFUSES = frozenset({"refuse_call", "refuse_police", "refuse_talk", "fear_family", "afraid_tell", "cannot_phone",
                     "line_busy", "ask_police"})  # fmt: skip
#: Moves after which no care is pressed on anybody, and nothing is asked back.
NOT_NOW = frozenset({"refuse_talk", "refuse_call", "anger", "hold_complaint", "swallowed", "misheard", "accept_help",
                     "may_enter", "presence", "silent"})  # fmt: skip
#: Moves whose own answer says what to do next.
ANSWERED = frozenset({DIRECT, REPLY})
#: Turns in which who asked only to be heard is not sent on, and refusals after which nobody is.
LISTENS, REFUSED = 3, 2
#: Moves and steps that even what is owed waits for; replies after an emergency before anything else is named.
MUST_WAIT = frozenset({"swallowed", "misheard", "may_enter", "injection", "accept_help"})
BEFORE = frozenset({"suicide", "confirm", "safety_direct", "emergency", "another_way", "companion_refer", "if_worse",
                    "promise_refer", "other_emergency", "other_suicide", "acting", "other_acting", "other_down",
                    "other_edge", "other_found", "other_arrived", "other_saved"})  # fmt: skip
AFTER_EMERGENCY = 3
#: Steps that are a way to safety; at level 4 what is owed stands in their place only where one was just said.
ROUTES = frozenset({"emergency", ANOTHER, "emergency_check", "companion", "companion_refer", LET_IN, "if_worse"})
PROBES = frozenset({"way", "intent", "safety", "means", "when", "other_plan", "other_intent", "other_means",
                    "other_state"})  # fmt: skip
#: Replies since level 2 became known by which everything is named, after which even a refusal does not put it off, and
#: the steps that name it for another.
OWED_BY, VERY_LATE = 5, 7
THEIR_LINE, THEIR_CARE, THEIR_WAY = "other_refer", "other_help", "other_way"
THEIR_IDLE = IDLE | {"caller_companion", "other_suicide", "other_refer", "other_state", "other_means", "other_plan",
                     "other_intent"}  # fmt: skip
#: A sentence of ours that sends to a person of their own.
PERSON = re.compile(
    r"信得过|信得過|(?:找|叫|请|請|告诉|让|讓|喊|跟|给|搵|畀)(?!我|同事|真人|救护|急救|医)[^，。？！“”]{0,10}"
    r"(?:陪|过来|過嚟|来坐|来一|来陪|知道|说一|讲声|待一|坐一|坐陣|守)"
    r"|\b(?:someone|somebody|one person|friend)\b[^.?!]{0,25}\b(?:with you|stay|come|know|trust)"
    r"|\b(?:tell|ask|call|text) (?:one|some|a )",
    re.IGNORECASE,
)
#: Replies since level 2 became known by which care is named, and turns after a number when it is asked about.
CARE_BY = 5
CHECK_AFTER = 2
#: Care that was named already, by us or by a colleague.
NAMED = re.compile(
    r"心理科|精神科|心理医生|心理老师|医生|大夫|门诊|心理輔導|輔導|社工|諮商|咨询师|产科|村医|看病"
    r"|\b(?:doctor|clinic|counsell?or|psycholog\w+|therap\w+|GP|midwife)\b",
    re.IGNORECASE,
)


def step(
    chosen: str, stairs: Ladder, mode: str, danger: str, move: str, before: Mapping[str, Any],
    memory: Mapping[str, Any], heard: Heard, reply: str = "", grave: bool = False,
) -> str:  # fmt: skip
    """The step after all that was weighed: `chosen`, or what must be proposed in its place. `grave`: the message told
    something new and grave, which is met first."""
    if mode == "other":
        due = danger == "imminent" and barred(memory, heard, move, reply) and chosen in THEIR_IDLE
        return THEIR_WAY if due and available(stairs, THEIR_WAY, memory) else chosen
    if mode != "care" or THERE & memory["told"].keys() or heard.person or somebody_comes(memory):
        return chosen
    if "accept_help" in heard.moves or move == "prank":
        return chosen  # "打给她了 她哭了 你别下线"
    if chosen == "quiet" and move in ANSWERED:
        return chosen  # the answer itself holds the next thing to do
    if danger == "imminent" and barred(memory, heard, move, reply):
        kept = memory.get(reach.KEY) or {}
        anew = any(kept.get(b) == memory["turn"] for b in reach.barriers(memory))  # "打字行？", told just now
        due = chosen in IDLE or ((chosen in BARRED or anew) and mem.since(memory, ANOTHER) > 1)
        return ANOTHER if due and available(stairs, ANOTHER, memory) else chosen
    if danger not in {"ideation", "high"} or grave or move in NOT_NOW or reply.endswith(("_no", "_cant")):
        return chosen
    asked, told, turn = memory["asked"], memory["told"], memory["turn"]
    listens = turn - told.get("just_listen", -9) <= LISTENS
    if not asked.get("suicide") or listens or memory["refusals"] >= REFUSED:
        return chosen
    flagged = memory["flagged"] or turn
    named = care_named(memory)
    if turn - flagged + 1 >= CARE_BY and not named and chosen in LATER and available(stairs, CARE, memory):
        return CARE
    given = memory["last_refer"]
    checked = asked.get(CHECK) or {"called_line", "line_declined"} & told.keys()
    waits = given and turn - given >= CHECK_AFTER and not checked and chosen in LATER - {"refer"}
    if waits and not before["pending"] and available(stairs, CHECK, memory):
        return CHECK
    return chosen


def owed(chosen: str, stairs: Ladder, mode: str, danger: str, move: str, memory: Mapping[str, Any]) -> str:
    """`chosen`, or what was never named and is due by now."""
    told, asked, turn = memory["told"], memory["asked"], memory["turn"]
    flagged, emergency = memory["flagged"], asked.get("emergency") or asked.get("other_emergency")
    if mode not in {"care", "other", "ask"} or not flagged or danger not in {"ideation", "high", "imminent"}:
        return chosen
    out = chosen in BEFORE or chosen == LET_IN or (danger == "imminent" and chosen in ROUTES and not _just_sent(memory))
    out = out or move in MUST_WAIT or {"swallowed", *(THERE - CALM)} & told.keys()
    out = out or any(told.get(fact) == turn for fact in THERE)  # who has just come is met first
    if out or ("suicide_denied" in told and told["suicide_denied"] >= memory["gravest"] and danger == "ideation"):
        return chosen
    late = turn - flagged + 1 >= OWED_BY or (bool(emergency) and turn - emergency[-1] >= AFTER_EMERGENCY)
    if not late:
        return chosen
    very_late = turn - flagged >= VERY_LATE
    probing = chosen in PROBES and not (turn - flagged >= OWED_BY and any(asked.get(name) for name in PROBES))
    if not very_late and (probing or (chosen == "quiet" and move in ANSWERED | REFUSES)):
        return chosen
    named = care_named(memory)
    if mode == "other":
        if not asked.get(THEIR_LINE) and not asked.get(LINE) and available(stairs, THEIR_LINE, memory):
            return THEIR_LINE
        now = danger != "imminent"  # a clinic is no answer to a locked door
        return THEIR_CARE if now and not named and available(stairs, THEIR_CARE, memory) else chosen
    # "热线有个屁用 没人接": who sits there with it is sent to somebody of their own, not to a line once more
    useless = danger == "imminent" and "busy_line" in memory["topics"]
    if not asked.get(LINE) and not useless and available(stairs, LINE, memory):
        return LINE
    due = not named or not ({"companion", "someone"} & told.keys() or _sent(memory))
    if due and memory["refusals"] < REFUSED and available(stairs, PEOPLE, memory):
        return PEOPLE
    return chosen


def care_named(memory: Mapping[str, Any]) -> bool:
    """Whether somebody who can treat it was named, by us or by a colleague."""
    return bool(memory["asked"].get(CARE)) or any(NAMED.search(said) for said in memory["said"])


def care_open(memory: Mapping[str, Any], danger: str) -> bool:
    """Whether the sentence that gives a line may name a doctor, too (the condition `lasting: care_open`): VERA-MH 14
    and 18 in one breath, since a talk may last five messages."""
    barred_by = {"no_numbers", "care_declined", "has_doctor", "has_counsellor"} & memory["told"].keys()
    dangers = {"ideation", "high", "imminent"} if memory["speaks_for"] == "other" else {"ideation", "high"}
    return danger in dangers and not barred_by and not care_named(memory)


def _just_sent(memory: Mapping[str, Any]) -> bool:
    """Whether the reply before this one was a way to safety, so that this one may name what is owed."""
    return any(turns[-1] == memory["turn"] - 1 for name in ROUTES if (turns := memory["asked"].get(name)))


def _sent(memory: Mapping[str, Any]) -> bool:
    """Whether a sentence sent them to somebody who can be gone to."""
    out = [n for n, s in memory["persons"].items() if s in {people.REFUSED, people.HURTS, people.GONE, people.SILENT}]
    return any(PERSON.search(said) and not any(n in said for n in out) for said in memory["said"])


def barred(memory: Mapping[str, Any], heard: Heard, move: str, reply: str) -> bool:
    """Whether the emergency number was named and stays out of reach for this person."""
    if not (memory["asked"].get("refer_emergency") or memory["asked"].get("emergency")):
        return False
    refuses = move in REFUSES or bool(REFUSES & set(heard.moves)) or reply.startswith(("emergency_", "companion_"))
    return (
        refuses
        or "call_declined" in memory["told"]
        or bool(reach.fears(memory))
        or reach.way(memory, emergency=True) != reach.VOICE
    )


def available(stairs: Ladder, name: str, memory: Mapping[str, Any]) -> bool:
    """Whether a step is known, has something left to ask and was not taken as often as it may be."""
    return name in stairs.steps and stairs.open(name, memory) and mem.times(memory, name) < stairs.steps[name].times
