"""The custom actions of the stories. Each only leaves a durable record; workers make the calls."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from bot.conversation.record import record
from bot.settings import Settings
from bot.store import Store

DANGER = ("calm", "distress", "ideation", "high", "imminent")
_stores: dict[int, Store] = {}


async def store() -> Store:
    """One store per event loop; opened on first use, so that a late Redis is no failure."""
    loop = id(asyncio.get_running_loop())
    if loop not in _stores:
        _stores[loop] = await Store.from_settings(Settings.from_env())
    return _stores[loop]


def numbers_said(events: list[Mapping[str, Any]]) -> list[str]:
    """Registry ids of the lines named since the customer's last message, newest turn only."""
    found: list[str] = []
    for event in reversed(events):
        if event.get("event") == "user":
            break
        if event.get("event") == "bot":
            found += [str(x) for x in (event.get("metadata") or {}).get("lines") or ()]
    return found


class Recording(Action):
    """Common part: who, how grave, which key."""

    action = ""

    def name(self) -> str:
        """The action's name in the domain."""
        return self.action

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[dict[str, Any]]:
        """Leave the record; an error becomes the server's error and so reaches the brain."""
        shop_id, _, chat_id = tracker.sender_id.partition(":")
        if not chat_id:
            return []  # rasa shell: nobody to call
        danger = tracker.get_slot("danger") or "calm"
        key = f"{self.action}:{(tracker.latest_message or {}).get('message_id') or ''}"
        numbers = await asyncio.to_thread(_numbers, numbers_said(tracker.events))
        await record(await store(), self.action, shop_id, chat_id, DANGER.index(danger), key, numbers)
        return []


def _numbers(ids: list[str]) -> list[str]:
    from pathlib import Path

    from bot.referral import load

    registry = load(Path(__file__).resolve().parents[1] / "data" / "hotlines.yml") if ids else None
    return [registry.line(i).number for i in ids] if registry else []


class Escalate(Recording):
    """Ask a person in."""

    action = "action_escalate"


class Hold(Recording):
    """Ask that the orders be stopped."""

    action = "action_hold"


class Release(Recording):
    """Ask a person whether stopped orders may go on; never releases by itself."""

    action = "action_release"


class Refer(Recording):
    """Note which numbers were given."""

    action = "action_refer"


class FollowUp(Recording):
    """Note the greeting we promised for the morning."""

    action = "action_follow_up"
