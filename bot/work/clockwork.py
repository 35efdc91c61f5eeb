"""Fires what falls due in every shop."""

from __future__ import annotations

import asyncio

import structlog

from bot.cases.types import Timer
from bot.store import Store, StoreError, StoreUnavailable

LOOK_AGAIN = 0.5
"""Longest time between two looks; a timer is never later than this while Redis answers."""
AFTER_FAILURE = 30.0


class Clockwork:
    """Due timers, one after the other, each exactly once."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._log = structlog.get_logger("timers")

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop`."""
        async with self._store.waking() as wait:
            while not stop.is_set():
                await wait(await self.tick(), stop)

    async def tick(self) -> float:
        """Fire all that is due; returns seconds until the next look."""
        pause = LOOK_AGAIN
        try:
            for shop_id in await self._store.shops():
                for timer in await self._store.due_timers(shop_id):
                    await self._fire(timer)
                due = await self._store.next_due(shop_id)
                if due is not None:
                    pause = min(pause, max(0.01, due - self._store.clock()))
        except StoreError:
            self._log.warning("redis_away")
        return pause

    async def _fire(self, timer: Timer) -> None:
        log = self._log.bind(shop=timer.shop_id, timer=timer.timer_id)
        try:
            if await self._store.fire(timer):
                log.info("fired")
        except StoreUnavailable:
            raise
        except Exception as error:  # noqa: BLE001 - one broken timer must not stop the others
            log.error("timer_failed", error=type(error).__name__)
            await self._store.postpone(timer, AFTER_FAILURE)
