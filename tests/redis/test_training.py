"""The desk's own means: phrases of the merchant, proposals for trainers, the bot steered, people cared for."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.cases.types import Suggestion
from bot.cli import proposals as command
from bot.settings import Settings
from bot.store.care import heavy
from bot.store.feedback import feedback, phrase_rows
from bot.store.steering import WISHES, fulfilled, wished
from tests.redis.desk_kit import Person, at_the_desk
from tests.redis.door_kit import Engineer, open_door, open_shop

CAP = Settings.from_env({}).heavy_cap
CARDS = [
    Suggestion("我在，你慢慢说。", "affirmation", "utter_stay_with"),
    Suggestion("现在安全吗？", "question", "utter_ask_safety_now"),
]


@pytest.fixture
async def shop(world: Any, tmp_path: Path) -> AsyncIterator[Engineer]:
    """A shop before an open door, and a platform that takes what is said."""
    async with (
        open_shop(tmp_path / "shop", "http://127.0.0.1:9") as platform,
        open_door(tmp_path, world.url, world.store, shop_url=platform.url + "/shop") as engineer,
    ):
        for number in range(5):
            await platform.do("/chats", chat_id=f"c{number}", name=f"buyer{number}", about="")
        yield engineer


@pytest.fixture
async def people(shop: Engineer) -> AsyncIterator[dict[str, Person]]:
    """One logged-in person of each role."""
    async with at_the_desk(shop.url) as found:
        yield found


async def test_a_phrase_is_judged_before_it_is_kept(world: Any, people: dict[str, Person]) -> None:
    """A merchant's platitude, or a number from nowhere, would be offered to a frightened agent."""
    trainer = people["trainer"]
    good = {"text": "五点前付的款当天发出。", "kind": "service", "when": ["发货", "什么时候发"]}
    status, row = await trainer.do("/phrases/demo", **good)
    assert (status, row["by"], row["strategy"]) == (201, "trainer1", "information")
    for text in ("亲，想开点哦", "打 4001234567 找我", "一" * 61, "在吗？好吗？"):
        status, answer = await trainer.do("/phrases/demo", **{**good, "text": text})
        assert (status, answer["path"]) == (400, "text"), text
    for when in ([], ["发"], "发货", [1]):
        assert (await trainer.do("/phrases/demo", {**good, "when": when}))[0] == 400, when
    assert (await trainer.do("/phrases/demo", {**good, "kind": "magic"}))[0] == 400
    assert [one["text"] for one in (await trainer.get("/phrases/demo"))[1]["phrases"]] == [good["text"]]
    assert (await people["agent"].do("/phrases/demo", good))[0] == 403
    assert (await trainer.do(f"/phrases/demo/{row['id']}/remove"))[0] == 200
    assert (await trainer.do(f"/phrases/demo/{row['id']}/remove"))[0] == 404
    assert await phrase_rows(world.store, "demo") == []


async def test_the_library_holds_the_shops_phrases_where_they_may_be_said(people: dict[str, Person]) -> None:
    """The agent would not find what the shop agreed on; or would find a voucher beside a farewell."""
    for text, kind in (("今晚有满减，可以一起看。", "sell"), ("店里的人都惦记着您。", "care")):
        await people["admin"].do("/phrases/demo", text=text, kind=kind, when=["在吗"])
    found = {}
    for level in (0, 2, 3):
        rows = (await people["agent"].get(f"/library?level={level}&shop=demo"))[1]["phrases"]
        found[level] = [row["text"] for row in rows if row["action"].startswith("phrase:")]
    assert found == {0: ["今晚有满减，可以一起看。", "店里的人都惦记着您。"], 2: ["店里的人都惦记着您。"], 3: []}


async def test_what_is_sent_becomes_a_proposal_for_a_trainer(
    world: Any, shop: Engineer, people: dict[str, Person], monkeypatch: Any, capsys: Any
) -> None:
    """The words that helped would be known to one colleague only."""
    agent, trainer = people["agent"], people["trainer"]
    sent = ["我在，不走。", CARDS[0].text, "你说欠了三万块又被骗，很重", "打我电话13912345678", "想开点就好了"]
    for number, text in enumerate(sent):
        chat = f"c{number}"
        await shop.say("欠了三万块又被骗 2", chat)
        await world.store.finish_turn(await world.turn(), suggestions=CARDS)
        status, answer = await agent.do(f"/chats/demo/{chat}/messages", text=text, suggestion={"seq": 1, "index": 0})
        assert status == 202, answer
    outcomes = {row["chat_id"]: (row["outcome"], row["sent"]) for row in await feedback(world.store, "demo")}
    # No quotation of the customer, no telephone number, nothing that could never be said by us.
    kept = dict.fromkeys(("c2", "c3", "c4"), ("edited", ""))
    assert outcomes == {"c0": ("edited", "我在，不走。"), "c1": ("taken", ""), **kept}
    status, found = await trainer.get("/proposals/demo")
    (one,) = found["proposals"]
    assert (one["kind"], one["offered"], one["text"], one["level"]) == ("variant", CARDS[0].text, "我在，不走。", 2)
    counts = {row["text"]: row for row in found["suggestions"]}
    assert (counts[CARDS[0].text]["shown"], counts[CARDS[0].text]["taken"]) == (5, 1)
    assert counts[CARDS[1].text]["taken"] == 0
    assert (await agent.get("/proposals/demo"))[0] == 403

    monkeypatch.setenv("ZAOAN_REDIS_URL", world.url)
    monkeypatch.setenv("ZAOAN_VAR", str(shop.settings.var_dir))
    assert await _command(["--json"]) == 0
    listed = json.loads(next(line for line in capsys.readouterr().out.splitlines() if line.startswith("{")))
    assert (listed["shop_id"], listed["proposal_id"]) == ("demo", one["id"])
    assert await _command(["take", one["id"], "--by", "王训练"]) == 0
    assert await _command(["take", "nope", "--by", "王训练"]) == 1
    assert (await trainer.get("/proposals/demo"))[1]["proposals"] == []


async def _command(argv: list[str]) -> int:
    import asyncio

    return await asyncio.to_thread(command.main, argv)


async def test_the_desk_asks_the_bot_for_an_act_and_it_is_said_once(
    world: Any, shop: Engineer, people: dict[str, Person]
) -> None:
    """The one who knows what to ask could only watch; or the bot would ask it for ever."""
    await shop.say("不想活了 3")
    person = people["interventionist"]
    assert (await person.do("/chats/demo/c1/steer", wish="companion"))[0] == 202
    assert (await person.do("/chats/demo/c1/steer", wish="whatever"))[0] == 400
    assert (await people["agent"].do("/chats/demo/c1/steer", wish="stay"))[0] == 403
    view = (await person.get("/chats/demo/c1"))[1]
    assert (view["steer"]["wish"], view["steer"]["by"]) == ("companion", "interventionist1")
    assert any(row["type"] == "steer" for row in await world.store.feed("demo"))
    await fulfilled(world.store, "demo", "c1")
    assert await wished(world.store, "demo", "c1") is None
    assert all(act.startswith("utter_") for act in WISHES.values())
    await person.do("/chats/demo/c1/steer", wish="stay")
    await person.do("/chats/demo/c1/steer", wish="")
    assert await wished(world.store, "demo", "c1") is None


async def test_a_person_is_not_given_the_fourth_grave_case_unasked(
    world: Any, shop: Engineer, people: dict[str, Person]
) -> None:
    """Helpers break, and then nobody helps; but a cap that leaves somebody in danger alone is worse."""
    person = people["interventionist"]
    ids = []
    for number in range(CAP + 1):
        await shop.post(shop.message("不想活了 3", f"c{number}", message={"sender_id": f"u{number}"}))
        chat = await world.store.chat("demo", f"c{number}")
        ids.append(chat.case_id)
    for case_id in ids[:CAP]:
        assert (await person.do(f"/cases/demo/{case_id}/accept"))[0] == 200
        assert (await person.do(f"/cases/demo/{case_id}/accept"))[0] == 200, "twice counts once"
    assert (await person.get("/me/care"))[1]["heavy"] == CAP
    status, answer = await person.do(f"/cases/demo/{ids[CAP]}/accept")
    assert (status, answer["heavy"], answer["cap"]) == (409, CAP, CAP)
    assert (await world.store.case("demo", ids[CAP])).accepted_by == ""
    assert (await person.do("/me/rest"))[0] == 200
    assert (await heavy(world.store, "interventionist1", CAP))["heavy"] == 0
    for number in range(CAP):
        await shop.post(shop.message("不想活了 3", f"d{number}", message={"sender_id": f"v{number}"}))
        chat = await world.store.chat("demo", f"d{number}")
        await person.do(f"/cases/demo/{chat.case_id}/accept")
    assert (await person.do(f"/cases/demo/{ids[CAP]}/accept"))[0] == 409
    status, case = await person.do(f"/cases/demo/{ids[CAP]}/accept", anyway=True)
    assert (status, case["accepted_by"]) == (200, "interventionist1")


async def test_a_house_sets_its_own_cap(world: Any, tmp_path: Path) -> None:
    """Our three is nobody's finding: a house whose rule is one grave case a night could not keep it."""
    async with open_door(tmp_path, world.url, world.store, heavy_cap=1) as shop, at_the_desk(shop.url) as people:
        person = people["interventionist"]
        for number in range(2):
            await shop.post(shop.message("不想活了 3", f"c{number}", message={"sender_id": f"u{number}"}))
        first, second = [(await world.store.chat("demo", f"c{number}")).case_id for number in range(2)]
        assert (await person.do(f"/cases/demo/{first}/accept"))[0] == 200
        status, answer = await person.do(f"/cases/demo/{second}/accept")
    assert (status, answer["heavy"], answer["cap"]) == (409, 1, 1)
