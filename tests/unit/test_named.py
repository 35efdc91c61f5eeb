"""What a message names is taken up, and "I am here" is not said in every reply."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from bot.conversation import take_up, wording
from bot.conversation import variants as var
from bot.conversation.named import named, things
from bot.conversation.nlg import guard

ROOT = Path(__file__).resolve().parents[2]
ROWS = var.parse(
    yaml.safe_load((ROOT / "bot/domain/responses_named.yml").read_text(encoding="utf-8"))["responses"]["utter_take_up"]
)
PLAN = {"who": "self", "mode": "care", "step": "safety", "heard": "tell"}


@pytest.mark.parametrize(
    ("text", "thing"),
    [
        ("他们把我换衣服的视频发到群里了", "photo_leak"),
        ("那么多同学看着 没人替我说话", "no_one_sided"),
        ("我们家的狗上礼拜走了", "pet_died"),
        ("我就怕猫以后没人管", "pet_care"),
        ("开了十年的店收掉了", "shop_closed"),
        ("工钱拖了半年没给", "wages"),
        ("女儿还在住院", "child_ill"),
        ("法院说我不让见孩子", "kept_from_child"),
        ("弄自己一下脑子才安静", "self_harm_quiet"),
        ("离复诊还要九天", "treatment_wait"),
        ("孩子去年不在了", "lost_child"),
        ("老伴走了三年了", "lost_spouse"),
        ("她来过一个电话 我在开会 没接", "missed_call"),
        ("家里逼我结婚", "forced_marriage"),
        ("其实我没办法喜欢女生", "orientation"),
        ("他天天翻我手机", "watched"),
        ("腦入面會閃啲好恐怖嘅畫面", "images"),
        ("BB喊到而家都未停", "newborn"),
        ("三周了没跟谁说过", "first_told"),
        ("回去更糟", "cant_go_home"),
        ("my dog died last week", "pet_died"),
        ("they posted my photos in the group", "photo_leak"),
    ],
)
def test_the_thing_that_was_named_is_heard(text, thing):
    """Without it: a girl whose photographs are passed round reads "你肯把这些讲给我听"."""
    assert thing in named(text)


@pytest.mark.parametrize(
    "text",
    ["嗯", "不知道", "我没接 爸爸走了以后再说", "你说多久就多久", "快递到了", "这件怎么洗", "在家", "没有", "明天再说"],
)
def test_an_ordinary_line_names_nothing(text):
    """Without it: a short answer is met with grief or debt that nobody spoke of."""
    assert not named(text)


def test_every_thing_has_sentences_that_may_be_said():
    """Without it: something is heard and nothing can be said of it, or a second question spoils the reply."""
    known = {thing.name for thing in things()}
    for rows in (ROWS, *(some.get("utter_take_up", ()) for some in wording.sets().values())):
        for row in rows:
            assert set(row.when["named"]) <= known, row.text
            assert guard().judge(row.text, 2).ok, row.text
            assert "？" not in row.text and "?" not in row.text, row.text
    for name in known:
        assert sum(name in row.when["named"] for row in ROWS) >= 5, name


def test_what_was_named_stands_in_the_mirror_and_in_later_thanks():
    """Without it: the concrete thing is heard and a sentence for everybody is said."""
    assert take_up.takes_up("utter_reflect_feeling", PLAN, {}, ())
    assert take_up.takes_up("utter_thank_disclosure", PLAN, {"asked": {"thanked": [1]}}, ())
    assert take_up.takes_up("utter_stay_with", PLAN, {}, {"utter_answer_plain"})


def test_the_first_thanks_a_refusal_and_an_emergency_keep_their_words():
    """Without it: who refuses, or needs a number at once, reads a comment on their shop instead."""
    assert not take_up.takes_up("utter_thank_disclosure", PLAN, {"asked": {}}, ())
    assert not take_up.takes_up("utter_reflect_feeling", {**PLAN, "heard": "refuse_talk"}, {}, ())
    assert not take_up.takes_up("utter_stay_with", {**PLAN, "step": "emergency"}, {}, ())
    assert not take_up.takes_up("utter_reflect_feeling", {**PLAN, "who": "other"}, {}, ())


def test_one_reply_takes_up_one_thing():
    """Without it: two sentences of one reply say the same about the same loss."""
    assert not take_up.takes_up("utter_stay_with", PLAN, {}, {take_up.TAKE_UP})


def test_i_am_here_is_not_said_in_two_replies_running():
    """Without it: "我说啥你都‘我在这头’" - the customer leaves a form letter."""
    before = {"utter_reflect_feeling", "utter_stay_with"}
    assert take_up.stays_again("utter_stay_with", PLAN, {"utter_reflect_feeling"}, before)
    assert not take_up.stays_again("utter_stay_with", PLAN, (), before), "it would be the whole reply"
    assert not take_up.stays_again("utter_stay_with", {**PLAN, "heard": "presence"}, {"utter_refer_hotline"}, before)
    assert not take_up.stays_again("utter_stay_with", PLAN, {"utter_reflect_feeling"}, {"utter_ask_way"})
