"""Messages to be screened and their verdicts as two Redis streams, read by a consumer group.

Any number of consumers share one stream of messages. A verdict is written and its message acknowledged in
one script, in this order, and only while the message is still open: whatever dies in between, no message
is lost and no verdict is written twice. What a dead consumer held goes to the others after `idle` seconds.

Both streams must live on one node; on Redis Cluster their names need the same hash tag.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from redis.exceptions import RedisError, ResponseError

from bot.store.connect import open_redis
from bot.store.errors import StoreError, StoreUnavailable

FIELD = b"message"
"""Field of an entry that holds the message as one JSON line, and of an answer that holds the verdict."""
IDLE = 30.0
"""Seconds after which a message that was handed out and not answered goes to another consumer."""
DELIVERIES = 5
"""A message that was handed out more often than this kills who reads it: it is answered with an error."""
_BLOCK = 1.0

_ANSWER = """
local written = 0
for i = 3, #ARGV, 3 do
  local id = ARGV[i]
  if #redis.call('XPENDING', KEYS[1], ARGV[1], id, id, 1) > 0 then
    redis.call('XADD', KEYS[2], '*', 'of', id, ARGV[i + 1], ARGV[i + 2])
    redis.call('XACK', KEYS[1], ARGV[1], id)
    if ARGV[2] == '1' then redis.call('XDEL', KEYS[1], id) end
    written = written + 1
  end
end
return written
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """A message as it lies in the stream. `raw` is its JSON line; `spent` says that it was handed out too often."""

    id: bytes
    raw: bytes
    spent: bool = False


class ScreeningStream:
    """One consumer's view. Every method may raise `StoreUnavailable`; nothing is lost by trying again."""

    def __init__(
        self, url: str, source: str, target: str, *, group: str, consumer: str, idle: float = IDLE, delete: bool = False
    ) -> None:
        """`delete` removes a message once it is answered: only when no other group reads the stream."""
        self._redis = open_redis(url, timeout=_BLOCK + 4, decode=False)
        self._source, self._target, self._group, self._consumer = source, target, group, consumer
        self._idle, self._delete = idle, delete
        self._answer = self._redis.register_script(_ANSWER)
        self._look_again = 0.0

    async def open(self) -> None:
        """Makes the group if it is not there; it begins with the oldest message of the stream.

        Raises `StoreError` when one of the names is taken by something that is no stream.
        """
        for name in (self._source, self._target):
            kind = await self._guarded(self._redis.type(name))
            if kind not in (b"stream", b"none"):
                raise StoreError(f"{name} is no stream in this Redis")
        try:
            await self._guarded(self._redis.xgroup_create(self._source, self._group, id="0", mkstream=True))
        except ResponseError as error:
            if "BUSYGROUP" not in str(error):
                raise StoreError(f"{self._source}: {error}") from error

    async def take(self, most: int) -> list[Entry]:
        """Up to `most` messages: first what dead consumers left, else new ones; waits a second for the first."""
        try:
            return await self._take(most)
        except ResponseError as error:
            if "NOGROUP" not in str(error):
                raise StoreError(f"{self._source}: {error}") from error
            await self.open()  # somebody emptied the Redis under us
            return []

    async def _take(self, most: int) -> list[Entry]:
        now = time.monotonic()
        if now >= self._look_again:
            left = await self._abandoned(most)
            if left:
                return left
            self._look_again = now + self._idle / 3
        found = await self._guarded(
            self._redis.xreadgroup(
                self._group, self._consumer, {self._source: ">"}, count=most, block=int(_BLOCK * 1000)
            )
        )
        return [Entry(id, fields.get(FIELD, b"")) for _, rows in found or () for id, fields in rows]

    async def _abandoned(self, most: int) -> list[Entry]:
        answer = await self._guarded(
            self._redis.xautoclaim(
                self._source, self._group, self._consumer, min_idle_time=int(self._idle * 1000), count=most
            )
        )
        # an entry that was trimmed from the stream while it was open has no id and no fields any more
        rows = [(id, fields) for id, fields in answer[1] if id is not None and fields is not None]
        found = []
        for id, fields in rows:
            state = await self._guarded(self._redis.xpending_range(self._source, self._group, id, id, 1))
            spent = bool(state) and state[0]["times_delivered"] > DELIVERIES
            found.append(Entry(id, fields.get(FIELD, b""), spent))
        return found

    async def put(self, answers: list[tuple[Entry, bytes | str]]) -> int:
        """Writes a verdict (bytes) or what is wrong (str) for each entry and closes it; how many were still open."""
        arguments: list[Any] = [self._group, int(self._delete)]
        for entry, answer in answers:
            arguments += [entry.id, FIELD if isinstance(answer, bytes) else b"error", answer]
        if not answers:
            return 0
        return int(await self._guarded(self._answer(keys=[self._source, self._target], args=arguments)))

    async def close(self) -> None:
        """Leaves the group if nothing is open here any more, and closes the connection."""
        try:
            mine = await self._redis.xpending_range(self._source, self._group, "-", "+", 1, consumername=self._consumer)
            if not mine:
                await self._redis.xgroup_delconsumer(self._source, self._group, self._consumer)
        except (RedisError, OSError, TimeoutError):
            pass  # its name stays in the group; others take over what it held
        await self._redis.close()

    async def _guarded(self, call: Any) -> Any:
        try:
            return await call
        except ResponseError:
            raise
        except (RedisError, OSError, TimeoutError) as error:
            raise StoreUnavailable(f"Redis: {type(error).__name__}") from error
