"""The next step is the right one, and nothing is asked twice."""

from __future__ import annotations

from itertools import pairwise

import pytest

from bot.conversation import memory as mem
from bot.conversation.ladder import FIRST, ladder, next_action
from bot.conversation.plan import Plan, plan


class Talk:
    """A talk played turn by turn without Rasa: the plan, then what it says."""

    def __init__(self, **fixed):
        self.memory = None
        self.fixed = fixed
        self.ideation = False

    def say(self, text, level, *signals, intent=None, sure=0.0) -> Plan:
        self.ideation = self.ideation or level >= 3 or bool({"ideation_active", "ideation_passive"} & set(signals))
        talk = {"ideation": self.ideation, "third_party": self.fixed.get("third_party", False)}
        made = plan(
            text,
            level=level,
            signals=signals,
            talk=talk,
            memory=self.memory,
            intent=intent,
            confidence=sure,
            **self.fixed,
        )
        step = None if made.step == "none" else made.step
        self.memory = mem.speak(made.memory, step, [text], [], ladder().steps[step].say if step else [])
        return made


def test_level_two_is_asked_directly_within_three_turns():
    """Without it: someone with a wish to die is never asked about it."""
    talk = Talk()
    steps = [talk.say(t, 2, "ideation_passive").step for t in ("有时候想一觉不醒", "就是累", "每天都这样")]
    assert "suicide" in steps


def test_imminent_path_is_complete_within_two_turns():
    """Without it: no number, nobody beside them, no distance, no place, when minutes count."""
    talk = Talk()
    assert talk.say("我站在楼顶边上", 4, "in_progress", "location").step == "emergency"
    assert {"utter_refer_emergency", "utter_ask_safety_now", "utter_stay_with"} <= set(ladder().steps["emergency"].say)
    assert talk.say("风好大", 4).step == "companion"


def test_on_the_roof_or_swallowed_is_sent_to_the_emergency_number_at_once():
    """Without it: someone on a roof, or who swallowed something, waits turns for the number."""
    assert Talk().say("我在楼顶", 3, "location", "ideation_active").step == "emergency"
    swallowed = Talk().say("是我自己不想活了才吃的。现在肚子难受", 3, "ideation_active")
    assert (swallowed.heard, swallowed.step) == ("swallowed", "emergency")
    assert Talk().say("我把家里的东西吃下去了，吃了好多，现在有点怕", 1).heard == "swallowed"


@pytest.mark.parametrize(
    ("text", "move"),
    [("打不了电话，一出声他们就醒了", "cannot_phone"), ("你们会告诉我爸妈吗", "ask_family"),
     ("要不要看医生", "ask_doctor"),
     ("该打110还是120", "ask_which"), ("香港有咩電話可以打", "ask_line"), ("打热线要钱吗", "ask_cost")],
)  # fmt: skip
def test_a_plain_question_gets_a_plain_answer(text, move):
    """Without it: who asks what it costs or which number to call is comforted about something else."""
    talk = Talk()
    talk.say("不想活了", 3, "ideation_active")
    assert talk.say(text, 3).heard == move


def test_accepted_help_is_not_met_with_the_emergency_script():
    """Without it: a woman who will tell her daughter is told to dial the police."""
    talk = Talk()
    talk.say("不想活了", 3, "ideation_active")
    assert talk.say("能来吧，她住得不远。那我等会儿接电话跟她讲", 4).step != "emergency"
    assert talk.say("闺女电话来了", 4).step != "emergency"
    assert talk.say("我现在就走，今晚", 4, "in_progress").step == "emergency"
    talk = Talk()
    talk.say("不想活了", 3, "ideation_active")
    assert talk.say("受不了了", 4).step == "emergency"


def test_high_goes_through_safety_companion_place():
    """Without it: a plan is known and nobody asks about means, company or place."""
    talk = Talk()
    steps = [talk.say("我想好了 就这周走", 3, "plan", "time", "ideation_active").step]
    told = (
        "在床上躺着",
        "没人",
        "随便说说吧",
        "不知道还能说啥",
        "就这样吧",
        "还能怎样",
        "说来话长",
        "一言难尽",
        "也就这些",
        "再说吧",
    )
    steps += [talk.say(t, 3).step for t in told]
    assert steps[0] in {"safety", "means", "safety_direct"}
    assert "companion_refer" in steps
    assert "place" in steps


def test_a_refusal_is_not_met_with_a_question():
    """Without it: somebody who wants quiet is pressed and leaves."""
    talk = Talk()
    talk.say("不想活了", 2, "ideation_active")
    assert talk.say("别问了", 2).step in {"refer", "quiet"}


def test_no_number_two_turns_running():
    """Without it: the bot pushes hotlines instead of listening."""
    talk = Talk()
    talk.say("我准备好了", 3, "plan", "preparation")
    given = []
    for turn in range(14):
        step = talk.say(f"不知道{turn}", 3).step
        given.append(step in ladder().steps and "utter_refer_hotline" in ladder().steps[step].say)
    assert not any(a and b for a, b in pairwise(given))


def test_what_was_told_is_not_asked_again():
    """Without it: somebody says they are alone and is asked who is with them."""
    talk = Talk()
    talk.say("我打算今晚走", 3, "plan", "time")
    seen = []
    for text in ("就我自己一个人", "没人管我", "没人", "我在成都", "还是难受", "嗯", "累", "累了", "好累"):
        seen.append(talk.say(text, 3).step)
    told = talk.memory["told"]
    assert "when" in told
    assert "when" not in seen
    assert seen.count("place") <= 1
    assert sum(s.startswith("companion") for s in seen) <= 2


def test_calm_or_thanks_ends_in_our_promise_never_in_a_goodbye():
    """Without it: a sudden calm closes the talk."""
    for text in ("谢谢你", "没事了 你放心", "我先睡了", "好点了"):
        talk = Talk()
        talk.say("我买好了 就等到货", 3, "plan", "preparation")
        assert talk.say(text, 3).step in {"promise", "promise_refer", "care_promise", "care_accept"}


def test_a_number_is_given_though_nobody_needs_to_be_asked_for():
    """Without it: who already has somebody there waits three turns for a number to call."""
    talk = Talk()
    talk.say("药都备好了 不想拖累孩子", 3, "plan", "preparation", "burden")
    assert talk.say("我妈就在旁边陪着我", 3).step == "refer"


def test_who_leaves_without_a_number_takes_one_along_once():
    """Without it: somebody at risk says good night and has nobody to call in the small hours."""
    talk = Talk()
    talk.say("我买好了 就等到货", 3, "plan", "preparation")
    assert talk.say("我先睡了", 3).step == "promise_refer"
    assert talk.say("晚安", 3).step != "promise_refer"


def test_risky_question_first_purpose_then_direct():
    """Without it: a question about harm is answered with facts, or an evasion ends the matter."""
    talk = Talk(categories=["农药"])
    assert talk.say("喝了会怎么样", 2, "means_seeking").step == "purpose"
    assert talk.say("没什么 随便问", 2).step == "suicide"


def test_ordinary_shopping_is_never_asked_about_suicide():
    """Without it: a buyer of socks is treated as a patient."""
    talk = Talk(categories=["服饰"])
    for text, intent in (
        ("快递到哪了 等死我了", "ask_logistics"),
        ("笑死", "small_talk"),
        ("谢谢", "thanks"),
        ("尺码大吗", "ask_size"),
    ):
        made = talk.say(text, 0, intent=intent, sure=0.9)
        assert (made.mode, made.step) == ("service", "none")


def test_stated_purpose_ends_the_asking():
    """Without it: a farmer is asked again and again what the spray is for."""
    talk = Talk(categories=["农药"])
    assert talk.say("这个毒不毒", 0, intent="ask_effect", sure=0.8).step == "purpose"
    assert talk.say("打果园的", 0, intent="tell_purpose", sure=0.8).step == "none"
    assert talk.say("沾手上要紧吗", 0, intent="ask_effect", sure=0.8).step == "none"


def test_grief_is_heard_without_crisis_questions():
    """Without it: a mourner is interrogated."""
    talk = Talk()
    for text in ("我奶奶走了", "家里还留着她的东西", "夜里想她"):
        made = talk.say(text, 1, "life_event")
        assert made.mode == "support"
        assert made.step in {"none", "listen"}


def test_third_party_has_its_own_way():
    """Without it: a sister is asked whether she wants to die while her brother is lying there."""
    talk = Talk(third_party=True)
    made = talk.say("我弟弟吞了东西", 4, "third_party", "in_progress")
    assert (made.mode, made.step) == ("other", "other_emergency")
    assert talk.say("我手抖得不行", 4).step == "caller_companion"


def test_own_danger_stays_own_when_others_are_mentioned():
    """Without it: a mention of mother turns a customer in danger into a worried relative."""
    talk = Talk()
    talk.say("我不想活了", 2, "ideation_active")
    talk.fixed["third_party"] = True
    assert talk.say("我妈说她也不想管我", 2, "third_party").mode == "care"


def test_who_came_for_another_may_be_in_danger_too():
    """Without it: "朋友" was a cover and nobody notices when it drops."""
    talk = Talk(third_party=True)
    assert talk.say("我朋友说不想活了", 2, "third_party", "ideation_active").mode == "other"
    talk.fixed["third_party"] = False
    talk.ideation = True
    assert talk.say("其实是我自己想死", 2, "ideation_active").mode == "care"


@pytest.mark.parametrize("mode", ["care", "ask", "other"])
def test_somebody_in_danger_is_never_met_with_silence(mode):
    """Without it: an intent without a rule ends in no answer at all."""
    assert next_action("none", mode, [])[0] == "utter_stay_with"


def test_a_reply_has_room_for_its_step():
    """Without it: kind words crowd out the question that matters, or five messages arrive at once."""
    for name, step in ladder().steps.items():
        if name in FIRST or not step.say:
            continue
        done = ["utter_thank_disclosure"]
        while (wanted := next_action(name, "care", done)[0]) != "action_listen":
            done.append(wanted)
            assert len(done) < 9
        assert set(step.say) <= set(done)
        assert sum(a.startswith("utter_") for a in done) <= 3


def test_memory_is_not_changed_in_place():
    """Without it: a turn that is dropped leaves its marks in the store's copy."""
    first = mem.fresh()
    talk = plan("我在上海", level=3, signals=[], talk={}, memory=first, intent=None, confidence=0.0)
    assert first == mem.fresh()
    assert talk.memory["turn"] == 1


def test_who_sits_down_is_met_there_and_not_asked_for_a_clinic():
    """Without it: a boy who came back from the window hears about a hospital appointment."""
    talk = Talk()
    talk.say("我坐窗台上", 4, "in_progress", "location")
    made = talk.say("下来了 我坐床上了", 4, "in_progress")
    assert (made.heard, made.step) == ("accept_help", "companion")
    assert "stepped_back" in made.told


def test_what_was_swallowed_is_answered_with_the_ambulance_until_it_is_called():
    """Without it: a man in growing pain is given a line to talk to."""
    talk = Talk()
    talk.say("是我自己不想活了才吃的。现在肚子难受", 4, "in_progress")
    later = [talk.say(t, 4).step for t in ("家里。就我一个人", "肚子越来越疼", "我哥住一个小区", "不敢叫他")]
    assert not {"refer", "companion_refer", "human_help"} & set(later)
    assert {"companion", "emergency_check"} & set(later)


def test_a_locked_door_and_a_farewell_wait_for_nothing():
    """Without it: a mother at her daughter's door is asked what the girl is doing inside."""
    talk = Talk(third_party=True)
    text = "我女儿刚发了告别的话，房门反锁了，里面没声音"
    assert talk.say(text, 3, "third_party", "goodbye").step == "other_emergency"


def test_who_corrects_us_gets_an_apology_and_the_person_they_named():
    """Without it: "我妈走了好几年了" is followed by the next question about the mother."""
    talk = Talk()
    talk.say("不想活了", 3, "ideation_active")
    made = talk.say("我没提过她。老婆在隔壁屋", 3)
    assert (made.heard, made.step) == ("misheard", "companion")
    assert made.memory["person"] == "老婆"
