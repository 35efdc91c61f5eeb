"""Everything about one person in one shop: handed out, or removed (PIPL art. 45 and 47)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import AsyncIterator, Iterable
from typing import Any

from bot.cases.codec import to_dict
from bot.cases.policy import HIGH, is_on
from bot.cases.types import Case, Chat, JsonDict
from bot.store.alarms import by_kinds
from bot.store.base import parse_chat
from bot.store.commands import HOLDS, OUTBOX, work_of
from bot.store.errors import NotAllowed, NotFound
from bot.store.feedback import feedback_key
from bot.store.keys import rasa_events, rasa_lock, rasa_lock_token, rasa_state
from bot.store.store import Store

PAGE = 500


def fingerprint(shop_id: str, customer_id: str) -> str:
    """Stands for an erased person in the audit trail: who knows the id finds it, who does not learns nothing."""
    return hashlib.sha256(f"zaoan {shop_id} {customer_id}".encode()).hexdigest()[:16]


async def all_chats(store: Store, shop_id: str) -> AsyncIterator[Chat]:
    """Every chat of a shop that is still there."""
    keys, cursor = store.keys(shop_id), 0
    while True:
        async with store.guarded():
            cursor, rows = await store.redis.zscan(keys.chats_by_level(), cursor, count=PAGE)
            pipe = store.redis.pipeline(transaction=False)
            for chat_id, _ in rows:
                pipe.hmget(keys.chat(chat_id), "v", "d")
            found = await pipe.execute() if rows else []
        for row in found:
            if chat := parse_chat(row):
                yield chat
        if not int(cursor):
            return


async def chats_of(store: Store, shop_id: str, customer_id: str) -> list[Chat]:
    """The person's chats. There is no index by customer on purpose; this reads them all."""
    return [chat async for chat in all_chats(store, shop_id) if chat.customer_id == customer_id]


async def export_person(store: Store, shop_id: str, customer_id: str) -> JsonDict:
    """All that is kept of a person, as JSON types. What others said of them to us is left out (art. 45 with 18)."""
    chats = await chats_of(store, shop_id, customer_id)
    case = await store.case_of_customer(shop_id, customer_id)
    if not chats and case is None:
        raise NotFound("nothing is kept of this customer")
    rows = []
    for chat in chats:
        lines = await store.transcript(shop_id, chat.chat_id, limit=1_000_000)
        rows.append({"chat": to_dict(chat), "lines": [to_dict(line) for line in lines]})
    orders: dict[str, str] = {}
    async with store.guarded():
        orders = await store.redis.hgetall(store.keys(shop_id).customer_orders(customer_id))
    events = await store.case_events(shop_id, case.case_id) if case else []
    return {
        "shop_id": shop_id,
        "customer_id": customer_id,
        "chats": rows,
        "orders": [json.loads(row) for row in orders.values()],
        "case": _told(to_dict(case)) if case else None,
        "events": [_told(row) for row in events],
    }


async def _under_way(store: Store, shop_id: str, case: Case) -> bool:
    """Whether a hold or release still waits to be sent: without it an order would stay held for ever."""
    keys = store.keys(shop_id)
    async with store.guarded():
        for hold in case.holds:
            if await store.redis.exists(keys.lane(HOLDS, f"order:{hold.order_id}")):
                return True
    return False


def _told(row: JsonDict) -> JsonDict:
    """Without what a person noted of third parties: that is theirs too."""
    return {name: value for name, value in row.items() if name not in ("told", "contacts")}


async def erase_person(store: Store, shop_id: str, customer_id: str) -> dict[str, int]:
    """Remove a person; returns how many chats, cases and keys went. Marks against double delivery (ids, no
    words) stay for their week.

    `NotAllowed` while their case is open at level 3 or 4 or an order is held: a life, or money, still hangs on it.
    """
    chats = await chats_of(store, shop_id, customer_id)
    case = await store.case_of_customer(shop_id, customer_id)
    if not chats and case is None:
        raise NotFound("nothing is kept of this customer")
    if case is not None and case.status == "open" and case.level >= HIGH:
        raise NotAllowed("The case is open at level 3 or 4: close it first (PIPL art. 13).")
    if case is not None and any(is_on(hold) for hold in case.holds):
        raise NotAllowed("An order is held: release it first.")
    if case is not None and await _under_way(store, shop_id, case):
        raise NotAllowed("The platform has not confirmed a release yet: try again later.")
    gone = 0
    for chat in chats:
        gone += await erase_chat(store, shop_id, chat.chat_id)
    if case is not None:
        gone += await erase_case(store, shop_id, case)
    keys = store.keys(shop_id)
    async with store.guarded():
        for order_id in await store.redis.hkeys(keys.customer_orders(customer_id)):
            gone += await store.redis.delete(keys.address(order_id))
        gone += await store.redis.delete(keys.customer_orders(customer_id))
        await store.redis.hdel(keys.case_of_customer(), customer_id)
    return {"chats": len(chats), "cases": 1 if case else 0, "keys": gone}


async def erase_chat(store: Store, shop_id: str, chat_id: str) -> int:
    """Remove one chat with all that hangs on it; returns the number of keys that went."""
    keys, ref = store.keys(shop_id), f"{shop_id}:{chat_id}"
    await _unqueue(store, shop_id, "turns", [chat_id])
    await _unqueue(store, shop_id, OUTBOX, [f"chat:{chat_id}"])
    await _drop_pointers(store, shop_id, chat_id=chat_id)
    gone = 0
    async with store.guarded():
        messages = [key async for key in store.redis.scan_iter(f"{keys.message(chat_id, '')}*", count=PAGE)]
        own = (keys.chat(chat_id), keys.lines(chat_id), keys.suggestions(chat_id), keys.chat_orders(chat_id))
        # One by one: on a cluster the tracker's keys live elsewhere.
        for key in (*messages, *own, rasa_events(ref), rasa_state(ref), rasa_lock(ref), rasa_lock_token(ref)):
            gone += await store.redis.delete(key)
        await store.redis.zrem(keys.chats_by_level(), chat_id)
    return gone


async def erase_case(store: Store, shop_id: str, case: Case) -> int:
    """Remove one case with its trail."""
    keys = store.keys(shop_id)
    own = [f"{lane}:{case.case_id}" for lane in ("case", "mail", "person")]
    for lane in (*own, *(f"order:{hold.order_id}" for hold in case.holds)):
        await _unqueue(store, shop_id, work_of(lane), [lane])
    await _drop_pointers(store, shop_id, case_id=case.case_id)
    gone = 0
    async with store.guarded():
        for key in (keys.case(case.case_id), keys.case_events(case.case_id)):
            gone += await store.redis.delete(key)
        await store.redis.zrem(keys.open_cases(), case.case_id)
        await store.redis.zrem(keys.waiting_cases(), case.case_id)
        if case.holds:
            await store.redis.hdel(keys.hold_case(), *(hold.order_id for hold in case.holds))
            await store.redis.srem(keys.unconfirmed_holds(), *(hold.order_id for hold in case.holds))
        if await store.redis.hget(keys.case_of_customer(), case.customer_id) == case.case_id:
            await store.redis.hdel(keys.case_of_customer(), case.customer_id)
    return gone


async def _unqueue(store: Store, shop_id: str, work: str, lanes: Iterable[str]) -> None:
    keys = store.keys(shop_id)
    async with store.guarded():
        for lane in lanes:
            for item in await store.redis.lrange(keys.lane(work, lane), 0, -1):
                await store.redis.hdel(keys.items(work), item)
                await store.redis.hdel(keys.tries(work), item)
            await store.redis.delete(keys.lane(work, lane))
            await store.redis.zrem(keys.lanes(work), lane)
            await store.redis.hdel(keys.leases(work), lane)


async def _drop_pointers(store: Store, shop_id: str, **about: str) -> None:
    """Alerts, timers and feed entries that point to a chat or a case."""
    keys = store.keys(shop_id)
    ((name, value),) = about.items()
    async with store.guarded():
        for alert_id, row in (await store.redis.hgetall(keys.alerts())).items():
            if json.loads(row).get(name) == value:
                await store.redis.hdel(keys.alerts(), alert_id)
                await store.redis.zrem(keys.alert_order(), alert_id)
                await store.redis.zrem(keys.alert_kinds(), *by_kinds(alert_id))
        async for timer_id, row in store.redis.hscan_iter(keys.timer_data(), count=PAGE):
            if json.loads(row)["data"].get(name) == value:
                await store.redis.zrem(keys.timers(), timer_id)
                await store.redis.hdel(keys.timer_data(), timer_id)
        for stream in (keys.feed(), feedback_key(store, shop_id)):
            rows: list[tuple[str, dict[str, Any]]] = await store.redis.xrange(stream)
            old = [entry_id for entry_id, row in rows if row.get(name) == value]
            if old:
                await store.redis.xdel(stream, *old)
