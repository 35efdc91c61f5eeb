"""What no talk at the edge goes without: whoever is at the door is let in, and a way to safety is never far. Pure.

* Somebody knocks, calls or walks past (`within` of `data/reach.yml`): no helpline is as near. Who is in
  high danger is asked to open, to call out, to step out (VERA-MH 21, 22).
* At level 4, until help or company is there, no two replies in a row go by without one: the call, somebody who makes
  it, somebody who comes, a place with people. Who is angry or wants to be left alone is given one reply more; who says
  good-bye none.
* Who speaks of another in that danger is asked whether the call was made.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.conversation import onward, reach, rescue, third
from bot.conversation.hearing import Heard
from bot.conversation.ladder import Ladder
from bot.conversation.onward import ROUTES
from bot.conversation.questions import DIRECT
from bot.conversation.settled import LET_IN, somebody_comes

#: Steps that are said before anybody is let in.
FIRST = frozenset({"emergency", "acting", "suicide", "safety_direct"})
#: Replies from one way to the next, and after a refusal.
EVERY, IN_PEACE = 2, 3
#: Of who speaks for another: the same, and replies from one to the next.
CHECK = "other_check"
#: Turns for which somebody beside them is taken to be there still.
BESIDE = 2
THEIR_ROUTES, THEIR_EVERY = frozenset({"other_emergency", onward.THEIR_WAY, CHECK}), 3


def step(
    chosen: str, stairs: Ladder, mode: str, danger: str, move: str, memory: Mapping[str, Any], heard: Heard,
    reply: str = "",
) -> str:  # fmt: skip
    """`chosen`, or the way to safety that is due in its place."""
    if mode == "other":
        return _theirs(chosen, stairs, danger, move, memory)
    if mode != "care" or onward.THERE & memory["told"].keys() or somebody_comes(memory):
        return chosen
    who = reach.within(memory)
    hurt = memory["hurt_by"] or "violence" in memory["topics"]
    hurt = hurt or "brink" in memory["told"]  # nor does who stands at an edge turn to a door
    answered = who == "calling" and move == DIRECT and chosen == "quiet"  # "我不接" (`someone_rings`)
    if (
        who
        and danger in {"high", "imminent"}
        and not hurt
        and not answered
        and chosen not in FIRST
        and onward.available(stairs, LET_IN, memory)
    ):
        return LET_IN
    if danger != "imminent" or chosen in ROUTES | FIRST or "swallowed" in memory["told"]:
        return chosen  # what was swallowed has an order of its own
    if chosen in onward.PROBES and not any(memory["asked"].get(name) for name in onward.PROBES):
        return chosen  # whether there is a way, a day, something at hand is asked once (VERA-MH 11)
    last = max((turns[-1] for name in ROUTES if (turns := memory["asked"].get(name))), default=0)
    wait = 1 if move in stairs.winding_down else IN_PEACE if move in onward.NOT_NOW else EVERY
    if not last or memory["turn"] - last < wait:
        return chosen
    ways = ["emergency_check", "companion", onward.ANOTHER]
    if onward.barred(memory, heard, move, reply):
        ways = [onward.ANOTHER, "companion"]
    return next((name for name in ways if onward.available(stairs, name, memory)), chosen)


def _theirs(chosen: str, stairs: Ladder, danger: str, move: str, memory: Mapping[str, Any]) -> str:
    """The same for who speaks of another: whether the call was made is asked, twice at most, until it was."""
    asked = memory["asked"]
    out = {"help_called", "help_there"} & memory["told"].keys() or third.seen_well(memory) or move in third.STILL
    beside = memory["turn"] - memory["told"].get("with_someone", -BESIDE - 1) <= BESIDE
    beside = beside and not {"ta_took", "swallowed", "ta_acting", "brink"} & memory["told"].keys()
    if (
        danger != "imminent"
        or out
        or beside
        or not asked.get("other_emergency")
        or chosen in THEIR_ROUTES | rescue.STEPS
    ):
        return chosen
    last = max(turns[-1] for name in THEIR_ROUTES if (turns := asked.get(name)))
    due = memory["turn"] - last >= THEIR_EVERY + (chosen in third.PROBES)
    return CHECK if due and onward.available(stairs, CHECK, memory) else chosen
