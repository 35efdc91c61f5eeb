"""Alerts beside the ladder: each is called out until a named person has seen it."""

from __future__ import annotations

from typing import Any

import pytest

from bot.cases import alarms
from bot.cases.types import Alert, Command
from bot.store import Options, Store
from bot.store.alarms import raise_alert
from bot.store.change import Change

SHOP = "demo"


@pytest.fixture
async def calling(world: Any) -> Any:
    """A store that has a paging address and a mail server."""
    await world.store.close()
    world.store = await Store.connect(world.url, Options(page=True, mail=True), world.clock)
    yield world
    await world.store.close()


async def put(world: Any, kind: str = "hold_unconfirmed", level: int = 3, **more: Any) -> Alert:
    alert = Alert(f"{kind}-x1", kind, SHOP, "c1", world.clock(), level, **more)
    change = Change(world.store.keys(SHOP))
    raise_alert(change, alert)
    await world.store.commit(change)
    return alert


async def calls(world: Any) -> list[Command]:
    """Calls that are wanted now, taken and confirmed; the others are dropped."""
    found = []
    for lane in await world.lanes("outbox"):
        while command := await world.store.take_command(SHOP, lane, 8.0):
            if command.kind in ("page", "mail") and await world.store.command_wanted(command):
                found.append(command)
            await world.store.acknowledge(command, {})
    return found


async def ring(world: Any, seconds: float) -> list[str]:
    """Let time pass; audiences paged meanwhile."""
    world.clock.advance(seconds)
    await world.fire_due()
    return [command.payload["audience"] for command in await calls(world) if command.kind == "page"]


async def test_an_alert_that_nobody_sees_is_called_louder_until_somebody_does(calling: Any) -> None:
    """The platform never confirmed the hold, the console was empty, and the parcel went out."""
    alert = await put(calling)
    assert await ring(calling, 59) == []
    assert await ring(calling, 2) == ["group"]
    assert await ring(calling, 181) == ["lead"]
    assert await ring(calling, 181) == ["everyone"]
    assert await ring(calling, 181) == ["everyone"]
    await calling.store.see_alert(SHOP, alert.alert_id, "王敏")
    assert await ring(calling, 3600) == []


async def test_both_ways_are_used_and_name_no_customer(calling: Any) -> None:
    """One dead way to call would be all ways; a call with a name in it would be read by the wrong people."""
    await put(calling, detail="A1")
    calling.clock.advance(61)
    await calling.fire_due()
    found = await calls(calling)
    assert [command.kind for command in found] == ["mail", "page"]
    for command in found:
        assert command.payload["alert"] == "hold_unconfirmed"
        assert set(command.payload) == {"case_id", "chat_id", "level", "urgency", "rung", "audience", "loud", "alert",
                                        "alert_id"}  # fmt: skip
    rows = await calling.store.feed(SHOP)
    assert [row["calls"] for row in rows if row["type"] == "alert"] == [0, 1]


async def test_raised_again_keeps_the_time_of_its_call(calling: Any) -> None:
    """A customer's silence noticed again every minute would push the call away for ever."""
    await put(calling, "silence")
    for _ in range(3):
        calling.clock.advance(19)
        await put(calling, "silence")
    assert await ring(calling, 4) == ["group"]


async def test_a_call_on_its_way_is_dropped_when_the_alert_is_seen(calling: Any) -> None:
    """People would be woken for what a colleague has in hand."""
    alert = await put(calling)
    calling.clock.advance(61)
    await calling.fire_due()
    await calling.store.see_alert(SHOP, alert.alert_id, "王敏")
    assert await calls(calling) == []


async def test_the_ladder_rings_alone_while_it_rings(calling: Any) -> None:
    """Two calls for the same person in danger would be taken for two people, or for noise."""
    accepted = await calling.say(3)
    await put(calling, "bot_failed", case_id=accepted.case_id)
    seen = []
    for _ in range(4):
        calling.clock.advance(61)
        await calling.fire_due()
        seen += [command.payload.get("alert") for command in await calls(calling) if command.kind == "page"]
    assert seen
    assert set(seen) == {None}
    await calling.store.accept_case(SHOP, accepted.case_id, "王敏")
    await calling.agent("我在")
    assert await ring(calling, 181) == ["group"], "who has the case may not have seen this"


async def test_a_shop_question_wakes_nobodys_lead(calling: Any) -> None:
    """Called out of bed for a size chart, people would switch the telephone off."""
    await put(calling, "bot_failed", level=0)
    assert await ring(calling, 899) == []
    heard = await ring(calling, 2)
    for _ in range(5):
        heard += await ring(calling, 3601)
    assert set(heard) == {"group"}


async def test_calls_that_do_not_get_through_do_not_breed(calling: Any) -> None:
    """A dead paging service would fill the store with alerts about alerts."""
    await put(calling)
    for _ in range(30):
        calling.clock.advance(61)
        await calling.fire_due()
        for lane in await calling.lanes("outbox"):
            if command := await calling.store.take_command(SHOP, lane, 8.0):
                await calling.store.tell_undelivered(command, "answered 500")
                await calling.store.retry_command(command, 4.0)
    kinds = [alert.kind for alert in await calling.store.alerts(SHOP)]
    assert kinds.count("undelivered") == 2, "one for each way"


async def test_a_dead_worker_or_two_of_them_call_once(calling: Any) -> None:
    """A page sent twice by two workers is half believed the next time."""
    await put(calling)
    calling.clock.advance(61)
    (timer,) = await calling.store.due_timers(SHOP)
    assert [await calling.store.fire(timer), await calling.store.fire(timer)] == [True, False]
    assert len(await calls(calling)) == 2


async def test_undelivered_words_are_as_grave_as_the_chat(calling: Any) -> None:
    """The bot's words to somebody in danger never arrived, and it was filed as a shop matter."""
    await calling.say(3)
    command = Command("m1", "message", SHOP, "chat:c1", "m1", calling.clock(), {"chat_id": "c1"})
    await calling.store.tell_undelivered(command, "answered 500")
    (alert,) = [item for item in await calling.store.alerts(SHOP) if item.kind == "undelivered"]
    assert alert.level == 3


def test_every_level_gets_louder_only_as_far_as_it_may() -> None:
    """Level 4 must reach everyone, level 0 nobody but the group."""
    reach = {level: {alarms.called_now(level, calls) for calls in range(9)} for level in range(5)}
    assert reach[0] == reach[1] == {"group"}
    assert reach[2] == {"group", "lead"}
    assert reach[3] == reach[4] == {"group", "lead", "everyone"}
    assert alarms.call_after(Alert("a", "danger", SHOP, "c1", 0.0, 4), 0) is None
