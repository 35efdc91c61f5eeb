"""The same code on Redis Cluster and behind Sentinel, as a larger merchant runs it."""

from __future__ import annotations

import asyncio
import socket
import subprocess
from pathlib import Path

import pytest
import redis

from bot.cases.types import Reply
from bot.store import Store
from bot.store.embedded import find_server

SHOP = "demo"


def _port() -> int:
    """A free port below 50,000, because a cluster node also takes the port 10,000 above."""
    while True:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        if port < 50_000:
            return port


class Processes:
    """Redis processes of one test."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.running: list[subprocess.Popen[bytes]] = []

    def run(self, *arguments: str) -> None:
        command = [find_server(), *arguments, "--dir", str(self.folder), "--bind", "127.0.0.1"]
        self.running.append(subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))

    async def until(self, port: int, ready, **login) -> None:
        client = redis.Redis(port=port, **login)
        async with asyncio.timeout(30):
            while True:
                try:
                    if ready(client):
                        break
                except redis.RedisError:
                    pass
                await asyncio.sleep(0.05)
        client.close()


@pytest.fixture
def processes(tmp_path):
    found = Processes(tmp_path)
    yield found
    for process in found.running:
        process.kill()
        process.wait()


async def _whole_way(store, clock, make_world, url):
    """A message in danger, answered, with its hold: all writes and reads that production does."""
    world = make_world(store, clock, url)
    await store.set_owner(SHOP, "c1", "bot", "agent1")
    await world.say(3, orders=[{"order_id": "A1", "status": "paid"}])
    assert await store.finish_turn(await world.turn(), [Reply("我在")], referrals=["12356"])
    for lane, kind in (("chat:c1", "message"), ("order:A1", "hold")):
        command = await store.take_command(SHOP, lane, 5)
        assert command.kind == kind
        assert await store.command_wanted(command)
        await store.acknowledge(command, {"state": "held"} if kind == "hold" else {})
    case = await store.case_of_chat(SHOP, "c1")
    assert case.hold("A1").state == "held"
    assert case.referrals == ("12356",)
    clock.advance(61)
    assert "ladder" in await world.fire_due()
    assert (await world.bot_lines())[0].status == "sent"
    assert await store.cases(SHOP)
    assert await store.chats(SHOP)
    assert await store.feed(SHOP)
    await store.accept_case(SHOP, case.case_id, "王敏")


async def test_redis_cluster_takes_every_transaction(processes, clock, make_world):
    """A key without the shop's tag would fail only in the largest installations, at night."""
    port = _port()
    processes.run("--port", str(port), "--cluster-enabled", "yes")
    await processes.until(port, lambda client: client.ping())
    redis.Redis(port=port).execute_command("CLUSTER", "ADDSLOTS", *range(16384))
    await processes.until(port, lambda client: client.execute_command("CLUSTER INFO")["cluster_state"] == "ok")
    store = await Store.connect(f"redis+cluster://127.0.0.1:{port}", clock=clock)
    await _whole_way(store, clock, make_world, "")
    await store.close()


async def test_sentinel_leads_to_the_master(processes, clock, make_world, tmp_path):
    """After a failover the address of the master is another; the bot must ask for it."""
    port, sentinel = _port(), _port()
    processes.run("--port", str(port), "--requirepass", "pw")
    await processes.until(port, lambda client: client.ping(), password="pw")
    config = tmp_path / "sentinel.conf"
    config.write_text(
        f"port {sentinel}\nsentinel monitor mymaster 127.0.0.1 {port} 1\nsentinel auth-pass mymaster pw\n"
    )
    processes.run(str(config), "--sentinel")
    await processes.until(sentinel, lambda client: client.execute_command("SENTINEL", "CKQUORUM", "mymaster"))
    store = await Store.connect(f"redis+sentinel://:pw@127.0.0.1:{sentinel}/mymaster/0", clock=clock)
    await _whole_way(store, clock, make_world, "")
    await store.close()
