"""The desk with very many open cases: how fast its pages are, and what it all takes in memory.

    python -m benchmarks cases                    # 100,000 open cases
    python -m benchmarks cases --cases 10000 --asks 50

The cases are written through the store's own changes (case, events, timers, alerts, chat, transcript), most of
them accepted, one in a hundred still waiting for a person. Then a real door serves them, and each page is asked
for by a logged-in person, one after the other. Exit 1 if the 95th percentile of a queue page is above 100 ms.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import redis
import requests
from argon2 import PasswordHasher

from benchmarks._own import own_redis, resident_mb, table
from bot.cases import events as e
from bot.cases.types import Chat, Line
from bot.cli.machine import ROOT, free_ports
from bot.store import Options, Store
from bot.store.change import Change
from bot.store.effects import CaseEdit
from bot.store.raising import promise

SHOP, PASSWORD = "demo", "bench-password"
BATCH = 200
QUEUE_PAGES = ("/desk", "/chats", f"/cases/{SHOP}")
LIMIT_MS = 100.0
SAID = ("在吗", "最近好累", "有时候想 睡过去不醒就好了", "没有 就是想想", "你还在吗")


def one_case(store: Store, number: int, now: float, dice: random.Random) -> Change:
    """The change that puts one open case with its chat on disk."""
    change, chat_id, at = Change(store.keys(SHOP)), f"c{number}", now - dice.uniform(60, 86_400 * 20)
    level = dice.choices((2, 3, 4), (80, 18, 2))[0]
    case_id = f"case{number}"
    lines = [
        Line(seq, at + seq, "bot" if seq % 2 == 0 else "customer", SAID[seq % len(SAID)], f"m{seq}")
        for seq in range(1, 11)
    ]
    seen = {"level": level, "seen": {"ideation_passive": 1}, "ideation": True, "third_party": False, "turn": 5}
    chat = Chat(
        SHOP, chat_id, "human", 1, f"u{number}", level, seen, 5, {}, case_id, 10, 9, 10, at + 10, at + 9
    )  # fmt: skip
    edit = CaseEdit(change, None, at, store.options)
    edit.happen(e.CaseOpened(at, case_id, SHOP, f"u{number}"))
    edit.happen(e.ChatJoined(at, chat_id))
    edit.happen(e.LevelRaised(at, level, chat_id, 1, ("ideation_passive",)))
    edit.happen(e.EscalationRequested(at, "urgent" if level == 3 else "now" if level == 4 else "soon"))
    promise(edit, chat)
    if number % 100:
        edit.happen(e.EscalationAccepted(at + 40, "ganyu"))
        edit.happen(e.FirstWords(at + 60, "ganyu", chat_id))
    edit.write(chat_id)
    store.write_lines(change, chat_id, lines)
    store.write_chat(change, chat)
    return change


async def fill(url: str, count: int) -> float:
    """Write the cases; seconds it took."""
    store, dice, began = await Store.connect(url, Options()), random.Random(7), time.perf_counter()
    await store.know_shop(SHOP)
    now = time.time()
    for first in range(0, count, BATCH):
        pipe = store.redis.pipeline(transaction=False)
        for number in range(first, min(first + BATCH, count)):
            keys, args = one_case(store, number, now, dice).arguments()
            await store._script(keys=keys, args=args, client=pipe)
        async with store.guarded():
            for done, which in await pipe.execute():
                if not done:
                    raise RuntimeError(f"not written: {which}")
    await store.close()
    return time.perf_counter() - began


class Door:
    """A real door on that Redis, and a person who is logged in."""

    def __init__(self, folder: Path, url: str) -> None:
        port = free_ports(1)[0]
        shop = {"id": SHOP, "name": "演示", "category": "农资", "secret": "s" * 20, "outgoing_secret": "o" * 20}
        (folder / "shops.json").write_text(json.dumps([{**shop, "base_url": "http://127.0.0.1:9"}]))
        mark = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
        row = {"name": "ganyu", "role": "interventionist", "password_hash": mark}
        (folder / "accounts.json").write_text(json.dumps([row]))
        env = {"ZAOAN_VAR": str(folder), "ZAOAN_REDIS_URL": url, "ZAOAN_PORT": str(port), "PYTHONPATH": str(ROOT)}
        with (folder / "door.log").open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "channels.server"], cwd=ROOT, env={**os.environ, **env}, stdout=log, stderr=log
            )
        self.url, self.http = f"http://127.0.0.1:{port}", requests.Session()
        deadline = time.monotonic() + 60
        while True:
            try:
                body = {"name": "ganyu", "password": PASSWORD}
                answer = self.http.post(self.url + "/api/console/login", json=body, timeout=5)
                answer.raise_for_status()
                break
            except requests.RequestException:
                if time.monotonic() > deadline or self.process.poll() is not None:
                    raise RuntimeError((folder / "door.log").read_text()[-2000:]) from None
                time.sleep(0.1)

    def ask(self, path: str) -> tuple[float, int]:
        """Milliseconds and bytes of one page."""
        began = time.perf_counter()
        answer = self.http.get(self.url + path, timeout=30)
        answer.raise_for_status()
        return (time.perf_counter() - began) * 1000, len(answer.content)


def pages(door: Door, asks: int) -> list[dict[str, Any]]:
    """A row for each page."""
    paths = [f"/api/console{path}" for path in QUEUE_PAGES]
    paths += [f"/api/console/cases/{SHOP}/case1", f"/api/console/chats/{SHOP}/c1", f"/api/console/overview/{SHOP}"]
    paths += ["/metrics"]
    rows = []
    for path in paths:
        door.ask(path)
        found = [door.ask(path) for _ in range(asks)]
        ms = [took for took, _ in found]
        rows.append({
            "page": path.removeprefix("/api/console"), "p50 ms": f"{np.percentile(ms, 50):.1f}",
            "p95 ms": f"{np.percentile(ms, 95):.1f}", "max ms": f"{max(ms):.1f}", "KB": f"{found[-1][1] / 1024:.0f}",
            "_p95": float(np.percentile(ms, 95)),
        })  # fmt: skip
    return rows


def main(argv: list[str]) -> int:
    """0 when every queue page keeps its time."""
    parser = argparse.ArgumentParser(
        prog="benchmarks cases", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cases", type=int, default=100_000, help="open cases (default 100,000)")
    parser.add_argument("--asks", type=int, default=200, help="times each page is asked for (default 200)")
    options = parser.parse_args(argv)
    with own_redis() as url, tempfile.TemporaryDirectory(prefix="zaoan-cases-") as folder:
        client: Any = redis.from_url(url)
        empty = client.info("memory")["used_memory"]
        seconds = asyncio.run(fill(url, options.cases))
        used = client.info("memory")["used_memory"] - empty
        door = Door(Path(folder), url)
        try:
            before = resident_mb(door.process.pid)
            rows = pages(door, options.asks)
            after = resident_mb(door.process.pid)
        finally:
            door.process.terminate()
            door.process.wait(20)
        client.close()
    slow = [row["page"] for row in rows if row.pop("_p95") > LIMIT_MS and row["page"] in QUEUE_PAGES]
    print(f"{options.cases} open cases, written in {seconds:.0f} s")
    print(table(rows))
    print(f"Redis: {used / 1e6:.0f} MB, {used / options.cases / 1024:.1f} KB a case with its talk of ten lines. "
          f"Door: {before:.0f} MiB before, {after:.0f} MiB after {options.asks * len(rows)} pages.")  # fmt: skip
    print(f"queue pages under {LIMIT_MS:.0f} ms: {'no: ' + ', '.join(slow) if slow else 'yes'}")
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
