"""Screening over Redis streams: several consumers, one of them killed, nothing lost and nothing said twice."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
import redis

from bot.cli.screen_lines import Screener
from bot.cli.screen_stream import Consumer
from bot.risk import Reader
from bot.store.errors import StoreError, StoreUnavailable
from bot.store.screening import DELIVERIES, ScreeningStream

SOURCE, TARGET = "screen:in", "screen:out"


@pytest.fixture
def client(server: Any) -> Any:
    """The producer's and the reader's side: a plain client."""
    plain = redis.from_url(server.url)
    plain.flushall()
    yield plain
    plain.close()


@pytest.fixture
async def consumer(server: Any, client: Any) -> AsyncIterator[Callable[..., Any]]:
    """Opens streams for consumers by name."""
    opened = []

    async def make(name: str = "a", **more: Any) -> ScreeningStream:
        stream = ScreeningStream(server.url, SOURCE, TARGET, group="g", consumer=name, **more)
        await stream.open()
        opened.append(stream)
        return stream

    yield make
    for stream in opened:
        await stream.close()


def send(client: Any, *texts: str) -> list[bytes]:
    return [client.xadd(SOURCE, {"message": json.dumps({"id": t, "text": t})}) for t in texts]


def verdicts(client: Any) -> list[dict[str, Any]]:
    return [json.loads(fields[b"message"]) for _, fields in client.xrange(TARGET) if b"message" in fields]


async def one_batch(stream: ScreeningStream) -> int:
    worker = Consumer(stream, Screener(Reader(None)))
    return await stream.put(worker._answers(await stream.take(100)))


async def test_a_verdict_is_written_and_the_message_closed(client: Any, consumer: Any) -> None:
    """The platform would wait for a verdict on a disclosure."""
    ids = send(client, "在吗", "我不想活了")
    assert await one_batch(await consumer()) == 2
    assert [(v["id"], v["level"]) for v in verdicts(client)] == [("在吗", 0), ("我不想活了", 2)]
    assert [fields[b"of"] for _, fields in client.xrange(TARGET)] == ids
    assert client.xpending(SOURCE, "g")["pending"] == 0


async def test_what_was_taken_and_not_answered_goes_to_another(client: Any, consumer: Any) -> None:
    """A message in the hands of a process that died would never be read."""
    send(client, "我不想活了")
    dead, other = await consumer("dead"), await consumer("other", idle=0.0)
    assert len(await dead.take(10)) == 1
    assert await one_batch(other) == 1
    assert [v["level"] for v in verdicts(client)] == [2]


async def test_a_slow_consumer_does_not_answer_twice(client: Any, consumer: Any) -> None:
    """People would be called twice for one message."""
    send(client, "我不想活了")
    slow, other = await consumer("slow"), await consumer("other", idle=0.0)
    taken = await slow.take(10)
    assert await one_batch(other) == 1
    assert await slow.put([(taken[0], b"{}")]) == 0
    assert len(verdicts(client)) == 1


async def test_malformed_entries_are_answered_with_what_is_wrong(client: Any, consumer: Any) -> None:
    """A bad entry would be handed round for ever, or the sender would never hear of it."""
    client.xadd(SOURCE, {"message": b"\xff\xfe not json"})
    client.xadd(SOURCE, {"other": "field"})
    send(client, "在吗")
    assert await one_batch(await consumer()) == 3
    assert [b"error" in fields for _, fields in client.xrange(TARGET)] == [True, True, False]
    assert client.xpending(SOURCE, "g")["pending"] == 0


async def test_a_message_that_kills_its_readers_is_given_up_aloud(client: Any, consumer: Any) -> None:
    """One message would take down every consumer, one after the other."""
    send(client, "在吗")
    stream = await consumer(idle=0.0)
    for _ in range(DELIVERIES):
        stream._look_again = 0.0
        assert [e.spent for e in await stream.take(10)] == [False]
    stream._look_again = 0.0
    assert await one_batch(stream) == 1
    assert b"by hand" in client.xrange(TARGET)[0][1][b"error"]


async def test_delete_leaves_no_text_behind(client: Any, consumer: Any) -> None:
    """Customers' words would pile up in a queue that nobody empties."""
    send(client, "在吗")
    await one_batch(await consumer(delete=True))
    assert client.xlen(SOURCE) == 0
    assert len(verdicts(client)) == 1


async def test_a_name_that_is_no_stream_is_refused(client: Any, consumer: Any) -> None:
    """Verdicts would be computed and could never be written."""
    client.set(TARGET, "x")
    with pytest.raises(StoreError, match=TARGET):
        await consumer()


async def test_a_redis_that_is_away_is_waited_for(own_server: Any) -> None:
    """Screening would stop for good at the first restart of Redis."""
    own_server.kill()
    stream = ScreeningStream(own_server.url, SOURCE, TARGET, group="g", consumer="a")
    with pytest.raises(StoreUnavailable):
        await stream.open()
    worker = Consumer(stream, Screener(Reader(None)))
    running = asyncio.create_task(worker.run())
    own_server.start()
    client = redis.from_url(own_server.url)
    send(client, "我不想活了")
    await asyncio.to_thread(wait_until, lambda: client.xlen(TARGET) > 0)
    worker.stop = True
    await running
    await stream.close()
    assert [v["level"] for v in verdicts(client)] == [2]
    client.close()


def start(server: Any, name: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "bot.cli.screen", "--no-encoder", "--stream", SOURCE, "--to", TARGET]
    command += ["--consumer", name, "--idle", "0.5"]
    environment = {**os.environ, "ZAOAN_REDIS_URL": server.url}
    return subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)


def wait_until(true: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_killed_consumer_loses_nothing(server: Any, client: Any) -> None:
    """Of all messages in its hands, one might be the one that mattered."""
    total = 4000
    pipe = client.pipeline()
    for n in range(total):
        pipe.xadd(SOURCE, {"message": json.dumps({"id": str(n), "text": f"我不想活了{n}" if n % 7 else "在吗"})})
    pipe.execute()
    victim, other = start(server, "victim"), start(server, "other")
    try:

        def busy() -> bool:
            groups = client.xinfo_groups(SOURCE)
            return bool(groups) and any(
                c["name"] == b"victim" and c["pending"] for c in client.xinfo_consumers(SOURCE, "zaoan-screen")
            )

        wait_until(busy)
        victim.send_signal(signal.SIGKILL)
        victim.wait()
        wait_until(lambda: client.xlen(TARGET) >= total)
        other.terminate()
        assert other.wait(timeout=30) == 0
    finally:
        for process in (victim, other):
            process.kill()
            process.wait()
    assert Counter(v["id"] for v in verdicts(client)) == Counter(str(n) for n in range(total))
    assert client.xpending(SOURCE, "zaoan-screen")["pending"] == 0
