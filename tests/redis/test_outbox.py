"""What must happen in the world: sent in order, retried, once in effect; people told when it does not get through."""

from __future__ import annotations

import asyncio
import json

import aiohttp
import pytest
from aiohttp import web

from actions.connectors import Caller, CallFailed, Merchant, Pager
from actions.connectors.calls import signature
from bot.cases.types import Reply
from bot.settings import Shop
from bot.store import Options
from bot.work.sender import LONGEST, Sender, backoff

SHOP = "demo"
SECRET = "outgoing-secret-0123456789"
PESTICIDE = {"order_id": "A1", "title": "农用药剂", "category": "农药", "status": "paid"}


class Platform:
    """A merchant's platform that checks signatures, remembers keys, and fails on demand."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict, str]] = []
        self.effects: dict[str, str] = {}
        self.answers: list[int | None] = []  # statuses to answer with first; None hangs up after the effect
        self.hold_state = "held"
        self.arrived = asyncio.Event()

    async def handle(self, request: web.Request) -> web.StreamResponse:
        raw = await request.read()
        assert request.headers["X-Zaoan-Signature"] == signature(SECRET, request.headers["X-Zaoan-Timestamp"], raw)
        key = request.headers["Idempotency-Key"]
        self.calls.append((request.path, json.loads(raw), key))
        self.arrived.set()
        status = self.answers.pop(0) if self.answers else 200
        if status is None:
            self.effects[key] = request.path
            assert request.transport is not None
            request.transport.close()
            return web.Response()
        if status != 200:
            return web.json_response({"error": "no"}, status=status)
        self.effects[key] = request.path
        return web.json_response({"state": self.hold_state} if request.path.endswith("/hold") else {})


@pytest.fixture
async def platform():
    """A platform that listens on a random port."""
    found = Platform()
    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", found.handle)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    found.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield found
    await runner.cleanup()


@pytest.fixture
async def sender(world, platform):
    """A worker's sender, driven by hand."""
    async with aiohttp.ClientSession() as session:
        caller = Caller(session, timeout=2.0)
        shops = {SHOP: Shop(SHOP, "演示", "农资", "s" * 20, SECRET, platform.url)}
        yield Sender(world.store, caller, shops, Pager(caller, platform.url + "/page", SECRET))


async def _bot_says(world, *texts):
    await world.store.set_owner(SHOP, "c1", "bot", "agent1")
    await world.say(2)
    await world.store.finish_turn(await world.turn(), [Reply(text) for text in texts])


async def _drain(sender, lane):
    while await sender.send_next(SHOP, lane):
        pass


async def test_replies_arrive_in_order_and_are_marked_sent(world, platform, sender):
    """The second half of a sentence before the first frightens more than it helps."""
    await _bot_says(world, "一", "二", "三")
    await _drain(sender, "chat:c1")
    assert [body["text"] for _, body, _ in platform.calls] == ["一", "二", "三"]
    assert all(body["sender"] == "bot" and body["disclosure"] is True for _, body, _ in platform.calls)
    assert [line.status for line in await world.bot_lines()] == ["sent"] * 3


async def test_failing_platform_keeps_order_and_gets_each_message_in_the_end(world, platform, sender):
    """A hiccup at the shop must neither swallow nor shuffle what the customer is told."""
    await _bot_says(world, "一", "二")
    platform.answers = [500, 503]
    for _ in range(3):
        await _drain(sender, "chat:c1")
        world.clock.advance(5)
    assert [body["text"] for _, body, _ in platform.calls] == ["一", "一", "一", "二"]
    assert len({key for _, _, key in platform.calls[:3]}) == 1, "the key is the same across retries"
    assert len(platform.effects) == 2


async def test_lost_answer_is_repeated_under_the_same_key(world, platform, sender):
    """The platform did it but its answer was lost: the repetition must be recognisable as one."""
    await _bot_says(world, "一")
    platform.answers = [None]
    await _drain(sender, "chat:c1")
    world.clock.advance(5)
    await _drain(sender, "chat:c1")
    assert len(platform.calls) == 2
    assert len(platform.effects) == 1


async def test_refused_message_does_not_block_the_next(world, platform, sender):
    """One message with a word the platform forbids must not silence the bot for ever; people are told."""
    await _bot_says(world, "一", "二")
    platform.answers = [422]
    await _drain(sender, "chat:c1")
    assert [line.status for line in await world.bot_lines()] == ["dropped", "sent"]
    assert "undelivered" in {alert.kind for alert in await world.store.alerts(SHOP)}


async def test_hold_is_confirmed_with_what_the_platform_did(world, platform, sender):
    """The desk must see whether the parcel was stopped, is being intercepted, or is gone."""
    for order, said, state in (
        ("A1", "held", "held"),
        ("A2", "intercepting", "intercepting"),
        ("A3", "too_late", "too_late"),
    ):
        platform.hold_state = said
        await world.say(3, orders=[{**PESTICIDE, "order_id": order, "status": "shipped"}])
        await _drain(sender, f"order:{order}")
        case = await world.store.case_of_chat(SHOP, "c1")
        assert case.hold(order).state == state
    path, body, _ = platform.calls[0]
    assert path == "/orders/A1/hold"
    assert set(body) == {"reason", "case_id", "expires_at"}
    assert body["expires_at"].endswith("+00:00")
    assert "hold_too_late" in {alert.kind for alert in await world.store.alerts(SHOP)}


async def test_unconfirmed_hold_is_told_to_people_and_tried_on(world, platform, sender):
    """A dead shop system must not leave everyone believing that the parcel was stopped."""
    await world.say(3, orders=[PESTICIDE])
    platform.answers = [500] * 20
    for _ in range(8):
        await _drain(sender, "order:A1")
        world.clock.advance(10)
        await world.fire_due()
    case = await world.store.case_of_chat(SHOP, "c1")
    assert case.hold("A1").state == "failed"
    kinds = [alert.kind for alert in await world.store.alerts(SHOP)]
    assert "hold_unconfirmed" in kinds
    platform.answers = []
    world.clock.advance(120)
    await _drain(sender, "order:A1")
    assert (await world.store.case_of_chat(SHOP, "c1")).hold("A1").state == "held"
    assert "hold_unconfirmed" not in [alert.kind for alert in await world.store.alerts(SHOP)]


async def test_hold_that_a_person_released_before_it_was_sent_is_not_sent(world, platform, sender):
    """Held after the release, the order would stay stopped with nobody knowing."""
    await world.say(3, orders=[PESTICIDE])
    await world.store.release_hold(SHOP, "A1", "王敏", "误会")
    await _drain(sender, "order:A1")
    assert [path for path, _, _ in platform.calls] == ["/orders/A1/release"]


async def test_page_calls_people_without_a_word_of_the_customer(world, platform, sender, make_store):
    """The duty phone must ring, and must not read a crisis aloud in a group chat."""
    store = await make_store(Options(page=True))
    world.store = store
    await world.say(4, "我在天台")
    case = await store.case_of_chat(SHOP, "c1")
    sender._store = store
    await _drain(sender, f"case:{case.case_id}")
    ((path, body, _),) = platform.calls
    assert path == "/page"
    assert (body["level"], body["urgency"], body["audience"]) == (4, "now", "group")
    assert "天台" not in str(body)
    assert (await store.case_of_chat(SHOP, "c1")).escalation == "offered"
    await store.close()


async def test_two_workers_send_each_command_once(world, platform, make_store):
    """Two workers for safety must not say everything twice."""
    for number in range(15):
        chat = f"c{number}"
        await world.store.set_owner(SHOP, chat, "bot", "agent1")
        await world.say(0, chat=chat, sender=f"b{number}")
    stream, done = world.store.turns("brain", limit=15), 0
    async for turn in stream:
        await world.store.finish_turn(turn, [Reply("一"), Reply("二")])
        done += 1
        if done == 15:
            break
    shops = {SHOP: Shop(SHOP, "演示", "农资", "s" * 20, SECRET, platform.url)}
    stop = asyncio.Event()
    other = await make_store()
    async with aiohttp.ClientSession() as session:
        workers = [Sender(store, Caller(session), shops).run(stop) for store in (world.store, other)]
        tasks = [asyncio.create_task(worker) for worker in workers]
        async with asyncio.timeout(20):
            while len(platform.effects) < 30:
                platform.arrived.clear()
                await platform.arrived.wait()
        stop.set()
        await asyncio.gather(*tasks)
    await other.close()
    assert len(platform.calls) == len(platform.effects) == 30
    for number in range(15):
        assert [body["text"] for _, body, _ in platform.calls if body["chat_id"] == f"c{number}"] == ["一", "二"]


async def test_command_of_a_dead_worker_is_sent_by_another(world, platform, sender, make_store):
    """kill -9 of the worker between taking and sending must not lose the hold."""
    await world.say(3, orders=[PESTICIDE])
    lost = await world.store.take_command(SHOP, "order:A1", 15)
    await _drain(sender, "order:A1")
    assert platform.calls == [], "its lease still runs"
    world.clock.advance(16)
    await _drain(sender, "order:A1")
    assert len(platform.effects) == 1
    await world.store.acknowledge(lost, {"state": "too_late"})
    assert (await world.store.case_of_chat(SHOP, "c1")).hold("A1").state == "held", "the dead one's word is fenced off"


async def test_orders_of_a_customer_are_read_with_a_signed_call(platform):
    """Without the order list there is nothing to hold."""
    seen = {}

    async def orders(request: web.Request) -> web.Response:
        seen.update(request.headers)
        return web.json_response({"orders": [PESTICIDE, {"broken": 1}]})

    app = web.Application()
    app.router.add_get("/customers/{who}/orders", orders)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    async with aiohttp.ClientSession() as session:
        rows = await Merchant(Caller(session), Shop(SHOP, "", "", "", SECRET, url)).orders("buyer@1")
    await runner.cleanup()
    assert rows == [PESTICIDE]
    assert seen["X-Zaoan-Signature"] == signature(SECRET, seen["X-Zaoan-Timestamp"], b"")


async def test_unreachable_platform_is_retryable_and_its_address_stays_out_of_the_error():
    """Giving up on a refused connection would lose the hold; an address in a log may hold a secret."""
    async with aiohttp.ClientSession() as session:
        merchant = Merchant(Caller(session), Shop(SHOP, "", "", "", SECRET, "http://127.0.0.1:9/secret-path"))
        with pytest.raises(CallFailed) as caught:
            await merchant.message("c1", "x", "k")
    assert caught.value.retryable
    assert "secret-path" not in str(caught.value)


def test_backoff_grows_spreads_and_has_an_end():
    """All shops' retries at the same second would bring the platform down again."""
    waits = [[backoff(tries) for _ in range(50)] for tries in (1, 4, 30)]
    assert min(waits[0]) >= 0.25
    assert max(waits[0]) <= 0.75
    assert max(waits[2]) <= 45
    assert len(set(waits[1])) > 40


def test_a_call_for_a_person_is_tried_again_within_seconds():
    """After a bad spell of the paging service nobody would be called for another half minute."""
    for kind in ("page", "mail", "hold"):
        assert max(backoff(30, LONGEST[kind]) for _ in range(50)) <= 6.0


async def test_commands_of_an_earlier_version_are_sent(world, platform, sender):
    """An update in the night would leave a hold that was asked for just before lying for ever."""
    await world.say(3, orders=[{"order_id": "A1", "status": "paid"}])
    redis, keys = world.store.redis, world.store.keys(SHOP)
    for place in ("lanes", "items"):  # as it stood when all commands were one queue
        await redis.rename(getattr(keys, place)("holds"), getattr(keys, place)("outbox"))
    await redis.rename(keys.lane("holds", "order:A1"), keys.lane("outbox", "order:A1"))
    await _drain(sender, "order:A1")
    assert platform.effects == {}
    assert await world.store.move_commands() == 1
    assert await world.store.move_commands() == 0
    await _drain(sender, "order:A1")
    assert list(platform.effects.values()) == ["/orders/A1/hold"]
    assert (await world.store.case_of_chat(SHOP, "c1")).hold("A1").state == "held"
