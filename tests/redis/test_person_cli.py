"""`zaoan person`, as an operator types it."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any

from bot.store.audit import audit_key, openings
from bot.store.person import fingerprint

SHOP = "demo"
ORDER = {"order_id": "A1", "status": "paid", "name": "王小明", "phone": "13812345678", "address": "文三路1号"}
WHY = ("--by", "fawu", "--reason", "本人来函 2026-01")


async def _zaoan(world: Any, keys: Path, *words: str) -> tuple[int, str, str]:
    env = {**os.environ, "ZAOAN_REDIS_URL": world.url, "ZAOAN_KEY_FILE": str(keys)}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot.cli.main", "person", *words, env=env,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, error = await process.communicate()
    return process.returncode or 0, out.decode(), error.decode()


async def test_a_person_is_handed_out_then_removed_and_both_are_on_record(world: Any, tmp_path: Path) -> None:
    """A right by law would end at "no such command", or leave no trace of who used it."""
    keys = tmp_path / "key"
    await world.say(1, "最近好累")
    code, out, _ = await _zaoan(world, keys, "export", SHOP, "buyer1", *WHY)
    assert code == 0
    assert json.loads(out)["chats"][0]["lines"][0]["text"] == "最近好累"
    code, out, _ = await _zaoan(world, keys, "erase", SHOP, "buyer1", *WHY)
    assert code == 0, out
    assert await world.store.chat(SHOP, "c1") is None
    code, _, error = await _zaoan(world, keys, "export", SHOP, "buyer1", *WHY)
    assert code == 1
    assert "nothing is kept" in error
    rows = await openings(world.store, SHOP)
    assert [(row["act"], row["who"]) for row in rows] == [("export", "fawu"), ("erase", "fawu")]
    assert rows[1]["about"] == fingerprint(SHOP, "buyer1")


async def test_without_a_name_and_a_reason_nothing_happens(world: Any, tmp_path: Path) -> None:
    """Anyone at the machine could take a talk out without a word."""
    await world.say(1, "最近好累")
    assert (await _zaoan(world, tmp_path / "key", "erase", SHOP, "buyer1"))[0] == 2
    assert (await _zaoan(world, tmp_path / "key", "export", SHOP, "../x", *WHY))[0] == 2
    assert await world.store.chat(SHOP, "c1") is not None


async def test_a_trail_that_was_touched_ends_with_1(world: Any, tmp_path: Path) -> None:
    """The auditor's monthly check would always be green."""
    for _ in range(3):
        await world.say(1)
        await _zaoan(world, tmp_path / "key", "export", SHOP, "buyer1", *WHY)
    code, out, _ = await _zaoan(world, tmp_path / "key", "audit", SHOP)
    assert (code, len(out.splitlines())) == (0, 3)
    await world.store.redis.xdel(audit_key(world.store, SHOP), json.loads(out.splitlines()[1])["id"])
    code, _, error = await _zaoan(world, tmp_path / "key", "audit", SHOP)
    assert code == 1
    assert "broken" in error


async def test_after_a_new_key_the_address_still_opens(world: Any, monkeypatch: Any, tmp_path: Path) -> None:
    """After a change of keys nobody could tell the ambulance where to go."""
    keys = tmp_path / "key"
    monkeypatch.setenv("ZAOAN_KEY_FILE", str(keys))
    await world.store.put_order(SHOP, None, "buyer1", ORDER)
    await world.say(4, "在楼顶")
    place = world.store.keys(SHOP).address("A1")
    before, first = await world.store.redis.get(place), keys.read_text()
    assert "文三路" not in before
    code, out, error = await _zaoan(world, keys, "rotate-key")
    assert code == 0, error
    assert out.startswith("1 sealed anew")
    assert keys.read_text() != first
    assert await world.store.redis.get(place) != before
    assert await world.store.redis.ttl(place) > 0, "the time to live is kept"
    case = await world.store.case_of_chat(SHOP, "c1")
    card = await world.store.address_card(SHOP, case.case_id, "ganyu", "叫急救")
    assert card["cards"][0]["address"] == "文三路1号"
