"""One case: read it, hand it on, say that somebody spoke or confirmed, see the address, let the orders go."""

from __future__ import annotations

import structlog
from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse
from sanic.response import json as answer_json

from bot.cases.types import Case
from bot.store import Store
from bot.store.audit import Opening, note
from bot.store.errors import NotFound
from channels.console.api import reason_of, shop_of
from channels.console.desk import act_once, row_of
from channels.console.guard import may, needs
from channels.console.sessions import Session
from channels.console.state import console_of
from channels.door import door_of
from channels.schema import BodyError, choice_of, id_of, load, text_of

case_acts = Blueprint("console_case_acts", url_prefix="/api/console")
_log = structlog.get_logger("zaoan.console")
_NO_STORE = {"Cache-Control": "no-store"}
#: Who may be given a case.
HELPS = "interventionist"
HOW = ("phone", "in_person", "other")


@case_acts.get("/cases/<shop_id:str>/<case_id:str>")
@needs("see")
async def one_case(request: Request, shop_id: str, case_id: str, who: Session) -> HTTPResponse:
    """One case, open or closed; what people noted of others only for the desk."""
    shop = shop_of(request, shop_id)
    case = await (await door_of(request).store()).case(shop.id, id_of({"case": case_id}, "", "case"))
    if case is None:
        raise NotFound("no such case")
    return answer_json(row_of(request, case, may(who, "desk")), headers=_NO_STORE)


@case_acts.get("/colleagues")
@needs("case")
async def colleagues(request: Request, who: Session) -> HTTPResponse:
    """Who may be given a case."""
    return answer_json({"colleagues": console_of(request).accounts.named(HELPS)}, headers=_NO_STORE)


@case_acts.post("/cases/<shop_id:str>/<case_id:str>/reassign")
@needs("case")
async def reassign(request: Request, shop_id: str, case_id: str, who: Session) -> HTTPResponse:
    """`{"to", "reason"}`: a colleague has the case now, and must speak to the customer in time."""
    to, reason = text_of(load(request.body), "", "to", limit=64), reason_of(request)
    if to not in console_of(request).accounts.named(HELPS):
        raise BodyError("to", "must be an interventionist's name, see /api/console/colleagues")
    return await act_once(
        request, shop_id, case_id, lambda store, shop, case: store.reassign_case(shop, case, who.name, to, reason)
    )


@case_acts.post("/cases/<shop_id:str>/<case_id:str>/contacts/<number:int>/confirm")
@needs("case")
async def confirm(request: Request, shop_id: str, case_id: str, number: int, who: Session) -> HTTPResponse:
    """`{"responder"}`: a responder (name, badge or call number) said that help has reached the customer."""
    responder = text_of(load(request.body), "", "responder", limit=200).strip()
    if not responder:
        raise BodyError("responder", "must say who confirmed")
    return await act_once(
        request,
        shop_id,
        case_id,
        lambda store, shop, case: store.confirm_contact(shop, case, number, who.name, responder),
    )


@case_acts.post("/cases/<shop_id:str>/<case_id:str>/words")
@needs("case")
async def words(request: Request, shop_id: str, case_id: str, who: Session) -> HTTPResponse:
    """`{"how"}`: this person spoke to the customer outside the chat; nobody is waited for any longer."""
    how = choice_of(load(request.body), "", "how", HOW)
    return await act_once(
        request, shop_id, case_id, lambda store, shop, case: store.note_words(shop, case, who.name, how)
    )


@case_acts.post("/cases/<shop_id:str>/<case_id:str>/address")
@needs("case")
async def address(request: Request, shop_id: str, case_id: str, who: Session) -> HTTPResponse:
    """`{"reason"}`: where the customer can be found, while the case is open at level 3 or 4.

    On the audit trail and in the case before it is shown; a repeated request is another opening.
    """
    shop, reason = shop_of(request, shop_id), reason_of(request)
    store = await door_of(request).store()
    case = await store.case(shop.id, id_of({"case": case_id}, "", "case"))
    if case is None:
        raise NotFound("no such case")
    await note(store, shop.id, Opening(who.name, who.role, "address", case_id, reason, case.level))
    card = await store.address_card(shop.id, case_id, who.name, reason)
    _log.info("address_shown", who=who.name, role=who.role, shop=shop.id, case=case_id)
    return answer_json(card, headers=_NO_STORE)


@case_acts.post("/cases/<shop_id:str>/<case_id:str>/release")
@needs("case")
async def release(request: Request, shop_id: str, case_id: str, who: Session) -> HTTPResponse:
    """`{"reason"}`: every order of the case that is still held may go."""
    reason = reason_of(request)

    async def let_go(store: Store, shop: str, case: str) -> Case:
        await store.release_holds(shop, case, who.name, reason)
        found = await store.case(shop, case)
        if found is None:
            raise NotFound("no such case")
        return found

    return await act_once(request, shop_id, case_id, let_go)
