"""Who says clearly and more than once that they do not want to die is believed; a bare or a bitter no is not enough."""

from __future__ import annotations

from typing import Any

import pytest

from bot.conversation import insisted
from bot.conversation import memory as mem
from bot.conversation.hearing import simplify


def talk(texts: list[str], level: int = 3, spoken: tuple[str, ...] = (), **told: int) -> dict[str, Any]:
    """The memory after these messages; the direct question was asked before the first."""
    now: dict[str, Any] = {**mem.fresh(), "turn": 1, "level": level, "asked": {"suicide": [1]}}
    now["told"].update(told)
    for text in texts:
        now["turn"] += 1
        insisted.note(now, simplify(text), (), {"message_level": 1, "spoken": list(spoken)}, level, False)
    return now


@pytest.mark.parametrize(
    ("texts", "level"),
    [
        (["没有没有！我贷款都没还完，我敢死？", "没有没有，真没有，问你盖子"], 4),
        (["对不起 是大冒险 我们闹着玩的", "没有没有真的没有！我们三个都在"], 4),
        (["不是！！我怕得不行！我不想死！", "我就是怕死 要不要叫120"], 3),
        (["啊？我给人修脚的嘛！", "没那事嘛，娃"], 3),
        (["沒有沒有，真的沒有", "我怕死得要命 不想死"], 3),
        (["no i dont want to die", "it was just a joke, i'm not suicidal"], 3),
    ],
)
def test_a_clear_no_said_twice_is_believed(texts, level):
    """A woman with a shop full of family and the wrong lids was asked eight times whether she is safe."""
    assert insisted.FACT not in talk(texts[:1], level)["told"]
    assert insisted.new(talk(texts, level))


@pytest.mark.parametrize(
    ("texts", "more"),
    [
        (["唔係想死 係還", "唔係傷自己 係還 婆婆個仔寫過張紙"], {}),
        (["没有", "没有", "没事了"], {}),
        (["不想死 只是不想活", "没有想死 就是解脱"], {}),
        (["我不想死了", "真没有"], {"spoken": ("in_progress",)}),
        (["我不想死了", "真没有"], {"swallowed": 1}),
        (["我不想死了", "真没有"], {"suicide": 2}),
    ],
)
def test_a_bitter_or_a_bare_no_is_not(texts, more):
    """A driver who "gives back" his life, or somebody who has swallowed something, would be sent back to the shop."""
    spoken = more.pop("spoken", ())
    assert insisted.FACT not in talk(texts, 3, spoken, **more)["told"]


def test_a_new_wish_ends_it():
    """Who was believed and then says that they want to die would be asked which lid they mean."""
    now = talk(["我不想死", "真没有 我怕死"], 3)
    now["turn"] += 1
    state = {"message_level": 3, "spoken": ["ideation_active"]}
    insisted.note(now, "算了 活够了 想死", ["ideation_active"], state, 3, False)
    assert not insisted.holds(now) and insisted.FACT not in now["told"]


def test_a_message_that_is_only_felt_to_be_grave_ends_it():
    """Who was believed and then writes what no list knows would be sold a lid."""
    now = talk(["我不想死", "真没有 我怕死"], 3)
    now["turn"] += 1
    insisted.note(now, "灯都关好了", (), {"message_level": 3, "spoken": []}, 3, False)
    assert insisted.FACT not in now["told"]


def test_who_speaks_of_another_is_believed_by_example_only():
    """A colleague who eats noodles and a catchphrase: told to call the police on him; but "他说没事" calms nobody."""

    def after(heard: list[str], text: str = "没有人要死 那是他催稿的口头禅") -> dict[str, Any]:
        now: dict[str, Any] = {**mem.fresh(), "turn": 1, "level": 3, "asked": {"other_suicide": [1]}}
        for denies in heard:
            now["turn"] += 1
            now["denies"] = denies
            insisted.note(now, simplify(text), (), {"message_level": 1, "spoken": []}, 3, True)
        return now

    assert insisted.FACT in after(["clear", "clear"])["told"]
    assert insisted.FACT not in after(["", "half"])["told"]
    assert insisted.FACT not in after(["clear", "explained"], "不是我呀 我六十八岁了活得蛮好 是楼上小裴")["told"]


def test_a_no_that_says_what_it_was_instead_is_believed_at_once():
    """A sister who gives a kidney on Monday was asked for the way and the day, nine messages long."""

    def after(denies: str, *ruled: str, spoken: tuple[str, ...] = ("plan",)) -> dict[str, Any]:
        now: dict[str, Any] = {**mem.fresh(), "turn": 2, "level": 2, "asked": {"suicide": [1]}, "denies": denies}
        state = {"message_level": 1, "spoken": [*spoken, *ruled]}
        insisted.note(now, "不是。我是去捐一个给我弟，肾，周一手术。活着呢", ruled, state, 2, False)
        return now["told"]

    assert insisted.FACT in after("explained", "plan", "time")
    assert insisted.FACT not in after("clear")
    assert insisted.FACT not in after("explained", "goodbye")
    assert insisted.FACT not in after("explained", spoken=("ideation_active",))


def test_no_emergency_number_in_the_same_breath_as_a_clear_no():
    """A twin who mourns her sister says "唔係想死" and is told to ring the police, once more."""
    now = talk(["我不想死，就是想她"])
    assert insisted.instead("emergency", "high", now) == "quiet"
    assert insisted.instead("emergency", "imminent", now) == "emergency"
    assert insisted.instead("way", "high", now) == "way"


@pytest.mark.parametrize(
    ("texts", "believed"),
    [
        (["No, the character, in the game. I'm fine", "It's her that dies, she's made of pixels"], True),
        (["是剧本里的角色要死", "女主角不在了而已，戏里的"], True),
        (["in the game, yes", "ok"], False),
        (["玩笑", "玩笑啦"], False),
    ],
)
def test_who_says_calmly_twice_that_a_figure_dies_is_believed_at_level_four(texts, believed):
    """A brewer whose game character "dies at nine" was told four times to ring a helpline."""
    now = {**mem.fresh(), "turn": 1, "level": 4, "asked": {"emergency": [1]}, "told": {"suicide": 1}}
    for text in texts:
        now["turn"] += 1
        insisted.note(now, simplify(text), (), {"message_level": 0, "spoken": ["in_progress"]}, 4, False)
    assert (insisted.FACT in now["told"]) is believed


def test_a_wish_of_their_own_ends_the_talk_of_figures():
    """Who says "it was only the game, no, it is me" would be sold a ring light."""
    now = {**mem.fresh(), "turn": 1, "level": 4, "asked": {"emergency": [1]}}
    for text in ("the character, pal", "in the game", "no. i want to die"):
        now["turn"] += 1
        ruled = ("ideation_active",) if "want" in text else ()
        insisted.note(now, text, ruled, {"message_level": 3 if ruled else 0, "spoken": [*ruled]}, 4, False)
    assert insisted.FACT not in now["told"]


def test_missing_the_dead_is_no_half_hearted_no():
    """A dog handler in mourning says "I do not want to die, I only miss him" and is asked for the thing at hand."""
    assert insisted.FACT in talk(["没有。我不想死，我只是很想牠", "我讲过了，没有。退货就好"])["told"]
    assert insisted.FACT not in talk(["没有。我不想死，只是不想醒", "我讲过了，没有"])["told"]


def test_an_old_woman_who_explained_herself_may_speak_of_her_death():
    """A word ("我死了他得看得清") of a label for her son sent a midwife of 82 back to the helpline."""

    def after(**more: Any) -> dict[str, Any]:
        now = {**mem.fresh(), "turn": 2, "level": 3, "asked": {"suicide": [1]}, "denies": "explained", "age": "elder"}
        state: dict[str, Any] = {"message_level": 1, "spoken": []}
        insisted.note(now, "不想死，是买标签的", (), state, 3, False)
        now |= {"turn": 3, "denies": "", **more}
        insisted.note(now, "字印大一点，我死了他得看得清", (), state | {"message_level": 3}, 3, False)
        return now["told"]

    assert insisted.FACT in after()
    assert insisted.FACT not in after(age="teen")


def test_who_lived_through_it_years_ago_and_says_so_is_believed():
    """A woman who keeps the ninth birthday of her rescue was told to see a psychiatrist and sent her candle back."""

    def after(first: str) -> dict[str, Any]:
        now = {**mem.fresh(), "turn": 1, "level": 3, "asked": {}, "told": {"past_tried": 1}}
        state = {"message_level": 3, "spoken": ["attempt_past"]}
        insisted.note(now, simplify(first), ("attempt_past",), state, 3, False)
        now["asked"] = {"safety_direct": [1], "suicide": [1]}
        for text in ("不会，安全得很。现在就想卖芒果", "不光这一刻安全，好几年都安全"):
            now["turn"] += 1
            insisted.note(now, simplify(text), (), state | {"message_level": 0}, 3, False)
        return now["told"]

    assert insisted.FACT in after("要个9的蜡烛。九年前的明天我死过一次，没死成")
    assert insisted.FACT not in after("上个月我死过一次，没死成")


def test_an_open_door_is_a_question_too_below_high_danger():
    """An extra who plays corpses explained it and was given two helplines."""
    now = {**mem.fresh(), "turn": 3, "level": 2, "asked": {"door": [2]}}
    assert insisted.asked(now) == 2
    assert insisted.asked(now | {"level": 3}) == 0


@pytest.mark.parametrize(
    "texts",
    [
        ["绳子好得很", "绳子好得很，结实"],
        ["这里安全得很，没人找得到", "没人打扰，安全得很"],
        ["我在打游戏", "排位游戏输了"],
    ],
)
def test_words_of_comfort_about_something_else_deny_nothing(texts):
    """Who praises the rope is told "我信你说的" and sent back to the shop."""
    assert insisted.FACT not in talk(texts, 3)["told"]


def test_years_of_illness_do_not_make_yesterday_long_ago():
    """Who wrote "我抑郁三年了，昨天割过腕" and two noes was believed."""
    now: dict[str, Any] = {**mem.fresh(), "turn": 1, "level": 3, "asked": {"suicide": [1]}, "told": {"past_tried": 1}}
    state = {"message_level": 1, "spoken": ["attempt_past"]}
    insisted.note(now, "我抑郁三年了，昨天割过腕", ("attempt_past",), state, 3, False)
    for text in ("没有想死", "真的没有想死"):
        now["turn"] += 1
        insisted.note(now, text, (), state, 3, False)
    assert insisted.FACT not in now["told"]
