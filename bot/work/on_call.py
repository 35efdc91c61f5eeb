"""The on-call file: read, checked, read again when it changes; and the key that joins one person's cases."""

from __future__ import annotations

import json
import os
import re
import secrets
from pathlib import Path
from typing import Any

import structlog
import yaml

from bot.cases.roster import MINUTES, Group, Hours, Person, Roster
from bot.settings import MAIL_PATTERN, SettingError, Settings

DAYS = {name: number for number, name in enumerate(("mon", "tue", "wed", "thu", "fri", "sat", "sun"))}
DAYS |= {name: number for number, name in enumerate("一二三四五六日")}
_HOURS = re.compile(r"(?:(\S+)\s+)?(\d{1,2}):(\d\d)\s*-\s*(\d{1,2}):(\d\d)")
_FIX = "See docs/guide/interventionist.md."


class OnCall:
    """The roster as the file says now. A change takes effect at the next call; a broken change does not."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stamp: tuple[int, int] | None = None
        self._roster = Roster()

    def load(self) -> Roster:
        """Read the file; a missing one is an empty roster, a wrong one a :class:`SettingError`."""
        try:
            found = self._path.stat()
        except FileNotFoundError:
            self._stamp, self._roster = None, Roster()
            return self._roster
        # Noted first: a file that is wrong is complained of once, not at each call.
        self._stamp = (found.st_mtime_ns, found.st_size)
        self._roster = read_roster(self._path)
        return self._roster

    def now(self) -> Roster:
        """The roster; while the file is wrong or gone, the last one that was right."""
        try:
            found = self._path.stat()
            if self._stamp != (found.st_mtime_ns, found.st_size):
                self.load()
        except SettingError as error:
            structlog.get_logger("on_call").error("roster_wrong", where=error.key, problem=error.problem)
        except OSError:
            return self._roster
        return self._roster


def read_roster(path: Path) -> Roster:
    """The roster in a YAML or JSON file; raises :class:`SettingError` that names the place."""
    try:
        text = path.read_text(encoding="utf-8")
        data = json.loads(text) if path.suffix == ".json" else yaml.safe_load(text)
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise SettingError(str(path), f"cannot be read ({type(error).__name__})", _FIX) from None
    return parse_roster(data, str(path))


def parse_roster(data: Any, where: str) -> Roster:
    """A roster from decoded YAML or JSON: `people`, `groups`, `leads`, `phones`."""
    if data is None:
        return Roster()
    if not isinstance(data, dict):
        raise SettingError(where, "is not a mapping", _FIX)
    for name in data:
        if name not in ("people", "groups", "leads", "phones"):
            raise SettingError(f"{where}: {name}", "is not known", _FIX)
    people = [_person(row, f"{where}: people[{n}]") for n, row in enumerate(_list(data, "people", where))]
    names = {person.name for person in people}
    if len(names) != len(people):
        raise SettingError(f"{where}: people", "has two of the same name", _FIX)
    groups = []
    for number, row in enumerate(_list(data, "groups", where)):
        place = f"{where}: groups[{number}]"
        members = _names(_mapping(row, place), "members", names, place)
        groups.append(Group(str(row.get("name", "")), members, _hours(row, place)))
    roster = Roster(tuple(people), tuple(groups), _names(data, "leads", names, where),
                    _names(data, "phones", names, where))  # fmt: skip
    without = [name for name in roster.phones if not next(p for p in people if p.name == name).phone]
    if without:
        raise SettingError(f"{where}: phones", f"{without[0]} has no phone", "Give everyone on the list a number.")
    return roster


def _person(row: Any, place: str) -> Person:
    row = _mapping(row, place)
    name, email, phone = (str(row.get(key) or "").strip() for key in ("name", "email", "phone"))
    if not name:
        raise SettingError(f"{place}.name", "is missing", _FIX)
    if email and not MAIL_PATTERN.fullmatch(email):
        raise SettingError(f"{place}.email", "is not a mail address", "Use name@example.org.")
    if not email and not phone:
        raise SettingError(place, f"{name} has neither phone nor email", "Give at least one.")
    return Person(name, phone, email, _hours(row, place))


def _hours(row: dict[str, Any], place: str) -> tuple[Hours, ...]:
    said = row.get("hours") or []
    return tuple(parse_hours(item, f"{place}.hours") for item in (said if isinstance(said, list) else [said]))


def parse_hours(text: Any, place: str) -> Hours:
    """Hours such as "mon-fri 09:00-21:00", "周六,周日 22:00-08:00", "22:00-08:00" (every day)."""
    match = _HOURS.fullmatch(str(text).strip().lower())
    if match is None:
        raise SettingError(place, f"{text!r} are no hours", 'Write "mon-fri 09:00-21:00".')
    start, end = (int(match[i]) * 60 + int(match[i + 1]) for i in (2, 4))
    if start >= MINUTES or end > MINUTES or start == end or int(match[3]) > 59 or int(match[5]) > 59:
        raise SettingError(place, f"{text!r} are no hours", 'Write "mon-fri 09:00-21:00".')
    days: set[int] = set()
    for part in (match[1] or "mon-sun").replace("周", "").replace("，", ",").split(","):
        first, _, last = part.partition("-")
        if first not in DAYS or (last or first) not in DAYS:
            raise SettingError(place, f"{part!r} is no weekday", "Write mon, tue, … or 周一, 周二, …")
        day = DAYS[first]
        while True:
            days.add(day)
            if day == DAYS[last or first]:
                break
            day = (day + 1) % 7
    return Hours(frozenset(days), start, end)


def _mapping(row: Any, place: str) -> dict[str, Any]:
    if not isinstance(row, dict):
        raise SettingError(place, "is not a mapping", _FIX)
    return row


def _list(data: dict[str, Any], key: str, where: str) -> list[Any]:
    found = data.get(key) or []
    if not isinstance(found, list):
        raise SettingError(f"{where}: {key}", "is not a list", _FIX)
    return found


def _names(data: dict[str, Any], key: str, known: set[str], where: str) -> tuple[str, ...]:
    found = tuple(str(name) for name in _list(data, key, where))
    for name in found:
        if name not in known:
            raise SettingError(f"{where}: {key}", f"{name} is not among the people", "Add them under people.")
    return found


def person_key(settings: Settings) -> bytes:
    """The key of the person record: ZAOAN_PERSON_KEY, else the file person.key in the state folder (made, 0600).

    Several machines on one Redis need the same key: set ZAOAN_PERSON_KEY there.
    """
    if settings.person_key:
        return settings.person_key.encode()
    path = settings.var_dir / "person.key"
    try:
        settings.var_dir.mkdir(parents=True, exist_ok=True)
        # Written whole under another name first: a second worker must never read half a key.
        fresh = path.with_name(f"person.key.{os.getpid()}")
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as out:
            out.write(secrets.token_hex(32))
        try:
            os.link(fresh, path)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
        return path.read_text(encoding="ascii").strip().encode()
    except OSError as error:
        fix = "Make the folder writable, or set ZAOAN_PERSON_KEY."
        raise SettingError(str(path), f"cannot be made ({error.strerror})", fix) from None
