"""`GET /api/v1/chats/{shop}/{chat}`: what a merchant's own desk may show of a chat.

Signed like the webhook; since there is no body, the path with its query is signed in its
place, so that a signature read off one chat does not open another.
"""

from __future__ import annotations

import time

import structlog
from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse
from sanic.response import json as answer_json

from bot.settings import Shop
from channels.door import door_of
from channels.schema import ID_PATTERN
from channels.signing import SIGNATURE_HEADER, TIMESTAMP_HEADER, SignatureError, verify
from channels.views import chat_view

agent_api = Blueprint("agent_api", url_prefix="/api/v1")
_log = structlog.get_logger("zaoan.door")
_NOBODY = "0" * 64
NOT_TRUSTED = {"error": "signature or time not accepted"}
_NO_STORE = {"Cache-Control": "no-store"}


def proven_shop(request: Request, shop_id: str, signed: bytes) -> Shop | None:
    """The shop whose secret signed these bytes just now; None for everyone else, after the same work."""
    shop = door_of(request).shops.get(shop_id)
    try:
        verify(
            [shop.secret if shop else _NOBODY],
            request.headers.get(TIMESTAMP_HEADER, ""),
            request.headers.get(SIGNATURE_HEADER, ""),
            signed,
            time.time(),
        )
        if shop is None:
            raise SignatureError("unknown shop")
    except SignatureError as error:
        _log.warning("read_refused", reason=error.reason)
        return None
    return shop


def page_of(request: Request) -> tuple[int, int] | None:
    """`after` and `limit` of a query (limit 1-500, default 200), or None when malformed."""
    after, limit = request.args.get("after", "0"), request.args.get("limit", "200")
    if not (after.isascii() and after.isdigit() and len(after) <= 12):
        return None
    if not (limit.isascii() and limit.isdigit() and len(limit) <= 3 and 1 <= int(limit) <= 500):
        return None
    return int(after), int(limit)


@agent_api.get("/chats/<shop_id:str>/<chat_id:str>")
async def one_chat(request: Request, shop_id: str, chat_id: str) -> HTTPResponse:
    """Transcript with evidence, level, case, holds, referrals, follow-ups, suggestions."""
    door = door_of(request)
    shop = proven_shop(request, shop_id, request.raw_url)
    if shop is None:
        return answer_json(NOT_TRUSTED, 401)
    page = page_of(request)
    if page is None or not ID_PATTERN.fullmatch(chat_id):
        return answer_json({"error": "chat id, after or limit malformed"}, 400)
    if wait := door.limiter.wait(f"{shop.id} read"):
        return answer_json({"error": "too fast"}, 429, headers={"Retry-After": str(wait)})
    view = await chat_view(await door.store(), door.views, shop.id, chat_id, *page)
    if view is None:
        return answer_json({"error": "no such chat"}, 404)
    return answer_json(view, headers=_NO_STORE)
