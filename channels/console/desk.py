"""The interventionists' desk: the ladder's queue, and what only a named person does to a case."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import structlog
from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse
from sanic.response import json as answer_json

from bot.cases import ladder
from bot.cases.codec import to_dict
from bot.cases.types import Alert, Case
from bot.store import Store
from bot.store.errors import NotFound
from bot.store.presence import set_done, was_done
from channels.console.api import key_of, reason_of, shop_of
from channels.console.guard import may, needs
from channels.console.sessions import Session
from channels.door import door_of
from channels.schema import DELIVERY_PATTERN, BodyError, choice_of, id_of, load, text_of
from channels.views import Views

desk = Blueprint("console_desk", url_prefix="/api/console")
_log = structlog.get_logger("zaoan.console")
_NO_STORE = {"Cache-Control": "no-store"}
_MOST = 100
#: How a case may end. "false_alarm" tells the trainers that the reading was wrong.
DISPOSITIONS = ("safe_now", "with_family", "with_services", "referred", "no_contact", "false_alarm", "other")
#: Who may have been told. "next_shift" is the summary for the colleague who comes.
WHOM = (
    "police", "ambulance", "customer", "family", "community", "hospital", "womens_federation", "platform", "colleague",
    "next_shift", "other",
)  # fmt: skip
URGENCIES = ("soon", "urgent", "now")


def case_row(views: Views, case: Case, notes: bool, shop_names: Mapping[str, str]) -> dict[str, Any]:
    """A case for the desk; `notes` adds what people wrote down about third parties, and where else the person is
    in danger. `shop_names` by id."""
    row = {
        **views.case(case),
        "shop_id": case.shop_id,
        "customer_id": case.customer_id,
        "chats": list(case.chats),
        "opened_at": views.time(case.opened_at),
        "rung": case.rung,
        "audience": ladder.audience(case.rung, case.level),
        "next_rung_at": views.time(ladder.rung_due(case) or 0.0),
        "words_due_at": views.time(ladder.words_due(case) or 0.0),
        "level_elsewhere": case.level_elsewhere,
        "claims": [{**views.claim(claim), "shop_id": case.shop_id, "case_id": case.case_id} for claim in case.claims],
        "holds": [views.hold(hold) for hold in case.holds],
        "follow_ups": views.follow_ups(case),
        "opted_out": case.opted_out,
        "reopened": case.reopened,
        "disposition": case.disposition,
        "closed_by": case.closed_by,
        "closed_at": views.time(case.closed_at),
    }
    if notes:
        row["contacts"] = [views.contact(contact) for contact in case.contacts]
        row["linked"] = [
            {"shop_id": item.shop_id, "shop_name": shop_names.get(item.shop_id, item.shop_id), "case_id": item.case_id,
             "level": item.level, "peak": item.peak, "status": item.status, "at": views.time(item.at)}
            for item in case.linked
        ]  # fmt: skip
        row["closed_reason"] = case.closed_reason
    return row


def _alert_row(views: Views, alert: Alert) -> dict[str, Any]:
    return {**to_dict(alert), "at": views.time(alert.at)}


@desk.get("/desk")
@needs("see")
async def queue(request: Request, who: Session) -> HTTPResponse:
    """Open cases and alerts of all shops. Who still waits for a person comes first."""
    door = door_of(request)
    store, notes = await door.store(), may(who, "desk")
    cases: list[Case] = []
    alerts: list[Alert] = []
    for shop_id in door.shops:
        cases += await store.cases(shop_id, limit=_MOST, waiting=True)
    waiting = {(case.shop_id, case.case_id) for case in cases}
    # Unless who waits fills the page: the gravest of the others.
    room = len(waiting) < _MOST
    for shop_id in door.shops:
        others = await store.cases(shop_id, limit=_MOST) if room else []
        cases += [case for case in others if (case.shop_id, case.case_id) not in waiting]
        alerts += await store.alerts(shop_id, limit=_MOST)
    cases.sort(key=lambda case: (not ladder.waiting(case), -case.level, case.requested_at or case.opened_at))
    alerts.sort(key=lambda alert: (-alert.level, alert.at))
    return answer_json(
        {
            "now": door.views.time(store.clock()),
            "cases": [row_of(request, case, notes) for case in cases[:_MOST]],
            "alerts": [_alert_row(door.views, alert) for alert in alerts[:_MOST]],
        },
        headers=_NO_STORE,
    )


def row_of(request: Request, case: Case, notes: bool) -> dict[str, Any]:
    """A case for the desk of this door."""
    door = door_of(request)
    return case_row(door.views, case, notes, {shop.id: shop.name for shop in door.shops.values()})


async def act_once(
    request: Request, shop_id: str, case_id: str, act: Callable[[Store, str, str], Awaitable[Case]]
) -> HTTPResponse:
    """Runs an act on a case once per idempotency key; a repeated one answers with the case as it is."""
    shop, case_id, key = shop_of(request, shop_id), id_of({"case": case_id}, "", "case"), key_of(request)
    store = await door_of(request).store()
    if await was_done(store, shop.id, key):
        case = await store.case(shop.id, case_id)
        if case is None:
            raise NotFound("no such case")
    else:
        case = await act(store, shop.id, case_id)
        await set_done(store, shop.id, key)
    return answer_json(row_of(request, case, True))


@desk.post("/cases/<shop_id:str>/<case_id:str>/contacts")
@needs("case")
async def contact(request: Request, shop_id: str, case_id: str, who: Session) -> HTTPResponse:
    """`{"whom", "told", "confirmed", "responder"}`: someone was told; `confirmed` when `responder` said that help
    reached the customer. `whom` "customer" is a talk by telephone, and counts as a person's words."""
    data = load(request.body)
    whom, told = choice_of(data, "", "whom", WHOM), text_of(data, "", "told", limit=1000).strip()
    if not told:
        raise BodyError("told", "must say what was told")
    confirmed, responder = data.get("confirmed") is True, text_of(data, "", "responder", default="", limit=200).strip()
    return await act_once(
        request,
        shop_id,
        case_id,
        lambda store, shop, case: store.add_contact(shop, case, who.name, whom, told, confirmed, responder),
    )


@desk.post("/cases/<shop_id:str>/<case_id:str>/shift")
@needs("case")
async def shift(request: Request, shop_id: str, case_id: str, who: Session) -> HTTPResponse:
    """This person takes an accepted case over from a colleague."""
    return await act_once(
        request, shop_id, case_id, lambda store, shop, case: store.reassign_case(shop, case, who.name, who.name)
    )


@desk.post("/cases/<shop_id:str>/<case_id:str>/lower")
@needs("case")
async def lower(request: Request, shop_id: str, case_id: str, who: Session) -> HTTPResponse:
    """`{"level", "reason"}`: only a person lowers a level, and says why."""
    level, reason = load(request.body).get("level"), reason_of(request)
    if isinstance(level, bool) or not isinstance(level, int) or not 0 <= level <= 3:
        raise BodyError("level", "must be a whole number from 0 to 3")
    return await act_once(
        request, shop_id, case_id, lambda store, shop, case: store.lower_level(shop, case, who.name, level, reason)
    )


@desk.post("/cases/<shop_id:str>/<case_id:str>/close")
@needs("case")
async def close(request: Request, shop_id: str, case_id: str, who: Session) -> HTTPResponse:
    """`{"disposition", "reason"}`: how it ended. Holds stay until they are released."""
    disposition, reason = choice_of(load(request.body), "", "disposition", DISPOSITIONS), reason_of(request)
    return await act_once(
        request, shop_id, case_id, lambda store, shop, case: store.close_case(shop, case, who.name, disposition, reason)
    )


@desk.get("/cases/<shop_id:str>/<case_id:str>/events")
@needs("desk")
async def trail(request: Request, shop_id: str, case_id: str, who: Session) -> HTTPResponse:
    """The audit trail of a case, oldest first. Reading it is written to the log."""
    shop, door = shop_of(request, shop_id), door_of(request)
    rows = await (await door.store()).case_events(shop.id, id_of({"case": case_id}, "", "case"))
    _log.info("trail_opened", who=who.name, role=who.role, shop=shop.id, case=case_id)
    return answer_json(
        {"events": [{**row, "at": door.views.time(float(row["at"]))} for row in rows]}, headers=_NO_STORE
    )


@desk.post("/alerts/<shop_id:str>/<alert_id:str>/seen")
@needs("talk")
async def seen(request: Request, shop_id: str, alert_id: str, who: Session) -> HTTPResponse:
    """A named person has seen an alert. Danger is answered by accepting its case instead."""
    shop, door = shop_of(request, shop_id), door_of(request)
    # Alerts are named after what they are about, such as a lane of commands.
    if not DELIVERY_PATTERN.fullmatch(alert_id):
        raise BodyError("alert", "malformed")
    await (await door.store()).see_alert(shop.id, alert_id, who.name)
    return answer_json({})


@desk.post("/chats/<shop_id:str>/<chat_id:str>/escalate")
@needs("talk")
async def escalate(request: Request, shop_id: str, chat_id: str, who: Session) -> HTTPResponse:
    """`{"reason", "urgency"}`: calls the desk to this chat, whatever the reading says."""
    shop, door = shop_of(request, shop_id), door_of(request)
    urgency: Any = choice_of(load(request.body), "", "urgency", URGENCIES)
    case = await (await door.store()).escalate(
        shop.id, id_of({"chat": chat_id}, "", "chat"), urgency, f"{reason_of(request)} ({who.name})", key_of(request)
    )
    return answer_json(door.views.case(case), 202)
