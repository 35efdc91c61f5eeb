"""Figures that several processes add to: counters and times, for the metrics page alone.

Kept in one hash, so that a process that dies takes no figure with it. Nothing that matters for a
customer depends on them: adding never raises and never waits long.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable

from bot.store.base import StoreBase
from bot.store.errors import StoreError
from bot.store.keys import PREFIX

COUNTS = f"{PREFIX}:counts"
"""Hash "name|label" → number. No expiry; a few dozen fields."""
BUCKETS = (0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
"""Upper edges in seconds; 2 s is the aim for a first reply, 8 s the deadline for the safe text."""


async def count(
    store: StoreBase, pairs: Iterable[tuple[str, str]], times: Iterable[tuple[str, float]] = ()
) -> None:  # fmt: skip
    """Add one to each (name, label) and each (name, seconds) to its histogram, in one call; names and labels without
    `|`, never a customer's words."""
    with contextlib.suppress(StoreError):
        async with store.guarded():
            pipe = store.redis.pipeline(transaction=False)
            for name, label in pairs:
                pipe.hincrby(COUNTS, f"{name}|{label}", 1)
            for name, seconds in times:
                edge = next((f"{bucket:g}" for bucket in BUCKETS if seconds <= bucket), "+Inf")
                pipe.hincrby(COUNTS, f"{name}_bucket|{edge}", 1)
                pipe.hincrbyfloat(COUNTS, f"{name}_sum|", max(0.0, seconds))
            await pipe.execute()


async def observe(store: StoreBase, name: str, seconds: float) -> None:
    """Add a time to a histogram."""
    await count(store, (), ((name, seconds),))


async def counts(store: StoreBase) -> dict[tuple[str, str], float]:
    """(name, label) → number."""
    async with store.guarded():
        rows: dict[str, str] = await store.redis.hgetall(COUNTS)
    return {(name.rpartition("|")[0], name.rpartition("|")[2]): float(value) for name, value in rows.items()}


def histogram(rows: dict[tuple[str, str], float], name: str) -> tuple[list[tuple[str, float]], float]:
    """Cumulative buckets, ending with +Inf, and the sum: as Prometheus wants them."""
    total, buckets = 0.0, []
    for edge in (*(f"{bucket:g}" for bucket in BUCKETS), "+Inf"):
        total += rows.get((f"{name}_bucket", edge), 0.0)
        buckets.append((edge, total))
    return buckets, rows.get((f"{name}_sum", ""), 0.0)
