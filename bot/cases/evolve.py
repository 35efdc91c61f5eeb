"""A case is what its events say: `evolve` is the only way a case changes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

from bot.cases import events as e
from bot.cases.types import Case, Claim, Contact, FollowUp, Hold, LevelStep, Linked

STEPS = (e.LevelRaised, e.LevelLowered, e.CaseClosed, e.CaseReopened, e.CaseMerged)
HISTORY_KEPT = 200
"""Level steps kept in the case itself; the event stream has all of them."""


def new_case(event: e.CaseOpened) -> Case:
    """The case that a first event opens."""
    return Case(event.case_id, event.shop_id, event.customer_id, event.at, events=1)


def evolve(case: Case | None, event: e.Event) -> Case:
    """The case after one more event."""
    if isinstance(event, e.CaseOpened):
        return new_case(event)
    if case is None:
        raise ValueError(f"{type(event).__name__} before CaseOpened")
    steps = case.steps + isinstance(event, STEPS)
    return replace(case, events=case.events + 1, steps=steps, **_changes(case, event))


def evolve_all(case: Case | None, happened: list[e.Event]) -> Case | None:
    """The case after several events."""
    for event in happened:
        case = evolve(case, event)
    return case


def _changes(case: Case, event: e.Event) -> dict[str, Any]:
    match event:
        case e.CustomerNamed():
            return {"customer_id": event.customer_id}
        case e.ChatJoined():
            return {"chats": case.chats if event.chat_id in case.chats else (*case.chats, event.chat_id)}
        case e.CaseReopened():
            return {
                "status": "open", "escalation": "none", "urgency": None, "rung": 0, "accepted_by": "",
                "accepted_at": 0.0, "requested_at": 0.0, "spoke_at": 0.0, "reopened": case.reopened + 1, "level": 0,
                "disposition": "", "closed_by": "", "closed_reason": "", "closed_at": 0.0,
            }  # fmt: skip
        case e.LevelRaised():
            step = LevelStep(event.at, event.level, "reading", "", event.chat_id, event.seq, event.evidence)
            return {
                "level": event.level,
                "third_party": event.third_party,
                "history": (*case.history, step)[-HISTORY_KEPT:],
            }
        case e.LevelLowered():
            step = LevelStep(event.at, event.level, event.by, event.reason)
            return {"level": event.level, "history": (*case.history, step)[-HISTORY_KEPT:]}
        case e.CaseClosed():
            return {
                "status": "closed", "escalation": "closed" if case.escalation != "none" else "none",
                "disposition": event.disposition, "closed_by": event.by, "closed_reason": event.reason,
                "closed_at": event.at,
            }  # fmt: skip
        case e.ReferralsGiven():
            return {"referrals": tuple(dict.fromkeys((*case.referrals, *event.ids)))}
        case e.ContactMade():
            contact = Contact(
                event.at, event.by, event.whom, event.told, event.confirmed, len(case.contacts) + 1, event.responder,
                event.by if event.confirmed else "", event.at if event.confirmed else 0.0,
            )  # fmt: skip
            return {"contacts": (*case.contacts, contact), **_spoken(case, event)}
        case e.ContactConfirmed():
            said = {"confirmed": True, "responder": event.responder, "confirmed_by": event.by, "confirmed_at": event.at}
            return {
                "contacts": tuple(
                    replace(item, **cast(Any, said)) if item.number == event.number else item for item in case.contacts
                )
            }
        case e.CaseAbsorbed() | e.CaseMerged() | e.CaseLinked():
            return _joined(case, event)
        case e.ClaimChanged():
            return {"claims": _claims(case, event)}
        case (
            e.EscalationRequested() | e.EscalationOffered() | e.EscalationLouder() | e.EscalationAccepted()
            | e.EscalationReturned() | e.FirstWords() | e.CaseReassigned()
        ):  # fmt: skip
            return _escalation(case, event)
        case e.HoldRequested() | e.HoldChanged() | e.HoldReleased() | e.HoldAppealed() | e.AppealRefused():
            return {"holds": _holds(case, event)}
        case e.FollowUpScheduled() | e.FollowUpDone() | e.FollowUpsDeclined():
            return _follow_ups(case, event)
    return {}


def _escalation(case: Case, event: e.Event) -> dict[str, Any]:
    match event:
        case e.EscalationRequested():
            if case.escalation in ("none", "closed"):
                return {"escalation": "requested", "urgency": event.urgency, "requested_at": event.at, "rung": 0}
            if case.escalation == "accepted":  # who accepted a calmer case owes the customer words anew
                return {"urgency": event.urgency, "requested_at": event.at, "spoke_at": 0.0}
            return {"urgency": event.urgency}
        case e.EscalationOffered():
            return {"escalation": "offered"} if case.escalation == "requested" else {}
        case e.EscalationLouder():
            return {"rung": event.rung}
        case e.EscalationAccepted():
            # A change of shift does not undo that someone has spoken.
            spoke = case.spoke_at if case.escalation == "accepted" else 0.0
            return {"escalation": "accepted", "accepted_by": event.by, "accepted_at": event.at, "spoke_at": spoke}
        case e.CaseReassigned():
            # Who takes the shift is awake; who is given a case may not be, until the customer has heard from them.
            spoke = case.spoke_at if event.by == event.to else 0.0
            return {"escalation": "accepted", "accepted_by": event.to, "accepted_at": event.at, "spoke_at": spoke}
        case e.FirstWords():
            return {"spoke_at": case.spoke_at or event.at}
        case e.EscalationReturned():
            return {
                "escalation": "requested", "requested_at": event.at, "rung": 1, "accepted_by": "", "accepted_at": 0.0,
            }  # fmt: skip
    return {}


def _spoken(case: Case, event: e.ContactMade) -> dict[str, Any]:
    """A talk with the customer outside the chat (by telephone) is a person's words as well."""
    return {"spoke_at": case.spoke_at or event.at} if event.whom == "customer" else {}


def _joined(case: Case, event: e.Event) -> dict[str, Any]:
    match event:
        case e.CaseAbsorbed():
            return {
                "absorbed": tuple(dict.fromkeys((*case.absorbed, event.case_id))),
                "chats": tuple(dict.fromkeys((*case.chats, *event.chats))),
                "referrals": tuple(dict.fromkeys((*case.referrals, *event.referrals))),
            }
        case e.CaseMerged():
            return {
                "status": "closed", "escalation": "closed", "disposition": "merged", "closed_by": "system",
                "closed_reason": event.into, "closed_at": event.at,
            }  # fmt: skip
        case e.CaseLinked():
            status = cast(Any, event.status)
            fresh = Linked(event.shop_id, event.case_id, event.level, event.peak, status, event.seq, event.at)
            others = (item for item in case.linked if (item.shop_id, item.case_id) != (event.shop_id, event.case_id))
            return {"linked": (*others, fresh)}
    return {}


def _claims(case: Case, event: e.ClaimChanged) -> tuple[Claim, ...]:
    old = case.claim(event.order_id)
    fresh = Claim(
        event.claim_id, event.order_id, event.amount_fen, event.state, event.by, event.reason,
        event.reference or (old.reference if old else ""), old.created_at if old else event.at, event.at,
    )  # fmt: skip
    return (*(claim for claim in case.claims if claim.order_id != event.order_id), fresh)


def _holds(case: Case, event: e.Event) -> tuple[Hold, ...]:
    match event:
        case e.HoldRequested():
            fresh = Hold(
                event.order_id, "requested", event.at, event.reason, event.order_status, event.at, event.expires_at
            )
            old = case.hold(event.order_id)
            if old is not None and event.by == "renewal":  # the same hold goes on, and so does the appeal against it
                fresh = replace(fresh, appeal=old.appeal, appeal_by=old.appeal_by, appeal_reason=old.appeal_reason)
            return (*(hold for hold in case.holds if hold.order_id != event.order_id), fresh)
        case e.HoldChanged():
            return _with(case, event.order_id, state=event.state, changed_at=event.at)
        case e.HoldReleased():
            held = case.hold(event.order_id)
            appeal = "granted" if held is not None and held.appeal == "open" else held.appeal if held else ""
            return _with(
                case, event.order_id, state="released", changed_at=event.at, by=event.by, reason=event.reason,
                appeal=appeal,
            )  # fmt: skip
        case e.HoldAppealed():
            return _with(case, event.order_id, appeal="open", appeal_by=event.by, appeal_reason=event.note)
        case e.AppealRefused():
            return _with(case, event.order_id, appeal="refused", appeal_reason=event.reason)
    return case.holds


def _with(case: Case, order_id: str, **changes: Any) -> tuple[Hold, ...]:
    return tuple(replace(hold, **changes) if hold.order_id == order_id else hold for hold in case.holds)


def _follow_ups(case: Case, event: e.Event) -> dict[str, Any]:
    match event:
        case e.FollowUpScheduled():
            fresh = FollowUp(event.kind, event.due_at, chat_id=event.chat_id)
            others = tuple(item for item in case.follow_ups if item.kind != event.kind)
            return {"follow_ups": (*others, fresh)}
        case e.FollowUpDone():
            how = cast(Any, event.how)
            return {
                "follow_ups": tuple(
                    replace(item, state=how) if item.kind == event.kind else item for item in case.follow_ups
                )
            }
        case e.FollowUpsDeclined():
            off = tuple(
                replace(item, state="cancelled") if item.state == "scheduled" else item for item in case.follow_ups
            )
            return {"follow_ups": off, "opted_out": True}
    return {}
