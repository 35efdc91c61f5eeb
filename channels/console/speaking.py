"""A person's words to the customer: the chat first, then the platform, then the transcript.

The person waits at the screen, so there is no outbox in between: either the platform has
confirmed and the words are in the transcript, or the person is told that they did not
arrive and sends again. Each step acts once per key, so sending again is harmless.
"""

from __future__ import annotations

import hashlib
import json
import time

import aiohttp

from bot.cases.types import Inbound
from bot.settings import Shop
from bot.store import Store
from channels.signing import IDEMPOTENCY_HEADER, signed_headers

_TIMEOUT = aiohttp.ClientTimeout(total=5)


class NotDelivered(Exception):
    """The platform did not confirm. It may have shown the words; the same key makes sending again harmless."""


async def speak(store: Store, shop: Shop, chat_id: str, who: str, text: str, key: str) -> int:
    """Says `text` as the person `who`; returns its place in the transcript. Raises `NotDelivered`."""
    # The bot falls silent before the first human word, and stays so if the platform fails.
    await store.set_owner(shop.id, chat_id, "human", who, f"{key}:own"[:128])
    await _deliver(shop, chat_id, text, key)
    mark = hashlib.sha256(key.encode()).hexdigest()[:32]
    line = Inbound(shop.id, chat_id, key, f"desk-{mark}", "agent", who, text, time.time())
    return (await store.accept_message(line, None, None)).seq


async def _deliver(shop: Shop, chat_id: str, text: str, key: str) -> None:
    body = json.dumps({"chat_id": chat_id, "text": text, "sender": "agent", "disclosure": False}, ensure_ascii=False)
    raw = body.encode()
    headers = signed_headers(shop.outgoing_secret, int(time.time()), raw)
    headers |= {IDEMPOTENCY_HEADER: key, "Content-Type": "application/json"}
    try:
        async with (
            aiohttp.ClientSession(timeout=_TIMEOUT) as http,
            http.post(shop.base_url + "/messages", data=raw, headers=headers, allow_redirects=False) as answer,
        ):
            if not 200 <= answer.status < 300:
                raise NotDelivered(f"the platform answered {answer.status}")
    except (aiohttp.ClientError, TimeoutError) as error:
        raise NotDelivered(f"the platform does not answer ({type(error).__name__})") from error
