"""The world of the fault run: real processes that are killed, and a platform that has bad days."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import aiohttp
from aiohttp import web

from bot.store.embedded import find_server

SHOP = "demo"
SECRET, OUTGOING, PAGING = "fault-run-secret-0123456789", "fault-run-outgoing-0123456789", "fault-run-paging-01234"
ROOT = Path(__file__).resolve().parents[1]
START_SECONDS = 420
"""A machine that is busy with other things needs minutes to load the models."""
BACK_AFTER = {"redis": 1.5, "worker": 3.0}
"""Seconds that a killed part is counted as away: its start."""
MODULES = {
    "door": "channels.server", "worker": "bot.worker", "actions": "actions.server", "brain": "bot.conversation.brain",
}  # fmt: skip


@dataclass(slots=True)
class Effect:
    """Something the platform really did, once per key. `at` is when the call came in."""

    at: float
    path: str
    body: dict[str, Any]
    key: str


class Platform:
    """The merchant's platform and the paging service: acts once per Idempotency-Key, answers as badly as told."""

    def __init__(self, dice: Random) -> None:
        self.dice, self.mood = dice, ""
        self.effects: list[Effect] = []
        self._known: dict[str, dict[str, Any]] = {}
        self.calls = self.repeated = self.harm = 0
        self.url = ""

    async def start(self) -> web.AppRunner:
        """Listen on a port of its own; the caller cleans the runner up."""
        app = web.Application()
        app.router.add_route("*", "/{tail:.*}", self._handle)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        return runner

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        arrived = time.time()
        try:
            body = json.loads(await request.read() or b"{}")
        except (ConnectionError, ValueError):
            return web.Response(status=400)  # the caller was killed in mid-sentence
        self.calls += 1
        luck = self.dice.random()
        ill = (self.mood in ("slow", "all") and luck < 0.5) or (self.mood in ("failing", "all") and luck > 0.6)
        self.harm += ill or (self.mood in ("double", "all") and luck < 0.4)
        if self.mood in ("slow", "all") and luck < 0.5:
            await asyncio.sleep(self.dice.uniform(0.5, 6.5))  # some beyond the caller's patience
        if self.mood in ("failing", "all") and luck > 0.6:
            return web.Response(status=self.dice.choice([429, 500, 502, 503]))
        key = request.headers["Idempotency-Key"]
        if key in self._known:
            self.repeated += 1
        else:
            self._known[key] = {"state": "held"} if request.path.endswith("/hold") else {}
            self.effects.append(Effect(arrived, request.path, body, key))
        if self.mood in ("double", "all") and luck < 0.4:
            if luck < 0.2 and request.transport is not None:
                request.transport.abort()  # done, and nobody hears of it
            return web.Response(status=500)
        return web.json_response(self._known[key])


@dataclass(slots=True)
class Machine:
    """Redis, door, worker, actions and brain as processes of their own, started again when they die."""

    folder: Path
    platform: Platform
    with_brain: bool
    door_port: int = 0
    redis_port: int = 0
    password: str = field(default_factory=lambda: secrets.token_urlsafe(12))
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    kills: dict[str, int] = field(default_factory=dict)
    mounted: bool = False
    closing: bool = False
    away: list[tuple[float, float]] = field(default_factory=list)
    """When the store or the only worker could do nothing: frozen, without disk, killed and not yet back."""

    @property
    def redis_url(self) -> str:
        """With the password of this run."""
        return f"redis://:{self.password}@127.0.0.1:{self.redis_port}/0"

    @property
    def door(self) -> str:
        """The door's address."""
        return f"http://127.0.0.1:{self.door_port}"

    @property
    def env(self) -> dict[str, str]:
        """Settings of every process."""
        return {
            **os.environ,
            "ZAOAN_VAR": str(self.folder),
            "ZAOAN_KEY_FILE": str(self.folder / "privacy.key"),
            "ZAOAN_REDIS_URL": self.redis_url,
            "ZAOAN_PORT": str(self.door_port),
            "ZAOAN_ACTIONS_PORT": str(self.actions_port),
            "ZAOAN_PAGE_URL": f"{self.platform.url}/page",
            "ZAOAN_PAGE_SECRET": PAGING,
            "PYTHONPATH": str(ROOT),
            "PYTHONUNBUFFERED": "1",
            "CUDA_VISIBLE_DEVICES": "-1",
            "TF_CPP_MIN_LOG_LEVEL": "3",
            "RASA_TELEMETRY_ENABLED": "false",
            "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
        }

    actions_port: int = 0

    async def start(self) -> None:
        """Start everything and wait until the door, and the brain if there is one, answer."""
        ports = []
        with contextlib.ExitStack() as stack:
            for _ in range(3):
                place = stack.enter_context(socket.socket())
                place.bind(("127.0.0.1", 0))
                ports.append(place.getsockname()[1])
        self.redis_port, self.door_port, self.actions_port = ports
        row = {"id": SHOP, "name": "演示", "category": "农资", "secret": SECRET, "outgoing_secret": OUTGOING}
        (self.folder / "shops.json").write_text(json.dumps([{**row, "base_url": self.platform.url}]))
        # An accounts file of nobody: the demo accounts would cost seconds of hashing at every restart.
        (self.folder / "accounts.json").write_text("[]")
        self._mount()
        for name in self.parts:
            self.run(name)
        wanted = ["redis", "worker", *(["brain"] if self.with_brain else [])]
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=3)) as http:
            deadline = time.monotonic() + START_SECONDS
            while True:
                with contextlib.suppress(aiohttp.ClientError, TimeoutError):
                    async with http.get(f"{self.door}/health/ready") as answer:
                        parts = (await answer.json())["parts"]
                        if all(parts[name]["ok"] for name in wanted):
                            return
                if time.monotonic() > deadline:
                    raise TimeoutError(f"not ready; logs in {self.folder}")
                await asyncio.sleep(0.2)

    @property
    def parts(self) -> list[str]:
        """Names of the processes of this run."""
        return ["redis", "door", "worker", "actions", *(["brain"] if self.with_brain else [])]

    def run(self, name: str) -> None:
        """Start a part; its output goes to a file of the run."""
        command = [sys.executable, "-m", MODULES[name]] if name != "redis" else [
            find_server(), "--port", str(self.redis_port), "--bind", "127.0.0.1", "--requirepass", self.password,
            "--dir", str(self.redis_dir), "--appendonly", "yes", "--appendfsync", "always", "--save", "",
        ]  # fmt: skip
        with (self.folder / f"{name}.log").open("ab") as out:
            self.processes[name] = subprocess.Popen(command, cwd=ROOT, env=self.env, stdout=out, stderr=out)

    async def keep_alive(self) -> None:
        """What a supervisor does: start again whatever has died."""
        while not self.closing:
            for name, process in list(self.processes.items()):
                if process.poll() is not None and not self.closing:
                    self.run(name)
            await asyncio.sleep(0.1)

    def kill(self, name: str) -> None:
        """kill -9."""
        if name in self.processes:
            self.kills[name] = self.kills.get(name, 0) + 1
            if name in BACK_AFTER:
                self.away.append((time.time(), time.time() + BACK_AFTER[name]))
            with contextlib.suppress(ProcessLookupError):
                self.processes[name].kill()

    async def freeze(self, name: str, seconds: float) -> None:
        """SIGSTOP: alive, holding its leases, unreachable; then it goes on as if nothing had been."""
        process, began = self.processes[name], time.time()
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.SIGSTOP)
            await asyncio.sleep(seconds)
            process.send_signal(signal.SIGCONT)
        self.away.append((began, time.time()))

    def away_between(self, since: float, until: float) -> float:
        """Seconds of that time in which the store or the worker was away."""
        total, reached = 0.0, since
        for began, ended in sorted(self.away):
            began, ended = max(began, reached), min(ended, until)
            if ended > began:
                total, reached = total + ended - began, ended
        return total

    # The disk
    @property
    def redis_dir(self) -> Path:
        """Redis's data; a small disk of its own where we may mount one."""
        return self.folder / "redis"

    def _mount(self) -> None:
        self.redis_dir.mkdir()
        if os.geteuid() == 0:
            mount = ["mount", "-t", "tmpfs", "-o", "size=256m", "tmpfs", str(self.redis_dir)]
            self.mounted = subprocess.run(mount, capture_output=True, check=False).returncode == 0

    async def fill_disk(self, seconds: float) -> None:
        """No byte is left for a while."""
        filler, began = self.redis_dir / "filler", time.time()
        with contextlib.suppress(OSError), filler.open("wb", buffering=0) as out:
            while True:
                out.write(bytes(1 << 20))
        with contextlib.suppress(OSError), filler.open("ab", buffering=0) as out:
            while True:
                out.write(bytes(512))
        await asyncio.sleep(seconds)
        filler.unlink(missing_ok=True)
        self.away.append((began, time.time()))

    def hush(self) -> None:
        """All parts but the store stand still, so that what is read there does not move while it is counted."""
        for name, process in self.processes.items():
            if name != "redis" and process.poll() is None:
                process.send_signal(signal.SIGSTOP)

    def stop(self) -> None:
        """End all parts and give the disk back."""
        self.closing = True
        for name in reversed(self.parts):
            process = self.processes.get(name)
            if process is not None and process.poll() is None:
                process.send_signal(signal.SIGCONT)
                process.kill()
                process.wait()
        if self.mounted:
            subprocess.run(["umount", str(self.redis_dir)], capture_output=True, check=False)

    def remove(self) -> None:
        """Throw the run's folder away."""
        shutil.rmtree(self.folder, ignore_errors=True)
