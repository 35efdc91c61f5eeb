"""Everything that can happen to a case. The stream of these events is its audit trail.

Each class's docstring is the reference for people who read the trail. Evidence is kept as names of
signals and the place of the message, never as the customer's words.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.cases.codec import from_dict, to_dict
from bot.cases.types import ClaimState, FollowUpKind, HoldState, Urgency


@dataclass(frozen=True, slots=True)
class Event:
    """Base: `at` is when it was written down, seconds since 1970."""

    at: float


@dataclass(frozen=True, slots=True)
class CaseOpened(Event):
    """The first sign of danger from this customer, or a first action for them."""

    case_id: str
    shop_id: str
    customer_id: str


@dataclass(frozen=True, slots=True)
class CustomerNamed(Event):
    """A case opened for a chat alone now has a customer."""

    customer_id: str


@dataclass(frozen=True, slots=True)
class ChatJoined(Event):
    """A chat of the same customer now belongs to the case."""

    chat_id: str


@dataclass(frozen=True, slots=True)
class CaseReopened(Event):
    """The customer came back in danger after a person had closed the case."""

    chat_id: str


@dataclass(frozen=True, slots=True)
class LevelRaised(Event):
    """A message showed more danger than was known. `evidence` names the signals read in it."""

    level: int
    chat_id: str
    seq: int
    evidence: tuple[str, ...] = ()
    third_party: bool = False


@dataclass(frozen=True, slots=True)
class LevelLowered(Event):
    """A person lowered the level, with a reason."""

    level: int
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class EscalationRequested(Event):
    """A person was called, or called more urgently. Who has accepted the case already is called themselves, and owes
    the customer words anew."""

    urgency: Urgency
    reason: str = ""
    by: str = "reading"


@dataclass(frozen=True, slots=True)
class EscalationOffered(Event):
    """The call was put before someone (console opened, page confirmed)."""

    to: str


@dataclass(frozen=True, slots=True)
class EscalationLouder(Event):
    """Nobody had accepted in time: the next rung was called. `rung` counts from 1."""

    rung: int


@dataclass(frozen=True, slots=True)
class EscalationAccepted(Event):
    """A named person took the case."""

    by: str


@dataclass(frozen=True, slots=True)
class CaseReassigned(Event):
    """The case went from one person to another: `to` now has it. `by` is who did it: `to` at a change of shift, or
    a colleague who gave it away, with a reason; then `to` owes the customer words of their own."""

    by: str
    to: str
    reason: str = ""
    before: str = ""


@dataclass(frozen=True, slots=True)
class FirstWords(Event):
    """A person spoke to the customer for the first time after the case was accepted (`how`: chat, phone, …)."""

    by: str
    chat_id: str = ""
    how: str = "chat"


@dataclass(frozen=True, slots=True)
class EscalationReturned(Event):
    """Someone had accepted, but no person spoke to the customer in time: the call is open again, one rung up."""

    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class CaseAbsorbed(Event):
    """A case opened before anyone knew the customer turned out to be theirs; it is continued here."""

    case_id: str
    chats: tuple[str, ...] = ()
    referrals: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CaseMerged(Event):
    """This case turned out to belong to a customer who has one already; it is continued there."""

    into: str


@dataclass(frozen=True, slots=True)
class CaseLinked(Event):
    """The same person has a case in another shop, with this level and state there. Nothing said there is told."""

    shop_id: str
    case_id: str
    level: int
    peak: int
    status: str
    seq: int


@dataclass(frozen=True, slots=True)
class HoldRequested(Event):
    """The platform is being asked to stop an order."""

    order_id: str
    order_status: str
    reason: str
    expires_at: float
    by: str = "reading"


@dataclass(frozen=True, slots=True)
class HoldChanged(Event):
    """The platform answered, or its silence was noted: held, intercepting, intercepted, too_late, failed, expired."""

    order_id: str
    state: HoldState


@dataclass(frozen=True, slots=True)
class HoldReleased(Event):
    """A hold was taken off, by whom and why."""

    order_id: str
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class HoldAppealed(Event):
    """The customer or the merchant asks a person to look at a hold again. `note` is not the customer's words."""

    order_id: str
    by: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class AppealRefused(Event):
    """A person looked again and keeps the hold, with a reason. (Granting it is a HoldReleased.)"""

    order_id: str
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class ClaimChanged(Event):
    """The merchant's claim for a held order: drafted, submitted, paid or refused, by whom; amount in fen."""

    claim_id: str
    order_id: str
    amount_fen: int
    state: ClaimState
    by: str
    reason: str = ""
    reference: str = ""


@dataclass(frozen=True, slots=True)
class FollowUpScheduled(Event):
    """We promised to come back to the customer."""

    kind: FollowUpKind
    due_at: float
    chat_id: str


@dataclass(frozen=True, slots=True)
class FollowUpDone(Event):
    """A promise fell due: `how` is "sent" (the bot greeted) or "task" (people were given it)."""

    kind: FollowUpKind
    how: str


@dataclass(frozen=True, slots=True)
class FollowUpsDeclined(Event):
    """The customer wants no more greetings; what was scheduled is off."""

    chat_id: str


@dataclass(frozen=True, slots=True)
class ReferralsGiven(Event):
    """Hotlines were named to the customer (ids of the registry)."""

    ids: tuple[str, ...]
    chat_id: str


@dataclass(frozen=True, slots=True)
class ContactMade(Event):
    """A person told someone outside (family, police, ambulance); `confirmed`: help reached the customer."""

    by: str
    whom: str
    told: str
    confirmed: bool = False
    responder: str = ""


@dataclass(frozen=True, slots=True)
class ContactConfirmed(Event):
    """A responder (a name, a badge or call number) said that help has reached the customer."""

    number: int
    by: str
    responder: str


@dataclass(frozen=True, slots=True)
class AddressShown(Event):
    """A person was shown the customer's delivery address, for a stated reason. The address itself is not here."""

    by: str
    reason: str
    order_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BotFailed(Event):
    """The customer got the fixed safe text because no answer came in time or it failed."""

    chat_id: str
    seq: int
    reason: str


@dataclass(frozen=True, slots=True)
class CaseClosed(Event):
    """A person closed the case with a disposition and a reason."""

    by: str
    disposition: str
    reason: str


KINDS: dict[str, type[Event]] = {kind.__name__: kind for kind in Event.__subclasses__()}


def event_to_dict(event: Event) -> dict[str, Any]:
    """An event as JSON types; `type` is the class's name."""
    return {"type": type(event).__name__, **to_dict(event)}


def event_from_dict(data: dict[str, Any]) -> Event:
    """The event that :func:`event_to_dict` wrote."""
    return from_dict(KINDS[data["type"]], data)
