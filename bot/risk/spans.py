"""Learned evidence as a person can read it: never a syllable, at least the piece of the sentence it stands in.

A token head or an n-gram points at a place; its own edges mean nothing to the agent who reads it.
Spans here are over the original text; rules keep their own, which are words already.
"""

from __future__ import annotations

from bot.risk.types import Signal

ENOUGH = 4
"""Characters from which a learned span says something by itself."""
CLAUSE = 16
"""A clause up to this length is shown whole; of a longer one, so much around the place."""
AROUND = 5
_BREAKS = frozenset("，。！？；、…~～,.!?;:：\n\t （）()【】「」“”\"'|/")


def readable(text: str, start: int, end: int) -> tuple[int, int]:
    """The span to show for a learned one: itself when long enough, else its clause, or what stands around it."""
    if end - start >= ENOUGH:
        return start, end
    low, high = start, end
    while low > 0 and text[low - 1] not in _BREAKS:
        low -= 1
    while high < len(text) and text[high] not in _BREAKS:
        high += 1
    if high - low > CLAUSE:
        low, high = max(low, start - AROUND), min(high, end + AROUND)
    return low, high


def tidy(signals: list[Signal], text: str) -> list[Signal]:
    """Learned spans made readable; those of one signal that then touch become one, and none repeats a rule's."""
    kept = [s for s in signals if s.rule != "learned"]
    for signal in (s for s in signals if s.rule == "learned"):
        start, end = readable(text, signal.start, signal.end)
        same = [s for s in kept if s.name == signal.name and s.start <= end and start <= s.end and s.end > s.start]
        if any(s.rule != "learned" for s in same):
            continue
        start, end = min([start, *(s.start for s in same)]), max([end, *(s.end for s in same)])
        kept = [s for s in kept if s not in same]
        kept.append(Signal(signal.name, start, end, text[start:end], "learned"))
    order = {s.name: n for n, s in reversed(list(enumerate(signals)))}
    return sorted(kept, key=lambda s: (s.start, s.end, order[s.name]))
