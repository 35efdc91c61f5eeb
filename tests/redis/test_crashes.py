"""kill -9 of Redis and of the worker, as real processes: what was acknowledged is there, and happens once."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path

import pytest
from aiohttp import web

from bot.cases.types import Reply
from bot.store import Options, Store, StoreUnavailable

SHOP = "demo"
PESTICIDE = {"order_id": "A1", "title": "农用药剂", "category": "农药", "status": "paid"}


@pytest.fixture
async def crash_world(own_server, make_world, clock):
    """A world on a server that may be killed."""
    store = await Store.connect(own_server.url, clock=clock)
    yield make_world(store, clock, own_server.url)
    await store.close()


async def test_everything_acknowledged_survives_kill_of_redis(crash_world, own_server):
    """A 202 that was answered is a promise: message, case, hold, timers and turn are there afterwards."""
    world = crash_world
    await world.store.set_owner(SHOP, "c1", "bot", "agent1")
    acknowledged, enough = 0, asyncio.Event()

    async def write() -> None:
        nonlocal acknowledged
        try:
            while True:
                await world.say(3, f"m{acknowledged + 1}", orders=[PESTICIDE])
                acknowledged += 1
                if acknowledged == 40:
                    enough.set()
        except StoreUnavailable:
            return

    writer = asyncio.create_task(write())
    await enough.wait()
    own_server.kill()
    await writer
    own_server.start()
    lines = await world.store.transcript(SHOP, "c1", limit=1000)
    assert len(lines) >= acknowledged
    assert [line.text for line in lines[:acknowledged]] == [f"m{n}" for n in range(1, acknowledged + 1)]
    chat = await world.chat()
    assert chat.last_seq == len(lines), "no message without its place in the chat's record"
    case = await world.store.case_of_chat(SHOP, "c1")
    assert case.hold("A1").state == "requested"
    kinds = {timer.kind for timer in await world.store.timers(SHOP)}
    assert kinds == {"answer", "ladder", "silence", "unconfirmed", "hold_expiry", "follow_up"}
    seen = []
    async for turn in world.store.turns("brain"):
        seen.append(turn.text)
        await world.store.finish_turn(turn, [Reply("r")])
        if len(seen) == len(lines):
            break
    assert seen == [line.text for line in lines]


async def test_unreachable_redis_is_an_error_within_a_second_and_heals_by_itself(crash_world, own_server):
    """The door must answer 503 at once, and must not need a restart afterwards."""
    world = crash_world
    await world.say(1)
    own_server.kill()
    loop = asyncio.get_running_loop()
    began = loop.time()
    with pytest.raises(StoreUnavailable) as caught:
        await world.say(3, "我不想活了")
    assert loop.time() - began < 1.0
    assert caught.value.retryable
    assert "不想活" not in str(caught.value)
    own_server.start()
    assert (await world.say(3)).seq == 2


async def test_hanging_redis_is_an_error_within_a_second(crash_world, own_server):
    """A Redis that neither answers nor refuses froze stock Rasa completely."""
    import signal

    world = crash_world
    await world.say(1)
    assert own_server.process is not None
    own_server.process.send_signal(signal.SIGSTOP)
    loop = asyncio.get_running_loop()
    began = loop.time()
    try:
        with pytest.raises(StoreUnavailable):
            await world.say(3)
        assert loop.time() - began < 1.5
    finally:
        own_server.process.send_signal(signal.SIGCONT)


async def test_brain_goes_on_by_itself_after_redis_was_away(crash_world, own_server):
    """Otherwise every chat stays mute until somebody restarts the bot."""
    world = crash_world
    await world.store.set_owner(SHOP, "c1", "bot", "agent1")
    stream = world.store.turns("brain")
    waiting = asyncio.create_task(anext(stream))
    await asyncio.sleep(0)
    own_server.kill()
    await asyncio.sleep(0)
    own_server.start()
    await world.say(2, "还在吗")
    async with asyncio.timeout(10):
        assert (await waiting).text == "还在吗"
    await stream.aclose()


class Shop:
    """A platform that counts what it was told; may be told to hang."""

    def __init__(self) -> None:
        self.effects: dict[str, tuple[str, dict]] = {}
        self.calls = 0
        self.hang = False
        self.arrived = asyncio.Event()
        self.over = asyncio.Event()

    async def handle(self, request: web.Request) -> web.Response:
        self.calls += 1
        self.effects.setdefault(request.headers["Idempotency-Key"], (request.path, await request.json()))
        self.arrived.set()
        if self.hang:
            await self.over.wait()
        return web.json_response({"state": "held"})

    async def wait_effects(self, count: int) -> None:
        async with asyncio.timeout(30):
            while len(self.effects) < count:
                self.arrived.clear()
                await self.arrived.wait()


@pytest.fixture
async def shop():
    found = Shop()
    app = web.Application()
    app.router.add_post("/{tail:.*}", found.handle)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    found.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield found
    found.over.set()
    await runner.cleanup()


async def _worker(tmp_path: Path, redis_url: str, shop_url: str) -> asyncio.subprocess.Process:
    shops = tmp_path / "shops.json"
    secret = "secret-0123456789abcdef"
    row = {"id": SHOP, "name": "", "category": "", "secret": secret, "outgoing_secret": secret, "base_url": shop_url}
    shops.write_text(json.dumps([row]))
    env = {**os.environ, "ZAOAN_VAR": str(tmp_path), "ZAOAN_REDIS_URL": redis_url, "ZAOAN_ANSWER_SECONDS": "0.3"}
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot.worker", env=env, stderr=(tmp_path / "worker.log").open("ab")
    )


async def test_killed_worker_loses_no_hold_no_answer_and_does_nothing_twice(world, shop, tmp_path):
    """The worker dies between the shop's yes and its own note of it; another takes over."""
    store = await Store.connect(world.url, Options(answer_seconds=0.3))
    await store.redis.flushall()
    world.store = store
    world.clock.now = 0
    await store.set_owner(SHOP, "c1", "bot", "agent1")
    shop.hang = True
    first = await _worker(tmp_path, world.url, shop.url)
    try:
        await world.say(3, "我在天台上", orders=[PESTICIDE])
        await shop.wait_effects(2)  # the hold and the fixed safe text have reached the platform; no answer yet
        first.kill()
        await first.wait()
        shop.hang = False
        second = await _worker(tmp_path, world.url, shop.url)
        try:
            async with asyncio.timeout(40), store.waking(SHOP) as wait:
                while True:
                    case = await store.case_of_chat(SHOP, "c1")
                    lines = await world.bot_lines()
                    if case.hold("A1").state == "held" and lines and lines[0].status == "sent":
                        break
                    await wait(1, None)
        finally:
            second.terminate()
            assert await second.wait() == 0, "a gentle stop"
        assert len(lines) == 1
        assert lines[0].action == "safe_text"
        assert sorted(path for path, _ in shop.effects.values()) == ["/messages", "/orders/A1/hold"]
        assert (await store.heartbeats())["worker"] < 60
        assert "天台" not in (tmp_path / "worker.log").read_text()
    finally:
        if first.returncode is None:
            first.kill()
        await store.close()


async def test_worker_without_redis_or_shops_says_what_is_missing(tmp_path):
    """A newcomer needs the name of the setting, not a traceback."""
    env = {**os.environ, "ZAOAN_VAR": str(tmp_path)}
    env.pop("ZAOAN_REDIS_URL", None)

    async def said() -> str:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot.worker", env=env, stderr=asyncio.subprocess.PIPE
        )
        _, err = await process.communicate()
        assert process.returncode == 1
        return err.decode()

    assert "shops.json: is missing" in await said()
    (tmp_path / "shops.json").write_text("[]")
    text = await said()
    assert "ZAOAN_REDIS_URL" in text
    assert "Traceback" not in text
