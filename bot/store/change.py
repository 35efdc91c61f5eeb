"""One atomic change of a shop: conditions that must still hold, then writes, then a wake-up call.

The rules of the house are pure Python (`bot.cases`); Redis is asked to store their outcome only if
nothing they were decided on has changed meanwhile. One script does it for every kind of change, so
there is one place where "all or nothing" is proved. If a condition fails nothing is written and
:class:`Conflict` says which one.
"""

from __future__ import annotations

import json
from typing import Any

from bot.store.keys import DAY, FEED_LENGTH, WAKE, Keys

SCRIPT = """
local checks = cjson.decode(ARGV[1])
for _, c in ipairs(checks) do
  local key = KEYS[c[2]]
  local found
  if c[1] == 'hget' then found = redis.call('HGET', key, c[3])
  elseif c[1] == 'hlen' then found = tostring(redis.call('HLEN', key))
  elseif c[1] == 'head' then found = redis.call('LINDEX', key, 0)
  else found = redis.call('EXISTS', key) == 1 and '1' end
  if not found then found = '' end
  if found ~= c[4] then return {0, c[5]} end
end
local ops = cjson.decode(ARGV[2])
for _, o in ipairs(ops) do
  redis.call(o[1], KEYS[o[2]], unpack(o, 3))
end
if ARGV[3] ~= '' then redis.call('PUBLISH', ARGV[3], ARGV[4]) end
return {1, ''}
"""


class Conflict(Exception):
    """A condition no longer held; `which` is its name. The caller reads again and decides anew."""

    def __init__(self, which: str) -> None:
        super().__init__(which)
        self.which = which


class Change:
    """Conditions and writes, gathered while a decision is made, sent as one script."""

    def __init__(self, keys: Keys) -> None:
        self.keys = keys
        self._index: dict[str, int] = {}
        self._checks: list[list[Any]] = []
        self._ops: list[list[Any]] = []

    def _key(self, key: str) -> int:
        return self._index.setdefault(key, len(self._index) + 1)

    # Conditions
    def expect_version(self, key: str, version: int, name: str) -> None:
        """The document at `key` still has this version (0: it does not exist)."""
        self.expect_field(key, "v", str(version) if version else "", name)

    def expect_field(self, key: str, field: str, value: str, name: str) -> None:
        """The hash field still has this value ("" means: absent)."""
        self._checks.append(["hget", self._key(key), field, value, name])

    def expect_hash(self, key: str, rows: dict[str, str]) -> None:
        """The hash still holds exactly these rows."""
        self._checks.append(["hlen", self._key(key), "", str(len(rows)), key])
        for field, value in rows.items():
            self.expect_field(key, field, value, key)

    def expect_absent(self, key: str, name: str) -> None:
        """The key does not exist."""
        self._checks.append(["exists", self._key(key), "", "", name])

    def expect_head(self, key: str, value: str, name: str) -> None:
        """The list's first element is this one ("" means: empty)."""
        self._checks.append(["head", self._key(key), "", value, name])

    # Writes
    def do(self, command: str, key: str, *args: str | int | float) -> None:
        """One Redis command on one key."""
        self._ops.append([command, self._key(key), *(_text(arg) for arg in args)])

    def document(self, key: str, version: int, data: dict[str, Any], name: str) -> None:
        """Replace a versioned document, provided that it still has `version`."""
        self.expect_version(key, version, name)
        self.do("HSET", key, "v", version + 1, "d", dumps(data))

    def feed(self, kind: str, /, **fields: str | int | float | None) -> None:
        """Tell the consoles. Pointers only, never the customer's words."""
        flat: list[str] = ["type", kind]
        for name, value in fields.items():
            if value is not None:
                flat += [name, _text(value)]
        self.do("XADD", self.keys.feed(), "MAXLEN", "~", FEED_LENGTH, "*", *flat)

    def timer(self, timer_id: str, kind: str, due_at: float, data: dict[str, Any], keep: bool = False) -> None:
        """Set or move a timer; with `keep` one that is set already stays as it is."""
        row = dumps({"kind": kind, "due_at": due_at, "data": data})
        self.do("ZADD", self.keys.timers(), *(("NX",) if keep else ()), due_at, timer_id)
        self.do("HSETNX" if keep else "HSET", self.keys.timer_data(), timer_id, row)

    def no_timer(self, timer_id: str) -> None:
        """Take a timer away, if there is one."""
        self.do("ZREM", self.keys.timers(), timer_id)
        self.do("HDEL", self.keys.timer_data(), timer_id)

    def queue(self, work: str, lane: str, item_id: str, item: dict[str, Any], now: float) -> None:
        """Append an item to a lane of work; `NX` keeps the place and the lease of a lane that is busy."""
        self.do("RPUSH", self.keys.lane(work, lane), item_id)
        self.do("HSET", self.keys.items(work), item_id, dumps(item))
        self.do("ZADD", self.keys.lanes(work), "NX", now, lane)

    def remember(self, key: str, value: dict[str, Any], seconds: int = DAY) -> None:
        """Store an answer under a key that will be looked at again."""
        self.do("SET", key, dumps(value), "EX", seconds)

    def arguments(self) -> tuple[list[str], list[str]]:
        """KEYS and ARGV of the script."""
        # A change without keys still needs one, so that a cluster knows where to send it.
        keys = list(self._index) or [self.keys.feed()]
        return keys, [dumps(self._checks), dumps(self._ops), WAKE, self.keys.shop_id]

    def __bool__(self) -> bool:
        return bool(self._ops)


def dumps(value: Any) -> str:
    """Compact JSON with Chinese left readable."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _text(value: str | int | float) -> str:
    # repr keeps every digit of a time; str would too, but bool must not slip in as "True".
    return value if isinstance(value, str) else repr(float(value)) if isinstance(value, float) else str(int(value))
