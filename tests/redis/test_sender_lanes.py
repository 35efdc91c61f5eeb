"""Who waits for whom in the worker: nobody waits behind a platform that is slow to take messages."""

from __future__ import annotations

import asyncio
import json
import smtplib
import threading
from dataclasses import replace
from typing import Any

import aiohttp
import pytest
import redis
from aiohttp import web

from actions.connectors import Caller, CallFailed, Mailer, Pager
from bot.cases.types import Reply
from bot.settings import Shop
from bot.store import Options
from bot.store.commands import CALLS, HOLDS, OUTBOX
from bot.work import sender as sending
from bot.work.sender import Sender

SHOP = "demo"
SECRET = "outgoing-secret-0123456789"
FEW = {CALLS: 4, HOLDS: 4, OUTBOX: 4}
CHATS = 12


@pytest.fixture
async def city() -> Any:
    """A platform that takes no message until `open` is set; holds and pages are taken at once and told in `done`."""
    gate, done = asyncio.Event(), asyncio.Queue()

    async def handle(request: web.Request) -> web.Response:
        body = json.loads(await request.read())
        if request.path == "/slow/messages":
            await gate.wait()
        await done.put((request.path, body))
        return web.json_response({"state": "held"} if request.path.endswith("/hold") else {})

    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", handle)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}", gate, done
    gate.set()
    await runner.cleanup()


async def _replies(world: Any, store: Any, shop_id: str, chats: int) -> None:
    for number in range(chats):
        chat = f"c{number}"
        await store.set_owner(shop_id, chat, "bot", "shop")
        inbound = world.inbound("在吗", chat, sender=f"b{number}")
        await store.accept_message(replace(inbound, shop_id=shop_id), None, None)
    count = 0
    async for turn in store.turns("brain"):
        await store.finish_turn(turn, [Reply("我在")])
        count += 1
        if count == chats:
            break


async def test_slow_messages_hold_up_neither_calls_nor_holds_nor_other_shops(
    world: Any, make_store: Any, city: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While a platform needs five seconds for each message, a person would be called a minute late."""
    url, gate, done = city
    monkeypatch.setattr(sending, "AT_ONCE", FEW)
    store = await make_store(Options(page=True), real_time=True)
    await _replies(world, store, "slow", CHATS)
    stop = asyncio.Event()
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector) as session:
        caller = Caller(session, timeout=30)
        shops = {
            "slow": Shop("slow", "", "", "s" * 20, SECRET, url + "/slow"),
            "demo": Shop("demo", "", "", "s" * 20, SECRET, url + "/quick"),
        }
        worker = asyncio.create_task(Sender(store, caller, shops, Pager(caller, url + "/page", SECRET)).run(stop))
        try:
            await _replies(world, store, "demo", 1)
            world.store = store
            await world.say(3, chat="danger", orders=[{"order_id": "A1", "status": "paid"}])
            wanted = {"/quick/messages", "/quick/orders/A1/hold", "/page"}
            async with asyncio.timeout(10):
                while wanted:
                    wanted.discard((await done.get())[0])
            assert not gate.is_set(), "and not one of the slow ones is through"
        finally:
            stop.set()
            gate.set()
            await worker


async def test_a_mail_server_that_hangs_does_not_keep_names_from_being_looked_up(monkeypatch: pytest.MonkeyPatch):
    """The threads that look up the paging service's address would all wait for a dead mail server."""
    let_go, hanging = threading.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()

    def hang(*_: Any, **__: Any) -> None:
        loop.call_soon_threadsafe(hanging.set)
        let_go.wait(20)
        raise smtplib.SMTPServerDisconnected

    monkeypatch.setattr(smtplib, "SMTP", hang)
    mailer = Mailer("mail.invalid", 25, "zaoan@desk.example", ["desk@desk.example"], tls="none")
    mails = [asyncio.create_task(mailer.call({"case_id": "c", "shop_id": "demo"}, [], f"k{n}")) for n in range(80)]
    try:
        await hanging.wait()
        async with asyncio.timeout(3):
            await asyncio.to_thread(lambda: None)
    finally:
        let_go.set()
        found = await asyncio.gather(*mails, return_exceptions=True)
    assert all(isinstance(error, CallFailed) for error in found)


async def test_work_whose_taking_was_not_heard_is_not_lost_for_a_lease(world: Any, monkeypatch: pytest.MonkeyPatch):
    """An answer of the store that gets lost must not keep a call for a person waiting for eight seconds."""
    await world.say(3, orders=[{"order_id": "A1", "status": "paid"}])
    store, original, lost = world.store, world.store._take, []

    async def deaf(**asked: Any) -> Any:
        answer = await original(**asked)
        if not lost:
            lost.append(answer)
            raise redis.TimeoutError
        return answer

    monkeypatch.setattr(store, "_take", deaf)
    command = await store.take_command(SHOP, "order:A1", 8.0)
    assert lost[0] is not None, "it was taken, and nobody heard"
    assert (command.kind, command.tries) == ("hold", 1)
    assert await store.take_command(SHOP, "order:A1", 8.0) is None, "one holder only"
    await store.acknowledge(command, {"state": "held"})
    assert (await store.case_of_chat(SHOP, "c1")).hold("A1").state == "held"
