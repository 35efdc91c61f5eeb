"""Sentences that take for granted what is not so in this talk: a thing at hand where somebody stands at a height. Pure.

"把东西收走" to who sits on a window-sill, or to whose friend stands on a roof, tells that nobody read where they are;
three of the judges of the plays named it (docs/safety/vera.md). Of sentences that fit equally another one is said.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

#: Something to be put away, given to somebody or moved away from.
OF_A_THING = re.compile(
    r"东西|東西|嘢(?:收|放|交|攞)|那样(?:收|放|交)|收(?:走|远|遠|好|起来|起來)|放(?:远|遠)|拿(?:远|遠|开|開)|挪(?:远|遠|开|開)"
    r"|\b(?:put (?:it|that) away|the thing|what could hurt|anything (?:dangerous|harmful))\b",
    re.IGNORECASE,
)
#: Facts of the talk that speak of a thing.
A_THING = frozenset({"means_near", "thing", "swallowed", "acting", "ta_took"})
#: What such a sentence loses; less than any condition gains.
LOSES = 0.5


def nothing_at_hand(memory: Mapping[str, Any]) -> bool:
    """Whether the talk is of a height and of no thing."""
    told = (memory.get("told") or {}).keys()
    return "brink" in told and not A_THING & told
