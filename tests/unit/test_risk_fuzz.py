"""No input crashes danger reading, whatever it holds, and long input stays affordable."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.fuzz import target
from bot.cli.screen_lines import Screener
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


LONG = [
    "客服你好我想死a4 快点发货。",
    "把",
    "ab",
    "buxianghuo",
    "不想",
    " \u200b",
    "死1",
    "\x00",
    "😭",
    "我在天台上现在",
]


def seconds(text: str, times: int = 2) -> float:
    """The least CPU time of reading: what else the machine does must not decide."""
    took = []
    for _ in range(times):
        began = time.process_time()
        READER.read(text)
        took.append(time.process_time() - began)
    return min(took)


@pytest.mark.parametrize("piece", LONG)
def test_time_grows_with_length_and_no_faster(piece: str) -> None:
    """Somebody who finds the slow pattern could stop the screening of everybody else."""
    short, long = (seconds((piece * size)[:size]) for size in (50_000, 200_000))
    assert long < 8 * short + 0.1


def test_a_megabyte_is_read() -> None:
    """One pasted book must not stop the screening of everybody else."""
    text = (LONG[0] * 100_000)[:1_000_000]
    assert seconds(text, 1) < 20 * seconds(text[:100_000], 1) + 0.5


@settings(max_examples=25, deadline=None)
@given(TEXTS, st.integers(0, 23))
def test_what_the_fuzzer_demands_holds(text: str, hour: int) -> None:
    """The long fuzzing run would stop at a fault of its own instead of ours."""
    TARGET(text, hour)


TARGET = target(READER, READER, TalkReader, normalise, Screener)
