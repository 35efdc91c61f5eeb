"""The turn queue: in order, once, and never lost with the process that held it."""

from __future__ import annotations

import asyncio
import contextlib
import itertools

from bot.cases.types import Reply
from bot.store import Options
from bot.store.keys import SHOPS

SHOP = "demo"


async def _bot(world, chat="c1"):
    await world.store.set_owner(SHOP, chat, "bot", "agent1")


async def test_turns_of_a_chat_come_one_after_the_other(world):
    """Two answers at once would cross each other and ask twice."""
    await _bot(world)
    for number in range(3):
        await world.say(0, f"m{number}")
    seen = []
    async for turn in world.store.turns("brain"):
        seen.append(turn.text)
        assert await world.store.take("turns", SHOP, "c1", 5) is None, "the chat is busy"
        await world.store.finish_turn(turn, [Reply(f"r{turn.seq}")])
        if len(seen) == 3:
            break
    assert seen == ["m0", "m1", "m2"]
    assert [line.text for line in await world.bot_lines()] == ["r1", "r2", "r3"]


async def test_many_chats_are_answered_side_by_side(world):
    """One slow talk must not keep the others waiting."""
    for number in range(5):
        await _bot(world, f"c{number}")
        await world.say(0, chat=f"c{number}", sender=f"b{number}")
    stream = world.store.turns("brain", limit=5)
    turns = [await anext(stream) for _ in range(5)]
    assert {turn.chat.chat_id for turn in turns} == {f"c{number}" for number in range(5)}
    await stream.aclose()


async def test_turn_of_a_dead_brain_is_handed_out_again(world, make_store):
    """kill -9 of the conversation process must not swallow what the customer said."""
    await _bot(world)
    await world.say(2, "不想活了")
    lost = await world.turn()
    other = await make_store()
    assert await other.take("turns", SHOP, "c1", 5) is None, "its lease still runs"
    world.clock.advance(6)
    again = await world.turn(other)
    assert (again.text, again.tries, again.token != lost.token) == ("不想活了", 2, True)
    assert await world.store.finish_turn(lost, [Reply("old")]) is False, "the dead one's late answer is fenced off"
    assert await other.finish_turn(again, [Reply("new")]) is True
    assert [line.text for line in await world.bot_lines()] == ["new"]
    await other.close()


async def test_turn_finished_twice_speaks_once(world):
    """A repeated finish must not send the same reply again."""
    await _bot(world)
    await world.say(0)
    turn = await world.turn()
    answers = await asyncio.gather(*(world.store.finish_turn(turn, [Reply("r")]) for _ in range(10)))
    assert sorted(answers) == [False] * 9 + [True]
    assert len(await world.bot_lines()) == 1


async def test_four_brains_keep_order_and_never_share_a_turn(world, make_store):
    """More processes under load must not mean double or crossed answers."""
    chats, each = [f"c{number}" for number in range(10)], 12
    for chat in chats:
        await _bot(world, chat)
    for number, chat in itertools.product(range(each), chats):
        await world.say(0, f"{number}", chat=chat, sender=chat)
    taken: dict[str, list[int]] = {chat: [] for chat in chats}
    stop = asyncio.Event()

    async def brain(name: str) -> None:
        store = await make_store()
        async for turn in store.turns(name, stop):
            taken[turn.chat.chat_id].append(turn.seq)
            assert await store.finish_turn(turn, [Reply(turn.text)])
            if sum(map(len, taken.values())) == each * len(chats):
                stop.set()
        await store.close()

    async with asyncio.timeout(60):
        await asyncio.gather(*(brain(f"brain{number}") for number in range(4)))
    for chat in chats:
        assert [line.text for line in await world.bot_lines(chat)] == [str(number) for number in range(each)]


async def test_lease_is_kept_while_a_slow_brain_thinks(world, make_store):
    """A turn that takes longer than a lease must not be given to a second brain meanwhile."""
    slow = await make_store(Options(lease_seconds=0.2), real_time=True)
    await _bot(world)
    await world.say(0)
    stream = slow.turns("slow")
    turn = await anext(stream)
    renewed = asyncio.Event()
    original, count = slow.renew, itertools.count(1)

    async def counted(taken, lease):
        done = await original(taken, lease)
        if next(count) >= 6:  # one and a half leases
            renewed.set()
        return done

    slow.renew = counted
    async with asyncio.timeout(10):
        await renewed.wait()
    other = await make_store(real_time=True)
    assert await other.take("turns", SHOP, "c1", 5) is None
    assert await slow.finish_turn(turn, [Reply("r")])
    await stream.aclose()
    await slow.close()
    await other.close()


async def test_failed_turn_sends_the_fixed_text_and_tells_people(world):
    """When the model breaks, someone in danger must still get words, and a person must know."""
    await _bot(world)
    await world.say(3)
    assert await world.store.fail_turn(await world.turn(), "action server away")
    (line,) = await world.bot_lines()
    assert line.action == "safe_text"
    assert not any(sign.isdigit() for sign in line.text)
    kinds = {alert.kind: alert.detail for alert in await world.store.alerts(SHOP)}
    assert kinds["bot_failed"] == "action server away"
    case = await world.store.case_of_chat(SHOP, "c1")
    assert any(row["type"] == "BotFailed" for row in await world.store.case_events(SHOP, case.case_id))


async def test_empty_reply_counts_as_failure(world):
    """Stock Rasa answers 200 with nothing; the customer would sit before silence."""
    await _bot(world)
    await world.say(1)
    assert await world.store.finish_turn(await world.turn(), [])
    assert (await world.bot_lines())[0].action == "safe_text"


async def test_bot_may_be_silent_on_purpose(world):
    """A good-bye needs no second good-bye, and no alarm."""
    await _bot(world)
    await world.say(0)
    assert await world.store.finish_turn(await world.turn(), [], silent=True)
    assert await world.bot_lines() == []
    assert await world.store.alerts(SHOP) == []
    assert (await world.chat()).answered_seq == 1


async def test_turn_that_kills_its_brain_each_time_ends_in_the_fixed_text(world):
    """One poisonous message must not take the service down for ever and leave its writer without an answer."""
    await _bot(world)
    await world.say(2)
    for _ in range(3):
        await world.turn()
        world.clock.advance(6)
    stop = asyncio.Event()

    async def last() -> None:
        async for _ in world.store.turns("brain", stop):
            raise AssertionError("handed out a fourth time")

    async with world.store.waking(SHOP) as wait:
        task = asyncio.create_task(last())
        while not await world.bot_lines():
            await wait(5, None)
        stop.set()
        await task
    assert (await world.bot_lines())[0].action == "safe_text"


async def test_waiting_brain_is_woken_by_a_message(world):
    """Polling alone would add a quarter of a second to every answer."""
    await _bot(world)
    stream = world.store.turns("brain")
    waiting = asyncio.create_task(anext(stream))
    await asyncio.sleep(0)
    await world.say(0, "在吗")
    async with asyncio.timeout(5):
        assert (await waiting).text == "在吗"
    await stream.aclose()


async def test_memory_of_the_talk_is_kept_for_the_next_turn(world):
    """The bot would ask the same question again."""
    await _bot(world)
    await world.say(0)
    await world.store.finish_turn(await world.turn(), [Reply("r")], memory={"asked": ["purpose"]})
    await world.say(0)
    assert (await world.turn()).chat.memory == {"asked": ["purpose"]}


async def test_referrals_are_remembered_with_the_case(world):
    """The same number twice is spam; the helper must know what was already given."""
    await _bot(world)
    await world.say(3)
    await world.store.finish_turn(await world.turn(), [Reply("r")], referrals=["12356"])
    await world.store.note_referrals(SHOP, "c1", ["12356", "12355"])
    assert (await world.store.case_of_chat(SHOP, "c1")).referrals == ("12356", "12355")


async def test_a_turn_let_go_is_handed_out_again_after_its_lease(make_store, world):
    """The store was away for a moment in mid-turn: the agent would wait a minute for suggestions."""
    holder = await make_store(Options(lease_seconds=0.6), real_time=True)
    await world.store.know_shop(SHOP)
    await holder.accept_turn(world.inbound(), lambda chat, orders: (None, None))
    seen = []
    async with asyncio.timeout(40):
        async with contextlib.aclosing(holder.turns("brain")) as turns:
            async for turn in turns:
                seen.append(turn.tries)
                if len(seen) == 2:
                    await holder.finish_turn(turn, silent=True)
                    break
                holder.let_go(turn)
    assert seen == [1, 2]
    await holder.close()


async def test_a_store_closes_quietly_while_a_read_is_being_stopped(make_store, world):
    """A brain told to stop in mid-read would end with a traceback, and what it had to put away would not be."""
    stopping = await make_store(Options(), real_time=True)
    pool = stopping.redis.connection_pool
    connections = [await pool.get_connection("_") for _ in range(20)]
    closing = asyncio.create_task(stopping.close())
    stopped = [asyncio.create_task(connection.disconnect()) for connection in connections]
    await asyncio.sleep(0)  # all wait for the same sockets to be gone
    for one in stopped:
        one.cancel()
    await closing
    await asyncio.gather(*stopped, return_exceptions=True)


async def test_shops_that_come_later_and_shops_that_are_gone(world):
    """The first customer of a new shop would wait until the brain is started again."""
    store = world.store
    assert await store.due_everywhere("turns") == []
    await _bot(world)
    await world.say(0)
    assert await store.due_everywhere("turns") == [(SHOP, "c1")]
    await store.know_shop("another")
    await store.redis.zadd(store.keys("another").lanes("turns"), {"c9": 0})
    for _ in range(2):
        assert await store.due_everywhere("turns") == [("another", "c9"), (SHOP, "c1")]
    await store.redis.delete(SHOPS)
    assert await store.due_everywhere("turns") == []


async def test_listener_whose_loop_is_gone_ends_without_a_complaint(world, monkeypatch):
    """A process told to stop while Redis is away would end in an error of its own, in place of the one that counts."""
    closed = []

    class Pubsub:
        async def subscribe(self, channel: str) -> None:
            await asyncio.sleep(30)

        async def close(self) -> None:
            closed.append(asyncio.get_running_loop())

    monkeypatch.setattr(type(world.store.redis), "pubsub", lambda self: Pubsub())
    listening = world.store._listen(asyncio.Event(), None)
    listening.send(None)  # as far as the first wait
    listening.close()  # what the interpreter does to a task that is left when its loop has been closed
    assert not closed
