"""Who is on call: the file, its hours, and that a call never reaches nobody."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cases.person import entry_of, is_news, person_id
from bot.cases.roster import Person, Roster
from bot.cases.types import Case, Linked
from bot.cli.doctor import check_on_call
from bot.settings import SettingError, Settings, load_shops
from bot.work.on_call import OnCall, parse_hours, parse_roster, person_key

MONDAY = datetime(2026, 1, 5)
PEOPLE = [
    {"name": "王敏", "phone": "1", "hours": "mon-fri 09:00-18:00"},
    {"name": "李雷", "phone": "2", "hours": ["22:00-08:00"]},
    {"name": "赵队", "phone": "3", "email": "z@x.example"},
]


@pytest.mark.parametrize(
    ("hours", "day", "time", "on"),
    [
        ("mon-fri 09:00-18:00", 0, "09:00", True),
        ("mon-fri 09:00-18:00", 0, "18:00", False),
        ("mon-fri 09:00-18:00", 5, "12:00", False),
        ("周一-周五 09:00-18:00", 4, "17:59", True),
        ("fri 22:00-08:00", 4, "23:00", True),
        ("fri 22:00-08:00", 5, "07:59", True),
        ("fri 22:00-08:00", 5, "08:00", False),
        ("fri 22:00-08:00", 4, "07:00", False),
        ("周六，周日 00:00-24:00", 6, "23:59", True),
        ("周六，周日 00:00-24:00", 0, "00:00", False),
        ("sat-mon 10:00-11:00", 0, "10:30", True),
        ("sun 22:00-06:00", 0, "05:00", True),
        ("22:00-08:00", 2, "03:00", True),
    ],
)
def test_hours_cover_what_they_say(hours, day, time, on):
    """A night shift that ends at midnight on paper leaves the worst hours without anyone."""
    at = datetime.combine(MONDAY + timedelta(days=day), datetime.strptime(time, "%H:%M").time())
    assert parse_hours(hours, "x").covers(at) is on


@pytest.mark.parametrize("hours", ["9-18", "mon 25:00-26:00", "noday 09:00-10:00", "09:00-09:00", "09:61-10:00", "", 7])
def test_hours_that_mean_nothing_are_refused(hours):
    """A typing error must be found when the file is written, not when nobody comes."""
    with pytest.raises(SettingError):
        parse_hours(hours, "x")


def test_each_rung_calls_its_own_and_falls_on_to_the_next():
    """The group's only member is asleep: the lead is called at once instead of nobody."""
    roster = parse_roster({"people": PEOPLE, "groups": [{"name": "g", "members": ["王敏"]}], "leads": ["赵队"],
                           "phones": ["李雷"]}, "x")  # fmt: skip
    noon, night = MONDAY.replace(hour=12), MONDAY.replace(hour=23)
    names = lambda audience, at: [person.name for person in roster.called(audience, at)]  # noqa: E731
    assert names("desk", noon) == names("group", noon) == ["王敏"]
    assert names("group", night) == ["赵队"]
    assert names("lead", noon) == ["赵队"]
    assert names("everyone", night) == ["李雷", "赵队"]
    assert names("a word of tomorrow", night) == ["李雷", "赵队"]


@given(minute=st.integers(0, 7 * 24 * 60 - 1), audience=st.sampled_from(["desk", "group", "lead", "everyone"]))
def test_a_call_never_reaches_nobody(minute, audience):
    """Whatever the hours in the file say, somebody is rung."""
    hours = (parse_hours("wed 10:00-10:01", "x"),)
    roster = Roster((Person("王敏", "1", hours=hours), Person("李雷", "2", hours=hours)))
    assert roster.called(audience, MONDAY + timedelta(minutes=minute))


@pytest.mark.parametrize(
    "data",
    [
        [],
        {"peple": []},
        {"people": [{"phone": "1"}]},
        {"people": [{"name": "a"}]},
        {"people": [{"name": "a", "email": "no mail"}]},
        {"people": [PEOPLE[0], PEOPLE[0]]},
        {"people": PEOPLE, "leads": ["nobody"]},
        {"people": PEOPLE, "groups": [{"members": ["nobody"]}]},
        {"people": PEOPLE, "groups": ["王敏"]},
        {"people": PEOPLE, "leads": "王敏"},
        {"people": [{"name": "a", "email": "a@b.example"}], "phones": ["a"]},
        {"people": [{"name": "a", "phone": "1", "hours": 9}]},
    ],
)
def test_mistakes_in_the_file_are_named(data):
    """A name misspelt under `leads` is a lead who is never called."""
    with pytest.raises(SettingError):
        parse_roster(data, "roster.yaml")


def test_file_is_read_again_when_it_changes_and_a_broken_one_is_not_used(tmp_path):
    """Tonight's shift swap must count tonight; a typing error must not empty the list."""
    path = tmp_path / "roster.yaml"
    on_call = OnCall(path)
    assert on_call.now() == Roster()
    path.write_text(json.dumps({"people": PEOPLE[:1]}), encoding="utf-8")
    assert [person.name for person in on_call.now().people] == ["王敏"]
    path.write_text("people: [", encoding="utf-8")
    assert [person.name for person in on_call.now().people] == ["王敏"]
    path.write_text("people:\n  - {name: 李雷, phone: '2'}\n", encoding="utf-8")
    os.utime(path, (1, 1))
    assert [person.name for person in on_call.now().people] == ["李雷"]
    path.unlink()
    assert [person.name for person in on_call.now().people] == ["李雷"]


def test_person_id_depends_on_key_platform_and_customer():
    """Joining strangers tells one desk of another's customer; splitting one hides half of a night."""
    base = person_id(b"k" * 32, "p", "c")
    assert base == person_id(b"k" * 32, "p", "c")
    others = {person_id(b"x" * 32, "p", "c"), person_id(b"k" * 32, "q", "c"), person_id(b"k" * 32, "p", "d"),
              person_id(b"k" * 32, "pc", ""), person_id(b"k" * 32, "", "pc")}  # fmt: skip
    assert len(others | {base}) == 6
    with pytest.raises(ValueError, match="key"):
        person_id(b"", "p", "c")


def test_only_newer_words_of_other_shops_are_news():
    """An old "level 2" that arrives late must not hide a 4."""
    case = Case("c", "here", "b", 0.0, linked=(Linked("there", "x", 4, 4, "open", 5),))
    assert not is_news(case, Linked("there", "x", 2, 4, "open", 5))
    assert not is_news(case, Linked("there", "x", 2, 4, "open", 4))
    assert is_news(case, Linked("there", "x", 1, 4, "open", 6))
    assert is_news(case, Linked("third", "x", 1, 1, "open", 0))
    assert not is_news(case, Linked("here", "y", 4, 4, "open", 9))
    assert entry_of(case).level == 0


def test_key_of_the_person_record_is_made_once_and_readable_by_the_owner_alone(tmp_path):
    """Two workers with two keys would never join anything; a key others read protects nobody."""
    settings = Settings(var_dir=tmp_path)
    first = person_key(settings)
    assert first == person_key(settings)
    assert len(first) >= 32
    assert (tmp_path / "person.key").stat().st_mode & 0o077 == 0
    assert [path.name for path in tmp_path.iterdir()] == ["person.key"]
    assert person_key(Settings(var_dir=tmp_path, person_key="x" * 40)) == b"x" * 40


def test_shops_of_one_origin_are_one_platform_unless_told_otherwise(tmp_path):
    """Which shops share customers must follow from what is configured, never from chance."""
    row = {"secret": "s" * 20, "outgoing_secret": "o" * 20, "name": "", "category": ""}
    rows = [
        {**row, "id": "a", "base_url": "https://api.one.example/shop/a"},
        {**row, "id": "b", "base_url": "https://API.one.example/shop/b"},
        {**row, "id": "c", "base_url": "https://api.two.example/c"},
        {**row, "id": "d", "base_url": "https://api.two.example/d", "platform": "one"},
    ]
    path = tmp_path / "shops.json"
    path.write_text(json.dumps(rows), encoding="utf-8")
    shops = load_shops(path)
    assert shops["a"].platform == shops["b"].platform
    assert len({shop.platform for shop in shops.values()}) == 3
    path.write_text(json.dumps([{**rows[0], "platform": 7}]), encoding="utf-8")
    with pytest.raises(SettingError):
        load_shops(path)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("ZAOAN_SMTP_PORT", "mail"),
        ("ZAOAN_SMTP_TLS", "maybe"),
        ("ZAOAN_SMTP_FROM", "nobody"),
        ("ZAOAN_SMTP_TO", "a@b.example,\nBcc: x@y.example"),
        ("ZAOAN_PERSON_KEY", "short"),
    ],
)
def test_wrong_mail_settings_are_named(key, value):
    """A mail setting that is wrong is a call that nobody gets."""
    with pytest.raises(SettingError) as caught:
        Settings.from_env({key: value})
    assert caught.value.key == key


def test_mail_settings_are_read():
    """What the guide says to set must be what is used."""
    env = {"ZAOAN_SMTP_HOST": "mail.example", "ZAOAN_SMTP_TLS": "tls", "ZAOAN_SMTP_PORT": "465",
           "ZAOAN_SMTP_TO": "a@b.example, c@d.example", "ZAOAN_SMTP_PASSWORD": "secret-word"}  # fmt: skip
    settings = Settings.from_env(env)
    assert (settings.smtp_host, settings.smtp_port, settings.smtp_tls) == ("mail.example", 465, "tls")
    assert settings.smtp_to == ("a@b.example", "c@d.example")
    assert "secret-word" not in repr(settings)
    assert Settings.from_env({}).smtp_host is None


def test_doctor_says_who_would_be_called(tmp_path):
    """That nobody is called at night is learned before the night."""
    roster = tmp_path / "roster.yaml"
    settings = Settings(var_dir=tmp_path, roster_file=roster)
    severity = lambda **more: check_on_call(replace(settings, **more))[0].severity  # noqa: E731
    assert severity() == "warning"
    assert severity(smtp_host="mail.example") == "error"
    assert severity(smtp_host="mail.example", smtp_to=("a@b.example",)) == "ok"
    roster.write_text("people: [{name: 赵队, phone: '1', email: z@x.example}]", encoding="utf-8")
    assert severity(smtp_host="mail.example") == "ok"
    assert severity(page_url="https://x.example") == "ok"
    roster.write_text("leads: [赵队]", encoding="utf-8")
    assert severity(page_url="https://x.example") == "error"
