"""What a person at the desk does to one case, and what a merchant's platform may ask."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from typing import Any

import pytest

from bot.store.audit import openings
from channels.signing import signed_headers
from tests.redis.conftest import reading
from tests.redis.desk_kit import Person
from tests.redis.door_kit import SECRETS, Engineer

ADDRESS = {"name": "张三", "phone": "13900001111", "address": "某市某区某路 1 号 302"}
ORDER = {"order_id": "A1", "status": "paid", "title": "x", "category": "农药", "customer_id": "u1", "city": "杭州"}


@pytest.fixture
async def case(shop: Engineer) -> str:
    """The path of a case at level 3 with a held order and a known address."""
    await shop.post({**shop.message(), "type": "order.updated", "order": {**ORDER, **ADDRESS}})
    await shop.say("难过 3")
    return "/cases/demo/" + (await shop.read("/api/v1/chats/demo/c1"))[1]["case"]["id"]


async def appeal(shop: Engineer, secret: str = SECRETS["demo"], **body: Any) -> tuple[int, Any]:
    raw = json.dumps({"shop_id": "demo", "order_id": "A1", "by": "customer", **body}).encode()
    headers = signed_headers(secret, int(time.time()), raw)
    async with shop.http.post(shop.url + "/api/v1/appeals", data=raw, headers=headers) as answer:
        return answer.status, await answer.json()


async def test_the_address_is_shown_for_a_reason_and_on_both_records(
    shop: Engineer, people: dict[str, Person], case: str, world: Any
) -> None:
    """Nobody would find the door, or anybody could look it up and nobody would know."""
    helper = people["interventionist"]
    assert (await helper.do(case + "/address", reason=" "))[0] == 400
    status, card = await helper.do(case + "/address", reason="110 需要地址")
    assert status == 200
    assert card["cards"] == [{"order_id": "A1", "title": "x", "status": "paid", "city": "杭州", **ADDRESS}]
    rows = await openings(world.store, "demo")
    assert [(row["who"], row["act"], row["reason"]) for row in rows] == [
        ("interventionist1", "address", "110 需要地址"),
    ]
    _, trail = await people["auditor"].get(case + "/events")
    assert [row["by"] for row in trail["events"] if row["type"] == "AddressShown"] == ["interventionist1"]
    await helper.do(case + "/accept")
    await helper.do(case + "/lower", level=2, reason="家人在")
    status, answer = await helper.do(case + "/address", reason="想看看")
    assert (status, "cards" in answer) == (409, False)
    assert (await helper.do("/cases/demo/none/address", reason="x"))[0] == 404
    assert len(await openings(world.store, "demo")) == 2, "an attempt is on record too"


async def test_a_responders_word_is_noted_with_who_heard_it(people: dict[str, Person], case: str) -> None:
    """ "Somebody called the police, I think" is no answer to a family's question."""
    helper = people["interventionist"]
    await helper.do(case + "/contacts", whom="police", told="报了地址")
    assert (await helper.do(case + "/contacts/1/confirm", responder=" "))[0] == 400
    assert (await helper.do(case + "/contacts/2/confirm", responder="3021"))[0] == 404
    status, after = await helper.do(case + "/contacts/1/confirm", responder="接警员 3021：已见到本人")
    (contact,) = after["contacts"]
    assert (status, contact["number"], contact["confirmed"]) == (200, 1, True)
    assert (contact["confirmed_by"], contact["responder"][-5:]) == ("interventionist1", "已见到本人"[-5:])
    assert contact["confirmed_at"] is not None
    _, again = await helper.do(case + "/contacts", whom="family", told="x", confirmed=True, responder="母亲")
    assert again["contacts"][1]["responder"] == "母亲"


async def test_a_case_given_to_a_colleague_waits_for_their_words(
    shop: Engineer, people: dict[str, Person], case: str, world: Any
) -> None:
    """Passed on at shift's end to somebody asleep, the customer would be everybody's and nobody's."""
    helper = people["interventionist"]
    assert (await helper.get("/colleagues"))[1] == {"colleagues": ["interventionist1"]}
    accounts = shop.settings.var_dir / "accounts.json"
    rows = json.loads(accounts.read_text())
    second = {**next(row for row in rows if row["role"] == "interventionist"), "name": "night2"}
    accounts.write_text(json.dumps([*rows, second]))
    assert (await helper.get("/colleagues"))[1] == {"colleagues": ["interventionist1", "night2"]}
    assert (await helper.do(case + "/reassign", to="night2", reason="换班"))[0] == 409, "nobody has accepted it yet"
    await helper.do(case + "/accept")
    await world.agent("我在")
    assert (await helper.get(case))[1]["words_due_at"] is None
    for wrong in ({"to": "agent1", "reason": "x"}, {"to": "night2", "reason": " "}, {"reason": "x"}):
        assert (await helper.do(case + "/reassign", **wrong))[0] == 400
    status, after = await helper.do(case + "/reassign", key="once", to="night2", reason="换班")
    assert (status, after["accepted_by"], after["escalation"]) == (200, "night2", "accepted")
    assert after["words_due_at"] is not None
    assert (await helper.do(case + "/reassign", key="once", to="night2", reason="换班"))[0] == 200
    world.clock.advance(181)
    await world.fire_due()
    assert (await helper.get(case))[1]["escalation"] == "requested"
    _, trail = await helper.get(case + "/events")
    given = [row for row in trail["events"] if row["type"] == "CaseReassigned"]
    assert [(row["by"], row["to"], row["before"], row["reason"]) for row in given] == [
        ("interventionist1", "night2", "interventionist1", "换班"),
    ]


async def test_words_on_the_telephone_count(people: dict[str, Person], case: str) -> None:
    """The helper would be rung out of the talk with the customer."""
    helper = people["interventionist"]
    _, taken = await helper.do(case + "/accept")
    assert taken["escalation"] == "accepted"
    assert (await helper.get(case))[1]["words_due_at"] is not None
    assert (await helper.do(case + "/words", how="letter"))[0] == 400
    assert (await helper.do(case + "/words", how="phone"))[1]["words_due_at"] is None


async def test_all_orders_go_in_one_act(shop: Engineer, people: dict[str, Person], case: str) -> None:
    """A cleared customer would wait for six parcels to be clicked free."""
    await shop.post({**shop.message(), "type": "order.updated", "order": {**ORDER, "order_id": "A2"}})
    helper = people["interventionist"]
    _, before = await helper.get(case)
    assert {hold["state"] for hold in before["holds"]} == {"requested"}
    assert (await helper.do(case + "/release", reason=""))[0] == 400
    status, after = await helper.do(case + "/release", reason="已和家人通话")
    assert status == 200
    assert {(hold["order_id"], hold["state"]) for hold in after["holds"]} == {("A1", "released"), ("A2", "released")}


async def test_an_appeal_reaches_a_person_who_decides(people: dict[str, Person], case: str, world: Any) -> None:
    """The customer would be held to a machine's word."""
    agent, helper, path = people["agent"], people["interventionist"], "/holds/demo/A1"
    _, told = await agent.get(path)
    assert (told["appealable"], told["appeal"], "desk" in told) == (True, "", False)
    assert (await helper.get(path))[1]["desk"]["evidence"] == ["ideation_active"]
    assert (await agent.do(path + "/appeal", by="me"))[0] == 400
    assert (await agent.do(path + "/appeal", by="customer"))[1]["appeal"] == "open"
    (alert,) = [row for row in (await helper.get("/desk"))[1]["alerts"] if row["kind"] == "hold_appeal"]
    assert alert["detail"] == "A1"
    assert (await helper.do(path + "/refuse", reason=" "))[0] == 400
    status, hold = await helper.do(path + "/refuse", reason="刚和本人通过话，再等一天")
    assert (status, hold["appeal"]) == (202, "refused")
    assert (await helper.do(path + "/refuse", reason="x"))[0] == 409
    assert (await agent.do("/holds/demo/none/appeal", by="customer"))[0] == 404
    assert not [row for row in (await helper.get("/desk"))[1]["alerts"] if row["kind"] == "hold_appeal"]


async def test_a_claim_from_draft_to_payment(people: dict[str, Person], case: str) -> None:
    """The merchant who held the parcel would pay for it, and hold no second one; or pay themselves."""
    agent, admin, path = people["agent"], people["admin"], "/claims/demo/A1"
    for amount in (0, -1, 1.5, True, "100", 10**9):
        assert (await agent.do(path, amount_fen=amount))[0] in (400, 409)
    assert (await agent.do(path, amount_fen=12800, reason="商品退回损耗"))[1]["state"] == "draft"
    assert (await agent.do(path + "/move", to="paid"))[0] == 403
    assert (await admin.do(path + "/move", to="paid"))[0] == 409, "nobody has submitted it"
    assert (await agent.do(path + "/move", to="submitted"))[1]["state"] == "submitted"
    assert (await admin.do(path + "/move", to="refused"))[0] == 400
    status, claim = await admin.do(path + "/move", to="paid", reference="P-1")
    assert (status, claim["state"], claim["reference"], claim["amount_fen"]) == (200, "paid", "P-1", 12800)
    _, found = await agent.get("/claims/demo?state=paid")
    assert found["claims"] == [claim]
    assert (await agent.get("/claims/demo?state=draft"))[1]["claims"] == []
    assert (await agent.get("/claims/demo?state=x"))[0] == 400
    assert (await agent.get(case))[1]["claims"][0]["state"] == "paid"


async def test_danger_in_another_shop_is_told_to_the_desk_alone(
    people: dict[str, Person], case: str, world: Any
) -> None:
    """Two shops would each see half of the danger; or a shop's agent learn of a crisis elsewhere."""
    there = replace(world.inbound("x", "o1", sender="u1"), shop_id="other")
    await world.store.accept_turn(there, reading(4, ("ideation_active",)))
    other = await world.store.case_of_chat("other", "o1")
    await world.store.link_person("other", other.case_id, "p1")
    await world.store.link_person("demo", case.rpartition("/")[2], "p1")
    _, seen = await people["interventionist"].get(case)
    (row,) = seen["linked"]
    assert (row["shop_id"], row["shop_name"], row["case_id"], row["level"]) == ("other", "other", other.case_id, 4)
    assert seen["level_elsewhere"] == 4
    assert "linked" not in (await people["agent"].get(case))[1]


async def test_the_desk_says_who_is_called_as_the_ladder_calls(shop: Engineer, people: dict[str, Person]) -> None:
    """At level 4 the desk would show "desk" while the whole group is being rung."""
    await shop.say("天台 4")
    row = (await people["interventionist"].get("/desk"))[1]["cases"][0]
    assert row["audience"] == "group"


@pytest.mark.parametrize("alert_id", ["undelivered-case:c12", "bot_failed-" + "c" * 64])
async def test_alerts_with_long_and_crooked_names_can_be_seen(
    people: dict[str, Person], world: Any, alert_id: str
) -> None:
    """The alert would ring for ever, because nobody could say that they have seen it."""
    from bot.cases.types import Alert
    from bot.store.alarms import raise_alert
    from bot.store.change import Change

    change = Change(world.store.keys("demo"))
    raise_alert(change, Alert(alert_id, "undelivered", "demo", "c1", world.clock(), 3))
    await world.store.commit(change)
    assert (await people["agent"].do(f"/alerts/demo/{alert_id}/seen"))[0] == 200
    assert await world.store.alerts("demo") == []
    assert (await people["agent"].do("/alerts/demo/a%20b/seen"))[0] == 400


# The merchant's platform
async def test_a_frozen_buyer_is_left_in_peace(shop: Engineer, people: dict[str, Person], case: str) -> None:
    """ "Your cart misses you" would reach somebody on the worst night of their life."""
    place = "/api/v1/customers/demo/{}/frozen"
    assert await shop.read(place.format("u1")) == (200, {"customer_id": "u1", "frozen": True})
    assert await shop.read(place.format("u2")) == (200, {"customer_id": "u2", "frozen": False})
    assert (await shop.read(place.format("u%201")))[0] == 400
    assert (await shop.read(place.format("u1"), signed=place.format("u2")))[0] == 401
    helper = people["interventionist"]
    await helper.do(case + "/close", disposition="with_family", reason="家人接手")
    assert (await shop.read(place.format("u1")))[1]["frozen"], "an order is still held"
    await helper.do(case + "/release", reason="已和家人通话")
    assert not (await shop.read(place.format("u1")))[1]["frozen"]


async def test_the_platform_can_tell_why_an_order_waits(shop: Engineer, case: str) -> None:
    """The customer would ask, and the shop could only say: the computer."""
    status, told = await shop.read("/api/v1/orders/demo/A1/hold")
    assert (status, told["state"], told["appealable"]) == (200, "requested", True)
    assert told["customer"]
    assert not {"desk", "decided_by"} & set(told)
    assert "ideation" not in json.dumps(told)
    assert (await shop.read("/api/v1/orders/demo/A9/hold"))[0] == 404
    assert (await shop.read("/api/v1/orders/demo/a%20b/hold"))[0] == 400


async def test_the_platform_can_pass_an_appeal_on(shop: Engineer, case: str, world: Any) -> None:
    """Objecting would need a telephone call to somebody who does not know."""
    assert (await appeal(shop, SECRETS["other"]))[0] == 401
    assert (await appeal(shop, shop_id="nobody"))[0] == 401
    assert (await appeal(shop, by="me"))[0] == 400
    assert (await appeal(shop, order_id="A9"))[0] == 404
    assert (await appeal(shop, note="x" * 5000))[0] == 413
    assert (await appeal(shop))[1]["appeal"] == "open"
    assert (await appeal(shop))[0] == 202
    kinds = [alert.kind for alert in await world.store.alerts("demo")]
    assert kinds.count("hold_appeal") == 1
