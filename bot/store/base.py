"""What every part of the store stands on: reading documents, committing changes, retrying a lost race."""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from redis.exceptions import RedisError

from bot.cases.codec import from_dict
from bot.cases.types import Case, Chat
from bot.store.change import SCRIPT, Change, Conflict
from bot.store.errors import StoreUnavailable
from bot.store.keys import SHOPS, Keys

T = TypeVar("T")
Clock = Callable[[], float]
RACES = 60
"""Lost races before a writer gives up; each costs about a millisecond."""
ANNOUNCE_AGAIN = 30.0


@dataclass(frozen=True, slots=True)
class Options:
    """What the store must know of the settings.

    Attributes:
        answer_seconds: after this a customer whom the bot owes an answer gets the fixed safe text.
        silence_seconds: after this a silence of someone in high danger is noticed.
        unconfirmed_seconds: after this people are told that the platform has not confirmed a hold.
        hold_hours: how long a hold is asked for; people may ask again.
        lease_seconds: a turn or command held by a process that died is handed out again after this.
        page: whether a paging address is configured; mail: whether a mail server is.
        link: whether cases of one person in several shops are linked.
    """

    answer_seconds: float = 8.0
    silence_seconds: float = 180.0
    unconfirmed_seconds: float = 60.0
    hold_hours: float = 72.0
    lease_seconds: float = 5.0
    timezone: str = "Asia/Shanghai"
    page: bool = False
    mail: bool = False
    link: bool = False


class StoreBase:
    """A connection, a clock, and the few ways in which data is read and written."""

    def __init__(self, redis: Any, options: Options | None = None, clock: Clock = time.time) -> None:
        self.redis = redis
        self.options = options or Options()
        self.clock = clock
        self._script = redis.register_script(SCRIPT)
        self._known_shops: dict[str, float] = {}

    def keys(self, shop_id: str) -> Keys:
        """The keys of a shop."""
        return Keys(shop_id)

    @asynccontextmanager
    async def guarded(self) -> AsyncIterator[None]:
        """Everything that Redis may throw becomes one error that says: nothing is known to be stored."""
        try:
            yield
        except (TimeoutError, RedisError, OSError) as error:
            # The class name only: a Redis error may repeat what was sent to it.
            raise StoreUnavailable(f"Redis: {type(error).__name__}") from error

    async def commit(self, change: Change) -> None:
        """Send a change; :class:`Conflict` if a condition no longer holds, and then nothing is written."""
        keys, args = change.arguments()
        async with self.guarded():
            done, which = await self._script(keys=keys, args=args)
        if not done:
            raise Conflict(which)

    async def decide(self, attempt: Callable[[], Awaitable[tuple[Change | None, T]]]) -> T:
        """Read, decide, commit; again from the start while another writer was faster."""
        for lost in range(RACES):
            change, result = await attempt()
            if change is None:
                return result
            try:
                await self.commit(change)
            except Conflict:
                await asyncio.sleep(random.uniform(0, 0.002) * min(lost + 1, 10))
                continue
            return result
        raise StoreUnavailable("too many writers at once")

    async def know_shop(self, shop_id: str) -> None:
        """Let the worker and the brain find this shop. Before its first data, so that none is overlooked."""
        now = time.monotonic()
        # Said again now and then: a Redis that was emptied or replaced must learn it too.
        if now - self._known_shops.get(shop_id, -ANNOUNCE_AGAIN) >= ANNOUNCE_AGAIN:
            async with self.guarded():
                await self.redis.sadd(SHOPS, shop_id)
            self._known_shops[shop_id] = now

    async def shops(self) -> list[str]:
        """Ids of all shops that ever had data."""
        async with self.guarded():
            return sorted(await self.redis.smembers(SHOPS))

    # Documents
    async def chat(self, shop_id: str, chat_id: str) -> Chat | None:
        """What is known of a chat."""
        async with self.guarded():
            return parse_chat(await self.redis.hmget(self.keys(shop_id).chat(chat_id), "v", "d"))

    async def case(self, shop_id: str, case_id: str) -> Case | None:
        """A case, open or closed."""
        async with self.guarded():
            return parse_case(await self.redis.hmget(self.keys(shop_id).case(case_id), "v", "d"))

    async def case_of_customer(self, shop_id: str, customer_id: str) -> Case | None:
        """The customer's case: the open one, else the last."""
        async with self.guarded():
            case_id = await self.redis.hget(self.keys(shop_id).case_of_customer(), customer_id)
        return await self.case(shop_id, case_id) if case_id else None

    async def case_of_chat(self, shop_id: str, chat_id: str) -> Case | None:
        """The case that a chat belongs to."""
        chat = await self.chat(shop_id, chat_id)
        return await self.case(shop_id, chat.case_id) if chat and chat.case_id else None


def parse_chat(found: list[str | None]) -> Chat | None:
    """A chat from its version and JSON."""
    version, data = found
    return from_dict(Chat, {**json.loads(data), "version": int(version or 0)}) if data else None


def parse_case(found: list[str | None]) -> Case | None:
    """A case from its version and JSON."""
    version, data = found
    return from_dict(Case, {**json.loads(data), "version": int(version or 0)}) if data else None


def parse_orders(*hashes: dict[str, str]) -> list[dict[str, Any]]:
    """Orders of a customer from the stored hashes; later hashes win."""
    merged: dict[str, str] = {}
    for found in hashes:
        merged.update(found)
    return [json.loads(data) for data in merged.values()]
