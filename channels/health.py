"""Is the door alive, and is everything behind it ready?

`/health/live` answers while the process lives. `/health/ready` names what is missing and
what to do; 503 as long as something is.
"""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse
from sanic.response import json as answer_json

from bot.store.errors import StoreError
from channels.door import Door, door_of

health = Blueprint("health", url_prefix="/health")
#: A process that has not been heard of for this long counts as gone (they beat every few seconds).
_SILENT_AFTER = 15.0
_ACTIONS_TIMEOUT = aiohttp.ClientTimeout(total=1)
_FIXES = {
    "redis": "Start `zaoan up`, or check ZAOAN_REDIS_URL; until then the webhook answers 503 and nothing is lost.",
    "brain": "Start `python -m bot.conversation.brain`; until then customers get the fixed safe text.",
    "worker": "Start `python -m bot.worker`; until then replies, holds and pages wait in the outbox.",
    "actions": "Start the action server (`zaoan up` does); until then escalation goes by the danger level alone.",
}


@health.get("/live")
async def live(_: Request) -> HTTPResponse:
    """200 while the process answers."""
    return answer_json({"status": "live"})


@health.get("/ready")
async def ready(request: Request) -> HTTPResponse:
    """200 when every part answers, else 503 with the fix of each that does not."""
    door = door_of(request)
    beats, actions = await asyncio.gather(_beats(door), _actions(door))
    problems = {
        "redis": None if beats is not None else "not reachable",
        "brain": _silent(beats, "brain"),
        "worker": _silent(beats, "worker"),
        "actions": actions,
    }
    parts: dict[str, Any] = {
        name: {"ok": True} if problem is None else {"ok": False, "missing": problem, "fix": _FIXES[name]}
        for name, problem in problems.items()
    }
    fine = all(problem is None for problem in problems.values())
    return answer_json({"ready": fine, "parts": parts}, 200 if fine else 503, headers={"Cache-Control": "no-store"})


async def _beats(door: Door) -> dict[str, float] | None:
    try:
        store = await door.store()
        await store.ping()
        return await store.heartbeats()
    except StoreError:
        return None


def _silent(beats: dict[str, float] | None, name: str) -> str | None:
    if beats is None:
        return "unknown while Redis is away"
    if name not in beats:
        return "never heard of, or silent for long"
    return None if beats[name] <= _SILENT_AFTER else f"silent for {beats[name]:.0f} s"


async def _actions(door: Door) -> str | None:
    url = f"http://127.0.0.1:{door.settings.actions_port}/health"
    try:
        async with aiohttp.ClientSession(timeout=_ACTIONS_TIMEOUT) as session, session.get(url) as answer:
            return None if answer.status == 200 else f"answers {answer.status}"
    except (aiohttp.ClientError, TimeoutError):
        return f"no answer on port {door.settings.actions_port}"
