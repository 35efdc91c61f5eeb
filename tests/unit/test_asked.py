"""What a colleague asked is not asked again by the next card, and its answer is understood."""

from __future__ import annotations

import pytest

from bot.conversation import memory as mem
from bot.conversation.asked import noted, step_of
from bot.conversation.plan import plan


@pytest.mark.parametrize(
    ("text", "step"),
    [
        ("我直接问一句：你是想自杀吗？", "suicide"), ("有没有不想活的念头？", "suicide"),
        ("你现在安全吗？", "safety_now"), ("有没有想过怎么做？", "way"), ("你现在是一个人吗？", "companion"),
        ("你身边有人吗", "companion"), ("你现在在哪儿？", "place"), ("那样东西能不能先放远一点？", "means"),
        ("你说不想活了，我听见了。", None), ("好的，这就去办。", None), ("您要哪个尺码？", None),
    ],
)  # fmt: skip
def test_a_question_is_known_by_its_words(text: str, step: str | None) -> None:
    """The card below asks what the agent asked a minute ago in other words."""
    assert step_of(text) == step


def test_the_answer_to_a_colleagues_question_is_an_answer() -> None:
    """ "是" after the direct question is read as nothing, and the next card asks it once more."""
    before = mem.fresh() | {"turn": 2, "level": 2}
    asked = noted(before, ["谢谢你告诉我。", "你是想自杀吗？"], 2)
    assert asked["pending"] == "suicide" and "suicide" in asked["asked"]
    made = plan("是", level=2, signals=(), talk={"ideation": True}, memory=asked, intent=None, confidence=0.0)
    assert "suicide" in made.memory["told"]
    assert made.step not in {"suicide", "confirm"}


def test_only_the_last_words_leave_a_question_open() -> None:
    """ "好" to "I ring you back" would be taken for a yes to suicide."""
    asked = noted(mem.fresh(), ["你是想自杀吗？", "我叫同事打给你。"], 3)
    assert asked["pending"] is None and "suicide" in asked["asked"]


def test_in_a_shop_talk_the_parcels_place_is_no_question_about_a_person() -> None:
    """ "您现在在哪？" for the courier would put the talk on the ladder."""
    assert noted(mem.fresh(), ["您收货在哪里？", "您是一个人搬吗？"], 0)["asked"] == {}


def test_a_number_given_is_remembered() -> None:
    """The same hotline on the first card after the agent gave it."""
    assert "refer" in noted(mem.fresh() | {"turn": 3}, ["可以打 12356，有人专门听。"], 2)["asked"]
