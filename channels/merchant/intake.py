"""From a checked event to the store: read for danger, then written down as one.

No Rasa here, and nothing waits for it.
"""

from __future__ import annotations

import asyncio
import weakref
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

import structlog

from bot.cases.types import Accepted, Chat, Inbound, Owner
from bot.privacy.mask import mask
from bot.risk import Context, Order, Verdict
from bot.settings import Shop
from bot.store import Store
from bot.store.chats import UNREAD
from bot.store.errors import StoreUnavailable
from channels.logs import place_of
from channels.schema import Event, Message

_log = structlog.get_logger("zaoan.door")
#: A message is read again when another of its chat came between; within one process the
#: chat's own lock keeps them apart, so this only meets other processes.
_READINGS = 8
#: One message that the first stage clears, one that goes through all of them: the learned reader takes seconds to
#: load, and the first customer who needs it must not be the one who waits.
WARM_WITH = ("在吗", "有时候想 睡过去不醒就好了")


class Talks(Protocol):
    """What the door needs of `bot.risk.TalkReader`."""

    def read_turn(
        self, text: str, context: Context | None, state: dict[str, Any] | None
    ) -> tuple[Verdict, dict[str, Any]]:
        """The verdict and the talk's new state."""


class _Unread(Exception):
    """The store asks for the reading of a message as it finds the chat now."""

    def __init__(self, chat: Chat | None, orders: list[dict[str, Any]]) -> None:
        super().__init__()
        self.chat, self.orders = chat, orders


@dataclass(frozen=True, slots=True)
class _Reading:
    """A verdict with the state of the talk and the orders that it was read with."""

    version: int
    orders: list[dict[str, Any]]
    verdict: Verdict | None
    state: dict[str, Any] | None

    def __call__(self, chat: Chat | None, orders: list[dict[str, Any]]) -> tuple[Verdict | None, dict[str, Any] | None]:
        if self.verdict is None or self.version != _version(chat) or self.orders != orders:
            raise _Unread(chat, orders)
        return self.verdict, self.state


def _version(chat: Chat | None) -> int:
    return chat.talk_version if chat else 0


class Intake:
    """Takes events of proven shops."""

    def __init__(self, talks: Talks, pool: Executor) -> None:
        self._talks, self._pool = talks, pool
        self._locks: weakref.WeakValueDictionary[str, asyncio.Lock] = weakref.WeakValueDictionary()

    def warm(self) -> None:
        """Loads what the first reading would load, so that the first customer does not wait for it."""
        for text in WARM_WITH:
            self._talks.read_turn(text, Context(hour=12), None)

    async def take(self, store: Store, shop: Shop, event: Event, delivery_id: str) -> tuple[bool, int]:
        """(seen before, level now known). Raises `StoreError`, and then nothing was accepted.

        Events of one chat are taken one after the other, in the order they arrived.
        """
        # Orders outside any chat go side by side: a shop that reports thousands of them must not wait for each.
        place = event.chat_id or f"/{(event.order or {}).get('order_id')}"
        lock = self._locks.setdefault(f"{shop.id}:{place}", asyncio.Lock())
        async with lock:
            seen = await store.seen_delivery(shop.id, delivery_id)
            if seen is not None:
                return True, int(seen.get("level") or 0)
            if event.message is not None:
                accepted = await self._message(store, shop, event, event.message, delivery_id)
                return accepted.duplicate, accepted.level
            return False, await self._other(store, shop, event, delivery_id)

    async def _message(self, store: Store, shop: Shop, event: Event, message: Message, delivery_id: str) -> Accepted:
        chat_id = str(event.chat_id)
        inbound = Inbound(
            shop_id=shop.id,
            chat_id=chat_id,
            delivery_id=delivery_id,
            message_id=message.id,
            role="customer" if message.role == "customer" else "agent",
            sender_id=message.sender_id,
            text=message.text,
            occurred_at=datetime.fromisoformat(event.occurred_at).timestamp(),
        )
        told = (event.order,) if event.order else ()
        if message.role != "customer":
            return await store.accept_message(inbound, None, None, told)
        reading = _Reading(0, [], None, None)
        for _ in range(_READINGS):
            try:
                return await store.accept_turn(inbound, reading, told)
            except _Unread as moment:
                # Read in the pool: a slow message must not hold up every other chat's.
                context = _context(shop, event, moment.orders)
                verdict, state = await self._read(message.text, context, moment.chat)
                reading = _Reading(_version(moment.chat), moment.orders, verdict, state)
        raise StoreUnavailable("the chat is written to faster than it can be read")

    async def _read(self, text: str, context: Context, chat: Chat | None) -> tuple[Verdict, dict[str, Any]]:
        old = dict(chat.talk) if chat and chat.talk else None
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self._pool, self._read_and_mask, text, context, old)
        except Exception as error:  # noqa: BLE001 -- a message that cannot be read must still reach people
            _log.error("reading_failed", kind=type(error).__name__, where=place_of(error))
            return _not_read(chat, old)

    def _read_and_mask(self, text: str, context: Context, old: dict[str, Any] | None) -> tuple[Verdict, dict[str, Any]]:
        """The reading; of the words it keeps for the next one, what names a person is masked."""
        verdict, state = self._talks.read_turn(text, context, old)
        if state.get("recent"):
            state = {**state, "recent": [mask(words).text for words in state["recent"]]}
        return verdict, state

    async def _other(self, store: Store, shop: Shop, event: Event, delivery_id: str) -> int:
        by = f"shop:{shop.id}"
        if event.type == "order.updated":
            order = dict(event.order or {})
            await store.put_order(shop.id, event.chat_id, order.get("customer_id"), order, delivery_id)
            chat = await store.chat(shop.id, event.chat_id) if event.chat_id else None
            return chat.level if chat else 0
        chat_id = str(event.chat_id)
        if event.type == "chat.closed":
            return (await store.close_chat(shop.id, chat_id, by, delivery_id)).level
        to: Owner = "bot" if event.to == "bot" else "human"
        return (await store.set_owner(shop.id, chat_id, to, by, delivery_id)).level


def _not_read(chat: Chat | None, old: dict[str, Any] | None) -> tuple[Verdict, dict[str, Any]]:
    """When the reading itself breaks: never calmer than before; the store puts it before people as an alert."""
    level = max(2, chat.level if chat else 0)
    state = dict(old or {"seen": {}, "ideation": False, "third_party": False, "turn": 0})
    state |= {"level": level, "turn": int(state.get("turn", 0)) + 1, "message_level": 2}
    return Verdict(level, 0.5, (), bool(state.get("third_party")), 0.0, UNREAD, ("读取失败，请人工查看",)), state


def _context(shop: Shop, event: Event, orders: list[dict[str, Any]]) -> Context:
    by_id = {str(order.get("order_id")): order for order in orders}
    return Context(
        category=event.item.get("category") or shop.category or None,
        hour=event.local_hour,
        orders=tuple(
            Order(
                order_id=order_id,
                title=str(order.get("title") or ""),
                category=str(order.get("category") or ""),
                status=str(order.get("status") or "unpaid"),
            )
            for order_id, order in by_id.items()
        ),
    )
