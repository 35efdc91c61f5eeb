"""The first stage over many messages at once: the same decisions as `FirstStage.clears`, a tenth of the time.

All messages of a batch are one row of code points. Folding is a look-up by code point, repeats are
runs, n-grams are whole numbers found in a hash table, sums go by message; only the trigger words are
sought by their automaton, once over the whole row. Whatever this cannot do exactly (a character that
folds to several, a score beside the threshold) goes to the single path.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence
from typing import Any

import numpy as np

from bot.risk.first import LONGEST, FirstStage
from bot.risk.folding import folding, repeats
from bot.risk.reader import Reader

Array = np.ndarray[Any, np.dtype[Any]]
_START, _END = ord("^"), ord("$")
#: Folded code points: 0 leaves the character out, these two are no characters.
_UNKNOWN, _SEVERAL = 0x110001, 0x110000
#: Sums are added up in another order than one by one; nearer than this to the threshold the single path decides.
_NEAR = 1e-6
_PRIME = np.uint64(0x9E3779B97F4A7C15)


class ReaderBatch:
    """`Reader.clear` for many messages: P(level ≥ 2) of ordinary ones, None for those to be read."""

    def __init__(self, reader: Reader) -> None:
        first = reader._first
        self._stage = None if first is None else BatchFirst(first)

    def clear(self, texts: Sequence[str]) -> list[float | None]:
        """One answer a text, in order."""
        if self._stage is None:
            return [None] * len(texts)
        return [None if x is None else 1 / (1 + math.exp(-x)) for x in self._stage.clears(texts)]


class BatchFirst:
    """Made from a `FirstStage`."""

    def __init__(self, first: FirstStage) -> None:
        self._first = first
        names = np.array(list(first.table), "U3")
        weights = np.fromiter(first.table.values(), np.float64, len(names))
        grams = names.view(np.uint32).reshape(-1, 3)  # code points, 0 where the gram is shorter
        characters = np.unique(grams[grams > 0])
        self._base = len(characters) + 1
        self._folded = np.full(sys.maxunicode + 1, _UNKNOWN, np.uint32)
        self._number = np.zeros(sys.maxunicode + 1, np.int32)
        self._number[characters] = np.arange(1, self._base)
        known = folding()
        codes = np.fromiter(known.keys(), np.int64, len(known))
        self._folded[codes] = [_code(folded) for folded in known.values()]
        ids = self._number[grams].astype(np.int64)
        size = (ids > 0).sum(1)
        self._one = np.zeros(self._base)
        self._one[ids[size == 1, 0]] = weights[size == 1]
        pairs = ids[:, 0] * self._base + ids[:, 1]  # below base²; three characters stand above base³
        keys = np.where(size == 2, pairs, pairs * self._base + ids[:, 2] + self._base**3)
        self._table = Table(keys[size > 1].astype(np.uint64), weights[size > 1])

    def clears(self, texts: Sequence[str]) -> list[float | None]:
        """For each text what `FirstStage.clears` says of it."""
        sizes = np.fromiter(map(len, texts), np.int64, len(texts))
        short = sizes <= LONGEST
        row = "".join(texts if short.all() else [t for t, s in zip(texts, short.tolist(), strict=True) if s])
        raw = np.frombuffer(row.encode("utf-32-le", "surrogatepass"), np.uint32)
        of = np.repeat(np.flatnonzero(short), sizes[short])
        codes = self._fold(raw)
        odd = np.zeros(len(texts), bool)
        odd[of[codes == _SEVERAL]] = True
        codes, of = self._without_repeats(codes, of)
        logits, triggered = self._score(codes, of, len(texts))
        result: list[float | None] = np.where(logits < self._first.threshold, logits, np.nan).tolist()
        for i in np.flatnonzero(odd | (np.abs(logits - self._first.threshold) < _NEAR)).tolist():
            result[i] = self._first.clears(texts[i])
        for i in np.flatnonzero((~short | triggered) & ~odd).tolist():
            result[i] = None
        return [None if x is None or x != x else x for x in result]

    def _fold(self, raw: Array) -> Array:
        codes = self._folded[raw]
        if (codes == _UNKNOWN).any():
            for code in np.unique(raw[codes == _UNKNOWN]).tolist():
                self._folded[code] = _code(folding()[code])
            codes = self._folded[raw]
        result: Array = codes
        return result

    def _without_repeats(self, codes: Array, of: Array) -> tuple[Array, Array]:
        """Drops what folds to nothing; of three and more of one character keeps the first."""
        kept = codes != 0
        codes, of = codes[kept], of[kept]
        same = (codes[1:] == codes[:-1]) & (of[1:] == of[:-1])
        if not (same[1:] & same[:-1]).any():
            return codes, of
        starts = np.flatnonzero(np.concatenate([[True], ~same]))
        lengths = np.diff(np.append(starts, len(codes)))
        many = lengths >= 3
        many[many] = [c < _SEVERAL and repeats(chr(c)) for c in codes[starts[many]].tolist()]
        kept = ~np.repeat(many, lengths)
        kept[starts] = True
        return codes[kept], of[kept]

    def _score(self, codes: Array, of: Array, count: int) -> tuple[Array, Array]:
        """Logit of each message, and whether a trigger word stands in it."""
        sizes = np.bincount(of, minlength=count)
        ends = np.cumsum(sizes + 2)
        starts = ends - sizes - 2
        line = np.empty(len(codes) + 2 * count, np.uint32)
        line[np.arange(len(codes)) + 2 * of + 1] = np.minimum(codes, sys.maxunicode)
        line[starts], line[ends - 1] = _START, _END
        ids = self._number[line].astype(np.int64)
        weights = self._one[ids]
        pairs = ids[:-1] * self._base + ids[1:]
        triples = pairs[:-1] * self._base + ids[2:] + self._base**3
        weights[:-1] += self._table.get(pairs.astype(np.uint64))
        weights[:-2] += self._table.get(triples.astype(np.uint64))
        logits = np.add.reduceat(weights, starts) / np.sqrt(3.0 * sizes + 3) + self._first.bias
        logits[sizes == 0] = -20.0
        triggered = np.zeros(count, bool)
        found = [end for end, _ in self._first.triggers.iter(line.tobytes().decode("utf-32-le"))]
        if found:
            triggered[np.searchsorted(ends, np.array(found), "right")] = True
        return logits, triggered


def _code(folded: str) -> int:
    return 0 if not folded else ord(folded) if len(folded) == 1 else _SEVERAL


class Table:
    """Whole numbers to weights by open addressing: what is not there weighs nothing."""

    def __init__(self, keys: Array, weights: Array) -> None:
        bits = max(10, int(np.ceil(np.log2(len(keys) + 1))) + 2)  # at most a quarter full
        self._shift, self._mask = np.uint64(64 - bits), (1 << bits) - 1
        self._keys = np.zeros(1 << bits, np.uint64)  # 0 is no key: numbers of characters begin at 1
        self._weights = np.zeros(1 << bits)
        slots, left = self._slots(keys), np.arange(len(keys))
        while len(left):
            there = slots[left]
            free = self._keys[there] == 0
            self._keys[there[free]] = keys[left[free]]  # of several for one place the last stays
            self._weights[there[free]] = weights[left[free]]
            left = left[self._keys[there] != keys[left]]
            slots[left] = (slots[left] + 1) & self._mask

    def _slots(self, keys: Array) -> Array:
        return ((keys * _PRIME) >> self._shift).astype(np.int64)

    def get(self, keys: Array) -> Array:
        """Weights, [n]."""
        slots = self._slots(keys)
        there = self._keys[slots]
        result: Array = np.where(there == keys, self._weights[slots], 0.0)
        left = np.flatnonzero((there != keys) & (there != 0))
        while len(left):
            slots[left] = (slots[left] + 1) & self._mask
            there = self._keys[slots[left]]
            hit = there == keys[left]
            result[left[hit]] = self._weights[slots[left[hit]]]
            left = left[~hit & (there != 0)]
        return result
