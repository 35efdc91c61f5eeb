"""What a merchant's event must look like, and what the refusal says."""

from __future__ import annotations

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.schema import BodyError, read_delivery, read_event

MESSAGE: dict[str, Any] = {
    "type": "message.created",
    "shop_id": "demo",
    "chat_id": "c-1",
    "occurred_at": "2026-01-15T23:20:00+08:00",
    "message": {"id": "m-1", "role": "customer", "sender_id": "u@1.x", "text": "在吗"},
}


def body(**changes: Any) -> bytes:
    """The message above with fields changed; `...` removes one, `a__b` reaches into `a`."""
    data = json.loads(json.dumps(MESSAGE))
    for path, value in changes.items():
        *way, last = path.split("__")
        place = data
        for step in way:
            place = place[step]
        if value is ...:
            del place[last]
        else:
            place[last] = value
    return json.dumps(data).encode()


def path_of(raw: bytes) -> str:
    """The path that a body is refused with."""
    with pytest.raises(BodyError) as caught:
        read_event(raw)
    return caught.value.path


def test_a_message_is_read_as_sent() -> None:
    """Evidence offsets and the transcript would not fit what the customer wrote."""
    text = "  /restart 我😀\n不想… "
    event = read_event(body(message__text=text))
    assert event.message is not None
    assert event.message.text == text
    assert (event.shop_id, event.chat_id, event.local_hour) == ("demo", "c-1", 23)


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"type": ...}, "type"),
        ({"type": "message.deleted"}, "type"),
        ({"shop_id": ...}, "shop_id"),
        ({"shop_id": 5}, "shop_id"),
        ({"shop_id": "a/b"}, "shop_id"),
        ({"chat_id": ...}, "chat_id"),
        ({"chat_id": "../../etc"}, "chat_id"),
        ({"chat_id": "c\n1"}, "chat_id"),
        ({"chat_id": "c1\n"}, "chat_id"),
        ({"chat_id": "x" * 65}, "chat_id"),
        ({"chat_id": "会话"}, "chat_id"),
        ({"occurred_at": ...}, "occurred_at"),
        ({"occurred_at": "2026-01-15T20:20:00"}, "occurred_at"),
        ({"occurred_at": "2026-02-30T20:20:00+08:00"}, "occurred_at"),
        ({"occurred_at": 1768479600}, "occurred_at"),
        ({"message": ...}, "message"),
        ({"message": []}, "message"),
        ({"message__id": ...}, "message.id"),
        ({"message__role": "bot"}, "message.role"),
        ({"message__sender_id": ""}, "message.sender_id"),
        ({"message__text": None}, "message.text"),
        ({"message__text": ["x"]}, "message.text"),
        ({"type": "order.updated"}, "order"),
        ({"type": "order.updated", "order": {"order_id": "A1"}}, "order.status"),
        ({"type": "order.updated", "order": {"order_id": "A:1", "status": "paid"}}, "order.order_id"),
        ({"type": "order.updated", "order": {"order_id": "A1", "status": "lost"}}, "order.status"),
        ({"type": "order.updated", "chat_id": ..., "order": {"order_id": "A", "status": "paid"}}, "order.customer_id"),
        ({"type": "chat.handover", "to": "cat"}, "to"),
        ({"type": "chat.takeback", "to": "bot"}, "to"),
        ({"item": "x"}, "item"),
    ],
)
def test_every_refusal_names_its_field(changes: dict[str, Any], path: str) -> None:
    """A shop's engineer would have to guess why a customer's message was refused."""
    assert path_of(body(**changes)) == path


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"not json",
        b"[]",
        b"null",
        b'"text"',
        b"{" * 5000,
        b"[" * 60000,
        b'{"a": NaN}',
        b'{"a": 1' + b"0" * 6000 + b"}",
        b"\xff\xfe{\x00}\x00",
        b'{"type": "\xff"}',
        body() + b"{}",
        body().decode().encode("utf-16"),
    ],
)
def test_what_is_not_a_json_object_is_refused(raw: bytes) -> None:
    """One malformed body would crash the handler of everyone's messages."""
    assert path_of(raw) == "$"


def test_a_name_that_stands_twice_is_refused() -> None:
    """Two readers of one body could see two different shops."""
    assert path_of(body()[:-1] + b', "shop_id": "other"}') == "shop_id"


def test_half_an_emoji_does_not_lose_the_message() -> None:
    """A text cut by the platform in the middle of an emoji would be refused for ever."""
    event = read_event(body(message__text="ab").replace(b'"ab"', b'"a\\ud83d b"'))
    assert event.message is not None
    assert event.message.text == "a\ufffd b"


def test_unknown_fields_are_ignored() -> None:
    """A platform that sends one field more would be locked out."""
    assert read_event(body(extra={"x": 1}, message__mood="sad")).type == "message.created"


def test_handover_and_takeback_say_who_has_the_chat() -> None:
    """The bot would stay silent after a hand-over, or go on talking after a take-back."""
    assert read_event(body(type="chat.handover")).to == "bot"
    assert read_event(body(type="chat.handover", to="human")).to == "human"
    assert read_event(body(type="chat.takeback")).to == "human"


def test_an_order_may_change_outside_a_chat() -> None:
    """A hold confirmed by the carrier after the chat was closed would be refused."""
    order = {"order_id": "A1", "status": "shipped", "hold": "intercepted", "customer_id": "u1", "weight": 3}
    event = read_event(body(type="order.updated", chat_id=..., order=order))
    assert event.chat_id is None
    assert event.order == {"order_id": "A1", "status": "shipped", "hold": "intercepted", "customer_id": "u1"}


@pytest.mark.parametrize("value", [None, "", "a b", "a\r\nb", "x" * 129, "编号"])
def test_a_delivery_needs_an_id(value: str | None) -> None:
    """Without it a retry would be taken for a second message."""
    with pytest.raises(BodyError, match="X-Zaoan-Delivery"):
        read_delivery(value)


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(), lambda inner: (
    st.lists(inner) | st.dictionaries(st.sampled_from(["type", "shop_id", "message", "order", "text", "to"]), inner)
)))  # fmt: skip
def test_any_json_is_either_read_or_refused(data: Any) -> None:
    """A shape nobody thought of would answer 500 and look like our fault."""
    with contextlib.suppress(BodyError):
        read_event(json.dumps(data).encode())


def test_an_order_may_say_who_and_where() -> None:
    """Without the address nobody can send an ambulance to the right door."""
    order = {"order_id": "A1", "status": "paid", "name": "张三", "phone": "139", "address": "某路 1 号", "note": "x"}
    event = read_event(body(type="order.updated", order=order))
    assert event.order == {key: value for key, value in order.items() if key != "note"}
    assert path_of(body(type="order.updated", order={**order, "address": 7})) == "order.address"
