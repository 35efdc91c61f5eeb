"""Every lexicon file keeps its own promises: examples are found, counter-examples are not."""

from __future__ import annotations

import re

import pytest

from bot.risk.files import data_dir, read_yaml
from bot.risk.lexicon import SIGNAL_FILES, load_lexicon, read_signal_file
from bot.risk.normalise import normalise
from bot.risk.scope import apply_scope

FILES = [read_signal_file(name) for name in SIGNAL_FILES]


def sure_signals(text: str) -> set[str]:
    lexicon = load_lexicon()
    normal = normalise(text)
    return {h.name for h in apply_scope(normal, lexicon.search(normal.text), lexicon).hits if h.sure}


@pytest.mark.parametrize(("signal", "text"), [(f.signal, t) for f in FILES for t in f.examples])
def test_example_is_found(signal: str, text: str) -> None:
    """A trainer's example that no longer fires means a sign of danger is lost."""
    assert signal in sure_signals(text)


@pytest.mark.parametrize(("signal", "text"), [(f.signal, t) for f in FILES for t in f.counter])
def test_counter_example_is_left_alone(signal: str, text: str) -> None:
    """A trainer's counter-example that fires again means harmless customers are alarmed about."""
    assert signal not in sure_signals(text)


def test_every_file_is_read() -> None:
    """A lexicon file that nobody reads gives its author a false sense of safety."""
    known = {*SIGNAL_FILES, "words", "spellings", "innocent", "purpose", "triggers", "signs"}
    assert {p.stem for p in (data_dir() / "lexicon").glob("*.yml")} == known


def test_signs_compile() -> None:
    """A typing error in the signs file would silence slow disclosures."""
    raw = read_yaml("lexicon/signs.yml")
    for pattern in [*raw["kinds"].values(), raw["ordinary"], raw["assent"], raw["final"]]:
        re.compile(pattern)


@pytest.mark.parametrize(
    ("text", "signal"),
    [
        ("我没有想死", "ideation_active"),
        ("笑死我了", "ideation_active"),
        ("自杀小队那套还有货吗", "ideation_active"),
        ("我的多肉死掉了", "ideation_passive"),
        ("论文写到想死", "ideation_active"),
    ],
)
def test_scope_drops_what_is_not_meant(text: str, signal: str) -> None:
    """Idioms, titles and denials would raise alarms."""
    assert signal not in sure_signals(text)


def test_spacy_shows_the_same_spans() -> None:
    """Whoever inspects the lexicon with spaCy would look at something else than what is read."""
    from bot.risk.spacy_pipe import signal_pipeline

    doc = signal_pipeline()("我 不 想 活 了")
    assert ("ideation_active", "不 想 活 了") in {(s.label_, s.text) for s in doc.spans["signals"]}
