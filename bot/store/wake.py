"""Hearing that something changed, so that nobody has to ask often. Only a hint: all also look by themselves."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable

from redis.exceptions import RedisError

from bot.store.base import StoreBase
from bot.store.keys import WAKE

Waiter = Callable[[float, asyncio.Event | None], Awaitable[None]]


class Wake(StoreBase):
    """Waiting for changes by publish/subscribe."""

    @contextlib.asynccontextmanager
    async def waking(self, shop_id: str | None = None) -> AsyncIterator[Waiter]:
        """Yields `wait(seconds, stop)`: returns when a shop changed, when `stop` is set, or after the time."""
        bell = asyncio.Event()
        listener = asyncio.create_task(self._listen(bell, shop_id))

        async def wait(seconds: float, stop: asyncio.Event | None = None) -> None:
            waits = [asyncio.ensure_future(bell.wait())]
            if stop is not None:
                waits.append(asyncio.ensure_future(stop.wait()))
            try:
                await asyncio.wait(waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for task in waits:
                    task.cancel()
            bell.clear()

        try:
            yield wait
        finally:
            listener.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await listener

    async def _listen(self, bell: asyncio.Event, shop_id: str | None) -> None:
        if not hasattr(self.redis, "pubsub"):
            return  # redis-py's cluster client has none: those who wait look by themselves
        while True:
            with contextlib.suppress(RedisError, OSError, TimeoutError):
                await self._hear(bell, shop_id)
            # Redis is away: those who wait go on looking by themselves meanwhile.
            await asyncio.sleep(0.25)

    async def _hear(self, bell: asyncio.Event, shop_id: str | None) -> None:
        pubsub = self.redis.pubsub()
        loop_is_gone = False
        try:
            await pubsub.subscribe(WAKE)
            while True:
                heard = await pubsub.get_message(ignore_subscribe_messages=True, timeout=5.0)
                if heard and (shop_id is None or heard["data"] == shop_id):
                    bell.set()
        except GeneratorExit:
            loop_is_gone = True  # destroyed while waiting: there is nothing left that could close a connection
            raise
        finally:
            if not loop_is_gone:
                with contextlib.suppress(RedisError, OSError):
                    await pubsub.close()

    async def wait_change(self, shop_id: str, timeout: float) -> None:
        """Return when something of the shop changed, or after `timeout` seconds. For callers that wait once;
        a change just before the call is not heard, so read the state again at each return."""
        async with self.waking(shop_id) as wait:
            await wait(timeout, None)
