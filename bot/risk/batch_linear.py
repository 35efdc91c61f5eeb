"""The n-gram reader (bot.risk.linear) over many messages at once, to the same last bit as one by one.

N-grams are whole numbers found in a hash table; counting, tf-idf and norms go by whole rows of numbers, in the
order in which `Linear.vector` meets the n-grams: the same sums in the same order.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence
from typing import Any

import numpy as np

from bot.risk.batch import Table
from bot.risk.linear import MAX_CHARS, Linear

Array = np.ndarray[Any, np.dtype[Any]]
#: 1 + log(count) of an n-gram that occurs so often in one message.
_TF = np.array([0.0, 1.0, *(1 + math.log(n) for n in range(2, MAX_CHARS + 3))])


class BatchLinear:
    """Made from a `Linear`."""

    def __init__(self, linear: Linear) -> None:
        self._linear = linear
        self._idf = linear.idf.astype(np.float64)
        width = linear.high
        names = np.array(list(linear.grams), f"U{width}")
        points = names.view(np.uint32).reshape(-1, width)  # code points, 0 where the gram is shorter
        characters = np.unique(points[points > 0])
        self._base = np.int64(len(characters) + 1)
        if int(self._base) ** width >= 2**63:
            raise ValueError("too many different characters in the n-grams")
        self._number = np.zeros(sys.maxunicode + 1, np.int32)
        self._number[characters] = np.arange(1, len(characters) + 1)
        keys = np.zeros(len(names), np.int64)
        for column in range(width):  # a shorter gram has a smaller number: characters are numbered from 1
            some = points[:, column] > 0
            keys[some] = keys[some] * self._base + self._number[points[some, column]]
        rows = np.fromiter(linear.grams.values(), np.float64, len(names))
        self._rows = Table(keys.astype(np.uint64), rows + 1)

    def logits(self, texts: Sequence[str]) -> Array:
        """Four logits a text, [n, 4]; texts as for `Linear.logits`."""
        linear = self._linear
        half = MAX_CHARS // 2
        padded = [f"^{t}$" if len(t) <= MAX_CHARS else f"^{t[:half]}{t[-half:]}$" for t in texts]
        sizes = np.fromiter(map(len, padded), np.int64, len(padded))
        of = np.repeat(np.arange(len(padded)), sizes)
        left = np.repeat(np.cumsum(sizes), sizes) - np.arange(len(of))  # characters to the end of the message
        line = np.frombuffer("".join(padded).encode("utf-32-le", "surrogatepass"), np.uint32)
        ids = self._number[line].astype(np.int64)
        found: list[tuple[Array, Array]] = []
        keys = np.zeros_like(ids)
        whole = np.ones(len(ids), bool)
        for n in range(1, linear.high + 1):
            last = np.zeros_like(ids)
            size = max(0, len(ids) - n + 1)
            last[:size] = ids[len(ids) - size :]
            keys = keys * self._base + last
            whole &= last > 0
            if n < linear.low:
                continue
            there = np.flatnonzero(whole & (left >= n))
            rows = self._rows.get(keys[there].astype(np.uint64)).astype(np.int64) - 1
            known = rows >= 0
            found.append((of[there[known]], rows[known]))
        return self._weigh(found, len(texts))

    def _weigh(self, found: list[tuple[Array, Array]], count: int) -> Array:
        linear = self._linear
        of, rows = (np.concatenate([f[k] for f in found]) for k in (0, 1))
        order = np.argsort(of, kind="stable")  # by message; within it shorter n-grams first, each in its place
        of, rows = of[order], rows[order]
        _, first, counts = np.unique(of * len(linear.idf) + rows, return_index=True, return_counts=True)
        order = np.argsort(first)
        first, counts = first[order], counts[order]
        of, rows = of[first], rows[first]
        values = _TF[counts] * self._idf[rows]
        norm = np.sqrt(np.bincount(of, values * values, count))
        norm[norm == 0] = 1.0
        values = (values / norm[of]).astype(np.float32)
        weights = linear.weights[rows]
        ends = np.cumsum(np.bincount(of, minlength=count)).tolist()
        result = np.empty((count, linear.weights.shape[1]), np.float32)
        start = 0
        for n, end in enumerate(ends):
            result[n] = values[start:end] @ weights[start:end] + linear.bias if end > start else linear.bias
            start = end
        return result
