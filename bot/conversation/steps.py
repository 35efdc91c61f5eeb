"""Which step of the ladder follows the answer to one message. Pure.

The order of steps is written in `ladder.yml`; here stands what makes it wait, jump or fall silent.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.conversation import memory as mem
from bot.conversation.deadlines import overdue
from bot.conversation.hearing import Heard
from bot.conversation.ladder import Ladder

#: Turns before "are you safe now" is asked again when nothing new and grave was said.
CALM_GAP = 4
#: Moves after which a customer may not come back tonight.
LEAVING = frozenset({"bye", "thanks", "calm_denial"})
#: Signals that say something new and grave about the customer.
GRAVE = frozenset(
    {"ideation_passive", "ideation_active", "method", "plan", "time", "intent", "preparation", "goodbye",
     "attempt_past", "in_progress", "self_injury", "burden", "other_at_risk"}
)  # fmt: skip
#: Signals beside a risky question after which it is asked about directly at once.
WEARY = frozenset({"distress", "life_event", "burden"})
#: Intents of the classifier that tell of suffering.
DISTRESS_INTENTS = frozenset({"tell_distress", "tell_grief"})


def step_for(
    stairs: Ladder, mode: str, danger: str, move: str, names: frozenset[str], before: Mapping[str, Any],
    memory: Mapping[str, Any], suffering: bool, asks_purpose: bool, heard: Heard, own_goods: bool,
) -> str:  # fmt: skip
    """The step's name, or "none" where nothing is to follow. `before` is the memory before the message."""
    told = memory["told"]
    if mode == "service":
        return "purpose" if asks_purpose else "none"
    if mode == "support" and asks_purpose:
        return "purpose"
    if mode == "support":
        return (
            "listen"
            if move in DISTRESS_INTENTS and stairs.open("listen", memory) and mem.times(memory, "listen") < 1
            else "none"
        )
    if mode == "ask":
        strong = bool({"means_seeking"} & names) or "means_seeking" in (memory.get("seen") or ())
        # A weary word beside the question makes it more than a question; an illness or living alone does not.
        if suffering and names & WEARY and stairs.open("suicide", memory):
            return "suicide"
        if stairs.open("purpose", memory) and not (mem.times(memory, "purpose") and (strong or danger == "ideation")):
            return "purpose"
        return "suicide" if stairs.open("suicide", memory) else "stay"
    if mode == "other":
        if danger == "imminent" and stairs.open("other_emergency", memory) and not mem.times(memory, "other_emergency"):
            return "other_emergency"
        if move == "caller_shaken" and stairs.open("caller_companion", memory):
            return "caller_companion"
        if move in stairs.winding_down - {"calm_denial"} and stairs.open("promise", memory):
            return "promise"  # "他只说没事" calms nobody
        if move in {"anger", "guilt_caller"}:
            return "quiet"
        return stairs.next(f"other_{danger}", memory)
    order = danger if danger in {"ideation", "high", "imminent"} else "ideation"
    stood_down = "stood_down" in told and not names & GRAVE
    # Who stands where one falls, or has swallowed something, gets the number in the first reply, whatever the level.
    brink = order == "high" and (heard.facts & {"brink"} or move == "swallowed")
    if (order == "imminent" or brink) and not memory["asked"].get("emergency") and not stood_down:
        return "emergency"
    leaving = move in stairs.winding_down
    if late := overdue(stairs, order, move, memory, move in stairs.quiet or leaving, leaving):
        return late
    if move == "means_question" and order == "high" and "suicide" in told and stairs.open("safety_direct", memory):
        return "safety_direct"
    if move == "means_question":
        step = "safety" if mem.times(memory, "safety") < 4 and mem.since(memory, "safety_now") > 1 else "stay"
        return (
            step if order != "ideation" or "suicide" in told else "suicide" if stairs.open("suicide", memory) else step
        )
    if move in stairs.winding_down and not (
        move == "presence" and mem.times(memory, "suicide") == 0 and "suicide" not in told
    ):
        # Who leaves without ever having had a number takes one along; who only comforts himself is not sent off.
        leaving = move in LEAVING and order in {"ideation", "high"} and not memory["asked"].get("refer")
        if leaving and stairs.open("promise_refer", memory) and stairs.open("promise", memory):
            return "promise_refer"
        if move == "accept_help" and order == "imminent" and stairs.open("companion", memory):
            return "companion"
        return "promise" if stairs.open("promise", memory) else "stay"
    if move == "answer" and told.get("place") == memory["turn"] and mem.times(memory, "companion"):
        return "promise" if stairs.open("promise", memory) else "stay"  # telling the place is accepting help
    if move in {"refuse_call", "line_busy"}:
        return "companion" if stairs.open("companion", memory) and mem.since(memory, "companion_refer") > 3 else "quiet"
    if move in stairs.quiet:
        wants_number = move in {"refuse_talk", "refuse_place", "refuse_police", "ask_human"}
        return (
            "refer" if wants_number and not memory["asked"].get("refer") and stairs.open("refer", memory) else "quiet"
        )
    if move == "disclose" and order == "ideation" and "way" in told and before["pending"] == "suicide":
        return "quiet"  # the first yes is given room; the next turn asks on
    if memory["refused"] and memory["turn"] - memory["refused"] <= 2 and order == "ideation":
        return stairs.next("refused", memory)
    if (
        order in {"high", "imminent"}
        and "away" in told
        and stairs.open("place", memory)
        and not mem.times(memory, "place")
    ):
        return "place"
    # A passive or half-spoken wish is asked about once more in other words.
    step = stairs.next(order, memory)
    if step == "safety_now" and mem.since(memory, "safety_now") < CALM_GAP and not names & GRAVE:
        step = stairs.next(order, {**memory, "told": {**told, "safe": 0}})
    if step == "safety" and order == "high" and own_goods and stairs.open("means", memory):
        return "means"  # the goods were named and have not arrived: what else is within reach
    if (
        heard.person
        and order != "ideation"
        and step in {"place", "when", "refer_check", "stay"}
        and stairs.open("companion", memory)
    ):
        return "companion"
    if (
        step == "stay"
        and mem.since(memory, "promise") > 6
        and mem.times(memory, "stay") >= 3
        and stairs.open("promise", memory)
    ):
        return "promise"
    return step
