"""What the lists of answers must hear, and what only sounds like it (`data/heard.yml`, `aid_words.py`)."""

from __future__ import annotations

import pytest

from bot.conversation import answered, reach
from bot.conversation import memory as mem
from bot.conversation.aid_words import CHILD_OWN, NO_ORDER
from bot.conversation.hearing import hear
from bot.risk.whose import claims_own


@pytest.mark.parametrize(
    ("text", "fact", "there"),
    [
        ("刀被我妈收走了", "means_none", True),
        ("工资被他拿走了", "means_none", False),
        ("想把刀拿走", "means_none", False),
        ("我坐在阿满姨店里了", "arrived", True),
        ("我坐在出租屋里了 一个人", "arrived", False),
        ("没备什么，也没定哪一天", "no_way", True),
        ("药没备下什么 就一瓶", "no_way", False),
        ("动手倒没想过 都是想跳下去", "no_way", False),
        ("我没说过有打算 但今晚就做", "no_way", False),
    ],
)
def test_a_word_in_passing_is_no_answer(text, fact, there):
    """Somebody with the thing at hand, or alone in a room, would be asked nothing more about it."""
    assert (fact in hear(text).facts) is there


@pytest.mark.parametrize(
    ("text", "no"),
    [
        ("唔係呀，我冇諗過，嫲嫲會鬧死我。", True),
        ("没有，真没有", True),
        ("唔系 冇谂过 不过今晚就走", False),
        ("没有 就是今晚", False),
        ("没 已经吃了", False),
    ],
)
def test_a_no_that_goes_on_is_none(text, no):
    """A no that ends in "tonight" would be believed; a plain Cantonese one would be asked again and again."""
    asked = mem.fresh() | {"turn": 3, "level": 2, "pending": "suicide"}
    assert answered.plain_no(asked, hear(text, memory=asked)) is no


@pytest.mark.parametrize(
    ("text", "child"),
    [("家里就我 妹妹 妈妈 没有大人", True), ("他家里没有大人", False), ("家里就我和我弟 我四十了", False)],
)
def test_only_a_child_is_answered_as_one(text, child):
    """A teacher would be told that they are small, or a child to take the thing from its mother's lap."""
    assert bool(CHILD_OWN.search(text)) is child


def test_who_bought_nothing_here_leaves_no_order():
    """A caller would be told that the police get an address from an order that does not exist."""
    assert NO_ORDER.search("他没在你们店买东西")
    assert not NO_ORDER.search("他在你们店买的")


@pytest.mark.parametrize(
    ("text", "own"), [("I am the one with the legs", False), ("I am the one. It was me all along", True)]
)
def test_the_one_who_can_run_is_not_the_one_in_danger(text, own):
    """A neighbour who offers to sit outside the door would be asked for their own plan."""
    assert claims_own(text) is own


@pytest.mark.parametrize(
    ("text", "way"),
    [
        ("I cannot ring these numbers, we are not ashore", reach.PERSON),
        ("i can't call those numbers, he listens", reach.VOICE),
        ("我弟在渔船上 电话打不通", reach.VOICE),
    ],
)
def test_a_ship_is_heard_where_the_writer_is_on_it(text, way):
    """A man at anchor would be told to ring numbers on shore; a sister ashore would be told not to."""
    memory = mem.fresh() | {"turn": 1, "level": 3}
    heard = hear(text, memory=memory)
    reach.settle(memory, mem.fresh(), heard, text, False)
    assert reach.way(memory) == way
