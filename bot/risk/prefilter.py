"""Which of many patterns can match a text at all: one pass of an automaton instead of hundreds of searches.

From each pattern the strings are taken of which at least one must stand in every match (as RE2's
FilteredRE2 does; it knows no look-behind, our lexicon does). A pattern of which nothing can be said is
always tried. The answer is exact: what is left out cannot match.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import product
from re import _constants as sre  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

import ahocorasick

#: A run of a pattern that can be written in more ways than this says nothing.
MOST = 400
#: The branches of one pattern may need so many altogether.
MOST_ALTOGETHER = 4000
#: A class of more characters than this says too little.
MOST_CLASS = 60


class Prefilter:
    """Over patterns in a fixed order. `candidates(text)` gives the indices worth trying, ascending."""

    def __init__(self, patterns: Sequence[re.Pattern[str]]) -> None:
        words: dict[str, set[int]] = {}
        always: set[int] = set()
        for index, pattern in enumerate(patterns):
            needed = needs(pattern)
            if not needed:
                always.add(index)
            for word in needed or ():
                words.setdefault(word, set()).add(index)
        self._always = frozenset(always)
        self._automaton = ahocorasick.Automaton()
        for word, indices in words.items():
            self._automaton.add_word(word, frozenset(indices))
        self._empty = not words
        if words:
            self._automaton.make_automaton()

    def candidates(self, text: str) -> list[int]:
        """Patterns that may match somewhere in `text`."""
        if self._empty:
            return sorted(self._always)
        found = {hit for _, hit in self._automaton.iter(text)}
        return sorted(self._always.union(*found)) if found else sorted(self._always)


def needs(pattern: re.Pattern[str]) -> frozenset[str] | None:
    """Strings of which every match holds at least one; None when there is no such set."""
    if pattern.flags & (re.IGNORECASE | re.VERBOSE):
        return None
    return _needs(parser.parse(pattern.pattern, pattern.flags & ~re.UNICODE))


def _needs(items: Iterable[Any]) -> frozenset[str] | None:
    """The most telling requirement of a sequence."""
    best: frozenset[str] | None = None
    run: frozenset[str] = frozenset({""})
    for item in items:
        exact = _exact_item(item)
        if exact is not None and len(run) * len(exact) <= MOST:
            run = frozenset(a + b for a, b in product(run, exact))
            continue
        best = _better(best, run)
        run = frozenset({""}) if exact is None else exact
        if exact is None:
            best = _better(best, _needs_item(item))
    return _better(best, run)


def _better(a: frozenset[str] | None, b: frozenset[str] | None) -> frozenset[str] | None:
    """Longer strings say more; of equal length, fewer of them."""
    if not b or "" in b or len(b) > MOST_ALTOGETHER:
        return a
    if a is None:
        return b
    return max(a, b, key=lambda s: (min(map(len, s)), -len(s)))


def _needs_item(item: Any) -> frozenset[str] | None:
    kind, value = item
    if kind is sre.SUBPATTERN:
        return None if value[1] or value[2] else _needs(value[3])
    if kind is sre.BRANCH:
        parts = [_needs(branch) for branch in value[1]]
        if any(p is None for p in parts):
            return None
        return frozenset().union(*(p for p in parts if p is not None))
    if kind in (sre.MAX_REPEAT, sre.MIN_REPEAT) and value[0] >= 1:
        return _needs(value[2])
    return None


def _exact_item(item: Any) -> frozenset[str] | None:
    """All strings the item can stand for, if they are few; what takes no room stands for ""."""
    kind, value = item
    if kind is sre.LITERAL:
        return frozenset({chr(value)})
    if kind in (sre.AT, sre.ASSERT, sre.ASSERT_NOT):
        return frozenset({""})  # forbids or asks for more, but adds nothing to the match itself
    if kind is sre.IN:
        return _class(value)
    if kind is sre.SUBPATTERN:
        return None if value[1] or value[2] else _exact(value[3])
    if kind is sre.BRANCH:
        parts = [_exact(branch) for branch in value[1]]
        if any(p is None for p in parts):
            return None
        union = frozenset().union(*(p for p in parts if p is not None))
        return union if len(union) <= MOST else None
    if kind in (sre.MAX_REPEAT, sre.MIN_REPEAT) and value[1] == 1:
        once = _exact(value[2])
        return once if once is None or value[0] == 1 else once | {""}
    return None


def _exact(items: Iterable[Any]) -> frozenset[str] | None:
    whole: frozenset[str] = frozenset({""})
    for item in items:
        part = _exact_item(item)
        if part is None or len(whole) * len(part) > MOST:
            return None
        whole = frozenset(a + b for a, b in product(whole, part))
    return whole


def _class(items: list[Any]) -> frozenset[str] | None:
    chars: set[str] = set()
    for kind, value in items:
        if kind is sre.LITERAL:
            chars.add(chr(value))
        elif kind is sre.RANGE and value[1] - value[0] < MOST_CLASS:
            chars.update(map(chr, range(value[0], value[1] + 1)))
        else:
            return None
    return frozenset(chars) if len(chars) <= MOST_CLASS else None
