"""Direct questions that no pattern hears: examples, guesses, and where the plan listens to them."""

from __future__ import annotations

import pytest

from bot.conversation import meant
from bot.conversation.check_answers import check_examples
from bot.conversation.learned import Learned
from bot.conversation.plan import Plan, plan
from bot.conversation.questions import asked, fitting, questions

UNHEARD = "我心里没底 拨过去要从哪句说起"
KINDS = {kind.name for kind in questions().kinds}


def planned(
    text: str, kind: str | None, level: int = 2, third_party: bool = False, outright: str | None = None
) -> Plan:
    """The plan where the learned reader hears `kind`, and `outright` where a pattern has heard something."""
    return plan(
        text, level=level, signals=("ideation_passive",) if level >= 2 else (), talk={"ideation": level >= 2},
        memory={"turn": 3, "level": level, "asked": {"suicide": [1]} if level else {}}, intent=None, confidence=0.0,
        third_party=third_party, learned=Learned(kind=lambda _, beside: outright if beside else kind),
    )  # fmt: skip


def test_every_example_is_of_a_kind_that_has_answers():
    """A slip in a trainer's file would teach the bot to hear a question that it cannot answer."""
    assert {kind for _, kind, _ in meant.examples()} - {meant.NONE} <= KINDS


def test_every_kind_is_taught_by_several_authors():
    """One person's words teach one person's words: another customer's question would go unheard."""
    by_kind: dict[str, set[str]] = {}
    for _, kind, author in meant.examples():
        by_kind.setdefault(kind, set()).add(author)
    assert {k for k in KINDS if len(by_kind.get(k, ())) < 3} == set()


def test_a_question_that_no_pattern_hears_is_answered():
    """Who asks in other words than ours would get a kind sentence instead of an answer."""
    assert asked(UNHEARD, False) == ()
    assert planned(UNHEARD, None).asks == ()
    assert planned(UNHEARD, "hotline_ask").asks == ("hotline_ask",)


def test_patterns_go_first():
    """What a list says in so many words is surer than a likeness."""
    (heard, *_) = asked("打过去他们会问什么", False)
    assert planned("打过去他们会问什么", "faith").asks[0] == heard


def test_what_examples_are_surer_of_stands_before_a_pattern_and_both_are_answered():
    """A shared word would answer another question than the one that was asked, or one of two would go unanswered."""
    (heard, *_) = asked("打过去他们会问什么", False)
    assert planned("打过去他们会问什么", None, outright="faith").asks == ("faith", heard)


def test_a_question_beside_thanks_or_anger_is_heard():
    """ "谢谢 那普通话不好要紧吗" would be answered with "不客气"."""
    assert planned("谢谢你 " + UNHEARD, "hotline_ask").asks == ("hotline_ask",)


def test_a_shopper_is_never_read_so():
    """Somebody who asks for a parcel would be told about hotlines."""
    assert planned(UNHEARD, "hotline_ask", level=0).asks == ()


@pytest.mark.parametrize(
    ("kind", "other", "known", "fits"),
    [
        ("my_fault", False, (), True),
        ("my_fault", True, (), False),
        ("step_back", False, (), False),
        ("step_back", False, ("brink",), True),
        ("no_such_kind", False, (), False),
        (None, False, (), False),
    ],
)
def test_a_kind_is_answered_only_where_it_can_be_asked(
    kind: str | None, other: bool, known: tuple[str, ...], fits: bool
):
    """A mother who asks for her son would be answered as if the wish were hers."""
    assert bool(fitting(kind, other, known)) is fits


@pytest.mark.parametrize(
    ("share", "weight", "believed"), [(0.2, 0.4, True), (meant.SURE / 2, 0.4, False), (0.2, -0.1, False)]
)
def test_unsure_guesses_are_none(share: float, weight: float, believed: bool):
    """A wrong answer is worse than none."""
    assert (meant.Guess("faith", share, weight).believed() == "faith") is believed


def test_a_malformed_file_is_named(tmp_path):
    """A trainer would look for the slip in the wrong file."""
    (tmp_path / "d.yml").write_text("faith: 神会怪我吗\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"d\.yml"):
        meant.examples(tmp_path)


def test_without_a_trained_reader_patterns_hear_alone(tmp_path, monkeypatch):
    """A fresh machine would fall silent in the middle of a talk."""
    monkeypatch.setattr(meant, "path", lambda: tmp_path / "none.npz")
    meant.reader.cache_clear()
    try:
        assert meant.stale()
        assert meant.meant(UNHEARD) is None
    finally:
        meant.reader.cache_clear()


def test_check_names_a_kind_that_nobody_can_answer(tmp_path):
    """A trainer would wait for an answer that no file holds."""
    (tmp_path / "data" / "asked").mkdir(parents=True)
    (tmp_path / "data" / "questions.yml").write_text("kinds: {faith: {zh: 神}}\n", encoding="utf-8")
    (tmp_path / "data" / "asked" / "d.yml").write_text("faith:\n  - 神会怪我吗\nfiath: 神\n", encoding="utf-8")
    assert [(file, line) for file, line, _ in check_examples(tmp_path)] == [("data/asked/d.yml", 3)]


def test_a_statement_is_no_question_unless_it_is_surely_one():
    """ "想消失 那种谁都不记得我的消失" was answered with "不会的", "我爸把成绩单摔我脸上" with "缺一场能补"."""
    guess = meant.Guess("faith", 0.11, 0.4)
    assert meant.decided("走了以后会去哪里吗", guess) == "faith"
    assert meant.decided("中考没考上 我爸把成绩单摔我脸上", guess) is None
    assert meant.decided("不敢打电话 我怕出声", meant.Guess("text_channel", 0.2, 2.2)) == "text_channel"
