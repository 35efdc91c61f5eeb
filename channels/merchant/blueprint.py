"""`POST /webhooks/merchant/events`: every answer of the contract.

| answer | when |
|---|---|
| 202 | message and verdict are on disk |
| 200 | this delivery was accepted before |
| 400 | the body breaks the contract; `path` names the field |
| 401 | not signed by a connected shop, or outside ±300 s; the same answer for all of these |
| 413 | over 64 KiB |
| 429 | faster than the shop's rate; `Retry-After` in seconds |
| 503 | could not be stored, nothing was accepted; send it again |
"""

from __future__ import annotations

import asyncio
import time

import structlog
from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse
from sanic.response import json as answer_json

from channels.door import door_of
from channels.merchant.gate import proven_by
from channels.metrics import meters_of
from channels.schema import BodyError, read_delivery, read_event
from channels.signing import DELIVERY_HEADER, SIGNATURE_HEADER, TIMESTAMP_HEADER, SignatureError

merchant = Blueprint("merchant")
_log = structlog.get_logger("zaoan.door")

LARGEST_BODY = 64 * 1024
_NOT_TRUSTED = {"error": "signature or time not accepted"}


async def _body(request: Request) -> bytes | None:
    """The raw body, or None when it is too large.

    A body that is too large is read to its end (up to the server's own limit) and thrown
    away: closing at once would reset the connection before the sender has seen the 413.
    """
    kept = bytearray()
    stream = request.stream
    assert stream is not None  # noqa: S101 -- Sanic sets it before the handler runs
    async for chunk in stream:
        if len(kept) <= LARGEST_BODY:
            kept += chunk
    return bytes(kept) if len(kept) <= LARGEST_BODY else None


def _single(request: Request, name: str) -> str | None:
    """A header that may stand only once; two of it mean that somebody in between is confused."""
    values = request.headers.getall(name, [])
    if len(values) > 1:
        raise SignatureError(f"{name} stands twice")
    return values[0] if values else None


@merchant.post("/webhooks/merchant/events", stream=True)
async def events(request: Request) -> HTTPResponse:
    """One event of a shop's chat platform."""
    began = time.perf_counter()
    try:
        level, answer = await _take(request)
    except Exception:
        meters_of(request).answered(503, None, 0.0)
        raise
    meters_of(request).answered(answer.status, level, time.perf_counter() - began)
    return answer


async def _take(request: Request) -> tuple[int | None, HTTPResponse]:
    """The answer, and the level now known if a customer's message was accepted."""
    body = await _body(request)
    if body is None:
        return None, answer_json({"error": f"body over {LARGEST_BODY} bytes"}, 413)
    door = door_of(request)
    try:
        delivery = _single(request, DELIVERY_HEADER)
        stamp, signature = _single(request, TIMESTAMP_HEADER) or "", _single(request, SIGNATURE_HEADER) or ""
        shop = proven_by(door.shops, stamp, signature, body, time.time())
    except SignatureError as error:
        _log.warning("webhook_refused", reason=error.reason)
        return None, answer_json(_NOT_TRUSTED, 401)
    if wait := door.limiter.wait(shop.id):
        return None, answer_json({"error": "too fast"}, 429, headers={"Retry-After": str(wait)})
    try:
        delivery_id, event = read_delivery(delivery), read_event(body)
    except BodyError as error:
        _log.warning("webhook_malformed", shop=shop.id, path=error.path)
        return None, answer_json({"error": str(error), "path": error.path}, 400)
    if event.shop_id != shop.id:
        _log.warning("webhook_refused", reason="signed by another shop")
        return None, answer_json(_NOT_TRUSTED, 401)
    store = await door.store()
    # Shielded: a sender that hangs up must not tear the write in two.
    seen, level = await asyncio.shield(door.intake.take(store, shop, event, delivery_id))
    answer = {"accepted": True, "level": level}
    if seen:
        return None, answer_json({**answer, "duplicate": True}, 200)
    said = event.message is not None and event.message.role == "customer"
    return level if said else None, answer_json(answer, 202)
