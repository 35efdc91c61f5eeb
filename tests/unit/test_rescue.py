"""A rescue that somebody else carries out: what comes now, and nothing that is over."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.conversation import beaten, insisted, parties, places, rescue
from bot.conversation import memory as mem
from bot.conversation import persons as people
from bot.conversation.alongside import promises
from bot.conversation.hearing import hear
from bot.conversation.ladder import ladder
from bot.conversation.learned import Learned
from bot.conversation.plan import Plan
from bot.conversation.questions import UNKNOWN
from bot.conversation.shop_talk import listen, thing_in
from bot.conversation.speaker import FIRST, TAKES_BACK
from bot.conversation.steps import _goes
from bot.conversation.third import step
from bot.copilot.lead import lead
from bot.copilot.types import Candidate, Moment

ROOT = Path(__file__).resolve().parents[2]
STEPS = ladder()
TOLD = yaml.safe_load((ROOT / "bot/domain/responses_refer.yml").read_text(encoding="utf-8"))["responses"]


def talk(**kept: Any) -> dict[str, Any]:
    return {**mem.fresh(), "turn": 6, "level": 4, "flagged": 2, "asked": {"other_emergency": [3]}, **kept}


@pytest.mark.parametrize(
    ("text", "stage"),
    [
        ("门开了 她躺地上 叫不醒 还有呼吸 现在怎么办", rescue.DOWN),
        ("她在打呼噜一样的声 我要不要把她翻过来", rescue.DOWN),
        ("she is on the floor and won't wake up", rescue.DOWN),
        ("房东拿钥匙把门打开了", rescue.FOUND),
        ("大刘打来了 人拦住了 警察也在", rescue.SAVED),
        ("救护车到了 她还有气 我跟车走", rescue.SAVED),
        ("到医院了 在里面抢救", rescue.SAVED),
        ("发消息没反应", ""),
        ("敲门没反应 门反锁了", ""),
        ("要是叫不醒怎么办", ""),
        ("没拦住 他跑了", ""),
        ("警察都在这 他还在天台边上不下来", rescue.ARRIVED),
        ("救护车来了 他不肯上 还在楼边上", rescue.ARRIVED),
        ("救护车到了 她叫不醒", rescue.ARRIVED),
        ("我拉住了她一只手 她还在往外挣 我快抓不住了", rescue.EDGE),
        ("劝下来了 她又上去了 现在在窗台外面", rescue.EDGE),
        ("找到她了 她在桥栏杆外面", rescue.EDGE),
        ("从天台边上拉下来了", rescue.SAVED),
        ("快送到医院了 她在抽搐", rescue.DOWN),
        ("她叫不醒怎么办？", rescue.DOWN),
        ("她没反应了", rescue.DOWN),
        ("佢叫极都唔醒", rescue.DOWN),
        ("拉住了 可她已经吃了一整瓶安眠药", ""),
        ("我把他拦住了 他手里还有刀", ""),
        ("她到医院了 在住院部楼顶", ""),
        ("我们把他送到医院了 他趁我缴费跑了", ""),
        ("警察来了 又走了 他爬上栏杆了", ""),
        ("她说她没事了 可我不信 她把门锁了", ""),
        ("送到医院了吗", ""),
        ("他说他已经送到医院了", ""),
        ("我发了十条 他没有反应", ""),
        ("她躺地上哭 怎么劝都不起来", ""),
        ("他还有气，叫得应", ""),
    ],
)
def test_what_comes_now_is_read_off_the_newest_message(text, stage):
    """Who kneels beside somebody who does not wake would read that their question was passed on."""
    assert rescue.stage(text, 4, True) == stage
    assert rescue.stage(text, 4, False) == rescue.stage(text, 2, True) == ""


def test_nobody_is_left_without_the_ambulance_for_first_aid():
    """First aid without a call would cost the minutes that save."""
    alone = talk(rescue=rescue.DOWN, asked={}, told={"ta_acting": 6})
    assert step(STEPS, "imminent", "tell", frozenset(), alone, alone, False) == "other_emergency"
    called = talk(rescue=rescue.DOWN, told={"help_called": 5})
    assert step(STEPS, "imminent", "tell", frozenset(), called, called, False) == rescue.DOWN


def test_a_question_beside_the_unconscious_is_not_passed_on():
    """ "现在怎么办" would go to a colleague, and nobody would say: on the side, give nothing."""
    assert rescue.first({"rescue": rescue.DOWN}, "open_question", (UNKNOWN,)) == ("tell", ())
    assert rescue.first({"rescue": rescue.SAVED}, "direct_question", ("tp_my_blame", UNKNOWN)) == (
        "direct_question",
        ("tp_my_blame",),
    )


@pytest.mark.parametrize("stage", sorted(rescue.STEPS))
def test_there_are_words_for_every_stage(stage):
    """The third message beside the same person would repeat the first."""
    rows = [r["text"] for r in TOLD["utter_support_third_party"] if r["metadata"].get("step") == stage]
    assert len(rows) >= 6
    if stage == rescue.DOWN:
        assert all("侧" in text or "急救" in text for text in rows)


def test_who_was_found_is_not_left_alone_in_the_record():
    """The police would be asked for again while they stand in the room."""
    now = talk(told={})
    rescue.note(now, "张姨已经在屋里了 舅舅到我妈那了", 4, True)
    assert now["told"]["with_someone"] == 6
    rescue.note(now, "人拦住了", 4, True)
    assert "help_there" not in now["told"]  # held by a friend; no doctor and no police yet
    rescue.note(now, "人拦住了 警察也在", 4, True)
    assert now["told"]["help_there"] == 6


@pytest.mark.parametrize(
    "text",
    ["他跳了 没动静", "她又上天台了", "她从医院跑了 又吞了", "警察走了", "佢跳咗落去", "拉住了 可她吃了一整瓶药"],
)
def test_help_that_was_there_is_over_when_it_begins_again(text):
    """Talked down, up again, jumped: nobody would send an ambulance a second time."""
    now = talk(told={"help_there": 4, "help_called": 3, "with_someone": 4})
    rescue.note(now, text, 4, True)
    assert not {"help_there", "help_called", "with_someone"} & now["told"].keys()
    calm = talk(told={"help_there": 4})
    rescue.note(calm, "他又去上班了", 4, True)
    assert "help_there" in calm["told"]


@pytest.mark.parametrize(
    "text",
    ["他在学校上课呢 说晚自习就从楼上跳", "她同学到家了 说她在天台", "我姐姐进去了没出来", "同事到家了吗"],
)
def test_company_that_is_none_keeps_nobody_safe(text):
    """A roof in the next break would be left to the class."""
    now = talk(told={})
    rescue.note(now, text, 3, True)
    assert "with_someone" not in now["told"]


def test_nobody_at_an_edge_is_without_the_emergency_first():
    """Words for who stands there would come before the call that brings the cushion."""
    alone = talk(rescue=rescue.EDGE, asked={}, told={})
    assert step(STEPS, "imminent", "tell", frozenset(), alone, alone, False) == "other_emergency"
    called = talk(rescue=rescue.EDGE, told={"help_called": 5})
    assert step(STEPS, "imminent", "tell", frozenset(), called, called, False) == rescue.EDGE


@pytest.mark.parametrize("text", ["打了110了 照片给他们了 他还是不接", "120打了 说在路上了", "警察己经在路上了"])
def test_a_call_told_outright_is_believed(text):
    """Who has called three times would be told a fourth time to call."""
    sure = Learned(doubted=lambda _: True).believed(hear(text), text, 4)
    assert "help_called" in sure.facts


def test_a_call_that_is_only_thought_of_is_none():
    """ "要不要打110" would be taken for a call, and nobody would come."""
    none = "120打了不通|120拨了一半 没拨出去|刚打了120了又挂掉了 我不敢|110打了他们不管"
    none += "|我说我报了警了 其实没报|你们报了警了|110在打我电话|差点打了110了|120打了又取消了|房东报警了 要赶我走"
    for text in ("要是打了110他会跳的", "报了警他会不会恨我", *none.split("|")):
        assert "help_called" not in Learned(doubted=lambda _: True).believed(hear(text), text, 4).facts


def test_no_morning_is_promised_while_it_lies_within_reach():
    """ "东西就在我手边，你跟我说明天？": she went (docs/safety/vera.md, eighteenth play)."""
    memory = talk(turn=9, asked={"emergency": [4]}, told={"means_near": 9})
    plan = Plan("care", "imminent", "self", "tell", "stay", False, (), memory)
    assert not promises(STEPS, plan, late=True)
    assert promises(
        STEPS, Plan("care", "imminent", "self", "tell", "stay", False, (), talk(turn=9, told={})), late=True
    )


def test_who_says_it_is_herself_in_her_own_tongue_is_believed():
    """A woman of 75 who said three times that it was she would be asked about "him" to the end."""
    for text in ("是俺 俺说的是俺自己", "不是他 是俺不想活"):
        assert {"is_me"} & hear(text).facts or parties.hear(None, hear(text).plain, 1)["fixed"] == "self", text
    assert FIRST.search(hear("俺攒着那个东西呢 等孙子过完生日俺就走了").plain)
    assert FIRST.search("I'm on the outside of the balcony now")


@pytest.mark.parametrize(
    "text",
    [
        "她生完快三个月了，老说她死了我跟孩子还轻松点。",
        "我翻了我女儿的本子，上面写想死，还写了是哪天。",
        "刚给我发语音说带着儿子一起走，让我后悔一辈子",
    ],
)
def test_what_another_said_or_wrote_is_theirs(text):
    """A husband, a mother, a wife would be asked whether they want to die themselves."""
    assert parties.hear(None, hear(text).plain, 1)["other"] == 1


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("刀就在我手里。。。就今晚", "means_near"),
        ("那东西就摆我面前", "means_near"),
        ("就在茶几上，我伸手就能拿到", "means_near"),
        ("東西不在身邊", "means_none"),
        ("日子還沒決定", "when_unsaid"),
        ("no. said no plan", "no_way"),
    ],
)
def test_what_was_told_is_known(text, fact):
    """ "就在手里啊我不是说了吗": it would be asked again."""
    assert fact in hear(text).facts


def test_where_somebody_is_not_hides_nothing():
    """A man in Leeds would be given Chinese numbers to the end."""
    assert places.read("im in leeds not hong kong")[0] == "uk"


def test_a_parcel_is_no_bag_and_a_shattered_nerve_no_broken_thing():
    """ "哪来的包啊 我买的是刀": nine messages without a day."""
    assert thing_in("所以我的包裹现在到底在哪啊") == ""
    assert thing_in("奶奶手机买的") == ""
    assert "broken" not in listen("再不动我要碎了").matters
    assert "broken" in listen("收到就碎了").matters


URGENT = Candidate("现在打 120（急救电话），说清在哪里。", "information", "utter_refer_emergency", "story")


def test_the_first_card_calls_where_the_story_calls():
    """The one card that a frightened agent sends would ask where they are and name no ambulance."""
    stay = Candidate("我在。先离那儿远一点，叫个人到你身边来，先坐下，把门打开，等人进来陪着你，别一个人待着。",
                     "affirmation", "utter_stay_with", "story")  # fmt: skip
    ask = Candidate("你现在在哪里？", "question", "utter_ask_safety_now", "story")
    for danger in ("imminent", "high"):
        for order in ([stay, URGENT, ask], [URGENT, stay, ask]):
            card = lead(order, Moment(4, "care", danger))
            assert card is not None
            assert card.text == URGENT.text + ask.text
    assert lead([URGENT], Moment(4, "care", "imminent")) is None


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("他回来了", True),
        ("老公进门了", True),
        ("要是他回来了怎么办", False),
        ("昨晚他回来就打", False),
        ("快递回来了", False),
        ("他在砸门", True),
        ("听见他上楼了", True),
        ("我妈来了 来接我", False),
        ("他来了一条短信", False),
        ("she is here with me now", False),
        ("他到家了吗 我叫我哥来接我", False),
        ("he is coming tomorrow", False),
        ("他来了 是我弟", False),
        ("他回来了 怎么办", True),
        ("他拿着刀过来了", True),
        ("my husband is home", True),
    ],
)
def test_who_hits_and_is_back_is_nobodys_company(text, near):
    """ "他回来了": she would be thanked for letting somebody come."""
    assert beaten.near({"hurt_by": ["violence"], "told": {}}, text) == near
    assert not beaten.near({"hurt_by": [], "told": {}}, text)


def test_who_stands_in_the_window_is_not_sent_past_him_to_the_street():
    """ "我吞了药 他醒了": the ambulance would give way to "go out"."""
    assert not beaten.safe_to_say({"told": {"swallowed": 3}})
    assert beaten.safe_to_say({"told": {}})


def test_the_friend_who_comes_is_not_the_father_who_hits():
    """Her way out would be taken for the danger."""
    memory = {"hurt_by": ["violence"], "told": {}, "persons": {"爸": people.HURTS}}
    assert not beaten.near(memory, "我男朋友来了")
    assert beaten.near(memory, "我爸进门了")


def test_a_no_to_a_call_is_no_no_to_the_wish():
    """A beaten woman who may not telephone was handed back to the shop counter at level 3."""
    now = talk(level=3, pending="companion_refer", denies="clear", asked={"suicide": [2]}, told={"suicide": 3})
    insisted.note(now, "打不得 通话他也要翻", (), {"spoken": [], "message_level": 0}, 3, False)
    assert not now.get("clear_noes")
    yes = talk(level=3, pending="suicide", denies="", asked={"suicide": [2]}, told={"suicide": 2})
    insisted.note(yes, "想过 好多回", (), {"spoken": [], "message_level": 2}, 3, False)
    assert yes["answered_yes"]


@pytest.mark.parametrize("text", ["唔係我呀，係我阿爸。", "不是我啊 是我爸", "想死嗰個係我阿爸。"])
def test_not_me_is_believed_in_every_tongue(text):
    """A daughter in Foshan was asked nine times whether she wants to die herself."""
    assert TAKES_BACK.search(hear(text).plain)


def test_a_goodbye_of_who_has_it_at_hand_is_no_goodbye():
    """ "娃睡了 我也去了" was answered with good night."""
    memory = talk(turn=10, asked={"emergency": [4]}, told={"means_near": 4, "companion": 8})
    assert _goes(memory)
    assert not _goes({**memory, "told": {**memory["told"], "here": 9}})


def test_whether_the_police_make_it_worse_is_no_question_about_us():
    """ "喊警察来会不会更糟" was answered with whether we call."""
    assert "ask_police" not in rescue.unasked(hear("喊警察来会不会更糟 他看到警察更激动咋办")).moves
    assert "ask_police" in rescue.unasked(hear("你们会报警吗")).moves


@pytest.mark.parametrize("text", ["烟雾报警器会报警吗", "这个门锁低电会报警吗", "手表进不进水"])
def test_goods_that_ring_are_no_police(text):
    """Who buys a smoke detector would be told when people are sent for."""
    assert not {"ask_police", "may_enter"} & set(hear(text).moves)
    assert "ask_police" in hear("我说了你会不会报警 我有报警器").moves


@pytest.mark.parametrize("text", ["身边没有 我手上没有 在抽屉里", "手里没有刀 有药"])
def test_what_lies_in_the_drawer_is_not_nothing(text):
    """ "在抽屉里": nobody would ask for it to be put away."""
    assert "means_none" not in hear(text).facts


def test_police_asked_for_in_one_word_brings_the_number():
    """ "报警" would be read as a question about us."""
    assert "how_call" in hear("报警").moves
    assert "ask_police" in hear("报警？").moves


def test_who_is_held_by_a_friend_still_gets_the_call():
    """ "我把他拦住了": no number would ever be given, and he breaks loose."""
    alone = talk(rescue=rescue.SAVED, asked={}, told={"with_someone": 6})
    assert step(STEPS, "imminent", "tell", frozenset(), alone, alone, False) == "other_emergency"
    told = talk(rescue=rescue.SAVED, told={"with_someone": 6})
    assert step(STEPS, "imminent", "tell", frozenset(), told, told, False) == rescue.SAVED


def test_company_that_was_the_beater_is_forgotten():
    """ "老公回来了" would stay on record as somebody who is with her."""
    now = talk(told={"here": 6, "companion": 6, "suicide": 3})
    beaten.forget(now)
    assert now["told"] == {"suicide": 3}


@pytest.mark.parametrize("text", ["我去找阿奶了", "我去敲鬼门", "我叫小伟去死", "我喊老王去买炭"])
def test_going_to_the_dead_is_no_step_towards_help(text):
    """On a roof: every way to safety would be switched off."""
    assert "stand_down" not in hear(text).facts


@pytest.mark.parametrize("text", ["家里没药 我准备跳", "这里没别的 就一瓶百草枯", "手边没有 窗户就在旁边"])
def test_one_thing_less_is_not_nothing(text):
    """The window beside her would be forgotten for the drawer that is empty."""
    assert "means_none" not in hear(text).facts


@pytest.mark.parametrize("text", ["继父喊我去他家", "舅舅叫我去他屋 摸我", "前夫叫我去他家 他要打我"])
def test_not_every_open_door_is_a_refuge(text):
    """A girl would be sent to the uncle she flees from."""
    assert people.NEAR not in hear(text).persons.values()


@pytest.mark.parametrize(
    ("text", "stage"),
    [
        ("他没呼吸了 我老婆在哭", rescue.DOWN),
        ("叫不醒 我哭着喊他", rescue.DOWN),
        ("我拽住她了 我快拉不动了", rescue.EDGE),
        ("救下来了 还没醒", ""),
        ("拦住了 瓶子已经空了", ""),
        ("人劝住了 她又说要跳", ""),
        ("警察来了 又走了", ""),
    ],
)
def test_who_cries_beside_them_is_not_who_lies_there(text, stage):
    """ "我哭着喊他" would make the one who does not wake awake."""
    assert rescue.stage(text, 4, True) == stage


def test_who_breaks_the_door_to_save_is_no_beater():
    """ "消防撞开门了": she would be told to run from them; "他来了" is the friend who was called."""
    memory = {"hurt_by": ["violence"], "told": {}, "persons": {"老公": people.HURTS, "老周": people.ASKED}}
    assert not beaten.near(memory, "消防撞开门了")
    assert not beaten.near(memory, "他来了")
    assert beaten.near({**memory, "persons": {"老公": people.HURTS}}, "他拿着刀进来了")


@pytest.mark.parametrize("text", ["我这就找小雪去了 她等我三年了", "我去找小李了 他有货", "我喊小陈上来 一起走"])
def test_a_reunion_is_no_help(text):
    """On the roof: the emergency would stand down."""
    assert "stand_down" not in hear(text).facts
