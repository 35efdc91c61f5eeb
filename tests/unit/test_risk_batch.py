"""The first stage over a batch decides exactly as it does one by one."""

from __future__ import annotations

import json
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.cli.screen_lines import FEW, Screener
from bot.risk import Reader
from bot.risk.batch import BatchFirst, ReaderBatch
from bot.risk.data import load_utterances
from bot.risk.first import LONGEST, FirstStage, grams
from bot.risk.folding import fold
from bot.risk.ordinary import ordinary

ODD = [
    "", " ", "。。。", "死死死死", "啊啊啊啊", "哈哈哈哈", "6666", "٣٣٣", "aaa", "\x00\x00", "\ud800" * 3, "ﷺﷺﷺ",
    "ﬁﬁ", "😭😭😭", "^^^$", "１１１", "妳牠", "x" * LONGEST, "x" * (LONGEST + 1), "不 想 活", "\U000e0041龘龘龘",
    "İİİ", "退款？？？",
]  # fmt: skip


@pytest.fixture(scope="module")
def first() -> FirstStage:
    """A first stage with weights for every n-gram of the labelled messages, some of them near each other."""
    rng = random.Random(3)
    texts = [u.text for u in load_utterances()][::25] + ordinary(300, "train")
    table = {g: round(rng.gauss(0, 1), 3) for text in texts for g in grams(fold(text))}
    table[""] = -1.0
    return FirstStage.build(table, -1.2)


def agree(first: FirstStage, batch: BatchFirst, texts: list[str]) -> None:
    one = [first.clears(text) for text in texts]
    many = batch.clears(texts)
    assert [x is None for x in many] == [x is None for x in one]
    assert [x for x in many if x is not None] == pytest.approx([x for x in one if x is not None], abs=1e-9)


def test_labelled_and_ordinary_messages(first: FirstStage) -> None:
    """A message would be waved through in busy hours that is read in quiet ones."""
    batch = BatchFirst(first)
    texts = [u.text for u in load_utterances()][::5] + ordinary(500, "test") + ODD
    random.Random(1).shuffle(texts)
    assert 0 < sum(first.clears(t) is None for t in texts) < len(texts)
    for at in range(0, len(texts), 130):
        agree(first, batch, texts[at : at + 130])
    agree(first, batch, [])
    agree(first, batch, [""])


@settings(max_examples=120, deadline=None)
@given(st.lists(st.one_of(st.text(max_size=30), st.sampled_from(ODD)), max_size=12))
def test_any_texts(first: FirstStage, texts: list[str]) -> None:
    """A strange character in one message would change what is decided of its neighbours."""
    agree(first, BATCHES.setdefault(id(first), BatchFirst(first)), texts)


BATCHES: dict[int, BatchFirst] = {}


def test_a_score_beside_the_threshold_is_decided_one_by_one(first: FirstStage) -> None:
    """Rounding in the sum would let a message through that the threshold keeps."""
    text = next(t for t in ordinary(50, "train") if first.clears(t) is not None)
    for shift in (0.0, 1e-13, -1e-13):
        near = FirstStage(first.triggers, first.table, first.bias, first.score(fold(text)) + shift)
        agree(near, BatchFirst(near), [text, "你好", text])


def test_lines_in_a_batch_get_the_verdicts_of_single_lines(first: FirstStage) -> None:
    """The output of `zaoan screen` would depend on how fast its input comes."""
    reader = Reader(None)
    reader._first = first
    lines = [json.dumps({"id": str(n), "text": t}).encode() for n, t in enumerate(ordinary(60, "test") + ODD)]
    lines += [b"", b"  ", b"nope", b'{"id": 1, "text": "x"}', b'{"id": "a", "text": "x", "context": 3}', b"[]"]
    together = Screener(reader).read(lines)
    alone = [answer for line in lines for answer in Screener(reader).read([line])]
    assert len(together) > FEW
    assert [without_ms(a) for a in together] == [without_ms(a) for a in alone]


def without_ms(answer: bytes | str | None) -> object:
    if not isinstance(answer, bytes):
        return answer
    out = json.loads(answer)
    assert list(out) == ["id", "level", "score", "signals", "third_party", "ms"]
    out.pop("ms")
    return out


def test_a_reader_without_training_clears_nothing() -> None:
    """Screening would call everything ordinary when the trained file is missing."""
    assert ReaderBatch(Reader(None)).clear(["在吗"] * 20) == [None] * 20
