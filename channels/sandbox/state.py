"""What the sandbox's handlers share."""

from __future__ import annotations

from dataclasses import dataclass

from sanic.request import Request

from channels.sandbox.config import SandboxConfig
from channels.sandbox.courier import Courier
from channels.sandbox.events import Bus
from channels.sandbox.faults import Faults
from channels.sandbox.shop import Shop
from channels.sandbox.zaoan import ZaoanReader


@dataclass(frozen=True, slots=True)
class SandboxState:
    """One running sandbox."""

    config: SandboxConfig
    shop: Shop
    courier: Courier
    faults: Faults
    bus: Bus
    zaoan: ZaoanReader


def state_of(request: Request) -> SandboxState:
    """The sandbox that answers this request."""
    state: SandboxState = request.app.ctx.sandbox
    return state
