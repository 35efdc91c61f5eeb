"""The merchant's platform: messages, holds, releases and a customer's orders."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from actions.connectors.calls import Caller, CallFailed
from bot.settings import Shop

HOLD_STATES = frozenset({"held", "intercepting", "intercepted", "too_late"})
"""The contract's answers, and "intercepted" for an order whose earlier hold has got that far."""


class Merchant:
    """The calls of the contract's last section, for one shop."""

    def __init__(self, caller: Caller, shop: Shop) -> None:
        self._caller = caller
        self._shop = shop

    async def message(self, chat_id: str, text: str, key: str) -> None:
        """Say something to the customer. Always disclosed as the bot's."""
        body = {"chat_id": chat_id, "text": text, "sender": "bot", "disclosure": True}
        await self._post("/messages", body, key)

    async def hold(self, order_id: str, reason: str, case_id: str, expires_at: float, key: str) -> str:
        """Stop an order; returns one of HOLD_STATES. `expires_at` in unix seconds."""
        until = datetime.fromtimestamp(expires_at, UTC).isoformat(timespec="seconds")
        body = {"reason": reason, "case_id": case_id, "expires_at": until}
        answer = await self._post(f"/orders/{quote(order_id, safe='')}/hold", body, key)
        state = answer.get("state")
        if state not in HOLD_STATES:
            raise CallFailed("answered no known state of the hold", True)
        return str(state)

    async def release(self, order_id: str, reason: str, case_id: str, key: str) -> None:
        """Let an order go on."""
        await self._post(f"/orders/{quote(order_id, safe='')}/release", {"reason": reason, "case_id": case_id}, key)

    async def orders(self, customer_id: str) -> list[dict[str, Any]]:
        """The customer's orders as the shop has them now."""
        url = f"{self._shop.base_url}/customers/{quote(customer_id, safe='')}/orders"
        answer = await self._caller.call("GET", url, self._shop.outgoing_secret)
        rows = answer.get("orders", [])
        return [row for row in rows if isinstance(row, dict) and isinstance(row.get("order_id"), str)]

    async def _post(self, path: str, body: dict[str, Any], key: str) -> dict[str, Any]:
        return await self._caller.call("POST", self._shop.base_url + path, self._shop.outgoing_secret, body, key)
