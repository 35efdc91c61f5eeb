"""The right line for the right person, and never a wrong number."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
import yaml

from bot.referral import BadRegistry, load

FILE = Path(__file__).resolve().parents[2] / "data" / "hotlines.yml"
NIGHT = datetime(2026, 11, 3, 1, 20)


@pytest.fixture(scope="module")
def registry():
    return load(FILE)


def numbers(lines):
    return [x.number for x in lines]


def test_mainland_adult_gets_the_national_line_first(registry):
    """Without it: an adult in the mainland is sent to a regional or volunteer line first."""
    assert numbers(registry.choose("mainland", NIGHT, "adult", 3))[0] == "12356"


def test_minor_gets_the_youth_line_beside_the_national_one(registry):
    """Without it: a child is given only a youth desk that is closed at night, or never hears of it."""
    assert numbers(registry.choose("mainland", NIGHT, "child", 3))[:2] == ["12356", "12355"]
    assert "12355" not in numbers(registry.choose("mainland", NIGHT, "adult", 3))


def test_imminent_starts_with_the_emergency_number_of_the_region(registry):
    """Without it: someone about to act is told to queue for a counsellor."""
    assert numbers(registry.choose("mainland", NIGHT, None, 4))[0] == "110"
    assert numbers(registry.choose("hongkong", NIGHT, None, 4))[0] == "999"
    assert numbers(registry.choose("taiwan", NIGHT, None, 4))[0] == "119"


@pytest.mark.parametrize(
    ("region", "first"),
    [("hongkong", "18111"), ("macau", "2852 5222"), ("taiwan", "1925"), (None, "12356"), ("mars", "12356")],
)
def test_each_region_has_its_own_line(registry, region, first):
    """Without it: a customer in Hong Kong, Macau or Taiwan dials a number that does not exist there."""
    assert numbers(registry.choose(region, NIGHT, "adult", 3))[0] == first


def test_never_more_than_three_and_always_a_way_on(registry):
    """Without it: a list of numbers overwhelms, or a busy line is the end of the road."""
    for region in registry.emergency_ids:
        for level in (2, 3, 4):
            chosen = registry.choose(region, NIGHT, "teen", level)
            assert 1 <= len(chosen) <= 3
            assert all(x.if_no_answer for x in chosen)


def test_a_line_that_was_busy_goes_behind_the_others(registry):
    """Without it: someone who says the line is busy hears the same number again."""
    assert numbers(registry.choose("mainland", NIGHT, "adult", 3, avoid=["mental_health_cn"]))[0] == "010-82951332"


def test_office_hours_line_is_not_offered_at_night(registry):
    """Without it: a battered woman rings a closed office at one in the morning."""
    day = datetime(2026, 11, 3, 9, 0)
    assert "12338" in numbers(registry.choose("mainland", day, "adult", 2, limit=9, audience="women"))
    assert "12338" not in numbers(registry.choose("mainland", NIGHT, "adult", 2, limit=9, audience="women"))


def test_national_line_is_never_called_round_the_clock(registry):
    """Without it: we promise twenty-four hours where the rule guarantees only eighteen."""
    text = registry.line("mental_health_cn").hours_text
    assert "24" not in text and "全天" not in text and "二十四" not in text


def test_third_choice_never_stands_alone(registry):
    """Without it: the only number given may be one that half the callers could not reach."""
    for lines in (
        registry.choose("mainland", NIGHT, "adult", 3),
        registry.choose("mainland", NIGHT, "adult", 3, limit=1),
    ):
        assert numbers(lines) != ["400-161-9995"]


def test_stale_entries_are_found(registry):
    """Without it: a number nobody has checked for a year stays in service."""
    checked = registry.lines[0].last_verified
    assert not registry.stale(checked + timedelta(days=registry.max_age_days))
    assert registry.stale(checked + timedelta(days=registry.max_age_days + 1))


@pytest.mark.parametrize("text", ["请打1952", "热线 010 88585821", "021-5161-9995", "12320-5转"])
def test_wrong_numbers_seen_in_public_are_caught(registry, text):
    """Without it: a misprint copied from the web reaches someone in danger."""
    assert registry.blocked_in(text)
    assert not registry.blocked_in("请打 12356")


def broken(tmp_path, change):
    raw = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    change(raw)
    path = tmp_path / "hotlines.yml"
    path.write_text(yaml.safe_dump(raw, allow_unicode=True), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "change",
    [
        lambda r: r["lines"][2].update(sources=["one"]),
        lambda r: r["lines"][2].update(number="1952"),
        lambda r: r["lines"][2].update(last_verified="soon"),
        lambda r: r["lines"][2].pop("if_no_answer"),
        lambda r: r["lines"][2].update(confidence="low"),
        lambda r: r["lines"].append(dict(r["lines"][2])),
        lambda r: r["regions"]["mainland"].update(emergency=["nobody"]),
        lambda r: r["lines"][6]["hours"].pop("windows"),
    ],
)
def test_bad_entries_are_refused(tmp_path, change):
    """Without it: an edit with one source, no fallback or a wrong number goes live."""
    with pytest.raises(BadRegistry):
        load(broken(tmp_path, change))


def test_dates_are_dates(registry):
    """Without it: staleness is compared with text and never fires."""
    assert all(isinstance(x.last_verified, date) for x in registry.lines)
