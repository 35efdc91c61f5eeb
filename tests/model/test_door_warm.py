"""The door's own reading, warmed up as at its start."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from bot.risk import Reader, TalkReader
from channels.merchant.intake import WARM_WITH, Intake


def test_warming_up_reaches_the_last_stage_of_the_reading() -> None:
    """The first customer in danger after a restart would wait for seconds until the models are loaded."""
    talks = TalkReader(Reader.load())
    with ThreadPoolExecutor(1) as pool:
        Intake(talks, pool).warm()
    stages = [talks.read_turn(text, None, None)[0].stage for text in WARM_WITH]
    assert stages[0] == "first"
    assert stages[1] == "full"
    verdict, _ = talks.read_turn("我真的撑不下去了 想一睡不醒", None, None)
    assert verdict.ms < 1500, "nothing is loaded any more"
