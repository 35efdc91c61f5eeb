"""A whole Zaoan as a user starts it: `zaoan up` on free ports with its own var folder."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import requests

from bot.cli.client import Client
from bot.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
START_SECONDS = 240


def free_ports(count: int) -> list[int]:
    """Ports nobody listens on now."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for s in sockets:
            s.bind(("127.0.0.1", 0))
        return [s.getsockname()[1] for s in sockets]


class Machine:
    """A running system; `client()` speaks to it the way `zaoan say` does."""

    def __init__(self, var: Path, **extra: str) -> None:
        self.var = var
        self.env = {
            "ZAOAN_VAR": str(var),
            **dict(
                zip(("ZAOAN_PORT", "ZAOAN_ACTIONS_PORT", "ZAOAN_SANDBOX_PORT"), map(str, free_ports(3)), strict=True)
            ),
            **extra,
        }
        self.process: subprocess.Popen[bytes] | None = None
        self.log = var / "up.log"

    @property
    def settings(self) -> Settings:
        return Settings.from_env({**os.environ, **self.env})

    @property
    def door(self) -> str:
        return f"http://127.0.0.1:{self.env['ZAOAN_PORT']}"

    @property
    def sandbox(self) -> str:
        return f"http://127.0.0.1:{self.env['ZAOAN_SANDBOX_PORT']}"

    def start(self) -> None:
        """Start and wait until everything is ready; AssertionError with the logs otherwise."""
        self.var.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "bot.cli.main", "up"],
                cwd=ROOT,
                env={**os.environ, **self.env},
                stdout=out,
                stderr=out,
                start_new_session=True,
            )
        deadline = time.monotonic() + START_SECONDS
        while not (self.var / "run.json").exists():
            assert self.process.poll() is None, self.logs()
            assert time.monotonic() < deadline, self.logs()
            time.sleep(0.1)

    def logs(self) -> str:
        """The end of every log, for a failed assertion."""
        files = [self.log, *sorted((self.var / "log").glob("*.log"))]
        return "\n".join(
            f"== {f.name}\n" + "\n".join(f.read_text("utf-8", "replace").splitlines()[-15:])
            for f in files
            if f.exists()
        )

    def stop(self) -> int:
        """Ctrl-C; the exit code."""
        assert self.process is not None
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(60)

    def client(self) -> Client:
        return Client(self.settings, next(iter(self.settings.shops().values())))

    def cli(self, *words: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        """Run a `zaoan` command against this system."""
        return subprocess.run(
            [sys.executable, "-m", "bot.cli.main", *words],
            cwd=ROOT,
            env={**os.environ, **self.env},
            input=stdin,
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )

    def kill(self, module: str) -> int:
        """kill -9 the part that runs a module (e.g. `bot.worker`); its process id."""
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                words = Path(f"/proc/{pid}/cmdline").read_bytes().decode("utf-8", "replace").split("\0")
                env = Path(f"/proc/{pid}/environ").read_bytes()
            except OSError:
                continue
            if module in words and f"ZAOAN_VAR={self.var}".encode() in env:
                os.kill(int(pid), signal.SIGKILL)
                return int(pid)
        raise AssertionError(f"{module} is not running")

    def wait_ready(self, seconds: float = 60) -> None:
        """Wait until the readiness page is green again."""
        deadline = time.monotonic() + seconds
        answer: Any = None
        while time.monotonic() < deadline:
            with contextlib.suppress(requests.RequestException):
                answer = requests.get(f"{self.door}/health/ready", timeout=2)
                if answer.status_code == 200:
                    return
            time.sleep(0.1)
        raise AssertionError(f"not ready: {answer.text if answer is not None else 'no answer'}\n{self.logs()}")


@contextlib.contextmanager
def running(var: Path, **extra: str) -> Iterator[Machine]:
    """A machine for the length of a block."""
    machine = Machine(var, **extra)
    try:
        machine.start()
        yield machine
    finally:
        if machine.process and machine.process.poll() is None:
            machine.stop()


def now() -> datetime:
    """Now with an offset."""
    return datetime.now().astimezone()
