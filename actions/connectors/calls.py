"""One signed JSON call, and what its failure means."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Mapping
from typing import Any

import aiohttp

TIMEOUT = 5.0
"""Seconds for one call. Behind it a customer or an order waits; the retry is cheap, the wait is not."""
MAX_ANSWER = 65_536
RETRYABLE = frozenset({401, 403, 408, 423, 425, 429})
"""Besides every 5xx: states that a person at the platform or time itself can mend without us changing the call."""


class CallFailed(Exception):
    """A call that was not confirmed.

    Attributes:
        retryable: the same call may be confirmed later; also when nobody knows whether it was carried out,
            because the idempotency key makes the repetition harmless.
        retry_after: seconds the platform asked us to wait, or None.
    """

    def __init__(self, why: str, retryable: bool, status: int | None = None, retry_after: float | None = None) -> None:
        super().__init__(why)
        self.retryable = retryable
        self.status = status
        self.retry_after = retry_after


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """Value of `X-Zaoan-Signature`: ``sha256=`` and the hex HMAC-SHA256 of ``"{timestamp}." + body``."""
    return "sha256=" + hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


class Caller:
    """Signed calls over one shared session.

    Args:
        session: an open aiohttp session; connections are kept and reused.
        clock: unix seconds, stamped on each call.
    """

    def __init__(
        self, session: aiohttp.ClientSession, timeout: float = TIMEOUT, clock: Callable[[], float] = time.time
    ) -> None:
        self._session = session
        self._timeout = aiohttp.ClientTimeout(total=timeout)
        self._clock = clock

    async def call(
        self, method: str, url: str, secret: str, body: Mapping[str, Any] | None = None, key: str | None = None
    ) -> dict[str, Any]:
        """Send and return the answer's JSON object ({} for an empty one); :class:`CallFailed` otherwise.

        Redirects are not followed: a signed command goes to the configured address or nowhere.
        """
        raw = b"" if body is None else json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
        stamp = str(int(self._clock()))
        headers = {"X-Zaoan-Timestamp": stamp, "X-Zaoan-Signature": signature(secret, stamp, raw)}
        if body is not None:
            headers["Content-Type"] = "application/json; charset=utf-8"
        if key is not None:
            headers["Idempotency-Key"] = key
        try:
            async with self._session.request(
                method, url, data=raw or None, headers=headers, timeout=self._timeout, allow_redirects=False
            ) as answer:
                content = await answer.content.read(MAX_ANSWER)
                if not 200 <= answer.status < 300:
                    retryable = answer.status >= 500 or answer.status in RETRYABLE
                    raise CallFailed(f"answered {answer.status}", retryable, answer.status, _retry_after(answer))
        except asyncio.TimeoutError:  # noqa: UP041 - aiohttp's time-outs derive from this name
            raise CallFailed("no answer in time", True) from None
        except aiohttp.ClientError as error:
            # The class only: the text may hold the address with its credentials.
            raise CallFailed(f"not reached ({type(error).__name__})", True) from None
        return _object(content)


def _object(content: bytes) -> dict[str, Any]:
    if not content.strip():
        return {}
    try:
        found = json.loads(content)
    except ValueError:
        raise CallFailed("answered something that is not JSON", True) from None
    if not isinstance(found, dict):
        raise CallFailed("answered JSON that is not an object", True)
    return found


def _retry_after(answer: aiohttp.ClientResponse) -> float | None:
    raw = answer.headers.get("Retry-After", "")
    return float(raw) if raw.isascii() and raw.isdigit() else None
