"""The shop's own interface, for its page and for `zaoan say` and `zaoan replay`. JSON only."""

from __future__ import annotations

import asyncio
import contextlib
import json
from typing import Any

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse
from sanic.response import json as answer_json

from channels.sandbox.shop import Unknown
from channels.sandbox.state import state_of
from channels.schema import (
    ORDER_STATES,
    BodyError,
    choice_of,
    id_of,
    load,
    order_of,
    text_of,
    time_of,
)
from channels.streams import streaming

api = Blueprint("sandbox_api", url_prefix="/api")
_HEARTBEAT = 15.0


@api.middleware("request")
async def json_only(request: Request) -> HTTPResponse | None:
    """A page of another site can send forms to this port, but not JSON."""
    if request.method == "POST" and not request.headers.get("content-type", "").startswith("application/json"):
        return answer_json({"error": "Content-Type: must be application/json"}, 415)
    return None


@api.exception(BodyError)
async def bad_body(_: Request, error: BodyError) -> HTTPResponse:
    """Names the field."""
    return answer_json({"error": str(error), "path": error.path}, 400)


@api.exception(Unknown)
async def unknown(_: Request, error: Unknown) -> HTTPResponse:
    """No such chat or order."""
    return answer_json({"error": str(error)}, 404)


def _path_id(value: str, name: str = "chat_id") -> str:
    return id_of({name: value}, "", name)


def _wait(data: dict[str, Any]) -> float:
    """Seconds to wait for Zaoan's answer before answering, 0-30; default 10."""
    value = data.get("wait", 10)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 30:
        raise BodyError("wait", "must be a number of seconds from 0 to 30")
    return float(value)


@api.get("/chats")
async def chats(request: Request) -> HTTPResponse:
    """All chats, the latest first."""
    return answer_json({"shop_id": state_of(request).config.shop_id, "chats": state_of(request).shop.chats()})


@api.post("/chats")
async def open_chat(request: Request) -> HTTPResponse:
    """Opens a chat: `{"chat_id", "customer_id"?, "name"?, "about"?, "category"?}`."""
    data = load(request.body)
    state = state_of(request)
    customer_id = id_of(data, "", "customer_id") if data.get("customer_id") else ""
    texts = {key: text_of(data, "", key, default="", limit=200) for key in ("name", "about", "category")}
    chat = state.shop.open_chat(id_of(data, "", "chat_id"), customer_id, **texts)
    state.bus.publish("chat", chat["chat_id"])
    return answer_json(chat)


@api.get("/chats/<chat_id:str>")
async def one_chat(request: Request, chat_id: str) -> HTTPResponse:
    """A chat with lines (`?after=seq`), orders, deliveries, and Zaoan's view unless `?zaoan=0`."""
    state = state_of(request)
    chat = state.shop.chat(_path_id(chat_id))
    after = request.args.get("after", "0")
    if not after.isdigit() or len(after) > 12:
        raise BodyError("after", "must be a whole number")
    view = None if request.args.get("zaoan") == "0" else await state.zaoan.view(chat_id)
    deliveries = state.shop.db.rows(
        "SELECT delivery_id, kind, state, attempts, code, level, problem FROM deliveries WHERE queue = ? "
        "ORDER BY seq DESC LIMIT 20", chat_id,
    )  # fmt: skip
    return answer_json(
        {
            "chat": chat,
            "messages": state.shop.messages(chat_id, int(after)),
            "orders": state.shop.orders_of(chat["customer_id"]),
            "deliveries": deliveries[::-1],
            "zaoan": view,
        }
    )


@api.post("/chats/<chat_id:str>/messages")
async def say(request: Request, chat_id: str) -> HTTPResponse:
    """A line: `{"text", "role"?: "customer|agent", "occurred_at"?, "message_id"?, "wait"?}`.

    Opens the chat if it is new. Answers with the delivery, so with Zaoan's level.
    """
    state, data = state_of(request), load(request.body)
    role = choice_of({"role": "customer", **data}, "", "role", ("customer", "agent"))
    text = text_of(data, "", "text", limit=8000)
    moment = time_of(data, "", "occurred_at").isoformat() if data.get("occurred_at") else None
    message_id = id_of(data, "", "message_id") if data.get("message_id") else ""
    wait = _wait(data)
    state.shop.open_chat(_path_id(chat_id))
    said = state.shop.say(chat_id, role, text, moment, message_id)
    return await _announced(request, chat_id, said["delivery_id"], wait, message_id=said["message_id"])


@api.post("/chats/<chat_id:str>/<act:str>")
async def hand(request: Request, chat_id: str, act: str) -> HTTPResponse:
    """Gives the chat to the bot, takes it back, or closes it: `{"wait"?}`."""
    if act not in ("handover", "takeback", "close"):
        return answer_json({"error": "no such act"}, 404)
    state, data = state_of(request), load(request.body or b"{}")
    wait = _wait(data)
    _path_id(chat_id)
    if act == "close":
        delivery_id = state.shop.close(chat_id)
    else:
        state.shop.open_chat(chat_id)
        delivery_id = state.shop.hand(chat_id, "bot" if act == "handover" else "human")
    return await _announced(request, chat_id, delivery_id, wait)


@api.post("/orders")
async def order(request: Request) -> HTTPResponse:
    """Places or changes an order: `{"chat_id", "order_id", "status", "title"?, "category"?, "city"?, "wait"?}`."""
    state, data = state_of(request), load(request.body)
    wait, chat_id = _wait(data), id_of(data, "", "chat_id")
    wanted = order_of(data, "")
    state.shop.open_chat(chat_id)
    delivery_id = state.shop.put_order(chat_id, wanted)
    return await _announced(request, chat_id, delivery_id, wait, order=state.shop.order(wanted["order_id"]))


@api.post("/orders/<order_id:str>/status")
async def order_status(request: Request, order_id: str) -> HTTPResponse:
    """Moves an order on: `{"status": "unpaid|paid|shipped|delivered"}`; a held order does not move."""
    state, data = state_of(request), load(request.body)
    status, wait = choice_of(data, "", "status", ORDER_STATES), _wait(data)
    old = state.shop.order(_path_id(order_id, "order_id"))
    if old["hold"] in ("held", "intercepting", "intercepted"):
        return answer_json({"error": "the order is held", "hold": old["hold"]}, 409)
    delivery_id = state.shop.put_order(old["chat_id"], {**old, "status": status})
    return await _announced(request, old["chat_id"], delivery_id, wait, order=state.shop.order(order_id))


async def _announced(
    request: Request, chat_id: str, delivery_id: str | None, wait: float, **parts: Any
) -> HTTPResponse:
    state = state_of(request)
    state.bus.publish("chat", chat_id)
    state.courier.kick()
    return answer_json({**parts, "delivery": await state.courier.wait(delivery_id, wait)})


@api.get("/faults")
async def read_faults(request: Request) -> HTTPResponse:
    """The switches as they stand."""
    return answer_json(state_of(request).faults.to_dict())


@api.post("/faults")
async def set_faults(request: Request) -> HTTPResponse:
    """Changes switches, for example `{"fail_next": 3}`; the others stay."""
    faults = state_of(request).faults
    faults.set(load(request.body))
    return answer_json(faults.to_dict())


@api.get("/events")
async def events(request: Request) -> None:
    """Server-sent events `{"type", "chat_id"}`: read the chat again when one comes."""
    state = state_of(request)
    response = await request.respond(content_type="text/event-stream", headers={"Cache-Control": "no-store"})
    queue = state.bus.join()
    with contextlib.ExitStack() as ending:
        ending.callback(state.bus.leave, queue)
        ending.enter_context(streaming(request))
        await response.send("retry: 1000\n\n")
        while True:
            try:
                event = await asyncio.wait_for(queue.get(), _HEARTBEAT)
                await response.send(f"data: {json.dumps(event)}\n\n")
            except TimeoutError:
                await response.send(": still here\n\n")
