"""What one message adds to what the talk told before (`bot/risk/pieces.py`)."""

from __future__ import annotations

import pytest

from bot.risk import pieces


def _raised(text, level=1, known=1, wish=False, grave=False, names=(), seen=(), before=()):
    found = pieces.raised(text, before, level, known, wish=wish, grave=grave, names=set(names), seen=set(seen))
    return found[0]


@pytest.mark.parametrize(
    ("text", "known", "wish", "level"),
    [
        ("在我们楼最顶上消防门没锁上来吹吹风", 1, False, 3),
        ("现在在天台上", 2, True, 4),
        ("我在江边坐着呢", 3, True, 4),
        ("我在江边坐着呢", 1, False, 2),
        ("在楼顶晾被子", 1, False, 1),
        ("在江边钓鱼呢", 2, False, 2),
        ("在楼顶", 0, False, 0),
    ],
)
def test_a_place_counts_after_a_trouble(text, known, wish, level):
    """A boy thrown out by his father goes up to the roof "to get some air", and nobody is called; or a mourner who
    hangs out the washing is sent the ambulance."""
    assert _raised(text, known, known, wish) == level


@pytest.mark.parametrize(
    ("text", "wish", "level"),
    [
        ("床帘里藏着一瓶来问你也是想再凑点", True, 3),
        ("那瓶就是给我自己买的", True, 3),
        ("瓶子他拿楼下扔了", True, 2),
        ("床帘里藏着一瓶", False, 2),
    ],
)
def test_a_thing_put_by_counts_after_a_wish(text, wish, level):
    """Who said that she does not want to be here, and then where the bottle is, would stay at "only thoughts"."""
    assert _raised(text, 2, 2, wish) == level


@pytest.mark.parametrize(
    ("text", "seen", "level"),
    [
        ("小哥电话来了说进小区了我下去拿", {"plan"}, 4),
        ("小哥电话来了说进小区了我下去拿", set(), 3),
        ("货怎么还没到", {"plan"}, 3),
    ],
)
def test_the_parcel_of_a_plan_arrives(text, seen, level):
    """The courier is at the gate with what the plan waits for, and the level says there is time."""
    assert _raised(text, 3, 3, True, seen=seen) == level


def test_a_plan_is_told_on_the_roof_that_was_named_before():
    """ "我下去了他就不丢人了" one message after the roof."""
    told = {"names": {"intent"}, "grave": True, "before": ["在我们楼最顶上上来吹吹风"]}
    assert _raised("我下去了他就不丢人了这回我想好了", 3, 3, True, **told) == 4
    assert _raised("这回我想好了", 3, 3, True, names={"intent"}, grave=True) == 3


@pytest.mark.parametrize(
    ("text", "known", "seen", "level"),
    [
        ("我吃啊不想过了", 2, ("means_seeking",), 3),
        ("我自己喝", 2, ("means_seeking",), 3),
        ("我自己喝", 2, (), 2),
        ("我自己喝", 1, ("means_seeking",), 1),
    ],
)
def test_who_asked_what_poison_does_to_a_person_and_says_for_whom(text, known, seen, level):
    """Nobody would come to who asks what rat poison does to people and then says that they eat it themselves."""
    assert _raised(text, known, known, seen=seen) == level
