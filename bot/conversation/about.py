"""The stretch of a message that is about one person, which examples of `data/standing` are read by. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection

#: Around the person of an example, and what stands for them in what is read.
LEFT, RIGHT, SOMEBODY = "〔", "〕", "那人"
#: A piece between two pauses.
PIECE = re.compile(r"[^\s，。,.!！?？~～…、;；]+")
#: Characters before and after the person's own piece that are read; what stands further off is mostly about something
#: else.
BEFORE, AFTER = 20, 34


def about(text: str, start: int, end: int, others: Collection[int]) -> str:
    """The stretch of a message that is about the person at `start` to `end`: as many pieces around as name nobody else
    (`others`: where those stand), with :data:`SOMEBODY` in their place."""
    pieces = [hit.span() for hit in PIECE.finditer(text)]
    own = next((n for n, (a, b) in enumerate(pieces) if a <= start < b), None)
    if own is None:
        return text[:start] + SOMEBODY + text[end:]
    here = [other for other in others if pieces[own][0] <= other < pieces[own][1]]
    names = [any(a <= other < b for other in others) for a, b in pieces]
    if here:  # "我妈在隔壁我爸打我": two without a pause between them, each up to the next
        after = min((other for other in here if other > start), default=pieces[own][1])
        first_of_all = all(other > start for other in here)
        return text[pieces[own][0] if first_of_all else start : start] + SOMEBODY + text[end : max(end, after)]
    first = last = own
    while last + 1 < len(pieces) and not names[last + 1] and pieces[last + 1][1] - end <= AFTER:
        last += 1
    alone = all(other > start for other in others)  # what stands between two belongs to the one named before it
    while alone and first > 0 and start - pieces[first - 1][0] <= BEFORE:
        first -= 1
    return text[pieces[first][0] : start] + SOMEBODY + text[end : max(end, pieces[last][1])]
