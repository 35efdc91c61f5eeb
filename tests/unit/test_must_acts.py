"""Duties in time are measured as they are promised: a share that flatters would hide a talk that failed."""

from __future__ import annotations

from typing import Any

import pytest

from bot.cli.must_acts import measure


def turn(level: int, *acts: str, signals: tuple[str, ...] = (), text: str = "", other: bool = False) -> dict[str, Any]:
    return {"level": level, "acts": list(acts), "signals": signals, "text": text, "third_party": other}


def share(name: str, *turns: dict[str, Any]) -> tuple[int, int]:
    found = measure([("d", turns)])[name]
    return found.due, found.done


def test_direct_question_counts_within_three_replies_and_not_later():
    """Without it: a question in the fourth reply would count as asked in time."""
    asked = turn(2, "utter_ask_suicide_directly")
    assert share("direct", turn(0), turn(2), turn(2), asked) == (1, 1)
    assert share("direct", turn(2), turn(2), turn(2), asked) == (1, 0)
    assert share("direct", turn(2), turn(2)) == (0, 0), "the talk ended before the question was due"


def test_another_sentence_that_asks_it_counts_by_its_second_act():
    """Without it: "会不会马上去自杀" would not count though it asks."""
    assert share("direct", turn(3, "utter_ask_safety_now+ask_suicide_directly"), turn(3), turn(3)) == (1, 1)


@pytest.mark.parametrize("missing", ["number", "distance", "company", "where"])
def test_imminent_path_is_complete_or_not_done(missing):
    """Without it: three of four steps would pass while somebody stands on a roof."""
    all_four = {
        "number": "utter_refer_emergency", "distance": "utter_stay_with+keep_distance",
        "company": "utter_ask_companion", "where": "utter_ask_location",
    }  # fmt: skip
    acts = [act for name, act in all_four.items() if name != missing]
    assert share("imminent", turn(4, *acts), turn(4)) == (1, 0)
    assert share("imminent", turn(4, *acts), turn(4, all_four[missing])) == (1, 1)
    assert share("imminent", turn(4, *acts), turn(4), turn(4, all_four[missing])) == (1, 0), "two replies, no more"


def test_purpose_is_owed_by_signal_or_by_words_and_not_once_a_wish_is_told():
    """Without it: a question about what a drink does to a person is answered like one about socks."""
    assert share("purpose", turn(1, "utter_normal_service", text="人喝了会怎么样")) == (1, 0)
    assert share("purpose", turn(2, "utter_ask_purpose", signals=("means_seeking",))) == (1, 1)
    assert share("purpose", turn(2, signals=("ideation_active",)), turn(2, signals=("means_seeking",))) == (0, 0)


def test_who_speaks_for_another_is_not_asked_about_their_own_suicide():
    """Without it: the measure would push the bot to ask a worried wife whether she wants to die."""
    support = turn(2, "utter_support_third_party")
    assert share("direct", turn(2, other=True), turn(2), turn(2)) == (0, 0)
    assert share("direct", support, turn(2), turn(2)) == (0, 0)


def test_what_was_said_just_before_the_level_rose_is_not_said_again():
    """ "药她给我了 我收着" would be answered with the emergency number that stood two replies above."""
    acts = ("refer_emergency", "stay_with+keep_distance+ask_companion", "ask_safety_now+ask_location")
    assert share("imminent", turn(3, *acts), turn(3), turn(4), turn(4)) == (1, 1)
    assert share("imminent", turn(3, *acts), turn(3), turn(3), turn(4), turn(4)) == (1, 0), "two replies, no more"
