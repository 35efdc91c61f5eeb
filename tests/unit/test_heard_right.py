"""What played strangers said and was heard as something else: who came, who is abroad, which language, whose words."""

from __future__ import annotations

from typing import Any

import pytest

from bot.conversation import duties, inquiry, insisted, parties, places, questions, settled, third
from bot.conversation import memory as mem
from bot.conversation.aid_words import FINE
from bot.conversation.hearing import hear, language
from bot.conversation.ladder import ladder
from bot.conversation.wondered import of


def talk(**kept: Any) -> dict[str, Any]:
    return {**mem.fresh(), "turn": 5, "level": 4, "flagged": 2, "high": 2, "asked": {"suicide": [2]}, **kept}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Thank you for the line. I can read 药, it is medicine?", "en"),
        (
            "Sorry, I cannot read this, only 今天 today and 东西 thing. If you ask is it today, yes. Write English.",
            "en",
        ),
        ("ok 我在宿舍 don't call", "zh"),
        ("我 can not", "zh"),
    ],
)
def test_a_word_that_is_quoted_changes_no_language(text, code):
    """Who cannot read Chinese would be answered in it for copying one character."""
    assert language(text) == code


def test_a_question_in_english_is_not_cut_to_a_word():
    """“must” would be said back as their question."""
    found = of("I can read 药, it is medicine? But my mother believes it is a sin. How can I say it, or must I?")
    assert found is None or len(found.words.split()) != 1


@pytest.mark.parametrize("text", ["翻墙过来了啦 六十岁的人爬墙", "光脚过来了", "人到了", "翻牆過來了啦", "他已经来了"])
def test_who_was_asked_in_has_come_without_a_name(text):
    """The neighbour who climbed the wall would be asked for again, and his scolding heard as cruelty."""
    now = talk(asked={"suicide": [2], "companion": [4]}, person="阿财", persons={"阿财": "near"})
    settled.note(now, text, frozenset(), 4, False, frozenset())
    assert now["told"]["here"] == 5
    assert settled.spared(("marriage", "debt"), now) == ("debt",)


@pytest.mark.parametrize("text", ["没人过来", "等他过来了我就走", "要是来了就好了", "警察来了他也知道"])
def test_nobody_came(text):
    """A wish that somebody came would end the emergency script."""
    now = talk(asked={"suicide": [2], "companion": [4]}, person="阿财", persons={"阿财": "near"})
    settled.note(now, text, frozenset(), 4, False, frozenset())
    assert "here" not in now["told"]


def test_a_door_that_is_only_spoken_of_is_not_open():
    """ "开门 羞 女儿 怪？" asks; the man upstairs would be taken to be in the room."""
    assert not settled.OPENED.search("开门 羞 女儿 怪？")
    assert settled.OPENED.search("开门了")
    assert settled.OPENED.search("开了")


def test_who_calls_from_abroad_is_told_to_have_it_dialled_at_home():
    """110 cannot be reached from Chile, and the police of Chile go to no flat in Hebei."""
    now = talk(speaks_for="other")
    places.settle(now, mem.fresh(), hear("国内现在十点 她手在叠纸 我在智利打不通110"), True)
    assert (now["region"], now["their_region"]) == ("abroad", "mainland")
    kept = {"region": "abroad", "their_region": "mainland"}
    assert places.from_abroad(kept, "other", frozenset({"uk"}), "abroad")
    assert not places.from_abroad(kept, "self", frozenset({"uk"}), "abroad")
    assert not places.from_abroad({**kept, "region": "mainland"}, "other", frozenset({"uk"}), "abroad")
    assert places.read("Pinggu, in workshop. Not Hong Kong.")[2] == "mainland"
    there = talk(region="canada")
    places.settle(there, {**mem.fresh(), "region": "canada"}, hear("that is not hong kong"), False)
    assert there["region"] == "canada"


def test_a_car_that_was_towed_away_is_no_death():
    """The one on the bridge would be mourned, and the caller asked whether they think of suicide."""
    now = parties.hear(None, "他就是讲下辈子 上周车给拖走了 昨天我还骂他没用", 3)
    assert not now["dead"]
    assert parties.hear(None, "我爸上周走了", 3)["dead"]


def test_no_belief_in_what_only_sounds_like_a_no_at_level_4():
    """ "进我这门的都得踩一脚粪" twice, and the bot said that it had worried for nothing."""
    now = talk(denies="clear", asked={"suicide": [1]}, told={"suicide": 1, "when": 1})
    for turn in (5, 6, 7):
        now["turn"] = turn
        insisted.note(now, "进我这门的都得踩一脚粪 我没脸去", (), {"message_level": 2, "spoken": {}}, 4, False)
    assert insisted.FACT not in now["told"]


def test_a_day_and_a_thing_told_after_the_question_are_a_yes():
    """ "对啦 老的就是我 天一亮就去" would be taken for the second no."""
    now = talk(level=3, denies="clear", asked={"suicide": [2]}, told={"suicide": 1, "way": 1, "when": 3, "decided": 3})
    for turn in (4, 5, 6):
        now["turn"] = turn
        insisted.note(now, "我没有讲鸽子", (), {"message_level": 2, "spoken": {}}, 3, False)
    assert insisted.FACT not in now["told"]


def test_a_no_before_anybody_asked_is_asked_about():
    """ "自杀的念头，现在没有" of who tells of six good years would be answered with the emergency number."""
    now = talk(level=3, asked={})
    insisted.note(now, "自杀的念头,现在没有,一点没有", (), {"message_level": 3, "spoken": {}}, 3, False)
    assert insisted.instead("emergency", "high", now) == "suicide"
    assert insisted.instead("emergency", "imminent", now) == "emergency"
    assert insisted.instead("companion", "high", now) == "companion"


def test_what_was_answered_piece_by_piece_is_a_plan():
    """A wish, a day and a thing under the bed, each in a calm message: nobody would ask him to put it away."""
    told = {"suicide": 3, "when": 4, "thing": 5}
    assert duties.gravity(talk(level=2, told=told), 2) == 3
    assert duties.gravity(talk(level=2, told={"suicide": 3, "when": 4}), 2) == 2
    assert duties.gravity(talk(level=2, told={**told, "suicide_denied": 5}), 2) == 2
    assert duties.gravity(talk(level=2, told=told, speaks_for="other"), 2) == 2


@pytest.mark.parametrize(
    "text",
    ["东西备下了，在帐篷铺底下压着", "东西收在旧礼服盒里", "东西在副驾上", "It is on the desk, I can touch it"],
)
def test_a_thing_that_was_told_of_is_not_asked_for(text):
    """ "说两遍了": whoever has said where it lies and is asked once more goes away."""
    now = mem.listen(talk(level=3), hear(text), (), 3)
    assert {"thing", "means_near"} & now["told"].keys()
    assert "means" in inquiry.shut(now)


def test_who_is_grown_is_no_child():
    """ "老婆小孩在" of a man of 45, and he was sent to a school counsellor."""
    now = mem.listen(talk(), hear("没有 我老婆小孩在"), ("minor",), 2)
    assert now["age"] not in {"child", "teen"}


def test_who_is_through_the_door_is_not_told_how_to_get_through():
    """A father whose daughter cries on the telephone was told how to open the door."""
    assert "may_enter" not in hear("小邹砸开门了 人在呢").moves
    assert "may_enter" in hear("能砸门吗").moves
    assert FINE.search("Nobody is dying.")


@pytest.mark.parametrize(
    "text",
    ["门开了 找到人了", "抓住他了，警察", "人在屋里，门反锁了", "找到人了，没气了", "nobody is dying except her"],
)
def test_a_door_that_opened_is_nobody_who_is_well(text):
    """ "人在你眼前、好好的" to who had found him cold."""
    assert not FINE.search(text)


@pytest.mark.parametrize(
    "text",
    [
        "都十一点了 睡不着",
        "我现在好点了",
        "在家吃了面",
        "酒倒掉了 我不喝了",
        "我不跳了",
        "没割了",
        "刚割了草",
        "他小时候打我",
    ],
)
def test_no_ambulance_for_the_hour_or_the_supper(text):
    """ "外卖点了" at high danger read "马上打 120"."""
    now = mem.listen(talk(asked={"suicide": [2], "emergency": [4]}), hear(text), (), 4)
    assert now["told"].get("acting") != now["turn"]


@pytest.mark.parametrize("text", ["她吃了晚饭 睡了", "我给他发消息没反应"])
def test_who_has_eaten_needs_no_ambulance(text):
    """120 for two bowls of rice."""
    now = mem.listen(talk(speaks_for="other"), hear(text), (), 4)
    assert "ta_acting" not in now["told"]


@pytest.mark.parametrize(
    "text", ["自杀念头没有停过", "自杀的念头，没有一天不想", "轻生的想法我现在没有告诉别人", "自杀的念头一点都没有了吗"]
)
def test_the_opposite_of_a_no_is_none(text):
    """ "好，我听清了，你没有那个意思" to who had never had a day without it."""
    assert not insisted.CLEAR.search(text)


@pytest.mark.parametrize("text", ["东西放在家门口柜子里了 快递说的", "那个拍照的东西都收拾好了 等快递"])
def test_a_parcel_is_no_means(text):
    """A parcel in a locker raised the talk to high danger."""
    assert "thing" not in hear(text).facts


def test_a_doubled_verb_is_nobody():
    """ "现在能喊一声问问姨吗？" """
    assert not hear("问问姨吧 她在隔壁").persons.keys() & {"问问姨"}


@pytest.mark.parametrize("text", ["我割了 血止不住", "炭点了", "吃了", "要跳了", "救命", "他进来了 打我"])
def test_who_has_begun_is_sent_the_ambulance_again(text):
    """The emergency script was said a message ago: "是真的在想自杀吗" stood where 120 should."""
    now = mem.listen(talk(asked={"suicide": [2], "emergency": [4]}), hear(text), (), 4)
    assert now["told"]["acting"] == now["turn"]
    assert ladder().open("acting", now)
    assert not ladder().open("intent_now", now | {"told": {**now["told"], "suicide": 2}})


@pytest.mark.parametrize("text", ["叫不醒", "他真吞了", "没反应了", "割腕了 流血"])
def test_the_ambulance_is_named_again_for_who_does_not_wake(text):
    """A father beside a son who does not wake was told to say that he is there."""
    now = mem.listen(talk(speaks_for="other", asked={"other_emergency": [4]}), hear(text), (), 4)
    step = third.step(ladder(), "imminent", "tell", frozenset(), talk(), now, False)
    assert step == "other_acting"


@pytest.mark.parametrize(
    ("told", "text"),
    [
        ({}, "到了，在桥上"),
        ({}, "来了，药来了"),
        ({}, "他来了又走了"),
        ({}, "终于赶到了"),
        ({}, "已经进来了"),
        ({"hurt_home": 4}, "他进来了"),
        ({}, "他过来了，拿着刀"),
    ],
)
def test_what_only_sounds_like_an_arrival_is_none(told, text):
    """Who had just reached the river read "有妈妈陪着，先靠着坐一会儿"."""
    now = talk(asked={"suicide": [2], "companion": [4]}, person="妈妈", persons={"妈妈": "near"}, told=told)
    settled.note(now, text, frozenset(), 4, False, frozenset())
    assert "here" not in now["told"]


@pytest.mark.parametrize(
    "text", ["江边没人 我开过去行吗", "我走过去行吗", "去大厅跳行吗", "我没钱还", "孩子要不要背书包"]
)
def test_no_yes_to_anywhere_and_no_death_in_a_debt(text):
    """ "去吧，比待在原地好" to who asks about the river."""
    assert not {"go_lit", "debt_after"} & set(questions.asked(text, False))


def test_a_lit_place_is_a_yes():
    """Who would leave on her own for the petrol station was told that a colleague would answer."""
    assert "go_lit" in questions.asked("来时路上有个加油站，亮着灯。我开过去行不行", False)
    assert "debt_after" in questions.asked("人没了，账是不是就清了", False)


def test_a_thing_put_by_is_preparation():
    """ "在帐篷铺底下压着" of who had said yes: nobody would have asked him to put it away."""
    assert duties.gravity(talk(level=2, told={"suicide": 3, "thing": 5}), 2) == 3
    assert duties.gravity(talk(level=2, told={"suicide": 3, "means_near": 5}), 2) == 2


@pytest.mark.parametrize(
    ("text", "kind", "other"),
    [
        ("找哪旮旯的警察啊", "cross_city", True),
        ("我这儿打110那头管烟台不", "cross_city", True),
        ("国内那些热线打得通吗", "call_abroad", False),
        ("这边有没有说中国话的大夫，看一回多少钱", "cost_care", False),
        ("我要打110吗", "call_120", False),
    ],
)
def test_plain_questions_of_played_strangers(text, kind, other):
    """Asked three times, and each time a colleague was said to answer."""
    assert kind in questions.asked(text, other)


def test_no_breathing_at_level_4():
    """ "手 抖 救护 响？" of an old tailor behind a bolted door was answered with how to breathe."""
    kinds = ("panic_do", "police_seen")
    assert questions.not_to_who_hurts(kinds, talk()) == ("police_seen",)
    assert questions.not_to_who_hurts(kinds, talk(level=3)) == kinds
