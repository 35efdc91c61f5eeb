"""What must not be put off, whatever the customer does meanwhile. Pure.

* The direct question about suicide comes within three replies of level 2 (VERA-MH asks for it; asking
  does not plant the thought: Dazzi et al. 2014). At level 4 the safety steps come first instead.
* A number that leads to a person comes by the fourth reply.

A refusal gives one turn's peace; the question is then asked once, gently, and not again.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.conversation.ladder import Ladder

#: Replies since level 2 became known, the present one included, by which each is said.
DIRECT_BY = 3
NUMBER_FROM = 3
#: Moves in which a number would be one more slap; the companion or silence is better.
NO_NUMBER = frozenset({"refuse_call", "line_busy", "anger", "hold_complaint", "fear_family", "ask_bot", "injection",
                       "misheard", "why_place", "unlisted", "may_i", "how_to_tell", "reply_to_us"})  # fmt: skip


def overdue(stairs: Ladder, order: str, move: str, memory: Mapping[str, Any], quiet: bool, leaving: bool) -> str | None:
    """The step that cannot wait, or None. `quiet`: nothing is asked now if it can be helped; `leaving`:
    the customer winds the talk down."""
    if order == "imminent" or not memory["flagged"]:
        return None
    reply = memory["turn"] - memory["flagged"] + 1
    asked = memory["asked"]
    if not asked.get("suicide") and (reply >= DIRECT_BY or (reply == DIRECT_BY - 1 and not quiet)):
        if order == "high" and stairs.open("safety_direct", memory) and "suicide" in memory["told"]:
            return "safety_direct"
        return "confirm" if "suicide" in memory["told"] else "suicide"
    if reply >= NUMBER_FROM and not asked.get("refer") and move not in NO_NUMBER:
        if leaving:
            return "promise_refer" if stairs.open("promise_refer", memory) else None
        if quiet:
            return "refer" if stairs.open("refer", memory) else None
        if stairs.open("companion_refer", memory):
            return "companion_refer"
        return "refer" if stairs.open("refer", memory) else None
    return None
