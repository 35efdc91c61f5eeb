"""Somebody came, or stepped back: the newest facts are answered, not the alarm of a minute ago."""

from __future__ import annotations

import pytest

from bot.conversation import memory as mem
from bot.conversation import settled
from tests.unit.test_plan import Talk


def grave(*then: str) -> list:
    """A talk at level 4 in which the emergency script was said, and the plans of what follows."""
    talk = Talk()
    assert talk.say("我今晚就走 不想活了", 4, "ideation_active", "time", "intent").step == "emergency"
    return [talk.say(text, 4) for text in then]


@pytest.mark.parametrize(
    "text", ["她过来了 坐我边上了", "奶奶抱我了 她也哭了", "药交给她了", "我妈来了 在我旁边", "老婆过来陪着我了"]
)
def test_who_has_somebody_there_is_stayed_with(text):
    """Without it: a man whose wife holds his hand is told once more to dial the police."""
    plan = grave(text)[-1]
    assert (plan.heard, plan.step) == ("accept_help", "stay")
    assert "here" in plan.told


def test_it_holds_for_the_rest_of_the_talk():
    """Without it: two messages later the girl in her grandmother's arms is asked to call her grandmother."""
    steps = [p.step for p in grave("奶奶抱我了", "她也哭了", "我们坐在沙发上", "嗯")]
    assert not set(steps) & {"emergency", "emergency_check", "safety_now", "companion", "place"}, steps


def test_who_says_they_sit_safely_is_not_pressed_to_dial():
    """Without it: "why do you tell me to call an ambulance" is answered with the ambulance."""
    steps = [p.step for p in grave("安全，我坐在床上呢", "我在家里 没有危险")]
    assert not set(steps) & {"emergency", "emergency_check", "safety_now"}, steps


def test_somebody_on_the_way_is_not_asked_for_again():
    """Without it: a sister who said she is coming is asked for three times."""
    steps = [p.step for p in grave("我姐说马上过来", "嗯 我等她")]
    assert "companion" not in steps


def test_a_new_danger_ends_it():
    """Without it: who swallows pills after all, with a mother in the next room, gets no emergency number."""
    talk = Talk()
    talk.say("不想活了", 3, "ideation_active")
    talk.say("我妈来了 在我旁边", 3)
    assert talk.say("我刚把药全吃下去了", 4, "in_progress").step == "emergency"


def test_before_anything_was_settled_the_emergency_path_stands():
    """Without it: "没事" would talk the system out of an emergency."""
    talk = Talk()
    assert talk.say("我没事 就在楼顶边上坐着", 4, "in_progress", "location").step == "emergency"


def test_company_of_somebody_else_is_no_company_of_the_writer():
    """Without it: a caller who reached a neighbour is treated as the one in danger."""
    talk = Talk(third_party=True)
    talk.say("我女儿说她不想活了 门锁着", 4, "third_party", "ideation_active")
    assert "here" not in talk.say("邻居到了 在敲门", 4).told


def test_who_only_wants_to_be_heard_is_not_sent_to_one_more_person():
    """Without it: a widow who asks to talk of her husband is asked five times who could come."""
    talk = Talk()
    talk.say("想得心口疼 真想跟他去算了", 2, "ideation_passive")
    talk.say("没有 我不会做啥的", 2)
    steps = [talk.say(t, 2).step for t in ("我就想说说他", "他修了一辈子表", "手可巧了")]
    assert steps == ["quiet"] * 3


def test_who_writes_that_they_want_to_die_and_answers_nobody_is_looked_for():
    """Without it: a friend who met them in a game is told to go on writing until the morning."""
    talk = Talk(third_party=True)
    made = talk.say("我朋友昨晚说不想活了 后来就一直不回我", 2, "third_party", "ideation_active")
    assert made.step == "other_emergency"


def test_an_urge_withstood_is_met_with_staying():
    """Without it: a girl who has not cut herself today is asked what she has at hand."""
    talk = Talk()
    talk.say("难受的时候就划自己 不是想死", 2, "self_injury")
    talk.say("别让我妈知道", 2)
    assert talk.say("今天还没划", 2, "self_injury").heard == "relief"


def test_who_worries_for_a_colleague_has_a_number_by_the_third_reply():
    """Without it: three questions are answered and nobody who could help is named."""
    talk = Talk(third_party=True)
    steps = [
        talk.say(t, 2, *signals).step
        for t, signals in (
            ("我同事说她活着没意思想自杀 我该怎么跟她讲", ("third_party", "ideation_active")),
            ("她不让我告诉别人", ()), ("我怕我说错话害了她", ()),
        )
    ]  # fmt: skip
    assert "other_refer" in steps


@pytest.mark.parametrize(
    ("reach", "text", "fact"),
    [
        ("door", "开了，他瞅见了，脸都白了", "here"),
        ("door", "门开了 他愣住了", "here"),
        ("calling", "应了。往大门外走", "coming"),
        ("door", "没开", ""),
        ("door", "我不开", ""),
        ("door", "i picked up the knife", ""),
        ("door", "煤气 开了", ""),
        ("door", "没人进来了", ""),
        ("calling", "接了，骂我", ""),
    ],
)
def test_who_was_told_to_open_and_did_has_company(reach, text, fact):
    """An "开了，老潘端碗面杵这儿" was answered with "不叫人也行，先去亮一点的地方坐着"."""
    now = {**mem.fresh(), "turn": 7, "level": 4, "asked": {"let_in": [6]}, "reach": {reach: 6}}
    settled.note(now, text, frozenset(), 4, False)
    assert {"here", "coming"} & now["told"].keys() == ({fact} if fact else set())
    later = now | {"told": {}, "turn": 9}
    settled.note(later, text, frozenset(), 4, False)
    assert not {"here", "coming"} & later["told"].keys()


def test_a_name_with_lao_or_xiao_is_somebody():
    """A "老潘来了" brought nobody, and the man was asked who could come."""
    assert "here" in grave("老潘来了")[-1].told


@pytest.mark.parametrize("text", ["一个小时到了", "老子就坐在床边", "小猫靠着我", "小雨来了", "老板来了要开除我"])
def test_clocks_cats_and_rain_are_no_company(text):
    """After "绳子在手里", "一个小时到了" came "有人陪着你，这很好"."""
    now = {**mem.fresh(), "turn": 3, "level": 4, "asked": {"emergency": [1]}}
    settled.note(now, text, frozenset(), 4, False)
    assert "here" not in now["told"]
