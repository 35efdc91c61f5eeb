"""Tuning that keeps the readings there are: refused where it would teach the measure its own answers."""

from __future__ import annotations

import json

import numpy as np
import pytest

from bot.risk import finetune
from bot.risk.data import Utterance
from bot.risk.types import Context


def _said(number: int, author: str) -> Utterance:
    return Utterance(f"{author}-{number:04d}", "在吗", 0, (), False, Context(), "plain", author)


@pytest.fixture
def kept(tmp_path, monkeypatch):
    """Readings of one author, and the network that was tuned with them."""
    folder = tmp_path / "risk"
    folder.mkdir()
    monkeypatch.setenv("ZAOAN_DATA", str(tmp_path))
    (tmp_path / "dialogues").mkdir()
    (tmp_path / "dialogues" / "d_a.jsonl").write_text("{}\n", encoding="utf-8")
    np.savez(folder / "tuned-folds.npz", ids=np.array(["w1-0001"]), levels=np.zeros((1, 4)), signals=np.zeros((1, 2)))
    np.savez(folder / "tuned.npz", manifest=np.array(json.dumps({"dialogues": finetune.dialogue_fingerprint()})))
    return folder


def test_new_lines_of_a_known_author_are_no_unseen_reading(kept):
    """The safety figures would be better than what a customer meets."""
    with pytest.raises(finetune.GrowError, match="w1"):
        finetune.grow([_said(1, "w1"), _said(2, "w1")], None)


def test_changed_talks_need_the_whole_tuning(kept):
    """Readings of old talks would be laid over new ones."""
    (kept.parent / "dialogues" / "d_a.jsonl").write_text("{ }\n", encoding="utf-8")
    with pytest.raises(finetune.GrowError, match="dialogues"):
        finetune.grow([_said(1, "w1")], None)


def test_talks_of_a_new_author_come_after_the_old_ones(kept):
    """An evening of new chats would cost a night of tuning; one put between the old ones would shift their readings."""
    old = finetune.dialogue_fingerprint()
    talks = kept.parent / "dialogues"
    (talks / "d_b.jsonl").write_text("[]\n", encoding="utf-8")
    assert finetune.known_authors(old) == {"d_a"}
    (talks / "d_b.jsonl").rename(talks / "c_b.jsonl")
    assert finetune.known_authors(old) is None


def test_without_readings_the_message_names_the_file(kept):
    """A trainer would be left with a stack trace."""
    (kept / "tuned-folds.npz").unlink()
    with pytest.raises(finetune.GrowError, match="tuned-folds"):
        finetune.grow([_said(1, "w1")], None)
