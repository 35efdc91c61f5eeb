"""The desk's interface: what an interventionist does to a case, and who else is at the keyboard."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from channels.console.choice import judge_choice
from channels.console.live import read_places, write_places
from tests.redis.desk_kit import API, Person
from tests.redis.door_kit import Engineer


async def test_a_case_from_acceptance_to_its_end(shop: Engineer, people: dict[str, Person]) -> None:
    """What was done for someone, by whom and why, would not be known the next morning."""
    await shop.say("难过 3")
    person = people["interventionist"]
    _, found = await person.get("/desk")
    case = found["cases"][0]
    assert (case["escalation"], case["audience"]) == ("requested", "desk")
    assert case["next_rung_at"] > case["requested_at"]
    path = f"/cases/demo/{case['id']}"
    assert (await person.do(path + "/accept"))[0] == 200
    told = {"whom": "police", "told": "报了地址", "confirmed": True}
    for _ in range(2):
        status, after = await person.do(path + "/contacts", key="once", **told)
        assert (status, len(after["contacts"])) == (200, 1)
    assert (await person.do(path + "/contacts", whom="nobody", told="x"))[0] == 400
    assert (await person.do(path + "/lower", level=1, reason=" "))[0] == 400
    assert (await person.do(path + "/lower", level=4, reason="x"))[0] == 400
    assert (await person.do(path + "/lower", level=1, reason="家人在身边"))[1]["level"] == 1
    assert (await person.do(path + "/close", disposition="gone", reason="x"))[0] == 400
    status, closed = await person.do(path + "/close", disposition="with_family", reason="家人接手")
    assert (status, closed["status"], closed["closed_by"]) == (200, "closed", "interventionist1")
    _, trail = await people["auditor"].get(path + "/events")
    assert [row["type"] for row in trail["events"]][-3:] == ["ContactMade", "LevelLowered", "CaseClosed"]


async def test_what_people_noted_of_others_stays_at_the_desk(shop: Engineer, people: dict[str, Person]) -> None:
    """A shop's agent would read of a mother's telephone call."""
    await shop.say("难过 3")
    case = (await people["agent"].get("/desk"))[1]["cases"][0]
    assert "contacts" not in case
    assert "contacts" in (await people["auditor"].get("/desk"))[1]["cases"][0]


async def test_the_next_shift_takes_over(shop: Engineer, people: dict[str, Person], world: Any) -> None:
    """A case would stay in the name of someone who sleeps."""
    await shop.say("难过 3")
    case = (await people["interventionist"].get("/desk"))[1]["cases"][0]
    await world.store.accept_case("demo", case["id"], "nightshift")
    _, after = await people["interventionist"].do(f"/cases/demo/{case['id']}/shift")
    assert after["accepted_by"] == "interventionist1"


async def test_who_looks_and_who_writes(shop: Engineer, people: dict[str, Person]) -> None:
    """Two people would answer the same sentence differently."""
    await shop.say("难过 1")
    one, two, path = people["agent"], people["interventionist"], "/chats/demo/c1"
    await one.do(path + "/presence", writing=True)
    _, seen = await two.do(path + "/presence", writing=True)
    assert seen == {"others": ["agent1"], "writer": "agent1"}
    status, answer = await two.do(path + "/messages", text="您好")
    assert (status, answer["writer"]) == (409, "agent1")
    await one.do(path + "/presence", leaving=True)
    assert (await two.do(path + "/presence", writing=True))[1] == {"others": [], "writer": ""}


async def test_danger_gets_the_emergency_line_first(shop: Engineer, people: dict[str, Person]) -> None:
    """The number that saves would stand below the fold."""
    await shop.say("难过 3")
    _, found = await people["agent"].get("/chats/demo/c1/hotlines")
    kinds = [row["kind"] for row in found["lines"]]
    assert kinds[0] == "emergency"
    assert "crisis" in kinds
    assert len({row["id"] for row in found["lines"]}) == len(kinds)


async def test_no_shop_talk_among_phrases_for_danger(people: dict[str, Person]) -> None:
    """A voucher would be offered to someone who wants to die."""
    calm = (await people["agent"].get("/library?level=0"))[1]["phrases"]
    high = (await people["agent"].get("/library?level=4"))[1]["phrases"]
    assert calm
    assert high
    assert not [row for row in high if "优惠" in row["text"] or "下单" in row["text"]]
    assert (await people["agent"].get("/library?level=5"))[0] == 400


async def test_the_list_shows_no_words_of_someone_in_danger(shop: Engineer, people: dict[str, Person]) -> None:
    """A crisis would be read over a shoulder, and nobody would know who read it."""
    await shop.say("想死 3", "high")
    await shop.say("尺码", "calm")
    rows = {row["chat_id"]: row for row in (await people["agent"].get("/chats"))[1]["chats"]}
    assert rows["high"]["last"] is None
    assert rows["high"]["signals"] == ["ideation_active"]
    assert rows["calm"]["last"] == {"role": "customer", "text": "尺码"}


async def test_the_overview_names_nobody(shop: Engineer, people: dict[str, Person]) -> None:
    """The merchant would read which customer was in danger."""
    await shop.say("难过 3")
    status, found = await people["admin"].get("/overview/demo")
    assert status == 200
    assert found["chats_by_level"] == [0, 0, 0, 1, 0]
    assert found["no_word_yet"] == 1
    assert "u1" not in str(found)


@pytest.mark.parametrize(
    ("named", "sent", "outcome"),
    [
        ({"seq": 3, "index": 1}, " 乙 ", "taken"), ({"seq": 3, "index": 1}, "乙，我在", "edited"),
        ({"seq": 2, "index": 1}, "乙", "edited"), (None, "丙", "ignored"), ({"seq": 3, "index": 9}, "乙", "ignored"),
    ],
)  # fmt: skip
def test_what_became_of_a_suggestion(named: Any, sent: str, outcome: str) -> None:
    """Trainers would learn from words that were never used."""
    offered = {"seq": 3, "items": [{"text": "甲"}, {"text": "乙"}]}
    found = judge_choice(offered, named, sent)
    assert found is not None
    assert found[0] == outcome
    assert judge_choice(None, named, sent) is None


def test_places_in_all_shops_survive_the_way_through_the_browser() -> None:
    """After a lost line the events of one shop would be missing."""
    places = {"demo": "17-0", "other.shop": "5-3"}
    assert read_places(write_places(places), ["demo", "other.shop"]) == places
    assert read_places("gone=1-0,demo=2-0", ["demo"]) == {"demo": "2-0"}
    assert read_places("", ["demo"]) == {}
    for bad in ("demo", "demo=1", "demo=1-0;x", "=1-0"):
        assert read_places(bad, ["demo"]) is None


async def test_one_stream_tells_of_all_shops(shop: Engineer, people: dict[str, Person]) -> None:
    """An agent of two shops would see only one of them live."""
    await shop.say("难过 3")
    person, found = people["agent"], ""
    async with person.http.get(person.url + API + "/live?after=demo=0-0") as answer:
        async for raw in answer.content:
            found += raw.decode()
            if '"type": "case"' in found:
                break
    assert "event: hello" in found
    assert '"shop_id": "demo"' in found
    assert "难过" not in found


async def test_the_page_comes_with_a_strict_policy_or_says_how_to_build_it(
    shop: Engineer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A customer's words could load a script, or a newcomer face an empty page."""
    # The package has a blueprint of the same name.
    monkeypatch.setattr(sys.modules["channels.console.page"], "DIST", tmp_path / "dist")
    async with shop.http.get(shop.url + "/console/") as answer:
        assert "build_console.py" in await answer.text()
    (tmp_path / "dist" / "assets").mkdir(parents=True)
    (tmp_path / "dist" / "index.html").write_text("<p>built")
    (tmp_path / "dist" / "assets" / "a-1.js").write_text("1")
    (tmp_path / "secret").write_text("x")
    async with shop.http.get(shop.url + "/console") as answer:
        policy = answer.headers["Content-Security-Policy"]
        assert await answer.text() == "<p>built"
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["Cache-Control"] == "no-store"
    async with shop.http.get(shop.url + "/console/assets/a-1.js") as answer:
        assert answer.content_type == "text/javascript"
        assert "immutable" in answer.headers["Cache-Control"]
    for path in ("/console/..%2fsecret", "/console/assets/..%2f..%2fsecret", "/console/.hidden", "/console/none.js"):
        async with shop.http.get(shop.url + path) as answer:
            assert answer.status == 404
