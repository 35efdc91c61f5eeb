"""Conversations against the real processes while everything breaks: `python -m benchmarks.faults`.

    python -m benchmarks.faults                       # 1,000 conversations, every fault in turn
    python -m benchmarks.faults --conversations 200 --faults kill_redis,kill_brain --seed 7
    python -m benchmarks.faults --no-brain            # without Rasa: every answer is the fixed safe text

Redis, the door, the worker, the action server and the brain run as in production, each killed with
-9, frozen or starved at random moments and started again as a supervisor would. The platform is a
double that acts once per key and records what it really did. One line a fault, then 0 or 1.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import signal
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any

import aiohttp

from benchmarks._faults_check import COLUMNS, Record, examine
from benchmarks._faults_world import SECRET, SHOP, Machine, Platform
from bot.store import Store, StoreError
from bot.store.commands import WORKS
from channels.signing import signed_headers

PLAN = {
    "none": "everything well: the yardstick",
    "kill_redis": "kill -9 the store, with appendfsync always",
    "kill_door": "kill -9 the webhook",
    "kill_worker": "kill -9 the sender of messages, holds and pages",
    "kill_actions": "kill -9 Rasa's action server",
    "kill_brain": "kill -9 Rasa",
    "partition": "freeze the store, then the worker beyond its lease (it comes back with stale leases)",
    "slow": "the platform answers late, some calls beyond the time limit",
    "failing": "the platform answers 429 and 5xx",
    "double": "the platform acts but says it did not; every webhook comes twice at once",
    "skew": "the platform's clock is off by up to four minutes, its messages' times by days",
    "disk": "no byte left on the store's disk",
    "all": "all of it together",
}
TALKS = (
    ["在吗", "这个多久发货", "好的谢谢"],
    ["你好", "最近好累 睡不着", "没事 就说说"],
    ["在吗", "我不想活了", "没人在乎我"],
    ["你们这个药多少钱", "我想死 已经准备好了", "今晚就走"],
    ["再见了", "我在楼顶 准备跳下去了"],
)
WEIGHTS = (4, 3, 3, 2, 1)
"""Far more danger than any shop sees, so that much hangs on each fault."""
GAP = (0.3, 2.0)
"""Seconds between a customer's messages."""
AT_ONCE = 30
FEWER = {"kill_door": 8, "kill_brain": 8, "kill_actions": 12, "all": 12}
"""Conversations at once where a part is killed that takes seconds to start: a longer round sees more deaths."""
PAUSES = {"brain": (10.0, 18.0), "door": (9.0, 15.0), "actions": (3.0, 6.0)}
"""Seconds between two kills of a part that needs as long to load: killed more often it would never be there."""
_numbers = itertools.count(1)


@dataclass(slots=True)
class Talk:
    """One conversation of the plan, drawn before the run so that a seed gives the same one."""

    chat: str
    fault: str
    lines: list[str]
    order: bool
    bot: bool
    takeover: bool
    accept: bool
    gaps: list[float]
    skew: float
    late_days: float


def draw(count: int, fault: str, dice: Random) -> list[Talk]:
    """The conversations of one round."""
    found = []
    for number in range(count):
        lines = dice.choices(TALKS, WEIGHTS)[0]
        bot = dice.random() < 0.8
        found.append(
            Talk(
                f"{fault}-{number}", fault, list(lines), dice.random() < 0.6, bot, bot and dice.random() < 0.15,
                dice.random() < 0.5, [dice.uniform(*GAP) for _ in range(8)], dice.uniform(-240, 240),
                dice.uniform(-3, 3),
            )
        )  # fmt: skip
    return found


@dataclass(slots=True)
class Run:
    """Everything one run needs."""

    machine: Machine
    platform: Platform
    http: aiohttp.ClientSession
    records: list[Record] = field(default_factory=list)
    verdict_ms: list[float] = field(default_factory=list)
    retries: int = 0
    skewed: int = 0

    async def post(self, talk: Talk, event: dict[str, Any]) -> tuple[float, dict[str, Any]]:
        """Send one event as a careful platform does: the same delivery again until it is acknowledged."""
        delivery = f"d{next(_numbers)}"
        off, days = (talk.skew, talk.late_days) if talk.fault in ("skew", "all") else (0.0, 0.0)
        at = datetime.fromtimestamp(time.time() + days * 86_400).astimezone().isoformat(timespec="seconds")
        body = json.dumps({**event, "shop_id": SHOP, "chat_id": talk.chat, "occurred_at": at}).encode()
        self.skewed += bool(off or days)
        twice = talk.fault in ("double", "all")
        while True:
            answers = await asyncio.gather(*(self._once(body, delivery, off) for _ in range(2 if twice else 1)))
            fine = [answer for answer in answers if answer is not None]
            if fine:
                return time.time(), fine[0]
            self.retries += 1
            await asyncio.sleep(0.25)

    async def _once(self, body: bytes, delivery: str, off: float) -> dict[str, Any] | None:
        headers = {**signed_headers(SECRET, int(time.time() + off), body), "X-Zaoan-Delivery": delivery}
        began = time.perf_counter()
        try:
            async with self.http.post(
                f"{self.machine.door}/webhooks/merchant/events", data=body, headers=headers
            ) as got:
                answer: dict[str, Any] = await got.json(content_type=None)
                if got.status in (200, 202):
                    self.verdict_ms.append((time.perf_counter() - began) * 1000)
                    return answer
                if got.status not in (429, 503):
                    raise AssertionError(f"the door answered {got.status}: {answer}")
        except (aiohttp.ClientError, TimeoutError, ValueError):
            pass
        return None

    async def converse(self, talk: Talk, gate: asyncio.Semaphore) -> None:
        """One customer, and what the platform does around them."""
        async with gate:
            record = Record(talk.chat, talk.fault, talk.bot, f"A-{talk.chat}" if talk.order else "")
            self.records.append(record)
            if talk.bot:
                await self.post(talk, {"type": "chat.handover", "to": "bot"})
            if talk.order:
                order = {"order_id": record.order_id, "status": "paid", "customer_id": f"u-{talk.chat}"}
                await self.post(talk, {"type": "order.updated", "order": order})
            for number, text in enumerate(talk.lines):
                if talk.takeover and number == len(talk.lines) - 1:
                    record.taken_at, _ = await self.post(talk, {"type": "chat.takeback", "to": "human"})
                message = {"id": f"m{number}", "role": "customer", "sender_id": f"u-{talk.chat}", "text": text}
                at, answer = await self.post(talk, {"type": "message.created", "message": message})
                record.accepted.append((message["id"], text, at))
                record.level = max(record.level, int(answer["level"]))
                await asyncio.sleep(talk.gaps[number])
            record.accept = talk.accept


async def disturb(fault: str, run: Run, dice: Random, stop: asyncio.Event) -> int:
    """Do harm at random moments until the round is over; returns how often (also: answers the platform spoilt,
    webhooks with a wrong time)."""
    machine, done = run.machine, 0
    spoilt = run.platform.harm + run.skewed
    run.platform.mood = fault if fault in ("slow", "failing", "double", "all") else ""
    acts = {
        "kill_redis": ["redis"], "kill_door": ["door"], "kill_worker": ["worker"], "kill_actions": ["actions"],
        "kill_brain": ["brain"], "partition": ["freeze"], "disk": ["disk"],
        "all": ["redis", "door", "worker", "actions", "brain", "freeze", "disk"],
    }.get(fault, [])  # fmt: skip
    acts = [
        act
        for act in acts
        if act not in ("brain", "disk") or (machine.with_brain if act == "brain" else machine.mounted)
    ]
    while acts and not stop.is_set():
        act = dice.choice(acts)
        try:
            await asyncio.wait_for(stop.wait(), dice.uniform(*PAUSES.get(act, (0.8, 3.5))))
            break
        except TimeoutError:
            done += 1
        if act == "freeze":
            await machine.freeze("redis", dice.uniform(0.6, 2.0))
            if dice.random() < 0.4:
                await machine.freeze("worker", dice.uniform(8.5, 10.0))
        elif act == "disk":
            await machine.fill_disk(dice.uniform(0.5, 2.0))
        else:
            machine.kill(act)
    await stop.wait()  # a fault without acts lasts as long as its round
    run.platform.mood = ""
    return done + run.platform.harm + run.skewed - spoilt


async def accept_some(run: Run, stop: asyncio.Event) -> None:
    """A desk that accepts some of the cases, again and again until the store has it on disk."""
    store: Store | None = None
    done: set[str] = set()
    while not stop.is_set():
        await asyncio.sleep(0.5)
        try:
            store = store or await Store.connect(run.machine.redis_url)
            for record in [r for r in run.records if r.accept and r.level >= 3 and r.chat not in done]:
                case = await store.case_of_chat(SHOP, record.chat)
                if case is not None:
                    await store.accept_case(SHOP, case.case_id, "ganyu")
                    record.accepted_case_at = time.time()
                    done.add(record.chat)
        except StoreError:
            continue
    if store is not None:
        await store.close()


async def settle(machine: Machine, longest: float) -> float:
    """Wait until nothing is queued; seconds it took."""
    began = time.monotonic()
    store = await Store.connect(machine.redis_url)
    keys = store.keys(SHOP)
    while time.monotonic() - began < longest:
        left = sum([await store.redis.hlen(keys.items(work)) for work in WORKS])
        if machine.with_brain:  # else nobody makes suggestions for people's chats
            left += await store.redis.hlen(keys.items("turns"))
        if not left:
            break
        await asyncio.sleep(0.5)
    await store.close()
    return time.monotonic() - began


async def main_async(options: argparse.Namespace) -> int:
    """Run, examine, print."""
    dice = Random(options.seed)
    platform = Platform(Random(options.seed + 1))
    runner = await platform.start()
    machine = Machine(Path(tempfile.mkdtemp(prefix="zaoan-faults-")), platform, options.brain)
    faults = options.faults.split(",")
    done: dict[str, int] = {}
    stop_desk = asyncio.Event()
    try:
        await machine.start()
        if "disk" in faults and not machine.mounted:
            print("disk: skipped (a disk of its own can only be mounted by root)")
            faults.remove("disk")
        if "kill_brain" in faults and not machine.with_brain:
            print("kill_brain: skipped (--no-brain)")
            faults.remove("kill_brain")
        keeper = asyncio.create_task(machine.keep_alive())
        timeout = aiohttp.ClientTimeout(total=8)
        async with aiohttp.ClientSession(timeout=timeout) as http:
            run = Run(machine, platform, http)
            desk = asyncio.create_task(accept_some(run, stop_desk))
            share = -(-options.conversations // len(faults))
            for fault in faults:
                stop, gate = asyncio.Event(), asyncio.Semaphore(FEWER.get(fault, AT_ONCE))
                harm = asyncio.create_task(disturb(fault, run, dice, stop))
                await asyncio.gather(*(run.converse(talk, gate) for talk in draw(share, fault, dice)))
                # The answers to the last messages meet the fault as well.
                await asyncio.sleep(options.tail)
                stop.set()
                done[fault] = await harm
                print(f"… {fault}: {share} conversations, {done[fault]} disturbances", file=sys.stderr, flush=True)
            waited = await settle(machine, options.settle)
            stop_desk.set()
            await desk
        machine.closing = True
        await keeper
        machine.hush()
        store = await Store.connect(machine.redis_url)
        rows = await examine(store, run.records, platform.effects, faults, machine.away_between)
        await store.close()
    finally:
        machine.stop()
        await runner.cleanup()
    print_report(run, rows, done, waited)
    bad = any(sum(row[name] for name in COLUMNS) for row in rows.values())
    if idle := [fault for fault in faults if fault != "none" and not done.get(fault)]:
        print(f"no harm was done in {', '.join(idle)}: those rounds prove nothing", file=sys.stderr)
        bad = True
    if bad:
        for note in (note for row in rows.values() for note in row["notes"]):
            print(note, file=sys.stderr)
        print(f"logs kept in {machine.folder}", file=sys.stderr)
    else:
        machine.remove()
    return 1 if bad else 0


def print_report(run: Run, rows: dict[str, dict[str, Any]], done: dict[str, int], waited: float) -> None:
    """One line a fault; then what was disturbed and how long customers waited."""
    names = ("talks", "messages", "harm", *COLUMNS, "covered", "page_max", "wait_p50", "wait_p95", "wait_max")
    print("fault        " + " ".join(f"{name:>9}" for name in names))
    for fault, row in rows.items():
        cells = {**row, "harm": done.get(fault, 0)}
        print(f"{fault:<13}" + " ".join(f"{cells[name]:>9}" for name in names))
    total = {name: sum(row[name] for row in rows.values()) for name in ("talks", "messages", *COLUMNS)}
    print(f"{'sum':<13}" + " ".join(f"{total.get(name, ''):>9}" for name in names[:-5]))
    print()
    for fault in rows:
        print(f"{fault:<13}{PLAN[fault]}")
    ms = sorted(run.verdict_ms)
    kills = ", ".join(f"{name} {number}" for name, number in sorted(run.machine.kills.items()))
    print(f"\nkill -9: {kills or 'none'}. Webhook tries repeated: {run.retries}.")
    print(f"Platform: {run.platform.calls} calls, {run.platform.repeated} repeated keys without a second effect.")
    p95 = ms[int(len(ms) * 0.95)]
    print(f"Verdict on disk: p50 {statistics.median(ms):.0f} ms, p95 {p95:.0f} ms. Queues empty after {waited:.0f} s.")


def main(argv: list[str] | None = None) -> int:
    """0 when nothing was lost and nothing done twice, else 1."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--conversations", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=20260115)
    parser.add_argument("--faults", default=",".join(PLAN), help="which, in this order")
    parser.add_argument("--no-brain", dest="brain", action="store_false", help="without Rasa")
    parser.add_argument("--tail", type=float, default=9.0, help="seconds a fault goes on after the last message")
    parser.add_argument("--settle", type=float, default=120.0, help="longest wait for the queues at the end, seconds")
    options = parser.parse_args(argv)
    # Asked to stop, leave no process and no mount behind.
    signal.signal(signal.SIGTERM, signal.getsignal(signal.SIGINT))
    unknown = set(options.faults.split(",")) - set(PLAN)
    if unknown:
        parser.error(f"unknown faults: {', '.join(sorted(unknown))}; known: {', '.join(PLAN)}")
    return asyncio.run(main_async(options))


if __name__ == "__main__":
    sys.exit(main())
