"""A question that nothing of ours answers is said back and owned up to, not comforted away."""

from __future__ import annotations

import pytest

from bot.conversation import memory as mem
from bot.conversation.plan import plan
from bot.conversation.questions import OPEN
from bot.conversation.variants import Moment, choose, parse
from bot.conversation.wondered import APART, beside, by_piece, of, words


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("没得人 就车灯 站长会不会不要我了", "站长会不会不要我了"),
        ("换个问你 看了医保报不报 机器传给哪个", "机器传给哪个"),
        ("没 报？", "报"),
        ("床單到底可以取消嗎，問了好幾次了", "床單到底可以取消嗎"),
        ("I sit with Anya. Will she hate me?", "Will she hate me"),
    ],
)
def test_a_question_is_said_back_in_their_own_words(text, asked):
    """Whoever asks "机器传给哪个" and reads "打不通就先放下" stops asking, and then stops writing."""
    found = of(text)
    assert found is not None
    assert found.words == asked


@pytest.mark.parametrize(
    "text",
    [
        "报什么警",
        "离什么离",
        "离谁啊 离灰毛吗",
        "你没看懂吗 我说我划自己",
        "孩子好好的你咒啥",
        "谁管过我",
        "我活着有什么意思",
        "你问这个干嘛",
        "什么都不想说",
        "没定哪天",
        "嗯？",
        "好过啥",
        "有计划吗，没有。",
    ],
)
def test_a_retort_or_a_cry_is_no_question(text):
    """Who throws our own words back would read that a colleague will have to answer "好过啥"."""
    assert of(text) is None


@pytest.mark.parametrize(
    "text", ["这病最后是不是憋死的", "跳下去会不会疼", "吃几颗才够呢，够吗", "is it going to hurt me?"]
)
def test_what_speaks_of_dying_is_owned_up_to_without_being_repeated(text):
    """A bot that says a means or a death back makes it larger."""
    found = of(text)
    assert found is None or found.words == ""


def test_it_stands_beside_another_answer_only_where_danger_is_known_and_not_each_time():
    """The words "I cannot answer that" in every reply is a wall; in a chat about goods it is nonsense."""
    now = {"level": 3, "turn": 5, "wondered": {}}
    assert beside((), "站长会不会不要我了", "tell", now) == (OPEN,)
    assert words(now) == "站长会不会不要我了"
    assert now["unanswered"] == ["站长会不会不要我了"]
    assert beside((), "站长会不会不要我了", "tell", now | {"turn": 5 + APART - 1}) == ()
    assert beside((), "站长会不会不要我了", "reply_to_us", now | {"turn": 9}) == ()
    assert beside(("cost_care",), "站长会不会不要我了", "tell", now | {"turn": 9}) == ("cost_care",)
    assert beside((), "站长会不会不要我了", "tell", now | {"turn": 9, "level": 1}) == ()
    assert words(now | {"turn": 6}) == ""


def test_the_same_sentence_does_not_stand_around_the_next_question():
    """The sentence "“…”，我没听漏，只是答不上来" twice in a talk is a form letter with a blank in it."""
    rows = [
        {"text": "“{asked}”，我没听漏。", "metadata": {"need": "asked"}},
        {"text": "照实说，我答不了。", "metadata": {}},
    ]
    moment = Moment(fill={"asked": "谁来定"})
    first = choose(parse(rows), moment)
    assert first is not None
    assert first[0] == "“谁来定”，我没听漏。"
    again = choose(parse(rows), Moment(fill={"asked": "几点来"}), [first[0]])
    assert again is not None
    assert again[0] == "照实说，我答不了。"


def test_a_card_for_a_person_does_not_speak_as_the_bot():
    """An agent would be offered "I cannot answer that, a colleague can see it" as their own words."""
    memory = mem.fresh() | {"turn": 3, "level": 3, "flagged": 1, "asked": {"suicide": [2]}, "told": {"suicide": 2}}
    made = plan("没人 就车灯 站长会不会不要我了", level=3, signals=("distress",), talk={"ideation": True, "ruled": []},
                memory=memory, intent=None, confidence=0.0)  # fmt: skip
    assert made.asks == (OPEN,)
    card = made.for_a_person()
    assert card.asks == ()
    assert words(card.memory) == ""
    assert card.memory["unanswered"] == []
    waits = memory | {"unanswered": ["写了算数不"]}
    made = plan("没人 就车灯 站长会不会不要我了", level=3, signals=("distress",), talk={"ideation": True, "ruled": []},
                memory=waits, intent=None, confidence=0.0)  # fmt: skip
    assert made.for_a_person().memory["unanswered"] == ["写了算数不"]


def test_each_question_of_a_long_message_is_read_by_itself():
    """A "会不会被遣返" at the end of three things told was taken for no question, and the boy stopped asking."""
    sure = {"我去看病会不会被遣返啊": "visa"}
    text = "我在门口坐着 一句话不说，我去看病会不会被遣返啊"
    read = {"other": False, "known": (), "moves": (), "kind": lambda part, outright: sure.get(part)}
    assert by_piece((), text, **read) == ("visa",)
    assert by_piece(("arrest",), text, **read) == ("arrest",)  # what was heard stays
    assert by_piece((), text, **read | {"moves": ("bye",)}) == ()
    assert by_piece((), "我去看病会不会被遣返啊", **read) == ()  # read as it stands already
