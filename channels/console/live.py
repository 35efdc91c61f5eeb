"""One stream for all shops: browsers allow six lines to a host, and an agent has several tabs open.

Like the stream of one shop (see `stream`), but its event ids carry a place for each shop:
`demo=1700000000000-0,other=0-0`.
"""

from __future__ import annotations

import json
import re
import time

from sanic import Blueprint
from sanic.request import Request
from sanic.response import BaseHTTPResponse, HTTPResponse

from bot.store import Store
from bot.store.errors import StoreError
from channels.console.guard import may, needs, refuse, session_of
from channels.console.sessions import Session
from channels.door import door_of
from channels.streams import streaming

live = Blueprint("console_live", url_prefix="/api/console")
_PLACE = re.compile(r"([A-Za-z0-9_.@-]{1,64})=([0-9]{1,20}-[0-9]{1,20})")
#: Shorter than the 15 s of proxies: by it a browser also notices a line that died silently.
BEAT = 8.0
_RETRY_MS = 800


def read_places(text: str, shops: list[str]) -> dict[str, str] | None:
    """Shop → stream id; shops that are not named start now. None when malformed."""
    places: dict[str, str] = {}
    for part in filter(None, text.split(",")):
        found = _PLACE.fullmatch(part)
        if found is None:
            return None
        if found[1] in shops:
            places[found[1]] = found[2]
    return places


def write_places(places: dict[str, str]) -> str:
    """The event id that stands for these places."""
    return ",".join(f"{shop}={place}" for shop, place in sorted(places.items()))


@live.get("/live")
@needs("see")
async def follow_all(request: Request, who: Session) -> HTTPResponse | None:
    """What changes in all shops, from `Last-Event-ID` (or `?after=`) on; without one, from now."""
    door = door_of(request)
    shops = sorted(door.shops)
    places = read_places(request.headers.get("Last-Event-ID") or request.args.get("after") or "", shops)
    if places is None:
        return refuse(400, "Last-Event-ID: malformed")
    store = await door.store()
    for shop_id in shops:
        if shop_id not in places:
            newest = await store.feed(shop_id, after="$")
            places[shop_id] = str(newest[0]["id"]) if newest else "0-0"
    response = await request.respond(
        content_type="text/event-stream", headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    )
    await response.send(f"retry: {_RETRY_MS}\nid: {write_places(places)}\nevent: hello\ndata: {{}}\n\n")
    with streaming(request):
        await _follow(request, response, store, places)
    await response.eof()
    return None


async def _follow(request: Request, response: BaseHTTPResponse, store: Store, places: dict[str, str]) -> None:
    quiet_since = time.monotonic()
    async with store.waking() as wait:
        # Asked each round: who was logged out or lost the right hears no more.
        while may(session_of(request), "see"):
            sent = False
            try:
                for shop_id, after in list(places.items()):
                    for row in await store.feed(shop_id, after=after, limit=100):
                        places[shop_id] = str(row["id"])
                        data = json.dumps({**row, "shop_id": shop_id}, ensure_ascii=False)
                        await response.send(f"id: {write_places(places)}\ndata: {data}\n\n")
                        sent = True
            except StoreError:
                return  # the browser reconnects and resumes by id
            if sent:
                quiet_since = time.monotonic()
            elif time.monotonic() - quiet_since >= BEAT:
                await response.send("event: beat\ndata: {}\n\n")
                quiet_since = time.monotonic()
            if not sent:
                await wait(1.0, None)
