"""Many messages read together get the verdicts that each would get alone."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.cli.screen_lines import Screener
from bot.risk import Reader
from bot.risk.batch_linear import BatchLinear
from bot.risk.data import load_utterances
from bot.risk.deep import SCALE, TOGETHER, TOKENS, Merged, together
from bot.risk.linear import Linear, ngrams
from bot.risk.many import FEW
from bot.risk.normalise import normalise
from bot.risk.stack import LIGHT_FEATURES, Stack
from bot.risk.types import Context, Order, Verdict


@pytest.fixture(scope="module")
def linear() -> Linear:
    """A linear reader with weights for every n-gram of some labelled messages."""
    rng = np.random.RandomState(5)
    texts = [normalise(u.text).text for u in load_utterances()][::40]
    grams = {g: i for i, g in enumerate(sorted({g for t in texts for g in ngrams(t, 1, 4)}))}
    return Linear(
        grams, rng.rand(len(grams)).astype(np.float32) + 1, rng.randn(len(grams), 4).astype(np.float32),
        np.array([0.5, -1, -2, -3], np.float32), 1, 4,
    )  # fmt: skip


@pytest.fixture(scope="module")
def reader(linear: Linear) -> Reader:
    """A reader of rules and n-grams without a first stage."""
    rng = np.random.RandomState(6)
    made = Reader(None, deep=False)
    made.light = Stack(
        rng.randn(4, LIGHT_FEATURES).astype(np.float32), np.zeros(4, np.float32), (0.5, 0.6, 0.6, 0.6)
    )  # fmt: skip
    made._linear = linear
    return made


def test_labelled_messages_weigh_the_same_to_the_last_bit(linear: Linear) -> None:
    """A message beside the threshold would reach the encoder in quiet hours and not in busy ones."""
    batch = BatchLinear(linear)
    texts = [normalise(u.text).text for u in load_utterances()[::9]]
    texts += ["", "a", "啊" * 700, "好" * 300 + "走" * 400]
    for at in range(0, len(texts), 60):
        part = texts[at : at + 60]
        assert (batch.logits(part) == np.stack([linear.logits(t) for t in part])).all()


def test_any_text_weighs_the_same(linear: Linear) -> None:
    """A strange character in one message would change the weight of its neighbours."""
    batch = BatchLinear(linear)

    @settings(max_examples=100, deadline=None)
    @given(st.lists(st.text(alphabet="不想活了好的^$ab□\U00020000死", max_size=12), min_size=1, max_size=6))
    def check(texts: list[str]) -> None:
        assert (batch.logits(texts) == np.stack([linear.logits(t) for t in texts])).all()

    check()


def test_verdicts_are_those_of_single_messages(reader: Reader) -> None:
    """The level of a message would depend on what other customers write at the same time."""
    orders = (Order("1", category="农药"), Order("2", category="鼠药"))
    night = Context(hour=2, category="农药", orders=orders, minor=True)
    texts = [u.text for u in load_utterances()[::50]]
    texts += ["", "。。", "好的～", "好的!!", "好的", "\ud800", "在吗", "在吗"]
    contexts = [night if i % 3 == 0 else None for i in range(len(texts))]
    assert len(texts) >= FEW
    for _ in range(2):  # the second time much of it is known already
        together = reader.read_many(texts, contexts)
        alone = [reader.read(t, c) for t, c in zip(texts, contexts, strict=True)]
        assert [replace(v, ms=0.0) for v in together] == [replace(v, ms=0.0) for v in alone]
    assert {v.level for v in together} == {0, 1, 2, 3, 4}


def test_what_repeats_is_read_once_unless_it_is_dangerous(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy hour of the same greeting would hold up everybody; what was said in danger would stay in memory."""
    asked: list[str] = []
    levels = {"在吗": 0, "烦死了": 1, "不想活了": 3}

    def read_many(texts: list[str], contexts: list[Context | None]) -> list[Verdict]:
        asked.extend(texts)
        return [Verdict(levels[t], 0.5, (), False, 1.0) for t in texts]

    monkeypatch.setattr(reader, "read_many", read_many)
    screener = Screener(reader)
    lines = [json.dumps({"id": str(n), "text": t}).encode() for n, t in enumerate([*levels, *levels])]
    first, second = screener.read(lines), screener.read(lines)
    assert asked == [*levels, "不想活了"]
    assert [x.split(b'"ms"')[0] for x in first if isinstance(x, bytes)] == [
        x.split(b'"ms"')[0] for x in second if isinstance(x, bytes)
    ]


def test_a_line_with_a_context_is_read_for_itself(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    """One customer's orders would speak for another who writes the same words."""
    asked: list[Context | None] = []

    def read_many(texts: list[str], contexts: list[Context | None]) -> list[Verdict]:
        asked.extend(contexts)
        return [Verdict(0, 0.1, (), False, 1.0) for _ in texts]

    monkeypatch.setattr(reader, "read_many", read_many)
    raw = b'{"id": "a", "text": "\xe5\x9c\xa8\xe5\x90\x97", "context": {"hour": %d}}'
    Screener(reader).read([raw % 1, raw % 2, raw % 1, b'{"id": "b", "text": "\xe5\x9c\xa8\xe5\x90\x97"}'])
    assert asked == [Context(hour=1), Context(hour=2), Context(hour=1), None]


@given(st.dictionaries(st.text(max_size=4), st.integers(1, 160), max_size=40))
def test_the_encoder_gets_every_text_once_and_never_too_much(sizes: dict[str, int]) -> None:
    """A message would get no reading, or a burst of long ones would eat the memory of the machine."""
    batches = together(sizes)
    assert sorted(t for batch in batches for t in batch) == sorted(sizes)
    for batch in batches:
        assert len(batch) == 1 or len(batch) * max(sizes[t] for t in batch) <= TOKENS
        assert len(batch) <= TOGETHER


def test_what_the_adapter_changes_is_computed_as_it_was_trained() -> None:
    """The encoder in service would not be the one that was measured."""

    class File:
        @staticmethod
        def tensor(name: str) -> np.ndarray[Any, np.dtype[np.float32]]:
            return np.ones((3, 2), np.float32) * len(name)

    low, high = np.arange(2, dtype=np.float16).reshape(2, 1), np.arange(3, dtype=np.float16).reshape(1, 3)
    adapter = {"l9.q.w.A": low, "l9.q.w.B": high, "l9.q.b": np.ones(3, np.float16), "head.o": np.ones(2)}
    merged = Merged(File(), adapter)  # type: ignore[arg-type]
    assert sorted(merged) == ["l9.q.b", "l9.q.w"]
    assert (merged["l9.q.w"] == 6 + SCALE * np.outer(np.arange(3), np.arange(2))).all()
    assert merged["l9.q.b"].dtype == np.float32
    assert "l9.q.w.B" not in merged
