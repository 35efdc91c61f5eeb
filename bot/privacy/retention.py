"""How long what is kept. Data in `data/retention.yml`, checked on reading. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import yaml

from bot.cases.types import Case, Chat
from bot.settings import SettingError

FILE = Path(__file__).resolve().parents[2] / "data" / "retention.yml"
DAY = 86_400.0


@dataclass(frozen=True, slots=True)
class Retention:
    """Days kept: by level 0-4, for the audit trail, for feedback on suggestions."""

    levels: tuple[int, int, int, int, int]
    audit_days: int
    feedback_days: int

    def chat_over(self, chat: Chat, case: Case | None, now: float) -> bool:
        """Whether a chat's time is over. Never while its case is open."""
        if case is not None and case.status == "open":
            return False
        last, level = chat.last_customer_at, chat.level
        if case is not None:
            last = max(last, case.closed_at)
            # A person's lowering of the level does not shorten the record of what happened.
            level = max([level, case.level, *(step.level for step in case.history)])
        return now - last > self.levels[level] * DAY


def load_retention(path: Path = FILE) -> Retention:
    """Read the file; `SettingError` names what is wrong."""
    where = str(path)
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
        levels = data["levels"]
        found = Retention(
            (levels[0], levels[1], levels[2], levels[3], levels[4]), data["audit_days"], data["feedback_days"]
        )
    except (OSError, yaml.YAMLError, KeyError, TypeError) as error:
        raise SettingError(
            where, f"cannot be read ({error})", "Give days for levels 0-4, audit and feedback."
        ) from None
    for days in (*found.levels, found.audit_days, found.feedback_days):
        if isinstance(days, bool) or not isinstance(days, int) or not 1 <= days <= 36_500:
            raise SettingError(where, f"{days!r} is not a number of days", "Use whole days from 1 to 36500.")
    if list(found.levels) != sorted(found.levels):
        raise SettingError(where, "a higher level is kept for less long", "Let the days grow with the level.")
    if found.audit_days < max(found.levels):
        raise SettingError(where, "the audit trail goes before what it is about", "Let audit_days be the longest.")
    return found
