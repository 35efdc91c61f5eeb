"""Who is on call: people, groups, leads and the phone list, with their hours. Pure.

A call never reaches nobody: when a rung's people are all off duty the next rung's are called, and when
all are off duty everyone is.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.cases.ladder import AUDIENCES

MINUTES = 24 * 60


@dataclass(frozen=True, slots=True)
class Hours:
    """A span of the day on some weekdays (0 = Monday). `end` before `start` runs past midnight."""

    days: frozenset[int]
    start: int
    end: int

    def covers(self, at: datetime) -> bool:
        """Whether local time `at` lies in it; the end is not part of it."""
        minute, day = at.hour * 60 + at.minute, at.weekday()
        if self.start < self.end:
            return day in self.days and self.start <= minute < self.end
        if minute >= self.start:
            return day in self.days
        return minute < self.end and (day - 1) % 7 in self.days


@dataclass(frozen=True, slots=True)
class Person:
    """Someone who can be called. Without `hours` always on duty."""

    name: str
    phone: str = ""
    email: str = ""
    hours: tuple[Hours, ...] = ()

    def on_duty(self, at: datetime) -> bool:
        """Whether this person is on duty at local time `at`."""
        return _covered(self.hours, at)


@dataclass(frozen=True, slots=True)
class Group:
    """People who share a shift."""

    name: str
    members: tuple[str, ...]
    hours: tuple[Hours, ...] = ()


@dataclass(frozen=True, slots=True)
class Roster:
    """The whole on-call list. `leads` and `phones` are names, in the order in which they are called."""

    people: tuple[Person, ...] = ()
    groups: tuple[Group, ...] = ()
    leads: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()

    def called(self, audience: str, at: datetime) -> tuple[Person, ...]:
        """Who is called for an audience of the ladder at local time `at`; never empty unless the roster is."""
        by_name = {person.name: person for person in self.people}
        first = max(1, AUDIENCES.index(audience)) if audience in AUDIENCES else len(AUDIENCES) - 1
        for rung in range(first, len(AUDIENCES)):
            names = self._names(AUDIENCES[rung], at)
            found = tuple(by_name[name] for name in names if name in by_name and by_name[name].on_duty(at))
            if found:
                return found
        return self.people

    def _names(self, audience: str, at: datetime) -> tuple[str, ...]:
        grouped = [name for group in self.groups if _covered(group.hours, at) for name in group.members]
        named = {"group": grouped, "lead": [*self.leads]}.get(audience, [*self.phones, *self.leads, *grouped])
        return tuple(dict.fromkeys(named))


def _covered(hours: tuple[Hours, ...], at: datetime) -> bool:
    return not hours or any(span.covers(at) for span in hours)
