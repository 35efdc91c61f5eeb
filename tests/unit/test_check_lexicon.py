"""A trainer's slip in the lexicon is told in Chinese, with file and line."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot.conversation.check_lexicon import check_lexicon

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(ROOT / "data" / "lexicon", tmp_path / "data" / "lexicon")
    shutil.copy(ROOT / "data" / "parties.yml", tmp_path / "data")
    monkeypatch.setenv("ZAOAN_DATA", str(tmp_path / "data"))
    return tmp_path


def add(project: Path, old: str, new: str) -> None:
    path = project / "data" / "lexicon" / "isolation.yml"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")


def test_a_pattern_with_an_open_bracket_is_named_with_its_line(project: Path) -> None:
    """Without it: one typing error and the whole danger reader does not start."""
    add(project, "sure:\n", "sure:\n  - '(?:没人管'\n")
    (row,) = [r for r in check_lexicon(project) if r[3] == "error"]
    assert row[0] == "data/lexicon/isolation.yml" and row[1] == 4
    assert "写法不对" in row[2]


def test_an_example_that_is_not_found_is_named(project: Path) -> None:
    """Without it: a trainer believes that a sentence is understood."""
    add(project, "examples: [", "examples: [今天吃了饺子, ")
    assert any("今天吃了饺子" in r[2] and r[3] == "error" for r in check_lexicon(project))


def test_a_counter_example_that_is_found_is_named(project: Path) -> None:
    """Without it: harmless customers are alarmed about."""
    add(project, "counter: [", "counter: [没人等我回家, ")
    assert any("没人等我回家" in r[2] and r[3] == "error" for r in check_lexicon(project))
