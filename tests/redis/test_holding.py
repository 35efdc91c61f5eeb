"""The hold and those it touches: customer, merchant, desk. And the claim for what it cost."""

from __future__ import annotations

import asyncio
import csv
import io
import json

import aiohttp
import pytest
from aiohttp import web

from actions.connectors import Caller
from bot.cli import claims
from bot.settings import Shop
from bot.store import NotAllowed, NotFound
from bot.work.sender import Sender

SHOP = "demo"
SECRET = "outgoing-secret-0123456789"
PESTICIDE = {"order_id": "A1", "title": "农用药剂", "category": "农药", "status": "paid"}


@pytest.fixture
async def shop(world):
    """A platform that answers holds as `said` tells it, and a sender that calls it."""
    said: dict[str, str] = {}
    asked: list[str] = []

    async def handle(request: web.Request) -> web.Response:
        _, _, order_id, what = request.path.split("/")
        asked.append(f"{what} {order_id}")
        return web.json_response({"state": said.get(order_id, "held")} if what == "hold" else {})

    app = web.Application()
    app.router.add_post("/orders/{tail:.*}", handle)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    async with aiohttp.ClientSession() as session:
        place = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield Sender(world.store, Caller(session), {SHOP: Shop(SHOP, "", "", "s" * 20, SECRET, place)}), said, asked
    await runner.cleanup()


@pytest.mark.parametrize(
    ("status", "answer", "state", "told"),
    [
        ("unpaid", "held", "held", False),
        ("unpaid", "too_late", "too_late", True),
        ("paid", "held", "held", False),
        ("paid", "intercepting", "intercepting", False),
        ("paid", "too_late", "too_late", True),
        ("shipped", "intercepting", "intercepting", False),
        ("shipped", "held", "held", False),
        ("shipped", "too_late", "too_late", True),
        ("delivered", "", None, False),
    ],
)
async def test_each_state_of_an_order_and_each_answer(world, shop, status, answer, state, told):
    """A parcel on the road, one in the shop, one at the door: each ends differently, and "too late" is said aloud."""
    sender, said, asked = shop
    said["A1"] = answer
    await world.say(3, orders=[{**PESTICIDE, "status": status}])
    while await sender.send_next(SHOP, "order:A1"):
        pass
    hold = (await world.store.case_of_chat(SHOP, "c1")).hold("A1")
    assert (hold.state if hold else None) == state
    assert asked == ([] if state is None else ["hold A1"])
    assert ("hold_too_late" in {alert.kind for alert in await world.store.alerts(SHOP)}) is told
    world.clock.advance(61)
    await world.fire_due()
    after = (await world.store.case_of_chat(SHOP, "c1")).hold("A1")
    assert after == hold, "what was confirmed is not called unconfirmed later"


async def test_unknown_answer_is_no_confirmation(world, shop):
    """A platform that answers "ok" has promised nothing about the parcel."""
    sender, said, _ = shop
    said["A1"] = "ok"
    await world.say(3, orders=[PESTICIDE])
    assert await sender.send_next(SHOP, "order:A1") is False
    assert (await world.store.case_of_chat(SHOP, "c1")).hold("A1").state == "requested"


async def test_hold_is_explained_without_a_word_of_suspicion(world):
    """On a shared screen "you are at risk of suicide" on an order page could push somebody further."""
    await world.say(3, orders=[PESTICIDE], signals=("ideation_active", "plan"))
    told = await world.store.hold_explanation(SHOP, "A1")
    assert (told["state"], told["appealable"], told["appeal"], told["decided_by"]) == ("requested", True, "", "")
    assert told["expires_at"] > told["since"]
    for text in (told["customer"], told["merchant"]):
        assert not any(word in text for word in ("自杀", "自伤", "危险", "风险", "死", "系统判断"))
    assert "人工" in told["customer"] and "重新看" in told["customer"]
    assert told["desk"]["evidence"] == ["ideation_active", "plan"]
    assert told["desk"]["level"] == 3
    with pytest.raises(NotFound):
        await world.store.hold_explanation(SHOP, "A9")


async def test_appeal_comes_before_a_person_and_is_answered(world):
    """A farmer whose goods are stopped must reach somebody who can decide."""
    await world.say(3, orders=[PESTICIDE])
    assert (await world.store.appeal_hold(SHOP, "A1", "customer")).appeal == "open"
    await world.store.appeal_hold(SHOP, "A1", "merchant")
    (alert,) = [alert for alert in await world.store.alerts(SHOP) if alert.kind == "hold_appeal"]
    assert (alert.detail, alert.level) == ("A1", 3)
    assert (await world.store.hold_explanation(SHOP, "A1"))["appealable"] is False
    with pytest.raises(NotAllowed):
        await world.store.refuse_appeal(SHOP, "A1", "bot", "no")
    with pytest.raises(NotAllowed):
        await world.store.refuse_appeal(SHOP, "A1", "王敏", " ")
    refused = await world.store.refuse_appeal(SHOP, "A1", "王敏", "还联系不上")
    assert (refused.appeal, refused.state) == ("refused", "requested")
    assert "hold_appeal" not in {alert.kind for alert in await world.store.alerts(SHOP)}
    assert (await world.store.appeal_hold(SHOP, "A1", "customer")).appeal == "open", "may be asked again"
    granted = await world.store.release_hold(SHOP, "A1", "王敏", "家人在旁")
    assert (granted.appeal, granted.state) == ("granted", "released")
    assert "hold_appeal" not in {alert.kind for alert in await world.store.alerts(SHOP)}
    with pytest.raises(NotAllowed):
        await world.store.appeal_hold(SHOP, "A1", "customer")


async def test_appeal_outlives_the_renewal_of_its_hold(world):
    """After three days the question would be gone and the answer with it."""
    await world.say(3, orders=[PESTICIDE])
    command = await world.store.take_command(SHOP, "order:A1", 5)
    await world.store.acknowledge(command, {"state": "held"})
    await world.store.appeal_hold(SHOP, "A1", "customer")
    world.clock.advance(72 * 3600 + 1)
    await world.fire_due()
    hold = (await world.store.case_of_chat(SHOP, "c1")).hold("A1")
    assert (hold.state, hold.appeal) == ("requested", "open")


async def test_all_orders_of_a_case_are_let_go_in_one_act(world, shop):
    """Twelve orders, twelve clicks: the thirteenth is forgotten and stays stopped."""
    sender, _, asked = shop
    orders = [{**PESTICIDE, "order_id": f"A{number}"} for number in range(3)]
    accepted = await world.say(3, orders=orders)
    await world.store.release_hold(SHOP, "A0", "王敏", "x")
    for by in ("bot", "", "system"):
        with pytest.raises(NotAllowed):
            await world.store.release_holds(SHOP, accepted.case_id, by, "x")
    let_go = await world.store.release_holds(SHOP, accepted.case_id, "王敏", "安全了")
    assert {hold.order_id for hold in let_go} == {"A1", "A2"}
    assert {hold.state for hold in (await world.store.case(SHOP, accepted.case_id)).holds} == {"released"}
    assert await world.store.release_holds(SHOP, accepted.case_id, "王敏", "安全了") == []
    for order in orders:
        while await sender.send_next(SHOP, f"order:{order['order_id']}"):
            pass
    assert sorted(asked) == ["release A0", "release A1", "release A2"], "once each, and no hold after it"


async def test_buyer_is_left_in_peace_while_the_case_is_open(world):
    """ "Your cart misses you!" at three in the morning, to someone saying goodbye."""
    assert await world.store.frozen(SHOP, "buyer1") is False
    await world.say(0)
    assert await world.store.frozen(SHOP, "buyer1") is False
    accepted = await world.say(3, orders=[PESTICIDE])
    assert await world.store.frozen(SHOP, "buyer1") is True
    assert await world.store.frozen("other-shop", "buyer1") is False
    await world.store.lower_level(SHOP, accepted.case_id, "王敏", 1, "聊过")
    assert await world.store.frozen(SHOP, "buyer1") is True
    await world.store.close_case(SHOP, accepted.case_id, "王敏", "safe", "家人在")
    assert await world.store.frozen(SHOP, "buyer1") is True, "an order is still held"
    await world.store.release_hold(SHOP, "A1", "王敏", "安全")
    assert await world.store.frozen(SHOP, "buyer1") is False
    await world.say(3)
    assert await world.store.frozen(SHOP, "buyer1") is True


async def test_claim_goes_from_draft_to_paid_and_is_written_down(world):
    """The merchant who stopped a sale for a life must get the money back, and somebody must be able to prove it."""
    accepted = await world.say(3, orders=[PESTICIDE])
    claim = await world.store.draft_claim(SHOP, "A1", 12_850, "店主", "已备货")
    assert (claim.state, claim.amount_fen) == ("draft", 12_850)
    assert (await world.store.draft_claim(SHOP, "A1", 9_900, "店主")).amount_fen == 9_900
    await world.store.move_claim(SHOP, "A1", "submitted", "店主")
    with pytest.raises(NotAllowed):
        await world.store.draft_claim(SHOP, "A1", 999_900, "店主")
    with pytest.raises(NotAllowed):
        await world.store.move_claim(SHOP, "A1", "refused", "财务", "")
    await world.store.move_claim(SHOP, "A1", "refused", "财务", "缺凭证")
    await world.store.move_claim(SHOP, "A1", "submitted", "店主", "补了凭证")
    paid = await world.store.move_claim(SHOP, "A1", "paid", "财务", reference="P-77")
    assert (paid.state, paid.reference, paid.amount_fen) == ("paid", "P-77", 9_900)
    again = await world.store.move_claim(SHOP, "A1", "paid", "财务")
    assert again == paid
    for back in ("submitted", "refused", "draft"):
        with pytest.raises(NotAllowed):
            await world.store.move_claim(SHOP, "A1", back, "财务", "x")
    (row,) = [row async for row in world.store.claims(SHOP)]
    assert (row["case_id"], row["order_id"], row["state"], row["amount_fen"]) == (accepted.case_id, "A1", "paid", 9_900)
    assert await world.store.claims_page(SHOP, "draft") == ([], "")
    states = [event["state"] for event in await world.store.case_events(SHOP, accepted.case_id)
              if event["type"] == "ClaimChanged"]  # fmt: skip
    assert states == ["draft", "draft", "submitted", "refused", "submitted", "paid"]


@pytest.mark.parametrize("amount", [0, -1, True, 100_000_001])
async def test_claim_of_a_senseless_amount_is_refused(world, amount):
    """A slip of two zeros must not reach the books."""
    await world.say(3, orders=[PESTICIDE])
    with pytest.raises(NotAllowed):
        await world.store.draft_claim(SHOP, "A1", amount, "店主")


async def test_claim_needs_an_order_that_was_held(world):
    """Anyone could be paid for an order that nobody ever stopped."""
    await world.say(3, orders=[PESTICIDE])
    with pytest.raises(NotFound):
        await world.store.draft_claim(SHOP, "A2", 100, "店主")
    with pytest.raises(NotFound):
        await world.store.move_claim(SHOP, "A1", "submitted", "店主")


async def test_two_clicks_at_once_draft_one_claim(world):
    """A double click that pays twice."""
    accepted = await world.say(3, orders=[PESTICIDE])
    await asyncio.gather(*(world.store.draft_claim(SHOP, "A1", 500, "店主") for _ in range(6)))
    assert len([row async for row in world.store.claims(SHOP)]) == 1
    kinds = [event["type"] for event in await world.store.case_events(SHOP, accepted.case_id)]
    assert kinds.count("ClaimChanged") == 1
    assert json.dumps([row async for row in world.store.claims(SHOP)])


async def test_claims_are_exported_for_the_books(world, capsys, monkeypatch, tmp_path):
    """A sum with a floating comma, a formula in a cell, a header that Excel garbles: money lost or stolen."""
    await world.say(3, orders=[PESTICIDE, {**PESTICIDE, "order_id": "A2"}])
    await world.store.draft_claim(SHOP, "A1", 12_805, "店主", "=HYPERLINK(1)")
    await world.store.draft_claim(SHOP, "A2", 7, "店主", "备货，已打包")
    await world.store.move_claim(SHOP, "A2", "submitted", "店主")
    monkeypatch.setenv("ZAOAN_REDIS_URL", world.url)
    monkeypatch.setenv("ZAOAN_VAR", str(tmp_path))
    assert await asyncio.to_thread(claims.main, ["export"]) == 0
    text = capsys.readouterr().out
    assert text.startswith("\ufeffshop_id,")
    rows = list(csv.DictReader(io.StringIO(text.lstrip("\ufeff"))))
    assert [(row["order_id"], row["amount_fen"], row["amount_yuan"]) for row in rows] == [
        ("A1", "12805", "128.05"), ("A2", "7", "0.07"),
    ]  # fmt: skip
    assert rows[0]["reason"] == "'=HYPERLINK(1)"
    assert rows[1]["created_at"].endswith("+08:00")
    assert "buyer1" not in text
    assert await asyncio.to_thread(claims.main, ["export", "--format", "jsonl", "--state", "submitted"]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    assert json.loads(line)["reason"] == "备货，已打包"


async def test_claims_come_in_pages_without_a_gap_or_a_double(world):
    """A shop's thousand claims in one answer would stall the page, and a lost one is money."""
    orders = [{"order_id": f"A{number}", "status": "paid"} for number in range(7)]
    await world.say(3, orders=orders)
    for order in orders:
        world.clock.advance(1)
        await world.store.draft_claim(SHOP, order["order_id"], 500, "店主")
    for order_id in ("A1", "A4", "A5"):
        await world.store.move_claim(SHOP, order_id, "submitted", "店主")

    async def pages(state, limit):
        found, after = [], ""
        while True:
            rows, after = await world.store.claims_page(SHOP, state, after, limit)
            assert len(rows) <= limit
            found += [row["order_id"] for row in rows]
            if not after:
                return found

    for limit in (1, 2, 3, 6, 7, 8):
        assert await pages(None, limit) == [f"A{number}" for number in range(7)]
        assert await pages("submitted", limit) == ["A1", "A4", "A5"]
    with pytest.raises(NotFound):
        await world.store.claims_page(SHOP, None, "claim-nobody")
    await world.store.redis.delete(world.store.keys(SHOP).claim_order())
    assert len(await pages(None, 3)) == 7, "claims of a store from before the pages"
