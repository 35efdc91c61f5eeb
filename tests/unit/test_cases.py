"""The pure rules: who is called, what is held, who speaks, when we come back, what is said when nothing works."""

from __future__ import annotations

import inspect
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cases import events as e
from bot.cases import follow_up, ladder
from bot.cases.codec import from_dict, to_dict
from bot.cases.evolve import evolve_all
from bot.cases.greeting import TEXTS as GREETINGS
from bot.cases.ownership import change_owner, may_speak, owes_answer
from bot.cases.policy import escalation_wanted, hold_wanted, louder, lowered_talk, may_release, next_level
from bot.cases.safe_text import TEXTS, THIRD_PARTY, safe_text
from bot.cases.silence import OTHER, PROMPTS
from bot.cases.types import Case, Chat, Contact

ZONE = "Asia/Shanghai"
WISH = {"ideation": True, "seen": {"ideation_active": 1}}


@pytest.mark.parametrize(
    ("level", "state", "urgency"),
    [
        (0, {}, None),
        (1, {"seen": {"distress": 1}}, None),
        (2, {"seen": {"means_seeking": 1}}, None),
        (2, WISH, "soon"),
        (2, {"seen": {"self_injury": 1}}, "soon"),
        (2, {"seen": {"burden": 2}}, "soon"),
        (2, {"third_party": True}, "soon"),
        (3, {}, "urgent"),
        (3, {"third_party": True}, "urgent"),
        (4, {}, "now"),
    ],
)
def test_who_is_called_how_fast(level, state, urgency):
    """A wish to die that calls nobody, or a farmer's question that calls everybody."""
    assert escalation_wanted(level, state) == urgency


@pytest.mark.parametrize(
    ("level", "state", "order", "held"),
    [
        (3, {}, {"status": "unpaid"}, True),
        (4, {}, {"status": "shipped", "category": "服饰"}, True),
        (3, {}, {"status": "delivered"}, False),
        (4, {"third_party": True}, {"status": "paid", "category": "农药"}, True),
        (4, {"third_party": True}, {"status": "paid", "category": "服饰"}, False),
        (2, {"third_party": True, "ideation": True}, {"status": "paid", "category": "农药"}, False),
        (2, {"third_party": True, "stops": True}, {"status": "paid", "category": "文具"}, True),
        (1, {"third_party": True, "stops": True}, {"status": "paid", "category": "文具"}, False),
        (2, WISH, {"status": "paid", "category": "农药"}, True),
        (2, WISH, {"status": "paid", "category": "服饰"}, False),
        (2, {"ideation": True, "seen": {"means_seeking": 1}}, {"status": "paid", "category": "服饰"}, True),
        (2, {"seen": {"means_seeking": 1}}, {"status": "paid", "category": "农药"}, False),
        (1, WISH, {"status": "paid", "category": "农药"}, False),
        (3, {}, {"status": "unknown"}, False),
    ],
)
def test_which_orders_are_held(level, state, order, held):
    """A parcel that should have been stopped, or a scarf that was stopped for nothing."""
    assert hold_wanted(level, state, order) is held


@given(known=st.integers(0, 4), read=st.integers(0, 4))
def test_a_high_level_never_falls_by_a_message(known, read):
    """Only a person sends the helpers home."""
    after = next_level(known, read)
    assert after >= read
    assert after >= known or known < 3


def test_urgency_only_grows():
    """A calmer word from a second source must not slow the first call."""
    assert louder("urgent", "soon") == "urgent"
    assert louder("soon", "now") == "now"
    assert louder(None, "soon") == "soon"


def test_bot_releases_only_below_high():
    """The customer could talk the bot into it."""
    case = Case("c", "s", "b", 0.0, level=3)
    assert not may_release(case, "bot")
    assert may_release(replace(case, level=2), "bot")
    assert may_release(case, "王敏")
    assert not may_release(case, "")


def test_lowered_talk_forgets_what_was_read_but_not_who_speaks():
    """The next "谢谢" would raise the same alarm again; a worried mother would become the patient."""
    talk = {"level": 4, "seen": {"plan": 2}, "ideation": True, "third_party": True, "turn": 9}
    assert lowered_talk(talk, 1) == {
        "level": 1, "seen": {}, "ideation": False, "third_party": True, "turn": 9, "message_level": 1, "lowered": True,
    }  # fmt: skip


def test_epoch_grows_only_with_a_real_change():
    """A repeated hand-over would void the reply being written; a missed one would send it over a person."""
    chat = Chat("s", "c")
    bot = change_owner(chat, "bot")
    assert (bot.owner, bot.epoch) == ("bot", 1)
    assert change_owner(bot, "bot") == bot
    human = change_owner(bot, "human")
    assert human.epoch == 2
    assert not may_speak(human, 1)
    again = change_owner(human, "bot")
    assert not may_speak(again, 1)
    assert may_speak(again, 3)
    assert not may_speak(replace(again, status="closed"), 3)
    assert owes_answer(replace(again, last_customer_seq=4, answered_seq=3))


@pytest.mark.parametrize(
    ("now", "morning"),
    [
        ("2026-03-12T20:40", "2026-03-13T08:00"),
        ("2026-03-13T02:10", "2026-03-13T08:00"),
        ("2026-03-13T07:30", "2026-03-14T08:00"),
        ("2026-03-13T08:00", "2026-03-14T08:00"),
    ],
)
def test_good_morning_is_the_next_real_morning(now, morning):
    """A "good morning" half an hour after a night of talk would sound like a machine."""
    zone = ZoneInfo(ZONE)
    at = datetime.fromisoformat(now).replace(tzinfo=zone).timestamp()
    assert datetime.fromtimestamp(follow_up.due_at("morning", at, ZONE), zone).strftime("%Y-%m-%dT%H:%M") == morning


@given(now=st.floats(1.7e9, 2.0e9), kind=st.sampled_from(follow_up.KINDS))
def test_greetings_come_by_day_and_in_the_future(now, kind):
    """Nobody is woken at three in the morning by a question how they are."""
    due = follow_up.due_at(kind, now, ZONE)
    hour = datetime.fromtimestamp(due, ZoneInfo(ZONE)).hour
    assert due - now >= 2 * 3600
    assert 8 <= hour < 21


def test_ladder_is_louder_for_what_happens_now():
    """Sixty seconds, three minutes, then again and again until somebody comes."""
    case = Case("c", "s", "b", 0.0, level=3, escalation="requested", requested_at=1000.0)
    due = [ladder.rung_due(replace(case, rung=rung)) - 1000 for rung in range(5)]
    assert due == [60, 180, 360, 540, 720]
    now = [ladder.rung_due(replace(case, rung=rung, level=4)) - 1000 for rung in range(5)]
    assert now == [30, 90, 150, 210, 270]
    assert [ladder.audience(rung) for rung in (0, 1, 2, 3, 9)] == ["desk", "group", "lead", "everyone", "everyone"]
    assert [ladder.audience(rung, 4) for rung in (0, 1, 2, 9)] == ["group", "lead", "everyone", "everyone"]
    for state in ("none", "accepted", "closed"):
        assert ladder.rung_due(replace(case, escalation=state)) is None
    assert ladder.rung_due(replace(case, status="closed")) is None


def test_acceptance_is_a_promise_to_speak():
    """A case that was clicked away and forgotten must ring again; one on the telephone with the police must not."""
    case = Case("c", "s", "b", 0.0, level=3, escalation="accepted", accepted_at=1000.0)
    assert ladder.words_due(case) == 1180.0
    assert ladder.words_due(replace(case, level=4)) == 1090.0
    assert ladder.words_due(replace(case, level=2)) == 1600.0
    assert ladder.words_due(replace(case, spoke_at=1001.0)) is None
    assert ladder.words_due(replace(case, status="closed")) is None
    assert ladder.words_due(replace(case, escalation="requested")) is None
    calling = replace(case, contacts=(Contact(1100.0, "王敏", "police", "地址"),))
    assert ladder.words_due(calling) == 1280.0


def test_every_event_explains_itself_and_survives_writing_down():
    """The audit trail is read years later by someone who was not there."""
    kinds = [value for value in vars(e).values() if inspect.isclass(value) and issubclass(value, e.Event)]
    assert len(kinds) == len(e.KINDS) + 1
    for kind in e.KINDS.values():
        assert kind.__doc__
        assert not kind.__doc__.startswith(kind.__name__ + "("), "no docstring of its own"
    event = e.LevelRaised(1.5, 3, "c1", 7, ("plan", "time"), True)
    assert e.event_from_dict(e.event_to_dict(event)) == event


def test_case_follows_from_its_events_and_back_from_json():
    """What the desk sees must be provable from the trail."""
    happened = [
        e.CaseOpened(1.0, "c1", "demo", "buyer"),
        e.ChatJoined(1.0, "chat"),
        e.LevelRaised(1.0, 3, "chat", 1, ("plan",)),
        e.EscalationRequested(1.0, "urgent"),
        e.HoldRequested(1.0, "A1", "paid", "danger", 99.0),
        e.HoldChanged(2.0, "A1", "held"),
        e.FollowUpScheduled(2.0, "morning", 50.0, "chat"),
        e.EscalationOffered(2.0, "desk"),
        e.EscalationAccepted(3.0, "王敏"),
        e.ContactMade(4.0, "王敏", "110", "情况", True),
        e.LevelLowered(5.0, 1, "王敏", "安全"),
        e.HoldReleased(6.0, "A1", "王敏", "安全"),
        e.CaseClosed(7.0, "王敏", "safe", "安全"),
    ]
    case = evolve_all(None, happened)
    assert (case.status, case.escalation, case.level, case.accepted_by) == ("closed", "closed", 1, "王敏")
    assert case.hold("A1").state == "released"
    assert case.events == len(happened)
    assert from_dict(Case, to_dict(case)) == case


def test_event_before_the_case_is_opened_is_an_error():
    """A trail with its beginning missing must not look whole."""
    with pytest.raises(ValueError, match="before CaseOpened"):
        evolve_all(None, [e.ChatJoined(1.0, "c")])


def _all_texts():
    nudges = [text for by in PROMPTS.values() for text in by["zh"]]
    greetings = [by["zh"] for kinds in GREETINGS.values() for by in kinds.values()]
    return [text for row in TEXTS for text in row] + [*THIRD_PARTY, *nudges, *OTHER["zh"], *greetings]


def test_fixed_texts_are_short_whole_and_without_numbers():
    """A stale hotline number in compiled-in text could never be corrected in time."""
    assert [len(row) for row in TEXTS] == [5] * 5
    assert len(set(_all_texts())) == len(_all_texts())
    for text in _all_texts():
        assert len(text) <= 60, text
        assert not any(sign.isdigit() for sign in text), text
        assert text.count("？") <= 1, text
        assert text[-1] in "。？！", text
        assert "{" not in text


@pytest.mark.parametrize("word", ["保密", "保证", "一定会好", "答应我", "想开", "我是真人", "活该"])
def test_fixed_texts_promise_and_judge_nothing(word):
    """Secrecy, an outcome, or a pledge drawn from the customer: promises that break."""
    assert not any(word in text for text in _all_texts())


def test_fixed_text_does_not_repeat_at_once_and_fits_who_speaks():
    """The same sentence twice tells someone in danger that nobody is there."""
    said = [safe_text(3, count) for count in range(5)]
    assert len(set(said)) == 5
    assert safe_text(3, 5) == said[0]
    assert safe_text(4, 0, third_party=True) in THIRD_PARTY
    assert safe_text(1, 0, third_party=True) in TEXTS[1]
    assert safe_text(9, 0) in TEXTS[4]
