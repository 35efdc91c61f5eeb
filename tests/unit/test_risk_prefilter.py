"""Patterns left out by the prefilter could not have matched: speed must not change a verdict."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.risk.lexicon import Hit, Lexicon, load_lexicon
from bot.risk.normalise import normalise
from bot.risk.prefilter import Prefilter, needs


@pytest.mark.parametrize(
    ("pattern", "needed"),
    [
        ("想死", {"想死"}),
        ("(?:想|要)死了?", {"想死", "要死", "想死了", "要死了"}),
        ("不想.{0,3}活着", {"不想", "活着"}),
        ("a+b", {"a", "b"}),
        ("(?<!紫)砂(?!壶)", {"砂"}),
        ("[ab]c", {"ac", "bc"}),
    ],
)
def test_required_strings(pattern: str, needed: set[str]) -> None:
    """A wrong requirement would hide a disclosure from its rule."""
    found = needs(re.compile(pattern))
    assert found is not None
    assert found <= needed


@pytest.mark.parametrize("pattern", ["a*", "[^a]", ".", "(?i)a", "a|.", r"\d+", "(?:a|b?)"])
def test_patterns_without_requirement_are_always_tried(pattern: str) -> None:
    """A rule that may match anything would never be asked."""
    assert Prefilter([re.compile(pattern)]).candidates("xyz") == [0]


def test_no_rule_of_the_lexicon_is_tried_on_every_message() -> None:
    """A rule of many branches would slow every message of everybody down."""
    lexicon = load_lexicon()
    assert [lexicon.rules[i].key for i in lexicon._filter.candidates("")] == []


def whole(lexicon: Lexicon, text: str) -> list[Hit]:
    """Every rule tried, as without the prefilter."""
    return [hit for r in lexicon.rules for hit in r.hits(text)]


def test_every_labelled_message_hits_the_same_rules(labelled: list[str]) -> None:
    """The lexicon's authors would see their rule ignored on some messages."""
    lexicon = load_lexicon()
    for text in labelled[::20]:
        folded = normalise(text).text[:400]
        assert lexicon.search(folded) == whole(lexicon, folded)


@pytest.fixture(scope="module")
def labelled() -> list[str]:
    from bot.risk.data import load_utterances

    return [u.text for u in load_utterances()]


WORDS = "我 你 不 想 死 活 了 着 药 吞 今晚 跳 楼 割 腕 孩子 一起 走 再见 谢谢 没 是 把 都 准备 好 绳 买 能 吗"
PIECES = st.sampled_from(WORDS.split())


@settings(max_examples=150, deadline=None)
@given(st.lists(PIECES, max_size=25).map("".join))
def test_any_text_hits_the_same_rules(text: str) -> None:
    """A sentence nobody wrote before would lose its rule."""
    lexicon = load_lexicon()
    assert lexicon.search(text) == whole(lexicon, text)
