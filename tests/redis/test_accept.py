"""A message at the door: once, whole, in order, with everything that follows from it."""

from __future__ import annotations

import asyncio

import pytest

from bot.store import StaleTalk
from bot.store.keys import Keys

SHOP = "demo"
PESTICIDE = {"order_id": "A1", "title": "农用药剂", "category": "农药", "status": "paid"}
SCARF = {"order_id": "A2", "title": "围巾", "category": "服饰", "status": "shipped"}
DONE = {"order_id": "A3", "title": "手套", "category": "服饰", "status": "delivered"}


async def test_message_is_readable_after_acceptance(world):
    """Without this the person at the desk would not see what the customer wrote."""
    accepted = await world.say(1, "今天好累")
    assert (accepted.duplicate, accepted.seq, accepted.level) == (False, 1, 1)
    (line,) = await world.store.transcript(SHOP, "c1")
    assert (line.seq, line.text, line.role, line.verdict["level"]) == (1, "今天好累", "customer", 1)
    assert (await world.chat()).customer_id == "buyer1"


async def test_same_delivery_is_accepted_once(world):
    """A platform that retries would make the bot answer the same words twice."""
    inbound = world.inbound()
    first = await world.say(3, inbound=inbound)
    again = await world.say(3, inbound=inbound)
    assert not first.duplicate
    assert again.duplicate
    assert (again.seq, again.level, again.case_id) == (1, 3, first.case_id)
    assert len(await world.store.transcript(SHOP, "c1")) == 1
    assert await world.store.seen_delivery(SHOP, inbound.delivery_id) == {
        "kind": "message", "seq": 1, "level": 3, "case_id": first.case_id,
    }  # fmt: skip


async def test_same_message_under_another_delivery_is_accepted_once(world):
    """Some platforms give a repeated message a new delivery id; the customer would be answered twice."""
    await world.say(0, message_id="same")
    assert (await world.say(0, message_id="same")).duplicate
    assert (await world.say(0, chat="c2", message_id="same")).duplicate is False


async def test_fifty_copies_at_once_make_one_message(world):
    """Parallel retries of one delivery must not slip through between look and write."""
    inbound = world.inbound()
    answers = await asyncio.gather(*(world.say(4, inbound=inbound) for _ in range(50)))
    assert sum(not answer.duplicate for answer in answers) == 1
    assert len(await world.store.transcript(SHOP, "c1")) == 1
    assert len(await world.store.cases(SHOP)) == 1


async def test_one_delivery_id_counts_once_whatever_it_carries(world):
    """A replayed delivery with another body must not become a second message, not even at the same moment."""
    bodies = [world.inbound(f"m{n}", chat=f"c{n}", delivery_id="d", sender=f"b{n}") for n in range(20)]
    answers = await asyncio.gather(*(world.say(0, inbound=inbound) for inbound in bodies))
    assert sum(not answer.duplicate for answer in answers) == 1
    assert len(await world.store.chats(SHOP)) == 1


async def test_parallel_messages_of_one_chat_lose_no_signal(world):
    """Two messages read at the same moment: the second must know what the first disclosed."""
    await asyncio.gather(
        *(world.say(2 if n % 2 else 0, f"m{n}", signals=(f"ideation_{n}",) if n % 2 else ()) for n in range(12))
    )
    chat = await world.chat()
    assert chat.last_seq == chat.talk["turn"] == chat.talk_version == 12
    assert set(chat.talk["seen"]) == {f"ideation_{n}" for n in range(1, 12, 2)}
    lines = await world.store.transcript(SHOP, "c1")
    assert [line.seq for line in lines] == list(range(1, 13))


async def test_verdict_read_from_an_old_state_is_refused(world, fake_verdict):
    """A verdict that overlooks a disclosure made a moment ago must be read again, not stored."""
    await world.say(3)
    with pytest.raises(StaleTalk):
        await world.store.accept_message(world.inbound(), fake_verdict(0), {"level": 0}, talk_version=0)
    assert (await world.chat()).level == 3


@pytest.mark.parametrize(("known", "read", "after"), [(3, 0, 3), (4, 3, 4), (3, 4, 4), (2, 0, 0), (0, 2, 2)])
async def test_no_message_lowers_a_high_level(world, fake_verdict, known, read, after):
    """ "没事了" after a disclosed plan must not send the helpers away."""
    await world.say(known)
    accepted = await world.store.accept_message(world.inbound(), fake_verdict(read), {"level": read})
    assert accepted.level == (await world.chat()).level == after


async def test_danger_raises_case_alert_and_call_at_once(world):
    """The call for a person must be on disk with the message, not wait for Rasa."""
    accepted = await world.say(3, signals=("ideation_active", "plan"), orders=[PESTICIDE])
    case = await world.store.case_of_chat(SHOP, "c1")
    assert case.case_id == accepted.case_id
    assert (case.level, case.escalation, case.urgency) == (3, "requested", "urgent")
    assert case.history[0].evidence == ("ideation_active", "plan")
    (alert,) = await world.store.alerts(SHOP)
    assert (alert.kind, alert.level, alert.case_id) == ("danger", 3, case.case_id)
    types = [event["type"] for event in await world.store.case_events(SHOP, case.case_id)]
    assert types[:4] == ["CaseOpened", "ChatJoined", "LevelRaised", "EscalationRequested"]
    assert "HoldRequested" in types


async def test_open_orders_of_someone_in_danger_are_held_and_delivered_ones_are_not(world):
    """The parcel must be stopped before anyone has read the chat; what has arrived cannot be."""
    await world.say(3, orders=[PESTICIDE, SCARF, DONE])
    case = await world.store.case_of_chat(SHOP, "c1")
    assert {hold.order_id: hold.state for hold in case.holds} == {"A1": "requested", "A2": "requested"}
    assert sorted(await world.lanes("outbox")) == ["order:A1", "order:A2"]


async def test_each_order_is_held_once_however_much_is_said(world):
    """A hold asked for with every message would flood the shop and hide a release."""
    for _ in range(4):
        await world.say(3, orders=[PESTICIDE])
    case = await world.store.case_of_chat(SHOP, "c1")
    events = await world.store.case_events(SHOP, case.case_id)
    assert sum(event["type"] == "HoldRequested" for event in events) == 1


async def test_someone_who_speaks_for_another_is_helped_and_their_own_things_are_not_held(world):
    """A worried mother's own scarf must not be stopped; her call for help must be heard."""
    await world.say(3, third_party=True, orders=[SCARF])
    case = await world.store.case_of_chat(SHOP, "c1")
    assert case.third_party
    assert case.holds == ()
    assert case.escalation == "requested"


async def test_restricted_goods_of_someone_who_speaks_for_another_are_held(world):
    """The pesticide on a daughter's account may be on its way to the father she is afraid for."""
    await world.say(3, third_party=True, orders=[PESTICIDE, SCARF])
    case = await world.store.case_of_chat(SHOP, "c1")
    assert [hold.order_id for hold in case.holds] == ["A1"]
    assert {item.kind for item in case.follow_ups} == {"morning", "day"}


async def test_ordinary_shopping_raises_nothing(world):
    """False alarms wear people out until they no longer come."""
    await world.say(0, orders=[SCARF])
    await world.say(1, orders=[SCARF])
    assert await world.store.cases(SHOP) == []
    assert await world.store.alerts(SHOP) == []
    assert await world.store.timers(SHOP) == []
    assert (await world.chat()).case_id is None


async def test_question_about_a_product_alone_calls_nobody(world):
    """A farmer who asks about a toxic product is asked for the purpose, not met by the police."""
    await world.say(2, signals=("means_seeking",), orders=[PESTICIDE])
    assert await world.store.cases(SHOP) == []
    assert (await world.chat()).level == 2


async def test_two_chats_of_one_customer_share_one_case(world):
    """Someone who opens a second chat would otherwise be two half-known people to two helpers."""
    first = await world.say(3, chat="c1")
    second = await world.say(0, chat="c2")
    third = await world.say(4, chat="c2")
    assert first.case_id == second.case_id == third.case_id
    (case,) = await world.store.cases(SHOP)
    assert case.chats == ("c1", "c2")
    assert case.level == 4
    assert case.urgency == "now"


async def test_order_named_in_a_harmless_second_chat_is_held(world):
    """In danger in one chat, calm in another, and the order is in the calm one."""
    await world.say(3, chat="c1")
    await world.say(0, chat="c2", orders=[PESTICIDE])
    assert [hold.order_id for hold in (await world.store.case_of_chat(SHOP, "c1")).holds] == ["A1"]


async def test_two_chats_of_a_new_customer_at_the_same_moment_open_one_case(world):
    """The race that would make two cases of one person."""
    await asyncio.gather(*(world.say(3, chat=f"c{n}") for n in range(8)))
    (case,) = await world.store.cases(SHOP)
    assert sorted(case.chats) == [f"c{n}" for n in range(8)]


async def test_order_placed_in_danger_is_held_without_a_further_word(world):
    """Someone turned away once orders again, silently, an hour later."""
    await world.say(3)
    await world.store.put_order(SHOP, None, "buyer1", PESTICIDE, "o1")
    await world.store.put_order(SHOP, None, "buyer1", PESTICIDE, "o1")
    case = await world.store.case_of_chat(SHOP, "c1")
    assert [hold.order_id for hold in case.holds] == ["A1"]
    events = await world.store.case_events(SHOP, case.case_id)
    assert sum(event["type"] == "HoldRequested" for event in events) == 1


async def test_order_known_before_the_first_message_is_held(world):
    """The order comes by its own event, before the chat has a customer."""
    await world.store.put_order(SHOP, "c1", None, PESTICIDE, "o1")
    await world.say(3)
    assert [hold.order_id for hold in (await world.store.case_of_chat(SHOP, "c1")).holds] == ["A1"]


async def test_case_is_what_its_events_say(world):
    """An audit trail that does not lead to the present state proves nothing."""
    from bot.cases.codec import to_dict
    from bot.cases.events import event_from_dict
    from bot.cases.evolve import evolve_all

    accepted = await world.say(3, orders=[PESTICIDE, SCARF])
    await world.say(4)
    await world.store.accept_case(SHOP, accepted.case_id, "王敏")
    await world.store.release_hold(SHOP, "A2", "王敏", "围巾与此无关")
    await world.store.opt_out_follow_up(SHOP, "c1", "k")
    rows = await world.store.case_events(SHOP, accepted.case_id)
    told = evolve_all(None, [event_from_dict(row) for row in rows])
    kept = await world.store.case(SHOP, accepted.case_id)
    assert {**to_dict(told), "version": 0} == {**to_dict(kept), "version": 0}


async def test_half_a_surrogate_pair_is_stored_at_its_true_length(world):
    """One broken emoji must not make a message unstorable, nor shift the evidence."""
    await world.say(0, "a\ud83d不想活了")
    (line,) = await world.store.transcript(SHOP, "c1")
    assert line.text == "a?不想活了"


async def test_quiet_chats_expire_and_dangerous_ones_do_not(world):
    """Shop talk is personal data and must leave; the record of a crisis must not vanish by itself."""
    keys = Keys(SHOP)
    await world.say(0)
    await world.say(3, chat="c2", sender="buyer2")
    assert await world.store.redis.ttl(keys.chat("c1")) > 0
    assert await world.store.redis.ttl(keys.lines("c1")) > 0
    assert await world.store.redis.ttl(keys.chat("c2")) == -1
    assert await world.store.redis.ttl(keys.lines("c2")) == -1


async def test_feed_holds_no_word_of_the_customer(world):
    """The feed goes to every open console: it may point at a message but not repeat it."""
    await world.say(4, "我在天台上", orders=[PESTICIDE])
    rows = await world.store.feed(SHOP)
    assert {row["type"] for row in rows} >= {"message", "level", "case", "alert", "hold"}
    assert "天台" not in str(rows)
    last = rows[-1]["id"]
    assert await world.store.feed(SHOP, after=last) == []


async def test_all_keys_of_a_shop_share_its_tag(world):
    """Redis Cluster refuses a transaction over keys that live on different nodes."""
    await world.say(4, orders=[PESTICIDE])
    await world.turn()
    await world.store.heartbeat("worker")
    names = set(await world.store.redis.keys("*")) - {"zaoan:shops", "zaoan:heartbeats"}
    assert all(name.startswith("zaoan:{demo}:") for name in names)


async def test_queue_page_puts_the_most_dangerous_first_then_who_waits_longest(world):
    """Newest-first would bury the person who has waited longest."""
    for chat, level in (("calm", 0), ("first", 3), ("now", 4), ("second", 3)):
        await world.say(level, chat=chat, sender=f"buyer-{chat}")
        world.clock.advance(5)
    assert [chat.chat_id for chat in await world.store.chats(SHOP)] == ["now", "first", "second", "calm"]
