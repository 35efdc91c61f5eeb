"""The hold as its people see it: why an order waits, who wants it looked at again, and what it costs the merchant."""

from __future__ import annotations

import re
from typing import Any

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse
from sanic.response import json as answer_json

from channels.console.api import reason_of, shop_of
from channels.console.guard import may, needs, refuse
from channels.console.sessions import Session
from channels.door import door_of
from channels.schema import BodyError, choice_of, id_of, load, text_of

holds = Blueprint("console_holds", url_prefix="/api/console")
_NO_STORE = {"Cache-Control": "no-store"}
APPEALED_BY = ("customer", "merchant")
CLAIM_STATES = ("draft", "submitted", "paid", "refused")
CLAIM = re.compile(r"claim-[A-Za-z0-9_.@-]{1,64}")
MOST_CLAIMS = 1000
#: Paying and refusing is not for those who claim.
DECIDED = ("paid", "refused")


def _order(order_id: str) -> str:
    return id_of({"order": order_id}, "", "order")


@holds.get("/holds/<shop_id:str>/<order_id:str>")
@needs("see")
async def explain(request: Request, shop_id: str, order_id: str, who: Session) -> HTTPResponse:
    """Texts for customer and merchant; level and evidence only for the desk."""
    shop, door = shop_of(request, shop_id), door_of(request)
    told = await (await door.store()).hold_explanation(shop.id, _order(order_id))
    return answer_json(door.views.hold_notice(told, may(who, "desk")), headers=_NO_STORE)


@holds.post("/holds/<shop_id:str>/<order_id:str>/appeal")
@needs("hold")
async def appeal(request: Request, shop_id: str, order_id: str, who: Session) -> HTTPResponse:
    """`{"by"}`: customer or merchant asks for a second look; a person is told."""
    by = choice_of(load(request.body), "", "by", APPEALED_BY)
    shop, door = shop_of(request, shop_id), door_of(request)
    hold = await (await door.store()).appeal_hold(shop.id, _order(order_id), by, f"noted by {who.name}")
    return answer_json(door.views.hold(hold), 202)


@holds.post("/holds/<shop_id:str>/<order_id:str>/refuse")
@needs("case")
async def refuse_appeal(request: Request, shop_id: str, order_id: str, who: Session) -> HTTPResponse:
    """`{"reason"}`: this person looked again and keeps the hold. Granting is releasing the order."""
    shop, door = shop_of(request, shop_id), door_of(request)
    hold = await (await door.store()).refuse_appeal(shop.id, _order(order_id), who.name, reason_of(request))
    return answer_json(door.views.hold(hold), 202)


@holds.get("/claims/<shop_id:str>")
@needs("see")
async def claims(request: Request, shop_id: str, who: Session) -> HTTPResponse:
    """The shop's claims, the oldest first, in pages: `?state=` picks one state, `limit` (200, at most 1,000) is the
    page's length, `after` is `next` of the page before, which is "" on the last one."""
    shop, door = shop_of(request, shop_id), door_of(request)
    state: Any = request.args.get("state")
    if state is not None and state not in CLAIM_STATES:
        raise BodyError("state", "must be one of " + ", ".join(CLAIM_STATES))
    after = request.args.get("after", "")
    if after and not CLAIM.fullmatch(after):
        raise BodyError("after", "must be `next` of the page before")
    limit = request.args.get("limit", "200")
    if not (limit.isascii() and limit.isdigit() and len(limit) <= 4 and 1 <= int(limit) <= MOST_CLAIMS):
        raise BodyError("limit", f"must be a number from 1 to {MOST_CLAIMS}")
    rows, last = await (await door.store()).claims_page(shop.id, state, after, int(limit))
    return answer_json({"claims": [door.views.claim(row) for row in rows], "next": last}, headers=_NO_STORE)


@holds.post("/claims/<shop_id:str>/<order_id:str>")
@needs("hold")
async def draft(request: Request, shop_id: str, order_id: str, who: Session) -> HTTPResponse:
    """`{"amount_fen", "reason"}`: what the hold costs the merchant; again while a draft corrects it."""
    data, shop = load(request.body), shop_of(request, shop_id)
    amount = data.get("amount_fen")
    if isinstance(amount, bool) or not isinstance(amount, int):
        raise BodyError("amount_fen", "must be a whole number of fen")
    reason = text_of(data, "", "reason", default="", limit=500).strip()
    store = await door_of(request).store()
    await store.draft_claim(shop.id, _order(order_id), amount, who.name, reason)
    return await _claim(request, shop.id, order_id)


@holds.post("/claims/<shop_id:str>/<order_id:str>/move")
@needs("see")
async def move(request: Request, shop_id: str, order_id: str, who: Session) -> HTTPResponse:
    """`{"to", "reason", "reference"}`: who holds may submit a claim, an admin pays or refuses it."""
    data, shop = load(request.body), shop_of(request, shop_id)
    to: Any = choice_of(data, "", "to", CLAIM_STATES[1:])
    if not may(who, "pay" if to in DECIDED else "hold"):
        return refuse(403, f"the role {who.role} may not do this")
    reason = text_of(data, "", "reason", default="", limit=500).strip()
    if to == "refused" and not reason:
        raise BodyError("reason", "must say why")
    reference = text_of(data, "", "reference", default="", limit=200).strip()
    store = await door_of(request).store()
    await store.move_claim(shop.id, _order(order_id), to, who.name, reason, reference)
    return await _claim(request, shop.id, order_id)


async def _claim(request: Request, shop_id: str, order_id: str) -> HTTPResponse:
    door = door_of(request)
    case, _ = await (await door.store()).hold_of_order(shop_id, order_id)
    claim = case.claim(order_id)
    row = door.views.claim(claim) if claim else {}
    return answer_json({**row, "shop_id": shop_id, "case_id": case.case_id})
