"""What changes, as server-sent events that resume after a lost line.

Events are pointers (`{"type", "chat_id", "seq", …}`), never customer text: the screen
reads the chat again, and with it the right to see it is asked again.
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

stream = Blueprint("console_stream", url_prefix="/api/console")
_ID = re.compile(r"[0-9]{1,20}-[0-9]{1,20}")
#: Proxies and Sanic close a line that is quiet for a minute.
_HEARTBEAT = 15.0
_RETRY_MS = 1000


@stream.get("/events/<shop_id:str>")
@needs("see")
async def events(request: Request, shop_id: str, who: Session) -> HTTPResponse | None:
    """The shop's feed from `Last-Event-ID` (header, or `?after=`) on; without one, from now.

    The id of each event is the stream's own, so nothing is lost or doubled across
    reconnects and door restarts.
    """
    door = door_of(request)
    if shop_id not in door.shops:
        return refuse(404, "no such shop")
    after = request.headers.get("Last-Event-ID") or request.args.get("after") or "$"
    if after != "$" and not _ID.fullmatch(after):
        return refuse(400, "Last-Event-ID: malformed")
    store = await door.store()
    if after == "$":
        # A fixed place to go on from: "$" anew on each read would lose what came between.
        newest = await store.feed(shop_id, after="$")
        after = str(newest[0]["id"]) if newest else "0-0"
    response = await request.respond(
        content_type="text/event-stream", headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    )
    # The first id is sent even when nothing happens, so that a first reconnect resumes too.
    await response.send(f"retry: {_RETRY_MS}\nid: {after}\nevent: hello\ndata: {{}}\n\n")
    with streaming(request):
        await _follow(request, response, store, shop_id, after)
    await response.eof()
    return None


async def _follow(request: Request, response: BaseHTTPResponse, store: Store, shop_id: str, after: str) -> None:
    quiet_since = time.monotonic()
    async with store.waking(shop_id) as wait:
        # Asked each round: who was logged out or lost the right hears no more.
        while may(session_of(request), "see"):
            try:
                rows = await store.feed(shop_id, after=after, limit=100)
            except StoreError:
                break  # the browser reconnects and resumes by id
            for row in rows:
                after = str(row["id"])
                await response.send(f"id: {after}\ndata: {json.dumps(row, ensure_ascii=False)}\n\n")
                quiet_since = time.monotonic()
            if time.monotonic() - quiet_since >= _HEARTBEAT:
                await response.send(": still here\n\n")
                quiet_since = time.monotonic()
            if not rows:
                await wait(1.0, None)
