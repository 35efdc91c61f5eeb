"""What trainers do at the console: the merchant's own phrases, and proposals from what colleagues sent."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from typing import Any

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse
from sanic.response import json as answer_json

from bot.conversation.guard import QUESTION
from bot.copilot import KINDS
from bot.copilot.feedback import proposals, tallies, undecided
from bot.store.feedback import (
    MOST_PHRASES,
    decide_proposal,
    decisions,
    feedback,
    phrase_rows,
    put_phrase,
    remove_phrase,
)
from channels.console.api import shop_of
from channels.console.guard import needs
from channels.console.sessions import Session
from channels.console.wording import wording_guard
from channels.door import door_of
from channels.schema import BodyError, choice_of, id_of, load, text_of

training = Blueprint("console_training", url_prefix="/api/console")
_NO_STORE = {"Cache-Control": "no-store"}
STRATEGIES = ("question", "restatement", "reflection", "affirmation", "suggestion", "information", "other")
_MOST_WORDS, _MOST_ROWS = 20, 200


@training.get("/phrases/<shop_id:str>")
@needs("train")
async def list_phrases(request: Request, shop_id: str, who: Session) -> HTTPResponse:
    """The merchant's approved phrases, the oldest first."""
    shop, door = shop_of(request, shop_id), door_of(request)
    rows = await phrase_rows(await door.store(), shop.id)
    return answer_json({"phrases": [{**row, "at": door.views.time(row["at"])} for row in rows]}, headers=_NO_STORE)


@training.post("/phrases/<shop_id:str>")
@needs("train")
async def add_phrase(request: Request, shop_id: str, who: Session) -> HTTPResponse:
    """`{"text", "kind", "when", "strategy"?}`: 201 with the phrase; 400 with the guard's reason for a trainer."""
    shop, door, data = shop_of(request, shop_id), door_of(request), load(request.body)
    text, kind = text_of(data, "", "text", limit=200).strip(), choice_of(data, "", "kind", KINDS)
    usual = "question" if QUESTION.search(text) else "affirmation" if kind == "care" else "information"
    strategy = choice_of({"strategy": usual, **data}, "", "strategy", STRATEGIES)
    found = await asyncio.get_running_loop().run_in_executor(None, lambda: wording_guard().wording(text))
    if not found.ok:
        return answer_json({"error": found.message_zh, "path": "text", "reason": found.reason}, 400)
    store = await door.store()
    if len(await phrase_rows(store, shop.id)) >= MOST_PHRASES:
        raise BodyError("text", f"there are {MOST_PHRASES} phrases already; remove one first")
    row = await put_phrase(store, shop.id, text, kind, strategy, _words(data), who.name)
    return answer_json({**row, "at": door.views.time(row["at"])}, 201)


def _words(data: dict[str, Any]) -> list[str]:
    """`when`: words of customers at which the phrase fits; at least one, or it would never be offered."""
    rows = data.get("when")
    if not isinstance(rows, list) or not all(isinstance(row, str) for row in rows):
        raise BodyError("when", "must be a list of strings")
    words = [row.strip() for row in rows if row.strip()]
    if not words or len(words) > _MOST_WORDS or any(not 2 <= len(word) <= 20 for word in words):
        raise BodyError("when", f"must hold 1-{_MOST_WORDS} words of 2-20 characters")
    return list(dict.fromkeys(words))


@training.post("/phrases/<shop_id:str>/<phrase_id:str>/remove")
@needs("train")
async def drop_phrase(request: Request, shop_id: str, phrase_id: str, who: Session) -> HTTPResponse:
    """Takes a phrase out of use at once."""
    shop = shop_of(request, shop_id)
    await remove_phrase(await door_of(request).store(), shop.id, id_of({"phrase": phrase_id}, "", "phrase"))
    return answer_json({})


@training.get("/proposals/<shop_id:str>")
@needs("train")
async def list_proposals(request: Request, shop_id: str, who: Session) -> HTTPResponse:
    """What colleagues changed, wrote instead or never took, undecided; and the counts of each suggestion."""
    shop, door = shop_of(request, shop_id), door_of(request)
    store = await door.store()
    rows = await feedback(store, shop.id)
    found = undecided(proposals(rows), await decisions(store, shop.id))[:_MOST_ROWS]
    return answer_json(
        {
            "proposals": [
                {**asdict(one), "id": one.proposal_id, "at": door.views.time(one.at)} for one in found
            ],
            "suggestions": [asdict(one) for one in tallies(rows)[:_MOST_ROWS]],
        },
        headers=_NO_STORE,
    )  # fmt: skip


@training.post("/proposals/<shop_id:str>/<proposal_id:str>")
@needs("train")
async def decide(request: Request, shop_id: str, proposal_id: str, who: Session) -> HTTPResponse:
    """`{"decision": "taken"|"dropped"}`: the proposal leaves the list; what is done with it is the trainer's edit."""
    shop = shop_of(request, shop_id)
    decision = choice_of(load(request.body), "", "decision", ("taken", "dropped"))
    store = await door_of(request).store()
    await decide_proposal(store, shop.id, id_of({"proposal": proposal_id}, "", "proposal"), decision, who.name)
    return answer_json({})
