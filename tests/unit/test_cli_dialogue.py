"""Dialogue files: what is refused, and what is judged."""

from __future__ import annotations

from typing import Any

import pytest

from bot.cli.dialogue import BadDialogue, judge, parse

RAW: dict[str, Any] = {
    "id": "d1",
    "shop": {"category": "图书"},
    "orders": [{"order_id": "A1", "status": "paid"}],
    "local_time": "2026-01-15T20:20:00+08:00",
    "turns": [{"text": "在吗", "level_max": 1}, {"text": "心里难受", "must": ["reflect_feeling"]}],
    "expect": {"hold_by_turn": 2, "escalate_by_turn": 2, "hotline_by_turn": None, "final_level_min": 2},
}


def line(**changes: Any) -> dict[str, Any]:
    return {
        "level": 0,
        "replies": [{"text": "在的", "action": "utter_greet"}],
        "referrals": [],
        "case": None,
        "holds": [],
    } | changes


def test_every_failed_expectation_is_named() -> None:
    """A replay that passes in silence would let a shop believe its orders are held."""
    failures = judge(parse(RAW), [line(level=2), line(level=1)])
    assert failures == [
        "turn 1: level 2 above 1",
        "turn 2: no reflect_feeling",
        "hold by turn 2: never",
        "escalation by turn 2: never",
        "the hold is no longer on at the end though no person released it",
        "final level 1 below 2",
    ]


def test_a_dialogue_that_meets_its_expectations_passes() -> None:
    """Otherwise the exit code would be 1 for a healthy shop."""
    case = {"id": "k", "level": 3, "escalation": "requested"}
    good = line(
        level=3,
        case=case,
        holds=[{"order_id": "A1", "state": "held"}],
        replies=[{"text": "听着真难", "action": "utter_reflect_feeling"}],
    )
    assert judge(parse(RAW), [line(), good]) == []


def test_an_alarm_in_ordinary_talk_fails() -> None:
    """A hold on an ordinary order costs a merchant and shames a customer."""
    raw = RAW | {"expect": {"hold_by_turn": None, "release_hold": False}, "turns": [{"text": "在吗"}]}
    assert judge(parse(raw), [line(holds=[{"order_id": "A1", "state": "held"}])]) == [
        "hold at turn 1 though the level never passed 1"
    ]


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"id": 3}, "id:"),
        ({"turns": []}, "turns"),
        ({"turns": [{"text": " "}]}, "turns[0].text"),
        ({"turns": [{"text": "x", "level_min": 9}]}, "turns[0].level_min"),
        ({"local_time": "2026-01-15T20:20:00"}, "offset"),
        ({"mode": "solo"}, "mode"),
        ({"orders": [{"order_id": "A", "status": "lost"}]}, "orders[0].status"),
    ],
)
def test_bad_input_names_the_field(change: dict[str, Any], named: str) -> None:
    """A trainer with a typo in line 300 needs to know where it is."""
    with pytest.raises(BadDialogue, match=named.replace("[", r"\[").replace("]", r"\]")):
        parse(RAW | change)
