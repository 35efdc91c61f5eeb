"""Who hits them is back, awake, at the door: the next sentence is about getting out. Pure.

In a played talk a woman wrote "他回来了", and read that she was thanked for letting somebody come to her
(docs/safety/vera.md, nineteenth play).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.conversation.hearing import Heard

STEP = "beater_near"
#: The one who hits is back; what is only feared or told of last time is not.
_BACK = re.compile(
    r"(?:^|[，。！!,. ])(?:他|她|我?老公|我?丈夫|我?男人|我?爸|我?男朋友|孩子他?爸|娃(?:儿)?他?爸)(?:又|就|已经|正|在)*"
    r"(?:回来|进来|进门|进屋|醒来?|上楼|到家|来|回嚟|返嚟|入嚟)(?:了|喇|咗)"
    r"|\b(?:he|she)(?:.s| is) (?:back|home|awake|here|coming)\b",
    re.IGNORECASE,
)
_SUPPOSED = re.compile(r"要是|如果|万一|等他|怕他|上次|昨|前天|每次|一回来|\bif\b|\bwhen\b", re.IGNORECASE)


def near(memory: Mapping[str, Any], text: str) -> bool:
    """Whether the message says so of somebody who hits them. `memory` holds the message."""
    hits = "violence" in memory["hurt_by"] or "hurt_home" in memory["told"]
    return hits and bool(_BACK.search(text)) and not _SUPPOSED.search(text)


def unheard(heard: Heard) -> Heard:
    """The message without company and thanks that are none: who came in is who hits."""
    return replace(heard, moves=(), facts=heard.facts - {"here", "with_someone", "awake", "arrived"})
