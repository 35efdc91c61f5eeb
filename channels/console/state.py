"""What the console's handlers share."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from sanic.request import Request

from bot.risk import Reader
from channels.console.accounts import Accounts
from channels.console.sessions import Sessions, Throttle


@dataclass(frozen=True, slots=True)
class ConsoleState:
    """One running console. `reader` explains its verdicts, one request at a time (`explaining`)."""

    accounts: Accounts
    sessions: Sessions
    throttle: Throttle
    reader: Reader
    explaining: asyncio.Lock = field(default_factory=asyncio.Lock)


def console_of(request: Request) -> ConsoleState:
    """The console that answers this request."""
    state: ConsoleState = request.app.ctx.console
    return state
