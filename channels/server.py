"""`python -m channels.server`: the door. Starts in a second and lives on when Rasa dies."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import structlog
from sanic import Sanic
from sanic.exceptions import SanicException
from sanic.request import Request
from sanic.response import BaseHTTPResponse, HTTPResponse
from sanic.response import json as answer_json

from bot.risk import Reader, TalkReader
from bot.settings import SettingError, Settings
from bot.store import Store
from bot.store.errors import NotAllowed, NotFound, StoreError
from channels.agent_api import agent_api
from channels.console import add_console
from channels.door import Door
from channels.health import health
from channels.logs import configure_logs, place_of
from channels.merchant.blueprint import merchant
from channels.merchant.intake import Intake, Talks
from channels.merchant.limits import Limiter, Rate
from channels.metrics import metrics
from channels.platform_api import platform_api
from channels.streams import allow_streams
from channels.views import Views

_log = structlog.get_logger("zaoan.door")
_BEAT = 5.0
#: Above the 64 KiB that are accepted, so that whoever sends more still gets to read the 413.
_READ_AT_MOST = 4 * 1024 * 1024


def create_app(
    settings: Settings, store: Store | None = None, talk_reader: Talks | None = None, rate: Rate | None = None
) -> Sanic:
    """The door as a Sanic app.

    Without a store it connects to the Redis of the settings, now or as soon as it can, and
    answers 503 meanwhile. Raises `SettingError` when the shops file cannot be read.
    """
    # Sanic keeps every app by name for ever; tests make several.
    app = Sanic(f"zaoan-door-{secrets.token_hex(4)}", configure_logging=False)
    app.config.REQUEST_MAX_SIZE = _READ_AT_MOST
    app.config.REQUEST_TIMEOUT = 15
    app.config.RESPONSE_TIMEOUT = 30
    app.config.FALLBACK_ERROR_FORMAT = "json"
    pool = ThreadPoolExecutor(max_workers=2, thread_name_prefix="reading")
    # Who brings a reading of their own (tests) gets its words explained by the rules alone.
    reader = Reader(None) if talk_reader else Reader.load()
    talks = talk_reader or TalkReader(reader)
    app.ctx.door = Door(
        settings=settings,
        shops=settings.shops(),
        intake=Intake(talks, pool),
        limiter=Limiter(rate or Rate()),
        views=Views(settings.timezone),
        ready_store=store,
    )
    app.ctx.owns_store = store is None
    app.ctx.pool = pool
    for blueprint in (merchant, health, agent_api, platform_api, metrics):
        app.blueprint(blueprint)
    add_console(app, settings, reader)
    allow_streams(app)
    app.register_listener(_start, "before_server_start")
    app.register_listener(_stop, "after_server_stop")
    app.register_middleware(_begin, "request")
    app.register_middleware(_end, "response")
    app.exception(Exception)(_failed)
    return app


async def _start(app: Sanic, _: Any) -> None:
    app.ctx.beating = asyncio.create_task(_beat(app.ctx.door))
    app.ctx.warming = asyncio.get_running_loop().run_in_executor(app.ctx.pool, app.ctx.door.intake.warm)


async def _stop(app: Sanic, _: Any) -> None:
    app.ctx.beating.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await app.ctx.beating
    door: Door = app.ctx.door
    if app.ctx.owns_store and door.ready_store is not None:
        with contextlib.suppress(StoreError):
            await door.ready_store.close()
    app.ctx.pool.shutdown(wait=False, cancel_futures=True)


async def _beat(door: Door) -> None:
    """Tells the others that the door is there; also what connects to Redis without a caller."""
    while True:
        with contextlib.suppress(StoreError):
            await (await door.store()).heartbeat("door")
        await asyncio.sleep(_BEAT)


async def _begin(request: Request) -> None:
    request.ctx.began = time.perf_counter()


async def _end(request: Request, response: BaseHTTPResponse) -> None:
    """One line a request: the route's pattern, never a path with a customer's id, never a body."""
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    route = request.route.path if request.route else "?"
    if route.startswith(("health", "metrics")):
        return
    began = getattr(request.ctx, "began", None)
    took = None if began is None else round((time.perf_counter() - began) * 1000, 1)
    _log.info("request", method=request.method, route="/" + route, status=response.status, ms=took)


async def _failed(request: Request, error: Exception) -> HTTPResponse:
    """What could not be done is never answered with 2xx."""
    if isinstance(error, NotFound):
        return answer_json({"error": "not found"}, 404)
    if isinstance(error, NotAllowed):
        return answer_json({"error": str(error)}, 409)
    if isinstance(error, StoreError):
        _log.error("store_unavailable", kind=type(error).__name__)
        return answer_json({"error": "cannot be stored now; nothing was accepted"}, 503, headers={"Retry-After": "2"})
    if isinstance(error, SanicException):
        return answer_json({"error": str(error)}, error.status_code, headers=getattr(error, "headers", None))
    _log.error("door_error", kind=type(error).__name__, where=place_of(error))
    return answer_json({"error": "the door made a mistake; nothing was accepted"}, 503, headers={"Retry-After": "2"})


def main() -> int:
    """Exit 1 with the setting's name when something is set wrongly."""
    try:
        settings = Settings.from_env()
        configure_logs(settings.log_level)
        app = create_app(settings)
    except SettingError as error:
        print(error, file=sys.stderr)
        return 1
    try:
        app.run(settings.host, settings.port, access_log=False, motd=False)
    except OSError as error:
        print(f"ZAOAN_PORT: cannot listen on {settings.host}:{settings.port} ({error.strerror}). "
              "Stop what uses it, or set another port.", file=sys.stderr)  # fmt: skip
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
