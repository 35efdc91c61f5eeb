"""Once a day: what has been kept long enough goes. One worker does it, whichever comes first."""

from __future__ import annotations

import asyncio
import contextlib

import structlog

from bot.privacy.retention import DAY, Retention, load_retention
from bot.store import Store, StoreError
from bot.store.audit import audit_key
from bot.store.feedback import feedback_key
from bot.store.keys import PREFIX
from bot.store.person import all_chats, erase_case, erase_chat

LOOK_EVERY = 600.0
DONE = f"{PREFIX}:housekeeping-done"
"""String: the day (UTC, days since 1970) last cleaned. No expiry."""
LEASE = f"{PREFIX}:housekeeping-lease"
"""String: a worker is at it. LEASE_SECONDS, so that another takes over if it dies."""
LEASE_SECONDS = 1800


class Housekeeping:
    """Removes chats and cases whose time is over, and old entries of the audit trail."""

    def __init__(self, store: Store, retention: Retention | None = None) -> None:
        self._store = store
        self._retention = retention or load_retention()
        self._log = structlog.get_logger("housekeeping")

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop`."""
        while not stop.is_set():
            with contextlib.suppress(StoreError):
                await self.tick()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), LOOK_EVERY)

    async def tick(self) -> bool:
        """Clean if nobody has today; True if this worker did."""
        store, today = self._store, str(int(self._store.clock() // DAY))
        async with store.guarded():
            if await store.redis.get(DONE) == today:
                return False
            if not await store.redis.set(LEASE, "1", nx=True, ex=LEASE_SECONDS):
                return False
        for shop_id in await store.shops():
            await self.clean(shop_id)
        async with store.guarded():
            await store.redis.set(DONE, today)
            await store.redis.delete(LEASE)
        return True

    async def clean(self, shop_id: str) -> int:
        """Remove what is over in one shop; returns the number of chats."""
        store, now, gone = self._store, self._store.clock(), 0
        over = []
        async for chat in all_chats(store, shop_id):
            case = await store.case(shop_id, chat.case_id) if chat.case_id else None
            if self._retention.chat_over(chat, case, now):
                over.append((chat, case))
        left = {chat.chat_id for chat, _ in over}
        for chat, case in over:
            await erase_chat(store, shop_id, chat.chat_id)
            gone += 1
            # A case goes with its last chat.
            if case is not None and set(case.chats) <= left:
                await erase_case(store, shop_id, case)
        async with store.guarded():
            for key, days in (
                (audit_key(store, shop_id), self._retention.audit_days),
                (feedback_key(store, shop_id), self._retention.feedback_days),
            ):
                oldest = max(0, int((now - days * DAY) * 1000))
                await store.redis.xtrim(key, minid=oldest, approximate=False)
        if gone:
            self._log.info("retention", shop=shop_id, chats=gone)
        return gone
