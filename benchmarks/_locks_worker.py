"""One process of the lock benchmark: races for locks, and takes turns off the queue. Started by `benchmarks.locks`."""

from __future__ import annotations

import asyncio
import random
import sys
import time
from dataclasses import dataclass, field
from multiprocessing.sharedctypes import Synchronized
from multiprocessing.synchronize import Barrier
from typing import Any
from urllib.parse import urlsplit

from rasa.core.lock_store import LockError, LockStore, RedisLockStore

from bot.store import Store
from bot.store.rasa_lock import ZaoanLockStore

HOLD = 0.002
"""Seconds a lock is held: about what a turn needs to read and write its tracker."""
LIFE = 2.0
"""Seconds a stock ticket lives; with its default of a minute each round in which it locks itself out takes one."""
ASK_AGAIN = 0.005
"""Seconds between two looks of who waits; the stock store's default of a second would take hours here."""
STEP = 500
"""Races between two lines of progress."""


class Counting(RedisLockStore):
    """The stock store as it is; it only remembers the ticket it gave last."""

    ticket = -1

    def issue_ticket(self, conversation_id: str, lock_lifetime: float = 60.0) -> int:
        """The stock store's ticket."""
        self.ticket = super().issue_ticket(conversation_id, lock_lifetime)
        return self.ticket


@dataclass(slots=True)
class Raced:
    """What one process saw: its ticket in each race (-1: refused), and how long it took to get in and out, in ms."""

    tickets: list[int] = field(default_factory=list)
    overlaps: int = 0
    refused: int = 0
    ms: list[float] = field(default_factory=list)


def lock_store(kind: str, url: str) -> LockStore:
    """Ours or Rasa's, on the same Redis."""
    if kind == "zaoan":
        return ZaoanLockStore(url=url)
    place = urlsplit(url)
    return Counting(host=str(place.hostname), port=place.port or 6379, db=0, password=place.password)


def race(
    kind: str, url: str, races: int, barrier: Barrier, inside: Synchronized[int], answers: Any, number: int
) -> None:
    """All processes ask for the same lock at the same moment, `races` times, each time for another conversation."""

    async def run() -> Raced:
        store, seen = lock_store(kind, url), Raced()
        async with store.lock(f"warm-{kind}-{number}", LIFE, ASK_AGAIN):
            pass
        for index in range(races):
            if number == 0 and index and index % STEP == 0:
                print(f"  {kind}: {index} of {races} races, {seen.refused} refused", file=sys.stderr, flush=True)
            barrier.wait(120)
            began = time.perf_counter()
            try:
                async with store.lock(f"{kind}-{index}", LIFE, ASK_AGAIN) as lock:
                    with inside.get_lock():
                        inside.value += 1
                        seen.overlaps += inside.value > 1
                    seen.tickets.append(getattr(lock, "token", None) or getattr(store, "ticket", -1))
                    await asyncio.sleep(HOLD)
                    with inside.get_lock():
                        inside.value -= 1
            except LockError:
                seen.refused += 1
                seen.tickets.append(-1)
            seen.ms.append((time.perf_counter() - began) * 1000)
        return seen

    answers.put((number, asyncio.run(run())))


def consume(url: str, name: str, wanted: int, done: Synchronized[int], answers: Any) -> None:
    """Take turns off the queue as the brain does, finish each after a moment; (chat, seq, when) of each."""

    async def run() -> list[tuple[str, int, float]]:
        store, found, dice = await Store.connect(url), [], random.Random(name)
        stop = asyncio.Event()

        async def finish(turn: Any) -> None:
            began = time.time()
            await asyncio.sleep(dice.uniform(0.0, 0.004))
            if await store.finish_turn(turn, silent=True):
                found.append((turn.chat.chat_id, turn.seq, began))
                with done.get_lock():
                    done.value += 1

        async def watch() -> None:
            while done.value < wanted:  # noqa: ASYNC110 - other processes count too
                await asyncio.sleep(0.05)
            stop.set()

        watcher, tasks = asyncio.create_task(watch()), set()
        async for turn in store.turns(name, stop):
            task = asyncio.create_task(finish(turn))
            tasks.add(task)
            task.add_done_callback(tasks.discard)
        await asyncio.gather(*tasks, watcher)
        await store.close()
        return found

    answers.put((name, asyncio.run(run())))
