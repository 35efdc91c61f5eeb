"""Work in lanes: one at a time within a lane, in order; many lanes at once; nothing lost with a dead worker.

A lane is a list of item ids. The sorted set of lanes says when the head of each may be taken next.
Taking it leases the lane under a fencing token of the taker's own; whoever holds another one can neither
finish nor put back, and who did not hear the answer asks again under the same. A worker
that is killed simply stops renewing, and its lane is handed out again.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from bot.store.base import StoreBase
from bot.store.change import Change
from bot.store.errors import StoreUnavailable
from bot.store.keys import SHOPS, Keys

TAKE = """
if redis.call('HGET', KEYS[4], ARGV[1]) == ARGV[4] then
  local mine = redis.call('LINDEX', KEYS[2], 0)
  return {mine, redis.call('HGET', KEYS[3], mine), redis.call('HGET', KEYS[5], mine)}
end
local due = redis.call('ZSCORE', KEYS[1], ARGV[1])
if not due or tonumber(due) > tonumber(ARGV[2]) then return false end
local id = redis.call('LINDEX', KEYS[2], 0)
if not id then redis.call('ZREM', KEYS[1], ARGV[1]); redis.call('HDEL', KEYS[4], ARGV[1]); return false end
local item = redis.call('HGET', KEYS[3], id)
if not item then redis.call('LPOP', KEYS[2]); return false end
redis.call('ZADD', KEYS[1], ARGV[3], ARGV[1])
redis.call('HSET', KEYS[4], ARGV[1], ARGV[4])
return {id, item, redis.call('HINCRBY', KEYS[5], id, 1)}
"""

RENEW = """
if redis.call('HGET', KEYS[2], ARGV[1]) ~= ARGV[2] then return 0 end
redis.call('ZADD', KEYS[1], 'XX', ARGV[3], ARGV[1])
return 1
"""


@dataclass(frozen=True, slots=True)
class Taken:
    """The head of a lane, leased. `tries` counts how often it was handed out, this time included."""

    shop_id: str
    work: str
    lane: str
    item_id: str
    item: dict[str, Any]
    token: int
    tries: int


class Lanes(StoreBase):
    """Taking, renewing, finishing and putting back of leased work."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._take = self.redis.register_script(TAKE)
        self._renew = self.redis.register_script(RENEW)
        self._seen: list[str] = []

    async def due_everywhere(self, work: str, limit: int = 50) -> list[tuple[str, str]]:
        """`due_lanes` of all shops. In one call: who waits for work looks often, and new shops are rare."""
        seen = self._seen
        async with self.guarded():
            pipe = self.redis.pipeline(transaction=False)
            pipe.smembers(SHOPS)
            for shop_id in seen:
                pipe.zrangebyscore(self.keys(shop_id).lanes(work), "-inf", self.clock(), start=0, num=limit)
            found, *rows = await pipe.execute()
        due = {shop_id: lanes for shop_id, lanes in zip(seen, rows, strict=True) if shop_id in found}
        for shop_id, lane in await self.due_lanes(work, found - due.keys(), limit):
            due.setdefault(shop_id, []).append(lane)
        self._seen = sorted(found)
        return [(shop_id, lane) for shop_id in self._seen for lane in due.get(shop_id, ())]

    async def due_lanes(self, work: str, shops: Iterable[str], limit: int = 50) -> list[tuple[str, str]]:
        """(shop, lane) pairs whose head may be taken now, the longest waiting of each shop first."""
        shops = list(shops)
        async with self.guarded():
            pipe = self.redis.pipeline(transaction=False)
            for shop_id in shops:
                pipe.zrangebyscore(self.keys(shop_id).lanes(work), "-inf", self.clock(), start=0, num=limit)
            rows = await pipe.execute() if shops else []
        return [(shop_id, lane) for shop_id, lanes in zip(shops, rows, strict=True) for lane in lanes]

    async def take(self, work: str, shop_id: str, lane: str, lease: float) -> Taken | None:
        """Lease the head of a lane for `lease` seconds; None if another was faster or nothing is there."""
        keys, now, token = self.keys(shop_id), self.clock(), secrets.randbits(53)
        args = [lane, repr(now), repr(now + lease), str(token)]
        try:
            async with self.guarded():
                found = await self._take(keys=self._lane_keys(keys, work, lane), args=args)
        except StoreUnavailable:
            # It may be ours and we did not hear it: nobody could take it before the lease is over.
            async with self.guarded():
                found = await self._take(keys=self._lane_keys(keys, work, lane), args=args)
        if not found:
            return None
        item_id, item, tries = found
        return Taken(shop_id, work, lane, item_id, json.loads(item), token, int(tries))

    async def renew(self, taken: Taken, lease: float) -> bool:
        """Keep a lease for `lease` seconds from now; False if it was lost."""
        keys = self.keys(taken.shop_id)
        async with self.guarded():
            done = await self._renew(
                keys=[keys.lanes(taken.work), keys.leases(taken.work)],
                args=[taken.lane, str(taken.token), repr(self.clock() + lease)],
            )
        return bool(done)

    def finish(self, change: Change, taken: Taken) -> None:
        """Take the item off its lane in this change, provided that the lease still stands."""
        keys, work = change.keys, taken.work
        self._holds(change, taken)
        change.do("LPOP", keys.lane(work, taken.lane))
        change.do("HDEL", keys.items(work), taken.item_id)
        change.do("HDEL", keys.tries(work), taken.item_id)
        change.do("HDEL", keys.leases(work), taken.lane)
        change.do("ZADD", keys.lanes(work), self.clock(), taken.lane)

    def put_back(self, change: Change, taken: Taken, due_at: float) -> None:
        """Leave the item at the head of its lane, to be taken again at `due_at`."""
        self._holds(change, taken)
        change.do("HDEL", change.keys.leases(taken.work), taken.lane)
        change.do("ZADD", change.keys.lanes(taken.work), due_at, taken.lane)

    def _holds(self, change: Change, taken: Taken) -> None:
        change.expect_field(change.keys.leases(taken.work), taken.lane, str(taken.token), "lease")
        change.expect_head(change.keys.lane(taken.work, taken.lane), taken.item_id, "lease")

    def _lane_keys(self, keys: Keys, work: str, lane: str) -> list[str]:
        return [keys.lanes(work), keys.lane(work, lane), keys.items(work), keys.leases(work), keys.tries(work)]
