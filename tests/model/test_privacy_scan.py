"""The whole system, one talk full of personal data: nothing of it in any log, tracker, queue or feed."""

from __future__ import annotations

import asyncio
import uuid

import redis.asyncio as aioredis

from tests.machine import Machine, now
from tests.scan import ORDER, RECEIVER, TEXTS, everything, found_in, leaks


def test_only_the_transcript_holds_what_names_a_person(machine: Machine) -> None:
    """A copied log file would be a list of people who wanted to die, with their doors."""
    client, chat = machine.client(), f"p-{uuid.uuid4().hex[:10]}"
    order = {**ORDER, "order_id": f"o-{chat}"}
    client.place_order(chat, order)
    client.introduce(chat, f"u-{chat}")
    client.event("order.updated", chat, now(), order={**order, **RECEIVER})
    client.event("chat.handover", chat, now(), to="bot")
    for text in TEXTS:
        view, _ = client.wait_turn(chat, client.say(chat, text, now(), f"u-{chat}"))
    assert view["level"] >= 2, "danger is read in the original"
    assert any(found_in(line["text"]) for line in view["transcript"])

    async def look() -> dict[str, str]:
        store = aioredis.from_url(machine.settings.live_redis_url(), decode_responses=True)
        seen = await everything(store)
        await store.close()
        return seen

    seen = asyncio.run(look())
    assert any(":rasa:" in key for key in seen), "the tracker was looked at"
    assert leaks(seen) == {}
    # The shop's own database and log are the merchant's.
    logs = {file.name: found_in(file.read_text("utf-8", "replace")) for file in (machine.var / "log").glob("*.log")}
    assert {name for name, kinds in logs.items() if kinds} <= {"sandbox.log"}
    assert {"door.log", "brain.log", "worker.log", "actions.log"} <= set(logs)
