"""What people in trouble answer in a word or two, whom they speak of, and what must not be said to it."""

from __future__ import annotations

from typing import Any

import pytest

from bot.conversation import alongside, beaten, circle, duties, explained, insisted, mention, wondered
from bot.conversation import memory as mem
from bot.conversation import persons as people
from bot.conversation import questions as q
from bot.conversation.hearing import hear
from bot.conversation.ladder import ladder
from bot.conversation.learned import Learned
from bot.conversation.plan import Plan, plan

STAIRS = ladder()


def talk(**kept: Any) -> dict[str, Any]:
    return {**mem.fresh(), "turn": 6, "level": 3, "flagged": 2, **kept}


@pytest.mark.parametrize(
    ("text", "there", "absent"),
    [
        ("没 东西带着了 已经在这了", "means_near", "means_none"),
        ("咋去我也想好了", "way", "no_way"),
        ("係老公打嘅 飲咗酒", "hurt_home", "with_someone"),
        ("好，我去敲书房的门，孩子先给他抱", "stand_down", "no_way"),
        ("行了我下楼找老孙去", "stand_down", "alone"),
    ],
)
def test_a_few_words_mean_what_they_say(text, there, absent):
    """ "东西带着了" was answered with "手边什么也没有，我听清楚了"."""
    facts = hear(text).facts
    assert there in facts
    assert absent not in facts


def test_who_asks_whether_to_go_to_a_neighbour_is_told_to_go():
    """ "我先下楼找老孙中不" was answered with "儿子，我看到了" and the question how he would do it."""
    assert "may_i" in hear("我怕儿子着急啊我先下楼找老孙中不").moves
    assert not mention.of("我怕儿子着急啊我先下楼找老孙中不")


def test_a_farewell_is_no_remark_about_a_neighbour():
    """ "房本存折都摆桌上了狗送邻居了": "说到邻居了，想多说一点也可以"."""
    assert not mention.of("房本存折都摆桌上了狗送邻居了")
    assert not mention.of("我给女儿写了十八封信")


def test_tonight_is_the_answer_to_whether_it_is_meant():
    """ "嗯 今晚", the thing in her bag: the emergency number would wait."""
    now = talk(told={"means_near": 3}, open=["intent"])
    duties.note(now, (), "嗯今晚")
    assert duties.at_the_edge(now)
    other = talk(told={"means_near": 3}, open=["come"])
    duties.note(other, (), "嗯今晚")
    assert "when" not in other["told"]


@pytest.mark.parametrize(
    ("text", "name", "stands"),
    [
        ("我爸晓得了会不会打死我", "爸爸", people.REFUSED),
        ("係老公打嘅 飲咗酒", "老公", people.HURTS),
        ("楼下开店的陈嬢嬢看到过我的伤 喊我去她那 我没脸去", "陈嬢嬢", people.NEAR),
    ],
)
def test_nobody_who_beats_is_proposed_and_who_opened_a_door_is(text, name, stands):
    """A man hiding in his car would be told to call the father who would beat him."""
    assert hear(text).persons[name] == stands


def test_no_name_stretches_over_a_pause():
    """ "没得钱 医生能咋个" would send him to a doctor called 钱."""
    assert not hear("他们来了我也没得钱 医生能咋个嘛").persons


def test_whose_notebook_it_is_decides_who_is_in_danger():
    """The demented mother was taken for the one who wrote it, and her daughter told to tell her."""
    text = "翻到我爸的本子，写着到年底我带她一起走，他在里屋给妈擦身"
    now = {**mem.fresh(), "turn": 3, "aid": {"who": {"爸爸": {"old": 2}}, "told": {}}}
    circle.settle(now, hear(text))
    assert now["whom"]["name"] == "爸爸"
    assert now["ta"] == "他"


@pytest.mark.parametrize("text", ["110阿凯在打了", "我叫我哥了 他在打110", "老三跑去操场了 110说派人"])
def test_a_call_that_a_friend_makes_is_a_call(text):
    """ "还没打 110 的话，现在谁手里有电话？" to who has just said that his brother is on the line."""
    assert "help_called" in Learned(doubted=lambda _: True).believed(hear(text), text, 4).facts
    asked = "你在打110吗"
    assert "help_called" not in Learned(doubted=lambda _: True).believed(hear(asked), asked, 4).facts


@pytest.mark.parametrize(
    ("text", "other", "kind"),
    [
        ("我问的是他上线我跟他说啥 不是跟警察", True, "tp_what_send"),
        ("可他要是开玩笑呢 我报了不是闹大了", True, "tp_overreact"),
        ("what exactly do I ask her?", True, "tp_ask_direct"),
        ("Should I leave her alone tonight?", True, "tp_watch"),
        ("你會唔會打電話嚟 驚佢聽到", False, "contact_me"),
        ("我咁係咪好失敗", False, "worth"),
    ],
)
def test_what_they_asked_is_heard(text, other, kind):
    """Asked twice and answered with something else, a friend logs off."""
    assert kind in q.asked(hear(text).plain, other, ())


def test_what_throws_our_words_back_is_no_question():
    """ "敲哪个的门！" was said back, and "还能不能活" left aside."""
    found = wondered.of("都说了在车里没得人！敲哪个的门！欠这么多还能不能活！")
    assert found is not None
    assert "敲" not in found.asked


def test_ordinary_words_are_no_question_about_means():
    """ "猫砂怎么还没到 急死我了" was to be asked what it is for; "有点不想去了" how to stop an urge."""
    assert "asks_means" not in hear("猫砂怎么还没到 急死我了").topics
    assert "stop_urge" not in q.asked("我现在有点不想去了", False, ())


@pytest.mark.parametrize("text", ["佢好似醒咗", "他一会儿就回来", "他好像醒了"])
def test_he_wakes_is_heard_in_every_tongue(text):
    """ "佢好似醒咗": she was given a line for feelings."""
    assert beaten.near({"hurt_by": ["violence"], "told": {}, "persons": {}}, text)


def test_what_is_only_felt_is_felt_at_level_three_too():
    """A mug that was engraved for nobody: "你是不是有時候不想活了" as the first thing the shop says."""
    now = talk(turn=1, flagged=1)
    explained.note_denial(now, {"spoken": []}, 3, "", (), False)
    assert now["felt_only"]
    told = talk(turn=1, flagged=1, told={"means_near": 1})
    explained.note_denial(told, {"spoken": []}, 3, "", (), False)
    assert not told["felt_only"]


def test_a_laugh_after_a_farewell_explains_nothing():
    """ "下辈子投胎当个冇得腰的算了", then a joke: he was served as a buyer while he put things by."""
    now = talk(asked={"safety_direct": [2]}, denies="explained", pending="safety_direct")
    insisted.note(now, "我还冇说么事你就要喊110", (), {"spoken": ["goodbye"], "message_level": 0}, 3, False)
    assert insisted.FACT not in now["told"]


def planned(step: str, **told: int) -> Plan:
    memory = talk(told=dict(told), asked={"suicide": [3]})
    return Plan("care", "high", "self", "tell", step, False, (), memory)


def test_beside_what_keeps_safe_the_plan_is_asked_for():
    """ "日子定了" was met with what to do when it grows too strong; which day, nobody asked (docs/safety/vera.md)."""
    assert alongside.due(STAIRS, planned("if_worse", suicide=3, when=6), asks=False) == "intent"
    assert alongside.due(STAIRS, planned("if_worse", suicide=3), asks=False) == "way"
    assert alongside.due(STAIRS, planned("if_worse", suicide=3), asks=True) not in alongside.PROBES
    asked = planned("if_worse", suicide=3)
    asked.memory["asked"]["way"] = [4]
    assert alongside.due(STAIRS, asked, asks=False) not in alongside.PROBES
    after = mem.speak(planned("if_worse", suicide=3).memory, "if_worse", ["？"], (), ["utter_safety_step", "way"])
    assert after["asked"]["way"] == [6]
    assert after["pending"] == "way"


def test_whom_they_propose_themselves_is_the_one_they_go_to():
    """ "我先给奶奶看行吗" from a girl of twelve at night: she was sent to her teacher."""
    memory = talk(
        level=2, person="王老师", persons={"王老师": people.NAMED}, asked={"suicide": [2]}, told={"suicide": 3}
    )
    made = plan(
        "没有 只有卷子 我先给奶奶看行吗", level=3, signals=(), talk={"message_level": 0, "spoken": []}, memory=memory,
        intent=None, confidence=0.0,
    )  # fmt: skip
    assert made.heard == "may_i"
    assert made.memory["person"] == "奶奶"


def test_who_knocks_at_her_husbands_door_is_not_sent_the_ambulance():
    """ "我去敲书房的门，孩子先给他抱" was only felt to be grave, and read 110 as its answer."""
    memory = talk(asked={"suicide": [2], "refer": [3]}, told={"suicide": 4}, persons={"老公": people.NEAR})
    made = plan(
        "好，我去敲书房的门，孩子先给他抱，天亮让他陪我去医院", level=4, signals=("plan", "time"),
        talk={"message_level": 4, "spoken": [], "ruled": ["time"]}, memory=memory, intent=None, confidence=0.0,
    )  # fmt: skip
    assert made.heard == "accept_help"
    assert made.step != "emergency"
