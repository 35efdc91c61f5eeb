"""Dialogue files of `zaoan replay`: reading them, and judging what came back. Pure.

Formats are those of the public contract (docs/guide/commands.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

HELD = {"requested", "held", "intercepting", "intercepted"}
LIVE_ESCALATION = {"requested", "offered", "accepted"}
MODES = {"takeover", "copilot"}
ORDER_STATES = {"unpaid", "paid", "shipped", "delivered"}


class BadDialogue(ValueError):
    """A dialogue that cannot be played; the message names the field."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of the customer and what the file expects of the answer to it."""

    text: str
    level_min: int | None = None
    level_max: int | None = None
    must: tuple[str, ...] = ()
    must_not: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Dialogue:
    """One chat to play. `local_time` carries an offset; turn n is n minutes later."""

    id: str
    title: str
    category: str | None
    orders: tuple[dict[str, Any], ...]
    local_time: datetime
    mode: str
    turns: tuple[Turn, ...]
    expect: dict[str, Any] = field(default_factory=dict)

    def time_of(self, turn: int) -> datetime:
        """When the nth message (from 1) was written."""
        return self.local_time + timedelta(minutes=turn)


def _field(raw: dict[str, Any], name: str, kind: type, where: str) -> Any:
    value = raw.get(name)
    if not isinstance(value, kind):
        raise BadDialogue(f"{where}{name}: expected {kind.__name__}, got {type(value).__name__}")
    return value


def _turn(raw: Any, where: str) -> Turn:
    if not isinstance(raw, dict):
        raise BadDialogue(f"{where}: expected an object")
    text = _field(raw, "text", str, where + ".")
    if not text.strip():
        raise BadDialogue(f"{where}.text: empty")
    for key in ("level_min", "level_max"):
        if raw.get(key) is not None and raw[key] not in range(5):
            raise BadDialogue(f"{where}.{key}: expected 0-4, got {raw[key]!r}")
    must, must_not = raw.get("must") or (), raw.get("must_not") or ()
    return Turn(text, raw.get("level_min"), raw.get("level_max"), tuple(must), tuple(must_not))


def parse(raw: Any) -> Dialogue:
    """Check one decoded line; BadDialogue names the field that is wrong."""
    if not isinstance(raw, dict):
        raise BadDialogue("expected a JSON object")
    ident = _field(raw, "id", str, "")
    shop = raw.get("shop") or {}
    turns = _field(raw, "turns", list, "")
    if not turns:
        raise BadDialogue("turns: empty")
    try:
        local_time = datetime.fromisoformat(_field(raw, "local_time", str, ""))
    except ValueError as error:
        raise BadDialogue(f"local_time: {error}") from None
    if local_time.tzinfo is None:
        raise BadDialogue("local_time: needs an offset, e.g. +08:00")
    mode = raw.get("mode") or "takeover"
    if mode not in MODES:
        raise BadDialogue(f"mode: expected one of {sorted(MODES)}, got {mode!r}")
    orders = raw.get("orders") or []
    for n, order in enumerate(orders):
        for key in ("order_id", "status"):
            _field(order, key, str, f"orders[{n}].")
        if order["status"] not in ORDER_STATES:
            raise BadDialogue(f"orders[{n}].status: expected one of {sorted(ORDER_STATES)}")
    return Dialogue(
        id=ident,
        title=str(raw.get("title") or ""),
        category=shop.get("category") if isinstance(shop, dict) else None,
        orders=tuple(orders),
        local_time=local_time,
        mode=mode,
        turns=tuple(_turn(t, f"turns[{n}]") for n, t in enumerate(turns)),
        expect=raw.get("expect") or {},
    )


def acts_of(line: dict[str, Any]) -> set[str]:
    """The acts a turn's replies claim: `utter_ask_companion` → `ask_companion`, and so on."""
    found: set[str] = set()
    for reply in line["replies"]:
        for action in str(reply.get("action") or "").split("+"):
            found.add(action.removeprefix("utter_"))
    return found


def _held(line: dict[str, Any]) -> bool:
    return any(h["state"] in HELD for h in line["holds"])


def _escalated(line: dict[str, Any]) -> bool:
    return bool(line["case"]) and line["case"]["escalation"] != "none"


def judge(dialogue: Dialogue, lines: Sequence[dict[str, Any]]) -> list[str]:
    """What the product can check itself: levels, holds, escalation, hotline, acts claimed.

    Returns one sentence a failure; empty means every expectation is met.
    """
    failures: list[str] = []
    for number, (turn, line) in enumerate(zip(dialogue.turns, lines, strict=False), 1):
        level = line["level"]
        if turn.level_min is not None and level < turn.level_min:
            failures.append(f"turn {number}: level {level} below {turn.level_min}")
        if turn.level_max is not None and level > turn.level_max:
            failures.append(f"turn {number}: level {level} above {turn.level_max}")
        if dialogue.mode == "takeover":
            acts = acts_of(line)
            missing = [act for act in turn.must if not any(a.startswith(act) for a in acts)]
            failures += [f"turn {number}: no {act}" for act in missing]
            if not line["replies"]:
                failures.append(f"turn {number}: no reply")
    failures += _judge_outcome(dialogue.expect, lines)
    return failures


def _judge_outcome(expect: dict[str, Any], lines: Sequence[dict[str, Any]]) -> list[str]:
    if not expect or not lines:
        return []
    failures: list[str] = []
    reached = {
        "hold_by_turn": ("hold", _held),
        "escalate_by_turn": ("escalation", _escalated),
        "hotline_by_turn": ("hotline", lambda line: bool(line["referrals"])),
    }
    for key, (what, test) in reached.items():
        by = expect.get(key)
        first = next((n for n, line in enumerate(lines, 1) if test(line)), None)
        if by is not None and (first is None or first > by):
            failures.append(f"{what} by turn {by}: {'never' if first is None else f'only at turn {first}'}")
        if by is None and first is not None and max(line["level"] for line in lines) <= 1:
            failures.append(f"{what} at turn {first} though the level never passed 1")
    last = lines[-1]
    if expect.get("hold_by_turn") is not None and not _held(last):
        failures.append("the hold is no longer on at the end though no person released it")
    if expect.get("release_hold") and _held(last):
        failures.append("a hold is still on at the end")
    floor = expect.get("final_level_min")
    if floor is not None and last["level"] < floor:
        failures.append(f"final level {last['level']} below {floor}")
    return failures
