"""A buyer who was taken for somebody in danger and has explained themselves."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from bot.conversation import explained
from bot.conversation import memory as mem
from bot.conversation.hearing import DATA
from bot.conversation.plan import plan
from bot.conversation.scope import TurnScope
from bot.conversation.shop_talk import listen

PROP = "这是道具啦，我们是密室逃脱店，新剧本首演要用，仿旧纸有几种？"
JOKE = "哈哈哈哈唔係啊 講笑咋!! 我結婚呀開心到飛起 我淨係問條裙幾時到姐"
RAW = yaml.safe_load(explained.FILE.read_text(encoding="utf-8"))


def told(text: str, level: int = 3, ruled: tuple[str, ...] = (), seen: dict[str, int] | None = None) -> bool:
    now: dict[str, Any] = {**mem.fresh(), "turn": 3}
    talk = listen(text)
    wants = bool(talk.matters or talk.asks or talk.thing)
    explained.note(now, text, level=level, ruled=ruled, seen=seen or {}, asks_goods=wants, means=False)
    return explained.holds(now, level)


@pytest.mark.parametrize("text", RAW["examples"])
def test_who_explains_is_believed(text):
    """A shop that orders a prop, a bride who exaggerates, would be asked about suicide until they leave."""
    assert told(text)


@pytest.mark.parametrize("text", RAW["counter_examples"])
def test_a_laugh_alone_explains_nothing(text):
    """Somebody in danger who says "just kidding" would be sold what they ordered, with nobody asking any more."""
    assert not told(text)


@pytest.mark.parametrize("name", sorted(explained.SORROW))
def test_sorrow_told_before_is_not_laughed_away(name):
    """Who spoke of loneliness, an attempt or a farewell before the joke would be left alone with it."""
    assert not told(JOKE, seen={name: 1})


def test_a_wish_told_before_is_no_prop():
    """Who said that they want to die and then names a script would be taken for a theatre."""
    assert not told(PROP, seen={"ideation_active": 1})
    assert told(PROP, seen={"preparation": 2})


@pytest.mark.parametrize("level", [1, 4])
def test_only_levels_two_and_three_can_be_explained(level):
    """What is happening now would be explained away."""
    assert not told(PROP, level=level)


def test_a_question_what_harms_is_never_explained():
    """A "writer" who asks for an amount would be served as a customer."""
    now = {**mem.fresh(), "turn": 2}
    explained.note(now, PROP, level=3, ruled=(), seen={}, asks_goods=True, means=True)
    assert not explained.holds(now, 3)


def test_a_new_wish_ends_it_and_a_complaint_about_our_question_does_not():
    """Danger that shows after the explanation would be overheard; "stop asking about suicide" would start it anew."""
    now: dict[str, Any] = {**mem.fresh(), "turn": 4, "told": {explained.FACT: 3}}
    explained.note(
        now, "你再问我自杀我就去第二间买", level=3, ruled=("ideation_active",), seen={}, asks_goods=True, means=False
    )
    assert explained.holds(now, 3)
    explained.note(now, "其实我真的想死", level=3, ruled=("ideation_active",), seen={}, asks_goods=False, means=False)
    assert not explained.holds(now, 3)


def test_the_talk_goes_on_about_the_goods_and_people_still_see_the_level():
    """The bride would read a hotline for every question about her dresses; or colleagues would lose sight of her."""
    talk = {"seen": {"ideation_active": 1, "plan": 1}, "ruled": [], "ideation": True}
    memory = {**mem.fresh(), "turn": 1, "asked": {"suicide": [1]}, "pending": "safety_direct", "flagged": 1}
    made = plan(JOKE, level=3, signals=[], talk=talk, memory=memory, intent="ask_logistics", confidence=0.9)
    assert (made.mode, made.danger, made.step) == ("service", "calm", "none")
    assert "explained" in made.told
    scope = TurnScope(level=3, signals=(), talk=talk, memory=memory, plan=made)
    assert (scope.level, scope.spoken_level, scope.guard_level) == (3, 1, 1)


def test_every_list_of_the_file_is_read():
    """A trainer's new group would lie there unread."""
    assert set(RAW) == {*explained.GROUPS, "examples", "counter_examples"}
    assert explained.FILE.parent == DATA


def denied(memory: dict, talk: dict, level: int = 2, answer: str = "没有 真的没有 从来没有"):
    """The plan of a plain no to our direct question, and of what follows it."""
    return plan(answer, level=level, signals=[], talk=talk, memory=memory, intent=None, confidence=0.0)


ASKED = {"turn": 2, "level": 2, "asked": {"suicide": [2]}, "pending": "suicide"}


def test_a_plain_no_is_believed_where_danger_was_only_felt() -> None:
    """Who cries over an examination and said no would be asked for the day, the way and what lies at hand."""
    made = denied(dict(ASKED), {"spoken": ["distress"]})
    assert made.mode in {"support", "service"}
    after = denied(made.memory, {"spoken": ["distress"]}, answer="我坐在烧烤台这边 就是哭了三个小时")
    assert after.mode in {"support", "service"}


@pytest.mark.parametrize("spoken", [["ideation_active"], ["plan"], ["burden"], ["refusal"]])
def test_a_no_after_words_of_danger_is_not_simply_believed(spoken: list[str]) -> None:
    """Somebody who takes fright at their own words would be let go."""
    assert denied(dict(ASKED), {"spoken": spoken}).mode == "care"


def test_a_no_is_doubted_once_the_level_rises() -> None:
    """What comes after the no would be heard as small talk."""
    made = denied(dict(ASKED), {"spoken": []})
    assert denied(made.memory, {"spoken": []}, level=3, answer="东西都送完了").mode == "care"


def test_a_state_from_before_is_not_believed() -> None:
    """A talk that began before this rule would lose its care in the middle."""
    assert denied(dict(ASKED), {}).mode == "care"
