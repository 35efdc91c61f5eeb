"""The console's interface for people: chats by danger, one chat, and what a person may do."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

from sanic import Sanic

from bot.risk import Reader
from bot.settings import Settings
from channels.console.accounts import Accounts
from channels.console.aid import aid
from channels.console.api import console
from channels.console.care import care
from channels.console.case_acts import case_acts
from channels.console.desk import desk
from channels.console.holds import holds
from channels.console.live import live
from channels.console.login import login
from channels.console.overview import overview
from channels.console.page import page
from channels.console.sessions import Sessions, Throttle
from channels.console.state import ConsoleState
from channels.console.stream import stream
from channels.console.training import training
from channels.console.why import warm_why, why
from channels.console.wording import warm_wording


def add_console(app: Sanic, settings: Settings, reader: Reader) -> None:
    """Adds the console to the door. The first start writes demo accounts under `var_dir`."""
    accounts = Accounts(settings.var_dir / "accounts.json")

    async def make_demo(_: Sanic, __: Any) -> None:
        # Hashing takes seconds by design; customers' messages need not wait for it.
        note = settings.var_dir / "accounts-demo.txt"
        app.ctx.demo = asyncio.get_running_loop().run_in_executor(None, accounts.ensure_demo, note)

    async def warm(_: Sanic, __: Any) -> None:
        # The first agent who changes a suggestion need not wait for the word lists.
        app.ctx.wording = asyncio.get_running_loop().run_in_executor(None, warm_wording)

    async def warm_explaining(_: Sanic, __: Any) -> None:
        # After the door's own readers, whose models it shares: the first "why" is not the one that loads them.
        app.ctx.explaining = asyncio.create_task(warm_why(app.ctx.warming, reader))

    async def stop_explaining(_: Sanic, __: Any) -> None:
        app.ctx.explaining.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await app.ctx.explaining

    app.register_listener(warm_explaining, "after_server_start")
    app.register_listener(stop_explaining, "before_server_stop")
    app.register_listener(make_demo, "after_server_start")
    app.register_listener(warm, "after_server_start")
    app.ctx.console = ConsoleState(accounts, Sessions(settings.var_dir / "console.key"), Throttle(), reader)
    for blueprint in (login, console, aid, desk, case_acts, holds, overview, stream, live, page, care, training, why):
        app.blueprint(blueprint)
