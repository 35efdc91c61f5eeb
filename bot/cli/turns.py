"""One turn as a line of the public format (docs/guide/commands.md), from what the read API shows."""

from __future__ import annotations

from typing import Any

from bot.cli.client import Sent, replies_after


def turn_line(
    ident: str, number: int, text: str, sent: Sent, view: dict[str, Any], first_reply: float | None
) -> dict[str, Any]:
    """The line that `say --json` and `replay` print."""
    mine = next((x for x in view["transcript"] if x["message_id"] == sent.message_id), None)
    seq = mine["seq"] if mine else 0
    case = view["case"]
    offered = view["suggestions"]
    fresh = offered["seq"] >= seq and not offered["stale"]
    suggestions = offered["items"] if fresh else []
    return {
        "id": ident,
        "turn": number,
        "text": text,
        "level": sent.level,
        "signals": mine["signals"] if mine else [],
        "owner": "bot" if view["chat"]["owner"] == "bot" else "human",
        "replies": [{"text": x["text"], "action": x["action"]} for x in replies_after(view, seq)],
        "suggestions": [{"text": x["text"], "strategy": x["strategy"]} for x in suggestions],
        "referrals": view["referrals"],
        "case": {"id": case["id"], "level": case["level"], "escalation": case["escalation"]} if case else None,
        "holds": [{"order_id": h["order_id"], "state": h["state"]} for h in view["holds"]],
        "ms": {"verdict": round(sent.ms, 1), "first_reply": None if first_reply is None else round(first_reply, 1)},
    }
