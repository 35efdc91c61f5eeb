"""The merchant's overview: numbers without a customer's word or name in them."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import date
from typing import Any

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse
from sanic.response import json as answer_json

from bot.cases.types import Case, Hold
from bot.referral.registry import load as load_registry
from bot.store import Store
from bot.store.feedback import suggestion_counts
from channels.console.api import shop_of
from channels.console.guard import needs
from channels.console.sessions import Session
from channels.console.wording import HOTLINES
from channels.door import door_of

overview = Blueprint("console_overview", url_prefix="/api/console")
_MOST_CHATS, _MOST_CASES, _MOST_LINES, _MOST_STEPS = 500, 200, 400, 1000


@overview.get("/overview/<shop_id:str>")
@needs("see")
async def one_shop(request: Request, shop_id: str, who: Session) -> HTTPResponse:
    """Levels over time, time to the first human word, holds, endings, suggestions, age of the hotlines.

    From the most dangerous 500 chats and their cases: the store keeps no longer record by time yet.
    """
    shop, door = shop_of(request, shop_id), door_of(request)
    store = await door.store()
    chats = await store.chats(shop.id, limit=_MOST_CHATS)
    case_ids = list(dict.fromkeys(chat.case_id for chat in chats if chat.case_id))[:_MOST_CASES]
    found = await asyncio.gather(*(store.case(shop.id, case_id) for case_id in case_ids))
    cases = [case for case in found if case is not None]
    steps = sorted((step.at, step.level) for case in cases for step in case.history)
    waits = await asyncio.gather(*(_first_word(store, shop.id, case) for case in cases))
    registry = await asyncio.get_running_loop().run_in_executor(None, load_registry, HOTLINES)
    today, time_of = date.today(), door.views.time
    checked = [(today - line.last_verified).days for line in registry.lines if line.status == "active"]
    return answer_json(
        {
            "now": door.views.time(store.clock()),
            "chats_by_level": [sum(chat.level == level for chat in chats) for level in range(5)],
            "steps": [{"at": time_of(at), "level": level} for at, level in steps[-_MOST_STEPS:]],
            "first_word_seconds": [round(wait, 1) for _, wait in waits if wait is not None],
            "first_words": [
                {"at": time_of(at), "seconds": round(wait, 1)}
                for at, wait in sorted((at, wait) for at, wait in waits if wait is not None)
            ],
            "no_word_yet": sum(wait is None for _, wait in waits),
            "holds": dict(Counter(hold.state for case in cases for hold in case.holds)),
            "hold_steps": [
                {"at": time_of(hold.requested_at), "until": time_of(_ended(hold)), "state": hold.state}
                for case in cases
                for hold in case.holds
            ][-_MOST_STEPS:],
            "false_alarms": _false_alarms(cases),
            "dispositions": dict(Counter(case.disposition for case in cases if case.status == "closed")),
            "suggestions": await suggestion_counts(store, shop.id),
            "hotlines": {
                "active": len(checked),
                "stale": len(registry.stale(today)),
                "oldest_days": max(checked, default=0),
                "max_age_days": registry.max_age_days,
                "ages": sorted(checked),
            },
        },
        headers={"Cache-Control": "no-store"},
    )


def _ended(hold: Hold) -> float:
    """When a hold was over; 0 while it lasts."""
    return hold.changed_at if hold.state in ("released", "expired", "too_late") else 0.0


def _false_alarms(cases: list[Case]) -> dict[str, Any]:
    """What the reading's mistakes cost: cases that a person closed as a false alarm, and their holds."""
    wrong = [case for case in cases if case.status == "closed" and case.disposition == "false_alarm"]
    released = [hold for case in wrong for hold in case.holds if hold.state == "released"]
    return {
        "cases": len(wrong),
        "holds": sum(len(case.holds) for case in wrong),
        "released": len(released),
        "minutes": [round((hold.changed_at - hold.requested_at) / 60, 1) for hold in released],
    }


async def _first_word(store: Store, shop_id: str, case: Case) -> tuple[float, float | None]:
    """(when danger was first read, seconds from then to the first line that a person wrote or None)."""
    raised = next((step for step in case.history if step.level >= 2 and step.chat_id), None)
    if raised is None:
        return 0.0, None
    times: list[Any] = []
    for chat_id in case.chats:
        after = raised.seq if chat_id == raised.chat_id else 0
        lines = await store.transcript(shop_id, chat_id, after=after, limit=_MOST_LINES)
        times += [line.at - raised.at for line in lines if line.role == "agent" and line.at >= raised.at]
    return raised.at, min(times, default=None)
