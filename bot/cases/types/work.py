"""What waits to be done: alerts for people, commands for the outbox, timers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from bot.cases.types.words import JsonDict


@dataclass(frozen=True, slots=True)
class Alert:
    """Something a person must look at.

    Attributes:
        kind: one of `bot.cases.alarms.KINDS`
    """

    alert_id: str
    kind: str
    shop_id: str
    chat_id: str
    at: float
    level: int = 0
    case_id: str | None = None
    detail: str = ""
    seen_by: str = ""


@dataclass(frozen=True, slots=True)
class Command:
    """One call that must happen: to the platform (message, hold, release), to people (page, mail), or the
    second step of a change that reaches beyond one shop (link).

    Attributes:
        key: idempotency key, the same across retries.
        token: fence of the lease under which it was handed to a worker.
        tries: how often it was handed out, this time included.
    """

    command_id: str
    kind: Literal["message", "hold", "release", "page", "mail", "link"]
    shop_id: str
    lane: str
    key: str
    created_at: float
    payload: Mapping[str, Any]
    token: int = 0
    tries: int = 0


@dataclass(frozen=True, slots=True)
class Timer:
    """Something that falls due at a moment. `timer_id` is unique in the shop; setting it again moves it."""

    timer_id: str
    kind: str
    shop_id: str
    due_at: float
    data: JsonDict = field(default_factory=dict)
