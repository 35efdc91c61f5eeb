"""Why a line was read as it was, asked at the desk."""

from __future__ import annotations

from bot.risk import Reader
from bot.store import Store
from bot.store.audit import openings
from channels.console.why import explained
from tests.redis.desk_kit import Person
from tests.redis.door_kit import Engineer

LINE = "/chats/demo/c1/lines/{}/why"


async def test_a_line_is_explained_by_its_own_words_and_the_talk(shop: Engineer, people: dict[str, Person]) -> None:
    """The agent would have to believe a number; or would take an earlier sentence for what this one says."""
    await shop.say("我不想活了 3")
    await shop.say("嗯")
    status, told = await people["agent"].get(LINE.format(1))
    assert status == 200
    assert (told["seq"], told["level"]) == (1, 3)
    (signal, *_) = told["signals"]
    assert signal["text"] == "我不想活了 3"[signal["start"] : signal["end"]]
    assert signal["name"] == "ideation_active"
    assert signal["rule"].startswith("ideation_active/")
    assert signal["about"] != signal["name"]
    assert told["reason"]
    without = [row for row in told["changes"] if row["kind"] == "without"]
    assert without
    assert without[0]["floor"] < told["floor"]
    # What the second line says by itself is nothing; that the talk stays grave is said apart.
    _, second = await people["agent"].get(LINE.format(2))
    assert (second["level"], second["alone"], second["signals"]) == (3, 0, [])


async def test_only_what_a_customer_said_is_explained(shop: Engineer, people: dict[str, Person]) -> None:
    """A colleague's words would be judged, or a guess at numbers would tell what there is."""
    await shop.say("我不想活了 2")
    await people["agent"].do("/chats/demo/c1/takeover")
    for seq in (0, -1, 2, 99, 10_000_001):
        assert (await people["agent"].get(LINE.format(seq)))[0] == 404
    assert (await people["agent"].get("/chats/demo/nobody/lines/1/why"))[0] == 404


async def test_a_look_at_a_grave_line_is_on_record(shop: Engineer, people: dict[str, Person], world) -> None:  # type: ignore[no-untyped-def]
    """Whoever may not open the talk without a word could read it line by line."""
    await shop.say("我不想活了 3")
    assert (await people["auditor"].get(LINE.format(1)))[0] == 400
    assert (await people["auditor"].get(LINE.format(1) + "?reason=复查"))[0] == 200
    store: Store = world.store
    looks = [(row["who"], row["reason"]) for row in await openings(store, "demo")]
    assert ("auditor1", "复查") in looks


def test_explaining_leaves_the_readers_memory_alone() -> None:
    """What the reader of a talk asks about the message it is reading would be gone: a danger missed."""
    reader = Reader(None)
    reader._facts["x"] = "kept"  # type: ignore[assignment]
    explained("我不想活了", reader)
    assert reader._facts == {"x": "kept"}
