"""Care for the people who help: how many grave cases in a row somebody has taken, and when they rested.

Counted for a person across shops. Nobody in danger is left without a person because of it: whoever has
reached the cap may still accept, but says so, and it is on record.
"""

from __future__ import annotations

from bot.cases.policy import HIGH
from bot.cases.types import Case, JsonDict
from bot.store.keys import PREFIX
from bot.store.store import Store

SHIFT = 12 * 3600
"""Seconds after which a night's count is over by itself."""


def heavy_key(name: str) -> str:
    """Hash "shop|case" → unix time of accepting, for one person. SHIFT after the last."""
    return f"{PREFIX}:heavy:{name}"


async def heavy(store: Store, name: str, cap: int) -> JsonDict:
    """`{"heavy": cases in a row, "cap", "since": unix time of the first or 0}`.

    `cap` is the setting ZAOAN_HEAVY_CAP. Crisis text services cap shifts and want a debrief; no study gives a number
    of cases, so the default of 3 is ours and cautious.
    """
    async with store.guarded():
        rows: dict[str, str] = await store.redis.hgetall(heavy_key(name))
    times = [float(at) for at in rows.values() if store.clock() - float(at) < SHIFT]
    return {"heavy": len(times), "cap": cap, "since": min(times, default=0.0)}


async def note_heavy(store: Store, case: Case, name: str) -> None:
    """This person has accepted a case; counted from level 3 on, once a case."""
    if case.level < HIGH:
        return
    async with store.guarded():
        await store.redis.hsetnx(heavy_key(name), f"{case.shop_id}|{case.case_id}", repr(store.clock()))
        await store.redis.expire(heavy_key(name), SHIFT)


async def rested(store: Store, name: str) -> None:
    """A pause, or a talk with a colleague: the count begins anew."""
    async with store.guarded():
        await store.redis.delete(heavy_key(name))
