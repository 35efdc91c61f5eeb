"""Somebody has the case, and then it gets worse: they are called themselves, and they owe the customer words anew."""

from __future__ import annotations

from typing import Any

import pytest

from bot.cases import ladder
from bot.cases.types import Case, Command
from bot.store import Options

SHOP = "demo"


@pytest.fixture
async def calling(world: Any, make_store: Any) -> Any:
    """A world whose people are paged."""
    world.store = await make_store(Options(page=True))
    return world


async def pages(world: Any, case: Case) -> list[Command]:
    """The calls of a case that are wanted now, taken and confirmed."""
    found = []
    while command := await world.store.take_command(SHOP, f"case:{case.case_id}", 8.0):
        if await world.store.command_wanted(command):
            found.append(command)
            await world.store.acknowledge(command, {})
        else:
            await world.store.drop_command(command, "no longer wanted")
    return found


async def taken(world: Any) -> Case:
    """A case of level 2 that 林老师 has accepted, and who has spoken to the customer."""
    await world.say(2)
    case = await world.store.case_of_chat(SHOP, "c1")
    await pages(world, case)
    await world.store.accept_case(SHOP, case.case_id, "林老师")
    await world.agent("我在，您说")
    return await world.store.case(SHOP, case.case_id)


async def test_who_has_the_case_is_called_when_it_becomes_grave(calling: Any) -> None:
    """They took a sad customer and went for tea; that she is on the roof now would ring at an empty desk only."""
    case = await taken(calling)
    assert ladder.words_due(case) is None
    calling.clock.advance(600)
    await calling.say(4)
    (call,) = await pages(calling, case)
    assert (call.payload["to"], call.payload["loud"], call.payload["urgency"]) == ("林老师", True, "now")
    case = await calling.store.case(SHOP, case.case_id)
    assert (case.escalation, case.accepted_by) == ("accepted", "林老师"), "the case is still theirs"
    assert ladder.words_due(case) == calling.clock() + 90


async def test_without_new_words_the_call_is_open_again(calling: Any) -> None:
    """Nobody else would ever be called: somebody had accepted, an hour ago, something else."""
    case = await taken(calling)
    calling.clock.advance(600)
    await calling.say(4)
    calling.clock.advance(91)
    assert "words" in await calling.fire_due()
    case = await calling.store.case(SHOP, case.case_id)
    assert (case.escalation, case.accepted_by) == ("requested", "")
    (call,) = await pages(calling, case)
    assert "to" not in call.payload, "the call to the one who did not come is not wanted any more"


async def test_new_words_are_enough(calling: Any) -> None:
    """Who is there and speaks must not be called away from the customer by their own pager."""
    case = await taken(calling)
    calling.clock.advance(600)
    await calling.say(4)
    await calling.agent("我在。先离开那里，好吗")
    assert await pages(calling, case) == []
    calling.clock.advance(91)
    assert "words" not in await calling.fire_due()
    assert (await calling.store.case(SHOP, case.case_id)).escalation == "accepted"


async def test_more_of_the_same_calls_nobody_again(calling: Any) -> None:
    """A pager that rings at every sentence of a grave talk is switched off."""
    case = await taken(calling)
    await calling.say(4)
    await pages(calling, case)
    await calling.agent()
    for _ in range(3):
        await calling.say(4)
    assert await pages(calling, case) == []


async def test_the_alert_of_the_rise_goes_when_the_words_are_said(calling: Any) -> None:
    """It stood for ever, as the case cannot be accepted twice, and woke the operators for a customer in good hands."""
    case = await taken(calling)
    assert await calling.store.alerts(SHOP) == []
    await calling.say(4)
    (alert,) = await calling.store.alerts(SHOP)
    assert (alert.kind, alert.level) == ("danger", 4)
    await calling.agent()
    assert await calling.store.alerts(SHOP) == []
    await calling.say(4)
    assert await calling.store.alerts(SHOP) == []
    assert (await calling.store.case(SHOP, case.case_id)).level == 4


async def test_a_telephone_talk_with_the_customer_is_words_as_well(calling: Any) -> None:
    """Who rang her up at once would be called away by the pager while she speaks."""
    case = await taken(calling)
    await calling.say(4)
    await calling.store.add_contact(SHOP, case.case_id, "林老师", "customer", "打了电话，人在家，姐姐在旁边")
    assert await calling.store.alerts(SHOP) == []
    assert await pages(calling, case) == []
