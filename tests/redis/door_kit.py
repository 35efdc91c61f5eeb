"""A door on a random port, and a shop's engineer who knows how to sign."""

from __future__ import annotations

import asyncio
import itertools
import json
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
from argon2 import PasswordHasher
from sanic import Sanic
from sanic.touchup.service import TouchUp

from bot.risk import Context, Signal, Verdict
from bot.settings import Settings
from bot.store import Store
from channels.merchant.intake import WARM_WITH
from channels.merchant.limits import Rate
from channels.sandbox.app import create_app as create_sandbox
from channels.sandbox.config import SandboxConfig
from channels.server import create_app
from channels.signing import signed_headers

SECRETS = {"demo": "demo-secret-0123456789", "other": "other-secret-0123456789"}
OUTGOING = "outgoing-secret-0123456789"
EVENTS = "/webhooks/merchant/events"


# Sanic 21.12 rewrites its own methods when an app starts, which works once in a process.
_trim = TouchUp.run
_trimmed: list[Sanic] = []


def _trim_once(_: Any, app: Sanic) -> None:
    if not _trimmed:
        _trimmed.append(app)
        _trim(app)


TouchUp.run = classmethod(_trim_once)  # type: ignore[method-assign,assignment]


#: A password for each role, hashed cheaply: these accounts live for one test.
PASSWORDS = {role: f"{role}-password" for role in ("agent", "interventionist", "trainer", "auditor", "admin")}
_cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
ACCOUNTS = json.dumps(
    [{"name": f"{role}1", "role": role, "password_hash": _cheap.hash(word)} for role, word in PASSWORDS.items()]
)


class Words:
    """A reading that a test can foresee: a digit at the end of the text is its level."""

    def __init__(self) -> None:
        self.read: list[tuple[str, Context | None]] = []

    def read_turn(
        self, text: str, context: Context | None, state: dict[str, Any] | None
    ) -> tuple[Verdict, dict[str, Any]]:
        """Never falls from 3, like the real one."""
        if context != Context(hour=12) or text not in WARM_WITH:
            self.read.append((text, context))
        said = int(text[-1]) if text[-1:].isdigit() and int(text[-1]) <= 4 else 0
        old = state or {}
        known = max(said, old.get("level", 0)) if old.get("level", 0) >= 3 else said
        signals = (Signal("ideation_active", 0, 1, text[:1]),) if said >= 2 else ()
        new = {
            "level": known, "seen": {"ideation_active": 1} if known >= 2 else {}, "ideation": known >= 2,
            "third_party": False, "turn": old.get("turn", 0) + 1,
        }  # fmt: skip
        return Verdict(known, known / 4, signals, False, 0.1), new


@asynccontextmanager
async def serving(app: Sanic, wanted: int = 0) -> AsyncIterator[str]:
    """The address of an app that listens on this machine; on a random port unless one is wanted."""
    with socket.socket() as place:
        place.bind(("127.0.0.1", wanted))
        port = place.getsockname()[1]
        server = await app.create_server(sock=place, return_asyncio_server=True, access_log=False)
        assert server is not None
        await server.startup()
        await server.before_start()
        await server.after_start()
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            await server.before_stop()
            await server.close()
            tasks = [connection._task for connection in list(server.connections) if connection._task]
            for connection in list(server.connections):
                connection.close()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await server.after_stop()


async def soon(ask: Callable[[], Awaitable[Any]], fine: Callable[[Any], bool], seconds: float = 10) -> Any:
    """Asks again and again until the answer is fine; `TimeoutError` if it never is."""
    for _ in range(int(seconds / 0.05)):
        if fine(answer := await ask()):
            return answer
        await asyncio.sleep(0.05)
    raise TimeoutError(f"not within {seconds} s")


class Engineer:
    """Speaks for a shop over real HTTP."""

    def __init__(self, url: str, http: aiohttp.ClientSession, talks: Words, settings: Settings) -> None:
        self.url, self.http, self.talks, self.settings = url, http, talks, settings
        self._numbers = itertools.count(1)

    def message(self, text: str = "在吗", chat: str = "c1", **changes: Any) -> dict[str, Any]:
        """A customer's message as the contract has it."""
        message = {"id": f"m{next(self._numbers)}", "role": "customer", "sender_id": "u1", "text": text}
        message |= changes.pop("message", {})
        at = "2026-01-15T20:20:00+08:00"
        event = {"type": "message.created", "shop_id": "demo", "chat_id": chat, "occurred_at": at}
        return {**event, "message": message, **changes}

    async def post(
        self,
        event: Any = None,
        *,
        raw: bytes | None = None,
        delivery: str | None = "",
        secret: str = SECRETS["demo"],
        at: float | None = None,
        headers: dict[str, str] | None = None,
    ) -> tuple[int, dict[str, Any], Any]:
        """Sends one event; status, answer, headers. `delivery=None` leaves the header out."""
        body = raw if raw is not None else json.dumps(event, ensure_ascii=False).encode()
        sent = {**signed_headers(secret, int(time.time() if at is None else at), body), **(headers or {})}
        if delivery is not None:
            sent["X-Zaoan-Delivery"] = delivery or f"d{next(self._numbers)}"
        async with self.http.post(self.url + EVENTS, data=body, headers=sent) as answer:
            return answer.status, json.loads(await answer.read() or b"{}"), answer.headers

    async def say(self, text: str = "在吗", chat: str = "c1", **more: Any) -> tuple[int, dict[str, Any]]:
        """A customer's message; status and answer."""
        status, answer, _ = await self.post(self.message(text, chat), **more)
        return status, answer

    async def read(self, path: str, secret: str = SECRETS["demo"], signed: str = "") -> tuple[int, dict[str, Any]]:
        """A signed GET; `signed` signs another path than the one asked for."""
        headers = signed_headers(secret, int(time.time()), (signed or path).encode())
        async with self.http.get(self.url + path, headers=headers) as answer:
            return answer.status, await answer.json()


def write_settings(folder: Path, redis_url: str, shop_url: str = "http://127.0.0.1:9/shop", **more: Any) -> Settings:
    """Settings with two shops, their files under a folder of the test's own."""
    common = {"category": "农药", "outgoing_secret": OUTGOING, "base_url": shop_url}
    rows = [{"id": name, "name": name, "secret": secret, **common} for name, secret in SECRETS.items()]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "accounts.json").write_text(ACCOUNTS, encoding="utf-8")
    (folder / "shops.json").write_text(json.dumps(rows), encoding="utf-8")
    more.setdefault("actions_port", 1)  # nobody's port: an action server of this machine is not part of these tests
    return Settings(var_dir=folder, redis_url=redis_url, shops_file=folder / "shops.json", **more)


@asynccontextmanager
async def open_door(
    folder: Path, redis_url: str, store: Store | None = None, rate: Rate | None = None, **more: Any
) -> AsyncIterator[Engineer]:
    """A running door and a shop's engineer before it."""
    talks, settings = Words(), write_settings(folder, redis_url, **more)
    async with serving(create_app(settings, store, talks, rate)) as url, aiohttp.ClientSession() as http:
        yield Engineer(url, http, talks, settings)


class Buyer:
    """Uses the shop's own interface."""

    def __init__(self, url: str, http: aiohttp.ClientSession) -> None:
        self.url, self.http = url, http

    async def do(self, path: str, **body: Any) -> tuple[int, dict[str, Any]]:
        async with self.http.post(self.url + "/api" + path, json=body) as answer:
            return answer.status, await answer.json()

    async def chat(self, chat: str = "c1") -> dict[str, Any]:
        async with self.http.get(f"{self.url}/api/chats/{chat}") as answer:
            found: dict[str, Any] = await answer.json()
            return found

    async def zaoan(
        self, path: str, body: dict[str, Any] | None = None, key: str = "k1", secret: str = OUTGOING, **headers: str
    ) -> tuple[int, dict[str, Any]]:
        """A connector call as Zaoan makes it."""
        raw = json.dumps(body or {}).encode()
        sent = {**signed_headers(secret, int(time.time()), raw), "Idempotency-Key": key, **headers}
        async with self.http.post(self.url + "/shop" + path, data=raw, headers=sent) as answer:
            return answer.status, await answer.json()


@asynccontextmanager
async def open_shop(folder: Path, door: str, with_seed: bool = False, port: int = 0) -> AsyncIterator[Buyer]:
    """A running sandbox shop that sends to `door`."""
    config = SandboxConfig(door, "demo", SECRETS["demo"], OUTGOING, folder / "shop.sqlite3", intercept_seconds=0.2)
    async with serving(create_sandbox(config, with_seed), port) as url, aiohttp.ClientSession() as http:
        yield Buyer(url, http)
