"""What an interventionist asks the bot to say next, in a chat that the bot has: said once, with its next reply."""

from __future__ import annotations

import json

from bot.cases.types import JsonDict
from bot.store.change import Change
from bot.store.people import named
from bot.store.store import Store

STEER_SECONDS = 1800
"""A wish that found no next reply within half an hour belongs to another moment."""
#: What may be asked for: acts of vetted wording, never free text, which would be a person speaking as the bot.
WISHES: dict[str, str] = {
    "listen": "utter_reflect_feeling",
    "stay": "utter_stay_with",
    "safety": "utter_ask_safety_now",
    "distance": "utter_ask_means_access",
    "companion": "utter_ask_companion",
    "hotline": "utter_refer_hotline",
    "emergency": "utter_refer_emergency",
    "promise": "utter_promise_followup",
}


def steer_key(store: Store, shop_id: str, chat_id: str) -> str:
    """String, JSON {wish, by, at}. STEER_SECONDS."""
    return f"{store.keys(shop_id).tag}:steer:{chat_id}"


async def steer(store: Store, shop_id: str, chat_id: str, wish: str, by: str) -> None:
    """Ask for one of `WISHES` with the bot's next reply; "" takes the wish back."""
    named(by)
    key = steer_key(store, shop_id, chat_id)
    async with store.guarded():
        if wish:
            row = json.dumps({"wish": wish, "by": by, "at": store.clock()}, ensure_ascii=False)
            await store.redis.set(key, row, ex=STEER_SECONDS)
        else:
            await store.redis.delete(key)
    await _tell(store, shop_id, chat_id)


async def wished(store: Store, shop_id: str, chat_id: str) -> JsonDict | None:
    """`{"wish", "by", "at"}`, or None."""
    async with store.guarded():
        row = await store.redis.get(steer_key(store, shop_id, chat_id))
    found: JsonDict | None = json.loads(row) if row else None
    return found


async def fulfilled(store: Store, shop_id: str, chat_id: str) -> None:
    """The bot's reply is on its way: the wish is over."""
    async with store.guarded():
        gone = await store.redis.delete(steer_key(store, shop_id, chat_id))
    if gone:
        await _tell(store, shop_id, chat_id)


async def _tell(store: Store, shop_id: str, chat_id: str) -> None:
    change = Change(store.keys(shop_id))
    change.feed("steer", chat_id=chat_id)
    await store.commit(change)
