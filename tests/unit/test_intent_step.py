"""One question for how, when and what is at hand; intent where they were told (VERA-MH 11, C-SSRS)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.conversation import answered, duties, inquiry, onward
from bot.conversation import memory as mem
from bot.conversation.hearing import hear
from bot.conversation.ladder import ladder
from bot.conversation.questions import DIRECT

STEPS = ladder()
FILE = Path(__file__).resolve().parents[2] / "bot/domain/responses_ask.yml"
WAY = yaml.safe_load(FILE.read_text(encoding="utf-8"))["responses"]["utter_ask_way"]


def talk(**kept: Any) -> dict[str, Any]:
    return {**mem.fresh(), "turn": 5, "level": 3, "flagged": 2, "high": 2, "asked": {"suicide": [2]}, **kept}


def own(name: str) -> list[str]:
    """The project's own sentences of `utter_ask_way` for a step."""
    found = []
    for row in WAY:
        steps = row["metadata"].get("step", ())
        if name in ([steps] if isinstance(steps, str) else steps):
            found.append(row["text"])
    return found


def test_one_sentence_asks_for_all_three():
    """In a talk of five messages three separate questions come too late: nobody learns that it is tonight."""
    for text in own("way"):
        assert {"way", "when", "means"} <= inquiry.topics(text), text
    for text in own("other_plan"):
        if "手边" in text or "拿得到" in text or "近不近" in text:
            assert {"ta_way", "ta_when", "ta_means"} <= inquiry.topics(text), text


@pytest.mark.parametrize("name", ["intent", "intent_now", "other_intent"])
def test_intent_is_a_question_of_its_own(name):
    """It would be held back because how and when were told, or be put again and again."""
    rows = own(name)
    assert len(rows) >= 6
    for text in rows:
        asked = {topic.removeprefix("ta_") for topic in inquiry.topics(text)}
        assert "intent" in asked, text
        assert asked <= {"intent", "thoughts"}, text


def test_what_was_told_unasked_is_asked_about_once():
    """ "桌上放好了，就今晚" would be taken as known, and never whether it is meant."""
    told = talk(told={"suicide": 2, "way": 3, "when": 3})
    assert STEPS.open("intent", told)
    assert not STEPS.open("way", told)
    assert not STEPS.open("intent", talk(told={"suicide": 2}))
    assert not STEPS.open("intent", talk(told={"way": 4}, asked={"suicide": [2], "way": [3]}))
    assert not STEPS.open("intent", mem.speak(told, "intent", own("intent")[:1]) | {"turn": 11})


def test_a_yes_to_all_three_is_asked_on_one_by_one():
    """ "有" says that something is planned, not when nor where it lies."""
    asked = mem.speak(talk(), "way", own("way")[:1])
    assert {"means", "when"} <= inquiry.shut(asked)
    assert not {"means", "when"} & inquiry.shut(asked | {"told": {"way": 6}})


def test_at_level_4_it_is_asked_how_close_it_is():
    """Whoever comes would not know whether it lies on the table; a question of theirs put it off for good."""
    edge = talk(level=4, turn=6, asked={"suicide": [2], "emergency": [4]}, told={"suicide": 2})
    for chosen in ("stay", "emergency_check", "quiet"):
        assert duties.probe(chosen, STEPS, "care", "imminent", DIRECT, edge) == "intent_now"
    assert duties.probe("companion", STEPS, "care", "imminent", "tell", edge) == "companion"
    early = edge | {"asked": {"suicide": [2], "emergency": [5]}}
    assert duties.probe("stay", STEPS, "care", "imminent", "tell", early) == "stay"
    for fact in ("swallowed", "brink", "help_there", "stepped_back"):
        assert duties.probe("stay", STEPS, "care", "imminent", "tell", edge | {"told": {fact: 5}}) == "stay"
    assert duties.probe("stay", STEPS, "care", "imminent", "tell", edge | {"refused": 6}) == "stay"


def test_asking_how_close_it_is_asks_directly():
    """The direct question would be put a second time right after it."""
    text = next(t for t in own("intent_now") if "自杀" in t)
    now = mem.speak(talk(level=4, asked={}), "intent_now", [text])
    assert now["asked"]["suicide"] == now["asked"]["confirm"] == [5]
    assert now["pending"] == "intent_now"
    plain = next(t for t in own("intent_now") if "自杀" not in t)
    assert "suicide" not in mem.speak(talk(level=4, asked={}), "intent_now", [plain])["asked"]


def test_a_yes_decides_and_a_no_takes_nothing_back():
    """ "不是真打算" would lift the wish that was told a moment before."""
    open_ = talk(pending="intent", open=["intent"])
    assert set(answered.facts(open_, hear("是"), 3)) == {"suicide", "decided"}
    assert not set(answered.facts(open_, hear("不是"), 3)) & {"suicide_denied", "way_none"}


def test_english_words_with_ta_in_them_speak_of_nobody_else():
    """ "No details" would be a question about a third person, and be asked again."""
    assert inquiry.topics("No details: do you really mean to do it, time and all?") == {"intent"}


def test_a_line_names_a_doctor_until_one_was_named():
    """A number alone treats nothing; named in every sentence it is a lecture."""
    assert onward.care_open(talk(), "high")
    assert not onward.care_open(talk(), "imminent")
    assert onward.care_open(talk(speaks_for="other"), "imminent")
    assert not onward.care_open(talk(said=["医院心理科白天能挂号。"]), "high")
    for fact in ("has_doctor", "no_numbers", "care_declined"):
        assert not onward.care_open(talk(told={fact: 3}), "high")
