"""Learned evidence is shown as words, not syllables."""

from __future__ import annotations

from bot.risk.spans import readable, tidy
from bot.risk.types import Signal

TEXT = "没脸跟闺女说，活着也是给她丢人 那我去我奶奶家了"


def _learned(name: str, words: str, text: str = TEXT) -> Signal:
    at = text.index(words)
    return Signal(name, at, at + len(words), words, "learned")


def test_a_syllable_becomes_its_clause():
    """An agent shown "也是" as the reason would stop believing any reason."""
    start, end = readable(TEXT, TEXT.index("也是"), TEXT.index("也是") + 2)
    assert TEXT[start:end] == "活着也是给她丢人"


def test_a_long_run_on_is_shown_around_the_place():
    """Voice input has no commas: half a page underlined shows nothing."""
    text = "我就是想问一下那个东西什么时候到因为我可能等不到那天了你帮我看看行吗谢谢"
    start, end = readable(text, text.index("等不"), text.index("等不") + 2)
    assert 2 < end - start <= 12
    assert "等不到那天" in text[start:end]


def test_pieces_of_one_clause_become_one():
    """Three underlined scraps of one clause read as three reasons."""
    found = tidy([_learned("distress", "活着"), _learned("distress", "丢人")], TEXT)
    assert [s.text for s in found] == ["活着也是给她丢人"]


def test_a_rules_words_stand_as_they_are():
    """The rule names the words it means; a learned span over them must not blur them."""
    at = TEXT.index("没脸")
    rule = Signal("burden", at, at + 2, "没脸", "burden/no-face")
    assert tidy([_learned("burden", "闺女"), rule], TEXT) == [rule]


def test_evidence_is_a_slice_of_the_message():
    """The console underlines by offsets."""
    for s in tidy([_learned("distress", "我"), _learned("isolation", "家")], TEXT):
        assert TEXT[s.start : s.end] == s.text
