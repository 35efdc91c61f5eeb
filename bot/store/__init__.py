"""The only room that knows Redis. `Store` is its door; see its methods for what is kept and how."""

from bot.store.base import Options
from bot.store.errors import NotAllowed, NotFound, StaleTalk, StoreError, StoreUnavailable
from bot.store.store import Store

__all__ = ["NotAllowed", "NotFound", "Options", "StaleTalk", "Store", "StoreError", "StoreUnavailable"]
