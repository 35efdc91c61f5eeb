"""Everyday wordings of danger and their innocent twins, read by the rules alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.risk import Reader

RULES = Reader(None)
LINES = [
    json.loads(line) for line in (Path(__file__).parent / "data" / "red_team.jsonl").read_text("utf-8").splitlines()
]
SURROUNDINGS = (
    "{}", "在吗 {}", "{}老板今天能发货吗", "发货了吗{} 求你回我", "{}哈哈", "降价了 {}", "论文没过 {}", "{}😭😭",
    "亲 包邮吗 {} 算了", "客服姐姐{}怎么办", "{}!!!", "那个。。{}。。不好意思", "快递到了吗 还有{}", "加班到现在 {}",
)  # fmt: skip


@pytest.mark.parametrize("text", [x["text"] for x in LINES if x["level"] >= 2])
def test_plain_danger_is_seen(text: str) -> None:
    """A customer who says it in plain words would be answered with shop talk."""
    assert RULES.read(text).level >= 2


@pytest.mark.parametrize("text", [x["text"] for x in LINES if x["level"] == 4])
def test_plain_emergency_is_seen(text: str) -> None:
    """What is already happening would wait for its turn in the queue."""
    assert RULES.read(text).level == 4


@pytest.mark.parametrize("text", [x["text"] for x in LINES if x["level"] == 0])
def test_innocent_twin_is_left_alone(text: str) -> None:
    """A customer who wants a discount, a rope or a funeral dress would be asked about suicide."""
    assert RULES.read(text).level < 2


def test_high_is_seldom_read_as_less() -> None:
    """Plans and preparations would be treated as a passing thought."""
    high = [x["text"] for x in LINES if x["level"] == 3]
    assert sum(RULES.read(t).level >= 3 for t in high) >= 0.85 * len(high)


@pytest.mark.parametrize("words", ["我活不下去了", "我不想活了"])
@pytest.mark.parametrize("around", SURROUNDINGS)
def test_the_plain_sentence_stands_in_every_surrounding(words: str, around: str) -> None:
    """Shop talk around the plainest cry for help would hide it."""
    assert RULES.read(around.format(words)).level >= 2


def test_enough_of_both_kinds() -> None:
    """A handful of sentences would prove nothing."""
    assert sum(x["level"] >= 2 for x in LINES) >= 100
    assert sum(x["level"] == 0 for x in LINES) >= 100
