"""Who asks about the order in the middle of danger gets a word on it, and what is grave beside a question is met."""

from __future__ import annotations

from typing import Any

import pytest

from bot.conversation import questions, shop_plan
from bot.conversation.plan import Plan, plan


def planned(text: str, level: int = 3, *signals: str, **fixed: Any) -> Plan:
    """The plan of a message in a talk that was about danger two turns ago."""
    memory = {"turn": 3, "level": level, "asked": {"suicide": [1]}, "pending": "companion"}
    talk = {"ideation": True, "third_party": fixed.pop("third_party", False), **fixed.pop("talk", {})}
    return plan(text, level=level, signals=signals, talk=talk, memory=memory, intent=None, confidence=0.0, **fixed)


@pytest.mark.parametrize(
    ("text", "matter"),
    [
        ("订单取消了没", "cancel"), ("那床單的事再麻煩你，可以取消嗎", "cancel"), ("我就问换不换 一个字", "exchange"),
        ("最后问你一遍 灯 换还是退", "exchange"), ("俺问裙子！到底到不到！几点到！！", "when_arrive"),
        ("Can I still cancel the desk?", "cancel"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("level", [2, 3, 4])
def test_the_order_is_answered_at_every_level_of_danger(text: str, matter: str, level: int):
    """A bride, a mother without light would ask for their order four times and be sent away with comfort."""
    made = planned(text, level)
    assert (made.heard, made.asks[0]) == (questions.DIRECT, questions.ORDER)
    assert made.shop["about"] == [matter]


def test_the_order_is_answered_for_who_fears_for_another():
    """A brother asks three times whether the parcel was stopped and reads about licences."""
    made = planned("青少年服务台 我四十六了 行 你们都会做人 订单取消了没", 3, third_party=True)
    assert made.asks == (questions.ORDER,)
    assert made.heard == questions.DIRECT


def test_the_talk_goes_on_after_the_word_about_the_order():
    """The order would swallow the question whether somebody is safe."""
    assert planned("灯到底换不换", 3).step not in {"none", "quiet"}


@pytest.mark.parametrize(
    "text",
    [
        "能不能不要活了",
        "我想取消这辈子",
        "他们几点到",
        "救护车到哪了",
        "一个人孤单在哪都一样",
        "我这个人也坏了 能不能退货重来",
        "凭什么把我的单子停了？",  # a held order has its own plain word
        "我的订单怎么取消了？",
    ],
)
def test_what_is_no_question_about_an_order_is_not_taken_for_one(text: str):
    """Somebody who wants to take back their life would read that a colleague cancels the parcel."""
    assert questions.order_asked(text) == ""


def test_goods_that_may_harm_are_not_spoken_of():
    """Somebody who waits for a thing to die by would be told where it is."""
    assert questions.ORDER not in planned("快递到哪了", 3, categories=("农药",)).asks
    assert questions.ORDER not in planned("快递到哪了", 3, talk={"seen": {"means_seeking": 1}}).asks


def test_the_thing_and_the_state_are_filled_in():
    """The word about the order would not say what it is about."""
    made = planned("灯笼到底换不换 说句话", 3)
    orders = [{"title": "节能灯", "status": "paid"}]
    fill = shop_plan.values(made.to_dict(), {**made.memory, "thing": "台灯"}, orders, "", {})
    assert fill["order_status"] == "已付款，还没发出"
    assert fill["thing"]


def test_a_grave_word_beside_a_quiet_question_is_met():
    """Who says that it is for tonight and asks what to say would get the sentence and nothing else."""
    quiet = planned("我跟她说什么", 3)
    grave = planned("我定了今晚 我跟她说什么", 3, "time", "plan")
    assert quiet.asks == grave.asks == ("what_to_say",)
    assert quiet.step == "quiet"
    assert grave.step != "quiet"


@pytest.mark.parametrize(
    ("text", "other", "kind"),
    [
        ("就是出门要过我爸门口 抽屉里那个我带着还是放着", False, "take_along"),
        ("这事要不要跟媳妇说", False, "tell_or_not"),
        ("没人。六点以前。110 来的还是他们那几个，怎么办。", False, "same_officers"),
        ("红肿到现在没消，摸着有点发热。这个要不要去看", False, "wound_see"),
        ("医生会不会当我寻死把我留下", False, "doctor_scold"),
        ("搁床上十分钟 行不行 一个字", False, "baby_down"),
        ("问你个事 男的也有产后抑郁吗", False, "also_get"),
        ("空气够不够 灯灭了一下 我要不要把门扒开", False, "lift"),
        ("你们是不是有个词库 沾上词就停不下来", False, "word_list"),
        ("要是跟护士长请假，理由写什么？", False, "leave_words"),
        ("Can you write it in Chinese, one line I can hold up?", False, "chinese_line"),
        ("她说话了 是不是就没事了？？", True, "tp_eased"),
        ("我问你我对着门喊什么 就一句", True, "tp_door_say"),
        ("拉了钩 咋跟娃交代嘛", True, "tp_explain"),
        ("他爸在新疆修路 叫不叫回来", True, "tp_come_home"),
        ("封信要唔要影低", True, "tp_letter"),
    ],
)
def test_plain_questions_of_ordinary_lives_are_heard(text: str, other: bool, kind: str):
    """Who asks whether to put the crying child down gets a kind sentence instead of a yes."""
    assert kind in questions.asked(text, other)
