"""What must be true after the fault run, counted per fault. Nothing here trusts what a process said of itself:
acknowledgements are the platform's, effects are the platform's, the rest is read from the store."""

from __future__ import annotations

import statistics
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from benchmarks._faults_world import SHOP, Effect
from bot.cases import ladder
from bot.cases.alarms import call_after
from bot.cases.policy import HIGH, is_on
from bot.cases.types import Case
from bot.store import Store
from bot.store.alarms import timer_of
from bot.store.turns import SAFE_PAUSE

COLUMNS = (
    "msg_lost", "msg_twice", "alert_lost", "hold_lost", "hold_twice", "prom_lost", "page_late", "unanswerd",
    "say_lost", "say_twice", "disorder", "over_hum", "unseen",
)  # fmt: skip
"""Each must be 0. Customer messages lost or stored twice; alerts, holds, promises lost; holds done twice; calls for a
person made late; customers without answer or safe text; bot lines lost, said twice, out of order, over a human; other
alerts that nobody has seen and to which nobody is called in time."""
PAGE_GRACE = 20.0
"""Seconds a call may be late while store and worker are there: a platform that refuses, the wait before the next try.
Time in which the run itself had frozen or killed the store or the only worker is not counted; `page_max` counts it."""
COVERS = 30.0
JUST_NOW = 2.0
"""Seconds before the end in which a line may have been written that is still on its way out."""
IN_FLIGHT = 5.0
"""A call that was under way when a person took over cannot be called back."""


@dataclass(slots=True)
class Record:
    """What the platform knows of one conversation: what was acknowledged, and when."""

    chat: str
    fault: str
    bot: bool
    order_id: str
    accepted: list[tuple[str, str, float]] = field(default_factory=list)
    level: int = 0
    taken_at: float = 0.0
    accept: bool = False
    accepted_case_at: float = 0.0


async def examine(
    store: Store,
    records: Sequence[Record],
    effects: Sequence[Effect],
    faults: Sequence[str],
    away: Callable[[float, float], float],
) -> dict[str, dict[str, Any]]:
    """Rows by fault. `away` gives the seconds between two times in which store or worker was made unable to act."""
    ended = store.clock() - JUST_NOW
    rows: dict[str, dict[str, Any]] = {
        fault: {
            "talks": 0,
            "messages": 0,
            **dict.fromkeys(COLUMNS, 0),
            "covered": 0,
            "page_max": 0.0,
            "waits": [],
            "notes": [],
        }
        for fault in faults
    }
    said: dict[str, list[Effect]] = defaultdict(list)
    held: dict[str, list[Effect]] = defaultdict(list)
    pages: dict[str, list[Effect]] = defaultdict(list)
    for effect in effects:
        if effect.path == "/messages":
            said[effect.body["chat_id"]].append(effect)
        elif effect.path.endswith("/hold"):
            held[effect.path.split("/")[2]].append(effect)
        elif effect.path == "/page" and "alert" not in effect.body:
            pages[effect.body["case_id"]].append(effect)
    standing = await store.alerts(SHOP, 100_000)
    alerts = {alert.alert_id for alert in standing}
    timers = {timer.timer_id: timer.due_at for timer in await store.timers(SHOP)}
    fault_of = {record.chat: record.fault for record in records}
    for alert in standing:
        due = timers.get(timer_of(alert.alert_id))
        late = due is None or store.clock() - due > PAGE_GRACE
        if call_after(alert, 0) is not None and late:
            rows[fault_of.get(alert.chat_id, faults[-1])]["unseen"] += 1
    for record in records:
        row = rows[record.fault]
        row["talks"] += 1
        row["messages"] += len(record.accepted)
        before = {name: row[name] for name in COLUMNS}
        await _transcript(store, record, row, said[record.chat], ended)
        story = await _case(store, record, row, held, pages, alerts, timers, away)
        if wrong := [name for name in COLUMNS if row[name] > before[name]]:
            row["notes"].append(f"{record.chat} level {record.level}: {' '.join(wrong)}\n    {story}")
    for row in rows.values():
        waits = sorted(row.pop("waits")) or [0.0]
        row["wait_p50"] = round(statistics.median(waits), 1)
        row["wait_p95"] = round(waits[int(len(waits) * 0.95)], 1)
        row["wait_max"] = round(waits[-1], 1)
    return rows


async def _transcript(
    store: Store, record: Record, row: dict[str, Any], said: list[Effect], ended: float
) -> None:  # fmt: skip
    lines = await store.transcript(SHOP, record.chat, limit=10_000)
    stored = Counter((line.message_id, line.text) for line in lines if line.role == "customer")
    for message_id, text, _ in record.accepted:
        row["msg_lost"] += stored[message_id, text] == 0
        row["msg_twice"] += stored[message_id, text] > 1
    bot = [line for line in lines if line.role == "bot" and line.at < ended]
    written = [line.text for line in bot if line.status != "dropped"]
    heard = [effect.body["text"] for effect in said]
    keys = {effect.key for effect in said}
    row["say_lost"] += sum(line.status != "dropped" and line.message_id not in keys for line in bot)
    row["say_twice"] += len(said) - len(keys)
    row["disorder"] += [text for text in heard if text in written] != [text for text in written if text in heard]
    if record.taken_at:
        row["over_hum"] += sum(effect.at > record.taken_at + IN_FLIGHT for effect in said)
    if not record.bot:
        return
    written_at = {line.message_id: line.at for line in lines if line.role == "customer"}
    for message_id, _, acknowledged in record.accepted:
        if record.taken_at and acknowledged >= record.taken_at - 10:
            continue  # a person has the chat, or took it while the answer was being made
        # From when it was on disk: the acknowledgement may have been lost and repeated after the answer.
        at = written_at.get(message_id, acknowledged)
        later = [effect.at for effect in said if effect.at >= at]
        # A fixed text of the last seconds stands for the next message too: a second one would say nothing new.
        covered = any(line.action == "safe_text" and at - SAFE_PAUSE <= line.at <= at + COVERS for line in bot)
        if later:
            row["waits"].append(max(0.0, later[0] - at))
        elif covered:
            row["covered"] += 1
        else:
            row["unanswerd"] += 1


async def _case(
    store: Store, record: Record, row: dict[str, Any], held: dict[str, list[Effect]], pages: dict[str, list[Effect]],
    alerts: set[str], timers: Mapping[str, float], away: Callable[[float, float], float],
) -> str:  # fmt: skip
    """Counts; returns the case's events in a line, for whoever looks for the cause."""
    if record.level < HIGH:
        return ""
    case = await store.case_of_chat(SHOP, record.chat)
    called = case is not None and case.escalation != "none"
    if case is None or not called:
        row["alert_lost"] += 1
        return "no call" if case is None else f"case {case.case_id} level {case.level}, nobody called"
    seen = case.escalation == "accepted" or f"danger-{case.case_id}" in alerts
    row["alert_lost"] += not seen
    events = await store.case_events(SHOP, case.case_id)
    # Accepted may be open again by now (nobody spoke to the customer in time), but it was written down.
    row["alert_lost"] += bool(record.accepted_case_at) and not any(e["type"] == "EscalationAccepted" for e in events)
    chat = await store.chat(SHOP, record.chat)
    third = case.third_party or bool(chat and chat.talk.get("third_party"))
    if record.order_id and not third:
        hold = case.hold(record.order_id)
        done = held[record.order_id]
        row["hold_lost"] += hold is None or not is_on(hold) or not done
        row["hold_twice"] += len(done) > 1
    row["prom_lost"] += not case.follow_ups or any(
        item.state == "scheduled" and f"follow_up:{case.case_id}:{item.kind}" not in timers for item in case.follow_ups
    )
    waits = _page_waits(case, events, pages[case.case_id], store.clock())
    row["page_late"] += sum(wait - away(since, since + wait) > PAGE_GRACE for since, wait in waits)
    row["page_max"] = max(row["page_max"], *(round(wait, 1) for _, wait in waits))
    began = record.accepted[0][2] if record.accepted else 0.0
    told = [(e["at"], e["type"]) for e in events] + [(effect.at, "(paged)") for effect in pages[case.case_id]]
    return f"{case.case_id}: " + ", ".join(f"{at - began:.1f} {what}" for at, what in sorted(told))


def _page_waits(
    case: Case, events: list[dict[str, Any]], pages: list[Effect], now: float
) -> list[tuple[float, float]]:  # fmt: skip
    """When each call for a person was due, and seconds until it was heard; for a rung not yet fired, until now."""
    called = sorted(effect.at for effect in pages)
    due = ladder.rung_due(case)
    waits = [(now, 0.0) if due is None else (due, max(0.0, now - due))]
    for event in events:
        if event["type"] in ("EscalationRequested", "EscalationLouder"):
            taken = next((e["at"] for e in events if e["type"] == "EscalationAccepted" and e["at"] >= event["at"]), now)
            heard = next((at for at in called if at >= event["at"] - 0.5), None)
            # A person who came before the call got through has made it needless.
            waits.append((event["at"], (taken if heard is None else min(heard, taken)) - event["at"]))
    return waits
