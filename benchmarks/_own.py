"""What benchmarks share: a Redis of the run's own, tables, memory of a process."""

from __future__ import annotations

import contextlib
import secrets
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import redis

from bot.cli.machine import free_ports
from bot.store.embedded import find_server


@contextlib.contextmanager
def own_redis() -> Iterator[str]:
    """Address of a fresh Redis, set as the embedded one is (`appendfsync always`); gone afterwards."""
    port, password = free_ports(1)[0], secrets.token_urlsafe(12)
    with tempfile.TemporaryDirectory(prefix="zaoan-bench-") as folder:
        command = [
            find_server(), "--port", str(port), "--bind", "127.0.0.1", "--requirepass", password, "--dir", folder,
            "--appendonly", "yes", "--appendfsync", "always", "--save", "",
        ]  # fmt: skip
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        url = f"redis://:{password}@127.0.0.1:{port}/0"
        try:
            client, deadline = redis.from_url(url), time.monotonic() + 20
            while True:
                try:
                    client.ping()
                    break
                except redis.RedisError:
                    if time.monotonic() > deadline:
                        raise
                    time.sleep(0.02)
            client.close()
            yield url
        finally:
            process.terminate()
            process.wait(20)


def wipe(url: str) -> None:
    """Nothing of the last row is left."""
    client = redis.from_url(url)
    client.flushall()
    client.close()


def table(rows: list[dict[str, Any]]) -> str:
    """Columns as wide as their longest cell."""
    names = list(rows[0])
    cells = [names, *([str(row[name]) for name in names] for row in rows)]
    wide = [max(len(line[n]) for line in cells) for n in range(len(names))]
    return "\n".join("  ".join(f"{cell:>{wide[n]}}" for n, cell in enumerate(line)) for line in cells)


def resident_mb(pid: int) -> float:
    """Memory that a process holds, in MiB; 0 for one that is gone."""
    try:
        words = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return 0.0
    found = next((line for line in words.splitlines() if line.startswith("VmRSS:")), "VmRSS: 0")
    return int(found.split()[1]) / 1024
