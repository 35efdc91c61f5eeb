"""The console's interface: who may do what, and what happens when they do."""

from __future__ import annotations

import asyncio
import json
import socket
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.store.audit import openings
from tests.redis.desk_kit import API, Person
from tests.redis.door_kit import Engineer, open_door, open_shop


async def test_the_login_cookie_is_out_of_reach_of_scripts_and_other_sites(people: dict[str, Person]) -> None:
    """A page of another site could act as the person at the desk."""
    cookie = people["agent"].login.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie


async def test_wrong_passwords_are_slowed_down(shop: Engineer) -> None:
    """Someone could try all passwords of a desk that sees people in danger."""
    guesser = Person(shop.url)
    answers = [await guesser.log_in("agent", "wrong") for _ in range(7)]
    assert answers == [401] * 5 + [429] * 2
    assert await guesser.log_in("nobody", "wrong") == 429
    await guesser.http.close()


async def test_a_session_ends_with_its_person(shop: Engineer, people: dict[str, Person]) -> None:
    """Whoever left the team could go on reading."""
    agent, auditor = people["agent"], people["auditor"]
    stolen = {cookie.key: cookie.value for cookie in agent.http.cookie_jar}
    assert (await agent.do("/logout"))[0] == 200
    async with aiohttp.ClientSession(cookies=stolen) as thief, thief.get(shop.url + API + "/chats") as answer:
        assert answer.status == 401
    (shop.settings.var_dir / "accounts.json").write_text("[]", encoding="utf-8")
    assert (await auditor.get("/chats"))[0] == 401


@pytest.mark.parametrize("cookie", ["", ".", "x.y", "eyJuIjoiYWRtaW4xIn0.", "é.é", "a.b.c"])
async def test_a_made_up_cookie_opens_nothing(shop: Engineer, cookie: str) -> None:
    """Anyone could name themselves admin."""
    headers = {"Cookie": f"zaoan_session={cookie}"}
    async with shop.http.get(shop.url + API + "/chats", headers=headers) as answer:
        assert answer.status == 401


async def test_words_with_a_gap_to_fill_in_are_not_sent(shop: Engineer, people: dict[str, Person]) -> None:
    """A customer reads 【填几天】 because a page of yesterday let it pass."""
    await shop.say()
    status, told = await people["agent"].do("/chats/demo/c1/messages", {"text": "大概【填几天】到。"})
    assert status == 400
    assert "填" in str(told) or "blank" in str(told)


async def test_a_command_needs_token_key_and_json(shop: Engineer, people: dict[str, Person]) -> None:
    """Another site's form could hand chats over in the agent's name."""
    await shop.say()
    agent, path = people["agent"], "/chats/demo/c1/giveback"
    assert (await agent.do(path, headers={"X-CSRF-Token": ""}))[0] == 403
    assert (await agent.do(path, headers={"X-CSRF-Token": people["admin"].csrf}))[0] == 403
    assert (await agent.do(path, key=" "))[0] == 400
    headers = {"X-CSRF-Token": agent.csrf, "Idempotency-Key": "k", "Content-Type": "text/plain"}
    async with agent.http.post(agent.url + API + path, data="{}", headers=headers) as answer:
        assert answer.status == 415
    assert (await agent.get("/chats/demo/c1"))[1]["chat"]["owner"] == "nobody"


async def test_chats_come_by_danger_then_by_waiting(shop: Engineer, people: dict[str, Person]) -> None:
    """The person in danger would stand below a question about sizes."""
    for text, chat in (("在吗", "calm1"), ("想死 2", "low"), ("药 4", "urgent"), ("尺码", "calm2")):
        await shop.say(text, chat)
    status, found = await people["agent"].get("/chats")
    assert status == 200
    assert [row["chat_id"] for row in found["chats"]][:2] == ["urgent", "low"]
    assert found["chats"][0]["level_name"] == "紧急"


async def test_one_chat_shows_evidence_and_case(shop: Engineer, people: dict[str, Person]) -> None:
    """The agent would have to trust a number without its reason."""
    await shop.say("难过 3")
    _, view = await people["agent"].get("/chats/demo/c1")
    assert view["transcript"][0]["signals"][0] == {"name": "ideation_active", "start": 0, "end": 1, "text": "难"}
    assert (view["case"]["level"], view["case"]["escalation"]) == (3, "requested")
    assert (await people["agent"].get("/chats/demo/none"))[0] == 404
    assert (await people["agent"].get("/chats/nobody/c1"))[0] == 400
    assert (await people["agent"].get("/chats/demo/c1?after=-1"))[0] == 400


async def test_take_over_and_give_back_happen_once_per_key(shop: Engineer, people: dict[str, Person]) -> None:
    """A doubled click would hand the chat back and forth."""
    await shop.say()
    agent = people["agent"]
    assert (await agent.do("/chats/demo/c1/giveback", key="one"))[1]["owner"] == "bot"
    assert (await agent.do("/chats/demo/c1/takeover", key="two"))[1]["owner"] == "human"
    assert (await agent.do("/chats/demo/c1/giveback", key="one"))[1]["owner"] == "human"
    assert (await agent.do("/chats/demo/none/takeover"))[0] == 404


async def test_a_persons_words_reach_the_customer_once(world: Any, tmp_path: Path) -> None:
    """The desk would believe that somebody has answered while the customer waits; or she reads it twice."""
    with socket.socket() as place:  # the shop's port, known before the shop is open
        place.bind(("127.0.0.1", 0))
        port = place.getsockname()[1]
    address = f"http://127.0.0.1:{port}/shop"
    async with open_door(tmp_path / "door", world.url, world.store, shop_url=address) as engineer:
        await engineer.say("难过 3")
        person, say = Person(engineer.url), ("/chats/demo/c1/messages", {"text": "我在，慢慢说"})
        await person.log_in("interventionist")
        assert (await person.do(*say, key="words"))[0] == 502
        assert (await world.store.chat("demo", "c1")).owner == "human"
        assert len(await world.store.transcript("demo", "c1")) == 1
        async with open_shop(tmp_path / "shop", engineer.url, port=port) as buyer:
            await buyer.do("/chats", chat_id="c1")
            assert await person.do(*say, key="words") == (202, {"seq": 2})
            assert await person.do(*say, key="words") == (202, {"seq": 2})
            heard = (await buyer.chat())["messages"]
            assert [(line["role"], line["text"], line["disclosure"]) for line in heard] == [
                ("agent", "我在，慢慢说", 0)
            ]
        line = (await world.store.transcript("demo", "c1"))[1]
        assert (line.role, line.sender_id) == ("agent", "interventionist1")
        await person.http.close()


async def test_a_person_accepts_the_case(shop: Engineer, people: dict[str, Person]) -> None:
    """The call for a person would get louder although one has come."""
    await shop.say("难过 3")
    _, found = await people["interventionist"].get("/cases/demo")
    case_id = found["cases"][0]["id"]
    status, case = await people["interventionist"].do(f"/cases/demo/{case_id}/accept")
    assert (status, case["escalation"], case["accepted_by"]) == (200, "accepted", "interventionist1")
    assert (await people["interventionist"].do("/cases/demo/none/accept"))[0] == 404


async def test_an_order_held_at_high_danger_is_released_by_an_interventionist_with_a_reason(
    shop: Engineer, people: dict[str, Person]
) -> None:
    """An order could be let go by a slip of the hand."""
    order = {"order_id": "A1", "status": "paid", "title": "x", "category": "农药", "customer_id": "u1"}
    await shop.post({**shop.message(), "type": "order.updated", "order": order})
    await shop.say("难过 3")
    _, view = await people["agent"].get("/chats/demo/c1")
    assert [(hold["order_id"], hold["state"]) for hold in view["holds"]] == [("A1", "requested")]
    path = "/chats/demo/c1/orders/A1/release"
    assert (await people["agent"].do(path, {"reason": "弄错了"}))[0] == 403
    assert (await people["interventionist"].do(path, {"reason": " "}))[0] == 400
    await shop.post(shop.message("在吗", "harmless", message={"sender_id": "u2"}))
    assert (await people["agent"].do("/chats/demo/harmless/orders/A1/release", {"reason": "弄错了"}))[0] == 404
    assert (await people["interventionist"].do(path, {"reason": "已和家人通话"}))[0] == 202


async def read_events(person: Person, shop: str, count: int, last: str = "") -> list[dict[str, Any]]:
    """The next events of a stream, each with its id; the first is the hello."""
    headers, found, event_id = {"Last-Event-ID": last} if last else {}, [], ""
    async with person.http.get(person.url + API + f"/events/{shop}", headers=headers) as answer:
        assert answer.headers["Content-Type"].startswith("text/event-stream")
        async with asyncio.timeout(10):
            async for raw in answer.content:
                line = raw.decode().strip()
                if line.startswith("id:"):
                    event_id = line.removeprefix("id:").strip()
                elif line.startswith("data:"):
                    found.append({**json.loads(line.removeprefix("data:")), "id": event_id})
                    if len(found) == count:
                        break
    return found


async def test_events_resume_where_the_line_was_lost(shop: Engineer, people: dict[str, Person]) -> None:
    """A danger that came while the line was down would never appear on the desk."""
    await shop.say("一")
    start = (await read_events(people["agent"], "demo", 1))[0]["id"]
    await shop.say("二")
    await shop.say("三")
    seen = [row for row in await read_events(people["agent"], "demo", 3, start) if row.get("type") == "message"]
    assert [row["seq"] for row in seen] == [2, 3]
    assert "text" not in seen[0]
    again = await read_events(people["agent"], "demo", 2, seen[0]["id"])
    assert again[1]["id"] == seen[1]["id"]


async def test_events_arrive_while_one_listens(shop: Engineer, people: dict[str, Person]) -> None:
    """The agent would have to reload to see a new message."""
    listening = asyncio.create_task(read_events(people["agent"], "demo", 2))
    for number in range(40):
        await asyncio.sleep(0.05)
        await shop.say(f"第{number}句")
        if listening.done():
            break
    assert (await listening)[1]["type"] == "message"


async def test_the_stream_is_for_those_who_may_see(shop: Engineer, people: dict[str, Person]) -> None:
    """Levels and chats of a crisis would be open to everyone."""
    assert (await people["trainer"].get("/events/demo"))[0] == 403
    assert (await people["stranger"].get("/events/demo"))[0] == 401
    assert (await people["agent"].get("/events/nobody"))[0] == 404
    assert (await people["agent"].get("/events/demo?after=x"))[0] == 400


def test_the_demo_accounts_are_made_once_and_only_for_their_owner(tmp_path: Path) -> None:
    """Everyone on the machine could read the passwords, or each start would change them."""
    from channels.console.accounts import Accounts

    accounts, note = Accounts(tmp_path / "accounts.json"), tmp_path / "accounts-demo.txt"
    accounts.ensure_demo(note)
    told = note.read_text(encoding="utf-8")
    accounts.ensure_demo(note)
    assert note.read_text(encoding="utf-8") == told
    assert {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {0o600}
    _, name, _, password = told.splitlines()[0].split(" ")
    found = accounts.check(name, password)
    assert found is not None
    assert found.role == "agent"


async def test_a_look_at_a_crisis_is_on_record_before_it_is_shown(shop: Any, people: Any, world: Any) -> None:
    """Who peeped at the worst night of somebody's life would never be known."""
    await shop.say("在吗 0", chat="calm")
    await shop.say("不想活了 3", chat="crisis")
    for _ in range(2):
        assert (await people["agent"].get("/chats/demo/crisis"))[0] == 200
    assert (await people["agent"].get("/chats/demo/calm"))[0] == 200
    assert (await people["auditor"].get("/chats/demo/crisis?reason=季度抽查"))[0] == 200
    rows = await openings(world.store, "demo")
    assert [(row["who"], row["about"], row["reason"], row["level"]) for row in rows] == [
        ("agent1", "crisis", "值守接待", 3), ("auditor1", "crisis", "季度抽查", 3),
    ]  # fmt: skip
