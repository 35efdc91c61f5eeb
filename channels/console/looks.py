"""Looks at crisis transcripts, written down before they are shown."""

from __future__ import annotations

import structlog
from sanic.request import Request

from bot.cases.policy import HIGH
from bot.store import Store
from bot.store.audit import Opening, note_look
from channels.console.sessions import Session
from channels.schema import BodyError

_log = structlog.get_logger("zaoan.console")
DUTY = {"agent": "值守接待", "interventionist": "危机干预"}
"""Why a role looks when nobody says more. A role that is not here (auditor, admin) must say why, each sitting."""


async def note_chat_look(store: Store, request: Request, who: Session, shop_id: str, chat_id: str, level: int) -> None:
    """Write an opening down; from level 3 on in the audit trail, which must succeed. `BodyError` without a reason."""
    if level >= HIGH:
        reason = (request.args.get("reason") or "").strip() or DUTY.get(who.role, "")
        if not reason:
            raise BodyError("reason", "must say why this chat is opened")
        await note_look(store, shop_id, Opening(who.name, who.role, "transcript", chat_id, reason[:200], level))
    _log.info("chat_opened", who=who.name, role=who.role, shop=shop_id, chat=chat_id, danger=level)
