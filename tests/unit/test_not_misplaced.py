"""Who a message speaks of is not misplaced: rescuers, the ill, the weather, the writer's own wish."""

from __future__ import annotations

from typing import Any

import pytest

from bot.conversation import memory as mem
from bot.conversation import persons as people
from bot.conversation import questions
from bot.conversation.hearing import hear
from bot.conversation.learned import Learned, surer
from bot.conversation.plan import plan
from bot.conversation.speaker import TAKES_BACK


@pytest.mark.parametrize(
    ("text", "name", "stands"),
    [
        ("我脸上是我老公打的 他喝了酒", "老公", people.HURTS),
        ("我男朋友跟我闺蜜在一起了", "闺蜜", people.HURTS),
        ("邻居个鬼 谁认识谁啊", "邻居", people.REFUSED),
        ("我姐打的120 她在门口", "姐姐", people.NAMED),
        ("手上是我爸爸给打的石膏", "爸爸", people.NAMED),
        ("我妈个头不高", "妈妈", people.NAMED),
    ],
)
def test_who_hits_and_who_helps(text, name, stands):
    """Without it: who hits is proposed as company, and who called the ambulance is shut out for good."""
    assert hear(text).persons[name] == stands


@pytest.mark.parametrize(
    "text",
    ["外面小雪 我不想活了", "我叫小敏 我不想活了", "我娘家没人", "我奶茶店里忙", "我小姑娘才五岁", "物业费交不起了"],
)
def test_words_that_begin_like_a_person(text):
    """Without it: the snow, the milk tea or the writer's own name is asked to come and sit beside them."""
    assert not hear(text).persons


def test_friends_by_their_usual_names_are_persons():
    """Without it: "小雨陪着我呢" is nobody, and the next reply asks who could come."""
    assert hear("小雨陪着我呢").persons == {"小雨": people.HERE}
    assert hear("我给小敏发了").persons.keys() == {"小敏"}


@pytest.mark.parametrize("stretch", ["那人住院了", "那人得癌了 快不行了"])
def test_the_ill_are_not_buried(stretch):
    """Without it: one guess at a father in hospital makes him dead for the rest of the talk."""
    assert surer(people.NAMED, people.GONE, 0.75, stretch) == people.NAMED
    assert surer(people.NAMED, people.GONE, 0.75, "那人去年走了三年") == people.GONE


def test_a_pronoun_makes_nobody_violent_for_good():
    """Without it: "他昨天又打我" of a husband who was never named turns the cousin next door into an enemy."""
    learned = Learned(stands=lambda texts: [(people.HURTS, 0.99) for _ in texts])
    assert learned.placed(hear("他昨天又打我"), ("表哥",)).ta_stands == people.REFUSED


def test_who_was_an_ex_is_not_brought_back_by_example():
    """Without it: "前夫就等着我出事呢" is somebody who is there."""
    assert surer(people.NAMED, people.HERE, 0.99, "那人就等着我出事呢", ex=True) == people.NAMED


def talk(*turns: tuple[str, str, tuple[str, ...], dict[str, Any]]) -> bool:
    """Whether the last of turns (message, our step, signals, the talk reader's state) is about another."""
    memory: dict[str, Any] = mem.fresh()
    other = False
    for text, step, signals, state in turns:
        made = plan(
            text, level=3, signals=signals, talk={"ruled": list(signals), **state}, memory=memory, intent=None,
            confidence=0.0, third_party=bool(state.get("third")), learned=Learned(theirs=lambda _: 0.2),
        )  # fmt: skip
        memory = mem.speak(made.memory, step, ["……"])
        other = made.mode == "other"
    return other


OWN = {"own": 1, "message_level": 3}


@pytest.mark.parametrize(
    "text", ["咋又是看病 我说的是我老伴做饭 不是东西的事", "what danger? i was talking about my sister"]
)
def test_a_word_about_somebody_else_takes_no_wish_back(text):
    """Without it: a widower who speaks of his wife's cooking is asked where she is and sent to 110."""
    first = ("我不想活了 我在车里 就今晚", "companion", ("ideation_active",), OWN)
    state = {"own": 0, "other": 2, "message_level": 1, "third": True}
    assert not talk(first, (text, "companion", ("third_party",), state))


@pytest.mark.parametrize(
    ("text", "takes"),
    [
        ("不是我 是我妈", True), ("我没事 是婷婷", True), ("我是替我弟问的", True), ("不说我了 我女儿吞了药", True),
        ("我说的是我弟弟 他在楼顶", True), ("是不是我死了就好了", False), ("不是我不想活，是他们逼我", False),
        ("怎么可能不是我的错", False),
    ],
)  # fmt: skip
def test_what_takes_an_own_wish_back(text, takes):
    """Without it: who asks for a brother stays the one in danger, or a cry becomes a report about somebody."""
    assert bool(TAKES_BACK.search(hear(text).plain)) is takes


@pytest.mark.parametrize(
    "text", ["我打过电话 真的不行", "热线真的不管用", "你信不信我真死给你看", "发啥发 早就发出来了"]
)
def test_a_cry_is_no_question(text):
    """Without it: despair about a hotline is answered with "是真的，一般是你打过去"."""
    assert not {"line_real", "believe_me", "what_to_say"} & set(questions.asked(text, False))


@pytest.mark.parametrize("text", ["叫我妈不要来", "我爸打我妈 要不要找我奶奶"])
def test_nobody_is_told_to_wake_who_is_not_wanted(text):
    """Without it: "叫我妈不要来" is answered with "叫。现在就去"."""
    assert "tp_wake" not in questions.asked(text, True)


def test_whether_to_wake_a_mother_is_answered():
    """Without it: a boy who asks three times "叫不叫我妈" hears of hotlines and runs out alone."""
    assert "tp_wake" in questions.asked("我就问你叫不叫我妈 叫还是不叫", True)
