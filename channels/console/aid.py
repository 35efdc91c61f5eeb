"""What helps at the keyboard: vetted phrases to search, lines to give this customer, who else is here."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml
from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse
from sanic.response import json as answer_json

from bot.conversation.guard import Guard
from bot.referral.registry import Line, Registry
from bot.referral.registry import load as load_registry
from bot.store.presence import be_present, leave
from channels.console.api import shop_of
from channels.console.guard import needs, refuse
from channels.console.sessions import Session
from channels.door import door_of
from channels.schema import id_of, load

aid = Blueprint("console_aid", url_prefix="/api/console")
ROOT = Path(__file__).resolve().parents[2]
RESPONSES, HOTLINES, NEVER_SAY = (
    ROOT / "bot" / "domain",
    ROOT / "data" / "hotlines.yml",
    ROOT / "data" / "never_say.yml",
)
_NO_STORE = {"Cache-Control": "no-store"}


@dataclass(frozen=True, slots=True)
class _Loaded:
    stamp: tuple[int, ...]
    registry: Registry
    phrases: dict[int, list[dict[str, Any]]]


_cache: list[_Loaded] = []


def _stamp() -> tuple[int, ...]:
    files = [HOTLINES, NEVER_SAY, *sorted(RESPONSES.glob("**/*.yml"))]
    return tuple(path.stat().st_mtime_ns for path in files)


def _read() -> _Loaded:
    """The registry and the phrases that may be said at each level; read anew when a file changes."""
    stamp = _stamp()
    if _cache and _cache[0].stamp == stamp:
        return _cache[0]
    registry = load_registry(HOTLINES)
    guard = Guard.load(NEVER_SAY, registry.numbers())
    rows: list[dict[str, Any]] = []
    seen: set[str] = set()
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    for path in sorted(RESPONSES.glob("**/*.yml")):
        responses = (yaml.load(path.read_text(encoding="utf-8"), Loader=loader) or {}).get("responses") or {}  # noqa: S506
        for action, variants in responses.items():
            for variant in variants or []:
                text = str(variant.get("text") or "").strip()
                # A phrase with a gap to fill is for the bot, which knows what goes in.
                if text and "{" not in text and text not in seen:
                    seen.add(text)
                    meta = variant.get("metadata") or {}
                    rows.append(
                        {
                            "text": text,
                            "action": str(action),
                            "strategy": str(meta.get("esc", "other")),
                            "who": _words(meta.get("who")),
                            "age": _words(meta.get("age")),
                        }
                    )
    phrases = {}
    for level in (0, 1, 2):
        phrases[level] = [
            row for row in rows
            if guard.judge(row["text"], level).ok and not (level >= 2 and row["action"].startswith("utter_normal"))
        ]  # fmt: skip
    _cache[:] = [_Loaded(stamp, registry, phrases)]
    return _cache[0]


def _words(value: Any) -> list[str]:
    """The values of a condition, none for no condition."""
    if value is None:
        return []
    return [str(item) for item in value] if isinstance(value, list) else [str(value)]


@aid.get("/library")
@needs("see")
async def library(request: Request, who: Session) -> HTTPResponse:
    """Vetted phrases that may be said at `?level=`; the screen searches among them."""
    level = request.args.get("level", "0")
    if level not in ("0", "1", "2", "3", "4"):
        return refuse(400, "level: must be 0 to 4")
    loaded = await asyncio.get_running_loop().run_in_executor(None, _read)
    return answer_json({"phrases": loaded.phrases[min(int(level), 2)]}, headers=_NO_STORE)


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
    loaded = await asyncio.get_running_loop().run_in_executor(None, _read)
    case = await store.case_of_chat(shop.id, chat_id)
    given = set(case.referrals if case else ())
    at = datetime.fromtimestamp(store.clock(), ZoneInfo(door.settings.timezone))
    age = "teen" if "minor" in (chat.talk.get("seen") or {}) else None
    region = str(chat.memory.get("region") or "") or None
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
