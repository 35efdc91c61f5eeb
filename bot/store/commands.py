"""Commands to the outside, put into the outbox as part of a change: holds, calls for people, links.

Each has a lane, within which order is kept, and a key that is the same across its retries. Calls for people and
holds are queues of their own beside the messages: a platform that is slow to take messages must not keep a person
from being called.
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.cases import alarms, ladder
from bot.cases.person import NAMELESS
from bot.cases.types import Alert, Case
from bot.store.base import Options
from bot.store.change import Change

OUTBOX, CALLS, HOLDS = "outbox", "calls", "holds"
WORKS = (CALLS, HOLDS, OUTBOX)
"""The queues of commands, the most urgent first."""
_WORK_OF = {"case": CALLS, "mail": CALLS, "page-alert": CALLS, "mail-alert": CALLS, "order": HOLDS}


def order_command(
    change: Change, case: Case, kind: str, order_id: str, reason: str, expires_at: float, now: float
) -> None:
    """Put a hold or release into the order's lane; the key is one per request, the same across its retries."""
    key = f"{kind}-{case.case_id}-{order_id}-{case.events}"
    payload = {"order_id": order_id, "case_id": case.case_id, "reason": reason, "expires_at": expires_at}
    put_command(change, kind, f"order:{order_id}", key, payload, now)


def call(change: Change, case: Case, chat_id: str, now: float, options: Options) -> None:
    """Call the case's rung by paging address and by mail, as far as there are. No customer text, no name.

    Two commands in two lanes: a dead paging service must not hold up the mail, nor the other way round.
    """
    payload: dict[str, object] = {
        "case_id": case.case_id, "chat_id": chat_id or (case.chats[-1] if case.chats else ""), "level": case.level,
        "urgency": case.urgency, "rung": case.rung, "audience": ladder.audience(case.rung, case.level),
        "loud": case.level >= ladder.NOW,
    }  # fmt: skip
    if case.escalation == "accepted":  # the danger has risen: the one who has the case must know, wherever they are
        payload["to"] = case.accepted_by
    for kind, lane, wanted in (("page", "case", options.page), ("mail", "mail", options.mail)):
        if wanted:
            key = f"{kind}-{case.case_id}-{case.events}-{case.rung}"
            put_command(change, kind, f"{lane}:{case.case_id}", key, payload, now)


def call_to_alert(change: Change, alert: Alert, calls: int, now: float, options: Options) -> None:
    """Call people to an alert that nobody has seen; `calls` were made before. Lanes apart from the ladder's."""
    payload: dict[str, object] = {
        "case_id": alert.case_id or "", "chat_id": alert.chat_id, "level": alert.level, "urgency": None, "rung": calls,
        "audience": alarms.called_now(alert.level, calls), "loud": alert.level >= ladder.NOW,
        "alert": alert.kind, "alert_id": alert.alert_id,
    }  # fmt: skip
    for kind, wanted in (("page", options.page), ("mail", options.mail)):
        if wanted:
            key = f"{kind}-alert-{alert.alert_id}-{alert.at:.0f}-{calls}"
            put_command(change, kind, f"{kind}-alert:{alert.alert_id}", key, payload, now)


def link_command(change: Change, case: Case, now: float) -> None:
    """Let the other shops' cases of this person be told; a name that joins nothing is left out."""
    if not case.customer_id.startswith(NAMELESS):
        payload = {"case_id": case.case_id, "customer_id": case.customer_id}
        put_command(change, "link", f"person:{case.case_id}", f"link-{case.case_id}-{case.events}", payload, now)


def put_command(change: Change, kind: str, lane: str, key: str, payload: Mapping[str, object], now: float) -> None:
    """Append a command to the outbox."""
    item = {"command_id": key, "kind": kind, "lane": lane, "key": key, "created_at": now, "payload": dict(payload)}
    change.queue(work_of(lane), lane, key, item, now)


def work_of(lane: str) -> str:
    """The queue that a lane belongs to, by what stands before the colon of its name."""
    return _WORK_OF.get(lane.partition(":")[0], OUTBOX)
