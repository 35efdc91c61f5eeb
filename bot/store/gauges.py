"""How things stand in a shop, read when somebody asks: queues, alerts, cases that wait, holds."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field

from bot.cases import ladder
from bot.store.commands import WORKS
from bot.store.store import Store

MOST_LANES = 300
MOST_CASES = 100


@dataclass(slots=True)
class Standing:
    """One shop now. Ages in seconds, 0 when nothing waits; counts by kind."""

    turns: int = 0
    turn_age: float = 0.0
    commands: Counter[str] = field(default_factory=Counter)
    command_age: float = 0.0
    retries: int = 0
    alerts: Counter[str] = field(default_factory=Counter)
    alert_age: float = 0.0
    cases: Counter[int] = field(default_factory=Counter)
    waiting: int = 0
    waiting_age: float = 0.0
    rung_late: float = 0.0
    holds_unconfirmed: int = 0
    timer_late: float = 0.0


async def standing(store: Store, shop_id: str) -> Standing:
    """Read a shop's figures; ages from the first few hundred lanes, and from the hundred gravest cases that wait."""
    found, now = Standing(), store.clock()
    heads = await _heads(store, shop_id, "turns", "accepted_at")
    async with store.guarded():
        keys = store.keys(shop_id)
        found.turns = await store.redis.hlen(keys.items("turns"))
        for work in WORKS:
            async for _, row in store.redis.hscan_iter(keys.items(work), count=500):
                found.commands[str(json.loads(row)["kind"])] += 1
            found.retries += sum(max(0, int(number) - 1) for number in await store.redis.hvals(keys.tries(work)))
    found.turn_age = max((now - at for at in heads), default=0.0)
    queued = [at for work in WORKS for at in await _heads(store, shop_id, work, "created_at")]
    found.command_age = max((now - at for at in queued), default=0.0)
    kinds, oldest = await store.alert_counts(shop_id)
    found.alerts.update(kinds)
    found.alert_age = max(0.0, now - oldest) if oldest else 0.0
    levels, found.waiting = await store.case_counts(shop_id)
    found.cases.update(levels)
    async with store.guarded():
        found.holds_unconfirmed = await store.redis.scard(keys.unconfirmed_holds())
    for case in await store.cases(shop_id, limit=MOST_CASES, waiting=True):
        found.waiting_age = max(found.waiting_age, now - case.requested_at)
        found.rung_late = max(found.rung_late, now - (ladder.rung_due(case) or now))
    due = await store.next_due(shop_id)
    found.timer_late = max(0.0, now - due) if due is not None else 0.0
    return found


async def _heads(store: Store, shop_id: str, work: str, name: str) -> list[float]:
    """When the first item of each lane was put there."""
    keys = store.keys(shop_id)
    async with store.guarded():
        lanes = await store.redis.zrange(keys.lanes(work), 0, MOST_LANES - 1)
        pipe = store.redis.pipeline(transaction=False)
        for lane in lanes:
            pipe.lindex(keys.lane(work, lane), 0)
        heads = [head for head in (await pipe.execute() if lanes else []) if head]
        rows = await store.redis.hmget(keys.items(work), heads) if heads else []
    return [float(json.loads(row)[name]) for row in rows if row]
