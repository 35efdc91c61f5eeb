"""What falls due: fires once, survives everything, and gets louder until a person comes."""

from __future__ import annotations

import asyncio
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from bot.cases.types import Reply

SHOP = "demo"
PESTICIDE = {"order_id": "A1", "title": "农用药剂", "category": "农药", "status": "paid"}


async def _bot(world, chat="c1"):
    await world.store.set_owner(SHOP, chat, "bot", "agent1")


async def test_unanswered_customer_gets_the_fixed_text_in_time(world):
    """Rasa may be dead or stuck: eight seconds, then words come anyway and people know."""
    await _bot(world)
    await world.say(3)
    world.clock.advance(7.9)
    assert "answer" not in await world.fire_due()
    world.clock.advance(0.2)
    assert "answer" in await world.fire_due()
    (line,) = await world.bot_lines()
    assert (line.action, line.status) == ("safe_text", "queued")
    assert "bot_failed" in {alert.kind for alert in await world.store.alerts(SHOP)}


async def test_late_answer_after_the_fixed_text_is_not_sent(world):
    """Two answers to one message, seconds apart and unlike each other, would shake all trust."""
    await _bot(world)
    await world.say(2)
    turn = await world.turn()
    world.clock.advance(9)
    await world.fire_due()
    assert await world.store.finish_turn(turn, [Reply("late")]) is False
    assert [line.action for line in await world.bot_lines()] == ["safe_text"]


async def test_answered_turn_gets_no_fixed_text(world):
    """A warm answer followed by an apology for silence would confuse."""
    await _bot(world)
    await world.say(2)
    await world.store.finish_turn(await world.turn(), [Reply("我在")])
    world.clock.advance(60)
    await world.fire_due()
    assert [line.text for line in await world.bot_lines()] == ["我在"]


async def test_several_messages_during_an_outage_get_one_fixed_text(world):
    """Five times the same apology reads like a broken machine."""
    await _bot(world)
    for _ in range(5):
        await world.say(2)
        world.clock.advance(1)
    for _ in range(10):
        world.clock.advance(1)
        await world.fire_due()
    assert len(await world.bot_lines()) == 1
    chat = await world.chat()
    assert chat.answered_seq == chat.last_customer_seq
    world.clock.advance(30)
    await world.say(2)
    world.clock.advance(9)
    await world.fire_due()
    first, second = await world.bot_lines()
    assert first.text != second.text


async def test_bot_that_is_working_off_many_messages_is_not_interrupted(world):
    """Ten quick messages: an apology for silence between two real answers would be false."""
    await _bot(world)
    for _ in range(3):
        await world.say(2)
    for number in range(3):
        world.clock.advance(6)
        await world.fire_due()
        await world.store.finish_turn(await world.turn(), [Reply(f"r{number}")])
    assert [line.text for line in await world.bot_lines()] == ["r0", "r1", "r2"]
    await world.say(2)
    await world.say(2)
    world.clock.advance(3)
    await world.store.finish_turn(await world.turn(), [Reply("r3")])
    world.clock.advance(8.1)
    await world.fire_due()
    assert (await world.bot_lines())[-1].action == "safe_text", "but when it stops, words come in time"


async def test_person_who_owns_the_chat_is_not_spoken_for(world):
    """In copilot mode silence is the agent's affair: no automatic text."""
    await world.say(3)
    world.clock.advance(600)
    await world.fire_due()
    assert await world.bot_lines() == []


async def test_timer_fires_once_with_four_workers(world, make_store):
    """Each further worker would otherwise send the same text again."""
    await _bot(world)
    await world.say(3)
    stores = [world.store, *[await make_store() for _ in range(3)]]
    world.clock.advance(9)
    (timer,) = [timer for timer in await world.store.due_timers(SHOP) if timer.kind == "answer"]
    fired = await asyncio.gather(*(store.fire(timer) for store in stores for _ in range(5)))
    assert sum(fired) == 1
    assert len(await world.bot_lines()) == 1
    for store in stores[1:]:
        await store.close()


async def test_accepted_case_without_a_human_word_goes_back_to_the_ladder(world):
    """Somebody clicked and was called away: the customer would wait behind an answered alarm for ever."""
    accepted = await world.say(3)
    await world.store.accept_case(SHOP, accepted.case_id, "王敏")
    world.clock.advance(179)
    assert "words" not in await world.fire_due()
    world.clock.advance(2)
    assert "words" in await world.fire_due()
    case = await world.store.case(SHOP, accepted.case_id)
    assert (case.escalation, case.accepted_by, case.rung) == ("requested", "", 1)
    assert "danger" in {alert.kind for alert in await world.store.alerts(SHOP)}
    (back,) = [event for event in await world.store.case_events(SHOP, case.case_id)
               if event["type"] == "EscalationReturned"]  # fmt: skip
    assert back["by"] == "王敏"
    world.clock.advance(181)
    assert "ladder" in await world.fire_due()
    await world.store.accept_case(SHOP, accepted.case_id, "李雷")
    assert (await world.store.case(SHOP, accepted.case_id)).accepted_by == "李雷"


@pytest.mark.parametrize("how", ["chat", "phone", "customer told"])
async def test_first_human_words_are_noted_and_end_the_waiting(world, how):
    """A helper in the middle of a talk must not be rung out of it."""
    accepted = await world.say(4)
    await world.store.accept_case(SHOP, accepted.case_id, "王敏")
    world.clock.advance(20)
    if how == "chat":
        await world.agent("我是王敏，我在这里")
    elif how == "phone":
        await world.store.note_words(SHOP, accepted.case_id, "王敏")
    else:
        await world.store.add_contact(SHOP, accepted.case_id, "王敏", "customer", "电话里聊了")
    assert (await world.store.case(SHOP, accepted.case_id)).spoke_at == world.clock()
    await world.store.accept_case(SHOP, accepted.case_id, "王敏")
    world.clock.advance(3600)
    assert not {"words", "ladder"} & set(await world.fire_due())
    assert (await world.store.case(SHOP, accepted.case_id)).escalation == "accepted"


async def test_bots_words_are_no_human_words(world):
    """The bot's next sentence must not pass for the person who promised to come."""
    await _bot(world)
    accepted = await world.say(3)
    await world.store.accept_case(SHOP, accepted.case_id, "王敏")
    await world.store.finish_turn(await world.turn(), [Reply("我在")])
    world.clock.advance(181)
    assert "words" in await world.fire_due()
    assert (await world.store.case(SHOP, accepted.case_id)).escalation == "requested"


async def test_ladder_gets_louder_until_a_named_person_accepts(world):
    """A call that nobody hears must not end in nothing."""
    await world.say(3)
    case_id = (await world.chat()).case_id
    rungs = []
    for _ in range(12):
        world.clock.advance(60)
        await world.fire_due()
        rungs.append((await world.store.case(SHOP, case_id)).rung)
    assert rungs[:3] == [1, 1, 2], "after 60 s, and after 180 s"
    assert rungs[-1] >= 5, "and again every three minutes"
    await world.store.accept_case(SHOP, case_id, "王敏")
    await world.agent("我在，听您说")
    quiet = (await world.store.case(SHOP, case_id)).rung
    world.clock.advance(3600)
    assert "ladder" not in await world.fire_due()
    assert (await world.store.case(SHOP, case_id)).rung == quiet
    assert "danger" not in {alert.kind for alert in await world.store.alerts(SHOP)}


async def test_missed_rungs_after_an_outage_are_called_at_once(world):
    """When everything was down for an hour, the call must come the moment it is up again."""
    await world.say(4)
    world.clock.advance(3600)
    assert "ladder" in await world.fire_due()


async def test_opening_the_console_does_not_quiet_the_call(world):
    """Somebody looked is not somebody came."""
    await world.say(3)
    case_id = (await world.chat()).case_id
    await world.store.offer_case(SHOP, case_id, "desk")
    world.clock.advance(61)
    assert "ladder" in await world.fire_due()


async def test_silence_after_danger_is_noticed_and_asked_into_three_times_at_most(world):
    """Someone who falls silent after a plan is the one to look for; a bot that goes on asking is a burden."""
    await _bot(world)
    await world.say(3)
    await world.store.finish_turn(await world.turn(), [Reply("我在")])
    for _ in range(5):
        world.clock.advance(181)
        await world.fire_due()
    nudges = [line for line in await world.bot_lines() if line.action == "nudge"]
    assert len(nudges) == 3
    assert len({line.text for line in nudges}) == 3
    assert "silence" in {alert.kind for alert in await world.store.alerts(SHOP)}


async def test_customer_who_writes_again_is_no_longer_silent(world):
    """An alarm for someone who is talking wastes the only helper on duty."""
    await _bot(world)
    await world.say(3)
    await world.store.finish_turn(await world.turn(), [Reply("我在")])
    world.clock.advance(170)
    await world.say(3)
    await world.store.finish_turn(await world.turn(), [Reply("我在听")])
    world.clock.advance(20)
    assert "silence" not in await world.fire_due()


async def test_good_morning_comes_at_eight_from_the_bot(world):
    """The promise that gave the project its name."""
    await _bot(world)
    await world.say(3)
    await world.store.finish_turn(await world.turn(), [Reply("早上我来问候您")])
    case = await world.store.case_of_chat(SHOP, "c1")
    due = {item.kind: item.due_at for item in case.follow_ups}
    assert set(due) == {"morning", "day", "week", "month", "quarter"}
    morning = datetime.fromtimestamp(due["morning"], ZoneInfo("Asia/Shanghai"))
    assert (morning.hour, morning.minute) == (8, 0)
    world.clock.now = due["morning"] + 1
    assert "follow_up" in await world.fire_due()
    texts = [line.text for line in await world.bot_lines() if line.action == "follow_up"]
    assert len(texts) == 1
    assert "早安" in texts[0]
    states = {item.kind: item.state for item in (await world.store.case_of_chat(SHOP, "c1")).follow_ups}
    assert states["morning"] == "sent"
    assert states["day"] == "scheduled"


async def test_greeting_becomes_a_persons_task_when_a_person_has_the_chat(world):
    """The bot must not burst into a colleague's talk, and the promise must not be forgotten."""
    await world.say(3)
    case = await world.store.case_of_chat(SHOP, "c1")
    world.clock.now = min(item.due_at for item in case.follow_ups) + 1
    await world.fire_due()
    assert await world.bot_lines() == []
    tasks = [alert for alert in await world.store.alerts(SHOP) if alert.kind == "follow_up"]
    assert [alert.detail for alert in tasks] == ["morning"]
    assert (await world.store.case(SHOP, case.case_id)).follow_ups[0].state == "task"


async def test_declined_greetings_do_not_come(world):
    """Someone who wants to be left alone is left alone; the call for a person stands."""
    await world.say(3)
    await world.store.opt_out_follow_up(SHOP, "c1", "k1")
    assert not [timer for timer in await world.store.timers(SHOP) if timer.kind == "follow_up"]
    assert await world.store.schedule_follow_up(SHOP, "c1", "morning", None, "k2") is None
    assert (await world.store.case_of_chat(SHOP, "c1")).escalation == "requested"


async def test_promise_is_kept_once_however_often_it_is_made(world):
    """Two good mornings from one bot are one too many."""
    await world.say(3)
    first = await world.store.schedule_follow_up(SHOP, "c1", "morning", world.clock() + 9000, "k1")
    again = await world.store.schedule_follow_up(SHOP, "c1", "morning", world.clock() + 9000, "k1")
    moved = await world.store.schedule_follow_up(SHOP, "c1", "morning", world.clock() + 9500, "k2")
    assert first == again
    assert moved.due_at == world.clock() + 9500
    mornings = [timer for timer in await world.store.timers(SHOP) if timer.timer_id.endswith(":morning")]
    assert [timer.due_at for timer in mornings] == [world.clock() + 9500]


@pytest.mark.parametrize("level", [3, 2])
async def test_hold_that_runs_out_is_renewed_in_danger_and_ends_below(world, level):
    """After three days a shop's own rules may ship the parcel although nobody has let go."""
    signals = ("ideation_active", "means_seeking")
    await world.say(level, signals=signals, orders=[PESTICIDE])
    case = await world.store.case_of_chat(SHOP, "c1")
    command = await world.store.take_command(SHOP, "order:A1", 5)
    await world.store.acknowledge(command, {"state": "held"})
    world.clock.now = case.hold("A1").expires_at + 1
    await world.fire_due()
    after = (await world.store.case_of_chat(SHOP, "c1")).hold("A1")
    assert after.state == ("requested" if level == 3 else "expired")
    assert "hold_expiry" in {alert.kind for alert in await world.store.alerts(SHOP)}


@pytest.mark.parametrize(("said", "state", "kind"), [
    ("intercepted", "intercepted", None),
    ("expired", "requested", "hold_expiry"),
    ("released", "released", "hold_released_outside"),
])  # fmt: skip
async def test_what_the_platform_does_with_a_hold_by_itself_is_noticed(world, said, state, kind):
    """A hold that the shop's own rules ended would stand on our page for ever, and the parcel would be on its way."""
    await world.say(3, orders=[PESTICIDE])
    command = await world.store.take_command(SHOP, "order:A1", 5)
    await world.store.acknowledge(command, {"state": "intercepting"})
    await world.store.put_order(SHOP, "c1", None, {**PESTICIDE, "hold": said}, "o1")
    assert (await world.store.case_of_chat(SHOP, "c1")).hold("A1").state == state
    kinds = {alert.kind for alert in await world.store.alerts(SHOP)}
    assert kinds == {"danger", *([kind] if kind else [])}


async def test_held_order_that_was_delivered_all_the_same_is_brought_before_people(world):
    """The means are in the house now: that changes what the helper must do."""
    await world.say(3, orders=[PESTICIDE])
    await world.store.put_order(SHOP, "c1", None, {**PESTICIDE, "status": "delivered"}, "o1")
    assert (await world.store.case_of_chat(SHOP, "c1")).hold("A1").state == "too_late"
    assert "hold_too_late" in {alert.kind for alert in await world.store.alerts(SHOP)}
