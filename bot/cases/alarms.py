"""When an alert that nobody has seen is called out, and to whom. Pure.

Danger has its ladder (`bot.cases.ladder`). Every other alert stands on the console first; when nobody has
seen it in time, people are called to it as well, louder each time, until a named person has seen it. What
the alert is about decides how soon, the level how loud and how often: a shop question that the bot could
not answer wakes nobody's lead at night, and a hold that the platform does not confirm does.
"""

from __future__ import annotations

from bot.cases.ladder import AUDIENCES
from bot.cases.types import Alert

FIRST: dict[str, float] = {
    "reading_failed": 30.0,
    "bot_failed": 60.0,
    "silence": 60.0,
    "undelivered": 60.0,
    "hold_unconfirmed": 60.0,
    "hold_too_late": 60.0,
    "hold_released_outside": 60.0,
    "multi_shop": 60.0,
    "hold_expiry": 600.0,
    "follow_up": 1800.0,
    "hold_appeal": 3600.0,
}
"""Seconds on the console before the first call, by kind. Kinds that are not here call nobody: `danger` has the
ladder, `privacy_notice` is a task for office hours."""
KINDS = ("danger", "privacy_notice", *FIRST)
"""Every kind of alert there is."""
CALM_FIRST = 900.0
"""At levels 0 and 1 nobody is called sooner than this."""
AGAIN = {4: 60.0, 3: 180.0, 2: 600.0}
AGAIN_CALM = 3600.0
LOUDEST = {4: 3, 3: 3, 2: 2}
"""Index in AUDIENCES that a level may reach: everyone, at level 2 the lead, below it the group."""


def call_after(alert: Alert, calls: int) -> float | None:
    """Seconds from now to the next call when `calls` were made, None for an alert that calls nobody."""
    first = FIRST.get(alert.kind)
    if first is None:
        return None
    if calls == 0:
        return first if alert.level >= 2 else max(first, CALM_FIRST)
    return AGAIN.get(min(alert.level, 4), AGAIN_CALM)


def called_now(level: int, calls: int) -> str:
    """Who is called after `calls` earlier calls: the group, then further up as far as the level goes."""
    return AUDIENCES[min(1 + calls, LOUDEST.get(min(level, 4), 1))]
