"""Bad days on demand: a platform that is slow, fails, repeats itself or drops answers."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from channels.schema import BodyError

_LIMITS = {"slow_ms": 60_000, "fail_next": 1_000_000, "drop_next": 1_000_000}


@dataclass(slots=True)
class Faults:
    """What is switched on now. Counters go down as calls meet them."""

    #: Every connector answer comes this much later.
    slow_ms: int = 0
    #: The next n connector calls are refused with `fail_status`, nothing done.
    fail_next: int = 0
    fail_status: int = 503
    #: The next n connector calls are carried out, but the connection closes without an answer.
    drop_next: int = 0
    #: Every webhook is sent twice with the same delivery id.
    answer_twice: bool = False

    def set(self, wish: dict[str, Any]) -> None:
        """Changes the named switches only; raises `BodyError`."""
        for key, value in wish.items():
            if key in _LIMITS:
                if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _LIMITS[key]:
                    raise BodyError(key, f"must be a whole number from 0 to {_LIMITS[key]}")
            elif key == "fail_status":
                if value not in (500, 502, 503, 504, 429):
                    raise BodyError(key, "must be 429, 500, 502, 503 or 504")
            elif key == "answer_twice":
                if not isinstance(value, bool):
                    raise BodyError(key, "must be true or false")
            else:
                raise BodyError(key, "is no switch; known: slow_ms, fail_next, fail_status, drop_next, answer_twice")
            setattr(self, key, value)

    def take(self, name: str) -> bool:
        """Uses up one of `fail_next` or `drop_next`; False when none is left."""
        left = int(getattr(self, name))
        if left <= 0:
            return False
        setattr(self, name, left - 1)
        return True

    def to_dict(self) -> dict[str, Any]:
        """The switches as they stand."""
        return asdict(self)
