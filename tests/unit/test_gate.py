"""What `zaoan gate` stops, what it lets through, and how a model goes into and out of service."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.cli.gate import IN_SERVICE, PREVIOUS, load, promote, rollback
from bot.cli.gate_compare import compare, markdown, say
from bot.cli.gate_steps import StepFailed, situations, wording_of


def report(model: str = "dialogue-b.tar.gz", failures: tuple[str, ...] = (), **more: Any) -> dict[str, Any]:
    turns = [{"text": "睡不着", "level": 1, "acts": ["utter_reflect_feeling"], "said": ["听着很熬人。"]}]
    row = {"title": "夜里", "failures": list(failures), "wording": [], "turns": turns}
    made: dict[str, Any] = {"at": "2026-01-01T00:00:00+08:00", "model": model, "seconds": 1.0, "skipped": []}
    return {**made, "situations": {"01": {"s-01": row}}, **more}


def test_what_the_old_model_did_and_the_new_does_not_stops_it() -> None:
    """Without it: a trainer's edit silently takes a number away from people in danger."""
    judged = compare(report(failures=("hotline by turn 5: never",)), report("dialogue-a.tar.gz"))
    assert judged.regressions == ("01 s-01《夜里》：给电话最迟在第 5 句：一直没有",)
    assert not judged.passed(accepted=False)
    assert judged.passed(accepted=True)


def test_what_both_fail_is_told_but_stops_nothing() -> None:
    """Without it: one old weakness blocks every improvement."""
    same = ("turn 1: no stay_with",)
    judged = compare(report(failures=same), report("dialogue-a.tar.gz", failures=same))
    assert judged.open_points and not judged.regressions and judged.passed(accepted=False)


def test_faults_stop_it_whatever_anybody_accepts() -> None:
    """Without it: a harmful sentence ships because somebody was in a hurry."""
    new = report(guard={"hits": ["utter_x：“想开点”"]}, stories={"correct": 1, "total": 2, "where": "log"})
    judged = compare(new, None)
    assert len(judged.faults) == 2
    assert not judged.passed(accepted=True)


def test_danger_reading_may_not_get_worse_beyond_noise() -> None:
    """Without it: a change of the lexicon loses people, and no figure tells."""
    figures = {"found2": 0.9, "found3": 0.9, "found4": 0.9, "missed3": 0.02, "hard": 0.05, "level1": 0.1, "kappa": 0.9}
    old = report(danger={"full": figures})
    worse = report(danger={"full": {**figures, "found3": 0.87, "missed3": 0.021}})
    assert compare(worse, old).regressions == ("危险识别（完整读法）3 级及以上判到 3 级：90.00% → 87.00%",)


def test_a_dialogue_taken_out_is_a_regression() -> None:
    """Without it: a failing dialogue is deleted and everything is green."""
    assert compare({**report(), "situations": {"01": {}}}, report()).regressions


def test_changed_behaviour_is_shown_and_the_report_says_what_to_do() -> None:
    """Without it: trainers ship wording they never saw."""
    old, new = report("dialogue-a.tar.gz"), report()
    new["situations"]["01"]["s-01"]["turns"][0]["acts"] = ["utter_stay_with"]
    judged = compare(new, old)
    assert judged.changed == ("s-01 第 1 句“睡不着”：utter_reflect_feeling → utter_stay_with",)
    text = markdown(new, old, judged, "")
    assert "可以上线" in text and judged.changed[0] in text


def test_failures_are_told_in_chinese() -> None:
    """Without it: trainers without English cannot act on the report."""
    assert say("turn 2: level 1 below 2") == "第 2 句：级别 1，至少应为 2"
    assert say("hold by turn 3: only at turn 4") == "停单最迟在第 3 句：到第 4"


def test_shipping_keeps_one_step_back(tmp_path: Path) -> None:
    """Without it: a bad release cannot be undone in the night."""
    folder = tmp_path / "gate"
    folder.mkdir()
    for name in ("dialogue-a.tar.gz", "dialogue-b.tar.gz"):
        (tmp_path / name).write_bytes(name.encode())
        promote(folder, report(name), tmp_path / name)
    assert (load(folder / IN_SERVICE) or {})["model"] == "dialogue-b.tar.gz"
    assert rollback(folder) == "dialogue-a.tar.gz"
    back = load(folder / IN_SERVICE) or {}
    assert back["model"] == "dialogue-a.tar.gz" and back["pinned"]
    assert (folder / "dialogue-a.tar.gz").read_bytes() == b"dialogue-a.tar.gz"
    assert not (folder / PREVIOUS).exists()
    with pytest.raises(StepFailed):
        rollback(folder)


def test_a_rolled_back_model_is_the_one_that_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without it: rolling back changes a file and nothing else."""
    from bot.conversation.brain import pinned_model

    monkeypatch.delenv("ZAOAN_UNPINNED", raising=False)
    folder = tmp_path / "gate"
    folder.mkdir()
    for name in ("dialogue-a.tar.gz", "dialogue-b.tar.gz"):
        (tmp_path / name).write_bytes(b"x")
        promote(folder, report(name), tmp_path / name)
    assert pinned_model(tmp_path) is None
    rollback(folder)
    assert pinned_model(tmp_path) == folder / "dialogue-a.tar.gz"
    monkeypatch.setenv("ZAOAN_UNPINNED", "1")
    assert pinned_model(tmp_path) is None


def test_repeats_and_double_questions_in_a_talk_are_found() -> None:
    """Without it: canned lines come back and nobody notices before the customer does."""
    found = wording_of([["我在听。你想说什么？", "你在哪里？"], ["我在听。你想说什么？"]])
    assert any("两件事" in f for f in found)
    assert any("已经说过" in f for f in found)


def test_every_situation_has_dialogues_of_its_own() -> None:
    """Without it: one of the hard situations is no longer looked at."""
    found = situations()
    assert len(found) == 12
    assert all(len(group) >= 4 for group in found.values())
    idents = [d.id for group in found.values() for d in group]
    assert len(set(idents)) == len(idents)
