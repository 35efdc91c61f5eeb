"""`zaoan screen --stream NAME`: one consumer of a Redis stream of messages; start as many as you need.

Answers go to a second stream. See bot.store.screening for what is promised when a consumer dies.
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from dataclasses import dataclass

from bot.cli.screen_lines import Screener
from bot.risk.reader import Reader
from bot.settings import SettingError, Settings
from bot.store.errors import StoreError, StoreUnavailable
from bot.store.screening import Entry, ScreeningStream

#: Messages taken at once: enough for the batch to pay, few enough to be answered well before they count as abandoned.
TAKE = 256
_WAIT_MOST = 5.0


@dataclass(frozen=True, slots=True)
class Names:
    """Streams, group and consumer; `idle` in seconds."""

    source: str
    target: str
    group: str = "zaoan-screen"
    consumer: str = ""
    idle: float = 30.0
    delete: bool = False


class Consumer:
    """Takes messages, reads them, puts the verdicts back, until told to stop."""

    def __init__(self, stream: ScreeningStream, screener: Screener) -> None:
        self._stream, self._screener = stream, screener
        self.stop = False
        self.written = 0

    async def run(self) -> None:
        """Goes on through a Redis that is away; ends between two batches after `stop` was set."""
        wait = 0.25
        opened = False
        while not self.stop:
            try:
                if not opened:
                    await self._stream.open()
                    opened = True
                entries = await self._stream.take(TAKE)
                if entries:
                    self.written += await self._stream.put(self._answers(entries))
                wait = 0.25
            except StoreUnavailable as error:
                # what was taken and not answered is handed out again
                sys.stderr.write(f"screen: {error}; trying again\n")
                await asyncio.sleep(wait)
                wait = min(_WAIT_MOST, wait * 2)

    def _answers(self, entries: list[Entry]) -> list[tuple[Entry, bytes | str]]:
        fresh = [entry for entry in entries if not entry.spent]
        spent: list[tuple[Entry, bytes | str]] = [
            (entry, "handed out again and again without an answer: read it by hand") for entry in entries if entry.spent
        ]
        read = self._screener.read([entry.raw for entry in fresh])
        return spent + [(e, "empty" if a is None else a) for e, a in zip(fresh, read, strict=True)]


async def _serve(names: Names, deep: bool, explained: bool) -> int:
    consumer = names.consumer or f"{socket.gethostname()}-{os.getpid()}"
    stream = ScreeningStream(
        Settings.from_env().live_redis_url(), names.source, names.target, group=names.group, consumer=consumer,
        idle=names.idle, delete=names.delete,
    )  # fmt: skip
    worker = Consumer(stream, Screener(Reader.load(deep=deep), explained=explained))

    def stop() -> None:
        worker.stop = True

    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop)
    sys.stderr.write(f"screen: {names.source} → {names.target}, group {names.group}, consumer {consumer}\n")
    sys.stderr.flush()
    try:
        await worker.run()
    finally:
        await stream.close()
    sys.stderr.write(f"screen: {worker.written} verdicts written\n")
    return 0


def serve(names: Names, *, deep: bool, explained: bool) -> int:
    """Runs one consumer; 0 when it was told to stop, 1 when it cannot begin."""
    try:
        return asyncio.run(_serve(names, deep, explained))
    except (StoreError, SettingError) as error:
        sys.stderr.write(f"screen: {error}\n")
        return 1
