"""Every answer of the webhook, over real HTTP with a real Redis behind it."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from channels.merchant.limits import Rate
from tests.redis.door_kit import EVENTS, SECRETS, Engineer, open_door, soon


@pytest.fixture
async def shop(world: Any, tmp_path: Path) -> AsyncIterator[Engineer]:
    """A shop before an open door."""
    async with open_door(tmp_path, world.url, world.store) as engineer:
        yield engineer


async def lines(world: Any, chat: str = "c1") -> list[str]:
    """The texts on disk."""
    return [line.text for line in await world.store.transcript("demo", chat)]


async def test_an_accepted_message_is_on_disk_with_its_verdict(shop: Engineer, world: Any) -> None:
    """A 202 for words that nobody will ever see again."""
    assert await shop.say("我好难过 3") == (202, {"accepted": True, "level": 3})
    line = (await world.store.transcript("demo", "c1"))[0]
    assert (line.text, line.verdict["level"]) == ("我好难过 3", 3)
    case = await world.store.case_of_chat("demo", "c1")
    assert (case.level, case.escalation) == (3, "requested")
    _, context = shop.talks.read[0]
    assert context is not None
    assert (context.hour, context.category) == (20, "农药")


async def test_a_delivery_seen_before_is_answered_200_and_counts_once(shop: Engineer, world: Any) -> None:
    """A platform's retry would show the customer's words, and the alarm, twice."""
    event = shop.message("不想活了 3")
    first = await shop.post(event, delivery="same")
    again = await shop.post(event, delivery="same")
    assert (first[0], again[0]) == (202, 200)
    assert again[1] == {"accepted": True, "level": 3, "duplicate": True}
    assert await lines(world) == ["不想活了 3"]


async def test_the_same_delivery_twenty_times_at_once_counts_once(shop: Engineer, world: Any) -> None:
    """Retries that overtake each other would double the message."""
    event = shop.message("2")
    answers = await asyncio.gather(*(shop.post(event, delivery="same") for _ in range(20)))
    assert sorted(status for status, _, _ in answers) == [200] * 19 + [202]
    assert await lines(world) == ["2"]


async def test_the_same_message_under_a_new_delivery_counts_once(shop: Engineer, world: Any) -> None:
    """Platforms that send an event twice under two ids would double the message."""
    event = shop.message("在吗")
    assert (await shop.post(event))[0] == 202
    assert (await shop.post(event))[0] == 200
    assert len(await lines(world)) == 1


async def test_a_bad_body_is_400_with_the_path(shop: Engineer, world: Any) -> None:
    """A shop's engineer could not find out what to mend."""
    event = shop.message()
    event["message"]["role"] = "robot"
    status, answer, _ = await shop.post(event)
    assert (status, answer["path"]) == (400, "message.role")
    for raw in (b"not json", b"", b"\xff\xfe", b"[" * 60_000, b'{"shop_id": 5}'):
        assert (await shop.post(raw=raw))[0] == 400
    status, answer, _ = await shop.post(shop.message(), delivery=None)
    assert (status, answer["path"]) == (400, "X-Zaoan-Delivery")
    assert await lines(world) == []


async def test_forged_stale_and_unknown_are_all_the_same_401(shop: Engineer, world: Any) -> None:
    """A stranger could write into chats, or learn from the answer which shops exist."""
    now = time.time()
    unknown = shop.message(shop_id="nobody")
    tries = [
        await shop.post(shop.message(), secret="a-strangers-secret"),
        await shop.post(shop.message(), secret=SECRETS["other"]),
        await shop.post(shop.message(shop_id="other")),
        await shop.post(unknown),
        await shop.post(unknown, secret="a-strangers-secret"),
        await shop.post(shop.message(), at=now - 302),
        await shop.post(shop.message(), at=now + 302),
        await shop.post(shop.message(), headers={"X-Zaoan-Signature": ""}),
        await shop.post(shop.message(), headers={"X-Zaoan-Timestamp": "now"}),
        await shop.post(raw=b"not json", secret="a-strangers-secret"),
    ]
    assert {status for status, _, _ in tries} == {401}
    assert len({str(answer) for _, answer, _ in tries}) == 1
    assert await lines(world) == []


async def test_a_shop_cannot_speak_for_another_by_naming_itself_inside(shop: Engineer, world: Any) -> None:
    """A connected shop could write into another shop's chats with its own secret."""
    event = {"item": {"shop_id": "demo"}, **shop.message(shop_id="other")}
    assert (await shop.post(event, secret=SECRETS["demo"]))[0] == 401
    assert await world.store.chat("other", "c1") is None
    assert (await shop.post(event, secret=SECRETS["other"]))[0] == 202


async def test_a_body_over_64_kib_is_413_and_the_sender_reads_it(shop: Engineer, world: Any) -> None:
    """A sender whose line is cut without an answer would send the same megabyte for ever."""
    for size in (66_000, 1_000_000):
        status, _, _ = await shop.post(shop.message("长" * (size // 3)))
        assert status == 413
    async with shop.http.post(shop.url + EVENTS, data=_pieces(), headers={"X-Zaoan-Delivery": "d"}) as answer:
        assert answer.status == 413
    assert (await shop.say("好" * 20_000))[0] == 202
    assert len(await lines(world)) == 1


async def _pieces() -> AsyncIterator[bytes]:
    for _ in range(40):
        yield b"x" * 5000


async def test_too_fast_is_429_with_a_time_and_nothing_is_accepted(world: Any, tmp_path: Path) -> None:
    """A refused message that was stored all the same would be doubled by its retry."""
    async with open_door(tmp_path, world.url, world.store, rate=Rate(per_second=0.5, burst=2)) as shop:
        answers = [await shop.post(shop.message(f"第{n}句")) for n in range(3)]
        assert [status for status, _, _ in answers] == [202, 202, 429]
        assert answers[2][2]["Retry-After"] == "2"
        # Strangers do not use up the shop's rate, nor one shop another's.
        assert (await shop.post(shop.message(shop_id="other"), secret=SECRETS["other"]))[0] == 202
    assert len(await lines(world)) == 2


async def test_without_redis_503_and_afterwards_nothing_is_missing(own_server: Any, tmp_path: Path) -> None:
    """A message answered with 2xx while the store was down would be lost."""
    async with open_door(tmp_path, own_server.url) as shop:
        assert (await shop.say("一"))[0] == 202
        own_server.kill()
        event = shop.message("二 3")
        began = time.monotonic()
        status, answer, headers = await shop.post(event, delivery="kept")
        assert (status, "accepted" in answer) == (503, False)
        assert int(headers["Retry-After"]) >= 1
        assert time.monotonic() - began < 3
        assert (await shop.post(shop.message(type="chat.handover")))[0] == 503
        own_server.start()
        assert (await shop.post(event, delivery="kept"))[:2] == (202, {"accepted": True, "level": 3})
        status, view = await shop.read("/api/v1/chats/demo/c1")
        assert [line["text"] for line in view["transcript"]] == ["一", "二 3"]


async def test_a_door_that_starts_before_redis_serves_when_it_comes(own_server: Any, tmp_path: Path) -> None:
    """After a power cut the order in which processes come up would decide whether messages get in."""
    own_server.kill()
    async with open_door(tmp_path, own_server.url) as shop:
        assert (await shop.say())[0] == 503
        async with shop.http.get(shop.url + "/health/live") as answer:
            assert answer.status == 200
        own_server.start()
        await soon(lambda: shop.say("在吗", chat="late"), lambda answer: answer[0] == 202)


async def test_two_chats_at_once_each_keep_their_order(shop: Engineer, world: Any) -> None:
    """An answer to yesterday's question, because the lines changed places."""

    async def talk(chat: str) -> None:
        for number in range(25):
            assert (await shop.say(f"{chat} 第{number}句", chat))[0] == 202

    await asyncio.gather(*(talk(chat) for chat in ("a", "b", "c")))
    for chat in ("a", "b", "c"):
        assert await lines(world, chat) == [f"{chat} 第{number}句" for number in range(25)]


async def test_many_messages_of_one_chat_at_once_are_all_read_with_what_came_before(shop: Engineer, world: Any) -> None:
    """A disclosure would be forgotten because two lines were read at the same moment."""
    texts = ["我准备好了 3", *(f"嗯 {n}a" for n in range(15))]
    answers = await asyncio.gather(*(shop.say(text) for text in texts))
    assert {status for status, _ in answers} == {202}
    chat = await world.store.chat("demo", "c1")
    assert (chat.level, chat.talk["turn"]) == (3, 16)
    assert sorted(await lines(world)) == sorted(texts)


async def test_a_leading_slash_is_stored_as_sent(shop: Engineer, world: Any) -> None:
    """The transcript would differ from what the customer wrote."""
    assert await shop.say("/restart") == (202, {"accepted": True, "level": 0})
    assert await lines(world) == ["/restart"]


async def test_handover_and_takeback_change_who_answers(shop: Engineer, world: Any) -> None:
    """The bot would talk over the person, or stay silent when asked to help."""
    await shop.say("在吗")
    for kind, owner in (("chat.handover", "bot"), ("chat.takeback", "human"), ("chat.closed", "nobody")):
        event = {**shop.message(), "type": kind}
        assert (await shop.post(event, delivery=kind))[0] == 202
        assert (await shop.post(event, delivery=kind))[0] == 200
        assert (await world.store.chat("demo", "c1")).owner == owner


async def test_an_agents_message_is_kept_without_a_verdict(shop: Engineer, world: Any) -> None:
    """The agent's own words would be read as the customer's danger."""
    await shop.say("难过 3")
    event = shop.message("别这样 4", message={"role": "agent", "sender_id": "a1"})
    assert (await shop.post(event))[:2] == (202, {"accepted": True, "level": 3})
    assert (await world.store.transcript("demo", "c1"))[-1].verdict is None


async def test_an_order_told_before_is_read_with_the_message(shop: Engineer, world: Any) -> None:
    """What the customer ordered would not count as a sign."""
    order = {"order_id": "A1", "status": "paid", "title": "农用药剂", "category": "农药", "customer_id": "u1"}
    assert (await shop.post({**shop.message(), "type": "order.updated", "order": order}))[0] == 202
    await shop.say("在吗")
    _, context = shop.talks.read[-1]
    assert context is not None
    assert [(item.order_id, item.status) for item in context.orders] == [("A1", "paid")]


async def test_a_reading_that_breaks_still_brings_the_message_to_people(world: Any, tmp_path: Path) -> None:
    """A bug in the reading would swallow exactly the unusual message."""
    async with open_door(tmp_path, world.url, world.store) as shop:

        def broken(*_: Any) -> Any:
            raise RuntimeError("bug")

        shop.talks.read_turn = broken  # type: ignore[method-assign]
        assert await shop.say("奇怪的话") == (202, {"accepted": True, "level": 2})
        alerts = await world.store.alerts("demo")
    assert await lines(world) == ["奇怪的话"]
    assert [(alert.kind, alert.chat_id, alert.level) for alert in alerts] == [("reading_failed", "c1", 2)]
    assert any(timer.kind == "alert" for timer in await world.store.timers("demo")), "people are called to it"


async def _raw(url: str, request: bytes) -> bytes:
    """Sends bytes as they are and reads the answer."""
    parts = urlsplit(url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    try:
        writer.write(request)
        await writer.drain()
        writer.get_extra_info("socket").shutdown(socket.SHUT_WR)
        async with asyncio.timeout(5):
            return await reader.read()
    finally:
        writer.close()


@pytest.mark.parametrize(
    "extra",
    [
        "X-Zaoan-Signature: sha256=" + "0" * 64 + "\r\nX-Zaoan-Signature: {signature}\r\n",
        "X-Zaoan-Signature: {signature}\r\nX-Zaoan-Timestamp: 1\r\n",
        "X-Zaoan-Signature: {signature}\r\nX-Zaoan-Delivery: another\r\n",
        "X-Zaoan-Signature : {signature}\r\n",
        "X-Zaoan-Signature: {signature}, {signature}\r\n",
    ],
)
async def test_header_tricks_are_refused(shop: Engineer, world: Any, extra: str) -> None:
    """A proxy that reads one header and a door that reads the other could be played against each other."""
    from channels.signing import sign

    body = b'{"type":"chat.closed","shop_id":"demo","chat_id":"c1","occurred_at":"2026-01-15T20:20:00+08:00"}'
    now = int(time.time())
    head = f"POST {EVENTS} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\nX-Zaoan-Delivery: d1\r\n"
    head += f"X-Zaoan-Timestamp: {now}\r\n" + extra.format(signature=sign(SECRETS["demo"], now, body)) + "\r\n"
    answer = await _raw(shop.url, head.encode() + body)
    assert answer.split(b" ", 2)[1] in (b"400", b"401")
    assert await world.store.chat("demo", "c1") is None


async def test_a_sender_that_hangs_up_half_way_leaves_no_half_message(shop: Engineer, world: Any) -> None:
    """Half a sentence would be read as the whole."""
    await _raw(shop.url, f"POST {EVENTS} HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\n{{".encode())
    assert await world.store.chat("demo", "c1") is None
    assert (await shop.say())[0] == 202


async def test_other_methods_and_paths_are_refused(shop: Engineer) -> None:
    """A mistyped address would look as if it worked."""
    async with shop.http.get(shop.url + EVENTS) as answer:
        assert answer.status == 405
    async with shop.http.post(shop.url + "/webhooks/merchant/event") as answer:
        assert answer.status == 404
