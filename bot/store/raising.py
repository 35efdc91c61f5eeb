"""From a level to a case: opened, reopened or joined, a person called, orders held, greetings promised."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.cases import events as e
from bot.cases import follow_up, ladder
from bot.cases.policy import HIGH, escalation_wanted, hold_wanted, is_on, louder
from bot.cases.types import Alert, Case, Chat, Hold, Urgency
from bot.store.effects import CaseEdit, raise_alert


def raise_case(
    edit: CaseEdit, chat: Chat, seq: int, evidence: tuple[str, ...], orders: Sequence[Mapping[str, Any]]
) -> None:
    """What a customer's message with this level calls for. `chat` already has the new level and talk state."""
    case = edit.case
    before = case.level if case and case.status == "open" else 0
    wanted = escalation_wanted(chat.level, chat.talk)
    # What is known from the customer's other chats counts for the orders as well.
    held = [order for order in orders if hold_wanted(max(chat.level, before), chat.talk, order)]
    if wanted is None and not held:
        if case and case.status == "open" and chat.chat_id not in case.chats:
            edit.happen(e.ChatJoined(edit.now, chat.chat_id))
        return
    open_case(edit, chat)
    if chat.level > before:
        third = bool(chat.talk.get("third_party"))
        edit.happen(e.LevelRaised(edit.now, chat.level, chat.chat_id, seq, evidence, third))
    if wanted is not None:
        call_people(edit, wanted, "reading", "reading")
        promise(edit, chat)
    for order in held:
        ask_hold(edit, order, "danger was read in the chat", "reading", risen=chat.level > before)


def first_words(edit: CaseEdit, by: str, chat_id: str, how: str = "chat") -> None:
    """A person spoke to the customer: from now on nobody waits for the first words."""
    if edit.case is not None and ladder.words_due(edit.case) is not None:
        edit.happen(e.FirstWords(edit.now, by, chat_id, how))


def absorb(edit: CaseEdit, other: CaseEdit) -> None:
    """Continue a chat's nameless case in the case of the customer who turned out to be there.

    Both trails tell of it. A person called to the nameless case is called to the customer's.
    """
    case, lost = edit.case, other.case
    if case is None or lost is None or lost.status != "open" or lost.case_id == case.case_id:
        return
    if case.status == "closed":
        edit.happen(e.CaseReopened(edit.now, lost.chats[-1] if lost.chats else ""))
    edit.happen(e.CaseAbsorbed(edit.now, lost.case_id, lost.chats, lost.referrals))
    for contact in lost.contacts:
        edit.happen(
            e.ContactMade(contact.at, contact.by, contact.whom, contact.told, contact.confirmed, contact.responder)
        )
    if lost.urgency is not None and ladder.waiting(lost):
        call_people(edit, lost.urgency, f"continued from {lost.case_id}", "merge")
    other.happen(e.CaseMerged(edit.now, case.case_id))


def open_case(edit: CaseEdit, chat: Chat) -> Case:
    """The customer's open case; opened, or opened again, if there is none."""
    case = edit.case
    if case is None:
        customer = chat.customer_id or f"@{chat.chat_id}"
        case = edit.happen(e.CaseOpened(edit.now, f"c{secrets.token_hex(8)}", chat.shop_id, customer))
    elif case.status == "closed":
        case = edit.happen(e.CaseReopened(edit.now, chat.chat_id))
    if chat.chat_id not in case.chats:
        case = edit.happen(e.ChatJoined(edit.now, chat.chat_id))
    return case


def call_people(edit: CaseEdit, urgency: Urgency, reason: str, by: str) -> None:
    """Ask for a person, unless one was asked for at least this urgently."""
    case = edit.case
    if case is None:
        return
    if case.escalation in ("none", "closed") or louder(case.urgency, urgency) != case.urgency:
        edit.happen(e.EscalationRequested(edit.now, urgency, reason, by))


def ask_hold(edit: CaseEdit, order: Mapping[str, Any], reason: str, by: str, risen: bool = False) -> Hold | None:
    """Ask for a hold on one order, once. What a person released stays released unless the danger has grown."""
    case = edit.case
    if case is None:
        return None
    hold = case.hold(order["order_id"])
    if hold is not None and (is_on(hold) or hold.state == "too_late" or not risen):
        return hold
    expires = edit.now + edit.options.hold_hours * 3600
    case = edit.happen(e.HoldRequested(edit.now, order["order_id"], order.get("status", ""), reason, expires, by))
    return case.hold(order["order_id"])


def hold_ran_out(edit: CaseEdit, order_id: str) -> None:
    """A hold's time is over: from level 3 on it is asked for again, as only a person lets go; people are told."""
    case = edit.case
    hold = case.hold(order_id) if case else None
    if case is None or hold is None or not is_on(hold):
        return
    chat_id = case.chats[-1] if case.chats else ""
    alert = Alert(f"hold_expiry-{order_id}", "hold_expiry", case.shop_id, chat_id, edit.now, case.level)
    raise_alert(edit.change, replace(alert, case_id=case.case_id, detail=order_id))
    if case.status == "open" and case.level >= HIGH:
        expires = edit.now + edit.options.hold_hours * 3600
        edit.happen(e.HoldRequested(edit.now, order_id, hold.order_status, hold.reason, expires, "renewal"))
    else:
        edit.happen(e.HoldChanged(edit.now, order_id, "expired"))


def hold_released_outside(edit: CaseEdit, order_id: str) -> None:
    """The platform let a held order go without us: noted, and in high danger brought before people."""
    case = edit.happen(e.HoldReleased(edit.now, order_id, "platform", "released on the platform"))
    if case.level >= HIGH:
        chat_id = case.chats[-1] if case.chats else ""
        alert = Alert(f"released-{order_id}", "hold_released_outside", case.shop_id, chat_id, edit.now, case.level)
        raise_alert(edit.change, replace(alert, case_id=case.case_id, detail=order_id))


def promise(edit: CaseEdit, chat: Chat) -> None:
    """Schedule the greetings of a case, once each, unless the customer declined them."""
    case = edit.case
    if case is None or case.opted_out:
        return
    have = {item.kind for item in case.follow_ups if item.state == "scheduled" or case.reopened == 0}
    for kind in follow_up.kinds_for(case.third_party):
        if kind not in have:
            due = follow_up.due_at(kind, edit.now, edit.options.timezone)
            edit.happen(e.FollowUpScheduled(edit.now, kind, due, chat.chat_id))
