"""The action server on loopback: `python -m actions.server`.

rasa_sdk's own launcher listens on all interfaces; this one does not.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import Any

from rasa_sdk.endpoint import create_app

from bot.settings import Settings

HEARTBEAT_SECONDS = 2.0
log = logging.getLogger(__name__)


def app() -> Any:
    """The Sanic application with all actions of this package and a heartbeat."""
    made = create_app("actions")

    async def beat(_: Any, loop: Any) -> None:
        made.ctx.beat = loop.create_task(_heartbeat())

    async def stop(_: Any, __: Any) -> None:
        made.ctx.beat.cancel()

    made.register_listener(beat, "after_server_start")
    made.register_listener(stop, "before_server_stop")
    return made


async def _heartbeat() -> None:
    from actions.recording import store

    while True:
        with contextlib.suppress(Exception):  # Redis may be away; the beat resumes with it
            await (await store()).heartbeat("actions")
        await asyncio.sleep(HEARTBEAT_SECONDS)


def main() -> None:
    """Serve until stopped."""
    settings = Settings.from_env()
    logging.basicConfig(level=settings.log_level)
    app().run(
        host="127.0.0.1", port=settings.actions_port, access_log=False, single_process=True, motd=False
    ) if _new_sanic() else app().run(host="127.0.0.1", port=settings.actions_port, access_log=False, workers=1)


def _new_sanic() -> bool:
    import sanic

    return int(sanic.__version__.split(".")[0]) >= 22


if __name__ == "__main__":
    main()
