"""Log in, log out, who am I."""

from __future__ import annotations

import asyncio

import structlog
from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse
from sanic.response import json as answer_json

from channels.console.accounts import Account
from channels.console.guard import RIGHTS, needs, refuse
from channels.console.sessions import COOKIE, LIFETIME, Session
from channels.console.state import console_of
from channels.door import door_of
from channels.schema import BodyError, load, text_of

login = Blueprint("console_login", url_prefix="/api/console")
_log = structlog.get_logger("zaoan.console")


@login.post("/login")
async def log_in(request: Request) -> HTTPResponse:
    """`{"name", "password"}` → cookie and CSRF token; 401 when wrong, 429 after five failures."""
    if not request.headers.get("content-type", "").startswith("application/json"):
        return refuse(415, "Content-Type: must be application/json")
    try:
        data = load(request.body)
        name, password = text_of(data, "", "name", limit=64), text_of(data, "", "password", limit=256)
    except BodyError as error:
        return answer_json({"error": str(error), "path": error.path}, 400)
    console = console_of(request)
    keys = (f"name {name}", f"address {request.ip}")
    if wait := console.throttle.wait(*keys):
        return answer_json({"error": "too many failures"}, 429, headers={"Retry-After": str(wait)})
    # Counted before the check, so that many tries at once do not slip through together.
    console.throttle.failed(*keys)
    loop = asyncio.get_running_loop()
    account: Account | None = await loop.run_in_executor(None, console.accounts.check, name, password)
    if account is None:
        _log.warning("login_failed")
        return refuse(401, "name or password wrong")
    console.throttle.passed(*keys)
    cookie = console.sessions.start(account)
    session = console.sessions.read(cookie, console.accounts.get)
    _log.info("login", who=account.name, role=account.role)
    answer = answer_json(_me(request, session) if session else {}, headers={"Cache-Control": "no-store"})
    answer.cookies[COOKIE] = cookie
    answer.cookies[COOKIE]["path"] = "/"
    answer.cookies[COOKIE]["httponly"] = True
    answer.cookies[COOKIE]["samesite"] = "Strict"
    answer.cookies[COOKIE]["max-age"] = LIFETIME
    if request.scheme == "https":
        answer.cookies[COOKIE]["secure"] = True
    return answer


def _me(request: Request, session: Session) -> dict[str, object]:
    return {
        "shops": [{"id": shop.id, "name": shop.name} for shop in door_of(request).shops.values()],
        "name": session.name,
        "role": session.role,
        "rights": sorted(RIGHTS[session.role]),
        "csrf": session.csrf,
    }


@login.get("/me")
@needs("")
async def me(request: Request, who: Session) -> HTTPResponse:
    """The session's name, role, rights and CSRF token, and the shops there are."""
    return answer_json(_me(request, who), headers={"Cache-Control": "no-store"})


@login.post("/logout")
@needs("")
async def log_out(request: Request, who: Session) -> HTTPResponse:
    """Ends the session everywhere."""
    console_of(request).sessions.end(who)
    answer = answer_json({})
    del answer.cookies[COOKIE]
    return answer
