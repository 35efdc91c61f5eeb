"""Ordinary questions of the shop counter, heard by example, on the card for the person at the keyboard."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.conversation import check_cards
from bot.conversation import counter as heard
from bot.conversation.guard import Guard
from bot.conversation.lined import read
from bot.copilot import cards, counter, soft
from bot.copilot.types import Moment

ROOT = Path(__file__).resolve().parents[2]
GUARD = Guard.load(ROOT / "data" / "never_say.yml", frozenset())
PLAIN = cards.Words("一米六三 一百一十八斤 那我拍L还是XL", asks=True, matter=True)


def said(**more: object) -> str:
    return cards.answer(replace(PLAIN, **more), cards.deck())  # type: ignore[arg-type]


def test_what_is_asked_is_answered_rather_than_acknowledged():
    """ "L还是XL" would be met with "嗯，您说，我看着呢", and the agent types it all herself."""
    assert "两个码" in said(kind="size_between")
    assert "两个码" in said(text="呃那个呀到底怎么弄的呀这样", perhaps="size_between")


def test_a_danger_goes_before_any_question():
    """ "充电宝鼓包了还能退吗" would be served as a return, and it burns meanwhile."""
    text = "充电宝鼓包了还能退吗"
    assert "先别再用" in said(text=text, kind="exchange_opened")


def test_an_answer_is_not_given_twice():
    """The second question of the same kind would read the same sentence."""
    first = said(kind="size_between")
    assert said(kind="size_between", said=frozenset({first})) != first


def test_an_ordinary_question_is_no_reason_to_ask_how_somebody_is():
    """ "转二段怎么换" was answered with "您自己今天还好吗"; a sign or a feeling still opens the door."""
    now = Moment(0, "service", "calm", score=0.3)
    assert soft.doubt(now, None, shop=True) == ""
    assert soft.doubt(now, None) == "gentle"
    assert soft.doubt(replace(now, score=0.45), None, shop=True) == "gentle"
    assert soft.doubt(replace(now, signals=("distress",)), None, shop=True) == "gentle"
    assert soft.doubt(now, cards.deck().signs[0], shop=True) == "gentle"


def test_every_kind_has_an_answer_and_several_voices():
    """A kind that one author alone describes would be heard in that author's words only."""
    found = check_cards.check_counter({check_cards.COUNTER: read(ROOT / "data/counter.yml")}, GUARD, heard.EXAMPLES)
    assert not list(found)
    kinds = {kind for _, kind, _ in heard.examples()} - {heard.NONE}
    assert kinds == set(counter.answers())


@pytest.mark.parametrize(
    ("raw", "wanted"),
    [
        ("stock: [有货]\n", "只有 0 位作者"),
        ("stock: 有货\n", "读不了"),
        (f"stock: [{'有' * 61}]\n", "最多 60 字"),
    ],
)
def test_a_mistake_in_the_file_is_named(tmp_path, raw, wanted):
    """A trainer's slip would stop the start, or reach a customer cut off."""
    file = tmp_path / "counter.yml"
    file.write_text(raw, encoding="utf-8")
    rows = check_cards.check_counter({check_cards.COUNTER: read(file)}, GUARD, tmp_path / "counter")
    assert any(wanted in message for _, _, message, _ in rows)


def test_without_training_patterns_answer_alone(monkeypatch):
    """A machine whose training failed would offer nothing at all."""
    monkeypatch.setattr(heard, "reader", lambda: None)
    assert heard.kinds("请问这个什么时候发货") == ("", "")


def test_what_was_told_a_message_ago_is_met_once():
    """ "公司上周把我们组都裁了" and then a suitcase: the card would speak of the suitcase alone."""
    words = cards.Words(
        "28寸装得下一床被子不", earlier=("公司上周把我们组都裁了",), asks=True, matter=True, kind="fits_space"
    )
    known = cards.deck()
    met = soft.first_card(Moment(0, "service", "calm"), words, known, ())
    assert met is not None
    assert met.text.endswith("？")
    again = soft.first_card(Moment(0, "service", "calm"), replace(words, said=frozenset({met.text})), known, ())
    assert again is None


@pytest.mark.parametrize(
    ("text", "kind", "wanted"),
    [
        ("燃气灶有煤气味", "smell_safe", "关阀"),
        ("纽扣电池孩子吞了", "how_use", "急诊"),
        ("布洛芬一天能吃几次", "portion", "医生"),
        ("宝宝四个月能喂蜂蜜吗", "baby_ok", "先别喂"),
        ("窗户限位器怎么拆", "self_install", "做什么用"),
    ],
)
def test_what_harms_is_no_matter_of_the_counter(text, kind, wanted):
    """A gas leak would be aired for a day, a swallowed battery be looked up, a window guard be unscrewed."""
    assert wanted in said(text=text, kind=kind, perhaps=kind)
