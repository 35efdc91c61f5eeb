"""A real redis-server for every test here: random port, flushed before each test, a clock that stands still."""

from __future__ import annotations

import asyncio
import itertools
import secrets
import socket
import subprocess
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import redis

from bot.cases.types import Accepted, Chat, Inbound, Turn
from bot.store import Options, Store, connect
from bot.store.embedded import find_server

SHOP = "demo"
START = 1_780_000_000.0  # 2026-05-29 04:26:40 in Shanghai


class Clock:
    """Time that only a test moves."""

    def __init__(self, now: float = START) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += seconds


@dataclass(frozen=True)
class FakeVerdict:
    """What the danger reading would say."""

    level: int
    third_party: bool = False
    signals: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        rows = [{"name": name, "start": 0, "end": 1, "text": "x"} for name in self.signals]
        return {"level": self.level, "score": 0.5, "signals": rows, "third_party": self.third_party, "ms": 0.1}


class World:
    """A store with short words for what a customer and an agent do."""

    def __init__(self, store: Store, clock: Clock, url: str) -> None:
        self.store, self.clock, self.url = store, clock, url
        self._numbers = itertools.count(1)

    def inbound(self, text: str = "在吗", chat: str = "c1", role: str = "customer", **changes: Any) -> Inbound:
        number = next(self._numbers)
        sender = changes.pop("sender", "buyer1" if role == "customer" else "agent1")
        values: dict[str, Any] = {"delivery_id": f"d{number}", "message_id": f"m{number}", **changes}
        return Inbound(SHOP, chat, role=role, sender_id=sender, text=text, occurred_at=self.clock(), **values)  # type: ignore[arg-type]

    async def say(
        self, level: int = 0, text: str = "在吗", chat: str = "c1", orders: Any = (), **more: Any
    ) -> Accepted:
        signals = tuple(more.pop("signals", ("ideation_active",) if level >= 2 else ()))
        third = more.pop("third_party", False)
        inbound = more.pop("inbound", None) or self.inbound(text, chat, **more)
        return await self.store.accept_turn(inbound, reading(level, signals, third), orders)

    async def agent(self, text: str = "您好", chat: str = "c1") -> Accepted:
        return await self.store.accept_message(self.inbound(text, chat, "agent"), None, None)

    async def chat(self, chat: str = "c1") -> Chat:
        found = await self.store.chat(SHOP, chat)
        assert found is not None
        return found

    async def turn(self, store: Store | None = None) -> Turn:
        async for turn in (store or self.store).turns("test"):
            return turn
        raise AssertionError("no turn")

    async def lanes(self, work: str) -> list[str]:
        if work == "outbox":  # all that is to be sent
            return [lane for _, lane in await self.store.due_commands([SHOP])]
        return [lane for _, lane in await self.store.due_lanes(work, [SHOP])]

    async def fire_due(self) -> list[str]:
        fired = []
        for timer in await self.store.due_timers(SHOP):
            if await self.store.fire(timer):
                fired.append(timer.kind)
        return fired

    async def bot_lines(self, chat: str = "c1") -> list[Any]:
        return [line for line in await self.store.transcript(SHOP, chat) if line.role == "bot"]


def reading(level: int, signals: tuple[str, ...] = (), third_party: bool = False) -> Any:
    """A reading like the real one: what was seen adds up, the level never falls from 3."""

    def read(chat: Chat | None, orders: list[dict[str, Any]]) -> tuple[FakeVerdict, dict[str, Any]]:
        old = chat.talk if chat else {}
        turn = old.get("turn", 0) + 1
        seen = {**dict.fromkeys(signals, turn), **old.get("seen", {})}
        known = max(level, old.get("level", 0)) if old.get("level", 0) >= 3 else level
        ideation = any(name.startswith("ideation") for name in seen) or old.get("ideation", False)
        state = {"level": known, "seen": seen, "ideation": ideation, "third_party": third_party, "turn": turn}
        return FakeVerdict(known, third_party, signals), state

    return read


class Server:
    """A redis-server that a test may kill and start again on the same data."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.password = secrets.token_urlsafe(12)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"redis://:{self.password}@127.0.0.1:{self.port}/0"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> Server:
        binary = find_server()
        self.process = subprocess.Popen(
            [binary, "--port", str(self.port), "--bind", "127.0.0.1", "--requirepass", self.password,
             "--dir", str(self.folder), "--appendonly", "yes", "--appendfsync", "always", "--save", ""],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        client = redis.from_url(self.url)
        deadline = time.monotonic() + 20
        while True:
            try:
                client.ping()
                break
            except redis.RedisError:
                assert time.monotonic() < deadline, "redis-server did not start"
                time.sleep(0.01)
        client.close()
        return self

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None


@pytest.fixture(autouse=True)
def patience(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half a second for a call to Redis is a customer's patience. On a machine that is busy with other things a test
    would meet it by chance: the door answers 503 as it should, a turn waits for its lease under a clock that stands
    still. Tests with a Redis of their own are about one that is away, and keep it."""
    if "own_server" not in request.fixturenames:
        monkeypatch.setattr(connect, "TIMEOUT", 10.0)


@pytest.fixture(scope="session")
def event_loop_policy() -> asyncio.AbstractEventLoopPolicy:
    """Plain asyncio, whatever was imported before: importing Rasa puts uvloop in its place for the whole run."""
    return asyncio.DefaultEventLoopPolicy()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for all tests that leave it alive."""
    started = Server(tmp_path_factory.mktemp("redis")).start()
    yield started
    started.kill()


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[Server]:
    """A server of the test's own, to be killed."""
    started = Server(tmp_path).start()
    yield started
    started.kill()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def make_store(server: Server, clock: Clock) -> Callable[..., Any]:
    """Further stores on the same Redis, as another process would have them."""

    async def make(options: Options | None = None, url: str = server.url, real_time: bool = False) -> Store:
        return await Store.connect(url, options, time.time if real_time else clock)

    return make


@pytest.fixture
async def world(server: Server, clock: Clock) -> AsyncIterator[World]:
    """An empty store."""
    client = redis.from_url(server.url)
    client.flushall()
    client.close()
    store = await Store.connect(server.url, clock=clock)
    yield World(store, clock, server.url)
    await store.close()


@pytest.fixture
def fake_verdict() -> type[FakeVerdict]:
    return FakeVerdict


@pytest.fixture
def fake_reading() -> Any:
    return reading


@pytest.fixture
def make_world() -> type[World]:
    return World


@pytest.fixture
async def shop(world: World, tmp_path: Path) -> AsyncIterator[Any]:
    """A shop's engineer before an open door."""
    from tests.redis.door_kit import open_door  # the door is not needed by tests of the store alone

    async with open_door(tmp_path, world.url, world.store) as engineer:
        yield engineer


@pytest.fixture
async def people(shop: Any) -> AsyncIterator[dict[str, Any]]:
    """One logged-in person of each role at that door's console, and a stranger."""
    from tests.redis.desk_kit import at_the_desk

    async with at_the_desk(shop.url) as found:
        yield found
