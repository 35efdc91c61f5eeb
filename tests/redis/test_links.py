"""One customer in several chats and shops: linked once, told to both desks, and never by name."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import aiohttp
import pytest

from actions.connectors import Caller
from bot.cases.person import person_id
from bot.settings import Shop
from bot.store import Options, Store
from bot.work.sender import Sender

SHOP, OTHER = "demo", "second"
KEY = b"k" * 32


def _shop(shop_id: str, platform: str = "taobao") -> Shop:
    return Shop(shop_id, "", "", "s" * 20, "o" * 20, "http://127.0.0.1:9", platform)


@pytest.fixture
async def linked(world):
    """The world with linking on, and a sender that carries the links out."""
    store = await Store.connect(world.url, Options(link=True), world.clock)
    await world.store.close()
    world.store = store
    async with aiohttp.ClientSession() as session:
        shops = {SHOP: _shop(SHOP), OTHER: _shop(OTHER)}
        yield Sender(store, Caller(session), shops, person_key=KEY)
    await store.close()


async def _say(world, fake_reading, shop: str, level: int, sender: str = "buyer1", chat: str = "c1"):
    inbound = replace(world.inbound("x", chat, sender=sender), shop_id=shop)
    signals = ("ideation_active",) if level >= 2 else ()
    return await world.store.accept_turn(inbound, fake_reading(level, signals))


async def _work(sender: Sender) -> None:
    store = sender._store
    for shop_id, lane in await store.due_commands(await store.shops()):
        while lane.startswith("person:") and await sender.send_next(shop_id, lane):
            pass


async def _links(store, shop: str, case_id: str) -> list[dict]:
    return [event for event in await store.case_events(shop, case_id) if event["type"] == "CaseLinked"]


async def test_same_customer_in_another_shop_is_shown_on_both_cases(world, linked, fake_reading):
    """Two desks would each see half of a night of buying, and neither the danger of the whole."""
    first = await _say(world, fake_reading, SHOP, 4)
    second = await _say(world, fake_reading, OTHER, 2)
    await _work(linked)
    here, there = await world.store.case(SHOP, first.case_id), await world.store.case(OTHER, second.case_id)
    assert [(item.shop_id, item.case_id, item.level) for item in here.linked] == [(OTHER, there.case_id, 2)]
    assert [(item.shop_id, item.case_id, item.level) for item in there.linked] == [(SHOP, here.case_id, 4)]
    assert there.multi_shop and there.level_elsewhere == 4
    assert here.level_elsewhere == 2
    assert len(await _links(world.store, SHOP, here.case_id)) == 1
    assert len(await _links(world.store, OTHER, there.case_id)) == 1
    (told,) = [alert for alert in await world.store.alerts(OTHER) if alert.kind == "multi_shop"]
    assert (told.case_id, told.level) == (there.case_id, 4)
    assert not [alert for alert in await world.store.alerts(SHOP) if alert.kind == "multi_shop"]


async def test_linking_again_and_again_adds_nothing(world, linked, fake_reading):
    """A retried step that writes twice would fill the trail with echoes."""
    first = await _say(world, fake_reading, SHOP, 3)
    second = await _say(world, fake_reading, OTHER, 3)
    await _work(linked)
    person = person_id(KEY, "taobao", "buyer1")
    before = [(await world.store.case(*place)).version for place in ((SHOP, first.case_id), (OTHER, second.case_id))]
    for _ in range(3):
        await world.store.link_person(SHOP, first.case_id, person)
        await world.store.link_person(OTHER, second.case_id, person)
    after = [(await world.store.case(*place)).version for place in ((SHOP, first.case_id), (OTHER, second.case_id))]
    assert before == after


async def test_what_changes_in_one_shop_reaches_the_other(world, linked, fake_reading):
    """A level lowered to 1 next door, or a case closed, must not frighten this desk for ever."""
    first = await _say(world, fake_reading, SHOP, 3)
    second = await _say(world, fake_reading, OTHER, 2)
    await _work(linked)
    await _say(world, fake_reading, SHOP, 4)
    await _work(linked)
    assert (await world.store.case(OTHER, second.case_id)).level_elsewhere == 4
    await world.store.lower_level(SHOP, first.case_id, "王敏", 1, "聊过")
    await _work(linked)
    there = await world.store.case(OTHER, second.case_id)
    assert (there.level_elsewhere, there.linked[0].peak) == (1, 4)
    await world.store.close_case(SHOP, first.case_id, "王敏", "safe", "家人在")
    await _work(linked)
    there = await world.store.case(OTHER, second.case_id)
    assert (there.multi_shop, there.level_elsewhere, len(there.linked)) == (False, 0, 1)


async def test_older_word_never_replaces_a_newer_one(world, linked, fake_reading):
    """Two workers, one slow: the slow one's "level 2" must not hide the 4 that was told meanwhile."""
    first = await _say(world, fake_reading, SHOP, 2)
    second = await _say(world, fake_reading, OTHER, 2)
    old = await world.store.case(SHOP, first.case_id)
    await _say(world, fake_reading, SHOP, 4)
    await _work(linked)
    slow = await Store.connect(world.url, Options(link=True), world.clock)

    olds = [old]

    async def stale(shop_id: str, case_id: str):
        return olds.pop() if olds else await world.store.case(shop_id, case_id)

    slow.case = stale
    await slow.link_person(SHOP, first.case_id, person_id(KEY, "taobao", "buyer1"))
    await slow.close()
    assert (await world.store.case(OTHER, second.case_id)).level_elsewhere == 4
    linked._shops = {**linked._shops, "third": _shop("third")}
    third = await _say(world, fake_reading, "third", 2)
    await _work(linked)
    assert (await world.store.case("third", third.case_id)).level_elsewhere == 4, "nor in the record"


async def test_two_workers_at_once_link_both_ways_once(world, linked, fake_reading):
    """Both shops open their case in the same second; one of them must still hear of the other."""
    first = await _say(world, fake_reading, SHOP, 3)
    second = await _say(world, fake_reading, OTHER, 3)
    person = person_id(KEY, "taobao", "buyer1")
    await asyncio.gather(
        *(world.store.link_person(*place, person) for place in ((SHOP, first.case_id), (OTHER, second.case_id)) * 4)
    )
    for shop, case_id in ((SHOP, first.case_id), (OTHER, second.case_id)):
        assert len((await world.store.case(shop, case_id)).linked) == 1
        assert len(await _links(world.store, shop, case_id)) == 1


async def test_equal_ids_on_different_platforms_are_different_people(world, linked, fake_reading):
    """Customer "10086" of two platforms are strangers; one must not be told of the other's night."""
    linked._shops = {SHOP: _shop(SHOP, "taobao"), OTHER: _shop(OTHER, "jd")}
    first = await _say(world, fake_reading, SHOP, 4)
    second = await _say(world, fake_reading, OTHER, 2)
    await _work(linked)
    assert (await world.store.case(SHOP, first.case_id)).linked == ()
    assert (await world.store.case(OTHER, second.case_id)).linked == ()


async def test_link_record_names_nobody_and_holds_no_words(world, linked, fake_reading):
    """Whoever reads the cross-shop record must not learn who it is, nor try ids out against it."""
    await _say(world, fake_reading, SHOP, 4, sender="13800138000")
    await _work(linked)
    (key,) = [key async for key in world.store.redis.scan_iter("zaoan:{p:*")]
    kept = key + str(await world.store.redis.hgetall(key))
    assert "13800138000" not in kept
    assert person_id(KEY, "taobao", "13800138000") in key
    assert person_id(b"another key of thirty-two letters", "taobao", "13800138000") not in key
    assert await world.store.redis.ttl(key) > 0


async def test_link_is_carried_out_after_a_worker_died(world, linked, fake_reading):
    """kill -9 between the case and its link: the other desk must hear of it all the same."""
    first = await _say(world, fake_reading, SHOP, 3)
    second = await _say(world, fake_reading, OTHER, 3)
    assert await world.store.take_command(SHOP, f"person:{first.case_id}", 8) is not None
    assert await world.store.take_command(OTHER, f"person:{second.case_id}", 8) is not None
    await _work(linked)
    assert (await world.store.case(OTHER, second.case_id)).linked == ()
    world.clock.advance(9)
    await _work(linked)
    assert len((await world.store.case(OTHER, second.case_id)).linked) == 1
    assert len((await world.store.case(SHOP, first.case_id)).linked) == 1


async def test_erased_case_leaves_the_person_record(world, linked, fake_reading):
    """Erasure in one shop must neither block the other's linking nor be undone by it."""
    first = await _say(world, fake_reading, SHOP, 3)
    await _work(linked)
    await world.store.redis.delete(f"zaoan:{{{SHOP}}}:case:{first.case_id}")
    second = await _say(world, fake_reading, OTHER, 3)
    await _work(linked)
    assert (await world.store.case(OTHER, second.case_id)).linked == ()
    person = person_id(KEY, "taobao", "buyer1")
    assert await world.store.redis.hlen(f"zaoan:{{p:{person}}}:cases") == 1


async def test_nameless_case_is_merged_into_the_customers_own(world):
    """A case opened for a worried agent and the customer's old one: two desks on one person, two alarms."""
    own = await world.say(2, chat="c1")
    await world.store.accept_case("demo", own.case_id, "王敏")
    await world.store.set_owner(SHOP, "c2", "bot", "agent1")
    early = await world.store.escalate(SHOP, "c2", "urgent", "agent is worried", "k1")
    await world.store.add_contact(SHOP, early.case_id, "李雷", "family", "打给母亲")
    assert early.case_id != own.case_id
    accepted = await world.say(0, chat="c2")
    assert accepted.case_id == own.case_id
    kept, gone = await world.store.case(SHOP, own.case_id), await world.store.case(SHOP, early.case_id)
    assert (gone.status, gone.disposition, gone.closed_reason) == ("closed", "merged", own.case_id)
    assert kept.absorbed == (early.case_id,)
    assert set(kept.chats) == {"c1", "c2"}
    assert [contact.whom for contact in kept.contacts] == ["family"]
    assert (kept.escalation, kept.urgency) == ("accepted", "urgent"), "who has the case is told that it is urgent"
    assert [alert.case_id for alert in await world.store.alerts(SHOP) if alert.kind == "danger"] == [kept.case_id]
    assert {event["type"] for event in await world.store.case_events(SHOP, gone.case_id)} >= {"CaseMerged"}
    assert {event["type"] for event in await world.store.case_events(SHOP, kept.case_id)} >= {"CaseAbsorbed"}
    assert [case.case_id for case in await world.store.cases(SHOP)] == [own.case_id]
    assert f"ladder:{gone.case_id}" not in {timer.timer_id for timer in await world.store.timers(SHOP)}
    again = await world.say(0, chat="c2")
    assert again.case_id == own.case_id
    assert len((await world.store.case(SHOP, own.case_id)).contacts) == 1
