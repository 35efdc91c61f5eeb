"""The lexicon: readable YAML files under data/lexicon/ compiled to patterns over folded text.

A signal file has `sure` patterns (they count for the level by themselves) and `hint` patterns
(they only point: evidence for people and features for the learned reader). `{name}` in a pattern
stands for a word class of words.yml. `strong`/`soft` lists belong to innocent.yml and purpose.yml; `spans`, `whole`
and `unless` to jest.yml (hyperbole: set aside unless the learned reader is sure, see bot.risk.scope).
`clauses` are sure patterns over the text with a "，" wherever the customer set a separator (space, stop, line end):
dry short messages say in their order and pauses what no single word says. They carry their own guards, so their
floor stands whatever the learned reader says ("plain", see bot.risk.scope).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from bot.risk.files import data_dir, read_yaml
from bot.risk.prefilter import Prefilter

SIGNAL_FILES: tuple[str, ...] = (
    "in_progress", "goodbye", "other_at_risk", "plan", "time", "intent", "preparation", "method",
    "means_seeking", "attempt_past", "ideation_active", "ideation_passive", "self_injury",
    "burden", "isolation", "distress", "life_event", "illness", "third_party", "minor",
    "refusal", "protective", "location",
)  # fmt: skip
_CLASS = re.compile(r"\{([a-z_]+)\}")
_SKIP = re.compile(r"\.(?:\*|\{0,\d+\})\?")
#: Longer texts are read in overlapping windows, so that work stays linear and bounded.
WINDOW, OVERLAP = 400, 60
#: At most this many hits are kept from one message; more adds nothing for a person.
MAX_HITS = 400


@dataclass(frozen=True, slots=True)
class Hit:
    """A pattern found in the folded text. `sure` hits count for the level, `firm` ones are not doubted."""

    name: str
    start: int
    end: int
    rule: str
    sure: bool
    firm: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """A compiled line of a lexicon file; `key` is "signal/line" (h before hints, c before clauses)."""

    name: str
    key: str
    pattern: re.Pattern[str]
    sure: bool

    def hits(self, text: str, offset: int = 0) -> list[Hit]:
        """Where the rule matches in folded text."""
        if self.pattern.search(text) is None:  # most of those that are tried
            return []
        group = "e" if "e" in self.pattern.groupindex else 0
        spans = [m.span(group) for m in self.pattern.finditer(text)]
        return [Hit(self.name, a + offset, b + offset, self.key, self.sure) for a, b in spans if b > a]


@dataclass(frozen=True, slots=True)
class SignalFile:
    """A signal's file as written."""

    signal: str
    about: str
    sure: tuple[str, ...]
    hint: tuple[str, ...]
    examples: tuple[str, ...]
    counter: tuple[str, ...]
    clauses: tuple[str, ...] = ()


def expand(pattern: str, words: dict[str, str]) -> str:
    """Replaces word classes, also nested ones; raises KeyError naming an unknown class."""
    for _ in range(4):
        if not _CLASS.search(pattern):
            break
        pattern = _CLASS.sub(lambda m: f"(?:{words[m.group(1)]})", pattern)
    return pattern


def mark_evidence(pattern: str) -> str:
    """A rule that begins "^(?!…).*?" says what must not stand anywhere in the message; what is shown to people,
    and what negation and idioms are looked for around, is the rest: it becomes the group `e`. A rule with
    alternatives outside of brackets is left as it is."""
    at = 1 if pattern.startswith("^") else 0
    while at and pattern[at : at + 3] in ("(?!", "(?="):
        at = _closing(pattern, at) + 1
    if at <= 1 or not (skip := _SKIP.match(pattern, at)):
        return pattern
    rest = pattern[skip.end() :]
    depth_free = re.sub(r"\\.|\[[^\]]*\]", "", rest)
    while (shorter := re.sub(r"\([^()]*\)", "", depth_free)) != depth_free:
        depth_free = shorter
    return pattern if "|" in depth_free else f"{pattern[: skip.end()]}(?P<e>{rest})"


def _closing(pattern: str, at: int) -> int:
    """Where the bracket that opens at `at` closes."""
    depth = 0
    for i in range(at, len(pattern)):
        depth += (pattern[i] == "(") - (pattern[i] == ")")
        if not depth:
            return i
    raise re.error("missing )", pattern, at)


def read_signal_file(name: str) -> SignalFile:
    """Reads `data/lexicon/<name>.yml`; raises ValueError naming the file if it is malformed."""
    raw: dict[str, Any] = read_yaml(f"lexicon/{name}.yml")
    if raw.get("signal") != name:
        raise ValueError(f"data/lexicon/{name}.yml: signal must be {name}")
    parts = {k: tuple(str(x) for x in raw.get(k) or ()) for k in ("sure", "hint", "examples", "counter", "clauses")}
    return SignalFile(name, str(raw.get("about", "")), **parts)


class Lexicon:
    """All rules, ready to search. Make it with `load_lexicon()`."""

    def __init__(self) -> None:
        words = {k: str(v) for k, v in read_yaml("lexicon/words.yml").items()}
        rules: list[Rule] = []
        clauses: list[Rule] = []
        self.about: dict[str, str] = {}
        for name in SIGNAL_FILES:
            file = read_signal_file(name)
            self.about[name] = file.about
            for mark, lines in (("", file.sure), ("h", file.hint), ("c", file.clauses)):
                for n, line in enumerate(lines, 1):
                    key = f"{name}/{mark}{n}"
                    try:
                        pattern = re.compile(mark_evidence(expand(line, words)))
                    except (re.error, KeyError) as error:
                        raise ValueError(f"data/lexicon/{name}.yml line {key}: {error}") from error
                    (clauses if mark == "c" else rules).append(Rule(name, key, pattern, mark != "h"))
        self.rules, self.clauses = tuple(rules), tuple(clauses)
        self._filter = Prefilter([rule.pattern for rule in rules])
        self._clause_filter = Prefilter([rule.pattern for rule in clauses])
        innocent = read_yaml("lexicon/innocent.yml")
        purpose = read_yaml("lexicon/purpose.yml")
        self.innocent_strong = Patterns(innocent["strong"], words)
        self.innocent_soft = Patterns(innocent["soft"], words)
        self.purpose = Patterns(purpose["strong"], words)
        jest = read_yaml("lexicon/jest.yml")
        self.jest, self.jest_whole, self.jest_unless = (Patterns(jest[k], words) for k in ("spans", "whole", "unless"))

    def search(self, text: str, breaks: Sequence[int] | None = None) -> list[Hit]:
        """Every hit of every rule in folded text, in no order, before scope is applied. `breaks[i]` is not 0 where
        a separator stood before character i (`Normal.breaks`); without it the rules of clauses are not tried."""
        found = self._everywhere(text)
        return found if breaks is None else found + self._in_clauses(text, breaks)

    def _in_clauses(self, text: str, breaks: Sequence[int]) -> list[Hit]:
        """Hits of the rules of clauses; of a long message only the first window is looked at, terse ones are meant."""
        marked: list[str] = []
        place: list[int] = []
        for i, char in enumerate(text[:WINDOW]):
            if i and breaks[i]:
                marked.append("，")
                place.append(i)
            marked.append(char)
            place.append(i)
        whole = "".join(marked)
        hits: list[Hit] = []
        for i in self._clause_filter.candidates(whole):
            for hit in self.clauses[i].hits(whole):
                start = place[hit.start]
                end = place[hit.end - 1] + (whole[hit.end - 1] != "，")
                if end > start:
                    hits.append(Hit(hit.name, start, end, hit.rule, True, firm=True))
        return hits

    def _everywhere(self, text: str) -> list[Hit]:
        if len(text) <= WINDOW + OVERLAP:
            return self._search(text, 0)
        hits: dict[tuple[int, int, str], Hit] = {}
        for at in range(0, len(text), WINDOW):
            for hit in self._search(text[at : at + WINDOW + OVERLAP], at):
                hits.setdefault((hit.start, hit.end, hit.rule), hit)
            if len(hits) > MAX_HITS:
                sure = [h for h in hits.values() if h.sure]
                if len(sure) > MAX_HITS // 2:
                    break
                hits = {(h.start, h.end, h.rule): h for h in sure}
        return list(hits.values())

    def _search(self, text: str, offset: int) -> list[Hit]:
        return [hit for i in self._filter.candidates(text) for hit in self.rules[i].hits(text, offset)]


class Patterns:
    """A list of patterns of one meaning, tried only where they can match."""

    def __init__(self, lines: list[str], words: dict[str, str]) -> None:
        self.patterns = tuple(re.compile(expand(line, words)) for line in lines)
        self._filter = Prefilter(self.patterns)

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Where any of them matches."""
        return [m.span() for i in self._filter.candidates(text) for m in self.patterns[i].finditer(text)]

    def match(self, text: str) -> bool:
        """True when one of them matches somewhere."""
        return any(self.patterns[i].search(text) for i in self._filter.candidates(text))


@lru_cache(maxsize=1)
def load_lexicon() -> Lexicon:
    """The compiled lexicon; compiled once per process."""
    return Lexicon()


def fingerprint() -> str:
    """Hash of all lexicon files: part of the trained artefact's fingerprint."""
    digest = hashlib.sha256()
    for path in sorted((data_dir() / "lexicon").glob("*.yml")):
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
