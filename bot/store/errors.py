"""What can go wrong in the store; each error knows whether trying again can help."""

from __future__ import annotations


class StoreError(Exception):
    """Base. `retryable`: the same call may work a moment later."""

    retryable = False


class StoreUnavailable(StoreError):
    """Redis cannot be reached, or too many writers meet: nothing is known to be stored."""

    retryable = True


class StaleTalk(StoreError):
    """Another message of the chat was read in between: read again with the new state."""

    retryable = True


class NotFound(StoreError):
    """There is no such chat, case, order or alert."""


class NotAllowed(StoreError):
    """The policy refuses it (for example: the bot may not release a hold at level 3). The text is for people."""
