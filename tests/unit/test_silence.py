"""Silence after danger, and the greetings that come back: worded by how grave it was, never nagging."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.cases.follow_up import KINDS
from bot.cases.greeting import TEXTS, greeting
from bot.cases.safe_text import LANGUAGES, OTHERS, safe_text
from bot.cases.silence import MOST, OTHER, PROMPTS, prompt, tells, wait, watched
from bot.conversation.guard import Guard

GUARD = Guard.load(Path(__file__).resolve().parents[2] / "data" / "never_say.yml", ())
ALL = [
    *(t for by in PROMPTS.values() for rows in by.values() for t in rows),
    *(t for rows in OTHER.values() for t in rows),
    *(t for kinds in TEXTS.values() for by in kinds.values() for t in by.values()),
    *(t for levels in LANGUAGES.values() for rows in levels for t in rows),
    *(t for rows in OTHERS.values() for t in rows),
]


@pytest.mark.parametrize("text", ALL)
def test_fixed_words_in_every_language_pass_the_outgoing_guard(text):
    """Without it: the words said when all else fails are the only ones that nobody looked at."""
    found = GUARD.judge(text, level=2)
    assert found.ok, found.message_zh


@pytest.mark.parametrize("level", [2, 3, 4])
def test_waits_get_shorter_and_end(level):
    """Without it: a bot asks into a silence for ever, or the third time as late as the first."""
    waits = []
    while (seconds := wait(level, len(waits), 180.0)) is not None:
        waits.append(seconds)
    assert waits == sorted(waits, reverse=True)
    assert waits[0] > waits[1]
    assert len(waits) == MOST[level] + 1, "one last look after the last prompt"


@pytest.mark.parametrize("talk", [{}, {"third_party": True}])
def test_a_second_silence_brings_other_words(talk):
    """Without it: who falls silent twice reads the same sentence twice, as from a machine."""
    said: list[str] = []
    for prompts in (0, 1, 2, 0, 1, 2, 0):
        text = prompt(3, prompts, talk, {"said": list(said)})
        said += [text] if text else []
    assert len(said) == len(set(said)) == 6


def test_the_graver_the_sooner():
    """Without it: somebody on a roof is missed as late as somebody who is tired."""
    assert wait(4, 0, 180.0) < wait(3, 0, 180.0) < wait(2, 0, 180.0)


def test_people_are_told_at_once_in_high_danger_and_after_an_unanswered_prompt_below():
    """Without it: nobody looks for who fell silent, or everybody who went to bed is an alarm."""
    assert tells(3, 0)
    assert not tells(2, 0)
    assert tells(2, 1)
    assert watched(2, {"ideation": True})
    assert not watched(2, {"seen": {"means_seeking": 1}}), "a product question alone"
    assert not watched(1, {"ideation": True})


def test_who_said_good_night_is_not_called_back_to_the_screen():
    """Without it: the bot promises the morning and rings three minutes later."""
    assert prompt(3, 0, {}, {"promised": 7, "turn": 7}) is None
    assert prompt(3, 0, {}, {"promised": 5, "turn": 7})


def test_prompts_and_greetings_speak_the_customers_language_and_script():
    """Without it: somebody who writes English or Cantonese gets a text they must translate in the worst hour."""
    assert prompt(4, 0, {}, {"language": "en"}) == PROMPTS[4]["en"][0]
    assert prompt(4, 0, {}, {"language": "yue", "traditional": True}) == PROMPTS[4]["yue"][0]
    assert "還在嗎" in (prompt(4, 0, {}, {"language": "zh", "traditional": True}) or "")
    assert prompt(3, 0, {"third_party": True}, {}) == OTHER["zh"][0]
    assert safe_text(4, 0, memory={"language": "en"}) == LANGUAGES["en"][4][0]


@pytest.mark.parametrize("kind", KINDS)
def test_greetings_differ_by_how_grave_it_was_and_for_whom(kind):
    """Without it: a mother who saved her son is asked whether *she* still wants to die."""
    said = {greeting(kind, 4, False, {}), greeting(kind, 2, False, {}), greeting(kind, 4, True, {})}
    assert len(said) == 3


@pytest.mark.parametrize("grade", TEXTS)
def test_from_the_first_week_on_a_greeting_says_how_to_end_them(grade):
    """Without it: care that cannot be refused."""
    for kind in ("week", "month"):
        assert "说一声就好" in TEXTS[grade][kind]["zh"]
        assert "stop" in TEXTS[grade][kind]["en"].lower()
    assert "早安" in TEXTS[grade]["morning"]["zh"]
