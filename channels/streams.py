"""Open event streams of an app, so that stopping it does not wait for them.

Sanic waits for open requests before it stops; a stream is one that never ends by itself.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sanic import Sanic
from sanic.request import Request


def allow_streams(app: Sanic) -> None:
    """Makes the app end its streams first when it stops; the browsers reconnect and resume."""
    app.ctx.streams = set()
    app.register_listener(_end, "before_server_stop")


@contextmanager
def streaming(request: Request) -> Iterator[None]:
    """Around the body of a handler that streams."""
    task, streams = asyncio.current_task(), request.app.ctx.streams
    streams.add(task)
    try:
        yield
    finally:
        streams.discard(task)


async def _end(app: Sanic, _: Any) -> None:
    tasks = list(app.ctx.streams)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
