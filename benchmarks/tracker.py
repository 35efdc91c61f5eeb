"""What a turn costs in the tracker store as a talk grows: ours beside Rasa's stock Redis store, same Redis, same run.

    python -m benchmarks tracker
    python -m benchmarks tracker --turns 10,100 --repeat 5

A turn: read the tracker, add the events of one turn, save; median of `--repeat` turns from that length on.
Bytes: what Redis sent and got for one turn. The stock store is measured with Rasa's own event lookup, ours with
the cache that its module installs. What the policies then do with the events is not in it: the stock store hands
them all of the talk, ours its last turns (`events`). Exit 1 if our cost at the last length is over twice the first.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import sys
import time
from typing import Any
from urllib.parse import urlsplit

import redis
from rasa.core.tracker_store import RedisTrackerStore, TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, BotUttered, Event, SlotSet, UserUttered

from benchmarks._own import own_redis, table
from bot.store import rasa_tracker
from bot.store.rasa_tracker import ZaoanTrackerStore

SAID = ("最近好累", "有时候想 睡过去不醒就好了", "没有 就是想想", "你还在吗", "好一点了")


def turn_events(number: int, domain: Domain) -> list[Event]:
    """What one turn of a talk in takeover leaves behind."""
    text = SAID[number % len(SAID)]
    intent = {"name": domain.intents[number % len(domain.intents)], "confidence": 0.8}
    parse = {"text": text, "intent": intent, "entities": [], "intent_ranking": [intent]}
    slot = next(slot.name for slot in domain.slots)
    return [
        UserUttered(text, intent, [], parse),
        SlotSet(slot, None),
        ActionExecuted("utter_stay_with", policy="RulePolicy", confidence=1.0),
        BotUttered("我在，慢慢说。", metadata={"utter_action": "utter_stay_with"}),
        ActionExecuted("action_listen", policy="RulePolicy", confidence=1.0),
    ]


def stores(url: str, domain: Domain) -> dict[str, TrackerStore]:
    """Both on one Redis; their keys do not meet."""
    place = urlsplit(url)
    stock = RedisTrackerStore(domain, host=str(place.hostname), port=place.port or 6379, password=place.password)
    return {"zaoan": ZaoanTrackerStore(domain, url=url), "stock": stock}


async def measure(store: TrackerStore, domain: Domain, turns: int, repeat: int, url: str) -> dict[str, Any]:
    """Median ms and bytes of a turn at this length."""
    name = f"bench-{turns}"
    tracker = await store.get_or_create_tracker(name)
    for number in range(turns):
        for event in turn_events(number, domain):
            tracker.update(event, domain)
        if isinstance(store, ZaoanTrackerStore):  # it marks the turns' edges as they are saved
            await store.save(tracker)
    await store.save(tracker)
    client, times, moved, events = redis.from_url(url), [], [], 0
    for number in range(repeat):
        before = _bytes(client)
        began = time.perf_counter()
        found = await store.retrieve(name)
        if found is None:
            raise RuntimeError("the tracker is gone")
        for event in turn_events(number, domain):
            found.update(event, domain)
        await store.save(found)
        times.append((time.perf_counter() - began) * 1000)
        moved.append(_bytes(client) - before)
        events = len(found.events)
    client.close()
    return {"ms": statistics.median(times), "bytes": statistics.median(moved), "events": events}


def _bytes(client: Any) -> int:
    stats = client.info("stats")
    return int(stats["total_net_input_bytes"]) + int(stats["total_net_output_bytes"])


async def run(url: str, lengths: list[int], repeat: int) -> list[dict[str, Any]]:
    """Rows by length."""
    domain = Domain.load("bot/domain")
    pair, rows = stores(url, domain), []
    cached = Event.resolve_by_type
    for turns in lengths:
        seen = {}
        for kind, store in pair.items():
            Event.resolve_by_type = staticmethod(  # type: ignore[method-assign,assignment]
                rasa_tracker._resolve if kind == "stock" else cached
            )
            seen[kind] = await measure(store, domain, turns, repeat, url)
        Event.resolve_by_type = staticmethod(cached)  # type: ignore[method-assign,assignment]
        ours, stock = seen["zaoan"], seen["stock"]
        rows.append({
            "turns": turns, "zaoan ms": f"{ours['ms']:.1f}", "stock ms": f"{stock['ms']:.1f}",
            "stock/zaoan": f"{stock['ms'] / ours['ms']:.1f}", "zaoan KB": f"{ours['bytes'] / 1024:.0f}",
            "stock KB": f"{stock['bytes'] / 1024:.0f}", "zaoan events": ours["events"],
            "stock events": stock["events"], "_ms": ours["ms"],
        })  # fmt: skip
    return rows


def main(argv: list[str]) -> int:
    """0 when the cost of a turn stays flat."""
    parser = argparse.ArgumentParser(
        prog="benchmarks tracker", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--turns", default="10,100,500,1000", help="lengths of the talk")
    parser.add_argument("--repeat", type=int, default=15, help="turns measured at each length")
    options = parser.parse_args(argv)
    lengths = [int(number) for number in options.turns.split(",")]
    with own_redis() as url:
        rows = asyncio.run(run(url, lengths, options.repeat))
    costs = [row.pop("_ms") for row in rows]
    print(table(rows))
    print(f"a turn at {lengths[-1]} turns costs {costs[-1] / costs[0]:.2f} times a turn at {lengths[0]}")
    return 0 if costs[-1] <= 2 * costs[0] else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
