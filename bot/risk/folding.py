"""Folds a message one character at a time, and keeps the way back to the original offsets.

Width, case, traditional characters, separators, emoji; then repeats (死死死死 → 死). The first stage of screening
needs only this (`fold`). `Normal` is text with that way back, `replace` and `edit` change it and carry it along.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Literal

from bot.risk.files import read_yaml

_REPEAT = re.compile(r"([^\d哈6])\1{2,}")


@dataclass(slots=True)
class Normal:
    """Folded text; `starts[i]:ends[i]` is where its i-th character stood in the original.

    `breaks[i]` is 1 when a separator (space, comma, full stop, line end) stood before
    character i, 2 when it ended a sentence.
    """

    text: str
    starts: list[int]
    ends: list[int]
    breaks: bytearray = field(repr=False)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Original code-point offsets of `text[start:end]` (must not be empty)."""
        return min(self.starts[start:end]), max(self.ends[start:end])


class _FoldTable(dict[int, str]):
    """str.translate table that learns unknown characters as it meets them (bounded)."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        if 0xD800 <= code <= 0xDFFF:
            folded = ""
        else:
            # NFKD for Latin: the tone marks of pinyin (yào) fall off as marks
            form: Literal["NFKC", "NFKD"] = "NFKD" if code < 0x250 else "NFKC"
            folded = "".join(c for c in unicodedata.normalize(form, char).lower() if _is_letter(c))
        if len(self) < 200_000:
            self[code] = folded
        return folded


def _is_letter(char: str) -> bool:
    return unicodedata.category(char)[0] in "LN" or char in "*_□○◯"


@lru_cache(maxsize=1)
def folding() -> _FoldTable:
    """What each code point folds to; asked for a character it has not met, it learns it."""
    import opencc  # 20 ms; only when something is really folded

    table = _FoldTable()
    block = "".join(map(chr, [*range(0x3400, 0x4DC0), *range(0x4E00, 0xA000)]))
    simple = opencc.OpenCC("t2s").convert("\n".join(block)).split("\n")
    for char, folded in zip(block, simple, strict=True):
        table[ord(char)] = folded
    for code in range(128):
        char = chr(code)
        table[code] = char.lower() if char.isalnum() or char in "*_" else ""
    for char, word in spellings()["emoji"].items():
        table[ord(char)] = word
    table[ord("妳")] = "你"
    table[ord("祂")] = table[ord("牠")] = "它"
    return table


_SENTENCE_END = frozenset("。！？!?\n；;…")


@lru_cache(maxsize=1)
def spellings() -> dict[str, Any]:
    """data/lexicon/spellings.yml, read once."""
    data: dict[str, Any] = read_yaml("lexicon/spellings.yml")
    return data


def fold(text: str) -> str:
    """Width, case, script, separators, emoji and repeats; no offsets. Microseconds."""
    return _REPEAT.sub(r"\1", text.translate(folding()))


def repeats(char: str) -> bool:
    """True when three and more of this folded character are read as one."""
    return bool(_REPEAT.fullmatch(char * 3))


def fold_mapped(text: str) -> Normal:
    """`fold`, with the way back to the offsets of `text`."""
    table = folding()
    parts = [table[code] for code in map(ord, text)]
    joined, size, left_out = "".join(parts), len(text), parts.count("")
    if len(joined) == size - left_out:  # character for character, some of them left out
        if not left_out:
            normal = Normal(joined, list(range(size)), list(range(1, size + 1)), bytearray(size))
        else:
            starts = [i for i, folded in enumerate(parts) if folded]
            normal = Normal(joined, starts, [i + 1 for i in starts], _breaks(text, parts, len(joined)))
        return replace(normal, _REPEAT, None)
    out: list[str] = []
    starts, ends = [], []
    breaks = bytearray()
    pending = 0
    for i, (char, folded) in enumerate(zip(text, parts, strict=True)):
        if not folded:
            pending = max(pending, _break(char))
            continue
        for c in folded:
            out.append(c)
            starts.append(i)
            ends.append(i + 1)
            breaks.append(pending)
            pending = 0
    return replace(Normal("".join(out), starts, ends, breaks), _REPEAT, None)


def _break(char: str) -> int:
    """What `Normal.breaks` says of a character that folds to nothing."""
    if unicodedata.category(char).startswith(("C", "M")) and char != "\n":
        return 0
    return 2 if char in _SENTENCE_END else 1


def _breaks(text: str, parts: list[str], size: int) -> bytearray:
    """`Normal.breaks` for text that folds to at most one character each, `size` of them."""
    breaks = bytearray(size)
    for gone, at in enumerate([i for i, folded in enumerate(parts) if not folded]):
        following = at - gone  # where in the folded text the next character stands
        if following < size:
            breaks[following] = max(breaks[following], _break(text[at]))
    return breaks


def replace(normal: Normal, pattern: re.Pattern[str], replacement: str | None) -> Normal:
    """Applies one rewrite; `None` keeps the first character of the match."""
    hits = list(pattern.finditer(normal.text))
    if not hits:
        return normal
    edits = [
        (m.start(), m.end(), m.group()[0] if replacement is None else replacement) for m in hits if m.end() > m.start()
    ]
    return edit(normal, edits)


def edit(normal: Normal, edits: list[tuple[int, int, str]]) -> Normal:
    """Replaces spans (sorted, not overlapping), carrying the offsets along."""
    text: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    breaks = bytearray()
    last = 0
    for start, end, word in edits:
        text.append(normal.text[last:start])
        starts += normal.starts[last:start]
        ends += normal.ends[last:start]
        breaks += normal.breaks[last:start]
        same = len(word) == end - start
        low, high = normal.starts[start], max(normal.ends[start:end])
        for k in range(len(word)):
            starts.append(normal.starts[start + k] if same else low)
            ends.append(normal.ends[start + k] if same else high)
            breaks.append(normal.breaks[start] if k == 0 else 0)
        text.append(word)
        last = end
    text.append(normal.text[last:])
    starts += normal.starts[last:]
    ends += normal.ends[last:]
    breaks += normal.breaks[last:]
    return Normal("".join(text), starts, ends, breaks)
