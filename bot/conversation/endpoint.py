"""Rasa's action calls, made fit for a talk about life and death.

Stock Rasa waits 300 s for a hanging action server with the conversation locked, swallows
every failure and logs the action as done (measured, docs/decisions). Here a call ends after
three seconds, and a failed one is remembered for the brain, which tells a person.
"""

from __future__ import annotations

import asyncio
from functools import lru_cache
from typing import Any

import aiohttp
from rasa.core.actions.action import ActionBotResponse, RemoteAction
from rasa.utils.endpoints import EndpointConfig

from bot.conversation.scope import current

TIMEOUT_SECONDS = 3.0


class ActionEndpoint(EndpointConfig):
    """The action server on loopback, with one connection pool and a short patience."""

    _shared: aiohttp.ClientSession | None = None

    async def request(
        self, method: str = "post", subpath: str | None = None, content_type: str | None = "application/json",
        compress: bool = False, **kwargs: Any,
    ) -> Any:  # fmt: skip
        """Call the action server; any failure is noted in the turn and raised."""
        wanted = (kwargs.get("json") or {}).get("next_action", "?")
        try:
            if self._shared is None or self._shared.closed:
                self._shared = aiohttp.ClientSession()
            async with asyncio.timeout(TIMEOUT_SECONDS):
                async with self._shared.post(self.url, json=kwargs.get("json")) as answer:
                    answer.raise_for_status()
                    return await answer.json()
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError):
            scope = current()
            if scope is not None:
                scope.failed.append(str(wanted))
            raise

    async def close(self) -> None:
        """Give the connections back."""
        if self._shared is not None:
            await self._shared.close()


@lru_cache(maxsize=1)
def _validator() -> Any:
    from jsonschema.validators import validator_for

    schema = RemoteAction.action_response_format_spec()
    return validator_for(schema)(schema)


def _validate(self: RemoteAction, result: dict[str, Any]) -> bool:
    try:
        _validator().validate(result)
    except Exception:
        scope = current()
        if scope is not None:
            scope.failed.append(self.name())
        raise
    return True


def quicken() -> None:
    """Compile the answer's schema once instead of on every call (110 ms of a 138 ms turn). And an utterance of which
    every fitting sentence was said is no error: the reply's other sentences stand, or else a vetted one (`_finish`)."""
    RemoteAction._validate_action_result = _validate
    ActionBotResponse.__init__.__defaults__ = (True,)  # silent_fail
