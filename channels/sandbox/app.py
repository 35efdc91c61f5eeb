"""The sandbox shop as a Sanic app."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
from typing import Any

from sanic import Sanic
from sanic.exceptions import SanicException
from sanic.request import Request
from sanic.response import HTTPResponse
from sanic.response import json as answer_json

from channels.sandbox import holds
from channels.sandbox.api import api
from channels.sandbox.config import SandboxConfig
from channels.sandbox.connectors import connectors
from channels.sandbox.courier import Courier
from channels.sandbox.db import Database
from channels.sandbox.events import Bus
from channels.sandbox.faults import Faults
from channels.sandbox.page import page
from channels.sandbox.seed import seed
from channels.sandbox.shop import Shop
from channels.sandbox.state import SandboxState
from channels.sandbox.zaoan import ZaoanReader
from channels.streams import allow_streams

_TICK = 0.5
_log = logging.getLogger("zaoan.sandbox")


def create_app(config: SandboxConfig, with_seed: bool = True) -> Sanic:
    """The app; opens the book at `config.database` and seeds it when empty."""
    # Sanic keeps every app by name for ever; tests make several.
    app = Sanic(f"zaoan-sandbox-{secrets.token_hex(4)}", configure_logging=False)
    app.config.REQUEST_MAX_SIZE = 256 * 1024
    app.config.RESPONSE_TIMEOUT = 120  # switched-on slowness may take a minute
    app.config.FALLBACK_ERROR_FORMAT = "json"
    shop = Shop(Database(config.database), config.shop_id)
    if with_seed:
        seed(shop)
    bus, faults = Bus(), Faults()
    app.ctx.sandbox = SandboxState(config, shop, Courier(shop, config, faults, bus), faults, bus, ZaoanReader(config))
    app.blueprint(page)
    app.blueprint(api)
    app.blueprint(connectors)
    allow_streams(app)
    app.register_listener(_start, "before_server_start")
    app.register_listener(_stop, "before_server_stop")
    app.exception(Exception)(_failed)
    return app


async def _start(app: Sanic, _: Any) -> None:
    state: SandboxState = app.ctx.sandbox
    await state.courier.start()
    await state.zaoan.start()
    app.ctx.ticker = asyncio.create_task(_tick(state))


async def _stop(app: Sanic, _: Any) -> None:
    state: SandboxState = app.ctx.sandbox
    app.ctx.ticker.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await app.ctx.ticker
    await state.courier.stop()
    await state.zaoan.stop()
    state.shop.db.close()


async def _tick(state: SandboxState) -> None:
    while True:
        await asyncio.sleep(_TICK)
        try:
            for chat_id in holds.tick(state.shop):
                state.bus.publish("order", chat_id)
            state.courier.kick()
        except Exception:  # noqa: BLE001 -- the clock of the shop must go on
            _log.exception("sandbox tick failed")


async def _failed(request: Request, error: Exception) -> HTTPResponse:
    if isinstance(error, SanicException):
        return answer_json({"error": str(error)}, error.status_code)
    _log.error("sandbox error on %s", request.route.path if request.route else "?", exc_info=error)
    return answer_json({"error": "the sandbox shop made a mistake; see its log"}, 500)
