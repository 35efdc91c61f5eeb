"""Two hundred chats at once for as long as you like: verdicts, replies, memory.

    python -m benchmarks load                               # 200 chats, 10 minutes
    python -m benchmarks load --chats 50 --minutes 1

Redis, door, worker, actions and brain run as in production; the bot has every chat. Each customer writes, reads
the answer, and writes again `--gap` seconds after their last message (half to one and a half times as long; later
if no answer has come). Verdict: from sending the webhook to its 202, message and verdict on disk. Reply: from
sending to the moment when the first line for that chat arrives at the platform. Safe texts: lines of the fixed
wording that went out because no answer was ready in time. Memory: resident, children included, at the start (every
chat greeted), in the middle and at the end. Exit 1 if a customer got no answer at all.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import signal
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any

import aiohttp
import numpy as np
from aiohttp import web

from benchmarks._faults_world import SECRET, SHOP, Machine, Platform
from benchmarks._own import resident_mb, table
from bot.store import Store
from channels.signing import signed_headers

TALKS = (
    ("在吗", "这个多久发货", "可以开发票吗", "好的谢谢", "那我再看看"),
    ("你好", "尺码偏小吗", "我一米六五穿什么码", "还有黑色吗"),
    ("在吗", "最近好累 睡不着", "没事 就说说", "你说人活着有什么意思", "一个人在家", "谢谢你听我说"),
    ("你好", "我不想活了", "没人在乎我", "没有 就是想想", "不想打电话", "你还在吗"),
)
WEIGHTS = (5, 4, 2, 1)
GIVE_UP = 30.0
"""Seconds after which a message counts as unanswered."""
_numbers = itertools.count(1)


class Shop(Platform):
    """The platform double, which lets each chat know when something was said to it."""

    def __init__(self) -> None:
        super().__init__(Random(1))
        self.said: dict[str, asyncio.Event] = {}
        self.lines = 0

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        answer = await super()._handle(request)
        if request.path == "/messages":
            chat = str(json.loads(await request.read())["chat_id"])
            self.lines += 1
            if chat in self.said:
                self.said[chat].set()
        self.effects.clear()
        return answer


@dataclass(slots=True)
class Figures:
    """What was measured; times in ms."""

    verdicts: list[float] = field(default_factory=list)
    replies: list[float] = field(default_factory=list)
    unanswered: int = 0
    refused: Counter[int] = field(default_factory=Counter)
    memory: dict[str, dict[str, float]] = field(default_factory=dict)


def tree(pid: int) -> list[int]:
    """A process and its descendants."""
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            words = entry.read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
        except OSError:
            continue
        parents.setdefault(int(words[1]), []).append(int(entry.parent.name))
    found, todo = [], [pid]
    while todo:
        found.append(todo.pop())
        todo += parents.get(found[-1], [])
    return found


def weigh(machine: Machine) -> dict[str, float]:
    """MiB by part."""
    return {
        name: sum(resident_mb(pid) for pid in tree(process.pid)) for name, process in machine.processes.items()
    }  # fmt: skip


@dataclass(slots=True)
class Load:
    """One run."""

    machine: Machine
    shop: Shop
    http: aiohttp.ClientSession
    gap: float
    until: float = 0.0
    figures: Figures = field(default_factory=Figures)

    async def post(self, chat: str, event: dict[str, Any]) -> float:
        """Send one event, again if the door asks for it; milliseconds of the try that was taken."""
        at = datetime.now().astimezone().isoformat(timespec="seconds")
        body = json.dumps({**event, "shop_id": SHOP, "chat_id": chat, "occurred_at": at}).encode()
        delivery = f"load{next(_numbers)}"
        while True:
            began = time.perf_counter()
            headers = {**signed_headers(SECRET, int(time.time()), body), "X-Zaoan-Delivery": delivery}
            async with self.http.post(
                f"{self.machine.door}/webhooks/merchant/events", data=body, headers=headers
            ) as answer:
                await answer.read()
                if answer.status in (200, 202):
                    return (time.perf_counter() - began) * 1000
                self.figures.refused[answer.status] += 1
                if answer.status not in (429, 503):
                    raise RuntimeError(f"the door answered {answer.status}")
            await asyncio.sleep(0.5)

    async def customer(self, number: int) -> None:
        """One chat until the time is up."""
        dice, chat = Random(number), f"load-{number}"
        lines = itertools.cycle(dice.choices(TALKS, WEIGHTS)[0])
        said = self.shop.said[chat] = asyncio.Event()
        await asyncio.sleep(dice.uniform(0, self.gap))
        await self.post(chat, {"type": "chat.handover", "to": "bot"})
        for turn in itertools.count():
            if time.monotonic() >= self.until:
                return
            said.clear()
            text = next(lines)
            message = {"id": f"m{turn}", "role": "customer", "sender_id": f"u-{chat}", "text": text}
            began = time.perf_counter()
            self.figures.verdicts.append(await self.post(chat, {"type": "message.created", "message": message}))
            try:
                await asyncio.wait_for(said.wait(), GIVE_UP)
                self.figures.replies.append((time.perf_counter() - began) * 1000)
            except TimeoutError:
                self.figures.unanswered += 1
            spent = time.perf_counter() - began
            await asyncio.sleep(max(0.5, dice.uniform(0.5, 1.5) * self.gap - spent))

    async def watch(self, seconds: float) -> None:
        """Memory when every chat is there, in the middle, and at the end."""
        first = min(self.gap + 5, seconds / 3)
        await asyncio.sleep(first)
        self.figures.memory["start"] = weigh(self.machine)
        await asyncio.sleep(seconds / 2 - first)
        self.figures.memory["middle"] = weigh(self.machine)
        await asyncio.sleep(seconds / 2 - 1)
        self.figures.memory["end"] = weigh(self.machine)


async def safe_texts(url: str, chats: int) -> int:
    """Lines of the fixed wording in all transcripts."""
    store, found = await Store.connect(url), 0
    for number in range(chats):
        lines = await store.transcript(SHOP, f"load-{number}", limit=100_000)
        found += sum(line.action == "safe_text" for line in lines)
    await store.close()
    return found


def told(name: str, ms: list[float]) -> dict[str, Any]:
    """A row of the table of times."""
    cut = {f"p{q} ms": f"{np.percentile(ms, q):.0f}" for q in (50, 95, 99)} if ms else {}
    return {"": name, **(cut or dict.fromkeys(("p50 ms", "p95 ms", "p99 ms"), "-")),
            "max ms": f"{max(ms, default=0):.0f}", "count": len(ms)}  # fmt: skip


async def run(options: argparse.Namespace) -> int:
    """Start, drive, print."""
    shop, seconds = Shop(), options.minutes * 60
    runner = await shop.start()
    machine = Machine(Path(tempfile.mkdtemp(prefix="zaoan-load-")), shop, options.brain)
    connector = aiohttp.TCPConnector(limit=options.chats)
    try:
        await machine.start()
        keeper = asyncio.create_task(machine.keep_alive())
        async with aiohttp.ClientSession(connector=connector, timeout=aiohttp.ClientTimeout(total=30)) as http:
            load = Load(machine, shop, http, options.gap, time.monotonic() + seconds)
            watch = asyncio.create_task(load.watch(seconds))
            await asyncio.gather(*(load.customer(number) for number in range(options.chats)))
            await watch
        fixed = await safe_texts(machine.redis_url, options.chats)
        machine.closing = True
        await keeper
    finally:
        machine.stop()
        await runner.cleanup()
    figures = load.figures
    print(f"{options.chats} chats, {options.minutes:g} min, a message every {options.gap:g} s each: "
          f"{len(figures.verdicts) / seconds:.1f} messages/s")  # fmt: skip
    print(table([told("verdict", figures.verdicts), told("first reply", figures.replies)]))
    print(f"unanswered within {GIVE_UP:g} s: {figures.unanswered}. Safe texts: {fixed} of {shop.lines} lines. "
          f"Refused and repeated: {dict(figures.refused) or 'none'}.")  # fmt: skip
    parts = list(figures.memory["start"])
    print(table([
        {"MiB": part, **{when: f"{figures.memory[when][part]:.0f}" for when in ("start", "middle", "end")}}
        for part in parts
    ]))  # fmt: skip
    if figures.unanswered:
        print(f"logs kept in {machine.folder}", file=sys.stderr)
        return 1
    machine.remove()
    return 0


def main(argv: list[str]) -> int:
    """0 when everybody got an answer."""
    parser = argparse.ArgumentParser(
        prog="benchmarks load", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--chats", type=int, default=200, help="chats at once (default 200)")
    parser.add_argument("--minutes", type=float, default=10.0, help="length of the run (default 10)")
    parser.add_argument("--gap", type=float, default=30.0, help="seconds between one customer's messages (default 30)")
    parser.add_argument("--no-brain", dest="brain", action="store_false", help="without Rasa: only the fixed wording")
    # Asked to stop, leave no process and no mount behind.
    signal.signal(signal.SIGTERM, signal.getsignal(signal.SIGINT))
    return asyncio.run(run(parser.parse_args(argv)))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
