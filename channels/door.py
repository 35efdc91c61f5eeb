"""What the handlers of one door process share."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from sanic.request import Request

from bot.settings import SettingError, Settings, Shop
from bot.store import Store
from bot.store.errors import StoreUnavailable
from channels.merchant.intake import Intake
from channels.merchant.limits import Limiter
from channels.views import Views

_TRY_AGAIN = 1.0


@dataclass(slots=True)
class Door:
    """One running door. The store may come later than the door, and go and come back."""

    settings: Settings
    shops: Mapping[str, Shop]
    intake: Intake
    limiter: Limiter
    views: Views
    ready_store: Store | None = None
    _failed_at: float = -_TRY_AGAIN
    _connecting: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def store(self) -> Store:
        """The store; raises `StoreUnavailable` while there is none."""
        if self.ready_store is not None:
            return self.ready_store
        async with self._connecting:
            if self.ready_store is None:
                if time.monotonic() - self._failed_at < _TRY_AGAIN:
                    raise StoreUnavailable("the store was not reachable a moment ago")
                try:
                    self.ready_store = await Store.from_settings(self.settings)
                except (StoreUnavailable, SettingError) as error:
                    self._failed_at = time.monotonic()
                    raise StoreUnavailable(str(error)) from error
            return self.ready_store


def door_of(request: Request) -> Door:
    """The door that answers this request."""
    door: Door = request.app.ctx.door
    return door
