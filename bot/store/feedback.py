"""What became of suggestions, and the merchant's own phrases: what trainers work with.

The stream holds our own words and pointers, never the customer's. It leaves by age
(`feedback_days` of data/retention.yml), and with a person who is removed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any

from bot.cases.types import JsonDict
from bot.store.errors import NotFound
from bot.store.keys import DONE_SECONDS
from bot.store.store import Store

FEEDBACK_LENGTH = 10_000
OUTCOMES = ("taken", "edited", "ignored")
MOST_PHRASES = 500


def _tag(store: Store, shop_id: str) -> str:
    return store.keys(shop_id).tag


def counts_key(store: Store, shop_id: str) -> str:
    """Hash "strategy|outcome" → how often. No expiry; holds no words and no names."""
    return f"{_tag(store, shop_id)}:suggestion-counts"


def feedback_key(store: Store, shop_id: str) -> str:
    """Stream of what became of suggestions, one entry a message sent. About FEEDBACK_LENGTH entries, and by age."""
    return f"{_tag(store, shop_id)}:suggestion-feedback"


def phrases_key(store: Store, shop_id: str) -> str:
    """Hash phrase id → JSON of the merchant's approved phrases. No expiry: people remove them."""
    return f"{_tag(store, shop_id)}:phrases"


def decisions_key(store: Store, shop_id: str) -> str:
    """Hash proposal id → JSON {state, by, at}: what trainers decided. No expiry; holds no words."""
    return f"{_tag(store, shop_id)}:proposal-decisions"


async def note_suggestion(
    store: Store,
    shop_id: str,
    chat_id: str,
    seq: int,
    outcome: str,
    item: JsonDict,
    sent_seq: int,
    key: str,
    shown: Sequence[JsonDict] = (),
    sent: str = "",
    level: int = 0,
) -> None:
    """What became of the suggestions for customer message `seq`; once per idempotency key.

    `shown` are all cards that were on the screen; `sent` is what the person wrote instead of or from `item`,
    "" when it was taken as it was or must not be kept.
    """
    strategy = str(item.get("strategy", ""))
    async with store.guarded():
        if not await store.redis.set(store.keys(shop_id).done(f"feedback:{key}"), "1", nx=True, ex=DONE_SECONDS):
            return
        await store.redis.hincrby(counts_key(store, shop_id), f"{strategy}|{outcome}", 1)
        cards = [{name: str(one.get(name, "")) for name in ("text", "strategy", "action")} for one in shown]
        await store.redis.xadd(
            feedback_key(store, shop_id),
            {"chat_id": chat_id, "seq": seq, "sent_seq": sent_seq, "outcome": outcome, "strategy": strategy,
             "action": str(item.get("action", "")), "text": str(item.get("text", "")), "sent": sent, "level": level,
             "at": repr(store.clock()), "shown": json.dumps(cards, ensure_ascii=False)},
            maxlen=FEEDBACK_LENGTH, approximate=True,
        )  # fmt: skip


async def feedback(store: Store, shop_id: str, limit: int = FEEDBACK_LENGTH) -> list[dict[str, Any]]:
    """Entries, newest first, as `bot.copilot.feedback` reads them."""
    async with store.guarded():
        rows = await store.redis.xrevrange(feedback_key(store, shop_id), count=limit)
    return [
        {**row, "level": int(row.get("level") or 0), "at": float(row.get("at") or 0),
         "shown": json.loads(row.get("shown") or "[]")}
        for _, row in rows
    ]  # fmt: skip


async def suggestion_counts(store: Store, shop_id: str) -> list[JsonDict]:
    """`{"strategy", "taken", "edited", "ignored"}` for each strategy ever offered."""
    async with store.guarded():
        rows: dict[str, str] = await store.redis.hgetall(counts_key(store, shop_id))
    found: dict[str, dict[str, Any]] = {}
    for name, count in rows.items():
        strategy, _, outcome = name.rpartition("|")
        row = found.setdefault(strategy, {"strategy": strategy, **dict.fromkeys(OUTCOMES, 0)})
        if outcome in OUTCOMES:
            row[outcome] = int(count)
    return sorted(found.values(), key=lambda row: -sum(row[name] for name in OUTCOMES))


async def decide_proposal(store: Store, shop_id: str, proposal_id: str, state: str, by: str) -> None:
    """A trainer took a proposal up or set it aside; the last word stands."""
    async with store.guarded():
        row = json.dumps({"state": state, "by": by, "at": store.clock()}, ensure_ascii=False)
        await store.redis.hset(decisions_key(store, shop_id), proposal_id, row)


async def decisions(store: Store, shop_id: str) -> dict[str, dict[str, Any]]:
    """Proposal id → {state, by, at}."""
    async with store.guarded():
        rows: dict[str, str] = await store.redis.hgetall(decisions_key(store, shop_id))
    return {name: json.loads(row) for name, row in rows.items()}


# The merchant's own phrases
async def put_phrase(
    store: Store, shop_id: str, text: str, kind: str, strategy: str, when: Sequence[str], by: str
) -> JsonDict:
    """Keep a phrase; the same words replace what was kept of them. Who and when stand with it."""
    name = hashlib.sha256(text.encode()).hexdigest()[:12]
    row = {"id": name, "text": text, "kind": kind, "strategy": strategy, "when": list(when), "by": by,
           "at": store.clock()}  # fmt: skip
    async with store.guarded():
        await store.redis.hset(phrases_key(store, shop_id), name, json.dumps(row, ensure_ascii=False))
    return row


async def remove_phrase(store: Store, shop_id: str, phrase_id: str) -> None:
    """Take a phrase out of use; `NotFound` if there is none."""
    async with store.guarded():
        if not await store.redis.hdel(phrases_key(store, shop_id), phrase_id):
            raise NotFound(f"no phrase {phrase_id}")


async def phrase_rows(store: Store, shop_id: str) -> list[JsonDict]:
    """`{"id", "text", "kind", "strategy", "when": [...], "by", "at"}`, the oldest first."""
    async with store.guarded():
        rows = await store.redis.hvals(phrases_key(store, shop_id))
    return sorted((json.loads(row) for row in rows), key=lambda row: (row["at"], row["id"]))
