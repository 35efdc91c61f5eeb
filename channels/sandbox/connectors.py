"""What Zaoan may ask of the shop: messages, holds, releases, a customer's orders.

Every call is signed with the shop's outgoing secret; every command carries an
`Idempotency-Key`, and a repeated key gets the first answer again without acting twice.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import time
from collections.abc import Callable
from typing import Any

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse
from sanic.response import json as answer_json

from channels.sandbox import holds
from channels.sandbox.shop import Unknown
from channels.sandbox.state import state_of
from channels.schema import DELIVERY_PATTERN, BodyError, choice_of, id_of, load, text_of, time_of
from channels.signing import IDEMPOTENCY_HEADER, SIGNATURE_HEADER, TIMESTAMP_HEADER, SignatureError, verify

connectors = Blueprint("sandbox_connectors", url_prefix="/shop")
Act = Callable[[dict[str, Any]], dict[str, Any]]


@connectors.middleware("request")
async def guard(request: Request) -> HTTPResponse | None:
    """Bad days first, then the signature: an unsigned call learns nothing of the shop."""
    state = state_of(request)
    if state.faults.slow_ms:
        await asyncio.sleep(state.faults.slow_ms / 1000)
    if state.faults.take("fail_next"):
        return answer_json({"error": "sandbox: told to fail"}, state.faults.fail_status)
    try:
        verify(
            [state.config.connector_secret],
            request.headers.get(TIMESTAMP_HEADER, ""),
            request.headers.get(SIGNATURE_HEADER, ""),
            request.body,
            time.time(),
        )
    except SignatureError:
        return answer_json({"error": "signature or time not accepted"}, 401)
    return None


def _hang_up(request: Request) -> None:
    transport = request.transport
    if isinstance(transport, asyncio.WriteTransport):
        transport.abort()


async def _once(request: Request, act: Act) -> HTTPResponse | None:
    """Runs a command once per Idempotency-Key, effect and answer in one transaction."""
    state = state_of(request)
    key = request.headers.get(IDEMPOTENCY_HEADER, "")
    if not DELIVERY_PATTERN.fullmatch(key):
        return answer_json({"error": f"{IDEMPOTENCY_HEADER}: is missing or malformed"}, 400)
    mark = hashlib.sha256(f"{request.method} {request.path}\n".encode() + request.body).hexdigest()
    status, body = 200, {}
    try:
        with state.shop.db.transaction():
            known = state.shop.db.row("SELECT * FROM answers WHERE idempotency_key = ?", key)
            if known is None:
                body = act(load(request.body or b"{}"))
                state.shop.db.run("INSERT INTO answers VALUES (?, ?, ?, ?)", key, mark, status, json.dumps(body))
            elif known["request"] == mark:
                status, body = known["status"], json.loads(known["body"])
            else:
                status, body = 422, {"error": f"{IDEMPOTENCY_HEADER}: used before for another request"}
    except BodyError as error:
        return answer_json({"error": str(error), "path": error.path}, 400)
    except Unknown as error:
        return answer_json({"error": str(error)}, 404)
    state.courier.kick()
    if state.faults.take("drop_next"):
        _hang_up(request)
        return None
    return answer_json(body, status)


@connectors.post("/messages")
async def message(request: Request) -> HTTPResponse | None:
    """A line into a chat: `{"chat_id", "text", "sender": "bot", "disclosure": true}`."""
    state = state_of(request)

    def act(data: dict[str, Any]) -> dict[str, Any]:
        chat_id, text = id_of(data, "", "chat_id"), text_of(data, "", "text", limit=2000)
        sender = choice_of(data, "", "sender", ("bot", "agent"))
        message_id = state.shop.hear(chat_id, sender, text, data.get("disclosure") is True)
        state.bus.publish("message", chat_id)
        return {"message_id": message_id}

    return await _once(request, act)


@connectors.post("/orders/<order_id:str>/hold")
async def hold(request: Request, order_id: str) -> HTTPResponse | None:
    """Holds an order: `{"reason", "case_id", "expires_at"}` → held, intercepting or too_late."""
    state = state_of(request)

    def act(data: dict[str, Any]) -> dict[str, Any]:
        reason, case_id = text_of(data, "", "reason", default="", limit=500), id_of(data, "", "case_id")
        until = time_of(data, "", "expires_at").isoformat() if data.get("expires_at") else ""
        result = holds.hold(state.shop, order_id, reason, case_id, until, state.config.intercept_seconds)
        state.bus.publish("order", state.shop.order(order_id)["chat_id"] or "")
        return {"state": result}

    return await _once(request, act)


@connectors.post("/orders/<order_id:str>/release")
async def release(request: Request, order_id: str) -> HTTPResponse | None:
    """Lets a held order go on its way."""
    state = state_of(request)

    def act(_: dict[str, Any]) -> dict[str, Any]:
        result = holds.release(state.shop, order_id)
        state.bus.publish("order", state.shop.order(order_id)["chat_id"] or "")
        return {"state": result}

    return await _once(request, act)


@connectors.get("/customers/<customer_id:str>/orders")
async def customer_orders(request: Request, customer_id: str) -> HTTPResponse:
    """A customer's orders; the signature covers the empty body."""
    keys = ("order_id", "title", "category", "status", "city", "hold")
    rows = state_of(request).shop.orders_of(customer_id)
    return answer_json({"orders": [{key: row[key] for key in keys if row[key] != ""} for row in rows]})
