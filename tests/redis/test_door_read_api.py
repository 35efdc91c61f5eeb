"""What a merchant's own desk may read, and whether the door knows how it is."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.redis.door_kit import SECRETS, Engineer, open_door

CHAT = "/api/v1/chats/demo/c1"


@pytest.fixture
async def shop(world: Any, tmp_path: Path) -> AsyncIterator[Engineer]:
    """A shop before an open door."""
    async with open_door(tmp_path, world.url, world.store) as engineer:
        yield engineer


async def test_a_shop_reads_its_chat_with_all_that_is_under_way(shop: Engineer) -> None:
    """The agent would not see that a person was called and the order held."""
    await shop.post({**shop.message(), "type": "order.updated", "order": {"order_id": "A1", "status": "paid"}})
    await shop.say("难过 3")
    status, view = await shop.read(CHAT)
    assert status == 200
    assert (view["level"], view["level_name"], view["third_party"]) == (3, "高危", False)
    assert view["transcript"][0]["text"] == "难过 3"
    assert view["signals"][0]["name"] == "ideation_active"
    assert view["case"]["escalation"] == "requested"
    assert [(hold["order_id"], hold["state"]) for hold in view["holds"]] == [("A1", "requested")]
    assert set(view) >= {"referrals", "follow_ups", "suggestions", "orders", "chat"}


async def test_pages_of_a_long_talk(shop: Engineer) -> None:
    """A desk that reads every second would load the whole talk every second."""
    for number in range(5):
        await shop.say(f"第{number}句")
    _, view = await shop.read(CHAT + "?after=2&limit=2")
    assert [line["seq"] for line in view["transcript"]] == [3, 4]
    for query in ("?after=x", "?limit=0", "?limit=9999", "?after=١"):
        assert (await shop.read(CHAT + query))[0] in (400, 401)


async def test_only_the_shop_itself_reads_its_chats(shop: Engineer) -> None:
    """A shop could read another shop's customers in danger."""
    await shop.say("难过 3")
    refused = [
        await shop.read(CHAT, secret=SECRETS["other"]),
        await shop.read("/api/v1/chats/nobody/c1"),
        await shop.read(CHAT, signed="/api/v1/chats/demo/c2"),
        await shop.read(CHAT + "?after=1", signed=CHAT),
        await shop.read(CHAT.replace("demo", "other")),
    ]
    assert {status for status, _ in refused} == {401}
    async with shop.http.get(shop.url + CHAT) as answer:
        assert answer.status == 401
    assert (await shop.read("/api/v1/chats/demo/none"))[0] == 404
    assert (await shop.read("/api/v1/chats/demo/a%0Ab"))[0] == 400


async def test_readiness_names_what_is_missing_and_the_fix(shop: Engineer, world: Any) -> None:
    """Whoever is called at night would not know which part to start."""
    await world.store.heartbeat("worker")
    async with shop.http.get(shop.url + "/health/ready") as answer:
        status, health = answer.status, await answer.json()
    assert (status, health["ready"]) == (503, False)
    assert {name for name, part in health["parts"].items() if part["ok"]} == {"redis", "worker"}
    assert "bot.conversation.brain" in health["parts"]["brain"]["fix"]


async def test_readiness_without_redis(own_server: Any, tmp_path: Path) -> None:
    """The health page itself would hang when it is needed."""
    async with open_door(tmp_path, own_server.url) as shop:
        own_server.kill()
        async with shop.http.get(shop.url + "/health/ready") as answer:
            health = await answer.json()
        assert not health["parts"]["redis"]["ok"]
        async with shop.http.get(shop.url + "/health/live") as answer:
            assert answer.status == 200


async def test_logs_hold_no_customer_text(shop: Engineer, capsys: pytest.CaptureFixture[str]) -> None:
    """What a customer confides would lie in clear in a log file."""
    await shop.say("秘密的话 3", "chat-of-xiaoyu")
    await shop.post(raw='{"shop_id": "demo", "text": "秘密的话"'.encode())
    await shop.read("/api/v1/chats/demo/chat-of-xiaoyu")
    out = "".join(capsys.readouterr())
    assert "request" in out
    assert "秘密" not in out
    assert "chat-of-xiaoyu" not in out
