"""What still holds somebody is taken up, and a farewell is not taken for it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.conversation import lights, suits
from bot.conversation import memory as mem
from bot.conversation import variants as var
from bot.conversation.learned import STILL_HOLDS, Learned
from bot.conversation.plan import plan

ROOT = Path(__file__).resolve().parents[2]
HOLDS = Learned(holds=lambda _: True)


def planned(text: str, level: int, learned: Learned = HOLDS, signals: tuple[str, ...] = (), **kept: Any) -> Any:
    memory = {**mem.fresh(), "turn": 6, "level": level, "flagged": 2, "told": {"suicide": 2}, **kept}
    memory["asked"] = {"suicide": [2], "way": [4], "refer": [5], **memory["asked"]}
    return plan(
        text, level=level, signals=signals, talk={"message_level": 1, "spoken": []}, memory=memory, intent=None,
        confidence=0.0, learned=learned,
    )  # fmt: skip


def test_what_holds_somebody_is_kept_and_tonight_leans_on_it():
    """ "表姐说周六带我去吃冒菜" was answered with a clinic's opening hours."""
    made = planned("表姐说周六带我去吃冒菜", 3)
    assert made.memory["told"][STILL_HOLDS] == 7
    assert made.step == "get_through"
    assert STILL_HOLDS not in planned("表姐说周六带我去吃冒菜", 3, Learned()).memory["told"]


@pytest.mark.parametrize(("level", "signals"), [(4, ()), (1, ()), (3, ("goodbye",)), (3, ("in_progress",))])
def test_at_the_edge_and_beside_a_farewell_nothing_is_taken_for_it(level, signals):
    """ "想再看一眼我女儿" before an act would be praised as something to live for."""
    assert STILL_HOLDS not in planned("想再看一眼我女儿", level, signals=signals).memory["told"]


def test_there_are_words_for_it():
    """The reply would fall back to "I am here"."""
    named = yaml.safe_load((ROOT / "bot/domain/responses_named.yml").read_text(encoding="utf-8"))["responses"]
    assert sum(r["metadata"].get("named") == STILL_HOLDS for r in named["utter_take_up"]) >= 6
    asks = yaml.safe_load((ROOT / "bot/domain/responses_ask.yml").read_text(encoding="utf-8"))["responses"]
    mine = [r["text"] for r in asks["utter_safety_step"] if r["metadata"].get("lasting") == STILL_HOLDS]
    assert len(mine) >= 6
    assert not any("那天" in text or "答应" in text for text in mine)  # no day is set, no promise drawn


def test_an_unknown_key_is_named(tmp_path):
    """A trainer's slip would stop the start without saying where."""
    (tmp_path / "x.yml").write_text("lights: [a]\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"x\.yml: unknown key `lights`"):
        lights.examples(tmp_path)


def test_who_stands_at_a_height_is_not_told_to_put_the_thing_away():
    """ "把东西收好" on a window-sill tells that nobody read where they are."""
    options = var.parse(
        [
            {"text": "身边留个人，东西放远。", "metadata": {"esc": "suggestion"}},
            {"text": "往里走几步，叫个人来。", "metadata": {"esc": "suggestion"}},
        ]
    )
    for _ in range(8):
        made = var.choose(options, var.Moment(bare=True))
        assert made is not None
        assert made[0] == "往里走几步，叫个人来。"
    assert suits.nothing_at_hand({"told": {"brink": 3}})
    assert not suits.nothing_at_hand({"told": {"brink": 3, "means_near": 4}})
    assert not suits.nothing_at_hand({"told": {}})
