"""Chats, cases and lines as JSON for people's screens. The names follow the public contract."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.cases.codec import to_dict
from bot.cases.owed import shown, unanswered
from bot.cases.types import Case, Chat, Claim, Contact, Hold, Line
from bot.store import Store
from bot.store.steering import wished

LEVEL_NAMES = ("无", "困扰", "意念", "高危", "紧急")


class Views:
    """Shapes for one time zone, in which every time is told."""

    def __init__(self, timezone: str) -> None:
        self._zone = ZoneInfo(timezone)

    def time(self, seconds: float) -> str | None:
        """RFC 3339 with offset; None for a time that is not set."""
        return datetime.fromtimestamp(seconds, self._zone).isoformat(timespec="milliseconds") if seconds else None

    def line(self, line: Line) -> dict[str, Any]:
        """One line; `signals` are spans in code points of `text`."""
        verdict = line.verdict or {}
        return {
            "seq": line.seq,
            "at": self.time(line.at),
            "occurred_at": self.time(line.occurred_at),
            "role": line.role,
            "text": line.text,
            "message_id": line.message_id,
            "status": line.status,
            "level": verdict.get("level"),
            "score": verdict.get("score"),
            "signals": verdict.get("signals", []),
            "action": line.action,
            "strategy": line.strategy,
        }

    def chat(self, chat: Chat) -> dict[str, Any]:
        """A chat's head: who has it, how dangerous it is, since when somebody waits, what the bot owes."""
        waiting = chat.last_customer_seq > chat.answered_seq
        return {
            "shop_id": chat.shop_id,
            "chat_id": chat.chat_id,
            "customer_id": chat.customer_id,
            "owner": chat.owner,
            "mode": chat.mode,
            "status": chat.status,
            "level": chat.level,
            "level_name": LEVEL_NAMES[chat.level],
            "third_party": bool(chat.talk.get("third_party")),
            "last_seq": chat.last_seq,
            "waiting_since": self.time(chat.last_customer_at) if waiting else None,
            "owed": shown(chat.memory, chat.level),
            "case_id": chat.case_id,
        }

    def hold(self, hold: Hold) -> dict[str, Any]:
        """A hold with the platform's answer."""
        return {
            "order_id": hold.order_id,
            "state": hold.state,
            "reason": hold.reason,
            "order_status": hold.order_status,
            "requested_at": self.time(hold.requested_at),
            "changed_at": self.time(hold.changed_at),
            "expires_at": self.time(hold.expires_at),
            "appeal": hold.appeal,
            "appeal_by": hold.appeal_by,
        }

    def case(self, case: Case) -> dict[str, Any]:
        """A case as its chat's screens show it; what people noted of others stays at the desk."""
        return {
            "id": case.case_id,
            "level": case.level,
            "third_party": case.third_party,
            "status": case.status,
            "escalation": case.escalation,
            "urgency": case.urgency,
            "requested_at": self.time(case.requested_at),
            "accepted_by": case.accepted_by or None,
            "accepted_at": self.time(case.accepted_at),
            "history": [{**to_dict(step), "at": self.time(step.at)} for step in case.history],
        }

    def contact(self, contact: Contact) -> dict[str, Any]:
        """Who was told, and what came of it."""
        times = {"at": self.time(contact.at), "confirmed_at": self.time(contact.confirmed_at)}
        return {**to_dict(contact), **times}

    def claim(self, claim: Claim | Mapping[str, Any]) -> dict[str, Any]:
        """A merchant's claim; the amount in whole fen."""
        row = to_dict(claim) if isinstance(claim, Claim) else dict(claim)
        return {**row, "created_at": self.time(row["created_at"]), "changed_at": self.time(row["changed_at"])}

    def hold_notice(self, told: Mapping[str, Any], desk: bool | None = None) -> dict[str, Any]:
        """`Store.hold_explanation` for a screen: for outsiders as it is by default, for colleagues with who decided,
        and with level and evidence if `desk`."""
        hidden = {"desk", "decided_by"} if desk is None else set() if desk else {"desk"}
        row = {name: value for name, value in told.items() if name not in hidden}
        return {**row, "since": self.time(told["since"]), "expires_at": self.time(told["expires_at"])}

    def follow_ups(self, case: Case) -> list[dict[str, Any]]:
        """Promised returns, soonest first."""
        rows = sorted(case.follow_ups, key=lambda item: item.due_at)
        return [{"kind": row.kind, "due_at": self.time(row.due_at), "state": row.state} for row in rows]


async def chat_view(
    store: Store, views: Views, shop_id: str, chat_id: str, after: int = 0, limit: int = 200
) -> dict[str, Any] | None:
    """Everything an agent may see of one chat, or None when there is no such chat."""
    chat = await store.chat(shop_id, chat_id)
    if chat is None:
        return None
    lines = [views.line(line) for line in await store.transcript(shop_id, chat_id, after=after, limit=limit)]
    case = await store.case_of_chat(shop_id, chat_id)
    offered = await store.suggestions(shop_id, chat_id) or {"seq": 0, "items": []}
    signals: dict[str, dict[str, Any]] = {}
    for line in lines:
        for signal in line["signals"]:
            signals[signal["name"]] = {**signal, "seq": line["seq"]}
    return {
        "chat": views.chat(chat),
        "level": chat.level,
        "level_name": LEVEL_NAMES[chat.level],
        "third_party": bool(chat.talk.get("third_party")),
        "transcript": lines,
        # The latest evidence of each kind among the lines returned.
        "signals": list(signals.values()),
        "case": views.case(case) if case else None,
        "holds": [views.hold(hold) for hold in case.holds] if case else [],
        "referrals": list(case.referrals) if case else [],
        "follow_ups": views.follow_ups(case) if case else [],
        "orders": await store.orders(shop_id, chat_id),
        "unanswered": unanswered(chat.memory),
        # What the desk has asked the bot to say next.
        "steer": await wished(store, shop_id, chat_id),
        "suggestions": {
            "seq": offered["seq"],
            # Words for an earlier message are not offered for a later one.
            "stale": offered["seq"] < chat.last_customer_seq,
            "items": [item if isinstance(item, dict) else to_dict(item) for item in offered["items"]],
        },
    }
