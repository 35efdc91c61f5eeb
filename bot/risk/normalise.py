"""Folds a message to one plain spelling and keeps the way back to the original offsets.

Three steps, each linear in the length of the text:

1. *fold*: width, case, traditional characters, separators, emoji, one character at a time.
   The first stage of screening needs only this (`fold`).
2. *repeats*: 死死死死 → 死.
3. *spellings*: pinyin, half pinyin, homophones, puns, dialect, by data/lexicon/spellings.yml.

`normalise` does all of them and returns a `Normal`, whose `span` leads back to code points
of the text as it was sent.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise, product
from typing import Any, Literal

import ahocorasick

from bot.risk.files import read_yaml
from bot.risk.prefilter import Prefilter

#: Rewrites look at most this far around a match, so long texts are cut into pieces of this size.
PIECE = 4000
_REPEAT = re.compile(r"([^\d哈6])\1{2,}")
_LATIN = re.compile(r"[a-z]+")
_INITIALS = "b p m f d t n l g k h j q x zh ch sh r z c s y w"
_FINALS = (
    "a o e i u v ai ei ui ao ou iu ie ve ue er an en in un vn ang eng ing ong ia ian iang iao iong ua uai uan uang uo"
)


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
def _table() -> _FoldTable:
    import opencc  # 20 ms; only when something is really folded

    table = _FoldTable()
    block = "".join(map(chr, [*range(0x3400, 0x4DC0), *range(0x4E00, 0xA000)]))
    simple = opencc.OpenCC("t2s").convert("\n".join(block)).split("\n")
    for char, folded in zip(block, simple, strict=True):
        table[ord(char)] = folded
    for code in range(128):
        char = chr(code)
        table[code] = char.lower() if char.isalnum() or char in "*_" else ""
    for char, word in _spellings()["emoji"].items():
        table[ord(char)] = word
    table[ord("妳")] = "你"
    table[ord("祂")] = table[ord("牠")] = "它"
    return table


_SENTENCE_END = frozenset("。！？!?\n；;…")


@lru_cache(maxsize=1)
def _spellings() -> dict[str, Any]:
    data: dict[str, Any] = read_yaml("lexicon/spellings.yml")
    return data


def fold(text: str) -> str:
    """Width, case, script, separators, emoji and repeats; no offsets. Microseconds."""
    return _REPEAT.sub(r"\1", text.translate(_table()))


def folding() -> dict[int, str]:
    """What each code point folds to; asked for a character it has not met, it learns it."""
    return _table()


def repeats(char: str) -> bool:
    """True when three and more of this folded character are read as one."""
    return bool(_REPEAT.fullmatch(char * 3))


def _fold_mapped(text: str) -> Normal:
    table = _table()
    parts = [table[code] for code in map(ord, text)]
    joined, size, left_out = "".join(parts), len(text), parts.count("")
    if len(joined) == size - left_out:  # character for character, some of them left out
        if not left_out:
            normal = Normal(joined, list(range(size)), list(range(1, size + 1)), bytearray(size))
        else:
            starts = [i for i, folded in enumerate(parts) if folded]
            normal = Normal(joined, starts, [i + 1 for i in starts], _breaks(text, parts, len(joined)))
        return _replace(normal, _REPEAT, None)
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
    return _replace(Normal("".join(out), starts, ends, breaks), _REPEAT, None)


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


def _replace(normal: Normal, pattern: re.Pattern[str], replacement: str | None) -> Normal:
    """Applies one rewrite; `None` keeps the first character of the match."""
    hits = list(pattern.finditer(normal.text))
    if not hits:
        return normal
    edits = [
        (m.start(), m.end(), m.group()[0] if replacement is None else replacement) for m in hits if m.end() > m.start()
    ]
    return _edit(normal, edits)


def _edit(normal: Normal, edits: list[tuple[int, int, str]]) -> Normal:
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


# -- pinyin -------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _syllables() -> frozenset[str]:
    initials, finals = _INITIALS.split(), _FINALS.split()
    return frozenset({i + f for i, f in product(initials, finals)} | {f for f in finals if f[0] in "aoe"})


@lru_cache(maxsize=1)
def _pinyin_phrases() -> dict[str, tuple[str, ...]]:
    """First syllable → phrases as (word, syllables…) joined, longest first."""
    data = _spellings()
    pairs = [(w, p) for w, p in data["words"].items()] + [tuple(x) for x in data["pinyin"]]
    found: dict[str, set[tuple[int, str, str]]] = {}
    for word, sounds in pairs:
        found.setdefault(sounds.split()[0], set()).add((len(sounds.split()), sounds, word))
    return {k: tuple(f"{sounds}|{word}" for _, sounds, word in sorted(v, reverse=True)) for k, v in found.items()}


@lru_cache(maxsize=4096)
def _split_syllables(run: str) -> tuple[str, ...] | None:
    """The longest-first division of a Latin run into pinyin syllables, or None."""
    if len(run) > 60:
        return None
    known = _syllables()
    best: list[tuple[str, ...] | None] = [()] + [None] * len(run)
    for end in range(1, len(run) + 1):
        for size in range(min(6, end), 0, -1):
            before = best[end - size]
            if before is not None and run[end - size : end] in known:
                candidate = (*before, run[end - size : end])
                current = best[end]
                if current is None or len(candidate) < len(current):
                    best[end] = candidate
    return best[len(run)]


def _pinyin(normal: Normal) -> Normal:
    """Rewrites phrases that are written wholly in pinyin, with or without spaces."""
    pieces: list[tuple[str, int, int]] = []
    for run in _LATIN.finditer(normal.text):
        cuts = [run.start()]
        cuts += [i for i in range(run.start() + 1, run.end()) if normal.breaks[i]]
        cuts.append(run.end())
        if pieces and pieces[-1][2] != run.start():
            pieces.append(("", run.start(), run.start()))
        for a, b in pairwise(cuts):
            parts = _split_syllables(normal.text[a:b])
            if parts is None:
                pieces.append(("", a, b))
                continue
            at = a
            for part in parts:
                pieces.append((part, at, at + len(part)))
                at += len(part)
    if len(pieces) < 2:
        return normal
    phrases = _pinyin_phrases()
    edits: list[tuple[int, int, str]] = []
    i = 0
    while i < len(pieces):
        for phrase in phrases.get(pieces[i][0], ()):
            sounds, word = phrase.split("|")
            want = sounds.split()
            if [p[0] for p in pieces[i : i + len(want)]] == want and _joined(pieces[i : i + len(want)]):
                edits.append((pieces[i][1], pieces[i + len(want) - 1][2], word))
                i += len(want) - 1
                break
        i += 1
    return _edit(normal, edits) if edits else normal


def _joined(pieces: list[tuple[str, int, int]]) -> bool:
    return all(a[2] == b[1] for a, b in pairwise(pieces))


@lru_cache(maxsize=1)
def _mixtures() -> Any:
    """Automaton of half-pinyin forms: every word with some characters spelled out."""
    data = _spellings()
    whole = set(data["no_initials"])
    forms: dict[str, str] = {}
    for word, sounds in data["words"].items():
        options = []
        for char, sound in zip(word, sounds.split(), strict=True):
            choice = [char, sound]
            if word not in whole:
                choice.append(sound[0])
            options.append(choice)
        for form in product(*options):
            spelled = "".join(form)
            kept = sum(c in word for c in form)
            if spelled != word and 0 < kept < len(form):
                forms.setdefault(spelled, word)
    automaton = ahocorasick.Automaton()
    for spelled, word in forms.items():
        automaton.add_word(spelled, (len(spelled), word))
    automaton.make_automaton()
    return automaton


def _half_pinyin(normal: Normal) -> Normal:
    text = normal.text
    edits: list[tuple[int, int, str]] = []
    last = 0
    for end, (size, word) in _mixtures().iter_long(text):
        start, stop = end + 1 - size, end + 1
        if start < last or _inside_latin(text, start, stop):
            continue
        edits.append((start, stop, word))
        last = stop
    return _edit(normal, edits) if edits else normal


def _inside_latin(text: str, start: int, stop: int) -> bool:
    """True when the match would cut a longer Latin word in two."""
    left = start > 0 and _az(text[start]) and _az(text[start - 1])
    right = stop < len(text) and _az(text[stop - 1]) and _az(text[stop])
    return left or right


def _az(char: str) -> bool:
    return "a" <= char <= "z"


# -- rewrites -----------------------------------------------------------------------------------


def _look_behind(pattern: str) -> str:
    """Lets the data write `(?<=去|要|打算)`: Python wants alternatives of one width each."""

    def split(match: re.Match[str]) -> str:
        words = match.group(1).split("|")
        if len({len(w) for w in words}) == 1 or "[" in match.group(1):
            return match.group()
        return "(?:" + "|".join(f"(?<={w})" for w in words) + ")"

    return re.sub(r"\(\?<=([^()]*)\)", split, pattern)


@lru_cache(maxsize=1)
def _rewrites() -> tuple[tuple[tuple[re.Pattern[str], str], ...], Prefilter]:
    pairs = tuple((re.compile(_look_behind(p)), r) for p, r in _spellings()["rewrite"])
    return pairs, Prefilter([pattern for pattern, _ in pairs])


@lru_cache(maxsize=1)
def _rewrite_trigger() -> re.Pattern[str]:
    chars = "紫砂鲨沙刹亖歹氵似寺斯丝鼠巳饲噶嘎逝屎火货或捕布吥卜四捌狗隔哥搁歌戈挑条眺尚商丄绍稍依疑仪宜"
    chars += "介届玉郁惹辽嘞噜喽咧啦鸟灰窝偶肿造泥栓木嗝伙惑霍咯死安碗娄籽仔字子自解脱拖托上割掉姚孑孒㱰醍"
    return re.compile(f"[a-z0-9*_□○◯{chars}]")


@lru_cache(maxsize=1)
def _dialect() -> tuple[re.Pattern[str], tuple[tuple[str, str], ...], tuple[tuple[str, str], ...]]:
    data = _spellings()
    table = _table()
    marks = "|".join(re.escape(m.translate(table)) for m in data["dialect"]["marks"] if m != "係")
    pairs = tuple((a.translate(table), b) for a, b in data["dialect"]["pairs"])
    regional = tuple((a, b) for a, b in data["regional"])
    return re.compile(marks), pairs, regional


def _words(normal: Normal, pairs: tuple[tuple[str, str], ...]) -> Normal:
    for old, new in pairs:
        if old in normal.text:
            normal = _replace(normal, re.compile(re.escape(old)), new)
    return normal


def _spell(normal: Normal) -> Normal:
    marks, pairs, regional = _dialect()
    if marks.search(normal.text):
        normal = _words(normal, pairs)
    normal = _words(normal, regional)
    if not _rewrite_trigger().search(normal.text):
        return normal
    if _LATIN.search(normal.text):
        normal = _pinyin(normal)
        normal = _half_pinyin(normal)
    rewrites, filtered = _rewrites()
    worth, last = filtered.candidates(normal.text), -1
    while worth:
        last = worth.pop(0)
        changed = _replace(normal, *rewrites[last])
        if changed is not normal:  # what was written anew may suit a later line
            normal = changed
            worth = [i for i in filtered.candidates(normal.text) if i > last]
    return normal


def normalise(text: str) -> Normal:
    """All three steps. Never raises, whatever the text holds; linear in its length."""
    normal = _fold_mapped(text)
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
