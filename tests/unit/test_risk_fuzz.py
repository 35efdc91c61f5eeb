"""No input crashes danger reading, whatever it holds, and long input stays affordable."""

from __future__ import annotations

import time

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.risk import Context, Reader, TalkReader
from bot.risk.normalise import normalise

READER = Reader(None)
PIECES = st.sampled_from(
    ["想死", "不想活", "自", "杀", "zs", "4", "\u200b", "\u202e", "\x00", "\ud800", "😭", "💊", "gewan", "唔",
     "攰", "\n", " ", "紫砂", "壶", "bu xiang huo", "死死死死", "。", "ﷺ", "ﬁ", "１", "İ", "x" * 50]
)  # fmt: skip
TEXTS = st.one_of(st.text(max_size=80), st.lists(PIECES, max_size=30).map("".join))


@settings(max_examples=150, deadline=None)
@given(TEXTS)
def test_any_text_is_read(text: str) -> None:
    """A message that crashes the reader is a message nobody answers."""
    verdict = READER.read(text, Context(hour=3))
    assert 0 <= verdict.level <= 4
    assert 0.0 <= verdict.score <= 1.0
    for s in verdict.signals:
        assert s.text == text[s.start : s.end]


@settings(max_examples=100, deadline=None)
@given(TEXTS)
def test_normalise_keeps_offsets(text: str) -> None:
    """Evidence would point outside the message."""
    normal = normalise(text)
    assert len(normal.starts) == len(normal.ends) == len(normal.text)
    assert all(0 <= a < b <= len(text) for a, b in zip(normal.starts, normal.ends, strict=True))


@settings(max_examples=40, deadline=None)
@given(st.lists(TEXTS, max_size=5))
def test_a_talk_never_crashes_and_never_falls_from_high(texts: list[str]) -> None:
    """A customer at risk would be forgotten in the middle of the talk."""
    talk = TalkReader(READER)
    state = None
    last = 0
    for text in texts:
        verdict, state = talk.read_turn(text, None, state)
        assert verdict.level >= last or last < 3
        last = verdict.level


def test_a_megabyte_is_read_in_linear_time() -> None:
    """One pasted book must not stop the screening of everybody else."""
    took = []
    for size in (20_000, 80_000):
        text = "客服你好我想死a4 快点发货。" * (size // 15)
        began = time.perf_counter()
        READER.read(text)
        took.append(time.perf_counter() - began)
    assert took[1] < 12 * took[0] + 0.5
