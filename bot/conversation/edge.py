"""What no talk at the edge goes without: whoever is at the door is let in, and a way to safety is never far. Pure.

* Somebody knocks, calls in from outside or walks past (`within` of `data/reach.yml`): no helpline is as near. Who is in
  high danger is asked to open, to call out, to step out (VERA-MH 21, 22).
* At level 4, until help or company is there, no two replies in a row go by without one: the call, somebody who makes
  it, somebody who comes, a place with people. Who is angry or wants to be left alone is given one reply more.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.conversation import memory as mem
from bot.conversation import onward, reach
from bot.conversation.hearing import Heard
from bot.conversation.ladder import Ladder
from bot.conversation.onward import LET_IN, ROUTES
from bot.conversation.settled import somebody_comes

#: Steps that are said before anybody is let in.
FIRST = frozenset({"emergency", "suicide", "safety_direct"})
#: Replies from one way to the next, and after a refusal.
EVERY, IN_PEACE = 2, 3


def step(
    chosen: str, stairs: Ladder, mode: str, danger: str, move: str, memory: Mapping[str, Any], heard: Heard,
    reply: str = "",
) -> str:  # fmt: skip
    """`chosen`, or the way to safety that is due in its place."""
    if mode != "care" or onward.THERE & memory["told"].keys() or somebody_comes(memory):
        return chosen
    hurt = memory["hurt_by"] or "violence" in memory["topics"]
    near = danger in {"high", "imminent"} and reach.within(memory) and not hurt
    if near and chosen not in FIRST and _open(stairs, LET_IN, memory):
        return LET_IN
    if danger != "imminent" or chosen in ROUTES | FIRST or "swallowed" in memory["told"]:
        return chosen  # what was swallowed has an order of its own
    last = max((turns[-1] for name in ROUTES if (turns := memory["asked"].get(name))), default=0)
    wait = IN_PEACE if move in onward.NOT_NOW else EVERY
    if not last or memory["turn"] - last < wait:
        return chosen
    ways = ["emergency_check", "companion", onward.ANOTHER]
    if onward.barred(memory, heard, move, reply):
        ways = [onward.ANOTHER, "companion"]
    return next((name for name in ways if _open(stairs, name, memory)), chosen)


def _open(stairs: Ladder, name: str, memory: Mapping[str, Any]) -> bool:
    return name in stairs.steps and stairs.open(name, memory) and mem.times(memory, name) < stairs.steps[name].times
