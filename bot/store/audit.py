"""Who opened what, and why: append-only, each entry chained to the one before.

An entry's `hash` covers its own fields and the hash before it, so an entry that was changed or taken
out breaks the chain from there on; the newest hash also goes to the log, so a rewritten tail shows too.
Nothing here holds a customer's words. Entries stay for `audit_days` of data/retention.yml.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from dataclasses import dataclass
from typing import Any

import structlog

from bot.store.base import StoreBase
from bot.store.errors import NotAllowed, StoreUnavailable

SAME_SITTING = 900
"""Seconds within which a person's repeated look at the same chat is one opening: screens re-read by themselves."""
_APPEND = """
if (redis.call('GET', KEYS[2]) or '') ~= ARGV[1] then return '' end
redis.call('SET', KEYS[2], ARGV[2])
return redis.call('XADD', KEYS[1], '*', 'e', ARGV[3], 'hash', ARGV[2])
"""
_log = structlog.get_logger("audit")


@dataclass(frozen=True, slots=True)
class Opening:
    """One look at, or act on, what is protected.

    Attributes:
        act: transcript | address | export | erase | rotate_key | retention.
        about: a chat, case or customer id; for erased persons a fingerprint of it.
        reason: why, as the person says it or as their duty says it.
    """

    who: str
    role: str
    act: str
    about: str
    reason: str
    level: int = 0


def audit_key(store: StoreBase, shop_id: str) -> str:
    """Stream of openings, append-only: nothing here deletes but retention, by age."""
    return f"{store.keys(shop_id).tag}:audit"


def head_key(store: StoreBase, shop_id: str) -> str:
    """String: hash of the newest entry. No expiry."""
    return f"{store.keys(shop_id).tag}:audit-head"


async def note(store: StoreBase, shop_id: str, opening: Opening) -> str:
    """Write an opening down; returns its hash. Raises when it could not be written: then nothing may be shown."""
    if not opening.who.strip() or not opening.reason.strip():
        raise NotAllowed("Who and why must be said.")
    entry: dict[str, Any] = {
        "at": round(store.clock(), 3), "who": opening.who, "role": opening.role, "act": opening.act,
        "about": opening.about, "level": opening.level, "reason": opening.reason[:500],
    }  # fmt: skip
    text = json.dumps(entry, ensure_ascii=False, sort_keys=True)
    for lost in range(50):
        async with store.guarded():
            before = await store.redis.get(head_key(store, shop_id)) or ""
            mark = _hash(before, text)
            done = await store.redis.eval(
                _APPEND, 2, audit_key(store, shop_id), head_key(store, shop_id), before, mark, text
            )
        if done:
            _log.info("opened", shop=shop_id, who=opening.who, act=opening.act, danger=opening.level, hash=mark)
            return mark
        await asyncio.sleep(0.001 * min(lost, 10))
    raise StoreUnavailable("too many writers at once")


async def note_look(store: StoreBase, shop_id: str, opening: Opening) -> None:
    """Like :func:`note`, but once per person, thing and sitting."""
    seen = f"{store.keys(shop_id).tag}:audit-seen:{opening.who}:{opening.act}:{opening.about}"
    async with store.guarded():
        if await store.redis.exists(seen):
            return
    await note(store, shop_id, opening)
    # Afterwards: an opening written twice is better than one not written.
    async with store.guarded():
        await store.redis.set(seen, "1", ex=SAME_SITTING)


async def openings(store: StoreBase, shop_id: str, after: str = "-", limit: int = 1000) -> list[dict[str, Any]]:
    """Entries, oldest first, each with `id` and `hash`."""
    start = after if after == "-" else f"({after}"
    async with store.guarded():
        rows = await store.redis.xrange(audit_key(store, shop_id), min=start, count=limit)
    return [{"id": entry_id, "hash": row["hash"], **json.loads(row["e"])} for entry_id, row in rows]


async def broken_at(store: StoreBase, shop_id: str) -> str | None:
    """Id of the first entry that does not fit the one before it; "end" when the tail is missing; None if all fit.

    The first entry found is taken as it is: what stood before may have left by age.
    """
    async with store.guarded():
        rows = await store.redis.xrange(audit_key(store, shop_id))
        head = await store.redis.get(head_key(store, shop_id)) or ""
    before: str | None = None
    for entry_id, row in rows:
        if before is not None and row["hash"] != _hash(before, row["e"]):
            return str(entry_id)
        before = row["hash"]
    return None if (before or "") == head or not rows else "end"


def _hash(before: str, text: str) -> str:
    return hashlib.sha256(f"{before}\n{text}".encode()).hexdigest()
