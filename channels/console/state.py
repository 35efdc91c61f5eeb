"""What the console's handlers share."""

from __future__ import annotations

from dataclasses import dataclass

from sanic.request import Request

from channels.console.accounts import Accounts
from channels.console.sessions import Sessions, Throttle


@dataclass(frozen=True, slots=True)
class ConsoleState:
    """One running console."""

    accounts: Accounts
    sessions: Sessions
    throttle: Throttle


def console_of(request: Request) -> ConsoleState:
    """The console that answers this request."""
    state: ConsoleState = request.app.ctx.console
    return state
