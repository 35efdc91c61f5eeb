"""Words that hide in pinyin: written wholly in it, or some of their characters only."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise, product
from typing import Any

import ahocorasick

from bot.risk.folding import Normal, edit, spellings

LATIN = re.compile(r"[a-z]+")
_INITIALS = "b p m f d t n l g k h j q x zh ch sh r z c s y w"
_FINALS = (
    "a o e i u v ai ei ui ao ou iu ie ve ue er an en in un vn ang eng ing ong ia ian iang iao iong ua uai uan uang uo"
)


@lru_cache(maxsize=1)
def _syllables() -> frozenset[str]:
    initials, finals = _INITIALS.split(), _FINALS.split()
    return frozenset({i + f for i, f in product(initials, finals)} | {f for f in finals if f[0] in "aoe"})


@lru_cache(maxsize=1)
def _pinyin_phrases() -> dict[str, tuple[str, ...]]:
    """First syllable → phrases as (word, syllables…) joined, longest first."""
    data = spellings()
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


def whole_pinyin(normal: Normal) -> Normal:
    """Rewrites phrases that are written wholly in pinyin, with or without spaces."""
    pieces: list[tuple[str, int, int]] = []
    for run in LATIN.finditer(normal.text):
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
    return edit(normal, edits) if edits else normal


def _joined(pieces: list[tuple[str, int, int]]) -> bool:
    return all(a[2] == b[1] for a, b in pairwise(pieces))


@lru_cache(maxsize=1)
def _mixtures() -> Any:
    """Automaton of half-pinyin forms: every word with some characters spelled out."""
    data = spellings()
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


def half_pinyin(normal: Normal) -> Normal:
    """Rewrites words of which some characters are spelled out or are initials (zi杀, 自s)."""
    text = normal.text
    edits: list[tuple[int, int, str]] = []
    last = 0
    for end, (size, word) in _mixtures().iter_long(text):
        start, stop = end + 1 - size, end + 1
        if start < last or _inside_latin(text, start, stop):
            continue
        edits.append((start, stop, word))
        last = stop
    return edit(normal, edits) if edits else normal


def _inside_latin(text: str, start: int, stop: int) -> bool:
    """True when the match would cut a longer Latin word in two."""
    left = start > 0 and _az(text[start]) and _az(text[start - 1])
    right = stop < len(text) and _az(text[stop - 1]) and _az(text[stop])
    return left or right


def _az(char: str) -> bool:
    return "a" <= char <= "z"
