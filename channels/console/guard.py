"""Every route names who may use it; commands also need the CSRF token and an idempotency key."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any

import structlog
from sanic.request import Request
from sanic.response import HTTPResponse
from sanic.response import json as answer_json

from channels.console.sessions import COOKIE, Session
from channels.console.state import console_of
from channels.schema import DELIVERY_PATTERN, BodyError
from channels.signing import IDEMPOTENCY_HEADER

_log = structlog.get_logger("zaoan.console")
Handler = Callable[..., Coroutine[Any, Any, HTTPResponse | None]]

#: What each role may do: `desk` reads what people noted of others, `case` acts on cases, `pay` decides claims.
#: A trainer works on stories and wording (`train`: the merchant's phrases, proposals) and sees no live chat.
RIGHTS: dict[str, frozenset[str]] = {
    "agent": frozenset({"see", "talk", "hold"}),
    "interventionist": frozenset({"see", "talk", "hold", "desk", "case"}),
    "trainer": frozenset({"train"}),
    "auditor": frozenset({"see", "desk"}),
    "admin": frozenset({"see", "pay", "train"}),
}


def session_of(request: Request) -> Session | None:
    """Who is asking, or None."""
    console = console_of(request)
    return console.sessions.read(request.cookies.get(COOKIE), console.accounts.get)


def may(session: Session | None, right: str) -> bool:
    """Whether this session may do it; an empty right needs only a session."""
    return session is not None and (not right or right in RIGHTS[session.role])


def refuse(status: int, problem: str) -> HTTPResponse:
    """An error as JSON."""
    return answer_json({"error": problem}, status)


def _command_problem(request: Request, session: Session) -> HTTPResponse | None:
    if request.headers.get("X-CSRF-Token") != session.csrf:
        return refuse(403, "X-CSRF-Token: missing or wrong")
    if not request.headers.get("content-type", "").startswith("application/json"):
        return refuse(415, "Content-Type: must be application/json")
    if not DELIVERY_PATTERN.fullmatch(request.headers.get(IDEMPOTENCY_HEADER, "")):
        return refuse(400, f"{IDEMPOTENCY_HEADER}: is missing or malformed")
    return None


def needs(right: str) -> Callable[[Handler], Handler]:
    """Lets only sessions with the right through; the handler gets the session as `who`.

    401 without a session, 403 without the right or the CSRF token. Body errors become 400.
    """

    def wrap(handler: Handler) -> Handler:
        @wraps(handler)
        async def guarded(request: Request, *values: Any, **named: Any) -> Any:
            session = session_of(request)
            if session is None:
                return refuse(401, "log in first")
            if not may(session, right):
                _log.warning("not_allowed", who=session.name, role=session.role, right=right)
                return refuse(403, f"the role {session.role} may not do this")
            if request.method != "GET" and (problem := _command_problem(request, session)):
                return problem
            try:
                return await handler(request, *values, who=session, **named)
            except BodyError as error:
                return answer_json({"error": str(error), "path": error.path}, 400)

        return guarded

    return wrap
