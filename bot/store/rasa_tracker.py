"""Rasa's tracker store on Redis, rewritten: a turn costs the same at message 10 and at message 1,000.

The stock store rewrites the whole talk each turn, and the policies walk all of it (2.5 s a turn at
message 200). Here new events are appended, and what is read back is the last few turns: a window that
begins at a turn's edge, before which the slots are set from a snapshot. The talk itself lives in our
transcript; slots carry the state. Use it in endpoints.yml::

    tracker_store:
      type: bot.store.rasa_tracker.ZaoanTrackerStore

An error is an error: Rasa's silent fall-back to an empty tracker in memory, with which the bot would
forget the danger and talk over a human, is switched off for this store (`_errors_reach_the_caller`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import rasa.core.agent
from rasa.core.tracker_store import FailSafeTrackerStore, TrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActiveLoop, ConversationPaused, Event, SlotSet
from rasa.shared.core.trackers import DialogueStateTracker
from redis.exceptions import RedisError

from bot.settings import Settings
from bot.store import fence
from bot.store.connect import LoopClients
from bot.store.errors import StoreError, StoreUnavailable
from bot.store.keys import PREFIX, QUIET_CHAT_SECONDS, rasa_events, rasa_lock_token, rasa_state

WINDOW = 60
"""Events that policies see, about five turns: more than any rule or memoised story looks back."""
LOOK = 160
"""Events read to find a turn's edge even after one very long turn."""
EDGE = '"s":{"slots":'
"""How a row shows that it ends a turn, before it is parsed (see `_rows`)."""
KEPT = 1_000
"""Events kept in Redis; the transcript keeps the talk."""

SAVE = """
local newest = redis.call('GET', KEYS[3])
if ARGV[1] ~= '' and newest and tonumber(newest) > tonumber(ARGV[1]) then return -1 end
if ARGV[2] == 'replace' then redis.call('DEL', KEYS[1]); redis.call('HDEL', KEYS[2], 'n')
elseif (redis.call('HGET', KEYS[2], 'n') or '0') ~= ARGV[2] then return -2 end
for i = 5, #ARGV do redis.call('RPUSH', KEYS[1], ARGV[i]) end
redis.call('LTRIM', KEYS[1], -tonumber(ARGV[3]), -1)
redis.call('EXPIRE', KEYS[1], ARGV[4])
local n = redis.call('HINCRBY', KEYS[2], 'n', #ARGV - 4)
redis.call('EXPIRE', KEYS[2], ARGV[4])
return n
"""


class StaleTracker(StoreError):
    """Another process has written this conversation since the tracker was read; this turn's events are refused."""


class ZaoanTrackerStore(TrackerStore):
    """Append-only events, a bounded window, and no fall-back."""

    def __init__(
        self,
        domain: Domain | None = None,
        host: str | None = None,
        event_broker: Any = None,
        url: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(domain, event_broker, **kwargs)
        configured = url or host
        self._clients = LoopClients(lambda: configured or Settings.from_env().live_redis_url())

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Append what is new since the tracker was read or last saved, all or nothing.

        `StaleTracker` if the lock was lost to another holder meanwhile, `StoreUnavailable` if Redis is away.
        """
        known, fresh = _unsaved(tracker)
        if known is not None and not fresh:
            return
        token = fence.token_of(tracker.sender_id)
        args = ["" if token is None else str(token), "replace" if known is None else str(known), KEPT]
        rows = _rows(fresh, tracker)
        name = tracker.sender_id
        keys = (rasa_events(name), rasa_state(name), rasa_lock_token(name))
        try:
            total = await self._clients.get().eval(SAVE, 3, *keys, *args, QUIET_CHAT_SECONDS, *rows)
        except (RedisError, OSError, TimeoutError) as error:
            raise StoreUnavailable(f"Redis: {type(error).__name__}") from error
        if total < 0:
            raise StaleTracker("the conversation was written by another process")
        _mark(tracker, int(total))
        if self.event_broker is not None:
            await self._stream_new_events(self.event_broker, fresh, tracker.sender_id)

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """The conversation's last turns with its slots, None if there is none."""
        try:
            rows, total = await self._read(sender_id, WINDOW + 1)
            if len(rows) > WINDOW and not _edges(rows, first=1):
                rows, total = await self._read(sender_id, LOOK)
        except (RedisError, OSError, TimeoutError) as error:
            raise StoreUnavailable(f"Redis: {type(error).__name__}") from error
        if not rows:
            return None
        events = _window(rows, self.domain)
        tracker = DialogueStateTracker.from_events(
            sender_id, events, self.domain.slots, self.max_event_history, domain=self.domain
        )
        _mark(tracker, int(total or 0))
        return tracker

    async def _read(self, sender_id: str, count: int) -> tuple[list[str], Any]:
        """The last `count` rows, and how many were ever written."""
        pipe = self._clients.get().pipeline(transaction=True)
        pipe.lrange(rasa_events(sender_id), -count, -1)
        pipe.hget(rasa_state(sender_id), "n")
        rows, total = await pipe.execute()
        return rows, total

    async def exists(self, conversation_id: str) -> bool:
        """Whether the conversation has a tracker."""
        try:
            return bool(await self._clients.get().exists(rasa_events(conversation_id)))
        except (RedisError, OSError, TimeoutError) as error:
            raise StoreUnavailable(f"Redis: {type(error).__name__}") from error

    async def keys(self) -> Iterable[str]:
        """Ids of all conversations, by a scan that does not stop the server. For `rasa export` only."""
        head, tail = f"{PREFIX}:rasa:{{", "}:events"
        return [key[len(head) : -len(tail)] async for key in self._clients.get().scan_iter(f"{head}*{tail}", count=500)]


def _unsaved(tracker: DialogueStateTracker) -> tuple[int | None, list[Event]]:
    """How many events Redis has, and which of the tracker's it has not; (None, all) if that is not known."""
    total, last = getattr(tracker, "zaoan_saved", (None, None))
    if total is None:
        return None, list(tracker.events)
    fresh: list[Event] = []
    for event in reversed(tracker.events):
        if event is last:
            return total, fresh[::-1]
        fresh.append(event)
    return None, list(tracker.events)


def _mark(tracker: DialogueStateTracker, total: int) -> None:
    tracker.zaoan_saved = (total, tracker.events[-1] if tracker.events else None)


def _rows(fresh: list[Event], tracker: DialogueStateTracker) -> list[str]:
    """Events as JSON; the action_listen that ends a turn also carries the state from which the next may start."""
    rows: list[dict[str, Any]] = [{"e": event.as_dict()} for event in fresh]
    if rows and rows[-1]["e"].get("name") == ACTION_LISTEN_NAME:
        changed = {name: slot.value for name, slot in tracker.slots.items() if slot.value != slot.initial_value}
        rows[-1]["s"] = {
            "slots": changed,
            "loop": tracker.active_loop_name,
            "paused": tracker.is_paused(),
        }
    return [json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in rows]


def _edges(rows: list[str], first: int = 0) -> list[int]:
    """Rows that carry a turn's end, from `first` on, the latest turn's left out: a window that began there would
    show none. A quotation mark within a text is escaped, so that no customer's words look like the mark."""
    return [place for place in range(first, len(rows) - 1) if EDGE in rows[place]]


def _window(rows: list[str], domain: Domain) -> list[Event]:
    """The last turns: from the first edge within the window on, or the last edge before it, or everything."""
    start = 0
    if len(rows) > WINDOW:
        edges = _edges(rows)
        inside = [place for place in edges if place >= len(rows) - WINDOW]
        start = inside[0] if inside else edges[-1] if edges else 0
    read = [json.loads(row) for row in rows[start:]]
    events = [event for row in read if (event := Event.from_parameters(row["e"])) is not None]
    if start == 0:
        return events
    return [events[0], *_restored(read[0]["s"], domain), *events[1:]]


def _restored(state: dict[str, Any], domain: Domain) -> list[Event]:
    """What the cut-off part had set, as events, so that every replay of the window sees it too."""
    names = {slot.name for slot in domain.slots}
    restored: list[Event] = [SlotSet(name, value) for name, value in state["slots"].items() if name in names]
    if state.get("loop"):
        restored.append(ActiveLoop(state["loop"]))
    if state.get("paused"):
        restored.append(ConversationPaused())
    return restored


_resolved: dict[str, type[Event]] = {}
_resolve = Event.resolve_by_type


def _resolve_once(type_name: str, default: type[Event] | None = None) -> type[Event] | None:
    """Rasa walks every subclass of Event for every event of every load; the answer never changes."""
    found = _resolved.get(type_name)
    if found is None:
        found = _resolve(type_name, default)
        if found is not None and found.type_name == type_name:
            _resolved[type_name] = found
    return found


def _errors_reach_the_caller(store: TrackerStore) -> TrackerStore:
    """In place of Rasa's wrapper, which answers an error with a new, empty tracker."""
    return store if isinstance(store, ZaoanTrackerStore) else FailSafeTrackerStore(store)


Event.resolve_by_type = staticmethod(_resolve_once)
rasa.core.agent.FailSafeTrackerStore = _errors_reach_the_caller
