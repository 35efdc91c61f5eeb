"""Carries the shop's webhooks to Zaoan: in order within a chat, until each is answered.

5xx, 429 and silence are tried again with the same `X-Zaoan-Delivery`; 2xx is done; any
other answer is kept as refused, with its reason, and the chat goes on.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from typing import Any

import aiohttp

from channels.sandbox.config import SandboxConfig
from channels.sandbox.events import Bus
from channels.sandbox.faults import Faults
from channels.sandbox.shop import Shop
from channels.signing import DELIVERY_HEADER, signed_headers

_LONGEST_WAIT = 3.0
_ANSWER_TIMEOUT = aiohttp.ClientTimeout(total=10)


class Courier:
    """One task per chat that has something to send; started and stopped with the app."""

    def __init__(self, shop: Shop, config: SandboxConfig, faults: Faults, bus: Bus) -> None:
        self._shop, self._config, self._faults, self._bus = shop, config, faults, bus
        self._queues: dict[str, asyncio.Task[None]] = {}
        self._done: dict[str, asyncio.Event] = {}
        self._session: aiohttp.ClientSession | None = None

    async def start(self) -> None:
        """Takes up what an earlier run left behind."""
        self._session = aiohttp.ClientSession(timeout=_ANSWER_TIMEOUT)
        self.kick()

    async def stop(self) -> None:
        """Stops sending; what waits stays in the book."""
        for task in self._queues.values():
            task.cancel()
        await asyncio.gather(*self._queues.values(), return_exceptions=True)
        if self._session:
            await self._session.close()

    def kick(self) -> None:
        """Looks for chats with something waiting; call after every change."""
        for row in self._shop.db.rows("SELECT DISTINCT queue FROM deliveries WHERE state = 'waiting'"):
            queue = row["queue"]
            if queue not in self._queues:
                self._queues[queue] = asyncio.create_task(self._empty(queue))

    async def wait(self, delivery_id: str | None, seconds: float) -> dict[str, Any] | None:
        """The delivery as it stands once it is answered, or after `seconds` at the latest."""
        if delivery_id is None:
            return None
        row = self.delivery(delivery_id)
        if row and row["state"] == "waiting" and seconds > 0:
            event = self._done.setdefault(delivery_id, asyncio.Event())
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(event.wait(), seconds)
            self._done.pop(delivery_id, None)
            row = self.delivery(delivery_id)
        return row

    def delivery(self, delivery_id: str) -> dict[str, Any] | None:
        """What is known of one delivery, without its body."""
        return self._shop.db.row(
            "SELECT delivery_id, kind, state, attempts, code, level, problem FROM deliveries WHERE delivery_id = ?",
            delivery_id,
        )

    async def _empty(self, queue: str) -> None:
        try:
            while (row := self._next(queue)) is not None:
                pause = row["next_at"] - time.time()
                if pause > 0:
                    await asyncio.sleep(pause)
                await self._carry(row)
        finally:
            # No await between the last look and this line: nothing can slip in unseen.
            self._queues.pop(queue, None)

    def _next(self, queue: str) -> dict[str, Any] | None:
        return self._shop.db.row(
            "SELECT * FROM deliveries WHERE state = 'waiting' AND queue = ? ORDER BY seq LIMIT 1", queue
        )

    async def _carry(self, row: dict[str, Any]) -> None:
        code, level, problem, retry_after = await self._post(row)
        if self._faults.answer_twice and code is not None:
            await self._post(row)
        attempts = row["attempts"] + 1
        if code in (200, 202):
            state = "accepted"
        elif code is None or code == 429 or code >= 500:
            state = "waiting"
        else:
            state = "refused"
        pause = max(retry_after, min(_LONGEST_WAIT, 0.3 * 2 ** min(attempts, 10)) * random.uniform(0.7, 1.0))
        self._shop.db.run(
            "UPDATE deliveries SET state = ?, attempts = ?, next_at = ?, code = ?, level = ?, problem = ? "
            "WHERE seq = ?", state, attempts, time.time() + pause, code, level, problem[:300], row["seq"],
        )  # fmt: skip
        self._bus.publish("delivery", row["queue"])
        if state != "waiting" and (event := self._done.get(row["delivery_id"])):
            event.set()

    async def _post(self, row: dict[str, Any]) -> tuple[int | None, int | None, str, float]:
        """Status or None, level, problem for people, seconds that Zaoan asked us to wait."""
        assert self._session is not None  # noqa: S101 -- start() made it
        body = bytes(row["body"])
        headers = signed_headers(self._config.webhook_secret, int(time.time()), body)
        headers |= {DELIVERY_HEADER: row["delivery_id"], "Content-Type": "application/json"}
        url = self._config.door_url.rstrip("/") + "/webhooks/merchant/events"
        try:
            async with self._session.post(url, data=body, headers=headers) as answer:
                data = await _json(answer)
                level = data.get("level") if isinstance(data.get("level"), int) else None
                problem = "" if answer.status < 300 else str(data.get("error", ""))
                return answer.status, level, problem, _seconds(answer.headers.get("Retry-After"))
        except (TimeoutError, aiohttp.ClientError) as error:
            return None, None, f"Zaoan does not answer ({type(error).__name__})", 0.0


async def _json(answer: aiohttp.ClientResponse) -> dict[str, Any]:
    try:
        data = await answer.json(content_type=None)
    except ValueError:
        return {}
    return data if isinstance(data, dict) else {}


def _seconds(value: str | None) -> float:
    return min(_LONGEST_WAIT, float(value)) if value and value.isdigit() else 0.0
