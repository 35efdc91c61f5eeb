"""Which step follows the answer to who speaks for somebody else. Pure.

Whether that one has said that they want to die, how and when, and what is at hand are each asked once before the talk
is over, also where the caller asks on and on: an answer takes nothing away from the next question.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.conversation import memory as mem
from bot.conversation import rescue
from bot.conversation.ladder import Ladder
from bot.conversation.questions import DIRECT
from bot.conversation.replies import REPLY

#: What somebody who speaks for another is answered without a question after it.
QUIET = frozenset(
    {"anger", "guilt_caller", "how_to_tell", "may_enter", "may_call", "how_call", "ask_which", "help_called",
     "at_hospital", "what_now"}
)  # fmt: skip
#: After these nothing is asked: help has been called or is there, or somebody cries out.
STILL = frozenset({"anger", "help_called", "at_hospital"})
#: Turns after which a caller has a number to call, and replies after the emergency number in which no other is named.
NUMBER, AFTER_EMERGENCY = 2, 3
#: Signals beside which the emergency number comes first, whatever the level.
PRESSING = frozenset({"method", "in_progress", "goodbye", "time"})
#: What is asked once of the one in danger, the gravest first, and after how many turns of danger in any case.
PROBES = ("other_suicide", "other_plan", "other_intent", "other_means")
PROBE_BY = 1
#: What is felt in a relieved father's words ("你咒啥") is no farewell; an act would be.
ACTS = frozenset({"method", "in_progress"})
#: Turns between "well" and "at my side".
CLOSE = 2
#: What who has them safe at their side is still told, once each.
AFTERWARDS = ("other_refer", "other_help")


def step(
    stairs: Ladder, danger: str, move: str, names: frozenset[str], before: Mapping[str, Any],
    memory: Mapping[str, Any], hushed: bool,
) -> str:  # fmt: skip
    """The step's name. `names`: the signals of this message; `before`: the memory before it; `hushed`: the answer to
    a direct question is one after which nothing is asked."""
    told, asked = memory["told"], memory["asked"]
    if stage := _rescue(stairs, memory):
        return stage
    # A farewell and a locked door: nobody waits for a second sign.
    # Who wrote that they want to die and answers nobody since is looked for by the police, at any level.
    pressing = (
        danger == "imminent"
        or "unreachable" in told
        or (danger == "high" and ("locked" in told or bool(names & PRESSING)))
    )
    # "她在学校上课呢，班里有老师": who sits among others and is not about to die is not sent the police
    watched = told.get("with_someone") == memory["turn"] and danger != "imminent" and "goodbye" not in names
    pressing = pressing and not watched
    if pressing and stairs.open("other_emergency", memory) and not mem.times(memory, "other_emergency"):
        return "other_emergency"
    acts = told.get("ta_acting") == memory["turn"] and mem.times(memory, "other_emergency")
    if acts and stairs.open("other_acting", memory):
        return "other_acting"
    # who had called before we said so still hears what keeps that one alive until help is there
    called = "help_called" in told and not mem.times(memory, "other_emergency") and not seen_well(memory)
    if pressing and called and stairs.open("other_keep", memory):
        return "other_keep"
    if seen_well(memory) and not names & ACTS and mem.times(memory, "other_emergency"):
        # "闺女好好的，搁我跟前": who sees them well is told once who can help later, and asked nothing
        return next((n for n in AFTERWARDS if not asked.get(n) and stairs.open(n, memory)), "quiet")
    if move == "caller_shaken" and stairs.open("caller_companion", memory):
        return "caller_companion"
    due = probe(stairs, before, memory)
    if move in stairs.winding_down - {"calm_denial"}:
        if due and move not in {"bye", "thanks"}:
            return due
        if stairs.open("promise", memory):
            return "promise"  # "他只说没事" calms nobody
    waited = memory["flagged"] and memory["turn"] - memory["flagged"] >= NUMBER
    lately = min(mem.since(memory, "other_emergency"), mem.since(memory, "other_keep"))
    unnamed = not asked.get("refer") and move not in STILL and lately > AFTER_EMERGENCY
    answered = move == REPLY or move in QUIET or (move == DIRECT and hushed)
    if waited and unnamed and not answered and stairs.open("other_refer", memory):
        return "other_refer"  # a number for the family comes by the third reply, whatever is asked meanwhile
    if move in STILL:
        return "quiet"
    if answered:
        waits = before["pending"] or move == "guilt_caller"
        return due or ("quiet" if waits else _next(stairs, danger, pressing, memory))
    return _next(stairs, danger, pressing, memory)


def _rescue(stairs: Ladder, memory: Mapping[str, Any]) -> str:
    """What comes now in a rescue under way, "" where there is none or nobody was called yet."""
    stage = str(memory.get("rescue") or "")
    called = {"help_called", "help_there"} & memory["told"].keys()
    lately = min(mem.since(memory, "other_emergency"), mem.since(memory, "other_acting"))
    if stage in rescue.CALL_FIRST and not called and lately > 1:
        return ""
    if stage == rescue.SAVED and not called and not mem.times(memory, "other_emergency"):
        return ""  # held by a friend, and nobody was ever called
    return stage if stage and stairs.open(stage, memory) else ""


def seen_well(memory: Mapping[str, Any]) -> bool:
    """Whether the writer has the other at their side and well, told in messages close together, and nothing was taken:
    whoever swallowed something and looks well is brought to a doctor."""
    told = memory["told"]
    if {"ta_took", "swallowed"} & told.keys() or not {"ta_fine", "ta_seen"} <= told.keys():
        return False
    return bool(abs(told["ta_fine"] - told["ta_seen"]) <= CLOSE)


def probe(stairs: Ladder, before: Mapping[str, Any], memory: Mapping[str, Any]) -> str:
    """The next thing that must have been asked of the one in danger, "" where it can wait."""
    since = memory["turn"] - (memory["flagged"] or memory["turn"])
    late = since >= PROBE_BY and (not before["pending"] or not memory["asked"].get("other_suicide") or since >= NUMBER)
    return next((name for name in PROBES if late and stairs.open(name, memory)), "")


def _next(stairs: Ladder, danger: str, pressing: bool, memory: Mapping[str, Any]) -> str:
    return stairs.next("other_imminent" if pressing else f"other_{danger}", memory)
