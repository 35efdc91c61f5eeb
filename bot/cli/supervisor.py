"""Keeps the processes of one machine alive: start, watch, restart with backoff, stop in order.

A process that dies is started again after 1, 2, 4 … 30 s and the terminal says so.
Nothing is lost meanwhile: work lives in Redis, and each process takes up what it finds.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import os
import signal
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

STOP_SECONDS = 10.0
STEADY_SECONDS = 60.0  # a process that lived this long starts its backoff anew
MAX_BACKOFF = 30.0
PR_SET_PDEATHSIG = 1


def _die_with_parent() -> None:
    """In the child: be told to stop when `zaoan up` is killed, so no orphan keeps a port."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


@dataclass(slots=True)
class Part:
    """One process: its name, command, environment and how to know that it is ready."""

    name: str
    command: Sequence[str]
    log: Path
    env: Mapping[str, str] = field(default_factory=dict)
    ready: Callable[[], Awaitable[bool]] | None = None
    process: asyncio.subprocess.Process | None = None
    restarts: int = 0


class Supervisor:
    """Runs parts until `stop()`; `tell` receives a line for every start and death."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        self._tell = tell
        self._parts: list[Part] = []
        self._watchers: list[asyncio.Task[None]] = []
        self._stopping = False

    async def start(self, part: Part, timeout: float) -> bool:
        """Start a part, wait until it is ready; False (with the log's path told) if it never is."""
        self._parts.append(part)
        await self._spawn(part)
        self._watchers.append(asyncio.create_task(self._watch(part)))
        if part.ready is None:
            return True
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            if await part.ready():
                return True
            await asyncio.sleep(0.1)
        self._tell(f"{part.name} did not become ready in {timeout:.0f} s; its log: {part.log}")
        return False

    async def _spawn(self, part: Part) -> None:
        part.log.parent.mkdir(parents=True, exist_ok=True)
        with part.log.open("ab") as out:
            part.process = await asyncio.create_subprocess_exec(
                *part.command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                env={**os.environ, **part.env},
                start_new_session=True,  # Ctrl-C reaches us alone; we stop the parts in order
                preexec_fn=_die_with_parent,
            )

    async def _watch(self, part: Part) -> None:
        backoff = 1.0
        while True:
            assert part.process is not None  # noqa: S101 - set by _spawn just before
            started = time.monotonic()
            code = await part.process.wait()
            if self._stopping:
                return
            if time.monotonic() - started > STEADY_SECONDS:
                backoff = 1.0
            part.restarts += 1
            self._tell(f"{part.name} ended (exit {code}); starting it again in {backoff:.0f} s. Log: {part.log}")
            await asyncio.sleep(backoff)
            backoff = min(backoff * 2, MAX_BACKOFF)
            if self._stopping:
                return
            await self._spawn(part)

    async def stop(self) -> None:
        """Stop all parts, last started first; kill what does not end in ten seconds."""
        self._stopping = True
        for part in reversed(self._parts):
            process = part.process
            if process is None or process.returncode is not None:
                continue
            with contextlib.suppress(ProcessLookupError):
                process.terminate()
            try:
                await asyncio.wait_for(process.wait(), STOP_SECONDS)
            except TimeoutError:
                self._tell(f"{part.name} did not stop in {STOP_SECONDS:.0f} s: killed")
                with contextlib.suppress(ProcessLookupError):
                    process.kill()
                await process.wait()
        for watcher in self._watchers:
            watcher.cancel()
        await asyncio.gather(*self._watchers, return_exceptions=True)
