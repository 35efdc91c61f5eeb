"""What was felt in a message and is below the line of danger: kept for the next few messages of the talk. Pure.

The reader of the talk keeps a level; a message that it felt at 0.6 and did not believe leaves nothing behind, and the
next words ("麻煩包漂亮一點", "开玩笑的") stand alone. The memory keeps the reader's probability (0-1) of such messages
for a while, so that the cards for a person (:mod:`bot.copilot.soft`) can go on being careful. Nothing here raises a
level, calls anybody or changes what the bot says.

Memory key: `felt`, a list of [turn, probability], the latest last.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

KEY = "felt"
LEAST = 0.3
"""From this probability of level 2 or more a message leaves something behind."""
FADES = 0.75
"""What is left of it a message later."""
TURNS = 4
"""After so many messages nothing is left."""


def after(memory: Mapping[str, Any], score: float, level: int) -> list[list[float]]:
    """What is kept once this message (the memory's turn) was read with `score`, and the talk with `level`.

    From level 2 on nothing is kept: there the talk itself knows."""
    turn = int(memory.get("turn") or 0)
    kept = [[int(t), float(p)] for t, p in memory.get(KEY) or () if t < turn and turn - t < TURNS]
    return [*kept, [turn, round(score, 2)]] if level < 2 and score >= LEAST else kept


def left(memory: Mapping[str, Any]) -> tuple[float, int]:
    """(probability that somebody of the messages before this one was in danger, how many were felt so)."""
    turn = int(memory.get("turn") or 0)
    kept = [(turn - int(t), float(p)) for t, p in memory.get(KEY) or () if 0 < turn - t <= TURNS]
    none = 1.0
    for age, p in kept:
        none *= 1 - p * FADES**age
    return round(1 - none, 3), len(kept)
