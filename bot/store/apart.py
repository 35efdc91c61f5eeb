"""Where a customer lives is kept apart: not in the order, the transcript, the feed or a log.

The platform may tell name, telephone and address with an order. They go under a key of their own,
sealed, which only the address card reads, on a person's stated reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.privacy.vault import vault
from bot.store.change import Change
from bot.store.keys import QUIET_CHAT_SECONDS

FIELDS = ("name", "phone", "address")


def without_address(order: Mapping[str, Any]) -> dict[str, Any]:
    """The order without the fields that say who and where."""
    return {name: value for name, value in order.items() if name not in FIELDS}


def keep_address(change: Change, order: Mapping[str, Any]) -> dict[str, Any]:
    """Put the fields that say who and where under their own key; returns the order without them."""
    found = {name: str(order[name]) for name in FIELDS if order.get(name)}
    if found:
        key = change.keys.address(str(order["order_id"]))
        change.do("SET", key, vault().seal(key, found), "EX", QUIET_CHAT_SECONDS)
    return without_address(order)
