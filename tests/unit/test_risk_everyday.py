"""Everyday endings of a chat: never an alarm by themselves, never a cover for anything else."""

from __future__ import annotations

import time

import pytest

from bot.risk.everyday import is_closing, is_errand, load
from bot.risk.normalise import normalise


@pytest.mark.parametrize("text", load()["examples"])
def test_an_everyday_ending_is_known(text):
    """Agents called to "好 那我先睡了" every evening would stop coming."""
    assert is_closing(normalise(text).text)


@pytest.mark.parametrize("text", load()["counter_examples"])
def test_one_more_word_and_it_is_no_mere_ending(text):
    """A last word that begins like an everyday one would be passed over."""
    assert not is_closing(normalise(text).text)


def test_a_long_repetition_is_refused_at_once():
    """A message made to keep the pattern busy would hold up everybody's reading."""
    began = time.perf_counter()
    assert not is_closing("好" * 100_000 + "x")
    for size in range(1, 17):
        is_closing(("好的那我先等等" * 3)[: size - 1] + "死")
    assert time.perf_counter() - began < 1


@pytest.mark.parametrize(
    ("text", "errand"), [("行 我走了 去接孩子", True), ("我走了", False), ("我走了 去接孩子 别找我", False)]
)
def test_only_a_named_errand_answers_a_farewell(text, errand):
    """A farewell without more stays one, however everyday its words are."""
    assert is_errand(normalise(text).text) is errand
