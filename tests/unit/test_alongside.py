"""What a reply with room names beside everything else (`bot/conversation/alongside.py`)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.conversation import alongside
from bot.conversation import memory as mem
from bot.conversation.ladder import ladder
from bot.conversation.plan import Plan


def made(step: str = "way", heard: str = "tell", danger: str = "ideation", mode: str = "care", **kept: Any) -> Plan:
    memory = mem.fresh() | {"turn": 4, "flagged": 2, "level": 2, "asked": {"suicide": [3]}} | kept
    return Plan(mode, danger, "self", heard, step, False, (), memory)


def test_a_line_stands_beside_a_question():
    """Who writes five messages and leaves would have been asked everything and given nothing."""
    assert alongside.due(ladder(), made()) == alongside.LINE


def test_a_doctor_follows_once_the_line_was_given():
    """A number is no treatment: nobody would have said that this can be treated."""
    given = {"suicide": [3], "refer": [4]}
    assert alongside.due(ladder(), made(turn=6, last_refer=4, asked=given)) == alongside.CARE
    assert alongside.due(ladder(), made(turn=5, last_refer=4, asked=given)) == ""
    said = ["医院的心理科就是看这个的，挂号的时候不用说很多。"]
    assert alongside.due(ladder(), made(turn=6, last_refer=4, asked=given, said=said)) == ""


@pytest.mark.parametrize(
    "plan",
    [
        made(heard="refuse_talk"), made(heard="anger"), made(heard="bye"), made(step="emergency"),
        made(step="companion_refer"), made(danger="imminent"), made(mode="service"), made(asked={}),
        made(told={"here": 3}), made(told={"just_listen": 3}), made(told={"suicide_denied": 3}),
        made(refusals=2), made(told={"swallowed": 3}),
    ],
)  # fmt: skip
def test_nothing_is_pressed_on_anybody(plan):
    """Who is angry, leaving, at the edge or has somebody with them would be handed a number in place of an ear."""
    assert alongside.due(ladder(), plan) in {"", alongside.PROMISE}


@pytest.mark.parametrize(
    ("plan", "says"),
    [
        (made(heard="presence"), True), (made(heard="bye"), True), (made(heard="relief", danger="imminent"), True),
        (made(heard="presence", promised=4, turn=5), False), (made(heard="bye", told={"no_greeting": 2}), False),
        (made(heard="bye", mode="service"), False), (made(heard="tell"), False),
        (made(heard="bye", step="promise"), False),
    ],
)  # fmt: skip
def test_who_asks_whether_we_stay_hears_of_the_morning(plan, says):
    """ "明天你还在不" answered by "我在" alone: the greeting that is scheduled anyway would never have been told."""
    assert (alongside.due(ladder(), plan) == alongside.PROMISE) is says


def test_who_never_says_good_bye_hears_of_the_morning_too():
    """Most leave without a word: the greeting would reach somebody who was never told of it."""
    given = {"suicide": [3], "refer": [4], "human_help": [6]}
    late = made(step="means", turn=7, last_refer=4, asked=given)
    assert alongside.due(ladder(), late) == alongside.PROMISE
    assert alongside.due(ladder(), made(step="means", turn=6, last_refer=4, asked=given)) == ""
    for heard in ("refuse_talk", "anger"):
        assert alongside.due(ladder(), made(step="means", heard=heard, turn=7, last_refer=4, asked=given)) == ""
    assert alongside.due(ladder(), made(step="means", turn=7, last_refer=4, asked=given, promised=5)) == ""
    assert alongside.due(ladder(), made(step="means", turn=7)) == alongside.LINE  # a line first


@pytest.mark.parametrize("fact", ["no_numbers", "line_declined"])
def test_who_wants_no_number_gets_none(fact):
    """Who wrote "别给我电话" would be answered with one: it hurts."""
    assert alongside.due(ladder(), made(told={fact: 3})) == alongside.CARE
    assert alongside.due(ladder(), replace(made(told={fact: 3, "care_declined": 3}))) == ""


def test_a_reply_that_asks_nothing_asks_about_the_line():
    """A number would be handed over and never spoken of again: nobody learns that it was engaged."""
    given = made(step="quiet", turn=5, last_refer=4, asked={"suicide": [3], "refer": [4]})
    assert alongside.due(ladder(), given, asks=False) == alongside.CHECK
    assert alongside.due(ladder(), given, asks=True) != alongside.CHECK
    for kept in ({"told": {"called_line": 4}}, {"told": {"line_declined": 4}}, {"last_refer": 5}, {"last_refer": 0}):
        plan = replace(given, memory=given.memory | kept)
        assert alongside.due(ladder(), plan, asks=False) != alongside.CHECK
    once = given.memory | {"asked": {**given.memory["asked"], "refer_check": [4]}}
    assert alongside.due(ladder(), replace(given, memory=once), asks=False) != alongside.CHECK


def test_what_is_asked_beside_is_what_an_answer_belongs_to():
    """ "打不通" would answer the question of two messages before."""
    now = mem.speak(made().memory, "quiet", ["前面的热线，你用得上吗？"], actions=["check_beside"])
    assert now["pending"] == "refer_check"
    assert now["asked"]["refer_check"] == [4]
