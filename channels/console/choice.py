"""What a person made of the suggestions: taken as they were, edited, or ignored."""

from __future__ import annotations

import asyncio
from typing import Any

import structlog

from bot.cases.types import JsonDict
from bot.copilot.feedback import quotes
from bot.privacy import mask
from bot.store import Store
from bot.store.errors import StoreError
from bot.store.feedback import note_suggestion
from channels.console.wording import wording_guard

_log = structlog.get_logger("zaoan.console")
_LOOK_BACK = 40


def judge_choice(offered: JsonDict | None, named: Any, sent: str) -> tuple[str, JsonDict] | None:
    """(outcome, the suggestion it is about), or None when nothing was offered.

    `named` is what the screen says the words came from: `{"seq", "index"}`. A card of an earlier
    message counts as edited at best, since it was not offered for this one.
    """
    items = (offered or {}).get("items") or []
    if not items:
        return None
    if isinstance(named, dict) and isinstance(named.get("index"), int) and 0 <= named["index"] < len(items):
        item = items[named["index"]]
        same = named.get("seq") == offered["seq"] and sent.strip() == str(item.get("text", "")).strip()  # type: ignore[index]
        return ("taken" if same else "edited"), item
    return "ignored", items[0]


async def note_choice(
    store: Store, shop_id: str, chat_id: str, offered: JsonDict | None, named: Any, text: str, seq: int, key: str
) -> None:
    """Counts it. The customer has the words already, so a failure here is only logged."""
    found = judge_choice(offered, named, text)
    if found is None or offered is None:
        return
    outcome, item = found
    try:
        chat = await store.chat(shop_id, chat_id)
        kept = "" if outcome == "taken" else await _may_be_kept(store, shop_id, chat_id, text, item, seq)
        await note_suggestion(
            store, shop_id, chat_id, int(offered["seq"]), outcome, item, seq, key,
            offered.get("items") or [], kept, chat.level if chat else 0,
        )  # fmt: skip
    except (StoreError, OSError) as error:
        _log.warning("choice_not_counted", kind=type(error).__name__)


async def _may_be_kept(store: Store, shop_id: str, chat_id: str, text: str, item: JsonDict, seq: int) -> str:
    """A colleague's own words for the trainers, or "" when they hold personal data, quote the customer or could
    never be said by us."""
    words = text.strip()
    # Word lists are read in a thread: they may have changed, and other people's chats must not wait for that.
    if not await asyncio.get_running_loop().run_in_executor(None, _sayable, words):
        return ""
    lines = await store.transcript(shop_id, chat_id, after=max(0, seq - _LOOK_BACK), limit=_LOOK_BACK)
    said = [line.text for line in lines if line.role == "customer"]
    return "" if quotes(words, said, str(item.get("text", ""))) else words


def _sayable(words: str) -> bool:
    return not mask(words).found and wording_guard().wording(words).ok
