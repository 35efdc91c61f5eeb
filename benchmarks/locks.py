"""Locks and order: forced races of two, then four workers on one Redis, ours beside Rasa's stock lock store.

    python -m benchmarks locks                       # 10,000 races of ours, 500 of the stock store, 2 and 4 workers
    python -m benchmarks locks --races 10000 --stock 10000    # hours: the stock store locks itself out race by race

In a race all workers ask for the lock of the same conversation at the same moment. Counted: races in which
two of them got the same ticket, moments with two holders at once, refusals. Then the same number of workers
take the turns of 50 chats off our queue (the stock lock store has none): turns lost, finished twice, out of
order within their chat. Redis is started for the run, with `appendfsync always`. Exit 1 unless ours are all 0.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import sys
import time
from collections import Counter
from typing import Any

import numpy as np

from benchmarks import _locks_worker as worker
from benchmarks._own import own_redis, table, wipe
from bot.cases.types import Inbound
from bot.store import Options, Store

SHOP = "bench"
CHATS, LINES = 50, 40


def races(kind: str, url: str, workers: int, count: int) -> dict[str, Any]:
    """One row of the first table."""
    began = time.perf_counter()
    context = multiprocessing.get_context("spawn")
    barrier, inside, answers = context.Barrier(workers), context.Value("i", 0), context.Queue()
    processes = [
        context.Process(target=worker.race, args=(kind, url, count, barrier, inside, answers, n), daemon=True)
        for n in range(workers)
    ]
    seen: list[worker.Raced] = [raced for _, raced in _gather(processes, answers)]
    doubles = sum(
        any(times > 1 for ticket, times in Counter(tickets).items() if ticket >= 0)
        for tickets in zip(*(raced.tickets for raced in seen), strict=True)
    )
    ms = np.concatenate([raced.ms for raced in seen])
    return {
        "store": kind, "workers": workers, "races": count, "double tickets": doubles,
        "two holders": sum(raced.overlaps for raced in seen), "refused": sum(raced.refused for raced in seen),
        "p50 ms": f"{np.percentile(ms, 50):.1f}", "p95 ms": f"{np.percentile(ms, 95):.1f}",
        "seconds": f"{time.perf_counter() - began:.0f}",
    }  # fmt: skip


def _gather(processes: list[Any], answers: Any) -> list[Any]:
    """Start them and wait for an answer of each; a process that dies makes the run fail."""
    for process in processes:
        process.start()
    found: list[Any] = []
    while len(found) < len(processes):
        if dead := [process.exitcode for process in processes if process.exitcode]:
            raise RuntimeError(f"a worker ended with {dead}")
        while not answers.empty() or any(not process.is_alive() for process in processes):
            found.append(answers.get(timeout=30))
            if len(found) == len(processes):
                break
        time.sleep(0.05)
    for process in processes:
        process.join()
    return sorted(found, key=lambda item: item[0])


async def fill(url: str) -> None:
    """Messages of all chats, mixed as on a busy evening."""
    store = await Store.connect(url, Options())
    for line in range(LINES):
        for chat in range(CHATS):
            name = f"m{line}-{chat}"
            inbound = Inbound(SHOP, f"c{chat}", name, name, "customer", f"u{chat}", f"第{line}句", time.time())
            await store.accept_message(inbound, None, None)
    await store.close()


def order(url: str, workers: int) -> dict[str, Any]:
    """One row of the second table."""
    wipe(url)
    asyncio.run(fill(url))
    began = time.perf_counter()
    context = multiprocessing.get_context("spawn")
    done, answers, wanted = context.Value("i", 0), context.Queue(), CHATS * LINES
    processes = [
        context.Process(target=worker.consume, args=(url, f"w{n}", wanted, done, answers), daemon=True)
        for n in range(workers)
    ]
    turns = [turn for _, found in _gather(processes, answers) for turn in found]
    by_chat: dict[str, list[tuple[float, int]]] = {}
    for chat, seq, at in turns:
        by_chat.setdefault(chat, []).append((at, seq))
    disorder = sum(
        later[1] < earlier[1]
        for rows in by_chat.values()
        for earlier, later in zip(sorted(rows), sorted(rows)[1:], strict=False)
    )
    once = {(chat, seq) for chat, seq, _ in turns}
    return {
        "workers": workers, "turns": wanted, "lost": wanted - len(once), "twice": len(turns) - len(once),
        "out of order": disorder, "seconds": f"{time.perf_counter() - began:.0f}",
    }  # fmt: skip


def main(argv: list[str]) -> int:
    """0 when our store gave no lock twice and the queue kept every chat's order."""
    parser = argparse.ArgumentParser(
        prog="benchmarks locks", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--races", type=int, default=10_000, help="races of our store (default 10,000)")
    parser.add_argument("--stock", type=int, default=500, help="races of the stock store (default 500: seconds each)")
    parser.add_argument("--workers", default="2,4", help="numbers of worker processes (default 2,4)")
    options = parser.parse_args(argv)
    counts = {"zaoan": options.races, "stock": options.stock}
    workers = [int(number) for number in options.workers.split(",")]
    rows = []
    with own_redis() as url:
        for number in workers:
            for kind, count in counts.items():
                if count:
                    print(f"{kind}, {number} workers, {count} races", file=sys.stderr, flush=True)
                    rows.append(races(kind, url, number, count))
                    print(
                        f"  double tickets {rows[-1]['double tickets']}, two holders {rows[-1]['two holders']}, "
                        f"refused {rows[-1]['refused']}",
                        file=sys.stderr,
                        flush=True,
                    )
                    wipe(url)
        print(f"order of {CHATS} chats", file=sys.stderr, flush=True)
        lines = [order(url, number) for number in workers]
    print(table(rows))
    print()
    print(f"order of {CHATS} chats of {LINES} messages each, taken off the queue\n" + table(lines))
    ours = [row for row in rows if row["store"] == "zaoan"]
    bad = any(row["double tickets"] or row["two holders"] or row["refused"] for row in ours)
    return 1 if bad or any(row["lost"] or row["twice"] or row["out of order"] for row in lines) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
