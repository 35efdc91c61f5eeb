"""How fast one shop may knock."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rate:
    """A steady rate with room for bursts, for each shop and each door process."""

    per_second: float = 200.0
    burst: int = 400


class Limiter:
    """A token bucket for each shop. Only proven shops get one, so forgers cannot fill the memory."""

    def __init__(self, rate: Rate, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate, self._clock = rate, clock
        self._buckets: dict[str, tuple[float, float]] = {}

    def wait(self, shop_id: str) -> int:
        """0 when the call may pass, else whole seconds for `Retry-After`."""
        now = self._clock()
        tokens, at = self._buckets.get(shop_id, (float(self._rate.burst), now))
        tokens = min(float(self._rate.burst), tokens + (now - at) * self._rate.per_second)
        passes = tokens >= 1
        self._buckets[shop_id] = (tokens - 1 if passes else tokens, now)
        return 0 if passes else max(1, math.ceil((1 - tokens) / self._rate.per_second))
