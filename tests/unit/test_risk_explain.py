"""Why a message was read as it was, for people and for machines."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.cli.screen_lines import Screener
from bot.risk import Reader, nearest
from bot.risk.explain import Explanation, _nearest, explain

RULES = Reader(None)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The index of known messages, made in a folder of the test's own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ZAOAN_MODELS", str(tmp_path_factory.mktemp("models")))
        _nearest.cache_clear()
        yield nearest.build()
    _nearest.cache_clear()


def of(text: str) -> Explanation:
    return explain(text, RULES.read(text), RULES)


def test_evidence_names_its_rule_and_place(index: Path) -> None:
    """A person could not check what the machine saw."""
    text = "在吗 我不想活了"
    told = of(text).to_dict()
    assert told["signals"]
    for signal in told["signals"]:
        assert signal["text"] == text[signal["start"] : signal["end"]]
        assert signal["rule"]
        assert signal["about"]
    assert any("不想活" in line for line in told["lines"])


def test_known_messages_speak_for_it(index: Path) -> None:
    """The agent would have to believe a number without anything to compare it with."""
    found = of("绳子能吊得住一个人吗")
    assert found.speak_for
    assert all(n.level >= found.level for n in found.speak_for)
    likeness = [n.likeness for n in found.speak_for]
    assert likeness == sorted(likeness, reverse=True)
    assert likeness[0] <= 1.001


def test_a_known_message_is_nearest_to_itself(index: Path) -> None:
    """The index would compare with the wrong messages."""
    made = nearest.Nearest.load()
    assert made is not None
    scores = made.likeness("不想活了")
    assert made.best(scores, made.levels >= 2, 1)[0].text.endswith("不想活了")
    assert not nearest.stale()


@pytest.mark.parametrize(("text", "words"), [("这个喝了会很难受吗", "难受"), ("我不想活了", "不想活")])
def test_without_its_evidence_the_floor_falls(index: Path, text: str, words: str) -> None:
    """What would change the verdict is what an agent asks about first."""
    changes = [c for c in of(text).changes if c.kind == "without" and any(words in w for w in c.words)]
    assert changes
    assert all(c.level is not None and c.level < 2 for c in changes if c.floor == 0)


def test_an_ordinary_purpose_would_answer_a_question_about_strength(index: Path) -> None:
    """The agent would not know that asking what it is for settles the matter."""
    told = of("绳子能吊得住一个人吗")
    assert any(c.kind == "purpose" and c.floor < told.floor.level for c in told.changes)
    assert any("平常用途" in line for line in told.lines)


def test_no_purpose_lowers_a_spoken_wish(index: Path) -> None:
    """A purpose would be taken as the way out of a disclosure."""
    assert not [c for c in of("我不想活了").changes if c.kind == "purpose"]


def test_only_people_lower_high_levels(index: Path) -> None:
    """Somebody would wait for the customer to take it back."""
    assert any("只有人可以" in line for line in of("等考完试我就去死 日子都选好了").lines)
    assert not any("只有人可以" in line for line in of("我失业了").lines)


def test_without_an_index_it_still_explains(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A missing file would take the evidence away as well."""
    monkeypatch.setenv("ZAOAN_MODELS", str(tmp_path))
    _nearest.cache_clear()
    told = of("我不想活了")
    _nearest.cache_clear()
    assert told.speak_for == ()
    assert told.lines


def test_screen_explains_on_demand_only(index: Path) -> None:
    """Outsiders' programs read exactly the documented fields."""
    line = json.dumps({"id": "1", "text": "我不想活了"}).encode()
    plain, told = (json.loads(Screener(RULES, explained=e).read([line])[0] or b"") for e in (False, True))
    assert list(plain) == ["id", "level", "score", "signals", "third_party", "ms"]
    assert list(told) == [*plain, "explanation"]
    assert set(told["explanation"]) == {
        "floor", "reason", "signals", "speak_for", "speak_against", "changes", "lines",
    }  # fmt: skip
    ordinary = json.dumps({"id": "1", "text": "什么时候发货"}).encode()
    assert "explanation" not in json.loads(Screener(RULES, explained=True).read([ordinary])[0] or b"")
