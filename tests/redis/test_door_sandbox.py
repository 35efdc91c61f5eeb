"""The sandbox shop against a real door: what an engineer copies from it must be right."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from channels.signing import signed_headers
from tests.redis.door_kit import OUTGOING, SECRETS, Buyer, open_door, open_shop, soon


@pytest.fixture
async def alone(tmp_path: Path) -> AsyncIterator[Buyer]:
    """A shop whose Zaoan is away."""
    async with open_shop(tmp_path, "http://127.0.0.1:9") as buyer:
        yield buyer


@pytest.fixture
async def both(world: Any, tmp_path: Path) -> AsyncIterator[Buyer]:
    """A shop and its Zaoan."""
    async with (
        open_door(tmp_path / "door", world.url, world.store) as engineer,
        open_shop(tmp_path / "shop", engineer.url) as buyer,
    ):
        yield buyer


async def place(buyer: Buyer, order: str, status: str) -> None:
    """An order of the chat c1."""
    body = {"chat_id": "c1", "order_id": order, "status": status, "title": "x", "wait": 0}
    assert (await buyer.do("/orders", **body))[0] == 200


async def test_a_message_reaches_zaoan_and_its_level_comes_back(both: Buyer) -> None:
    """The worked example would not work."""
    status, said = await both.do("/chats/c1/messages", text="难过 3")
    assert (status, said["delivery"]["state"], said["delivery"]["level"]) == (200, "accepted", 3)
    view = await both.chat()
    assert view["zaoan"]["level"] == 3
    assert view["zaoan"]["transcript"][0]["message_id"] == view["messages"][0]["message_id"]
    for act, owner in (("handover", "bot"), ("takeback", "human"), ("close", "nobody")):
        assert (await both.do(f"/chats/c1/{act}"))[1]["delivery"]["code"] == 202
        assert (await both.chat())["zaoan"]["chat"]["owner"] == owner


async def test_what_was_said_while_zaoan_was_away_arrives_in_order_and_once(own_server: Any, tmp_path: Path) -> None:
    """An outage of ten seconds would tear lines out of a cry for help."""
    async with (
        open_door(tmp_path / "door", own_server.url) as engineer,
        open_shop(tmp_path / "shop", engineer.url) as buyer,
    ):
        own_server.kill()
        texts = [f"第{number}句" for number in range(5)]
        for text in texts:
            _, said = await buyer.do("/chats/c1/messages", text=text, wait=0.1)
            assert said["delivery"]["state"] == "waiting"
        own_server.start()

        async def view() -> Any:
            return (await buyer.chat())["zaoan"].get("transcript", [])

        found = await soon(view, lambda lines: len(lines) == 5, 20)
        assert [line["text"] for line in found] == texts


async def test_a_retry_is_the_same_delivery_and_waits_as_long_as_asked(tmp_path: Path) -> None:
    """A hand-over would be done twice, or a busy Zaoan be hammered."""
    met: list[tuple[float, str | None]] = []

    async def busy(request: web.Request) -> web.Response:
        met.append((time.monotonic(), request.headers.get("X-Zaoan-Delivery")))
        if len(met) == 1:
            return web.json_response({"error": "too fast"}, status=429, headers={"Retry-After": "1"})
        return web.json_response({"accepted": True, "level": 0}, status=202 if len(met) > 2 else 503)

    app = web.Application()
    app.router.add_post("/webhooks/merchant/events", busy)
    door = TestServer(app)
    async with door, open_shop(tmp_path, str(door.make_url("")).rstrip("/")) as buyer:
        _, said = await buyer.do("/chats/c1/handover")
        assert (said["delivery"]["state"], said["delivery"]["attempts"]) == ("accepted", 3)
    assert len({delivery for _, delivery in met}) == 1
    assert met[1][0] - met[0][0] >= 0.95


async def test_webhooks_wait_in_the_book_across_a_restart(world: Any, tmp_path: Path) -> None:
    """What the shop had not delivered would be gone with its process."""
    async with open_shop(tmp_path / "shop", "http://127.0.0.1:9") as buyer:
        await buyer.do("/chats/c1/messages", text="还在吗", wait=0)
    async with (
        open_door(tmp_path / "door", world.url, world.store) as engineer,
        open_shop(tmp_path / "shop", engineer.url),
    ):
        await soon(lambda: world.store.transcript("demo", "c1"), lambda lines: len(lines) == 1)


async def test_a_platform_that_sends_everything_twice_changes_nothing(both: Buyer, world: Any) -> None:
    """Doubled webhooks would double messages and alarms."""
    await both.do("/faults", answer_twice=True)
    await both.do("/chats/c1/messages", text="难过 3")
    await both.do("/chats/c1/messages", text="在")
    assert [line.text for line in await world.store.transcript("demo", "c1")] == ["难过 3", "在"]


@pytest.mark.parametrize(
    ("status", "answer", "later"),
    [("unpaid", "held", "held"), ("paid", "held", "held"), ("shipped", "intercepting", "intercepted"),
     ("delivered", "too_late", "too_late")],
)  # fmt: skip
async def test_a_hold_goes_as_far_as_the_order_allows(alone: Buyer, status: str, answer: str, later: str) -> None:
    """People would be told that an order is stopped which is at the door."""
    await place(alone, "A1", status)
    assert await alone.zaoan("/orders/A1/hold", {"reason": "r", "case_id": "k"}) == (200, {"state": answer})

    async def hold() -> Any:
        return (await alone.chat())["orders"][0]["hold"]

    assert await soon(hold, lambda state: state == later) == later
    assert (await alone.do("/orders/A1/status", status="delivered", wait=0))[0] == (
        200 if answer == "too_late" else 409
    )
    if answer != "too_late":
        assert (await alone.zaoan("/orders/A1/release", key="k2"))[1] == {"state": "released"}


async def test_an_interception_is_told_by_webhook(both: Buyer, world: Any) -> None:
    """The case would say "intercepting" for ever."""
    await both.do("/orders", chat_id="c1", order_id="A1", status="shipped", title="x")
    await both.do("/chats/c1/messages", text="难过 3")
    assert [hold["state"] for hold in (await both.chat())["zaoan"]["holds"]] == ["requested"]
    await both.zaoan("/orders/A1/hold", {"reason": "r", "case_id": "k"})

    async def holds() -> Any:
        return [hold["state"] for hold in (await both.chat())["zaoan"]["holds"]]

    assert await soon(holds, lambda states: states == ["intercepted"])


async def test_a_hold_ends_when_its_time_is_up(alone: Buyer) -> None:
    """An order would stay stopped for ever because nobody remembered it."""
    await place(alone, "A1", "paid")
    body = {"reason": "r", "case_id": "k", "expires_at": "2020-01-01T00:00:00+08:00"}
    await alone.zaoan("/orders/A1/hold", body)

    async def hold() -> Any:
        return (await alone.chat())["orders"][0]["hold"]

    assert await soon(hold, lambda state: state == "expired")


async def test_a_repeated_key_acts_once_and_answers_the_same(alone: Buyer) -> None:
    """A retry would say the same sentence to the customer twice."""
    await alone.do("/chats", chat_id="c1")
    body = {"chat_id": "c1", "text": "我在", "sender": "bot", "disclosure": True}
    first = await alone.zaoan("/messages", body)
    assert await alone.zaoan("/messages", body) == first
    lines = (await alone.chat())["messages"]
    assert [(line["role"], line["text"], line["disclosure"]) for line in lines] == [("bot", "我在", 1)]
    assert (await alone.zaoan("/messages", {**body, "text": "别的"}))[0] == 422
    assert (await alone.zaoan("/messages", body, key=""))[0] == 400
    assert (await alone.zaoan("/messages", {**body, "chat_id": "none"}, key="k3"))[0] == 404


async def test_connectors_answer_only_to_zaoan(alone: Buyer) -> None:
    """Anyone on the network could release an order that is held."""
    await place(alone, "A1", "paid")
    body = {"reason": "r", "case_id": "k"}
    assert (await alone.zaoan("/orders/A1/hold", body, secret=SECRETS["demo"]))[0] == 401
    stale = signed_headers(OUTGOING, int(time.time()) - 400, json.dumps(body).encode())
    assert (await alone.zaoan("/orders/A1/hold", body, **stale))[0] == 401
    async with alone.http.get(alone.url + "/shop/customers/u-c1/orders") as answer:
        assert answer.status == 401
    signed = signed_headers(OUTGOING, int(time.time()), b"")
    async with alone.http.get(alone.url + "/shop/customers/u-c1/orders", headers=signed) as answer:
        assert [order["order_id"] for order in (await answer.json())["orders"]] == ["A1"]


async def test_bad_days_on_demand(alone: Buyer) -> None:
    """Nobody could try what Zaoan does when the platform fails."""
    await place(alone, "A1", "paid")
    body = {"reason": "r", "case_id": "k"}
    await alone.do("/faults", fail_next=1, fail_status=502)
    assert (await alone.zaoan("/orders/A1/hold", body))[0] == 502
    assert (await alone.chat())["orders"][0]["hold"] == ""
    await alone.do("/faults", drop_next=1)
    with pytest.raises(aiohttp.ClientError):
        await alone.zaoan("/orders/A1/hold", body)
    assert await alone.zaoan("/orders/A1/hold", body) == (200, {"state": "held"})
    await alone.do("/faults", slow_ms=150)
    began = time.monotonic()
    await alone.zaoan("/orders/A1/hold", body)
    assert time.monotonic() - began >= 0.15
    assert (await alone.do("/faults", slow_ms=-1))[0] == 400
    assert (await alone.do("/faults", explode=True))[0] == 400


async def test_the_shops_own_interface_refuses_other_sites_and_bad_input(alone: Buyer) -> None:
    """A web page elsewhere could speak as the customer through the reader's browser."""
    async with alone.http.post(alone.url + "/api/chats/c1/messages", data='{"text": "x"}') as answer:
        assert answer.status == 415
    assert (await alone.do("/chats/a b/messages", text="x"))[0] == 400
    assert (await alone.do("/chats/c1/messages", text=5))[0] == 400
    assert (await alone.do("/chats/c1/messages", text="x", wait="long"))[0] == 400
    assert (await alone.do("/orders", chat_id="c1", order_id="A1", status="gone"))[0] == 400
    async with alone.http.get(alone.url + "/api/chats/none") as answer:
        assert answer.status == 404


async def test_the_page_lets_nothing_in_from_outside(tmp_path: Path) -> None:
    """A script in a customer's name could read the agent's desk."""
    async with open_shop(tmp_path, "http://127.0.0.1:9", with_seed=True) as buyer:
        async with buyer.http.get(buyer.url + "/") as answer:
            policy, page = answer.headers["Content-Security-Policy"], await answer.text()
        assert "unsafe" not in policy
        assert "default-src 'none'" in policy
        assert "<script>" not in page
        assert "style=" not in page
        for name in ("../app.py", "..%2fapp.py", "%2e%2e/db.py", "none.js"):
            async with buyer.http.get(buyer.url + "/static/" + name) as answer:
                assert answer.status == 404
        async with buyer.http.get(buyer.url + "/api/chats") as answer:
            assert len((await answer.json())["chats"]) == 3


async def test_an_open_page_hears_of_changes(alone: Buyer) -> None:
    """The agent would have to reload to see the customer's next line."""
    async with alone.http.get(alone.url + "/api/events") as stream:
        await stream.content.readline()
        await alone.do("/chats/c1/messages", text="在吗", wait=0)
        async with asyncio.timeout(5):
            while not (line := await stream.content.readline()).startswith(b"data:"):
                pass
        assert json.loads(line.removeprefix(b"data:"))["chat_id"] == "c1"
