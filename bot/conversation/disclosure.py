"""When it is time to say, again, that a program speaks. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.conversation.scope import TurnScope

#: At the start and every two hours (Order No. 21 of 2026, Art 18).
REMIND_AFTER = timedelta(hours=2)


def welcomed(scope: TurnScope) -> str:
    """When it was last said that a program speaks; "" before the first time."""
    return str((scope.plan.memory if scope.plan else scope.memory).get("welcomed") or "")


def must_disclose(scope: TurnScope) -> bool:
    """Whether it is time to say (again) that a program speaks."""
    last = welcomed(scope)
    if not last:
        return True
    if scope.at is None or last == "yes":
        return False
    return scope.at - datetime.fromisoformat(last) >= REMIND_AFTER
