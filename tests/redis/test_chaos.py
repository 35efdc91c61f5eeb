"""Thirty talks while Redis and the worker are killed again and again: nothing is lost, nothing is said twice."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import random
import sys

import pytest
from aiohttp import web

from bot.cases.types import Inbound, Reply
from bot.store import Options, Store, StoreUnavailable

SHOP = "demo"
CHATS, MESSAGES, KILLS = 30, 6, 5
SECRET = "secret-0123456789abcdef"


class Platform:
    """Takes commands once per key, in the order they come; fails now and then."""

    def __init__(self) -> None:
        self.random = random.Random(7)
        self.effects: dict[str, tuple[str, dict]] = {}
        self.said: dict[str, list[str]] = {}

    async def handle(self, request: web.Request) -> web.Response:
        key, body = request.headers["Idempotency-Key"], await request.json()
        luck = self.random.random()
        if luck < 0.1:
            return web.Response(status=503)
        if key not in self.effects:
            self.effects[key] = (request.path, body)
            if request.path == "/messages":
                self.said.setdefault(body["chat_id"], []).append(body["text"])
        if luck < 0.2:
            return web.Response(status=500)  # done, but said otherwise
        return web.json_response({"state": "held"})


@pytest.fixture
async def platform():
    found = Platform()
    app = web.Application()
    app.router.add_post("/{tail:.*}", found.handle)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    found.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield found
    await runner.cleanup()


class Worker:
    """The real worker process."""

    def __init__(self, folder, redis_url, shop_url) -> None:
        row = {"id": SHOP, "secret": SECRET, "outgoing_secret": SECRET, "base_url": shop_url}
        (folder / "shops.json").write_text(json.dumps([row]))
        self.env = {
            **os.environ, "ZAOAN_VAR": str(folder), "ZAOAN_REDIS_URL": redis_url, "ZAOAN_ANSWER_SECONDS": "4",
        }  # fmt: skip
        self.log = folder / "worker.log"
        self.process = None

    async def start(self) -> None:
        self.process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot.worker", env=self.env, stderr=self.log.open("ab")
        )

    async def kill(self) -> None:
        if self.process is not None and self.process.returncode is None:
            self.process.kill()
            await self.process.wait()


async def _say(store, chat, number, accepted):
    """A platform that retries with the same delivery id until it hears yes."""
    level = 3 if number >= 2 else 0
    inbound = Inbound(SHOP, chat, f"{chat}-{number}", f"m{number}", "customer", chat, f"{chat} {number}", 0.0)
    orders = [{"order_id": f"A-{chat}", "status": "paid"}]

    class Read:
        third_party = False

        def __init__(self, known: int) -> None:
            self.level = max(level, known)

        def to_dict(self):
            return {"level": self.level, "signals": []}

    def read(found, _):
        known = found.level if found else 0
        return Read(known), {"level": max(level, known), "seen": {}}

    while True:
        try:
            await store.accept_turn(inbound, read, orders)
            accepted.append((chat, inbound.text))
            return
        except StoreUnavailable:
            await asyncio.sleep(0.05)


async def _insist(call, *args):
    """Try until Redis is back."""
    while True:
        try:
            return await call(*args)
        except StoreUnavailable:
            await asyncio.sleep(0.05)


async def _brain(store, stop):
    async for turn in store.turns("brain", stop):
        with contextlib.suppress(StoreUnavailable):
            if turn.owner == "bot":
                await store.finish_turn(turn, [Reply(f"re {turn.text} a"), Reply(f"re {turn.text} b")])
            else:
                await store.finish_turn(turn)


async def _settled(store):
    chats = await store.chats(SHOP)
    lanes = await store.redis.exists(*[store.keys(SHOP).lane("outbox", f"chat:c{n}") for n in range(CHATS)])
    cases = await store.cases(SHOP)
    held = sum(hold.state == "held" for case in cases for hold in case.holds)
    answered = all(chat.answered_seq == chat.last_customer_seq for chat in chats)
    return len(chats) == CHATS and answered and lanes == 0 and held == CHATS


async def test_nothing_is_lost_and_nothing_said_twice(own_server, platform, tmp_path):
    """The worst night: the store and the worker die over and over while thirty people write."""
    dice, accepted, stop = random.Random(11), [], asyncio.Event()
    store = await Store.connect(own_server.url, Options(answer_seconds=4, lease_seconds=1.0))
    worker = Worker(tmp_path, own_server.url, platform.url)
    await worker.start()
    brain = asyncio.create_task(_brain(store, stop))

    async def customer(chat):
        await _insist(store.set_owner, SHOP, chat, "bot", "agent1", f"h-{chat}")
        for number in range(MESSAGES):
            await _say(store, chat, number, accepted)
            await asyncio.sleep(dice.uniform(0.1, 0.9))

    async def chaos():
        for round_ in range(KILLS):
            await asyncio.sleep(dice.uniform(0.4, 1.0))
            if round_ % 2:
                await worker.kill()
                await worker.start()
            else:
                own_server.kill()
                await asyncio.to_thread(own_server.start)

    try:
        async with asyncio.timeout(110):
            await asyncio.gather(chaos(), *(customer(f"c{n}") for n in range(CHATS)))
            async with store.waking(SHOP) as wait:
                while not await _insist(_settled, store):
                    await wait(0.5, None)
    finally:
        stop.set()
        await worker.kill()
        await brain
    assert len(accepted) == CHATS * MESSAGES
    for number in range(CHATS):
        chat = f"c{number}"
        lines = await store.transcript(SHOP, chat)
        assert [line.text for line in lines if line.role == "customer"] == [f"{chat} {n}" for n in range(MESSAGES)]
        bot = [line for line in lines if line.role == "bot"]
        assert [line.text for line in bot] == platform.said[chat], "said in the order written down, each once"
        answers = [line.text for line in bot if line.action != "safe_text"]
        assert len(answers) == len(set(answers))
        holds = [path for path, body in platform.effects.values() if path == f"/orders/A-{chat}/hold"]
        assert len(holds) == 1
    assert {alert.kind for alert in await store.alerts(SHOP, 1000)} >= {"danger"}
    assert len(await store.cases(SHOP)) == CHATS
    assert "c1 2" not in worker.log.read_text()
    await store.close()
