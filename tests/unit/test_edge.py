"""At the edge a way to safety is never far, and whoever is at the door is let in."""

from __future__ import annotations

import pytest

from bot.conversation import edge, onward, reach
from bot.conversation import memory as mem
from bot.conversation.hearing import hear
from bot.conversation.ladder import ladder


def memory(turn: int, danger: str = "imminent", text: str = "", **asked: list[int]) -> dict:
    now = {**mem.fresh(), "turn": turn, "level": 4 if danger == "imminent" else 3, "asked": dict(asked)}
    reach.listen(now, text)
    return now


def chosen(step: str, now: dict, text: str = "嗯", danger: str = "imminent", move: str = "tell") -> str:
    return edge.step(step, ladder(), "care", danger, move, now, hear(text))


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("外头拍门了 胡姐问咋还亮灯 我没吭声", "door"),
        ("她搁门口坐着嘞 我听见板凳响", "door"),
        ("室友在外面喊我开门", "door"),
        ("有人敲門，我冇應", "door"),
        ("Someone keeps knocking. I don't answer", "door"),
        ("杂物间 19 有人 推车 桂芬", "passing"),
        ("走廊里有脚步声", "passing"),
        ("有个扫地的阿姨在看我", "passing"),
        ("footsteps in the corridor", "passing"),
        ("我站在她家门口", ""),
        ("催债的又来砸门了", ""),
        ("外面没有人", ""),
        ("怕有人敲门", ""),
        ("快递敲门放门口就行", ""),
        ("nobody knocks at my door any more", ""),
    ],
)
def test_who_is_within_a_shout(text, who):
    """A woman is knocking and the bot asks who could come; or a debt collector is and he is let in."""
    assert reach.within(memory(3, text=text)) == who


def test_whoever_is_at_the_door_is_let_in():
    """An old hand sat on a stool before the workshop door and nobody was asked to open it."""
    now = memory(7, text="外头拍门了 胡姐问咋还亮灯", emergency=[1])
    assert chosen("quiet", now, move="ask_police") == onward.LET_IN
    assert onward.owed(onward.LET_IN, ladder(), "care", "imminent", "tell", now | {"flagged": 1}) == onward.LET_IN
    assert chosen("way", memory(4, "high", "有人敲门", suicide=[2]), danger="high") == onward.LET_IN


def test_nobody_who_hurts_them_is_let_in():
    """An "开门" to a woman whose husband stands before the door with a belt."""
    now = memory(7, text="有人敲门", emergency=[1]) | {"hurt_by": ["老公"]}
    assert chosen("quiet", now) != onward.LET_IN


def test_at_level_four_no_two_replies_go_by_without_a_way_to_safety():
    """The number was named in the first reply, and nine kind sentences followed."""
    assert chosen("confirm", memory(2, emergency=[1])) == "confirm"
    assert chosen("confirm", memory(3, emergency=[1])) == "emergency_check"
    assert chosen("quiet", memory(5, emergency=[1], emergency_check=[3])) == "companion"
    assert chosen("quiet", memory(5, emergency=[1], emergency_check=[4])) == "quiet"


def test_who_will_not_call_is_shown_another_way():
    """After "110 不" came a doctor for the days to come, with the thing in her hand."""
    now = memory(3, emergency=[1])
    now["told"]["call_declined"] = 2
    assert chosen("people", now) == onward.ANOTHER


def test_anger_is_given_one_reply_more():
    """A shouting man is told in every breath where to go, and leaves."""
    assert chosen("quiet", memory(3, emergency=[1]), move="anger") == "quiet"
    assert chosen("quiet", memory(4, emergency=[1]), move="anger") != "quiet"


def test_who_has_company_is_not_sent_on():
    """The roommate sits beside her and the bot goes on asking who could come."""
    now = memory(5, emergency=[1])
    now["told"]["here"] = 4
    assert chosen("quiet", now) == "quiet"


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("老蓝对讲机里在喊我，没应", "calling"),
        ("等陣 電話響 權叔打嚟", "calling"),
        ("室友微信@我", "calling"),
        ("My phone is ringing", "calling"),
        ("催收又打来了", ""),
        ("热线打过去 没人接", ""),
        ("手机响了一天", ""),
        ("他不回我", ""),
    ],
)
def test_who_calls_in_is_answered(text, who):
    """A colleague called twice by radio while the bot asked whether there was a plan."""
    assert reach.within(memory(3, text=text)) == who


def test_who_says_good_bye_at_the_edge_takes_a_way_to_safety_along():
    """A "埋單，多謝晒" with the thing at arm's length was answered with a helpline."""
    now = memory(3, emergency=[1], companion=[2])
    assert chosen("refer", now, move="thanks") in onward.ROUTES
    assert chosen("refer", now, move="tell") == "refer"


def test_who_speaks_for_another_is_asked_whether_the_call_was_made():
    """A girl of ten was told 110 once and never asked again; she went off to knock at the door."""

    def theirs(turn: int, **told: int) -> str:
        now = memory(turn, other_emergency=[1]) | {"told": dict(told)}
        return edge.step("other_refer", ladder(), "other", "imminent", "tell", now, hear("嗯"))

    assert theirs(3) == "other_refer"
    assert theirs(4) == "other_check"
    assert theirs(4, help_called=3) == "other_refer"
    assert theirs(4, ta_fine=3, ta_seen=3) == "other_refer"


@pytest.mark.parametrize(
    "text",
    [
        "他拿着刀站在门口",
        "前夫在敲门",
        "被人强奸了 那个男的在门口",
        "he is at the door drunk again",
        "外面有个男人一直盯着我",
        "脑子里有声音一直喊我去死",
        "楼下有人看热闹喊我跳",
        "他打来了一巴掌",
    ],
)
def test_nobody_is_let_in_who_may_be_the_danger(text):
    """The bot says "开门，让人看见你" to a woman whose husband stands outside with a knife; or a voice is answered."""
    assert reach.within(memory(3, text=text)) == ""


def test_who_hurts_them_was_told_messages_ago():
    """After "家里打我", and two messages later "他又在敲门": open the door."""
    now = memory(2, text="家里打我，不想活了")
    now["turn"] = 4
    reach.listen(now, "他又在敲门")
    assert reach.within(now) == ""


def test_who_stands_at_an_edge_is_not_sent_to_a_door():
    """A girl on a bridge reads "把门打开"."""
    now = memory(5, text="有人敲门", emergency=[4])
    now["told"]["brink"] = 3
    assert chosen("quiet", now) != onward.LET_IN


@pytest.mark.parametrize("text", ["我拿着那个 我妈在敲门", "我喝了酒 我妈在门口叫我", "我妈敲门我没出声"])
def test_their_own_drink_or_thing_does_not_hide_who_knocks(text):
    """The mother at the door is passed over because the writer has been drinking."""
    assert reach.within(memory(3, text=text)) == "door"
