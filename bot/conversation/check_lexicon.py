"""The part of `zaoan check` that reads the danger lexicon: patterns compile, examples are found, counters are not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import yaml

#: Files beside those of the signals, and their lists of patterns.
BESIDE = {"innocent": ("strong", "soft"), "purpose": ("strong",), "jest": ("spans", "whole", "unless")}
Row = tuple[str, int, str, Literal["error", "warning"]]


def check_lexicon(root: Path) -> Iterator[Row]:
    """Findings as (file, line, message, severity); nothing when the lexicon in use is not this project's."""
    from bot.risk.files import data_dir
    from bot.risk.lexicon import SIGNAL_FILES, load_lexicon

    if (root / "data").resolve() != data_dir().resolve():
        return
    load_lexicon.cache_clear()  # the files as they are now, whatever this process has read before
    try:
        load_lexicon()
        whole = True
    except (OSError, ValueError, KeyError, re.error, yaml.YAMLError):
        whole = False  # line by line then: the one that is wrong shall be named
    found = [row for name in SIGNAL_FILES for row in _patterns(root, name, whole)]
    found += [row for name, keys in BESIDE.items() if not whole for row in _lists(root, name, keys)]
    found += _parties()
    yield from found
    if not any(severity == "error" for *_, severity in found):  # what does not compile cannot be tried
        yield from _examples(root)


def _lists(root: Path, name: str, keys: tuple[str, ...]) -> Iterator[Row]:
    """Lines of the files of idioms, purposes and hyperbole that are no pattern."""
    from bot.risk.files import read_yaml
    from bot.risk.lexicon import expand

    file = f"data/lexicon/{name}.yml"
    try:
        raw, words = read_yaml(f"lexicon/{name}.yml"), read_yaml("lexicon/words.yml")
    except (OSError, yaml.YAMLError):
        yield file, 1, "这个文件读不了", "error"
        return
    for key in keys:
        for pattern in map(str, raw.get(key) or ()):
            try:
                re.compile(expand(pattern, words))
            except (re.error, KeyError) as error:
                yield file, _line(root / file, pattern), f"{key} 里这一行写法不对：{error}", "error"


def _parties() -> Iterator[Row]:
    """Whether the list of who is in danger can be read at all; without it no talk can be answered."""
    from bot.conversation import parties

    parties.lists.cache_clear()
    try:
        parties.lists()
    except (OSError, ValueError, KeyError, TypeError, re.error, yaml.YAMLError) as error:
        yield "data/parties.yml", 1, f"写法不对：{error}", "error"


def _line(path: Path, text: str) -> int:
    return next((n for n, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1) if text in line), 1)


def _patterns(root: Path, name: str, compiled: bool) -> Iterator[Row]:
    """Lines that are no pattern (not tried again where all are `compiled`); lists without which nobody can tell what
    a file should do."""
    from bot.risk.files import read_yaml
    from bot.risk.lexicon import expand, read_signal_file

    path, file = root / "data" / "lexicon" / f"{name}.yml", f"data/lexicon/{name}.yml"
    try:
        signal, words = read_signal_file(name), read_yaml("lexicon/words.yml")
    except (OSError, ValueError, yaml.YAMLError):
        yield file, 1, f"这个文件读不了，或第一行不是 signal: {name}", "error"
        return
    for key, patterns in (("sure", signal.sure), ("hint", signal.hint), ("clauses", signal.clauses)):
        for pattern in () if compiled else patterns:
            try:
                re.compile(expand(pattern, words))
            except (re.error, KeyError) as error:
                yield file, _line(path, pattern), f"{key} 里这一行写法不对：{error}", "error"
    if not (signal.examples and signal.counter):
        yield file, 1, "examples 和 counter 都要有：看不出它该认得什么、不该认得什么", "warning"


def _examples(root: Path) -> Iterator[Row]:
    """Examples that are not read, counter-examples that are."""
    from bot.risk.lexicon import SIGNAL_FILES, load_lexicon, read_signal_file
    from bot.risk.normalise import normalise
    from bot.risk.scope import apply_scope

    lexicon = load_lexicon()

    def sure(text: str) -> set[str]:
        normal = normalise(text)
        return {h.name for h in apply_scope(normal, lexicon.search(normal.text, normal.breaks), lexicon).hits if h.sure}

    for name in SIGNAL_FILES:
        path, file = root / "data" / "lexicon" / f"{name}.yml", f"data/lexicon/{name}.yml"
        signal = read_signal_file(name)
        for text in signal.examples:
            if name not in sure(text):
                yield file, _line(path, text), f"例子“{text}”没有被认出来", "error"
        for text in signal.counter:
            if name in sure(text):
                yield file, _line(path, text), f"反例“{text}”被误认了", "error"
    yield from _jests(root)


def _jests(root: Path) -> Iterator[Row]:
    """Hyperbole that is taken at its word, and what is meant taken for hyperbole."""
    from bot.risk.files import read_yaml
    from bot.risk.lexicon import load_lexicon
    from bot.risk.normalise import normalise
    from bot.risk.scope import apply_scope

    lexicon, file = load_lexicon(), "data/lexicon/jest.yml"
    jest = read_yaml("lexicon/jest.yml")
    for key, wrong in (("examples", "没有被当作夸张"), ("counter", "被当作夸张了")):
        for text in map(str, jest[key]):
            normal = normalise(text)
            aside = apply_scope(normal, lexicon.search(normal.text, normal.breaks), lexicon).aside
            if bool(aside) != (key == "examples"):
                yield file, _line(root / file, text), f"“{text}”{wrong}", "error"
