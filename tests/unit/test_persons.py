"""Who is asked in is somebody the customer has, wants and need not fear."""

from __future__ import annotations

import pytest

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
