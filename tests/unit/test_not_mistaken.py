"""What sounds like danger, help or an order and is something else: found by readers who had not written the rules."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from bot.conversation import alongside, insisted, learned, parties
from bot.conversation import memory as mem
from bot.conversation.hearing import hear
from bot.conversation.ladder import ladder
from bot.conversation.plan import Plan
from bot.conversation.questions import is_open
from bot.risk import pieces
from bot.risk.steady import asks_for_words, calm
from bot.risk.whose import claims_own, stops_order


@pytest.mark.parametrize(
    ("text", "stops"),
    [
        ("能先别发吗", True), ("帮我把那个单停了", True), ("訂單幫我攔下來", True), ("別發貨", True),
        ("我没要取消订单，快点发货", False), ("这件衣服停产了吗", False), ("订单被扣了两次款", False),
        ("别卖惨了", False), ("别发消息了", False),
    ],
)  # fmt: skip
def test_an_order_is_stopped_when_that_is_asked(text, stops):
    """A parcel that nobody wanted stopped stays in the store, or one that a mother begs to stop is sent."""
    assert stops_order(text) is stops


def test_who_takes_a_stop_back_is_heard():
    """The shop would go on saying that the order is stopped."""
    assert stops_order("嗯", before=True)
    assert not stops_order("别取消，照常发吧", before=True)
    assert stops_order("赶紧发个消息给她", before=True)
    assert stops_order("他说别拦我", before=True)


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("半夜把他叫起来 我咋说啊 说我不想活了？", True), ("我不知道咋开口跟他说", True), ("我该跟她说啥？", True),
        ("我不知道该怎么跟妈妈说 天亮前我就走了", False), ("怎么还不回我？", False), ("该回家了？", False),
        ("头晕 想吐 怎么回事？", False),
    ],
)  # fmt: skip
def test_a_question_for_words_is_no_farewell_and_a_farewell_no_question(text, asks):
    """Who names the hour at which they go would be taught a first sentence."""
    assert asks_for_words(text) is asks


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("她没事，是我", True), ("是我撑不住了", True), ("是我想死", True),
        ("她睡了 是我在守着", False), ("是我受不了看她这样", False), ("她睡了，是我发现的药瓶", False),
    ],
)  # fmt: skip
def test_who_watches_over_somebody_is_not_the_one_in_danger(text, own):
    """A mother at a bedside would be asked whether she wants to die, and her daughter forgotten."""
    assert claims_own(text) is own


@pytest.mark.parametrize(
    "text",
    ["热水器在楼顶够不够长", "我家在顶楼能送上楼吗", "我不会上天台的", "我没在楼顶了已经回家", "我从天台下来了"],
)
def test_a_roof_in_an_errand_a_denial_or_behind_one_is_no_brink(text):
    """The police would be sent to who asks how long a hose is, or has just come down."""
    assert not pieces.on_high(text)


@pytest.mark.parametrize(
    "text",
    ["放学回家上了天台", "拿着手机在天台", "关了灯到楼顶了", "在天台不想下来了", "在楼顶没打算下来了",
     "这坎过不去到楼顶了", "我不想活了在楼顶", "在天台下不来了"],
)  # fmt: skip
def test_who_stands_on_a_roof_is_heard_whatever_stands_beside_it(text):
    """A thing, a “not” or a “down” in the same sentence would hide the child on the roof."""
    assert pieces.on_high(text)


@pytest.mark.parametrize("text", ["我没有去江边", "我到大桥那边取件", "我妈来了我们走到桥头坐公交"])
def test_a_bridge_on_the_way_is_none(text):
    """Who walks to the bus with their mother would be told to step back."""
    assert not pieces.at_water(text)


@pytest.mark.parametrize(
    ("text", "drunk"),
    [
        ("我喝了半瓶百草枯", True), ("百草枯喝了一整瓶", True), ("农药我喝了半瓶", True), ("喝了一整瓶 肚子疼", True),
        ("喝了半瓶农药 还有酒", True), ("喝了一整瓶红酒", False), ("可乐喝了一整瓶", False),
        ("农药没喝", False),
    ],
)  # fmt: skip
def test_poison_that_was_drunk_is_heard_wherever_it_is_named(text, drunk):
    """Who drank poison would be told to go to a safe place, and not to call an ambulance."""
    assert ("swallowed" in hear(text).moves) is drunk


@pytest.mark.parametrize("text", ["今天没吃东西 难受", "我吃了一整瓶安眠药 喝的白酒", "一天没吃", "没吃什么 想吐"])
def test_who_has_not_eaten_has_not_denied_what_they_swallowed(text):
    """The ambulance would be forgotten."""
    assert "not_swallowed" not in hear(text).facts


@pytest.mark.parametrize("text", ["我没吃东西啊 我喝的酒", "我没吃药啊", "不是药 是酒"])
def test_who_swallowed_nothing_is_believed(text):
    """Who drank wine would be sent an ambulance three times."""
    assert "not_swallowed" in hear(text).facts


@pytest.mark.parametrize("text", ["她还有呼吸 怎么办", "人还有气 我不敢动", "这个有气味吗", "我不去医院了"])
def test_who_still_breathes_is_not_yet_in_a_hospital(text):
    """Nobody would say again that an ambulance is needed."""
    assert "at_hospital" not in hear(text).moves


@pytest.mark.parametrize("text", ["她还有呼吸 怎么办", "心跳停了没有？我摸不到"])
def test_a_breath_that_is_listened_for_calls_the_ambulance(text):
    """Who kneels beside somebody would be asked how serious it was meant."""
    assert mem.TA_ACTS.search("".join(text.split()))


def test_who_sleeps_after_pills_is_not_resting():
    """A mother would wait until the morning."""
    assert mem.ASLEEP.search("她睡了，是我发现的药瓶")
    assert not mem.ASLEEP.search("她没睡")


@pytest.mark.parametrize("text", ["我这就去找我妈了 她在下面等我", "打给我妈了 没人接", "去那边陪我奶奶"])
def test_who_is_dead_or_does_not_answer_is_no_help_on_its_way(text):
    """From a roof, the way down to a dead mother would be called a good step."""
    assert "accept_help" not in hear(text).moves
    assert calm(text) is None


def test_no_morning_is_promised_while_it_happens():
    """“Tomorrow morning I write” to who stands on the rail."""

    def planned(**told: int) -> Plan:
        memory: dict[str, Any] = {**mem.fresh(), "turn": 5, "level": 4, "flagged": 1, "told": told}
        return SimpleNamespace(mode="care", danger="imminent", step="stay", heard="prank", memory=memory)  # type: ignore[return-value]

    assert not alongside.promises(ladder(), planned(brink=3))
    assert not alongside.promises(ladder(), planned(swallowed=3))
    assert alongside.promises(ladder(), planned(brink=3, stepped_back=4))
    assert alongside.promises(ladder(), planned())


@pytest.mark.parametrize("text", ["it was not like that, I was quoting a song", "I'm a novelist"])
def test_an_explanation_in_english_can_count(text):
    """A novelist who writes English would be treated as in danger for good."""
    assert insisted._says_what("".join(text.split()), text, 0)


@pytest.mark.parametrize("text", ["医院今天不去了", "今天不去上班了"])
def test_a_visit_put_off_is_no_step(text):
    """Who does not go to the doctor would be praised for it."""
    assert "held_off" not in hear(text).facts


def test_what_a_wife_said_is_not_her_husbands_wish():
    """Who tells what his wife said on the balcony would be asked whether he wants to die."""
    known = parties.hear(None, "昨晚上她说 干脆我抱起他一路跳了 你也清静", 2)
    assert known["reported"] == 2
    assert parties.verdict(known) == parties.OTHER
    own = parties.hear(None, "我抱着他一起跳了算了", 2)
    assert own["own"] == 2 and own["reported"] == 0


@pytest.mark.parametrize("text", ["班主任说小孩闹着玩 叫我大度点", "他们都说是开玩笑"])
def test_what_others_call_a_joke_is_none_of_the_writers(text):
    """A bullied girl would be thanked for having made a joke."""
    assert "prank" not in hear(text).moves


@pytest.mark.parametrize("text", ["骗你的 开玩笑", "闹着玩的"])
def test_the_writers_own_joke_is_heard(text):
    """Who takes it back would be asked on as if nothing had been said."""
    assert "prank" in hear(text).moves


def test_a_wife_at_work_is_no_help_that_was_called():
    """The emergency number would not be said again."""
    told = learned.Learned(told=lambda pieces: frozenset({"help"}))
    asleep, called = "媳妇白天在医院学吸痰 这会儿打呼噜呢", "媳妇打了120 白天的那个医生也来了"
    assert "help_called" not in told.believed(hear(asleep), asleep, 3).facts
    assert "help_called" in told.believed(hear(called), called, 3).facts


def test_what_somebody_knows_by_heart_is_no_question():
    """“which bend is sharp” would be handed on as a question to us."""
    assert not is_open("跑了十来年 闭着眼都知道哪个弯急哪个坡长")


def test_things_put_in_order_are_no_complaint():
    """An old man's last affairs would be taken for an order that was stopped."""
    assert "hold_complaint" not in hear("几样东西都分派停当了 心里头清清爽爽").moves
