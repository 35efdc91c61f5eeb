"""Alerts as part of a change: raised with the timer that calls people when nobody sees them, and taken away."""

from __future__ import annotations

from bot.cases import alarms
from bot.cases.codec import to_dict
from bot.cases.types import Alert
from bot.store.change import Change, dumps

TIMER = "alert"


def raise_alert(change: Change, alert: Alert) -> None:
    """Put an alert before people; raising it again renews it and keeps its place in time, and its next call."""
    change.do("HSET", change.keys.alerts(), alert.alert_id, dumps(to_dict(alert)))
    # LT: raised again it keeps its place, graver it moves up.
    change.do("ZADD", change.keys.alert_order(), "LT", alert.at - alert.level * 1e11, alert.alert_id)
    change.do("ZADD", change.keys.alert_kinds(), 0, _by_kind(alert.kind, alert.alert_id))
    wait = alarms.call_after(alert, 0)
    if wait is not None:
        change.timer(timer_of(alert.alert_id), TIMER, alert.at + wait, calls_made(alert, 0), keep=True)
    tell(change, alert)


def by_kinds(alert_id: str) -> list[str]:
    """Where an alert may stand in the index by kind: who takes it away knows its id only."""
    return [_by_kind(kind, alert_id) for kind in alarms.KINDS]


def _by_kind(kind: str, alert_id: str) -> str:
    return f"{kind}|{alert_id}"


def calls_made(alert: Alert, calls: int) -> dict[str, object]:
    """What the timer of an alert carries."""
    return {"alert_id": alert.alert_id, "chat_id": alert.chat_id, "case_id": alert.case_id or "", "calls": calls}


def drop_alert(change: Change, alert_id: str) -> None:
    """Take an alert away, if it is there; nobody is called to it any more."""
    change.do("HDEL", change.keys.alerts(), alert_id)
    change.do("ZREM", change.keys.alert_order(), alert_id)
    change.do("ZREM", change.keys.alert_kinds(), *by_kinds(alert_id))
    change.no_timer(timer_of(alert_id))


def tell(change: Change, alert: Alert, calls: int = 0) -> None:
    """Let the consoles know, so that they ring; `calls` above 0 means that it has waited before."""
    change.feed(
        "alert", alert_id=alert.alert_id, kind=alert.kind, chat_id=alert.chat_id, level=alert.level,
        case_id=alert.case_id, calls=calls,
    )  # fmt: skip


def timer_of(alert_id: str) -> str:
    """Id of the timer that calls people to an alert."""
    return f"alert:{alert_id}"
