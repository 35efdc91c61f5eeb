"""Who is asked in is somebody the customer has, wants and need not fear."""

from __future__ import annotations

from typing import Any

import pytest

from bot.conversation import memory as mem
from bot.conversation import persons as people
from bot.conversation.hearing import hear


@pytest.mark.parametrize(
    ("text", "name", "standing"),
    [
        ("我妈把我本子撕了", "妈妈", people.HURTS),
        ("不要妈妈！就是妈妈骂我的", "妈妈", people.HURTS),
        ("我妈走了好几年了", "妈妈", people.GONE),
        ("老婆在隔壁屋", "老婆", people.NEAR),
        ("我爸在外地", "爸爸", people.FAR),
        ("我妈天天打电话，她在老家", "妈妈", people.FAR),
        ("你别跟我妈说", "妈妈", people.REFUSED),
        ("隔壁张姐人挺好的", "张姐", people.NAMED),
        ("男朋友又走咗", "男朋友", people.GONE),
        ("我爸昨天又打我了", "爸爸", people.HURTS),
    ],
)
def test_standing_of_a_person(text, name, standing):
    """Without it: a dead, violent or refused parent is asked to come and sit beside a child."""
    assert hear(text).persons.get(name) == standing


@pytest.mark.parametrize(
    "text",
    [
        "孩子的东西以后他妈妈买吧",
        "姐姐 我昨天买的东西到哪了",
        "你是不是要叫警察叔叔来抓我",
        "我就是妈妈！",
        "什么哥哥陪着我",
    ],
)
def test_nobody_of_the_customers_is_named(text):
    """Without it: somebody else's mother, or the word for whoever answers, is taken for a person to fetch."""
    assert hear(text).person is None


def test_a_hurt_is_not_undone_by_a_later_mention_and_who_is_near_comes_first():
    """Without it: a girl who named her grandmother is sent to the mother who scolds her."""
    known: dict[str, str] = {}
    for text in ("就是妈妈骂我的。奶奶在楼下", "你会不会告诉我妈", "妈妈在家"):
        known = people.merged(known, hear(text).persons)
    assert people.best(known) == "奶奶"


def test_a_school_counsellor_is_gone_to_and_not_sent_for():
    """Without it: a pupil is asked to call the counsellor over to her room at night."""
    assert people.best({"心理老师": people.NAMED}) is None


def test_english_names():
    """Without it: a woman who names her neighbour is asked whether there is anybody."""
    assert hear("There's a colleague, Mei, two floors down.").person == "Mei"
    assert hear("My mom died back home").person is None


@pytest.mark.parametrize(
    ("text", "name", "standing"),
    [
        ("我没病，我就是没了老伴", "老伴", people.GONE),
        ("闺女才九岁 早睡了", "闺女", people.REFUSED),
        ("以前…接闺女放学吧", "闺女", people.REFUSED),
        ("家里人更不能说", "家里人", people.REFUSED),
        ("心理老师就免了吧哈哈", "心理老师", people.REFUSED),
        ("我妹妹很好。我先生走了", "妹妹", people.NAMED),
        ("阿媽心臟唔好", "妈妈", people.REFUSED),
    ],
)
def test_who_is_dead_a_child_or_unwilling_is_not_sent_for(text, name, standing):
    """Without it: a widow is offered her dead husband for company, a father his sleeping nine-year-old."""
    assert hear(text).persons.get(name) == standing


def after(*texts: str) -> dict:
    """The talk's memory after these messages at level 3."""
    memory = None
    for text in texts:
        memory = mem.listen(memory, hear(text), (), 3)
    return memory


def test_a_dead_husband_stays_dead_under_every_name():
    """Without it: a woman who told of her husband's death is asked whether 老伴 can sit with her."""
    assert after("给我家老头子买的。走了两个礼拜了", "老伴的表还在走")["person"] is None


def test_what_is_said_of_her_belongs_to_who_was_named_last():
    """Without it: "别吵她" is passed over and the wife is asked for three times."""
    assert after("老伴在里屋睡着", "喊她干啥，她腿脚不好")["person"] is None
    assert after("老伴睡了", "她起来了")["persons"]["老伴"] == people.NEAR
    assert after("我有个妹妹", "她在老家")["persons"]["妹妹"] == people.FAR
    assert after("我表姐在家", "她不知道 我怕她骂我")["person"] is None


def test_a_mourner_s_sister_is_alive():
    """Without it: the sister named beside a husband's death counts as dead and is not asked in."""
    assert after("我妹妹很好。是我一个人在这里，我先生走了")["person"] == "妹妹"


def answered(*turns: tuple[str, str]) -> dict[str, Any]:
    """The memory after customer and bot took turns: (message, our reply)."""
    memory = mem.fresh()
    for text, ours in turns:
        memory = mem.listen(memory, hear(text, memory=memory), set(), 3)
        memory = mem.speak(memory, "companion", [ours])
    return memory


def test_a_relation_who_was_merely_named_is_nobody_to_be_sent_to():
    """Without it: who owes money is told to fetch the wife who must not know, a carer the son before his exams."""
    assert after("欠的钱老婆还不知道")["person"] is None
    assert after("儿子今年中考 我拿什么供他")["person"] is None
    assert after("村里就马大夫加过我微信")["person"] == "马大夫"
    assert after("我姐对我最好了")["person"] == "姐姐"
    assert after("老婆在隔壁屋")["person"] == "老婆"


def test_who_is_named_when_asked_is_proposed():
    """Without it: "我姐吧", the answer to who could come, is not taken up."""
    asked = answered(("我真的撑不住了", "这会儿谁离你最近，能请过来坐一会儿吗？"), ("我姐吧", "好。"))
    assert asked["person"] == "姐姐"
    nick = answered(("我真的撑不住了", "这会儿谁离你最近，能请过来坐一会儿吗？"), ("小穗吧", "好。"))
    assert nick["person"] == "小穗"
    assert after("蓮姐喺隔籬執制服")["person"] == "莲姐"


def test_who_was_proposed_and_only_explained_is_not_proposed_again():
    """Without it: "婆婆 就是她说我剪坏的" is followed by "跟婆婆说一声"."""
    asked = answered(("婆婆在家", "能请婆婆陪你坐一会儿吗？"), ("婆婆 就是她说我剪纸剪坏的", "嗯。"))
    assert asked["person"] is None
    told = answered(("婆婆在家", "能请婆婆陪你坐一会儿吗？"), ("那我叫婆婆", "好。"))
    assert told["person"] == "婆婆"


def test_a_child_s_letter_to_her_mother_is_no_death():
    """Without it: "写给妈妈的 我不在了她就不用生气了" makes the mother dead."""
    assert after("信写给妈妈的 写了对不起 我不在了她就不用生气了")["persons"]["妈妈"] != people.GONE


def test_a_colleague_downstairs_is_called_by_name():
    """Without it: a woman who names Mei is asked whether there is anybody."""
    assert hear("There's only Mei from work, two floors down.").person == "Mei"
    assert hear("I texted her. She's coming up").person is None
