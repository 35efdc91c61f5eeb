"""A whole Zaoan of its own, as `zaoan up` starts it: free ports, a var folder apart from the real one.

`zaoan gate` plays the situations against it and the tests their conversations; neither touches
the shop's own data.
"""

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
from typing import Any, TypeVar

import requests

from bot.cli.client import Client
from bot.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 240
STOP_SECONDS = 60
PORTS = ("ZAOAN_PORT", "ZAOAN_ACTIONS_PORT", "ZAOAN_SANDBOX_PORT")


class MachineFailed(RuntimeError):
    """The system did not come up; the message holds the end of every log."""


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
        ports = dict(zip(PORTS, map(str, free_ports(3)), strict=True))
        self.env = {"ZAOAN_VAR": str(var), **ports, **extra}
        self.process: subprocess.Popen[bytes] | None = None
        self.log = var / "up.log"

    @property
    def settings(self) -> Settings:
        """Settings as the system itself reads them."""
        return Settings.from_env({**os.environ, **self.env})

    @property
    def door(self) -> str:
        """Where the webhook and the console answer."""
        return f"http://127.0.0.1:{self.env['ZAOAN_PORT']}"

    @property
    def sandbox(self) -> str:
        """Where the sandbox shop answers."""
        return f"http://127.0.0.1:{self.env['ZAOAN_SANDBOX_PORT']}"

    def start(self) -> None:
        """Start and wait until everything is ready; MachineFailed with the logs otherwise."""
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
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise MachineFailed(self.logs())
            time.sleep(0.1)

    def logs(self) -> str:
        """The end of every log."""
        files = [self.log, *sorted((self.var / "log").glob("*.log"))]
        return "\n".join(
            f"== {f.name}\n" + "\n".join(f.read_text("utf-8", "replace").splitlines()[-15:])
            for f in files
            if f.exists()
        )

    def stop(self) -> int:
        """Ctrl-C; the exit code."""
        if self.process is None:
            raise MachineFailed("never started")
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(STOP_SECONDS)

    def client(self) -> Client:
        """A client of the first shop."""
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

    def wait_ready(self, seconds: float = 60) -> None:
        """Wait until the readiness page is green; MachineFailed otherwise."""
        deadline = time.monotonic() + seconds
        answer: Any = None
        while time.monotonic() < deadline:
            with contextlib.suppress(requests.RequestException):
                answer = requests.get(f"{self.door}/health/ready", timeout=2)
                if answer.status_code == 200:
                    return
            time.sleep(0.1)
        raise MachineFailed(f"not ready: {answer.text if answer is not None else 'no answer'}\n{self.logs()}")


M = TypeVar("M", bound=Machine)


@contextlib.contextmanager
def kept_running(machine: M) -> Iterator[M]:
    """Started for the length of a block, stopped whatever happens in it."""
    try:
        machine.start()
        yield machine
    finally:
        if machine.process and machine.process.poll() is None:
            machine.stop()


def now() -> datetime:
    """Now with an offset."""
    return datetime.now().astimezone()
