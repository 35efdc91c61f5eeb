"""An order and a message of danger at the same moment: whichever is written down first, the order is held."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from bot.store import Store
from bot.store.change import Change

SHOP = "demo"
ORDER = {"order_id": "A1", "status": "paid", "customer_id": "buyer1"}
Act = Callable[[], Awaitable[Any]]


def before_commit(monkeypatch: pytest.MonkeyPatch, store: Store, act: Act) -> None:
    """Let `act` happen after `store` has read and decided, just before it writes; once."""
    original, left = store.commit, [act]

    async def commit(change: Change) -> None:
        if left:
            await left.pop()()
        await original(change)

    monkeypatch.setattr(store, "commit", commit)


async def _held(world: Any) -> bool:
    case = await world.store.case_of_customer(SHOP, "buyer1")
    hold = case.hold("A1") if case else None
    return hold is not None and "order:A1" in await world.lanes("outbox")


@pytest.mark.parametrize("chat", ["c1", None], ids=["order in the chat", "order outside any chat"])
async def test_order_told_while_danger_is_written_down_is_held(world, make_store, monkeypatch, chat):
    """Nobody would stop the goods: the message knew no order yet, and the order found no case yet."""
    other = await make_store()
    before_commit(monkeypatch, world.store, lambda: other.put_order(SHOP, chat, "buyer1", ORDER))
    await world.say(3)
    assert await _held(world)


@pytest.mark.parametrize("chat", ["c1", None], ids=["order in the chat", "order outside any chat"])
async def test_danger_written_down_while_an_order_is_told_holds_it(world, make_store, monkeypatch, chat):
    """The same the other way round: the order had been decided on when the message came."""
    other = await make_store()
    before_commit(monkeypatch, other, lambda: world.say(3))
    await other.put_order(SHOP, chat, "buyer1", ORDER)
    assert await _held(world)


async def test_order_told_before_the_customer_is_known_is_held(world, make_store, monkeypatch):
    """An order that names no customer lies with the chat: the first message of the chat must find it there."""
    other = await make_store()
    order = {"order_id": "A1", "status": "paid"}
    before_commit(monkeypatch, world.store, lambda: other.put_order(SHOP, "c1", None, order))
    await world.say(3)
    assert await _held(world)


async def test_order_that_gets_restricted_goods_while_a_wish_is_told_is_held(world, make_store, monkeypatch):
    """At level 2 the goods decide: an order changed at that moment must be judged as it is now."""
    other = await make_store()
    await world.store.put_order(SHOP, None, "buyer1", ORDER)
    pesticide = {**ORDER, "category": "农药"}
    before_commit(monkeypatch, world.store, lambda: other.put_order(SHOP, None, "buyer1", pesticide))
    await world.say(2, signals=("ideation_active",))
    assert await _held(world)


async def test_the_same_order_twice_at_once_beside_a_message_and_a_handover(world, make_store):
    """A platform that sends everything twice at the same instant: each order held, each hold asked for once."""
    stores = [await make_store() for _ in range(4)]
    for number in range(60):
        buyer, chat, order_id = f"b{number}", f"c{number}", f"A{number}"
        order = {"order_id": order_id, "status": "paid", "customer_id": buyer}
        inbound = world.inbound("我准备好了", chat, sender=buyer, delivery_id=f"m{number}", message_id=f"m{number}")
        await asyncio.gather(
            stores[0].put_order(SHOP, chat, buyer, order, f"o{number}"),
            stores[1].put_order(SHOP, chat, buyer, order, f"o{number}"),
            world.say(3, inbound=inbound),
            world.say(3, inbound=inbound),
            stores[2].set_owner(SHOP, chat, "bot", "shop", f"h{number}"),
            stores[3].set_owner(SHOP, chat, "bot", "shop", f"h{number}"),
        )
        case = await world.store.case_of_customer(SHOP, buyer)
        events = [event["type"] for event in await world.store.case_events(SHOP, case.case_id)]
        assert events.count("HoldRequested") == 1, f"order {number}"
        assert (await world.chat(chat)).epoch == 1
    held = [lane for lane in [lane for _, lane in await world.store.due_commands([SHOP], 500)] if "order:" in lane]
    assert len(held) == 60
