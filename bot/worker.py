"""The worker process: sends the outbox and fires the timers. `python -m bot.worker`

May run several times at once on one Redis; every command is sent under a lease and every timer fires
once. Stops gently on SIGTERM or Ctrl-C; may also be killed at any moment without losing anything.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys

import aiohttp
import structlog

from actions.connectors import Caller, Mailer, Pager
from bot.settings import SettingError, Settings
from bot.store import Store, StoreError, StoreUnavailable
from bot.work.clockwork import Clockwork
from bot.work.housekeeping import Housekeeping
from bot.work.log import configure
from bot.work.on_call import OnCall, person_key
from bot.work.sender import Sender

BEAT = 5.0
WAIT_FOR_REDIS = 30.0


async def run(settings: Settings, stop: asyncio.Event) -> None:
    """Work until `stop` is set."""
    log = structlog.get_logger("worker")
    shops = settings.shops()
    roster, key = OnCall(settings.roster_file), person_key(settings)
    roster.now()  # a mistake in it is logged at the start; holds and replies must go out all the same
    store = await _connect(settings, stop)
    try:
        await store.move_commands()
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
            caller = Caller(session)
            pager = Pager(caller, settings.page_url, settings.page_secret) if settings.page_url else None
            mailer = Mailer.from_settings(settings) if settings.smtp_host else None
            sender = Sender(
                store, caller, shops, pager,
                mailer=mailer, roster=roster.now, timezone=settings.timezone, person_key=key,
            )  # fmt: skip
            log.info("started", shops=len(shops))
            async with asyncio.TaskGroup() as group:
                group.create_task(_beat(store, stop))
                group.create_task(sender.run(stop))
                group.create_task(Clockwork(store).run(stop))
                group.create_task(Housekeeping(store).run(stop))
    finally:
        await store.close()
        log.info("stopped")


async def _connect(settings: Settings, stop: asyncio.Event) -> Store:
    """Redis may still be starting: wait for it a while."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + WAIT_FOR_REDIS
    while True:
        try:
            return await Store.from_settings(settings)
        except StoreUnavailable:
            if loop.time() > deadline or stop.is_set():
                raise
            await asyncio.sleep(0.25)


async def _beat(store: Store, stop: asyncio.Event) -> None:
    while not stop.is_set():
        with contextlib.suppress(StoreError):
            await store.heartbeat("worker")
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), BEAT)


async def _main(settings: Settings) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(sign, stop.set)
    await run(settings, stop)


def main() -> int:
    """Exit 0 after a gentle stop, 1 with a message if it cannot work."""
    try:
        settings = Settings.from_env()
        configure(settings.log_level)
        asyncio.run(_main(settings))
    except (SettingError, StoreUnavailable) as error:
        print(f"worker: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
