"""Calling people by a paging address (a chat group's robot, a duty phone service)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from actions.connectors.calls import Caller


class Pager:
    """Posts the call: case, level, urgency, rung, audience. No name, no word of the customer."""

    def __init__(self, caller: Caller, url: str, secret: str) -> None:
        self._caller = caller
        self._url = url
        self._secret = secret

    async def page(self, payload: Mapping[str, Any], key: str) -> None:
        """Send one call for people; confirmed by any 2xx."""
        await self._caller.call("POST", self._url, self._secret, dict(payload), key)
