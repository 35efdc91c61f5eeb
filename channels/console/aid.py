"""What helps at the keyboard: vetted phrases to search, lines to give this customer, who else is here."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse
from sanic.response import json as answer_json

from bot.conversation.guard import Guard
from bot.copilot import Candidate, Moment, fits
from bot.referral.registry import Line
from bot.store.feedback import phrase_rows
from bot.store.presence import be_present, leave
from channels.console.api import shop_of
from channels.console.guard import needs, refuse
from channels.console.sessions import Session
from channels.console.wording import read_wording
from channels.door import door_of
from channels.schema import id_of, load

aid = Blueprint("console_aid", url_prefix="/api/console")
_NO_STORE = {"Cache-Control": "no-store"}


@aid.get("/library")
@needs("see")
async def library(request: Request, who: Session) -> HTTPResponse:
    """Vetted phrases that may be said at `?level=`, with those of `?shop=` first; the screen searches among them."""
    level = request.args.get("level", "0")
    if level not in ("0", "1", "2", "3", "4"):
        return refuse(400, "level: must be 0 to 4")
    loaded = await asyncio.get_running_loop().run_in_executor(None, read_wording)
    rows = loaded.phrases[min(int(level), 2)]
    if shop_id := request.args.get("shop"):
        own = await phrase_rows(await door_of(request).store(), shop_of(request, shop_id).id)
        rows = [*shop_phrases(own, int(level), loaded.guard), *rows]
    return answer_json({"phrases": rows}, headers=_NO_STORE)


def shop_phrases(own: list[dict[str, Any]], level: int, guard: Guard) -> list[dict[str, Any]]:
    """The merchant's own that may be said at a level, in the shape of the library."""
    found = []
    for row in own:
        one = Candidate(row["text"], row["strategy"], f"phrase:{row['id']}", "shop", row["kind"])
        if fits(one, Moment(level)) and guard.judge(one.text, level).ok:
            found.append({"text": one.text, "action": one.action, "strategy": one.strategy, "who": [], "age": []})
    return found


def _line(line: Line, given: bool, at: datetime) -> dict[str, Any]:
    return {
        "id": line.id, "number": line.number, "name": line.name, "operator": line.operator, "kind": line.kind,
        "hours": line.hours_text, "open": line.reachable(at), "if_no_answer": line.if_no_answer,
        "confidence": line.confidence, "last_verified": line.last_verified.isoformat(), "given": given,
    }  # fmt: skip


@aid.get("/chats/<shop_id:str>/<chat_id:str>/hotlines")
@needs("see")
async def hotlines(request: Request, shop_id: str, chat_id: str, who: Session) -> HTTPResponse:
    """Lines for this customer now: emergency first from level 3 on, then by region, age and hour."""
    shop, door = shop_of(request, shop_id), door_of(request)
    store = await door.store()
    chat = await store.chat(shop.id, id_of({"chat": chat_id}, "", "chat"))
    if chat is None:
        return refuse(404, "no such chat")
    loaded = await asyncio.get_running_loop().run_in_executor(None, read_wording)
    case = await store.case_of_chat(shop.id, chat_id)
    given = set(case.referrals if case else ())
    at = datetime.fromtimestamp(store.clock(), ZoneInfo(door.settings.timezone))
    age = "teen" if "minor" in (chat.talk.get("seen") or {}) else None
    # numbers are for where the person in danger is (bot/conversation/places.py)
    theirs = chat.memory.get("their_region") if chat.talk.get("third_party") else None
    region = str(theirs or chat.memory.get("region") or "") or None
    chosen = loaded.registry.choose(
        region, at, age, min(chat.level, 3), 3, (), "family" if chat.talk.get("third_party") else None
    )
    if chat.level >= 3:
        chosen = (*loaded.registry.emergency(region), *chosen)
    rows = [_line(line, line.id in given, at) for line in dict.fromkeys(chosen)]
    return answer_json({"lines": rows}, headers=_NO_STORE)


@aid.post("/chats/<shop_id:str>/<chat_id:str>/presence")
@needs("see")
async def presence(request: Request, shop_id: str, chat_id: str, who: Session) -> HTTPResponse:
    """`{"writing", "leaving"}`: a sign of life; who else looks, and who else writes."""
    shop, data = shop_of(request, shop_id), load(request.body)
    store = await door_of(request).store()
    chat_id = id_of({"chat": chat_id}, "", "chat")
    if data.get("leaving") is True:
        await leave(store, shop.id, chat_id, who.name)
        return answer_json({"others": [], "writer": ""})
    return answer_json(await be_present(store, shop.id, chat_id, who.name, data.get("writing") is True))
