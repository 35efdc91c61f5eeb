"""When we come back to someone: the next morning, 24 hours, a week, one and three months.

Rhythm after the Beijing hotline's practice (24 h, 1 week, 1 and 3 months) with the morning greeting
that gave the project its name. The promise is ours; none is asked of the customer.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.cases.types import FollowUpKind

KINDS: tuple[FollowUpKind, ...] = ("morning", "day", "week", "month", "quarter")
DAYS: dict[FollowUpKind, int] = {"day": 1, "week": 7, "month": 30, "quarter": 91}
MORNING_HOUR = 8
AT_LEAST = timedelta(hours=2)
"""A morning nearer than this is no new day yet: the greeting waits for the next one."""
EARLIEST, LATEST = 9, 21
"""Later greetings come by day, never in the middle of the night."""


def due_at(kind: FollowUpKind, now: float, timezone: str) -> float:
    """The moment of a follow-up asked for at `now` (seconds since 1970)."""
    zone = ZoneInfo(timezone)
    local = datetime.fromtimestamp(now, zone)
    if kind == "morning":
        morning = local.replace(hour=MORNING_HOUR, minute=0, second=0, microsecond=0)
        # Compared as moments, so that a change of the clocks in between does no harm.
        while morning.timestamp() - now < AT_LEAST.total_seconds():
            morning += timedelta(days=1)
        return morning.timestamp()
    day = local + timedelta(days=DAYS[kind])
    if day.hour < EARLIEST:
        day = day.replace(hour=EARLIEST, minute=0, second=0, microsecond=0)
    elif day.hour >= LATEST:
        day = (day + timedelta(days=1)).replace(hour=EARLIEST, minute=0, second=0, microsecond=0)
    return day.timestamp()


def kinds_for(third_party: bool) -> tuple[FollowUpKind, ...]:
    """Which follow-ups a case gets by itself; someone who worries for another is asked once or twice."""
    return ("morning", "day") if third_party else KINDS
