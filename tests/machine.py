"""A whole Zaoan for tests: the machine of `zaoan gate`, and what breaks it."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Iterator
from pathlib import Path

from bot.cli import machine as machines
from bot.cli.machine import ROOT, free_ports, kept_running, now

__all__ = ["ROOT", "Machine", "free_ports", "now", "running"]


class Machine(machines.Machine):
    """A running system whose parts can be killed."""

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


@contextlib.contextmanager
def running(var: Path, **extra: str) -> Iterator[Machine]:
    """A machine for the length of a block."""
    with kept_running(Machine(var, **extra)) as machine:
        yield machine
