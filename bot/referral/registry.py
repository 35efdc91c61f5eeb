"""The hotline registry: `data/hotlines.yml` as values, and the choice for one person.

The registry is the only place where telephone numbers are written. A number that nobody
answers, or that belongs to nobody, costs a person in danger their one try; so every line
carries its sources, the day it was last checked and what to do when nobody answers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

KINDS = ("emergency", "crisis", "support")
AUDIENCES = ("anyone", "minor", "women", "family")
STATUSES = ("active", "retired")
OPEN = ("always", "varies", "windows")
CONFIDENCE = ("high", "medium")
#: How a line is reached: a call, a text message, a chat application.
BY = ("voice", "sms", "chat")
#: The region whose support lines (consular protection) are added to every region abroad.
ABROAD = "abroad"

#: Ages that are offered the youth line beside the general one.
YOUNG = frozenset({"child", "teen"})


class BadRegistry(ValueError):
    """The registry cannot be used; `where` names the entry and the field."""

    def __init__(self, where: str, problem: str) -> None:
        super().__init__(f"{where}: {problem}")
        self.where = where
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Window:
    """Opening hours on some days of the week (1 = Monday), local time, end exclusive."""

    days: frozenset[int]
    start: time
    end: time

    def covers(self, at: datetime) -> bool:
        """Whether the line is open at this local moment."""
        return at.isoweekday() in self.days and self.start <= at.time() < self.end


@dataclass(frozen=True, slots=True)
class Line:
    """One line. `hours_text` and `if_no_answer` are what people are told; `by` how it is reached, `how` and `how_en`
    what to do there without a voice; `registered`: only for telephones that were registered before."""

    id: str
    number: str
    name: str
    operator: str
    kind: str
    region: str
    audience: str
    open: str
    windows: tuple[Window, ...]
    hours_text: str
    confidence: str
    rank: int
    if_no_answer: str
    sources: tuple[str, ...]
    last_verified: date
    status: str
    by: tuple[str, ...] = ("voice",)
    how: str = ""
    how_en: str = ""
    registered: bool = False

    @property
    def silent(self) -> bool:
        """Whether it can be used without speaking or hearing."""
        return bool({"sms", "chat"} & set(self.by))

    def reachable(self, at: datetime | None) -> bool:
        """False only when the line is known to be closed at this local moment."""
        if self.open != "windows" or at is None:
            return True
        return any(w.covers(at) for w in self.windows)


@dataclass(frozen=True, slots=True)
class Blocked:
    """A number that must never appear anywhere, and why."""

    number: str
    why: str


@dataclass(frozen=True, slots=True)
class Registry:
    """All lines, the emergency lines of each region, and the blocklist."""

    lines: tuple[Line, ...]
    emergency_ids: Mapping[str, tuple[str, ...]]
    blocklist: tuple[Blocked, ...]
    max_age_days: int
    names: Mapping[str, str] = field(default_factory=dict)
    foreign: frozenset[str] = frozenset()

    def line(self, line_id: str) -> Line:
        """The line of this id; KeyError when there is none."""
        for line in self.lines:
            if line.id == line_id:
                return line
        raise KeyError(line_id)

    def emergency(self, region: str | None) -> tuple[Line, ...]:
        """Police and ambulance of the region (mainland when the region is not known)."""
        ids = self.emergency_ids.get(region or "", self.emergency_ids["mainland"])
        return tuple(self.line(i) for i in ids)

    def silent_emergency(self, region: str | None) -> Line | None:
        """The emergency line of the region that takes a text message or keys in place of a voice, None where the
        registry knows none."""
        found = [x for x in self._of(region) if x.kind == "emergency" and x.silent]
        return min(found, key=lambda x: ("voice" in x.by, x.rank), default=None)

    def silent_crisis(self, region: str | None, at: datetime | None = None) -> Line | None:
        """The crisis line of the region that answers written messages, None where the registry knows none."""
        found = [x for x in self._of(region) if x.kind == "crisis" and x.silent and x.reachable(at)]
        return min(found, key=lambda x: x.rank, default=None)

    def named(self, text: str) -> tuple[Line, ...]:
        """The active lines whose number stands in a text as a whole: "111" is not in "18111"."""
        return tuple(x for x in self.lines if x.status == "active" and _whole(x.number).search(text))

    def consular(self, at_home: bool) -> Line | None:
        """The consular line for Chinese citizens abroad, as it is dialled from there or from the mainland."""
        audience = "family" if at_home else "anyone"
        found = [x for x in self._of(ABROAD) if x.kind == "support" and x.audience == audience]
        return min(found, key=lambda x: x.rank, default=None)

    def _of(self, region: str | None) -> Iterator[Line]:
        region = region if region in self.emergency_ids else "mainland"
        return (x for x in self.lines if x.region == region and x.status == "active")

    def choose(
        self,
        region: str | None = None,
        at: datetime | None = None,
        age_band: str | None = None,
        level: int = 2,
        limit: int = 3,
        avoid: Iterable[str] = (),
        audience: str | None = None,
    ) -> tuple[Line, ...]:
        """At most `limit` lines, best first, for a person of this region, age and hour.

        Level 4 begins with the emergency line. Lines in `avoid` (already tried, busy) go
        last, since a second way is wanted then. A line of medium confidence is never the
        only one (field notes 1.1: one in two calls to it went unanswered in 2023).
        """
        here = region if region in self.emergency_ids else "mainland"
        tried = set(avoid)
        places = (here, ABROAD) if here in self.foreign else (here,)
        pool = [
            line
            for line in self.lines
            if line.region in places
            and line.status == "active"
            and line.kind != "emergency"
            and "voice" in line.by
            and line.reachable(at)
            and _fits(line, age_band, audience)
        ]
        pool.sort(key=lambda x: (x.id in tried, x.kind == "support", x.rank, x.audience == "anyone"))
        chosen = list(self.emergency(here)[:1]) if level >= 4 else []
        chosen += [x for x in pool if x not in chosen][: max(0, limit - len(chosen))]
        if len(chosen) == 1 and chosen[0].confidence != "high":
            chosen = [*self.emergency(here)[:1], *chosen]
        return tuple(chosen[:limit])

    def numbers(self) -> frozenset[str]:
        """Every number that may be shown, digits only."""
        return frozenset(digits(x.number) for x in self.lines if x.status == "active")

    def stale(self, today: date) -> tuple[Line, ...]:
        """Active lines that nobody has checked for longer than `max_age_days`."""
        return tuple(
            x for x in self.lines if x.status == "active" and (today - x.last_verified).days > self.max_age_days
        )

    def blocked_in(self, text: str) -> tuple[Blocked, ...]:
        """Blocklisted numbers that occur in a text, however they are punctuated."""
        found = {digits(run) for run in NUMBER.findall(text)}
        return tuple(b for b in self.blocklist if digits(b.number) in found)


#: A run of digits as people print telephone numbers.
NUMBER = re.compile(r"\d(?:[\d\- ]*\d)?")


@lru_cache(maxsize=512)
def _whole(number: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\d+])(?<!\d[- ]){re.escape(number)}(?![- ]?\d)")


def digits(text: str) -> str:
    """Only the digits of a text."""
    return "".join(c for c in text if c.isdigit())


def _fits(line: Line, age_band: str | None, audience: str | None) -> bool:
    if line.audience == "anyone":
        return True
    if line.audience == "minor":
        return age_band in YOUNG
    return line.audience == audience


def load(path: Path) -> Registry:
    """Read and check the registry; :class:`BadRegistry` names the entry that is wrong."""
    with path.open(encoding="utf-8") as handle:
        raw = yaml.safe_load(handle)
    if not isinstance(raw, dict) or not isinstance(raw.get("lines"), list):
        raise BadRegistry(str(path.name), "no list `lines`")
    lines = tuple(_line(row, number) for number, row in enumerate(raw["lines"]))
    ids = [x.id for x in lines]
    for line_id in ids:
        if ids.count(line_id) > 1:
            raise BadRegistry(line_id, "id is used twice")
    regions = raw.get("regions") or {}
    emergency = {name: tuple(r["emergency"]) for name, r in regions.items()}
    for name, wanted in emergency.items():
        for line_id in wanted:
            if line_id not in ids:
                raise BadRegistry(f"regions.{name}", f"unknown line {line_id}")
    if "mainland" not in emergency:
        raise BadRegistry("regions", "mainland is missing")
    blocklist = tuple(Blocked(str(b["number"]), str(b["why"])) for b in raw.get("blocklist") or [])
    blocked = {digits(b.number): b for b in blocklist}
    for line in lines:
        if line.region not in emergency:
            raise BadRegistry(line.id, f"unknown region {line.region}")
        if digits(line.number) in blocked:
            raise BadRegistry(line.id, f"the number is blocklisted: {blocked[digits(line.number)].why}")
    names = {name: str(r.get("name") or name) for name, r in regions.items()}
    foreign = frozenset(name for name, r in regions.items() if r.get("abroad"))
    return Registry(lines, emergency, blocklist, int(raw.get("max_age_days", 180)), names, foreign)


def _line(row: Any, number: int) -> Line:
    where = str(row.get("id") or f"lines[{number}]") if isinstance(row, dict) else f"lines[{number}]"
    if not isinstance(row, dict):
        raise BadRegistry(where, "is not a mapping")

    def text(key: str, allowed: tuple[str, ...] = ()) -> str:
        value = str(row.get(key) or "").strip()
        if not value:
            raise BadRegistry(where, f"`{key}` is missing")
        if allowed and value not in allowed:
            raise BadRegistry(where, f"`{key}` is {value!r}, use one of {', '.join(allowed)}")
        return value

    hours = row.get("hours") or {}
    if hours.get("open") not in OPEN:
        raise BadRegistry(where, f"`hours.open` must be one of {', '.join(OPEN)}")
    windows = tuple(
        Window(frozenset(w["days"]), time.fromisoformat(w["from"]), time.fromisoformat(w["to"]))
        for w in hours.get("windows") or []
    )
    if hours["open"] == "windows" and not windows:
        raise BadRegistry(where, "`hours.windows` is missing")
    sources = tuple(str(s) for s in row.get("sources") or [])
    if len(sources) < 2:
        raise BadRegistry(where, "needs at least two sources")
    verified = row.get("last_verified")
    if not isinstance(verified, date):
        raise BadRegistry(where, "`last_verified` is not a date")
    by = tuple(map(str, row.get("by") or ("voice",)))
    if unknown := set(by) - set(BY):
        raise BadRegistry(where, f"`by` has {', '.join(sorted(unknown))}, use {', '.join(BY)}")
    if {"sms", "chat"} & set(by) and not (row.get("how") and row.get("how_en")):
        raise BadRegistry(where, "`how` and `how_en` are missing: what to write, and whether to register first")
    return Line(
        id=where,
        number=text("number"),
        name=text("name"),
        operator=text("operator"),
        kind=text("kind", KINDS),
        region=text("region"),
        audience=text("audience", AUDIENCES),
        open=hours["open"],
        windows=windows,
        hours_text=text("hours_text"),
        confidence=text("confidence", CONFIDENCE),
        rank=int(row.get("rank", 9)),
        if_no_answer=text("if_no_answer"),
        sources=sources,
        last_verified=verified,
        status=text("status", STATUSES),
        by=by,
        how=str(row.get("how") or "").strip(),
        how_en=str(row.get("how_en") or "").strip(),
        registered=bool(row.get("registered")),
    )
