"""What is known of a customer after this turn, learned from labelled chats.

The rules of bot/risk/talk.py add up what was said; this reader weighs it: the message alone, the last
messages read together, the strongest of both so far, what rules found, quiet signs, reasons given.
Four logistic steps over a handful of numbers; bot.risk.train fits them on chats whose encoder readings
come from members that had not seen them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]
#: Logits of a message that the first stage waved through.
QUIET = np.full(4, -8.0, np.float32)
FEATURES = 29


@dataclass(slots=True)
class Strongest:
    """Running maxima over a chat (JSON-able through lists): logits of single messages, logits of
    windows, floors."""

    message: list[float] = field(default_factory=lambda: [-8.0] * 4)
    window: list[float] = field(default_factory=lambda: [-8.0] * 4)
    floor: int = 0

    def take(self, message: Array, window: Array, floor: int) -> None:
        """Adds this turn."""
        self.message = [round(max(a, float(b)), 2) for a, b in zip(self.message, message, strict=True)]
        self.window = [round(max(a, float(b)), 2) for a, b in zip(self.window, window, strict=True)]
        self.floor = max(self.floor, floor)

    def to_list(self) -> list[float]:
        """The stored form: nine numbers."""
        return [*self.message, *self.window, float(self.floor)]

    @classmethod
    def from_list(cls, raw: list[float] | None) -> Strongest:
        """Tolerates states from before this reader."""
        if not raw or len(raw) != 9:
            return cls()
        return cls([float(x) for x in raw[:4]], [float(x) for x in raw[4:8]], int(raw[8]))


@dataclass(frozen=True, slots=True)
class Turn:
    """What one turn brings: logits of the message and of the window, the floor of the message, kinds of
    quiet signs so far, whether an ordinary reason, finality, a purpose was said, its number (from 1)."""

    message: Array
    window: Array
    floor: int
    signs: int
    explained: bool
    final: bool
    purpose: bool
    number: int


def row(turn: Turn, before: Strongest) -> Array:
    """Features of one turn, [FEATURES]."""
    logits = np.concatenate([turn.message, turn.window, before.message, before.window])
    steps = [float(turn.floor >= k) for k in range(1, 5)] + [float(before.floor >= k) for k in range(1, 5)]
    rest = [
        min(turn.signs, 5) / 5, float(turn.explained), float(turn.final), float(turn.purpose),
        min(turn.number, 10) / 10,
    ]  # fmt: skip
    result: Array = np.concatenate([np.clip(logits, -8, 8) / 4, steps, rest]).astype(np.float32)
    return result


@dataclass(slots=True)
class Known:
    """`weights`: [4, FEATURES]; `cuts`: the probability from which level ≥ k is said."""

    weights: Array
    bias: Array
    cuts: Array

    def probabilities(self, features: Array) -> Array:
        """P(known level ≥ 1) … P(≥ 4), never rising with k."""
        result: Array = np.minimum.accumulate(1 / (1 + np.exp(-(self.weights @ features + self.bias))))
        return result

    def level(self, features: Array) -> int:
        """The level; 3 and 4 need 2 as well."""
        return level_of(self.probabilities(features), self.cuts)


def level_of(p: Array, cuts: Array) -> int:
    """The highest level whose cut is reached."""
    if p[1] >= cuts[1]:
        return 4 if p[3] >= cuts[3] else 3 if p[2] >= cuts[2] else 2
    return int(p[0] >= cuts[0])
