"""What the ladder still asks, what it no longer asks, and that nobody is pushed twice running."""

from __future__ import annotations

from typing import Any

import pytest

from bot.conversation import memory as mem
from bot.conversation import questions
from bot.conversation.hearing import hear
from bot.conversation.ladder import ladder
from bot.conversation.plan import plan
from bot.risk.felt import by_rule


def memory(turn: int, told: tuple[str, ...] = (), **asked: int) -> dict[str, Any]:
    kept = {**mem.fresh(), "turn": turn, "flagged": 1, "level": 3}
    kept["told"] = dict.fromkeys(told, 1)
    kept["asked"] = {name: [at] for name, at in asked.items()}
    return kept


def step(text: str, kept: dict[str, Any], level: int = 3, signals: tuple[str, ...] = (), ruled=None) -> str:
    talk = {"ideation": True, "ruled": ruled}
    return plan(
        text, level=level, signals=signals, talk=talk, memory=kept, intent="tell", confidence=0.9
    ).step  # fmt: skip


def test_means_are_asked_after_somebody_said_that_they_are_safe():
    """ "今晚不会，算安全" would end the asking: nobody would know what lies within reach."""
    kept = memory(5, ("suicide", "safe", "companion", "way"), safety_direct=2, suicide=2, refer=3, companion_refer=3)
    kept["last_refer"] = 3
    assert step("在家，妹妹在客厅，九天太长", kept) == "means"


def test_former_attempts_are_asked_about_once():
    """The strongest sign of a coming attempt, one before it, would never be asked for."""
    known = ("suicide", "companion", "way", "when", "means_none", "safe", "place")
    asked = dict.fromkeys(("suicide", "refer", "companion_refer", "human_help", "get_through", "refer_check"), 2)
    kept = memory(12, known, **asked) | {"last_refer": 2}
    kept["asked"]["get_through"] = [2, 7]
    assert step("就这样过一天算一天", kept) == "past"
    kept["asked"]["past"] = [13]
    assert ladder().next("high", kept | {"turn": 30}) != "past"


@pytest.mark.parametrize(("text", "fact"), [("嗯，有过", "past_tried"), ("没有，第一次", "past_none")])
def test_the_answer_about_former_attempts_is_kept(text, fact):
    """Who told of an attempt, or of none, would be asked again."""
    kept = memory(6, ("suicide",), suicide=2) | {"pending": "past"}
    assert fact in mem.listen(kept, hear(text), (), 3)["told"]


def test_what_was_only_felt_answers_no_question():
    """ "复诊在九天后", felt as a time, would leave the question for the time unasked (q18)."""
    heard = hear("我说过了，复诊在九天后，九天太长")
    felt = mem.listen(memory(3, suicide=2), heard, ("time", "plan"), 3, ruled=())
    assert not {"when", "way"} & felt["told"].keys()
    told = mem.listen(memory(3, suicide=2), hear("后天，办法想好了"), ("time", "plan"), 3, ruled=("time", "plan"))
    assert {"when", "way"} <= told["told"].keys()


def test_a_shop_that_was_closed_puts_nothing_out_of_reach():
    """ "店收了我這個人也就收了" would be read as "nothing is at hand", and thanked for (q14)."""
    assert "means_none" not in hear("覺得店收了我這個人也就收了").facts
    assert "means_none" in hear("药我扔掉了").facts


def test_nobody_is_sent_on_twice_running():
    """Whoever was just given the emergency number would be pushed on with the next reply, too (q24)."""
    kept = memory(4, ("suicide",), emergency=4, refer_emergency=4, suicide=2, safety_now=4)
    kept |= {"turn": 5}
    assert ladder().presses("companion", kept)
    assert ladder().presses("human_help", kept)
    assert not ladder().presses("means", kept)
    assert not ladder().presses("refer", kept), "the first number of a line may follow anything"


def test_who_stands_at_the_edge_is_asked_for_company_at_once():
    """Patience at the window would cost the one reply in which somebody could be called."""
    kept = memory(4, ("suicide", "brink"), emergency=4, refer_emergency=4, suicide=2)
    assert not ladder().presses("companion", kept | {"turn": 5})


def test_the_emergency_call_is_asked_about_once_unless_something_new_is_said():
    """ "不打" three times would be answered with the same call three times (q10, q24)."""
    kept = memory(9, ("suicide", "companion"), emergency=3, emergency_check=6, suicide=2, safety_now=9, means=4)
    assert step("工人的钱我都结清了", kept, level=4) != "emergency_check"


def test_who_forbids_numbers_gets_one_later_just_in_case():
    """Who says "别给我发号码" would get one at once, or none ever (q18)."""
    kept = mem.listen(memory(3, ("suicide",), suicide=2), hear("念头又上来了。别给我发号码。"), (), 3)
    assert "no_numbers" in kept["told"]
    assert not ladder().open("companion_refer", kept)
    assert not ladder().open("refer", kept)
    later = kept | {"turn": kept["turn"] + 3}
    assert ladder().open("refer", later)
    later["asked"]["refer"] = [later["turn"]]
    assert not ladder().open("refer", later | {"turn": later["turn"] + 20, "last_refer": 0})


def test_who_has_a_doctor_is_sent_there_first():
    """A doctor of six years, told while the talk was still calm, would be forgotten for a stranger's clinic."""
    kept = mem.listen({**mem.fresh(), "turn": 1}, hear("我有主治医生，下次复诊在九天后"), (), 1)
    assert "has_doctor" in kept["told"]
    now = memory(5, ("suicide", "has_doctor", "safe"), suicide=5, safety_direct=5) | {"flagged": 5}
    assert step("九天太长", now) == "human_help"


def test_who_said_twice_that_they_want_no_questions_is_asked_nothing():
    """A person who says "别问了" again and again would be asked on."""
    kept = memory(6, ("suicide",), suicide=2, refer=3, companion_refer=3) | {"last_refer": 3, "refusals": 2}
    assert step("就是累", kept) in {"stay", "refer"}


def test_every_second_answer_goes_on_with_a_question():
    """Who only asks us things would never be asked whether they are safe (q19)."""
    text = "昨天我讲的那些话，能不能删掉"
    quiet = memory(4, ("suicide", "way"), suicide=2, companion_refer=3, refer=3) | {"last_refer": 3}
    early = quiet | {"pending": "companion_refer", "flagged": 3}
    assert step(text, early) == "quiet"
    assert step(text, quiet | {"pending": None}) != "quiet"
    assert step(text, quiet | {"pending": "companion_refer", "flagged": 1}) in {"intent", "safety", "means"}


@pytest.mark.parametrize("order", ["ideation", "high", "back_from_the_edge"])
def test_the_agenda_holds_every_question_of_the_screener(order):
    """Way, means, time and former attempts: one left out of an order is asked of nobody."""
    steps = set(ladder().orders[order])
    assert {"way", "when", "past"} <= steps
    assert {"safety", "means"} & steps


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("警察来了全宿舍都知道了", "help_there"),
        ("打了警察一来，父亲那边就都知道了", "help_called"),
        ("我其实没办法喜欢姑娘的", "no_way"),
        ("那个号码，打过去第一句怎么讲", "called_line"),
        ("我一个老太婆好端端坐在养老院窗口", "brink"),
    ],
)
def test_what_only_sounds_like_an_answer_is_none(text, fact):
    """Who fears that the police come would be taken for somebody with whom they are, and asked nothing more."""
    assert fact not in hear(text).facts


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("警察来了 在门口", "help_there"),
        ("我打了120", "help_called"),
        ("没有办法也没打算", "no_way"),
        ("我站在窗边", "brink"),
    ],
)
def test_the_real_answers_still_count(text, fact):
    """Who has called would be told to call."""
    assert fact in hear(text).facts


def test_back_in_the_chat_is_not_back_from_the_edge():
    """ "我回来了" at the keyboard would be praised as stepping back from a ledge (q24)."""
    made = plan(
        "我回来了。热线会不会劝我结婚？", level=3, signals=(), talk={"ideation": True}, memory=memory(9, ("suicide",)),
        intent=None, confidence=0.0,
    )  # fmt: skip
    assert "stepped_back" not in made.memory["told"]
    edge = plan(
        "我回来了。", level=4, signals=(), talk={"ideation": True}, intent=None, confidence=0.0,
        memory=memory(9, ("suicide", "brink"), emergency=8),
    )  # fmt: skip
    assert "stepped_back" in edge.memory["told"]


def test_a_sleeping_child_is_no_company():
    """A mother who means to take her child along would be thanked for not being alone."""
    made = plan(
        "他在旁边睡着了", level=4, signals=(), talk={"ideation": True}, intent=None, confidence=0.0,
        memory=memory(2, ("suicide", "child_along"), emergency=1),
    )  # fmt: skip
    assert "settled" not in made.memory["told"]


def test_sitting_and_drinking_below_level_four_tell_no_way():
    """ "以后也没有人喝了" would count as an answer to "have you thought how" (q14)."""
    kept = mem.listen(memory(1), hear("以后大概也没有人喝了"), ("in_progress",), 2, ruled=("in_progress",))
    assert not {"way", "suicide"} & kept["told"].keys()


def test_who_refuses_the_call_and_asks_back_is_answered_and_let_be():
    """Who says that they will not call, and asks back, would be answered and then asked one thing more (q10)."""
    kept = memory(6, ("suicide", "means_near"), emergency=6, refer_emergency=6, suicide=5)
    assert step("我说了不打电话。你这套话对多少人说过", kept, level=4) == "quiet"


def test_what_the_lists_heard_belongs_to_its_own_message():
    """Of two messages in a row the first would lose what it told, because the state is the second's."""
    assert by_rule({"ruled": ["time"], "recent": ["今晚"]}, "今晚") == {"time"}
    assert by_rule({"ruled": [], "recent": ["今晚", "在吗"]}, "今晚") is None
    assert by_rule({}, "今晚") is None


def test_are_you_still_there_is_answered_as_such():
    """ "……你还没走啊", felt as sadness, would be thanked for a disclosure and questioned (silence-05)."""
    kept = memory(5, ("suicide",), suicide=1, companion_refer=3, refer=3) | {"level": 2, "last_refer": 3}
    made = plan(
        "……你还没走啊", level=3, signals=("distress",), talk={"ideation": True}, memory=kept, intent=None, confidence=0
    )
    assert made.heard == "presence"


def test_a_harmless_first_line_is_met_with_an_open_door():
    """Who sends a baby's cot back would be asked outright whether they think of suicide; who does think so, next."""
    talk = {"ruled": [], "spoken": []}
    first = plan("小床退了吧，用不着了", level=2, signals=(), talk=talk, memory=None, intent="tell", confidence=0.9)
    assert first.step == "door"
    kept = mem.speak(first.memory, first.step, ["这句话我有点在意，你是碰上什么事了吗？"])
    then = plan("没什么，就是用不着了", level=2, signals=(), talk=talk, memory=kept, intent="tell", confidence=0.9)
    assert then.step == "suicide"
    said = {"ruled": ["ideation_passive"], "spoken": ["ideation_passive"]}
    word = plan("睡过去别醒就好了", level=2, signals=("ideation_passive",), talk=said, memory=None, intent="tell",
                confidence=0.9)  # fmt: skip
    assert word.step == "suicide"


@pytest.mark.parametrize(
    "text",
    ["不是!! 我不想死 我怕 喘不上", "没有！！俺要活着穿上那件衣服！！", "我是想活才那样的", "我没要死，听不懂人话是吧"],
)
def test_a_plain_no_in_other_words_ends_the_questions_of_plan_and_day(text):
    """Who is stuck in a lift and afraid to die would be asked for the day and the way of it."""
    kept = memory(3, suicide=2) | {"pending": "companion_refer", "level": 2}
    told = mem.listen(kept, hear(text, memory=kept), ("ideation_active",), 2)["told"]
    assert "suicide_denied" in told
    assert step(text, kept, level=2) not in {"way", "when", "means", "past"}


@pytest.mark.parametrize("text", ["我不想死但是活着太累", "我不想死也不想活", "我想活着有什么意思", "我怕死了没人知道"])
def test_half_a_no_is_none(text):
    """ "不想死也不想活" would be put down as a denial."""
    assert "not_to_die" not in hear(text).facts


def test_an_order_is_not_passed_over():
    """ "灯 换还是退" five times, and five times a sentence about feelings: they leave."""
    kept = memory(4, suicide=2) | {"level": 3}
    lamp = "昨天到的灯今天就不亮了，赔不赔"
    told = plan(lamp, level=3, signals=(), talk={"ruled": []}, memory=kept, intent="tell", confidence=0.9)
    assert told.heard == "shop_in_care" or questions.ORDER in told.asks


def test_a_wish_told_after_a_no_is_asked_about():
    """ "没有", and six messages later "明早不醒也可以": neither plan nor day would ever be asked."""
    kept = memory(8, ("suicide_denied",), suicide=2)
    text = "有时候有，夜里想明早不醒也可以"
    told = mem.listen(kept, hear(text, memory=kept), ("ideation_passive",), 3, ruled=("ideation_passive",))["told"]
    assert "suicide_denied" not in told
    felt = mem.listen(kept, hear(text, memory=kept), ("ideation_passive",), 3, ruled=())["told"]
    assert "suicide_denied" in felt


@pytest.mark.parametrize(
    ("text", "step"),
    [
        ("旧书包里头的东西 孩子自己写的 大人该不该看", "door"),
        ("别个把取件码给我了 这人有点不对头", "door"),
        ("can it be returned? He say no need already", "door"),
        ("东西都给你们吧 反正用不完", "suicide"),
    ],
)
def test_a_first_line_about_somebody_else_is_met_with_an_open_door(text, step):
    """A stepmother who asks whether to read what a child wrote would be asked whether she wants to die."""
    told = plan(
        text, level=2, signals=("ideation_passive",), talk={"ruled": [], "spoken": [], "recent": [text]}, memory=None,
        intent="tell", confidence=0.9,
    )  # fmt: skip
    assert told.step == step


def test_who_came_down_is_not_asked_to_come_down():
    """Who wrote "上去了 坐到四点 又下来了" read five requests to step back from the edge."""
    kept = memory(2, ("brink", "way"), emergency=2, refer_emergency=2) | {"level": 2}
    down = plan("上去了 坐到四点 又下来了", level=2, signals=(), talk={"ideation": True, "ruled": []}, memory=kept,
                intent=None, confidence=0.0)  # fmt: skip
    assert down.memory["told"]["stepped_back"] == down.memory["turn"]
    then = plan("还那样 没那么急了", level=3, signals=(), talk={"ideation": True, "ruled": []}, memory=down.memory,
                intent=None, confidence=0.0)  # fmt: skip
    assert "brink" not in then.memory["told"]
    still = plan("我不下来", level=4, signals=(), talk={"ideation": True, "ruled": []}, memory=kept, intent=None,
                 confidence=0.0)  # fmt: skip
    assert "brink" in still.memory["told"] and "stepped_back" not in still.memory["told"]


def test_a_question_for_a_script_is_not_answered_as_one_about_goods():
    """The question "女主吞药 多久会死" for a play was answered with "rinse it off with water"."""
    made = plan("写剧本呢 女主吞药 多久会死", level=0, signals=(), talk=None, memory=None, intent="ask_effect",
                confidence=0.9)  # fmt: skip
    assert (made.mode, made.heard, made.step) == ("ask", "means_question", "none")
    goods = plan("蟑螂药多久会死", level=0, signals=(), talk=None, memory=None, intent="ask_effect", confidence=0.9)
    assert goods.mode == "service"


def test_what_is_told_of_another_is_not_their_own_safety():
    """A beaten wife wrote that he lies drunk in bed, and read that she is safe now."""
    kept = memory(1, ("suicide",), safety_direct=1) | {"level": 3, "pending": "safety_direct"}
    for text, safe in (("他喝醉了在床上", False), ("我在床上躺着", True)):
        made = plan(text, level=3, signals=(), talk={"ideation": True, "ruled": []}, memory=kept, intent=None,
                    confidence=0.0)  # fmt: skip
        assert ("safe" in made.memory["told"]) is safe
