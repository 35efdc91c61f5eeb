"""Rasa's part by itself: ms of a turn at one chat, whether it grows with the talk, turns/s on one and two brains.

    python -m benchmarks brains                      # a talk of 500 turns; 32 chats of 24 turns on 1, then 2 brains
    python -m benchmarks brains --long 60 --chats 8

The product's brain, stores, lock store and action server on a Redis of the run's own (`appendfsync always`). Messages
are read for danger beforehand and put into the queue, so that neither the reading nor the webhook is in the figures. A
turn: from taking it off the queue to its answer on disk. Turns with a call of the action server are shown apart.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import _brains_worker as worker
from benchmarks._own import own_redis, table, wipe
from bot.cases.types import Inbound
from bot.cli.machine import free_ports
from bot.store import Options, Store

SHOP = "bench"
TALK = (
    "在吗 想问下物流", "怎么还没到呀", "算了 心里烦", "最近好累 什么都不想做", "有时候想 睡过去不醒就好了",
    "嗯 有想过", "没有 就是想想", "一个人在家", "帮我叫个真人来吧", "不想打电话", "你还在吗", "有没有电话可以打",
    "谢谢你听我说", "好一点了", "能给我一个热线吗", "我想跟人说说话 真人在吗",
)  # fmt: skip
PATIENCE = 60.0


@dataclass(slots=True)
class Line:
    """A message of the talk as the door would hand it on."""

    text: str
    verdict: Any
    state: dict[str, Any]


def read_talk(turns: int) -> list[Line]:
    """The talk, over and over, each message read in its place."""
    from bot.risk import Context, Reader, TalkReader

    reader, state, lines = TalkReader(Reader.load()), None, []
    for number in range(turns):
        text = TALK[number % len(TALK)]
        verdict, state = reader.read_turn(text, Context(hour=22), state)
        lines.append(Line(text, verdict, state))
    return lines


async def put(store: Store, chat: str, number: int, line: Line) -> None:
    """A customer's message into the chat's queue."""
    name = f"{chat}-{number}"
    inbound = Inbound(SHOP, chat, name, name, "customer", f"u-{chat}", line.text, time.time())
    await store.accept_turn(inbound, lambda *_: (line.verdict, line.state), ())


class Brains:
    """Brain processes, ready and waiting for turns."""

    def __init__(self, count: int, wanted: int) -> None:
        context = multiprocessing.get_context("spawn")
        self.ready, self.done, self.answers = context.Value("i", 0), context.Value("i", 0), context.Queue()
        self.wanted = context.Value("i", wanted)
        self.processes = [
            context.Process(
                target=worker.serve, daemon=True,
                args=(f"brain{n}", self.ready, self.wanted, self.done, self.answers),
            )
            for n in range(count)
        ]  # fmt: skip
        for process in self.processes:
            process.start()
        deadline = time.monotonic() + 300
        while self.ready.value < count:
            if time.monotonic() > deadline or any(process.exitcode for process in self.processes):
                raise RuntimeError("a brain did not start; is the model trained? zaoan train")
            time.sleep(0.05)

    async def until(self, turns: int) -> None:
        """Wait for that many answers."""
        deadline = time.monotonic() + PATIENCE
        seen = self.done.value
        while self.done.value < turns:
            if self.done.value > seen:
                seen, deadline = self.done.value, time.monotonic() + PATIENCE
            if time.monotonic() > deadline:
                raise RuntimeError(
                    f"{self.done.value} of {turns} turns answered, and no further one in {PATIENCE:.0f} s"
                )
            await asyncio.sleep(0.001)

    def end(self) -> list[worker.Turned]:
        """What they measured; they have ended by then."""
        rows = [row for _ in self.processes for row in self.answers.get(timeout=60)[1]]
        for process in self.processes:
            process.join(30)
        return rows


async def one_talk(url: str, lines: Sequence[Line]) -> list[worker.Turned]:
    """One chat, each message sent when the one before was answered."""
    store, brains = await Store.connect(url, Options()), Brains(1, len(lines))
    await store.set_owner(SHOP, "long", "bot", "bench")
    for number, line in enumerate(lines):
        await put(store, "long", number, line)
        await brains.until(number + 1)
        if number and number % 100 == 0:
            print(f"  turn {number}", file=sys.stderr, flush=True)
    rows = brains.end()
    await store.close()
    return sorted(rows, key=lambda row: row[1])


async def crowd(url: str, count: int, chats: int, lines: Sequence[Line]) -> tuple[list[worker.Turned], float]:
    """Everybody writes the whole talk at once; rows and seconds from the first message to the last answer."""
    store, brains = await Store.connect(url, Options()), Brains(count, chats * len(lines))
    for chat in range(chats):
        await store.set_owner(SHOP, f"c{chat}", "bot", "bench")
    # Line by line, each when the one before is answered everywhere: a person waits for an answer too.
    began = time.perf_counter()
    for number, line in enumerate(lines):
        await asyncio.gather(*(put(store, f"c{chat}", number, line) for chat in range(chats)))
        await brains.until((number + 1) * chats)
    seconds = time.perf_counter() - began
    rows = brains.end()
    await store.close()
    return rows, seconds


def row(name: str, rows: Sequence[worker.Turned], seconds: float | None = None) -> dict[str, Any]:
    """A row of the table; without turns, dashes."""
    ms = [r[3] for r in rows]
    cut = [f"{np.percentile(ms, q):.0f}" if ms else "-" for q in (50, 95)]
    rate = f"{len(rows) / seconds:.1f}" if seconds else ""
    return {"": name, "p50 ms": cut[0], "p95 ms": cut[1], "turns": len(rows), "turns/s": rate}


def main(argv: list[str]) -> int:
    """Print the table; 0 when every turn was answered."""
    parser = argparse.ArgumentParser(
        prog="benchmarks brains", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--long", type=int, default=500, help="turns of the one talk (default 500)")
    parser.add_argument("--chats", type=int, default=32, help="chats at once (default 32)")
    parser.add_argument("--turns", type=int, default=24, help="turns of each of them (default 24)")
    options = parser.parse_args(argv)
    print("reading the talk for danger", file=sys.stderr, flush=True)
    lines = read_talk(max(options.long, options.turns))
    port = free_ports(1)[0]
    rows: list[dict[str, Any]] = []
    with own_redis() as url, tempfile.TemporaryDirectory(prefix="zaoan-brains-") as folder:
        os.environ |= {
            "ZAOAN_REDIS_URL": url, "ZAOAN_ACTIONS_PORT": str(port), "ZAOAN_VAR": folder, "ZAOAN_LOG_LEVEL": "ERROR",
            "ZAOAN_KEY_FILE": str(Path(folder) / "privacy.key"), "RASA_TELEMETRY_ENABLED": "false",
        }  # fmt: skip
        log = (Path(folder) / "actions.log").open("wb")
        actions = subprocess.Popen([sys.executable, "-m", "actions.server"], stdout=log, stderr=log)
        try:
            found = asyncio.run(one_talk(url, lines[: options.long]))
            tenth = max(1, len(found) // 10)
            rows += [
                row("one chat", found),
                row("  with an action call", [r for r in found if r[4]]),
                row(f"  turns 1-{tenth}", found[:tenth]),
                row(f"  turns {len(found) - tenth + 1}-{len(found)}", found[-tenth:]),
            ]
            for count in (1, 2):
                wipe(url)
                print(f"{options.chats} chats, {count} brains", file=sys.stderr, flush=True)
                found, seconds = asyncio.run(crowd(url, count, options.chats, lines[: options.turns]))
                rows.append(row(f"{options.chats} chats, {count} brain{'s' * (count > 1)}", found, seconds))
                rows.append(row("  with an action call", [r for r in found if r[4]]))
        finally:
            actions.terminate()
            actions.wait(20)
            log.close()
    print(table(rows))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
