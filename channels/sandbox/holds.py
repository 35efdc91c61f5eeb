"""What the shop can do with an order that Zaoan asks it to hold.

| state of the order | answer to a hold |
|---|---|
| unpaid, paid | `held`: not paid out, not packed |
| shipped | `intercepting`: the carrier is asked; `intercepted` follows by `order.updated` |
| delivered | `too_late` |
"""

from __future__ import annotations

import time
from datetime import datetime
from typing import Any

from channels.sandbox.shop import SHOP_ZONE, Shop

ACTIVE = ("held", "intercepting", "intercepted")


def hold(shop: Shop, order_id: str, reason: str, case_id: str, until: str, intercept_seconds: float) -> str:
    """Holds an order as far as its state allows; asking again changes nothing. Returns the hold's state."""
    order = shop.order(order_id)
    if order["hold"] in ACTIVE:
        return str(order["hold"])
    if order["status"] == "delivered":
        state, due = "too_late", None
    elif order["status"] == "shipped":
        state, due = "intercepting", time.time() + intercept_seconds
    else:
        state, due = "held", None
    shop.db.run(
        "UPDATE orders SET hold = ?, hold_reason = ?, hold_case = ?, hold_until = ?, intercept_at = ? "
        "WHERE order_id = ?", state, reason, case_id, until, due, order_id,
    )  # fmt: skip
    return state


def release(shop: Shop, order_id: str) -> str:
    """Lets an order go on its way; an order that is not held stays as it is."""
    order = shop.order(order_id)
    if order["hold"] in ACTIVE:
        shop.db.run("UPDATE orders SET hold = 'released', intercept_at = NULL WHERE order_id = ?", order_id)
    return "released"


def _expired(order: dict[str, Any], now: datetime) -> bool:
    try:
        return bool(order["hold_until"]) and datetime.fromisoformat(order["hold_until"]) <= now
    except (ValueError, TypeError):
        return False


def tick(shop: Shop) -> list[str]:
    """Confirms interceptions and ends holds whose time is up. Returns the chats that changed."""
    changed: list[str] = []
    now = datetime.now(SHOP_ZONE)
    with shop.db.transaction():
        for order in shop.db.rows("SELECT * FROM orders WHERE hold IN ('held', 'intercepting', 'intercepted')"):
            if _expired(order, now):
                state = "expired"
            elif order["hold"] == "intercepting" and order["intercept_at"] <= time.time():
                state = "intercepted"
            else:
                continue
            shop.db.run("UPDATE orders SET hold = ?, intercept_at = NULL WHERE order_id = ?", state, order["order_id"])
            shop.tell_order(order["order_id"])
            changed.append(order["chat_id"] or "")
    return changed
