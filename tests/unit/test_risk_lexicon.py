"""Every lexicon file keeps its own promises: examples are found, counter-examples are not."""

from __future__ import annotations

import re
from types import SimpleNamespace
from unittest.mock import patch

import numpy as np
import pytest

from bot.risk.files import data_dir, read_yaml
from bot.risk.grade import floor_level
from bot.risk.lexicon import SIGNAL_FILES, load_lexicon, mark_evidence, read_signal_file
from bot.risk.normalise import normalise
from bot.risk.reader import Reader
from bot.risk.scope import apply_scope
from bot.risk.types import Context

FILES = [read_signal_file(name) for name in SIGNAL_FILES]


def sure_signals(text: str) -> set[str]:
    lexicon = load_lexicon()
    normal = normalise(text)
    return {h.name for h in apply_scope(normal, lexicon.search(normal.text, normal.breaks), lexicon).hits if h.sure}


@pytest.mark.parametrize(("signal", "text"), [(f.signal, t) for f in FILES for t in f.examples])
def test_example_is_found(signal: str, text: str) -> None:
    """A trainer's example that no longer fires means a sign of danger is lost."""
    assert signal in sure_signals(text)


@pytest.mark.parametrize(("signal", "text"), [(f.signal, t) for f in FILES for t in f.counter])
def test_counter_example_is_left_alone(signal: str, text: str) -> None:
    """A trainer's counter-example that fires again means harmless customers are alarmed about."""
    assert signal not in sure_signals(text)


SCOPES = [(name, key, t) for name in ("innocent", "purpose") for key in ("examples", "counter")
          for t in read_yaml(f"lexicon/{name}.yml")[key]]  # fmt: skip


@pytest.mark.parametrize(("name", "key", "text"), SCOPES)
def test_scope_files_keep_their_promises(name: str, key: str, text: str) -> None:
    """An idiom that is no longer known raises alarms; one that is too wide hides a disclosure."""
    lexicon, folded = load_lexicon(), normalise(text).text
    found = lexicon.purpose.match(folded) if name == "purpose" else bool(lexicon.innocent_strong.spans(folded))
    assert found == (key == "examples")


@pytest.mark.parametrize(
    ("key", "text"), [(k, t) for k in ("examples", "counter") for t in read_yaml("lexicon/jest.yml")[k]]
)
def test_hyperbole_is_set_aside_and_nothing_else(key: str, text: str) -> None:
    """A joke over a late parcel that alarms people tires them; a real wish taken for one is passed by."""
    normal, lexicon = normalise(text), load_lexicon()
    scope = apply_scope(normal, lexicon.search(normal.text, normal.breaks), lexicon)
    if key == "counter":
        assert not scope.aside
    else:
        assert scope.aside
        assert floor_level(normal.text, scope).level < 2 <= floor_level(normal.text, scope.whole).level


@pytest.mark.parametrize(("sure", "level"), [(0.84, 0), (0.86, 3)])
def test_what_the_learned_reader_is_sure_of_is_no_joke(sure: float, level: int) -> None:
    """ "急得要上吊" of somebody who means it would be laughed away."""
    reader, text = Reader(None), "客户等着要 我急得要上吊"
    sketch, p = reader.sketch(normalise(text)), np.array([0.9, sure, 0.1, 0.0])
    reader.light = reader.heavy = SimpleNamespace(level=lambda _: 0, probabilities=lambda _: p)  # type: ignore[assignment]
    assert reader.asks_encoder(sketch, np.zeros(4))
    reading = SimpleNamespace(levels=np.zeros(4), signals=np.zeros(32), tokens=(), scores=())
    row = np.zeros(4)
    with (
        patch("bot.risk.stack.deep_row", lambda *_: row),
        patch("bot.risk.evidence.from_tokens", lambda *_: []),
        patch("bot.risk.evidence.third_party_by_head", lambda found, _: found),
    ):
        assert reader.conclude(text, Context(), sketch, row, p, reading).level == level


def test_only_files_of_bare_hints_have_no_counter_examples() -> None:
    """A rule nobody tried to fool flags harmless customers."""
    assert [f.signal for f in FILES if not f.counter] == [f.signal for f in FILES if not f.sure]


@pytest.mark.parametrize(
    ("pattern", "marked"),
    [
        ("^(?!.*(?:猫|狗)).*?走了", "^(?!.*(?:猫|狗)).*?(?P<e>走了)"),
        ("^(?!.*猫)(?=.*药).{0,6}?走(?:了|啦)", "^(?!.*猫)(?=.*药).{0,6}?(?P<e>走(?:了|啦))"),
        ("^(?!.*猫).*?走了|再见", "^(?!.*猫).*?走了|再见"),
        ("走了", "走了"),
    ],
)
def test_what_must_not_stand_in_a_message_is_no_evidence(pattern: str, marked: str) -> None:
    """People would be shown half the message as the sign, and a negation before it would be overlooked."""
    assert mark_evidence(pattern) == marked


def test_pauses_tell_clauses_apart() -> None:
    """ "刀买回来。不切菜。切我。" says in its pauses what no word says; without them it is another message."""
    lexicon, normal = load_lexicon(), normalise("刀买回来。不切菜。切我。")
    firm = [h for h in lexicon.search(normal.text, normal.breaks) if h.firm]
    assert {normal.text[h.start : h.end] for h in firm} >= {"不切菜切我"}
    assert not any(h.firm for h in lexicon.search(normal.text))
    assert apply_scope(normal, firm, lexicon).plain


def test_every_file_is_read() -> None:
    """A lexicon file that nobody reads gives its author a false sense of safety."""
    known = {*SIGNAL_FILES, "words", "spellings", "innocent", "jest", "purpose", "triggers", "signs", "pieces"}
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
