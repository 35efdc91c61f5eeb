"""What only a named person does, and what follows when the customer comes back."""

from __future__ import annotations

import asyncio

import pytest

from bot.cases.types import Alert
from bot.store import NotAllowed, NotFound
from bot.store.alarms import raise_alert
from bot.store.change import Change

SHOP = "demo"
PESTICIDE = {"order_id": "A1", "title": "农用药剂", "category": "农药", "status": "paid"}


async def test_bot_may_not_release_a_hold_in_high_danger(world):
    """Someone in danger could talk the bot into letting the parcel go."""
    await world.say(3, orders=[PESTICIDE])
    with pytest.raises(NotAllowed):
        await world.store.release_hold(SHOP, "A1", "bot", "customer asked")
    hold = await world.store.release_hold(SHOP, "A1", "王敏", "核实过")
    assert (hold.state, hold.by) == ("released", "王敏")
    assert (await world.store.release_hold(SHOP, "A1", "王敏", "again")).state == "released"


async def test_released_order_is_held_again_only_if_danger_grows(world):
    """A person's decision must stand against a chatty reading, and fall before a new disclosure."""
    await world.say(3, orders=[PESTICIDE])
    await world.store.release_hold(SHOP, "A1", "王敏", "核实过")
    await world.say(3, orders=[PESTICIDE])
    await world.store.request_holds(SHOP, "c1", "bot asks", "k1")
    case = await world.store.case_of_chat(SHOP, "c1")
    assert case.hold("A1").state == "released"
    await world.say(4, orders=[PESTICIDE])
    assert (await world.store.case_of_chat(SHOP, "c1")).hold("A1").state == "requested"


async def test_lowered_level_is_where_the_next_reading_starts(world):
    """A false alarm that a person has settled must not ring again at the next "谢谢"."""
    accepted = await world.say(3)
    with pytest.raises(NotAllowed):
        await world.store.lower_level(SHOP, accepted.case_id, "bot", 1, "looks fine")
    with pytest.raises(NotAllowed):
        await world.store.lower_level(SHOP, accepted.case_id, "王敏", 1, "  ")
    case = await world.store.lower_level(SHOP, accepted.case_id, "王敏", 1, "电话聊过，是玩笑")
    assert case.level == 1
    chat = await world.chat()
    assert (chat.level, chat.talk["level"], chat.talk["ideation"]) == (1, 1, False)
    assert (await world.say(0)).level == 0
    assert (await world.store.case(SHOP, accepted.case_id)).history[-1].by == "王敏"


async def test_customer_who_comes_back_in_danger_reopens_the_case(world):
    """The helper needs what was known before, and a new call must ring although the old one was answered."""
    first = await world.say(3)
    await world.store.accept_case(SHOP, first.case_id, "王敏")
    closed = await world.store.close_case(SHOP, first.case_id, "王敏", "safe_with_family", "母亲已到")
    assert (closed.status, closed.escalation) == ("closed", "closed")
    assert await world.store.cases(SHOP) == []
    quiet = await world.say(0)
    assert (quiet.level, (await world.store.case(SHOP, first.case_id)).status) == (0, "closed")
    back = await world.say(3, chat="c9")
    case = await world.store.case(SHOP, first.case_id)
    assert back.case_id == first.case_id
    assert (case.status, case.escalation, case.reopened) == ("open", "requested", 1)
    assert len(case.history) == 2


async def test_closing_needs_a_name_and_a_reason(world):
    """Nobody could be asked later why help was ended."""
    accepted = await world.say(3)
    for by, disposition, reason in (("", "safe", "x"), ("bot", "safe", "x"), ("王敏", "safe", ""), ("王敏", "", "x")):
        with pytest.raises(NotAllowed):
            await world.store.close_case(SHOP, accepted.case_id, by, disposition, reason)
    with pytest.raises(NotFound):
        await world.store.close_case(SHOP, "c0", "王敏", "safe", "x")


async def test_first_to_accept_has_the_case(world):
    """Two helpers who both believe the other has it."""
    accepted = await world.say(4)
    names = [f"helper{number}" for number in range(8)]
    cases = await asyncio.gather(*(world.store.accept_case(SHOP, accepted.case_id, name) for name in names))
    assert len({case.accepted_by for case in cases}) == 1
    events = await world.store.case_events(SHOP, accepted.case_id)
    assert sum(event["type"] == "EscalationAccepted" for event in events) == 1


async def test_new_danger_after_acceptance_is_shown_again(world):
    """The helper who took a level 3 must see that it became a 4."""
    accepted = await world.say(3)
    await world.store.accept_case(SHOP, accepted.case_id, "王敏")
    await world.say(4)
    (alert,) = [alert for alert in await world.store.alerts(SHOP) if alert.kind == "danger"]
    assert alert.level == 4


async def test_contact_outside_is_recorded_with_who_and_what(world):
    """After a night with the police somebody must be able to say what was told to whom."""
    accepted = await world.say(4)
    case = await world.store.add_contact(SHOP, accepted.case_id, "王敏", "110", "地址与情况", confirmed=True)
    (contact,) = case.contacts
    assert (contact.by, contact.whom, contact.confirmed) == ("王敏", "110", True)


async def test_action_repeated_with_its_key_happens_once(world):
    """Rasa may run a turn twice; the call for a person must not be made twice, nor lost."""
    await world.say(0)
    first = await world.store.escalate(SHOP, "c1", "soon", "customer asked for a person", "turn-1")
    again = await world.store.escalate(SHOP, "c1", "soon", "customer asked for a person", "turn-1")
    assert first.case_id == again.case_id
    events = await world.store.case_events(SHOP, first.case_id)
    assert sum(event["type"] == "EscalationRequested" for event in events) == 1
    assert (await world.chat()).case_id == first.case_id


async def test_seen_alert_leaves_the_list(world):
    """An alert that cannot be put away buries the next one."""
    await world.store.set_owner(SHOP, "c1", "bot", "agent1")
    await world.say(1)
    await world.store.fail_turn(await world.turn(), "model missing")
    (alert,) = await world.store.alerts(SHOP)
    with pytest.raises(NotAllowed):
        await world.store.see_alert(SHOP, alert.alert_id, "bot")
    await world.store.see_alert(SHOP, alert.alert_id, "王敏")
    assert await world.store.alerts(SHOP) == []


async def test_case_opened_before_the_customer_is_known_becomes_theirs(world):
    """A call for help made at the hand-over must not be a second, nameless case beside the real one."""
    await world.store.set_owner(SHOP, "c1", "bot", "agent1")
    opened = await world.store.escalate(SHOP, "c1", "soon", "agent is worried", "k1")
    accepted = await world.say(3)
    assert accepted.case_id == opened.case_id
    assert (await world.say(0, chat="c2")).case_id == opened.case_id
    assert (await world.store.case(SHOP, opened.case_id)).customer_id == "buyer1"


async def test_expired_chats_leave_the_queue_page(world):
    """Dead rows would push the living off the page."""
    await world.say(0)
    await world.say(0, chat="c2")
    await world.store.redis.delete("zaoan:{demo}:chat:c1")
    assert [chat.chat_id for chat in await world.store.chats(SHOP)] == ["c2"]
    assert await world.store.redis.zcard("zaoan:{demo}:chats") == 1


async def test_who_waits_is_never_hidden_behind_the_many_that_are_cared_for(world):
    """On a bad night with a hundred accepted cases, the new one would be on page two, which nobody opens."""
    for number in range(4):
        accepted = await world.say(4, chat=f"c{number}", sender=f"b{number}")
        await world.store.accept_case("demo", accepted.case_id, "王敏")
        world.clock.advance(1)
    await world.say(2, chat="late", sender="late")
    assert len(await world.store.cases("demo", limit=3)) == 3
    (case,) = await world.store.cases("demo", limit=3, waiting=True)
    assert case.chats == ("late",)
    assert await world.store.case_counts("demo") == ({2: 1, 4: 4}, 1)
    await world.store.close_case("demo", case.case_id, "王敏", "safe_now", "聊过")
    assert await world.store.cases("demo", waiting=True) == []
    assert await world.store.case_counts("demo") == ({4: 4}, 0)


async def test_the_gravest_alert_comes_first_and_moves_up_when_it_gets_graver(world):
    """Behind a hundred questions that the bot could not answer, the one from the roof would not be seen."""
    for level, kind in ((0, "bot_failed"), (2, "silence"), (4, "undelivered")):
        await _raise(world, f"{kind}-1", kind, level)
        world.clock.advance(1)
    assert [alert.level for alert in await world.store.alerts("demo")] == [4, 2, 0]
    await _raise(world, "silence-1", "silence", 2)
    await _raise(world, "silence-2", "silence", 2)
    assert [alert.alert_id for alert in await world.store.alerts("demo", limit=2)] == ["undelivered-1", "silence-1"]
    await _raise(world, "bot_failed-1", "bot_failed", 3)
    assert [alert.level for alert in await world.store.alerts("demo")] == [4, 3, 2, 2]


async def _raise(world, alert_id, kind, level):
    change = Change(world.store.keys("demo"))
    raise_alert(change, Alert(alert_id, kind, "demo", "c1", world.clock(), level))
    await world.store.commit(change)
