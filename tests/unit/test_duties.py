"""What two messages together say of the edge, and what answers "when" and "how"."""

from __future__ import annotations

from typing import Any

import pytest

from bot.conversation import duties
from bot.conversation import memory as mem
from bot.conversation.hearing import hear


def memory(text: str, **told: int) -> dict[str, Any]:
    now = {**mem.fresh(), "turn": 6, "level": 3, "told": dict(told)}
    duties.note(now, (), hear(text).tight)
    return now


@pytest.mark.parametrize(
    ("text", "told", "edge"),
    [
        ("小缪 敲门 锁着 没开", {"way": 4}, True),
        ("门反锁了", {"means_near": 5}, True),
        ("门反锁了", {}, False),
        ("门锁着 他在里面", {"way": 4}, False),
        ("手机锁着 看不了", {"way": 4}, False),
        ("药都锁着呢", {"way": 4}, False),
        ("零点到点执行", {"way": 4}, True),
        ("零点到点执行", {}, False),
    ],
)
def test_a_locked_door_or_midnight_with_a_plan_is_the_edge(text, told, edge):
    """A doctor behind a locked duty-room door with it in her pocket was never told of 120."""
    assert duties.at_the_edge(memory(text, **told)) is edge


def test_no_plan_in_dialect_is_no_plan():
    """A "没得哪样打算 也没挑日子" was taken for a plan, and an old postman asked for the day, twice."""
    before = {**mem.fresh(), "turn": 5, "level": 2, "pending": "suicide", "asked": {"suicide": [5]}}
    now = mem.listen(before, hear("是夜里头想过 没得哪样打算 也没挑日子", memory=before), ("plan",), 3)
    assert "way" not in now["told"]
    assert "way_none" in now["told"]


def test_a_way_without_a_day_stays_a_way():
    """Who wrote "办法想好了，没挑日子" lost the plan, and the bot said "没有具体的打算，我记住了"."""
    before = {**mem.fresh(), "turn": 5, "level": 3, "pending": "way", "asked": {"way": [5]}}
    now = mem.listen(before, hear("办法想好了，用那个，没挑日子", memory=before), ("method", "plan"), 3)
    assert "way" in now["told"]


def test_a_day_told_in_english_is_a_day():
    """Her "The 20th, after the last show" was followed by "Is there a day in your mind?"."""
    before = {**mem.fresh(), "turn": 6, "level": 3, "pending": "way", "asked": {"way": [6]}}
    assert "when" in mem.listen(before, hear("Yeah. The 20th, after the last show"), (), 3)["told"]
    assert "when" not in mem.listen(before | {"pending": "companion"}, hear("on the 20th it arrives"), (), 3)["told"]
