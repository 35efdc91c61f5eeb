"""A direct question gets its answer, and how our own question was taken decides what is said next."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
import yaml

from bot.conversation import memory as mem
from bot.conversation import questions, replies
from bot.conversation import variants as var
from bot.conversation.ladder import ladder
from bot.conversation.nlg import instead
from bot.conversation.plan import Plan, plan

ROOT = Path(__file__).resolve().parents[2]
ASKED = yaml.safe_load((ROOT / "tests/unit/data/asked.yml").read_text(encoding="utf-8"))
TAKEN = yaml.safe_load((ROOT / "tests/unit/data/taken.yml").read_text(encoding="utf-8"))
ANSWERS = yaml.safe_load((ROOT / "bot/domain/responses_answers.yml").read_text(encoding="utf-8"))["responses"]
OWN = [(kind, text) for kind, some in ASKED.items() if kind not in {"other", "none"} for text in some]
OTHERS = [(kind, text) for kind, some in ASKED["other"].items() for text in some]


class Talk:
    """A talk played turn by turn without Rasa."""

    def __init__(self, **fixed):
        self.memory, self.fixed = None, fixed

    def say(self, text, level, *signals) -> Plan:
        talk = {"ideation": level >= 2, "third_party": self.fixed.get("third_party", False)}
        made = plan(text, level=level, signals=signals, talk=talk, memory=self.memory, intent=None, confidence=0.0,
                    **self.fixed)  # fmt: skip
        step = None if made.step == "none" else made.step
        self.memory = mem.speak(made.memory, step, [text], [], ladder().steps[step].say if step else [])
        return made


@pytest.mark.parametrize(("kind", "text"), OWN)
def test_a_direct_question_is_recognised(kind, text):
    """Without it: "我打120说什么" is answered with "慢慢来，我在"."""
    assert kind in questions.asked(text, False, {"brink"})


@pytest.mark.parametrize(("kind", "text"), OTHERS)
def test_a_question_for_somebody_else_is_recognised(kind, text):
    """Without it: a mother at a locked door gets no answer to what she must tell the police."""
    assert kind in questions.asked(text, True)


@pytest.mark.parametrize("text", ASKED["none"])
def test_a_cry_or_an_answer_is_no_question(text):
    """Without it: who says "谁管过我" reads that a colleague will look it up."""
    assert not questions.asked(text, False)
    assert not questions.is_open(text)


def test_two_questions_of_one_message_are_both_heard():
    """Without it: of "120要多少钱啊 会不会抓我" only one half is answered."""
    assert questions.asked("卧室 门反锁了 我手抖 120要多少钱啊 会不会抓我", False) == ("cost_ambulance", "arrest")


@pytest.mark.parametrize("text", ["你们几点下班？", "那个同事明天还能跟我聊吗", "can I get my letters back from you?"])
def test_a_question_to_us_that_no_kind_fits_is_open(text):
    """Without it: a question that we cannot answer gets a comforting sentence, not the truth that people are asked."""
    assert questions.is_open(text)


@pytest.mark.parametrize("text", ["为什么偏偏是我", "活着怎么这么难", "谁还在乎呢？", "你让我找同事？", "什么？"])
def test_a_cry_in_the_form_of_a_question_is_not_sent_to_a_colleague(text):
    """Without it: "为什么偏偏是我" reads that a colleague will look it up."""
    assert not questions.is_open(text)


def test_every_kind_has_six_answers_and_so_has_every_reading():
    """Without it: the second time somebody asks, nothing or the same sentence comes back."""
    for utter, key, wanted in (
        ("utter_answer_question", "asks", {k.name for k in questions.questions().kinds} | {questions.OPEN}),
        ("utter_take_reply", "reply", set(replies.values())),
    ):
        have = Counter(v for one in var.parse(ANSWERS[utter]) for v in one.when.get(key, ()))
        assert {kind: have[kind] for kind in wanted if have[kind] < 6} == {}


@pytest.mark.parametrize(("who", "step", "text", "reading"), [(w, *row) for w, some in TAKEN.items() for row in some])
def test_how_our_question_was_taken(who, step, text, reading):
    """Without it: "不打" and "不想叫她" are taken for consent, or asked again word for word."""
    memory = mem.speak({**mem.fresh(), "turn": 3}, step, ["x"])
    assert replies.read(text, memory, who == "other") == reading


def test_what_was_not_asked_is_not_refused():
    """Without it: "不打" about a game is read as refusing help long after the number was given."""
    memory = mem.speak({**mem.fresh(), "turn": 3}, "emergency", ["x"])
    assert replies.read("不打", {**memory, "turn": 9}, False) == ""


def test_a_direct_question_is_answered_before_anything_else_is_asked():
    """Without it: who asks what to say at the door is asked whether they are safe."""
    talk = Talk()
    talk.say("活着没意思", 2, "ideation_passive")
    talk.say("想过死", 3, "ideation_active")
    made = talk.say("我下去敲她门试试 我该说啥", 3)
    assert (made.heard, made.asks, made.step) == ("direct_question", ("what_to_say",), "quiet")


def test_a_refused_companion_is_not_proposed_again():
    """Without it: somebody who says "不想叫她" is asked to call her in the next sentence."""
    talk = Talk()
    for text in ("我不想活了 我妈在隔壁", "是想过"):
        talk.say(text, 3, "ideation_active")
    assert talk.memory["person"] == "妈妈"
    talk.memory = mem.speak(talk.memory, "companion", ["x"])
    made = talk.say("不想叫她", 3)
    assert (made.heard, made.reply, made.step) == ("reply_to_us", "companion_no", "quiet")
    assert made.memory["person"] is None and "companion_declined" in made.memory["told"]


def test_who_will_not_dial_is_not_asked_again_whether_they_did():
    """Without it: on a roof "不打" and "没打" are followed by "打通了吗" again and again."""
    talk = Talk()
    talk.say("我在楼顶", 4, "in_progress")
    made = talk.say("不打", 4)
    assert (made.heard, made.reply) == ("reply_to_us", "emergency_no")
    steps = [talk.say(text, 4).step for text in ("风大", "嗯", "冷", "一步", "没")]
    assert "emergency_check" not in steps


def test_a_yes_to_the_direct_question_leads_on_to_plan_means_and_time():
    """Without it: the wish is told and nobody asks whether there is a plan, a means at hand, a time."""
    talk = Talk()
    talk.say("活着没意思", 2, "ideation_passive")
    steps = [talk.say("有 想死", 3, "ideation_active").step]
    steps += [talk.say(text, 3).step for text in ("每天都这样", "欠了很多", "他们不知道", "嗯睡不着", "就是难受")]
    assert {"way", "safety"} <= set(steps)


def test_no_plan_is_not_asked_for_a_day():
    """Without it: who has just said that there is no plan is asked when."""
    memory = {**mem.fresh(), "turn": 9, "told": {"way_none": 4}}
    assert not ladder().open("when", memory)


def test_the_plan_of_another_is_asked_about():
    """Without it: a friend is never asked whether a way or a time was spoken of."""
    talk = Talk(third_party=True)
    steps = [talk.say(t, 3, "third_party").step for t in ("我朋友说不想活了", "昨晚说的", "我在外地", "他一直难受")]
    assert "other_plan" in steps


def test_thanks_are_not_said_three_turns_running():
    """Without it: every reply begins with "谢谢你肯说", like a machine."""
    memory = mem.speak({**mem.fresh(), "turn": 3}, None, ["x"], [], ["utter_thank_disclosure"])
    at = {"heard": "disclose", "danger": "high", "mode": "care", "step": "none", "asks": []}
    assert instead("utter_thank_disclosure", at, {**memory, "turn": 5}) == "utter_reflect_feeling"
    assert instead("utter_thank_disclosure", at, {**memory, "turn": 9}) == "utter_thank_disclosure"


def test_a_question_beside_a_disclosure_is_answered_too():
    """Without it: "我都备好了 警察会抓我吗" is thanked for and the fear stays."""
    at = {"heard": "disclose", "danger": "high", "mode": "care", "step": "safety_direct", "asks": ["arrest"]}
    assert instead("utter_stay_with", at, mem.fresh()) == "utter_answer_question"
    assert instead("utter_stay_with", {**at, "step": "emergency"}, mem.fresh()) == "utter_stay_with"


def test_who_stands_outside_the_railing_and_asks_whether_to_come_in_is_told_yes():
    """Without it: "tell me, do I come back in" from outside the railing is answered with an appointment."""
    talk = Talk()
    talk.say("我在栏杆外头 脚底下是江", 4, "in_progress", "location")
    made = talk.say("你先说退不退嘛", 4)
    assert made.heard == questions.DIRECT
    assert made.asks[0] == "step_back"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("两次都没答。近处只有婆婆", (questions.OPEN,)),
        ("我问了三件事，一件没复。", (questions.OPEN,)),
        ("还没回答我的问题", (questions.OPEN,)),
        ("you didn't answer me", (questions.OPEN,)),
        ("她没回我", ()),
        ("他还没回答呢", ()),
        ("我没答应他", ()),
    ],
)
def test_who_says_that_we_left_a_question_is_told_who_answers_it(text, wanted):
    """Asked three times what becomes of her child, she would hear three times that somebody listens."""
    assert questions.heard(text, False, (), (), None) == wanted


@pytest.mark.parametrize(
    ("text", "rings"),
    [
        ("He is ringing again, Márcio", True),
        ("我哥又打来了", True),
        ("手机一直在震 是我妈", True),
        ("催收的电话又响了", False),
        ("我前夫又打来了", False),
        ("他打我", False),
    ],
)
def test_somebody_who_rings_is_to_be_answered(text, rings):
    """The goalkeeper rang three times while the bot asked whether a doctor might help."""
    assert ("someone_rings" in questions.asked(text, False)) is rings


@pytest.mark.parametrize(
    ("kept", "picks_up"), [({}, True), ({"topics": ["violence"]}, False), ({"hurt_by": ["marriage"]}, False)]
)
def test_nobody_is_told_to_pick_up_for_who_beats_them(kept, picks_up):
    """A beaten wife whose husband rings would read "pick up, say come over"."""
    memory = mem.fresh() | {"turn": 2, "level": 3, "flagged": 1, "told": {"suicide": 1}} | kept
    made = plan("老公打来了", level=3, signals=(), talk={"ideation": True, "ruled": []}, memory=memory, intent=None,
                confidence=0.0)  # fmt: skip
    assert ("someone_rings" in made.asks) is picks_up
