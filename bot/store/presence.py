"""Who is at the desk: who looks at a chat and who writes.

Presence lives in Redis with a short life, so that a closed browser is gone by itself. None of it
is needed for safety: when Redis is away the desk works on without knowing of its neighbours.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from bot.cases.codec import from_dict
from bot.cases.types import JsonDict, Line
from bot.store.keys import DONE_SECONDS
from bot.store.store import Store

PRESENT_SECONDS = 25
"""Browsers say every 8 s that they are there; two lost calls are forgiven."""
WRITER_SECONDS = 20
"""Whoever stopped typing this long ago no longer keeps others from writing."""

_WRITER = """
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then return holder end
redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2])
return ''
"""

_DROP = "if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end return 1"


def _tag(store: Store, shop_id: str) -> str:
    return store.keys(shop_id).tag


def presence_key(store: Store, shop_id: str, chat_id: str) -> str:
    """Hash person → unix time of their last sign of life in this chat. PRESENT_SECONDS."""
    return f"{_tag(store, shop_id)}:present:{chat_id}"


def writer_key(store: Store, shop_id: str, chat_id: str) -> str:
    """String: the person who is writing to the customer. WRITER_SECONDS after the last key press."""
    return f"{_tag(store, shop_id)}:writer:{chat_id}"


async def be_present(store: Store, shop_id: str, chat_id: str, who: str, writing: bool) -> JsonDict:
    """A sign of life; answers who else looks (`others`) and who writes (`writer`, "" for nobody else)."""
    key, now = presence_key(store, shop_id, chat_id), store.clock()
    async with store.guarded():
        await store.redis.hset(key, who, repr(now))
        await store.redis.expire(key, PRESENT_SECONDS)
        rows: dict[str, str] = await store.redis.hgetall(key)
        if writing:
            writer = await store.redis.eval(_WRITER, 1, writer_key(store, shop_id, chat_id), who, WRITER_SECONDS)
        else:
            writer = await store.redis.get(writer_key(store, shop_id, chat_id)) or ""
    others = sorted(name for name, at in rows.items() if name != who and now - float(at) < PRESENT_SECONDS)
    return {"others": others, "writer": "" if writer == who else str(writer)}


async def claim_writing(store: Store, shop_id: str, chat_id: str, who: str, force: bool = False) -> str:
    """ "" if this person may write now, else the name of who is writing. `force` takes the pen."""
    key = writer_key(store, shop_id, chat_id)
    async with store.guarded():
        if force:
            await store.redis.set(key, who, ex=WRITER_SECONDS)
            return ""
        return str(await store.redis.eval(_WRITER, 1, key, who, WRITER_SECONDS))


async def leave(store: Store, shop_id: str, chat_id: str, who: str) -> None:
    """This person looks elsewhere now."""
    async with store.guarded():
        await store.redis.hdel(presence_key(store, shop_id, chat_id), who)
    await drop_pen(store, shop_id, chat_id, who)


async def drop_pen(store: Store, shop_id: str, chat_id: str, who: str) -> None:
    """This person has said what they were writing; a colleague may write now."""
    async with store.guarded():
        await store.redis.eval(_DROP, 1, writer_key(store, shop_id, chat_id), who)


async def last_lines(store: Store, shop_id: str, chat_ids: Sequence[str]) -> dict[str, Line]:
    """The latest line of each chat, in one round trip: the desk's list is read again at every change."""
    keys = store.keys(shop_id)
    async with store.guarded():
        pipe = store.redis.pipeline(transaction=False)
        for chat_id in chat_ids:
            pipe.lindex(keys.lines(chat_id), -1)
        rows = await pipe.execute() if chat_ids else []
    return {chat_id: from_dict(Line, json.loads(row)) for chat_id, row in zip(chat_ids, rows, strict=True) if row}


async def was_done(store: Store, shop_id: str, key: str) -> bool:
    """Whether a person's act with this idempotency key was carried out before."""
    async with store.guarded():
        return bool(await store.redis.exists(store.keys(shop_id).done(key)))


async def set_done(store: Store, shop_id: str, key: str) -> None:
    """Remember that it was. Afterwards, not before: an act lost for good is worse than one written twice."""
    async with store.guarded():
        await store.redis.set(store.keys(shop_id).done(key), json.dumps({"by": "console"}), ex=DONE_SECONDS)
