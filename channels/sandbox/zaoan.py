"""Reads what Zaoan tells a shop's agent of one chat (`GET /api/v1/chats/{shop}/{chat}`)."""

from __future__ import annotations

import time
from typing import Any

import aiohttp

from channels.sandbox.config import SandboxConfig
from channels.signing import signed_headers

_TIMEOUT = aiohttp.ClientTimeout(total=2)


class ZaoanReader:
    """A signed read of Zaoan's view; the page works without it."""

    def __init__(self, config: SandboxConfig) -> None:
        self._config = config
        self._session: aiohttp.ClientSession | None = None

    async def start(self) -> None:
        """Opens the connection pool."""
        self._session = aiohttp.ClientSession(timeout=_TIMEOUT)

    async def stop(self) -> None:
        """Closes it."""
        if self._session:
            await self._session.close()

    async def view(self, chat_id: str) -> dict[str, Any]:
        """Zaoan's answer, or `{"problem": …}` when there is none."""
        assert self._session is not None  # noqa: S101 -- start() made it
        target = f"/api/v1/chats/{self._config.shop_id}/{chat_id}"
        # A request without a body signs its path instead, so that the signature fits this chat only.
        headers = signed_headers(self._config.webhook_secret, int(time.time()), target.encode())
        try:
            async with self._session.get(self._config.door_url.rstrip("/") + target, headers=headers) as answer:
                if answer.status == 404:
                    return {"problem": "unknown"}
                if answer.status != 200:
                    return {"problem": f"HTTP {answer.status}"}
                data: dict[str, Any] = await answer.json()
                return data
        except (TimeoutError, aiohttp.ClientError, ValueError) as error:
            return {"problem": f"Zaoan does not answer ({type(error).__name__})"}
