"""The case and what belongs to it: holds, claims, contacts, promised returns, the same person elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bot.cases.types.words import AppealState, ClaimState, EscalationState, FollowUpKind, HoldState, Urgency


@dataclass(frozen=True, slots=True)
class Hold:
    """A stop on one order, so that it is not sold on or shipped while a person looks.

    Attributes:
        state: requested → held | intercepting → intercepted | too_late → released | expired;
            "failed" while the platform has not confirmed and a person was told (the retries go on).
        order_status: the order's status when the hold was asked for.
        appeal: whether the customer or the merchant has asked for a second look, and what a person decided.
    """

    order_id: str
    state: HoldState
    requested_at: float
    reason: str = ""
    order_status: str = ""
    changed_at: float = 0.0
    expires_at: float = 0.0
    by: str = ""
    appeal: AppealState = ""
    appeal_by: str = ""
    appeal_reason: str = ""


@dataclass(frozen=True, slots=True)
class Claim:
    """What a hold cost the merchant, to be made good. One claim per held order.

    Attributes:
        amount_fen: whole fen (1/100 yuan), so that no sum is ever rounded.
        state: draft → submitted → paid | refused; what was refused may be submitted again.
        reference: number of the payment, or of the decision.
    """

    claim_id: str
    order_id: str
    amount_fen: int
    state: ClaimState = "draft"
    by: str = ""
    reason: str = ""
    reference: str = ""
    created_at: float = 0.0
    changed_at: float = 0.0


@dataclass(frozen=True, slots=True)
class Linked:
    """The case of the same person in another shop: where it is and how grave, nothing that was said there.

    Attributes:
        peak: the highest level that case ever had.
        seq: the other case's `steps` when this was noted; an older note never replaces a newer one.
    """

    shop_id: str
    case_id: str
    level: int
    peak: int
    status: Literal["open", "closed"]
    seq: int
    at: float = 0.0


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A promised return to the customer. One per kind and case."""

    kind: FollowUpKind
    due_at: float
    state: Literal["scheduled", "sent", "task", "cancelled"] = "scheduled"
    chat_id: str = ""


@dataclass(frozen=True, slots=True)
class LevelStep:
    """One entry of a case's level history. `evidence` names the signals that were read, never the text."""

    at: float
    level: int
    by: str
    reason: str = ""
    chat_id: str = ""
    seq: int = 0
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Contact:
    """Someone outside who was told (family, police, ambulance), by a person, and what came of it.

    Attributes:
        number: place among the case's contacts, from 1.
        confirmed: a responder said that help has reached the customer; who said so is `responder`, who noted it
            and when are `confirmed_by` and `confirmed_at`.
    """

    at: float
    by: str
    whom: str
    told: str
    confirmed: bool = False
    number: int = 0
    responder: str = ""
    confirmed_by: str = ""
    confirmed_at: float = 0.0


@dataclass(frozen=True, slots=True)
class Case:
    """Everything that is under way for one customer of one shop. One open case per customer.

    Attributes:
        rung: how many times the call for a person got louder.
        spoke_at: when a person first said something after the case was accepted; 0 while nobody has.
        linked: cases of the same person in other shops; absorbed: cases of this shop that became part of this one.
        steps: how often level or status changed. disposition: how a person closed it; empty while open.
    """

    case_id: str
    shop_id: str
    customer_id: str
    opened_at: float
    chats: tuple[str, ...] = ()
    level: int = 0
    third_party: bool = False
    history: tuple[LevelStep, ...] = ()
    escalation: EscalationState = "none"
    urgency: Urgency | None = None
    requested_at: float = 0.0
    rung: int = 0
    accepted_by: str = ""
    accepted_at: float = 0.0
    spoke_at: float = 0.0
    holds: tuple[Hold, ...] = ()
    claims: tuple[Claim, ...] = ()
    follow_ups: tuple[FollowUp, ...] = ()
    contacts: tuple[Contact, ...] = ()
    referrals: tuple[str, ...] = ()
    linked: tuple[Linked, ...] = ()
    absorbed: tuple[str, ...] = ()
    opted_out: bool = False
    status: Literal["open", "closed"] = "open"
    disposition: str = ""
    closed_by: str = ""
    closed_reason: str = ""
    closed_at: float = 0.0
    reopened: int = 0
    steps: int = 0
    events: int = 0
    version: int = 0

    def hold(self, order_id: str) -> Hold | None:
        """The hold on one order, whatever its state."""
        return next((hold for hold in self.holds if hold.order_id == order_id), None)

    def claim(self, order_id: str) -> Claim | None:
        """The merchant's claim for one order."""
        return next((claim for claim in self.claims if claim.order_id == order_id), None)

    @property
    def multi_shop(self) -> bool:
        """Whether the same person has an open case in another shop as well."""
        return any(item.status == "open" for item in self.linked)

    @property
    def level_elsewhere(self) -> int:
        """The highest level of this person's open cases in other shops."""
        return max((item.level for item in self.linked if item.status == "open"), default=0)
