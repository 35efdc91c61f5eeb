"""Chats and cases for people: read them, take a chat over, write, accept, hold, release."""

from __future__ import annotations

import structlog
from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse
from sanic.response import json as answer_json

from bot.cases.policy import HIGH
from bot.cases.types import Chat
from bot.copilot.cards import blanks
from bot.risk.types import SIGNAL_NAMES
from bot.settings import Shop
from bot.store.audit import Opening, note
from bot.store.care import heavy, note_heavy
from bot.store.presence import claim_writing, drop_pen, last_lines, was_done
from channels.agent_api import page_of
from channels.console.choice import note_choice
from channels.console.guard import needs, refuse
from channels.console.looks import note_chat_look
from channels.console.sessions import Session
from channels.console.speaking import NotDelivered, speak
from channels.door import door_of
from channels.schema import BodyError, id_of, load, text_of
from channels.signing import IDEMPOTENCY_HEADER
from channels.views import chat_view

console = Blueprint("console_api", url_prefix="/api/console")
_log = structlog.get_logger("zaoan.console")
_NO_STORE = {"Cache-Control": "no-store"}
_MOST = 200
_MOST_CASES = 100
_GLIMPSE = 40


def shop_of(request: Request, shop_id: str) -> Shop:
    """The connected shop of this id, or `BodyError`."""
    shop = door_of(request).shops.get(shop_id)
    if shop is None:
        raise BodyError("shop", "is not connected")
    return shop


def key_of(request: Request) -> str:
    """The command's idempotency key, apart from those of other interfaces."""
    return f"console:{request.headers[IDEMPOTENCY_HEADER]}"


def reason_of(request: Request) -> str:
    """`reason` of the body; a person's act that changes safety says why."""
    reason = text_of(load(request.body), "", "reason", limit=500).strip()
    if not reason:
        raise BodyError("reason", "must say why")
    return reason


@console.get("/chats")
@needs("see")
async def chats(request: Request, who: Session) -> HTTPResponse:
    """Chats of all shops, the most dangerous first, then who has waited longest."""
    door = door_of(request)
    store = await door.store()
    rows = []
    for shop in door.shops.values():
        found = await store.chats(shop.id, limit=_MOST)
        # What a person in danger wrote is read in the chat itself, where reading is logged.
        lasts = await last_lines(store, shop.id, [chat.chat_id for chat in found if chat.level < HIGH])
        for chat in found:
            line = lasts.get(chat.chat_id)
            last = {"role": line.role, "text": line.text[:_GLIMPSE]} if line else None
            rows.append({**door.views.chat(chat), "shop_name": shop.name, "signals": _seen(chat), "last": last})
    rows.sort(key=lambda row: (-row["level"], row["waiting_since"] is None, row["waiting_since"] or ""))
    return answer_json({"now": door.views.time(store.clock()), "chats": rows[:_MOST]}, headers=_NO_STORE)


def _seen(chat: Chat) -> list[str]:
    """What was read of this customer, strongest first, at most three."""
    seen = set(chat.talk.get("seen") or ())
    return [name for name in SIGNAL_NAMES if name in seen][:3]


@console.get("/chats/<shop_id:str>/<chat_id:str>")
@needs("see")
async def one_chat(request: Request, shop_id: str, chat_id: str, who: Session) -> HTTPResponse:
    """One chat with its evidence, case, holds and suggestions.

    From level 3 on every opening is on record with a reason: `?reason=`, else the duty of the role.
    """
    shop, page = shop_of(request, shop_id), page_of(request)
    id_of({"chat": chat_id}, "", "chat")
    if page is None:
        raise BodyError("after", "after or limit malformed")
    door = door_of(request)
    view = await chat_view(await door.store(), door.views, shop.id, chat_id, *page)
    if view is None:
        return refuse(404, "no such chat")
    # On record before it is shown; without the record (503) there is no look.
    await note_chat_look(await door.store(), request, who, shop.id, chat_id, view["level"])
    return answer_json(view, headers=_NO_STORE)


async def _own(request: Request, shop_id: str, chat_id: str, who: Session, to: str) -> HTTPResponse:
    shop, door = shop_of(request, shop_id), door_of(request)
    store = await door.store()
    if await store.chat(shop.id, id_of({"chat": chat_id}, "", "chat")) is None:
        return refuse(404, "no such chat")
    chat = await store.set_owner(shop.id, chat_id, "bot" if to == "bot" else "human", who.name, key_of(request))
    return answer_json(door.views.chat(chat))


@console.post("/chats/<shop_id:str>/<chat_id:str>/takeover")
@needs("talk")
async def take_over(request: Request, shop_id: str, chat_id: str, who: Session) -> HTTPResponse:
    """The person has the chat from now on; a bot reply under way is dropped."""
    return await _own(request, shop_id, chat_id, who, "human")


@console.post("/chats/<shop_id:str>/<chat_id:str>/giveback")
@needs("talk")
async def give_back(request: Request, shop_id: str, chat_id: str, who: Session) -> HTTPResponse:
    """The bot has the chat from now on and answers what is still unanswered."""
    return await _own(request, shop_id, chat_id, who, "bot")


@console.post("/chats/<shop_id:str>/<chat_id:str>/messages")
@needs("talk")
async def send(request: Request, shop_id: str, chat_id: str, who: Session) -> HTTPResponse:
    """`{"text"}`: a person's words to the customer; the person has the chat from then on.

    202 when the platform has confirmed; 502 when it has not: send again with the same key.
    `suggestion` (`{"seq", "index"}`) names the card the words came from. 409 with `writer` while
    a colleague is writing, unless `force` is true. 400 while a card's blank (`【填几天】`) is still to be filled in.
    """
    shop = shop_of(request, shop_id)
    id_of({"chat": chat_id}, "", "chat")
    data = load(request.body)
    text = text_of(data, "", "text", limit=2000)
    if not text.strip():
        raise BodyError("text", "is empty")
    if left := blanks(text):
        raise BodyError("text", f"has a blank to fill in: {left[0]}")
    store = await door_of(request).store()
    if await store.chat(shop.id, chat_id) is None:
        return refuse(404, "no such chat")
    key, force = key_of(request), data.get("force") is True
    if not await was_done(store, shop.id, key) and (
        writer := await claim_writing(store, shop.id, chat_id, who.name, force)
    ):
        return answer_json({"error": "a colleague is writing to this customer", "writer": writer}, 409)
    offered = await store.suggestions(shop.id, chat_id)
    try:
        seq = await speak(store, shop, chat_id, who.name, text, key)
    except NotDelivered as error:
        return refuse(502, f"not delivered: {error}")
    finally:
        # Said or not: a colleague may write now; whoever still types takes the pen up again.
        await drop_pen(store, shop.id, chat_id, who.name)
    await note_choice(store, shop.id, chat_id, offered, data.get("suggestion"), text, seq, key)
    return answer_json({"seq": seq}, 202)


@console.post("/chats/<shop_id:str>/<chat_id:str>/hold")
@needs("hold")
async def hold(request: Request, shop_id: str, chat_id: str, who: Session) -> HTTPResponse:
    """`{"reason"}`: asks the platform to hold the orders that may be held."""
    shop, door = shop_of(request, shop_id), door_of(request)
    id_of({"chat": chat_id}, "", "chat")
    holds = await (await door.store()).request_holds(
        shop.id, chat_id, f"{reason_of(request)} ({who.name})", key_of(request)
    )
    return answer_json({"holds": [door.views.hold(item) for item in holds]}, 202)


@console.post("/chats/<shop_id:str>/<chat_id:str>/orders/<order_id:str>/release")
@needs("hold")
async def release(request: Request, shop_id: str, chat_id: str, order_id: str, who: Session) -> HTTPResponse:
    """`{"reason"}`: lets an order go; at levels 3 and 4 only an interventionist may."""
    shop, door = shop_of(request, shop_id), door_of(request)
    store = await door.store()
    chat = await store.chat(shop.id, id_of({"chat": chat_id}, "", "chat"))
    order_id = id_of({"order": order_id}, "", "order")
    # The order must be this chat's, or the level of a harmless chat would open any hold.
    case = await store.case_of_chat(shop.id, chat_id)
    if chat is None or case is None or case.hold(order_id) is None:
        return refuse(404, "no such hold in this chat")
    if max(chat.level, case.level) >= 3 and who.role != "interventionist":
        return refuse(403, "at levels 3 and 4 only an interventionist releases an order")
    released = await store.release_hold(shop.id, order_id, who.name, reason_of(request))
    return answer_json(door.views.hold(released), 202)


@console.get("/cases/<shop_id:str>")
@needs("see")
async def cases(request: Request, shop_id: str, who: Session) -> HTTPResponse:
    """The shop's open cases, highest level first."""
    shop, door = shop_of(request, shop_id), door_of(request)
    found = await (await door.store()).cases(shop.id, limit=_MOST_CASES)
    return answer_json(
        {"cases": [{**door.views.case(case), "chats": list(case.chats)} for case in found]}, headers=_NO_STORE
    )


@console.post("/cases/<shop_id:str>/<case_id:str>/accept")
@needs("case")
async def accept(request: Request, shop_id: str, case_id: str, who: Session) -> HTTPResponse:
    """This person has the case; the call for a person gets no louder.

    409 with `heavy` and `cap` for who has taken as many grave cases in a row as is good for anybody, unless
    `{"anyway": true}`: nobody in danger waits because of it, but it is on record.
    """
    shop, door = shop_of(request, shop_id), door_of(request)
    store, case_id = await door.store(), id_of({"case": case_id}, "", "case")
    anyway = load(request.body).get("anyway") is True
    before, load_now = await store.case(shop.id, case_id), await heavy(store, who.name, door.settings.heavy_cap)
    if before is not None and before.level >= HIGH and before.escalation != "accepted":
        full = load_now["heavy"] >= load_now["cap"]
        if full and not anyway:
            return answer_json({"error": "pause first, or let a colleague take this one", **load_now}, 409)
        if full:
            seen = f"accepted beyond the cap: {load_now['heavy']} in a row"
            await note(store, shop.id, Opening(who.name, who.role, "over_cap", case_id, seen, before.level))
    case = await store.accept_case(shop.id, case_id, who.name)
    if case.accepted_by == who.name:
        await note_heavy(store, case, who.name)
    return answer_json(door.views.case(case))
