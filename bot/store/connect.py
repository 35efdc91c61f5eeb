"""From an address to a Redis client with short time-outs.

Half a second per call: whatever waits for Redis must find out soon that it is away, because a
customer is waiting behind it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote, urlsplit
from weakref import WeakKeyDictionary

import redis.asyncio as aioredis
from redis.asyncio.cluster import RedisCluster
from redis.asyncio.sentinel import Sentinel

TIMEOUT = 0.5


def open_redis(url: str, timeout: float | None = None, *, decode: bool = True) -> Any:
    """A `redis.asyncio` client for redis://, rediss://, unix://, redis+sentinel:// or redis+cluster:// addresses.

    `timeout` in seconds for each call, TIMEOUT unless given. `decode=False` hands out bytes: for data that others wrote
    and that need not be UTF-8.

    Sentinel: ``redis+sentinel://:password@host1:26379,host2:26379/service-name/0``.
    """
    timeout = TIMEOUT if timeout is None else timeout
    limits: dict[str, Any] = {"socket_timeout": timeout, "socket_connect_timeout": timeout, "decode_responses": decode}
    if url.startswith("redis+sentinel://"):
        parts = urlsplit(url)
        places = parts.netloc.rpartition("@")[2]
        service, _, database = parts.path.strip("/").partition("/")
        password = unquote(parts.password) if parts.password else None
        sentinel = Sentinel([_place(place) for place in places.split(",")], **limits)
        return sentinel.master_for(
            service or "mymaster", db=int(database or 0), username=parts.username or None, password=password
        )
    if url.startswith("redis+cluster://"):
        return RedisCluster.from_url("redis" + url[len("redis+cluster") :], **limits)
    return aioredis.from_url(url, **limits)


def _place(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    return (host, int(port)) if host else (text, 26379)


class LoopClients:
    """One client per event loop: Rasa uses several (training, shell, server), and a client belongs to one."""

    def __init__(self, find_url: Callable[[], str], timeout: float | None = None) -> None:
        self._find_url = find_url
        self._timeout = timeout
        self._clients: WeakKeyDictionary[asyncio.AbstractEventLoop, Any] = WeakKeyDictionary()

    def get(self) -> Any:
        """The client of the running loop."""
        loop = asyncio.get_running_loop()
        if loop not in self._clients:
            self._clients[loop] = open_redis(self._find_url(), self._timeout)
        return self._clients[loop]
