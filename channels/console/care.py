"""Steering the bot from the desk, and care for who sits there."""

from __future__ import annotations

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse
from sanic.response import json as answer_json

from bot.store.audit import Opening, note
from bot.store.care import heavy, rested
from bot.store.steering import WISHES, steer
from channels.console.api import shop_of
from channels.console.guard import needs, refuse
from channels.console.sessions import Session
from channels.door import door_of
from channels.schema import choice_of, id_of, load

care = Blueprint("console_care", url_prefix="/api/console")


@care.post("/chats/<shop_id:str>/<chat_id:str>/steer")
@needs("case")
async def steer_bot(request: Request, shop_id: str, chat_id: str, who: Session) -> HTTPResponse:
    """`{"wish"}`: the bot says this, in vetted words, with its next reply; "" takes it back."""
    shop, door = shop_of(request, shop_id), door_of(request)
    wish = choice_of(load(request.body), "", "wish", ("", *WISHES))
    store = await door.store()
    chat = await store.chat(shop.id, id_of({"chat": chat_id}, "", "chat"))
    if chat is None:
        return refuse(404, "no such chat")
    await note(store, shop.id, Opening(who.name, who.role, "steer", chat_id, wish or "taken back", chat.level))
    await steer(store, shop.id, chat_id, wish, who.name)
    return answer_json({}, 202)


@care.get("/me/care")
@needs("")
async def my_care(request: Request, who: Session) -> HTTPResponse:
    """Grave cases this person has taken in a row, and the cap."""
    door = door_of(request)
    row = await heavy(await door.store(), who.name, door.settings.heavy_cap)
    return answer_json({**row, "since": door.views.time(row["since"])}, headers={"Cache-Control": "no-store"})


@care.post("/me/rest")
@needs("")
async def rest(request: Request, who: Session) -> HTTPResponse:
    """This person has paused, or talked to somebody: the count begins anew."""
    await rested(await door_of(request).store(), who.name)
    return answer_json({})
