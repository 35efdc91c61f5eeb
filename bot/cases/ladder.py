"""When a call for a person gets louder. Nothing but a person's acceptance stops it."""

from __future__ import annotations

from bot.cases.types import Case

FIRST_RUNGS = (60.0, 180.0)
"""Seconds after the request: the group, then the lead."""
AGAIN = 180.0
AGAIN_NOW = 60.0
"""After the first rungs everyone is called again and again; sooner when it is happening now."""
AUDIENCES = ("desk", "group", "lead", "everyone")


def waiting(case: Case) -> bool:
    """Whether a person was called and none has come."""
    return case.status == "open" and case.escalation in ("requested", "offered")


def rung_due(case: Case) -> float | None:
    """When the next rung is called, None when nobody is waited for."""
    if not waiting(case):
        return None
    if case.rung < len(FIRST_RUNGS):
        return case.requested_at + FIRST_RUNGS[case.rung]
    step = AGAIN_NOW if case.level >= 4 else AGAIN
    return case.requested_at + FIRST_RUNGS[-1] + step * (case.rung - len(FIRST_RUNGS) + 1)


def audience(rung: int) -> str:
    """Who is called at a rung; 0 is the first call."""
    return AUDIENCES[min(rung, len(AUDIENCES) - 1)]
