"""Puts what rules, n-grams and encoder say about one message into four calibrated probabilities.

A small logistic regression per step of the scale, trained on readings of authors that the underlying
readers had not seen (bot.risk.train). One set of weights with the encoder, one without.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from bot.risk.deep import HEAD_SIGNALS
from bot.risk.grade import Floor
from bot.risk.lexicon import SIGNAL_FILES
from bot.risk.scope import Scope

Array = np.ndarray[Any, np.dtype[Any]]
_INDEX = {name: i for i, name in enumerate(SIGNAL_FILES)}
RULE_FEATURES = 2 * len(SIGNAL_FILES) + 8
#: Signals of the encoder's head that tell levels apart.
LIGHT_FEATURES = RULE_FEATURES + 4
DEEP_FEATURES = LIGHT_FEATURES + 4 + len(HEAD_SIGNALS)


def rule_features(scope: Scope, floor: Floor) -> Array:
    """What the rules found: sure and hint flags by signal, the floor, the scope."""
    if not scope.hits and not scope.dropped:
        return _without_hits(floor.level, scope.past_over, scope.purpose)
    row = np.zeros(RULE_FEATURES, np.float32)
    n = len(SIGNAL_FILES)
    for hit in scope.hits:
        row[_INDEX[hit.name] + (0 if hit.sure else n)] = 1
    row += _without_hits(floor.level, scope.past_over, scope.purpose)
    row[2 * n + 6] = min(scope.dropped, 3) / 3
    row[2 * n + 7] = min(sum(h.sure for h in scope.hits), 6) / 6
    return row


@lru_cache(maxsize=32)
def _without_hits(level: int, past_over: bool, purpose: bool) -> Array:
    """Features of a message in which no rule found anything. Not to be written to."""
    n = len(SIGNAL_FILES)
    row = np.zeros(RULE_FEATURES, np.float32)
    row[2 * n : 2 * n + 4] = [level >= k for k in range(1, 5)]
    row[2 * n + 4] = past_over
    row[2 * n + 5] = purpose
    row.setflags(write=False)
    return row


def _within(x: Array, most: float) -> Array:
    """`np.clip`, which takes ten times as long for four numbers."""
    result: Array = np.minimum(np.maximum(x, -most), most)
    return result


def light_rows(rules: Sequence[Array], linear: Array) -> Array:
    """`light_row` for many messages, [n, features]; `linear`: [n, 4]."""
    rows: Array = np.concatenate([np.stack(rules), _within(linear, 8) / 2], axis=1).astype(np.float32)
    return rows


def light_row(rules: Array, linear: Array) -> Array:
    """Features without the encoder."""
    row: Array = np.concatenate([rules, _within(linear, 8) / 2]).astype(np.float32)
    return row


def deep_row(light: Array, levels: Array, signals: Array) -> Array:
    """Features with the encoder's level and signal logits."""
    row: Array = np.concatenate([light, _within(levels, 8) / 2, _within(signals, 6) / 6]).astype(np.float32)
    return row


@dataclass(slots=True)
class Stack:
    """`weights`: [4, features]; `cuts`: the probability from which level ≥ k is said."""

    weights: Array
    bias: Array
    cuts: tuple[float, float, float, float]

    def probabilities(self, row: Array) -> Array:
        """P(level ≥ 1) … P(level ≥ 4), never rising with k."""
        p = 1 / (1 + np.exp(-(self.weights @ row + self.bias)))
        result: Array = np.minimum.accumulate(p)
        return result

    def all_probabilities(self, rows: Array) -> Array:
        """`probabilities` of many messages, [n, 4], to the same last bit."""
        sums = np.stack([self.weights @ row for row in rows])  # one by one: the order of additions is the same
        result: Array = np.minimum.accumulate(1 / (1 + np.exp(-(sums + self.bias))), axis=1)
        return result

    def level(self, p: Array) -> int:
        """The highest level whose cut is reached; 3 and 4 need 2 as well."""
        if p[1] >= self.cuts[1]:
            return 4 if p[3] >= self.cuts[3] else 3 if p[2] >= self.cuts[2] else 2
        return int(p[0] >= self.cuts[0])


def load_stack(data: dict[str, Array], name: str) -> Stack | None:
    """The stack called "light" or "deep", if the artefact has it."""
    if f"{name}.weights" not in data:
        return None
    cuts = data[f"{name}.cuts"]
    return Stack(
        data[f"{name}.weights"], data[f"{name}.bias"],
        (float(cuts[0]), float(cuts[1]), float(cuts[2]), float(cuts[3])),
    )  # fmt: skip
