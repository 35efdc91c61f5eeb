"""What is kept of a person: handed out, removed, forgotten in time, and every look at it written down."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from bot.cases.notice import notice_owed
from bot.privacy.retention import Retention, load_retention
from bot.settings import SettingError
from bot.store.audit import Opening, audit_key, broken_at, note, note_look, openings
from bot.store.errors import NotAllowed, NotFound
from bot.store.person import erase_person, export_person
from bot.work.housekeeping import Housekeeping

SHOP = "demo"
DAY = 86_400
LOOK = Opening("ganyu", "interventionist", "transcript", "c1", "值守", 4)


async def _everything(world: Any) -> str:
    """All that Redis holds, names and values."""
    redis, seen = world.store.redis, []
    async for key in redis.scan_iter():
        kind = await redis.type(key)
        reader = {
            "string": redis.get, "hash": redis.hgetall, "list": lambda k: redis.lrange(k, 0, -1),
            "zset": lambda k: redis.zrange(k, 0, -1), "set": redis.smembers, "stream": redis.xrange,
        }[kind]  # fmt: skip
        seen.append(f"{key} {await reader(key)}")
    return "\n".join(seen)


async def test_openings_are_chained_and_a_changed_one_is_found(world: Any) -> None:
    """Whoever peeped could wipe the trace."""
    for number in range(4):
        await note(world.store, SHOP, Opening("kefu", "agent", "transcript", f"c{number}", "值守", 3))
    rows = await openings(world.store, SHOP)
    assert [row["about"] for row in rows] == ["c0", "c1", "c2", "c3"]
    assert await broken_at(world.store, SHOP) is None
    await world.store.redis.xdel(audit_key(world.store, SHOP), rows[1]["id"])
    assert await broken_at(world.store, SHOP) == rows[2]["id"]


async def test_a_cut_tail_is_found(world: Any) -> None:
    """The last look, the one worth hiding, would be the easiest to take out."""
    await note(world.store, SHOP, LOOK)
    mark = await note(world.store, SHOP, LOOK)
    rows = await openings(world.store, SHOP)
    assert rows[-1]["hash"] == mark
    await world.store.redis.xdel(audit_key(world.store, SHOP), rows[-1]["id"])
    assert await broken_at(world.store, SHOP) == "end"


async def test_a_sitting_is_one_opening_and_needs_a_reason(world: Any) -> None:
    """A screen that re-reads every second would bury the trail; a look without a why is no record."""
    for _ in range(3):
        await note_look(world.store, SHOP, LOOK)
    assert len(await openings(world.store, SHOP)) == 1
    with pytest.raises(NotAllowed):
        await note(world.store, SHOP, Opening("ganyu", "interventionist", "transcript", "c1", "  "))


async def test_openings_at_the_same_moment_all_stand(world: Any) -> None:
    """Two people who open a chat together would leave one trace."""
    await asyncio.gather(
        *(note(world.store, SHOP, Opening(f"p{n}", "agent", "transcript", "c1", "值守")) for n in range(12))
    )
    assert len(await openings(world.store, SHOP)) == 12
    assert await broken_at(world.store, SHOP) is None


async def test_one_person_is_handed_out_whole(world: Any) -> None:
    """A right by law (PIPL art. 45) would need a programmer each time."""
    await world.store.put_order(SHOP, None, "buyer1", {"order_id": "A1", "status": "paid"})
    await world.say(3, "不想活了")
    await world.say(0, "别人的话", chat="c9", sender="buyer9")
    found = await export_person(world.store, SHOP, "buyer1")
    assert [line["text"] for line in found["chats"][0]["lines"]] == ["不想活了"]
    assert found["orders"][0]["order_id"] == "A1"
    assert found["case"]["level"] == 3
    assert any(row["type"] == "LevelRaised" for row in found["events"])
    assert "别人的话" not in json.dumps(found, ensure_ascii=False)
    with pytest.raises(NotFound):
        await export_person(world.store, SHOP, "nobody")


async def test_erasing_leaves_nothing_and_nobody_else_is_touched(world: Any) -> None:
    """Someone who asked to be forgotten would still be found by what was left over."""
    await world.store.put_order(SHOP, None, "buyer7", {"order_id": "A7", "status": "paid"})
    await world.store.set_owner(SHOP, "chat-seven", "bot", "kefu")
    await world.say(3, "七号的话", chat="chat-seven", sender="buyer7")
    await world.say(3, "八号的话", chat="c8", sender="buyer8")
    case = await world.store.case_of_chat(SHOP, "chat-seven")
    assert case is not None
    with pytest.raises(NotAllowed, match="close"):
        await erase_person(world.store, SHOP, "buyer7")
    await world.store.close_case(SHOP, case.case_id, "ganyu", "safe_now", "电话确认安全")
    with pytest.raises(NotAllowed, match="held"):
        await erase_person(world.store, SHOP, "buyer7")
    await world.store.release_hold(SHOP, "A7", "ganyu", "已安全")
    with pytest.raises(NotAllowed, match="confirmed"):
        await erase_person(world.store, SHOP, "buyer7")
    while command := await world.store.take_command(SHOP, "order:A7", 8):
        await world.store.acknowledge(command, {"state": "held"} if command.kind == "hold" else {})
    assert (await erase_person(world.store, SHOP, "buyer7"))["chats"] == 1
    left = "\n".join(row for row in (await _everything(world)).splitlines() if ":delivery:" not in row)
    for trace in ("七号的话", "buyer7", "chat-seven", case.case_id):
        assert trace not in left, [line[:150] for line in left.splitlines() if trace in line]
    assert "八号的话" in left
    assert await world.store.case_of_chat(SHOP, "c8") is not None


async def test_what_is_over_goes_by_level_and_open_cases_stay(world: Any) -> None:
    """Crisis talks would lie about for ever, or the talk of someone still in danger would vanish."""
    await world.say(2, "想过不在了", chat="two", sender="b2")
    await world.say(4, "在楼顶", chat="four", sender="b4")
    await world.say(4, "还开着", chat="open", sender="b5")
    for chat in ("two", "four"):
        case = await world.store.case_of_chat(SHOP, chat)
        if case is not None:
            await world.store.close_case(SHOP, case.case_id, "ganyu", "safe_now", "安全")
    keeper = Housekeeping(world.store, Retention((90, 90, 365, 1095, 1095), 1095, 180))
    world.clock.advance(366 * DAY)
    assert await keeper.tick() is True
    assert await keeper.tick() is False, "once a day"
    assert await world.store.chat(SHOP, "two") is None
    assert await world.store.chat(SHOP, "four") is not None, "what it was counts, not what it was lowered to"
    world.clock.advance(800 * DAY)
    await keeper.tick()
    assert await world.store.chat(SHOP, "four") is None
    assert (await world.store.chat(SHOP, "open")) is not None
    assert "在楼顶" not in await _everything(world)


def test_the_shipped_retention_is_sound(tmp_path: Any) -> None:
    """A slip of the pen in the file would delete cases after a day."""
    assert load_retention().levels == (90, 90, 365, 1095, 1095)
    for wrong in ("levels: {0: 1}", "[]", "levels: {0: 9, 1: 8, 2: 7, 3: 6, 4: 5}\naudit_days: 9\nfeedback_days: 9"):
        path = tmp_path / "retention.yml"
        path.write_text(wrong, encoding="utf-8")
        with pytest.raises(SettingError):
            load_retention(path)


async def test_whoever_was_spoken_of_outside_is_to_be_told(world: Any) -> None:
    """PIPL art. 18: the customer would never learn that the police were given their address."""
    await world.say(4, "在楼顶")
    case = await world.store.case_of_chat(SHOP, "c1")
    await world.store.add_contact(SHOP, case.case_id, "ganyu", "colleague", "交班")
    closed = await world.store.close_case(SHOP, case.case_id, "ganyu", "safe_now", "安全")
    assert not notice_owed(closed)
    assert notice_owed(closed, address_shown=True)
    await world.say(4, "又来了")
    await world.store.add_contact(SHOP, case.case_id, "ganyu", "police", "位置")
    assert not notice_owed(await world.store.case(SHOP, case.case_id)), "not while it is open"
    assert notice_owed(await world.store.close_case(SHOP, case.case_id, "ganyu", "with_services", "民警到场"))
