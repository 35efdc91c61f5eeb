"""Sessions in a signed cookie, so that a restarted door keeps people logged in."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import math
import os
import secrets
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from channels.console.accounts import Account

COOKIE = "zaoan_session"
#: One shift. After it the person logs in again.
LIFETIME = 12 * 3600


@dataclass(frozen=True, slots=True)
class Session:
    """Who is at the keyboard. `csrf` must come back in `X-CSRF-Token` with every command."""

    name: str
    role: str
    csrf: str
    id: str


class Sessions:
    """Makes and reads session tokens; the key stays in a file of the owner's."""

    def __init__(self, key_file: Path, clock: Callable[[], float] = time.time) -> None:
        self._key = _key(key_file)
        self._clock = clock
        self._ended: dict[str, float] = {}

    def _sign(self, kind: str, text: str) -> str:
        return hmac.new(self._key, f"{kind}:{text}".encode(), hashlib.sha256).hexdigest()

    def start(self, account: Account) -> str:
        """A cookie value for an account that has just proven itself."""
        until = int(self._clock()) + LIFETIME
        facts = {"n": account.name, "i": secrets.token_hex(16), "u": until, "p": self._mark(account)}
        payload = base64.urlsafe_b64encode(json.dumps(facts).encode()).decode().rstrip("=")
        return f"{payload}.{self._sign('session', payload)}"

    def read(self, cookie: str | None, find: Callable[[str], Account | None]) -> Session | None:
        """The session of a cookie, or None.

        Name and role come from the accounts file of now: a removed account or a changed
        password ends its sessions.
        """
        payload, _, signature = (cookie or "").partition(".")
        if not hmac.compare_digest(self._sign("session", payload).encode(), signature.encode()):
            return None
        try:
            facts = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
            name, session_id, until, mark = str(facts["n"]), str(facts["i"]), int(facts["u"]), str(facts["p"])
        except (ValueError, KeyError, TypeError, binascii.Error):
            return None
        account = find(name)
        if until < self._clock() or session_id in self._ended or account is None or mark != self._mark(account):
            return None
        return Session(account.name, account.role, self._sign("csrf", session_id), session_id)

    def end(self, session: Session) -> None:
        """Logs out; the cookie is refused from now on."""
        now = self._clock()
        self._ended = {key: at for key, at in self._ended.items() if at > now}
        self._ended[session.id] = now + LIFETIME

    def _mark(self, account: Account) -> str:
        return self._sign("password", account.password_hash)[:16]


def _key(path: Path) -> bytes:
    try:
        key = path.read_bytes()
        if len(key) >= 32:
            return key
        path.unlink()
    except FileNotFoundError:
        pass
    path.parent.mkdir(parents=True, exist_ok=True)
    key = secrets.token_bytes(32)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        out.write(key)
    return key


class Throttle:
    """Slows down guessing: five failures in five minutes for a name or an address, then a wait."""

    MOST, SPAN, MOST_KEYS = 5, 300.0, 10_000

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._failures: dict[str, deque[float]] = {}

    def wait(self, *keys: str) -> int:
        """0, or the seconds until one of the keys may try again."""
        now, longest = self._clock(), 0.0
        for key in keys:
            tries = self._failures.get(key)
            while tries and tries[0] <= now - self.SPAN:
                tries.popleft()
            if tries and len(tries) >= self.MOST:
                longest = max(longest, tries[0] + self.SPAN - now)
        return math.ceil(longest)

    def failed(self, *keys: str) -> None:
        """Notes a failure."""
        if len(self._failures) > self.MOST_KEYS:
            self._failures = {key: tries for key, tries in self._failures.items() if self.wait(key)}
        for key in keys:
            self._failures.setdefault(key, deque(maxlen=self.MOST)).append(self._clock())

    def passed(self, *keys: str) -> None:
        """Forgets the failures of a name that has logged in."""
        for key in keys:
            self._failures.pop(key, None)
