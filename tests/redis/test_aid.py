"""Help from outside: who was told and who confirmed; the address, kept apart and shown for a reason only."""

from __future__ import annotations

import pytest

from bot.store import NotAllowed, NotFound

SHOP = "demo"
ADDRESS = {"name": "张三", "phone": "13900001111", "address": "某市某区某路 1 号 302"}
PESTICIDE = {"order_id": "A1", "title": "农用药剂", "category": "农药", "status": "paid", "city": "杭州"}


async def test_contact_is_a_persons_act_with_who_when_what_and_the_responders_word(world):
    """ "Somebody called the police, I think" is no answer to a family's question."""
    accepted = await world.say(4)
    with pytest.raises(NotAllowed):
        await world.store.add_contact(SHOP, accepted.case_id, "bot", "police", "地址")
    with pytest.raises(NotAllowed):
        await world.store.add_contact(SHOP, accepted.case_id, "王敏", "police", " ")
    await world.store.add_contact(SHOP, accepted.case_id, "王敏", "police", "地址与情况")
    world.clock.advance(60)
    await world.store.add_contact(SHOP, accepted.case_id, "李雷", "family", "请母亲过去")
    world.clock.advance(600)
    with pytest.raises(NotAllowed):
        await world.store.confirm_contact(SHOP, accepted.case_id, 1, "王敏", "")
    with pytest.raises(NotFound):
        await world.store.confirm_contact(SHOP, accepted.case_id, 3, "王敏", "x")
    case = await world.store.confirm_contact(SHOP, accepted.case_id, 1, "王敏", "接警员 3021：已见到本人")
    police, family = case.contacts
    assert (police.number, police.confirmed, police.confirmed_by, police.at) == (1, True, "王敏", world.clock() - 660)
    assert police.confirmed_at == world.clock()
    assert "3021" in police.responder
    assert (family.number, family.confirmed, family.responder) == (2, False, "")
    again = await world.store.confirm_contact(SHOP, accepted.case_id, 1, "李雷", "另一位")
    assert again.contacts[0].confirmed_by == "王敏", "the first confirmation stands"


async def test_work_on_the_telephone_keeps_the_ladder_quiet_for_a_while(world):
    """Ringing the helper out of the call with the police, or never asking again: both are wrong."""
    accepted = await world.say(3)
    await world.store.accept_case(SHOP, accepted.case_id, "王敏")
    world.clock.advance(170)
    await world.store.add_contact(SHOP, accepted.case_id, "王敏", "police", "地址")
    world.clock.advance(170)
    assert "words" not in await world.fire_due()
    world.clock.advance(20)
    assert "words" in await world.fire_due()


async def test_address_is_shown_for_a_reason_and_on_record(world):
    """Without the address nobody finds the door; without the record anybody could look it up."""
    accepted = await world.say(3, orders=[{**PESTICIDE, **ADDRESS}])
    for by, reason in (("bot", "police asks"), ("", "x"), ("王敏", ""), ("王敏", "  ")):
        with pytest.raises(NotAllowed):
            await world.store.address_card(SHOP, accepted.case_id, by, reason)
    card = await world.store.address_card(SHOP, accepted.case_id, "王敏", "110 需要地址")
    (row,) = card["cards"]
    assert row == {"order_id": "A1", "title": "农用药剂", "status": "paid", "city": "杭州", **ADDRESS}
    shown = [
        event for event in await world.store.case_events(SHOP, accepted.case_id) if event["type"] == "AddressShown"
    ]
    assert [(event["by"], event["reason"], event["order_ids"]) for event in shown] == [("王敏", "110 需要地址", ["A1"])]
    assert ADDRESS["address"] not in str(shown)


@pytest.mark.parametrize("way", ["message", "order"])
async def test_address_stays_out_of_everything_else(world, way):
    """An address in the bot's context, in a feed or on an agent's screen is an address in the wrong hands."""
    seen = []
    if way == "message":

        def read(chat, orders):
            seen.extend(orders)
            return None, None

        await world.store.accept_turn(world.inbound("x"), read, [{**PESTICIDE, **ADDRESS}])
    else:
        await world.say(0)
        answer = await world.store.put_order(SHOP, "c1", None, {**PESTICIDE, **ADDRESS}, "o1")
        again = await world.store.put_order(SHOP, "c1", None, {**PESTICIDE, **ADDRESS}, "o1")
        seen.extend([answer, again])
    await world.say(3)
    seen.extend(await world.store.orders(SHOP, "c1"))
    places = [key async for key in world.store.redis.scan_iter("zaoan:*")]
    holders = []
    for key in places:
        dump = await world.store.redis.execute_command("DUMP", key, NEVER_DECODE=True)
        if any(value.encode() in dump for value in ADDRESS.values()):
            holders.append(key)
    assert holders == [], "sealed where it lies"
    assert await world.store.redis.ttl("zaoan:{demo}:address:A1") > 0
    assert seen
    assert not any(value in str(seen) for value in ADDRESS.values())


@pytest.mark.parametrize("how", ["level 2", "lowered", "closed"])
async def test_address_is_not_shown_without_an_emergency(world, how):
    """Curiosity about a sad customer is no reason to know where she lives."""
    accepted = await world.say(2 if how == "level 2" else 3, orders=[{**PESTICIDE, **ADDRESS}])
    if how == "lowered":
        await world.store.lower_level(SHOP, accepted.case_id, "王敏", 2, "聊过")
    elif how == "closed":
        await world.store.close_case(SHOP, accepted.case_id, "王敏", "safe", "家人在")
    with pytest.raises(NotAllowed):
        await world.store.address_card(SHOP, accepted.case_id, "王敏", "想看看")
    kinds = {event["type"] for event in await world.store.case_events(SHOP, accepted.case_id)}
    assert "AddressShown" not in kinds


async def test_orders_of_all_chats_are_on_the_card(world):
    """The pesticide was ordered yesterday in another chat; that is the address that counts."""
    await world.store.put_order(SHOP, None, "buyer1", {**PESTICIDE, **ADDRESS, "order_id": "B1"}, "o1")
    accepted = await world.say(3, orders=[{**PESTICIDE, **ADDRESS, "address": "另一处"}])
    await world.store.put_order(SHOP, None, "stranger", {**PESTICIDE, **ADDRESS, "order_id": "Z1"}, "o2")
    card = await world.store.address_card(SHOP, accepted.case_id, "王敏", "110 需要地址")
    assert {row["order_id"] for row in card["cards"]} == {"A1", "B1"}
    assert {row["address"] for row in card["cards"]} == {"另一处", ADDRESS["address"]}


async def test_customer_without_an_address_gets_an_empty_card(world):
    """The helper must learn at once that there is nothing to tell the police, instead of an error."""
    accepted = await world.say(4)
    card = await world.store.address_card(SHOP, accepted.case_id, "王敏", "110 需要地址")
    assert card["cards"] == []
