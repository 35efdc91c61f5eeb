"""`zaoan check` says what an edit of the danger data changes elsewhere."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.conversation.check_effects import check_effects
from bot.risk import nearest
from bot.risk.folding import folding, spellings
from bot.risk.lexicon import load_lexicon
from bot.risk.normalise import rewrites

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A project of one author's messages, trained just now."""
    shutil.copytree(ROOT / "data" / "lexicon", tmp_path / "data" / "lexicon")
    (tmp_path / "data" / "utterances").mkdir()
    shutil.copy(ROOT / "data" / "utterances" / "v01.jsonl", tmp_path / "data" / "utterances")
    monkeypatch.setenv("ZAOAN_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("ZAOAN_MODELS", str(tmp_path / "models"))
    forget()
    nearest.build()
    yield tmp_path
    forget()


def forget() -> None:
    for kept in (load_lexicon, rewrites, spellings, folding):
        kept.cache_clear()


def told(project: Path) -> list[str]:
    forget()
    rows = list(check_effects(project))
    assert all(severity == "warning" for *_, severity in rows)
    for file, line, _, _ in rows:
        if file.endswith(".jsonl"):
            assert line <= len((project / file).read_text(encoding="utf-8").splitlines())
    return [text for _, _, text, _ in rows]


def add_message(project: Path, text: str, level: int) -> None:
    row = {"id": "w01-0001", "text": text, "level": level, "signals": [], "third_party": False, "context": {},
           "group": "plain", "author": "w01"}  # fmt: skip
    (project / "data/utterances/w01.jsonl").write_text(json.dumps(row, ensure_ascii=False) + "\n", encoding="utf-8")


def test_nothing_changed_nothing_told(project: Path) -> None:
    """Hints that are always there are read by nobody."""
    assert told(project) == []


def test_a_lexicon_line_names_the_messages_it_moves(project: Path) -> None:
    """A trainer would find out after training, or never, that a line catches harmless talk."""
    path = project / "data/lexicon/self_injury.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("sure:\n", "sure:\n  - '发货'\n", 1), encoding="utf-8")
    lines = told(project)
    assert "词典改动后" in lines[0]
    moved = [line for line in lines if "发货" in line]
    assert moved
    assert all("→ 2" in line and "更远" in line for line in moved if "标注 0 级" in line)


def test_a_message_the_rules_overrate_is_named(project: Path) -> None:
    """No training can lower what a rule demands: the lexicon must be changed."""
    add_message(project, "我不想活了", 0)
    assert any("我不想活了" in line and "至少读成 2 级" in line for line in told(project))


def test_a_contradiction_of_labels_is_named(project: Path) -> None:
    """Two labels that pull against each other would make the reader worse at both."""
    with (project / "data/utterances/v01.jsonl").open(encoding="utf-8") as handle:
        known = next(u for u in map(json.loads, handle) if u["level"] == 3)
    add_message(project, known["text"] + "啊", 0)
    assert any("互相拉扯" in line and known["id"] in line for line in told(project))
