"""Several messages in a row that nobody here understood: it is said so, and both doors are held open. Pure.

"知道了，要办的您说一声" to five messages of one or two words each ("挡 嘴", "全班 笑", "病？") pretends to
understand; a child of ten and a man after a stroke wrote until they gave up. Before level 2 every third such
message is met with one question that a single word answers: is it about the goods, or about them? Memory key:
`lost`, the number in a row.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

STEP = "lost"
#: Messages in a row that were not understood, after which it is said.
IN_A_ROW = 3
#: Messages after which what was told about themselves is over.
GOES_ON = 1
#: The move of such a message, and characters up to which a message says too little to have been understood.
UNCLEAR, FEW = "unclear", 8
#: Answers to that question which turn from the goods to the person.
_INWARD = re.compile(
    r"心|别的|別的|另外|难|難|苦|哭|怕|慌|烦|煩|累|不好受|后面|後面|第二|后者|不是(?:东西|東西|货|貨|这|這)|我自己|有事|人的?事|"
    r"\b(?:me|other|something else|second|not the)\b",
    re.IGNORECASE,
)


def note(now: dict[str, Any], mode: str, move: str, text: str) -> None:
    """Count the message in `now`; one that was understood ends the row, unless it is a few characters long."""
    if mode == "service" and move == UNCLEAR:
        now[STEP] = int(now.get(STEP) or 0) + 1
    elif mode != "service" or len(text.strip()) > FEW:
        now[STEP] = 0


def step(chosen: str, now: Mapping[str, Any], move: str, level: int) -> str:
    """`chosen`, or the question whether it is about the goods or about them."""
    due = move == UNCLEAR and int(now.get(STEP) or 0) % IN_A_ROW == 0 and bool(now.get(STEP))
    return STEP if level < 2 and chosen == "none" and due else chosen


def turns_inward(before: Mapping[str, Any], text: str) -> bool:
    """Whether our question was answered with "about me", now or in the last messages."""
    answered = before.get("pending") == STEP and bool(_INWARD.search(text))
    since = int(before.get("turn") or 0) - int(before.get("support") or 0)
    goes_on = bool(before["asked"].get(STEP) and before.get("support")) and since <= GOES_ON
    return answered or (goes_on and len(text.strip()) <= FEW)
