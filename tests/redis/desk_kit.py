"""Somebody at the console in a browser of their own."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

from tests.redis.door_kit import PASSWORDS

API = "/api/console"
_keys = itertools.count(1)


class Person:
    """A name at the desk: `agent1`, `interventionist1`, …, or a stranger who never logs in."""

    def __init__(self, url: str) -> None:
        self.url, self.csrf = url, ""
        self.http = aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))

    async def log_in(self, role: str, password: str = "") -> int:
        body = {"name": f"{role}1", "password": password or PASSWORDS.get(role, "x")}
        async with self.http.post(self.url + API + "/login", json=body) as answer:
            self.csrf = (await answer.json()).get("csrf", "")
            self.login = answer
            return answer.status

    async def get(self, path: str) -> tuple[int, Any]:
        async with self.http.get(self.url + API + path) as answer:
            return answer.status, await answer.json()

    async def do(
        self, path: str, body: Any = None, key: str = "", headers: dict[str, str] | None = None, **fields: Any
    ) -> tuple[int, Any]:
        """A command with CSRF token and a fresh idempotency key; `fields` are the body, unless there is one."""
        sent = {"X-CSRF-Token": self.csrf, "Idempotency-Key": key or f"k{next(_keys)}", **(headers or {})}
        async with self.http.post(self.url + API + path, json=body or fields, headers=sent) as answer:
            return answer.status, await answer.json()


@asynccontextmanager
async def at_the_desk(url: str) -> AsyncIterator[dict[str, Person]]:
    """One logged-in person of each role, and a stranger."""
    found = {role: Person(url) for role in (*PASSWORDS, "stranger")}
    for role in PASSWORDS:
        assert await found[role].log_in(role) == 200
    yield found
    for person in found.values():
        await person.http.close()
