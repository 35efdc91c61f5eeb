"""What a merchant's event must look like; every refusal names the field.

Hand-written rather than JSON Schema: the messages are read by a shop's engineers, and
the checks run on every customer message. Unknown fields are ignored, so that a platform
may send more than we read.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

#: Shop, chat, order, message and customer ids. Nothing that means anything to a path,
#: a Redis key or a log line.
ID_PATTERN = re.compile(r"[A-Za-z0-9_.@-]{1,64}")
DELIVERY_PATTERN = re.compile(r"[A-Za-z0-9_.:@-]{1,128}")
EVENT_TYPES = ("message.created", "chat.handover", "chat.takeback", "chat.closed", "order.updated")
ORDER_STATES = ("unpaid", "paid", "shipped", "delivered")
HOLD_STATES = ("held", "intercepting", "intercepted", "too_late", "released", "expired", "failed")

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)")
_LONE_SURROGATE = re.compile(r"[\ud800-\udfff]")
_MISSING = object()


class BodyError(ValueError):
    """A body that breaks the contract. `path` is dotted from the top, `$` the body itself."""

    def __init__(self, path: str, problem: str) -> None:
        super().__init__(f"{path}: {problem}")
        self.path = path
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Message:
    """A line of the chat. `text` is as sent, apart from broken half emoji (see `clean_text`)."""

    id: str
    role: str
    sender_id: str
    text: str


@dataclass(frozen=True, slots=True)
class Event:
    """One webhook. `local_hour` is the hour the sender's clock showed (0-23)."""

    type: str
    shop_id: str
    chat_id: str | None
    occurred_at: str
    local_hour: int
    message: Message | None = None
    order: dict[str, Any] | None = None
    to: str | None = None
    item: dict[str, str] = field(default_factory=dict)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Two values under one name would let the checker and the reader see different ones."""
    out: dict[str, Any] = {}
    for key, value in pairs:
        if key in out:
            raise BodyError(key, "stands twice in one object")
        out[key] = value
    return out


def _no_constant(name: str) -> Any:
    raise BodyError("$", f"{name} is not JSON")


def load(body: bytes) -> dict[str, Any]:
    """The body as a JSON object, UTF-8 only; raises `BodyError`."""
    try:
        data = json.loads(body.decode("utf-8"), object_pairs_hook=_unique, parse_constant=_no_constant)
    except UnicodeDecodeError as error:
        raise BodyError("$", f"not UTF-8 at byte {error.start}") from None
    except json.JSONDecodeError as error:
        raise BodyError("$", f"not JSON: {error.msg} at line {error.lineno} column {error.colno}") from None
    except RecursionError:
        raise BodyError("$", "nested too deeply") from None
    except BodyError:
        raise
    except ValueError:  # a number of thousands of digits
        raise BodyError("$", "not JSON: number too long") from None
    if not isinstance(data, dict):
        raise BodyError("$", "must be an object")
    return data


def clean_text(text: str) -> str:
    """Replaces half an emoji by U+FFFD, one code point for one, so that offsets still fit.

    Platforms cut texts in the middle of a surrogate pair. Such a message cannot be
    stored as UTF-8, and refusing it could lose a cry for help.
    """
    return _LONE_SURROGATE.sub("\ufffd", text)


def text_of(data: dict[str, Any], path: str, key: str, *, default: Any = _MISSING, limit: int | None = None) -> str:
    """A string field, or `BodyError`."""
    value = data.get(key, default)
    if value is _MISSING:
        raise BodyError(path + key, "is missing")
    if not isinstance(value, str):
        raise BodyError(path + key, "must be a string")
    if limit is not None and len(value) > limit:
        raise BodyError(path + key, f"must be at most {limit} characters")
    return clean_text(value)


def id_of(data: dict[str, Any], path: str, key: str) -> str:
    """An id field: 1-64 of A-Z a-z 0-9 _ . @ -, or `BodyError`."""
    value = text_of(data, path, key)
    if not ID_PATTERN.fullmatch(value):
        raise BodyError(path + key, "must be 1-64 characters of A-Z a-z 0-9 _ . @ -")
    return value


def choice_of(data: dict[str, Any], path: str, key: str, choices: tuple[str, ...]) -> str:
    """A field with a fixed set of values, or `BodyError`."""
    value = text_of(data, path, key)
    if value not in choices:
        raise BodyError(path + key, "must be one of " + ", ".join(choices))
    return value


def object_of(data: dict[str, Any], path: str, key: str) -> dict[str, Any]:
    """An object field, or `BodyError`."""
    if key not in data:
        raise BodyError(path + key, "is missing")
    value = data[key]
    if not isinstance(value, dict):
        raise BodyError(path + key, "must be an object")
    return value


def time_of(data: dict[str, Any], path: str, key: str) -> datetime:
    """An RFC 3339 time with offset, or `BodyError`."""
    value = text_of(data, path, key)
    if not _TIME.fullmatch(value):
        raise BodyError(path + key, "must be an RFC 3339 time with offset, like 2026-01-15T20:20:00+08:00")
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        raise BodyError(path + key, "is not a real date and time") from None


def order_of(data: dict[str, Any], path: str) -> dict[str, Any]:
    """The known fields of an order; `status` and `order_id` are required."""
    order: dict[str, Any] = {
        "order_id": id_of(data, path, "order_id"),
        "status": choice_of(data, path, "status", ORDER_STATES),
    }
    # name, phone and address go to a sealed place of their own as soon as the store has them (bot/store/apart.py)
    for key in ("title", "category", "city", "name", "phone", "address"):
        if data.get(key) is not None:
            order[key] = text_of(data, path, key, limit=200)
    if data.get("customer_id") is not None:
        order["customer_id"] = id_of(data, path, "customer_id")
    if data.get("hold") is not None:
        order["hold"] = choice_of(data, path, "hold", HOLD_STATES)
    return order


def _message_of(data: dict[str, Any]) -> Message:
    path = "message."
    return Message(
        id=id_of(data, path, "id"),
        role=choice_of(data, path, "role", ("customer", "agent")),
        sender_id=id_of(data, path, "sender_id"),
        text=text_of(data, path, "text"),
    )


def _item_of(data: dict[str, Any]) -> dict[str, str]:
    """The product the customer is asking about, when the platform tells it."""
    if data.get("item") is None:
        return {}
    item = object_of(data, "", "item")
    return {k: text_of(item, "item.", k, limit=200) for k in ("title", "category") if item.get(k) is not None}


def _receiver_of(data: dict[str, Any], kind: str) -> str:
    """Who owns the chat after a handover or takeback."""
    if data.get("to") is None:
        return "bot" if kind == "chat.handover" else "human"
    to = choice_of(data, "", "to", ("bot", "human"))
    if kind == "chat.takeback" and to != "human":
        raise BodyError("to", "a takeback goes to human")
    return to


def read_event(body: bytes) -> Event:
    """The event in a raw body; raises `BodyError` naming the first field that is wrong."""
    data = load(body)
    kind = choice_of(data, "", "type", EVENT_TYPES)
    shop_id = id_of(data, "", "shop_id")
    # An order may change outside any chat; everything else happens in one.
    no_chat = kind == "order.updated" and data.get("chat_id") is None
    chat_id = None if no_chat else id_of(data, "", "chat_id")
    moment = time_of(data, "", "occurred_at")
    message = _message_of(object_of(data, "", "message")) if kind == "message.created" else None
    order = None
    if kind == "order.updated" or data.get("order") is not None:
        order = order_of(object_of(data, "", "order"), "order.")
        if no_chat and "customer_id" not in order:
            raise BodyError("order.customer_id", "is missing (needed when there is no chat_id)")
    to = _receiver_of(data, kind) if kind in ("chat.handover", "chat.takeback") else None
    return Event(
        type=kind,
        shop_id=shop_id,
        chat_id=chat_id,
        occurred_at=moment.isoformat(),
        local_hour=moment.hour,
        message=message,
        order=order,
        to=to,
        item=_item_of(data),
    )


def read_delivery(value: str | None) -> str:
    """The delivery id of a header, or `BodyError` with the header's name."""
    if value is None:
        raise BodyError("X-Zaoan-Delivery", "is missing")
    if not DELIVERY_PATTERN.fullmatch(value):
        raise BodyError("X-Zaoan-Delivery", "must be 1-128 characters of A-Z a-z 0-9 _ . : @ -")
    return value
