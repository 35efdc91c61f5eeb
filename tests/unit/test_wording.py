"""Each customer is answered in what they write: Chinese, traditional characters, Cantonese, English."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.conversation import wording
from bot.conversation.disclosure import must_disclose
from bot.conversation.guard import MAX_CHARS
from bot.conversation.nlg import ZaoanNLG
from bot.conversation.plan import DANGER, plan
from bot.conversation.scope import TurnScope, entered

START = datetime(2026, 11, 3, 1, 20)
RESPONSES = {"utter_stay_with": [{"text": "我在这里听你说。", "metadata": {"esc": "affirmation"}}]}


class Tracker:
    """As much of a tracker as the generator looks at."""

    sender_id = "demo:words"
    events: tuple[Any, ...] = ()
    latest_message = None


def said(text: str, already: tuple[str, ...] = ()) -> str | None:
    made = plan(text, level=2, signals=["ideation_active"], talk={"ideation": True}, memory={"said": list(already)},
                intent=None, confidence=0.0)  # fmt: skip
    scope = TurnScope(level=2, signals=(), talk={}, memory={}, at=START, plan=made)
    with entered(scope):
        found = asyncio.run(ZaoanNLG().generate("utter_stay_with", Tracker(), "zaoan", domain_responses=RESPONSES))
    return found["text"] if found else None


def test_english_is_answered_in_english_and_cantonese_in_cantonese():
    """Without it: "I don't want to live" is answered with 我在这里."""
    assert said("I don't want to live anymore").isascii()
    assert "我" in said("我唔想活喇")
    assert said("我唔想活喇") != RESPONSES["utter_stay_with"][0]["text"]
    assert said("我不想活了") == RESPONSES["utter_stay_with"][0]["text"]


def test_an_exhausted_set_falls_to_chinese_for_who_reads_it_and_to_nothing_for_who_does_not():
    """Without it: an English customer's long night ends in Chinese, or a Cantonese one's in silence."""
    spent = {lang: tuple(v.text for v in wording.sets()[lang]["utter_stay_with"]) for lang in ("en", "yue")}
    assert said("I don't want to live anymore", spent["en"]) is None
    assert "聽你" in said("我唔想活喇", spent["yue"])


@pytest.mark.parametrize("language", ["en", "yue"])
@pytest.mark.parametrize("danger", DANGER)
def test_there_is_a_fixed_text_for_every_danger_in_every_language(language, danger):
    """Without it: the last resort is in a language that the customer does not read."""
    first = wording.safe_text(language, danger, ())
    second = wording.safe_text(language, danger, (first,))
    assert first
    assert second
    assert first != second
    assert len(first) <= MAX_CHARS


def test_a_program_says_again_every_two_hours_that_it_is_one():
    """Without it: after a night of talk somebody believes that a person has stayed with them."""

    def due(minutes: int) -> bool:
        at = START + timedelta(minutes=minutes)
        return must_disclose(TurnScope(2, (), {}, {"welcomed": START.isoformat()}, at=at))

    assert not due(119)
    assert due(120)
    assert must_disclose(TurnScope(2, (), {}, {}, at=START)), "at the start of a talk"
