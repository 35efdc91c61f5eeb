"""The fencing token under which this task works on a conversation: set by the lock, checked by the tracker store."""

from __future__ import annotations

from contextvars import ContextVar

_held: ContextVar[dict[str, int] | None] = ContextVar("zaoan_fence", default=None)


def hold(conversation_id: str, token: int) -> None:
    """From now on this task writes the conversation's tracker under `token`."""
    _held.set({**(_held.get() or {}), conversation_id: token})


def drop(conversation_id: str) -> None:
    """The lock was given back."""
    _held.set({key: value for key, value in (_held.get() or {}).items() if key != conversation_id})


def token_of(conversation_id: str) -> int | None:
    """The token held now, None without a lock."""
    return (_held.get() or {}).get(conversation_id)
