"""The signature both directions share: webhooks in, connector calls out.

`X-Zaoan-Signature: sha256=HMAC_SHA256(secret, "{timestamp}.{raw body}")`, hexadecimal,
with `X-Zaoan-Timestamp` in unix seconds. Pure: no web server, no clock of its own.
A test vector for other languages stands in docs/guide/webhook.md.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable

TIMESTAMP_HEADER = "X-Zaoan-Timestamp"
SIGNATURE_HEADER = "X-Zaoan-Signature"
DELIVERY_HEADER = "X-Zaoan-Delivery"
IDEMPOTENCY_HEADER = "Idempotency-Key"

#: Seconds a signed request stays valid, before and after its timestamp.
REPLAY_WINDOW = 300

_TIMESTAMP = re.compile(r"[0-9]{1,12}")
_SIGNATURE = re.compile(r"sha256=[0-9a-fA-F]{64}")


class SignatureError(Exception):
    """A request that cannot be trusted.

    `reason` is for our own log. The caller is told the same in every case, so that
    nobody learns from the answer whether a shop exists or which part was wrong.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def sign(secret: str, timestamp: int, body: bytes) -> str:
    """The value of `X-Zaoan-Signature` for a body sent at `timestamp` (unix seconds)."""
    message = str(timestamp).encode() + b"." + body
    return "sha256=" + hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()


def signed_headers(secret: str, timestamp: int, body: bytes) -> dict[str, str]:
    """The two headers that make a request trusted."""
    return {TIMESTAMP_HEADER: str(timestamp), SIGNATURE_HEADER: sign(secret, timestamp, body)}


def check_time(timestamp: str, now: float, window: int = REPLAY_WINDOW) -> int:
    """The timestamp as a number; raises `SignatureError` when malformed or outside the window."""
    if not _TIMESTAMP.fullmatch(timestamp):
        raise SignatureError("timestamp malformed")
    value = int(timestamp)
    if abs(now - value) > window:
        raise SignatureError("timestamp outside the window")
    return value


def verify(
    secrets: Iterable[str],
    timestamp: str,
    signature: str,
    body: bytes,
    now: float,
    window: int = REPLAY_WINDOW,
) -> None:
    """Raises `SignatureError` unless one of the secrets signed this body within the window.

    Several secrets let a shop change its secret without losing a message. Every one is
    tried and compared in constant time, whether or not an earlier one fitted.
    """
    stamp = check_time(timestamp, now, window)
    if not _SIGNATURE.fullmatch(signature):
        raise SignatureError("signature malformed")
    given = signature.lower()
    fits = False
    for secret in secrets:
        fits |= hmac.compare_digest(sign(secret, stamp, body), given)
    if not fits:
        raise SignatureError("signature does not fit")
