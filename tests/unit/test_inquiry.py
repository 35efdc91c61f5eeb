"""What our questions ask for, and that nothing told or asked is asked again in other words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.conversation import inquiry
from bot.conversation import memory as mem
from bot.conversation import variants as var
from bot.conversation.asked import noted
from bot.conversation.ladder import ladder

ROOT = Path(__file__).resolve().parents[2]
SETS = ["bot/domain/responses_ask.yml", "data/wording/en.yml", "data/wording/yue.yml"]
#: Utterances whose every question asks for a topic of safety.
ASKING = ("utter_ask_suicide_directly", "utter_ask_way", "utter_ask_means_access", "utter_ask_companion",
          "utter_ask_location", "utter_ask_when", "utter_ask_past")  # fmt: skip


def questions() -> list[tuple[str, str, dict[str, Any]]]:
    found = []
    for name in SETS:
        rows = yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))["responses"]
        found += [(u, v["text"], v.get("metadata") or {}) for u in ASKING for v in rows.get(u, ())]
    return found


@pytest.mark.parametrize(("utter", "text", "meta"), questions())
def test_every_question_shows_what_it_asks_for(utter, text, meta):
    """A question that is not recognised would be asked again in other words."""
    assert inquiry.topics(text), f"{text}: no topic of bot/conversation/inquiry.yml is heard in it"


@pytest.mark.parametrize(
    ("text", "topics"),
    [
        ("你现在安全吗，手边有没有会伤到自己的东西？", {"safe", "means"}),
        ("TA 身边现在有没有人，安全吗？", {"ta_with", "ta_safe"}),
        ("能请妈妈现在到你身边待一会儿吗？", {"come"}),
        ("邊個離你最近，可以叫佢過嚟陪你？", {"come"}),
        ("之前有没有走到过这一步，后来是怎么过来的？", {"past"}),
        ("医院心理科能帮，让姐姐陪你去一趟好吗？", set()),
        ("我在这儿，现在哪里也不去。", set()),
    ],
)
def test_topics_of_a_sentence(text, topics):
    """A question about the wife would count as asked of her husband, a staying sentence as a question."""
    assert inquiry.topics(text) == topics


def talk(level: int, **more: Any) -> dict[str, Any]:
    return {**mem.fresh(), "turn": 3, "level": level, **more}


def test_what_a_sentence_asked_counts_whatever_step_it_came_with():
    """Who just told the place to a sentence of another step would be asked for the place again."""
    now = mem.speak(talk(3), "safety", ["告诉我你在什么地方，身边有人吗？"])
    assert now["inquired"] == {"place": [3], "with": [3]}
    assert "with" in inquiry.shut(now)
    assert not mem.speak(talk(1), None, ["您最晚哪天要用？"])["inquired"]  # a date of delivery is no date of dying


def test_an_answer_in_words_that_were_not_understood_is_not_asked_for_again():
    """ "我刚才第2条说过": the step would wait for a fact that was never heard, and ask on."""
    now = mem.speak(talk(3), "way", ["有没有想过要怎么做、什么时候？只说有或没有。"]) | {"turn": 12}
    assert not ladder().open("when", now)
    assert not ladder().open("way", now)
    assert ladder().open("past", now)


def test_a_question_keeps_only_what_is_open():
    """ "安全，没有东西" - "你现在安全吗，手边有没有…": the open half is asked by itself."""
    options = var.parse(
        [
            {"text": "你现在安全吗，手边有没有会伤到你的东西？", "metadata": {"step": "safety"}},
            {"text": "会伤到你的东西，现在离你近不近？", "metadata": {}},
        ]
    )
    moment = var.Moment(step="safety", shut=frozenset({"safe"}), asking=True)
    assert var.choose(options, moment)[0].startswith("会伤到你")
    assert var.choose(options, var.Moment(shut=frozenset({"safe", "means"}), asking=True)) is None


def test_at_the_edge_some_things_are_asked_once_more():
    """Whether somebody on a roof is safe would be asked once in a whole night."""
    asked = {"safe": [2], "way": [2]}
    assert {"safe", "way"} <= inquiry.shut(talk(3, inquired=asked))
    assert "safe" not in inquiry.shut(talk(4, inquired=asked))


def test_the_caller_is_not_asked_what_the_other_was():
    """The questions for her son used up, a mother would be asked whether she is safe herself."""
    options = var.parse(
        [
            {"text": "TA 现在醒着吗？", "metadata": {"who": "other"}},
            {"text": "你现在安全吗？", "metadata": {}},
        ]
    )
    assert var.choose(options, var.Moment(who="other", asking=True, shut=frozenset({"ta_state"}))) is None


def test_who_says_that_it_is_no_wish_to_die_is_asked_once_all_the_same():
    """ "划完好受点 不是想死": the question would never be put (goal: within three replies)."""
    assert "thoughts" not in inquiry.shut(talk(2, told={"suicide_denied": 1}))
    assert "thoughts" in inquiry.shut(talk(2, inquired={"thoughts": [1, 2]}))


def test_company_is_asked_for_twice_and_no_more_below_level_four():
    """ "你問三次了耶": who is there, who could come and whom they would call are one question to who is asked."""
    asked = {"with": [2], "come": [4]}
    assert {"with", "come"} <= inquiry.shut(talk(3, inquired=asked))
    assert "come" not in inquiry.shut(talk(4, inquired=asked))


def test_what_a_colleague_asked_counts_as_asked():
    """The bot that is handed the chat would ask anew what the agent has just asked."""
    now = noted(talk(3), ["她现在在哪里，旁边有没有人？"], 3)
    assert {"ta_place", "ta_with"} <= now["inquired"].keys()
