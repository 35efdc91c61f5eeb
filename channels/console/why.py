"""Why a customer's line was read as it was, asked for on demand by the colleague who has to act on it."""

from __future__ import annotations

import asyncio
import copy
from collections.abc import Awaitable
from typing import Any

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse
from sanic.response import json as answer_json

from bot.risk import Reader
from bot.risk.explain import explain
from channels.console.api import shop_of
from channels.console.guard import needs, refuse
from channels.console.looks import note_chat_look
from channels.console.sessions import Session
from channels.console.state import console_of
from channels.door import door_of
from channels.merchant.intake import WARM_WITH
from channels.schema import id_of

why = Blueprint("console_why", url_prefix="/api/console")
#: A place in a transcript, far above any talk.
_MOST_SEQ = 10_000_000


@why.get("/chats/<shop_id:str>/<chat_id:str>/lines/<seq:int>/why")
@needs("see")
async def line_why(request: Request, shop_id: str, chat_id: str, seq: int, who: Session) -> HTTPResponse:
    """Evidence with its rule, labelled messages like it, what would change the verdict.

    `level` is what the whole talk was read as after this line, `alone` what the line says by itself: where
    they differ, what was said before counts. From level 3 on the look is on record like opening the chat.
    """
    shop, door, console = shop_of(request, shop_id), door_of(request), console_of(request)
    store = await door.store()
    chat = await store.chat(shop.id, id_of({"chat": chat_id}, "", "chat"))
    found = await store.transcript(shop.id, chat_id, after=seq - 1, limit=1) if 0 < seq <= _MOST_SEQ else []
    line = found[0] if found and found[0].seq == seq else None
    if chat is None or line is None or line.role != "customer" or not line.verdict:
        return refuse(404, "no such line of the customer")
    await note_chat_look(store, request, who, shop.id, chat_id, chat.level)
    # One at a time, in a thread: the next customer's message is read meanwhile.
    async with console.explaining:
        told = await asyncio.get_running_loop().run_in_executor(None, explained, line.text, console.reader)
    return answer_json(
        {"seq": seq, "level": int(line.verdict.get("level", 0)), **told}, headers={"Cache-Control": "no-store"}
    )


async def warm_why(readers: Awaitable[Any], reader: Reader) -> None:
    """Loads what the first explanation needs, once the door's `readers` are warm."""
    await readers
    await asyncio.get_running_loop().run_in_executor(None, explained, WARM_WITH[-1], reader)


def explained(text: str, reader: Reader) -> dict[str, Any]:
    """`alone`, `score` and the parts of `bot.risk.explain.Explanation`, for one text by itself."""
    # What a reader found in a message a moment ago is asked for by the reader of the talk: reading other
    # texts here must not push that out of its memory. The models are shared.
    twin = copy.copy(reader)
    twin._facts = {}
    verdict = twin.read(text)
    told = explain(text, verdict, twin).to_dict()
    return {
        "alone": verdict.level,
        "score": round(verdict.score, 3),
        "floor": told["floor"],
        "reason": told["reason"] or "；".join(verdict.reasons),
        "signals": told["signals"],
        "speak_for": [{"text": row["text"], "level": row["level"]} for row in told["speak_for"]],
        "speak_against": [{"text": row["text"], "level": row["level"]} for row in told["speak_against"]],
        "changes": told["changes"],
    }
