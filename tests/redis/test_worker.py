"""The worker's loops: prompt, and not stopped by one broken thing."""

from __future__ import annotations

import asyncio

from bot.cases.types import Timer
from bot.store.change import Change
from bot.store.keys import Keys
from bot.work.clockwork import LOOK_AGAIN, Clockwork

SHOP = "demo"


async def test_one_broken_timer_does_not_stop_the_others(world):
    """A single odd record would leave every unanswered customer without words."""
    await world.store.set_owner(SHOP, "c1", "bot", "agent1")
    await world.say(3)
    change = Change(Keys(SHOP))
    change.timer("broken", "answer", world.clock() - 5, {"chat_id": "c1"})  # no "seq"
    await world.store.commit(change)
    world.clock.advance(9)
    clockwork = Clockwork(world.store)
    pause = await clockwork.tick()
    assert pause > 0.01, "the broken one is not tried again at once"
    assert [line.action for line in await world.bot_lines()] == ["safe_text"]
    assert "broken" in {timer.timer_id for timer in await world.store.timers(SHOP)}


async def test_next_look_is_when_the_next_timer_falls_due(world):
    """Eight seconds must be eight, not up to half a second more."""
    await world.store.set_owner(SHOP, "c1", "bot", "agent1")
    await world.say(0)
    clockwork = Clockwork(world.store)
    assert await clockwork.tick() == LOOK_AGAIN
    world.clock.advance(7.9)
    assert 0.05 < await clockwork.tick() < 0.15


async def test_timer_of_an_unknown_kind_is_taken_away(world):
    """After a step back to an older version its worker must not choke on a newer timer."""
    change = Change(Keys(SHOP))
    change.timer("new", "kind_of_tomorrow", world.clock() - 1, {})
    await world.store.commit(change)
    assert await world.store.fire(Timer("new", "kind_of_tomorrow", SHOP, world.clock() - 1, {}))
    assert await world.store.timers(SHOP) == []


async def test_fifty_parallel_messages_of_one_chat_are_all_accepted(world):
    """A customer who pastes a long farewell line by line must not lose one of them to our own haste."""
    await asyncio.gather(*(world.say(2, f"m{number}") for number in range(50)))
    assert (await world.chat()).last_seq == 50
