"""Folds a message to one plain spelling and keeps the way back to the original offsets.

Three steps, each linear in the length of the text:

1. *fold*: width, case, traditional characters, separators, emoji, one character at a time (`bot.risk.folding`).
2. *repeats*: 死死死死 → 死.
3. *spellings*: pinyin, half pinyin (`bot.risk.pinyin`), homophones, puns, dialect, by data/lexicon/spellings.yml.

`normalise` does all of them and returns a `Normal`, whose `span` leads back to code points
of the text as it was sent.
"""

from __future__ import annotations

import re
from functools import lru_cache

from bot.risk.folding import Normal, fold_mapped, folding, replace, spellings
from bot.risk.pinyin import LATIN, half_pinyin, whole_pinyin
from bot.risk.prefilter import Prefilter

#: Rewrites look at most this far around a match, so long texts are cut into pieces of this size.
PIECE = 4000


def _look_behind(pattern: str) -> str:
    """Lets the data write `(?<=去|要|打算)`: Python wants alternatives of one width each."""

    def split(match: re.Match[str]) -> str:
        words = match.group(1).split("|")
        if len({len(w) for w in words}) == 1 or "[" in match.group(1):
            return match.group()
        return "(?:" + "|".join(f"(?<={w})" for w in words) + ")"

    return re.sub(r"\(\?<=([^()]*)\)", split, pattern)


@lru_cache(maxsize=1)
def rewrites() -> tuple[tuple[tuple[re.Pattern[str], str], ...], Prefilter]:
    """The lines of `rewrite:` in their order, and what tells which of them a text could meet."""
    pairs = tuple((re.compile(_look_behind(p)), r) for p, r in spellings()["rewrite"])
    return pairs, Prefilter([pattern for pattern, _ in pairs])


@lru_cache(maxsize=1)
def _rewrite_trigger() -> re.Pattern[str]:
    chars = "紫砂鲨沙刹亖歹氵似寺斯丝鼠巳饲噶嘎逝屎火货或捕布吥卜四捌狗隔哥搁歌戈挑条眺尚商丄绍稍依疑仪宜"
    chars += "介届玉郁惹辽嘞噜喽咧啦鸟灰窝偶肿造泥栓木嗝伙惑霍咯死安碗娄籽仔字子自解脱拖托上割掉姚孑孒㱰醍柴咸盯"
    return re.compile(f"[a-z0-9*_□○◯{chars}]")


@lru_cache(maxsize=1)
def _dialect() -> tuple[re.Pattern[str], tuple[tuple[str, str], ...], tuple[tuple[str, str], ...]]:
    data = spellings()
    table = folding()
    marks = "|".join(re.escape(m.translate(table)) for m in data["dialect"]["marks"] if m != "係")
    pairs = tuple((a.translate(table), b) for a, b in data["dialect"]["pairs"])
    regional = tuple((a, b) for a, b in data["regional"])
    return re.compile(marks), pairs, regional


def _words(normal: Normal, pairs: tuple[tuple[str, str], ...]) -> Normal:
    for old, new in pairs:
        if old in normal.text:
            normal = replace(normal, re.compile(re.escape(old)), new)
    return normal


def _spell(normal: Normal) -> Normal:
    marks, pairs, regional = _dialect()
    if marks.search(normal.text):
        normal = _words(normal, pairs)
    normal = _words(normal, regional)
    if not _rewrite_trigger().search(normal.text):
        return normal
    if LATIN.search(normal.text):
        normal = whole_pinyin(normal)
        normal = half_pinyin(normal)
    lines, filtered = rewrites()
    worth, last = filtered.candidates(normal.text), -1
    while worth:
        last = worth.pop(0)
        changed = replace(normal, *lines[last])
        if changed is not normal:  # what was written anew may suit a later line
            normal = changed
            worth = [i for i in filtered.candidates(normal.text) if i > last]
    return normal


def normalise(text: str) -> Normal:
    """All three steps. Never raises, whatever the text holds; linear in its length."""
    normal = fold_mapped(text)
    if len(normal.text) <= PIECE:
        return _spell(normal)
    whole = Normal("", [], [], bytearray())
    parts: list[str] = []
    for at in range(0, len(normal.text), PIECE):
        cut = slice(at, at + PIECE)
        piece = _spell(Normal(normal.text[cut], normal.starts[cut], normal.ends[cut], normal.breaks[cut]))
        parts.append(piece.text)
        whole.starts += piece.starts
        whole.ends += piece.ends
        whole.breaks += piece.breaks
    whole.text = "".join(parts)
    return whole
