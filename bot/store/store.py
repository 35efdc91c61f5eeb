"""The store's one door for all other rooms."""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any

from redis.exceptions import RedisError

from bot.cases.types import JsonDict
from bot.settings import Settings
from bot.store.base import Clock, Options
from bot.store.connect import open_redis
from bot.store.errors import StoreUnavailable
from bot.store.keys import HEARTBEATS
from bot.store.links import Links


class Store(Links):
    """Everything that is kept. Made by :meth:`connect` or :meth:`from_settings`; close it at the end."""

    @classmethod
    async def connect(cls, url: str, options: Options | None = None, clock: Clock = time.time) -> Store:
        """A store on this Redis; raises `StoreUnavailable` at once if it does not answer."""
        store = cls(open_redis(url), options, clock)
        try:
            await store.ping()
        except StoreUnavailable:
            await store.close()
            raise
        return store

    @classmethod
    async def from_settings(cls, settings: Settings, clock: Clock = time.time) -> Store:
        """A store as the settings say."""
        options = Options(
            answer_seconds=settings.answer_seconds,
            silence_seconds=settings.silence_seconds,
            timezone=settings.timezone,
            page=settings.page_url is not None,
            mail=settings.smtp_host is not None,
            link=True,
        )
        return await cls.connect(settings.live_redis_url(), options, clock)

    async def close(self) -> None:
        """Give the connections back."""
        try:
            await self.redis.close(close_connection_pool=True)
        except TypeError:  # the cluster client takes no such argument
            await self.redis.close()
        except (RedisError, OSError):
            return
        except asyncio.CancelledError:
            # A task stopped in the middle of a read cancels the closing of *its* connection, and the pool hands that
            # on to whoever closes the rest. Only a caller who is being cancelled himself should hear of it.
            task = asyncio.current_task()
            if task is not None and task.cancelling():
                raise

    async def ping(self) -> None:
        """Raises `StoreUnavailable` unless Redis answers within half a second."""
        async with self.guarded():
            await self.redis.ping()

    async def suggestions(self, shop_id: str, chat_id: str) -> JsonDict | None:
        """The latest suggestions: {"seq": customer message they answer, "items": [Suggestion as dict]}."""
        async with self.guarded():
            found = await self.redis.get(self.keys(shop_id).suggestions(chat_id))
        return json.loads(found) if found else None

    async def feed(self, shop_id: str, after: str = "0-0", limit: int = 100) -> list[JsonDict]:
        """Entries of the feed after an id, oldest first; `after="$"` gives only the newest one, to start from."""
        key = self.keys(shop_id).feed()
        async with self.guarded():
            if after == "$":
                rows = await self.redis.xrevrange(key, count=1)
            else:
                rows = await self.redis.xrange(key, min=f"({after}", count=limit)
        return [{"id": entry_id, **_entry(row)} for entry_id, row in rows]

    async def heartbeat(self, name: str) -> None:
        """A process says that it lives."""
        async with self.guarded():
            await self.redis.hset(HEARTBEATS, name, repr(self.clock()))

    async def heartbeats(self) -> dict[str, float]:
        """Process name → seconds since its last sign of life; above keys.HEARTBEAT_SECONDS counts as dead."""
        async with self.guarded():
            rows: dict[str, Any] = await self.redis.hgetall(HEARTBEATS)
        now = self.clock()
        return {name: now - float(at) for name, at in rows.items()}


NUMBERS = frozenset({"seq", "level", "before", "epoch", "calls"})


def _entry(row: dict[str, str]) -> JsonDict:
    return {name: int(value) if name in NUMBERS else value for name, value in row.items()}
