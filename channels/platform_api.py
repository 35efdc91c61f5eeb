"""What a merchant's platform may ask: must this buyer be left in peace, why does this order wait, look again.

Signed like the read API: a GET signs its path, since there is no body; a POST signs its body, which names the
shop and the order, so that a signature read off one order is of no use for another.
"""

from __future__ import annotations

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse
from sanic.response import json as answer_json

from bot.settings import Shop
from channels.agent_api import NOT_TRUSTED, proven_shop
from channels.door import door_of
from channels.schema import ID_PATTERN, BodyError, choice_of, id_of, load

platform_api = Blueprint("platform_api", url_prefix="/api/v1")
LARGEST_BODY = 4096
_NO_STORE = {"Cache-Control": "no-store"}


def _asked(request: Request, shop_id: str, name: str) -> Shop | HTTPResponse:
    """The shop that asks about `name`, or the refusal."""
    shop = proven_shop(request, shop_id, request.raw_url)
    if shop is None:
        return answer_json(NOT_TRUSTED, 401)
    if not ID_PATTERN.fullmatch(name):
        return answer_json({"error": "id malformed"}, 400)
    return _slowed(request, shop) or shop


def _slowed(request: Request, shop: Shop) -> HTTPResponse | None:
    wait = door_of(request).limiter.wait(f"{shop.id} read")
    return answer_json({"error": "too fast"}, 429, headers={"Retry-After": str(wait)}) if wait else None


@platform_api.get("/customers/<shop_id:str>/<customer_id:str>/frozen")
async def frozen(request: Request, shop_id: str, customer_id: str) -> HTTPResponse:
    """Whether marketing and payment reminders to this buyer must rest; nothing more is said."""
    shop = _asked(request, shop_id, customer_id)
    if isinstance(shop, HTTPResponse):
        return shop
    rests = await (await door_of(request).store()).frozen(shop.id, customer_id)
    return answer_json({"customer_id": customer_id, "frozen": rests}, headers=_NO_STORE)


@platform_api.get("/orders/<shop_id:str>/<order_id:str>/hold")
async def hold(request: Request, shop_id: str, order_id: str) -> HTTPResponse:
    """Why an order waits, in words that may be shown as they are."""
    shop, door = _asked(request, shop_id, order_id), door_of(request)
    if isinstance(shop, HTTPResponse):
        return shop
    told = await (await door.store()).hold_explanation(shop.id, order_id)
    return answer_json(door.views.hold_notice(told), headers=_NO_STORE)


@platform_api.post("/appeals")
async def appeal(request: Request) -> HTTPResponse:
    """`{"shop_id", "order_id", "by"}`: the customer or the merchant asks for a second look; a person is told."""
    if len(request.body) > LARGEST_BODY:
        return answer_json({"error": f"body over {LARGEST_BODY} bytes"}, 413)
    door = door_of(request)
    try:
        data = load(request.body)
        shop_id = id_of(data, "", "shop_id")
    except BodyError:
        # What is wrong with an unsigned body is nobody's business.
        return answer_json(NOT_TRUSTED, 401)
    shop = proven_shop(request, shop_id, request.body)
    if shop is None:
        return answer_json(NOT_TRUSTED, 401)
    if slowed := _slowed(request, shop):
        return slowed
    try:
        order_id, by = id_of(data, "", "order_id"), choice_of(data, "", "by", ("customer", "merchant"))
    except BodyError as error:
        return answer_json({"error": str(error), "path": error.path}, 400)
    store = await door.store()
    await store.appeal_hold(shop.id, order_id, by)
    return answer_json(door.views.hold_notice(await store.hold_explanation(shop.id, order_id)), 202)
