"""Tells open pages that something changed."""

from __future__ import annotations

import asyncio
from typing import Any


class Bus:
    """A broadcast to the pages open now. Nothing is kept: a page that reconnects reads anew."""

    def __init__(self) -> None:
        self._listeners: set[asyncio.Queue[dict[str, Any]]] = set()

    def publish(self, kind: str, chat_id: str) -> None:
        """Tells every page; one that does not keep up misses events, not the state."""
        for queue in self._listeners:
            if not queue.full():
                queue.put_nowait({"type": kind, "chat_id": chat_id})

    def join(self) -> asyncio.Queue[dict[str, Any]]:
        """A new listener's queue; give it back with `leave`."""
        queue: asyncio.Queue[dict[str, Any]] = asyncio.Queue(maxsize=256)
        self._listeners.add(queue)
        return queue

    def leave(self, queue: asyncio.Queue[dict[str, Any]]) -> None:
        """Stops listening."""
        self._listeners.discard(queue)
