"""Fires what falls due in every shop."""

from __future__ import annotations

import asyncio

import structlog

from bot.store import Store, StoreError

LOOK_AGAIN = 0.5
"""Longest time between two looks; a timer is never later than this while Redis answers."""


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
                    await self._fire(shop_id, timer.timer_id, timer)
                due = await self._store.next_due(shop_id)
                if due is not None:
                    pause = min(pause, max(0.01, due - self._store.clock()))
        except StoreError:
            self._log.warning("redis_away")
        return pause

    async def _fire(self, shop_id: str, timer_id: str, timer: object) -> None:
        try:
            if await self._store.fire(timer):  # type: ignore[arg-type]
                self._log.info("fired", shop=shop_id, timer=timer_id)
        except StoreError:
            raise
        except Exception as error:  # noqa: BLE001 - one broken timer must not stop the others
            self._log.error("timer_failed", shop=shop_id, timer=timer_id, error=type(error).__name__)
