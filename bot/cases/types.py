"""The values that the store keeps and hands out. Times are seconds since 1970, UTC."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Owner = Literal["nobody", "bot", "human"]
Role = Literal["customer", "agent", "bot"]
Urgency = Literal["soon", "urgent", "now"]
EscalationState = Literal["none", "requested", "offered", "accepted", "closed"]
HoldState = Literal["requested", "held", "intercepting", "intercepted", "too_late", "failed", "released", "expired"]
AppealState = Literal["", "open", "granted", "refused"]
ClaimState = Literal["draft", "submitted", "paid", "refused"]
FollowUpKind = Literal["morning", "day", "week", "month", "quarter"]

JsonDict = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Inbound:
    """One message as it came in at the door.

    Attributes:
        delivery_id: the platform's id of this delivery, the same across its retries.
        message_id: the platform's id of the message, unique within the chat.
        occurred_at: when the platform says it was written; may be far from our clock.
    """

    shop_id: str
    chat_id: str
    delivery_id: str
    message_id: str
    role: Role
    sender_id: str
    text: str
    occurred_at: float


@dataclass(frozen=True, slots=True)
class Accepted:
    """What the door answers after a message is on disk.

    Attributes:
        duplicate: this delivery (or this message of the chat) was accepted before; seq and level are the old ones.
        seq: place of the message in the chat's transcript, from 1.
    """

    duplicate: bool
    seq: int
    level: int
    case_id: str | None = None
    turn_queued: bool = False


@dataclass(frozen=True, slots=True)
class Chat:
    """What is known of one chat between a customer and a shop.

    Attributes:
        epoch: grows by one with every change of owner; a bot reply made under an older epoch is never sent.
        level: what is now known of this customer in this chat, 0-4; from 3 on only a person lowers it.
        talk: the danger reading's own memory (see `bot.risk.TalkReader`), with talk_version to detect a race.
        memory: the conversation's own memory (sentences said, questions asked), kept by the brain.
        answered_seq: last customer message that got an answer from the bot, a person or the fixed safe text;
            answered_at: when the bot last answered by itself.
        version: grows with every change; writers check it.
    """

    shop_id: str
    chat_id: str
    owner: Owner = "nobody"
    epoch: int = 0
    customer_id: str | None = None
    level: int = 0
    talk: JsonDict = field(default_factory=dict)
    talk_version: int = 0
    memory: JsonDict = field(default_factory=dict)
    case_id: str | None = None
    last_seq: int = 0
    last_customer_seq: int = 0
    answered_seq: int = 0
    answered_at: float = 0.0
    last_customer_at: float = 0.0
    status: Literal["open", "closed"] = "open"
    safe_count: int = 0
    safe_at: float = 0.0
    nudges: int = 0
    version: int = 0

    @property
    def mode(self) -> str:
        """Either "takeover" (the bot speaks) or "copilot"."""
        return "takeover" if self.owner == "bot" else "copilot"

    @property
    def ref(self) -> str:
        """The chat's name across shops, also Rasa's sender_id."""
        return f"{self.shop_id}:{self.chat_id}"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a transcript.

    Attributes:
        status: "received" for what came in; "queued", "sent" or "dropped" for what the bot says.
        action: the utterance's name (`utter_…`), "safe_text", "nudge" or "follow_up" for bot lines.
    """

    seq: int
    at: float
    role: Role
    text: str
    message_id: str = ""
    verdict: JsonDict | None = None
    action: str | None = None
    strategy: str | None = None
    status: str = "received"
    occurred_at: float = 0.0
    sender_id: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """One short message the bot wants to send."""

    text: str
    action: str = ""
    strategy: str | None = None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One reply offered to the person at the keyboard, with why it is offered and what to avoid."""

    text: str
    strategy: str = ""
    action: str = ""
    why: str = ""
    avoid: str = ""


@dataclass(frozen=True, slots=True)
class Turn:
    """One customer message that waits for an answer (bot) or for suggestions (copilot).

    Attributes:
        chat: the chat as it was when the turn was handed out; `chat.owner` and `chat.epoch` are what
            `finish_turn` compares with.
        token: fence of the lease: a finish under an older token is refused.
        tries: how often this turn was handed out; above 1 means that an earlier holder died or gave up.
    """

    chat: Chat
    seq: int
    text: str
    verdict: JsonDict | None
    occurred_at: float
    accepted_at: float
    turn_id: str
    token: int
    tries: int = 1

    @property
    def owner(self) -> Owner:
        """Who owned the chat when the turn was handed out."""
        return self.chat.owner

    @property
    def epoch(self) -> int:
        """The chat's ownership epoch when the turn was handed out."""
        return self.chat.epoch


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


@dataclass(frozen=True, slots=True)
class Alert:
    """Something a person must look at.

    Attributes:
        kind: danger | bot_failed | silence | follow_up | undelivered | hold_unconfirmed | hold_too_late |
            hold_expiry | hold_released_outside | hold_appeal | multi_shop
    """

    alert_id: str
    kind: str
    shop_id: str
    chat_id: str
    at: float
    level: int = 0
    case_id: str | None = None
    detail: str = ""
    seen_by: str = ""


@dataclass(frozen=True, slots=True)
class Command:
    """One call that must happen: to the platform (message, hold, release), to people (page, mail), or the
    second step of a change that reaches beyond one shop (link).

    Attributes:
        key: idempotency key, the same across retries.
        token: fence of the lease under which it was handed to a worker.
        tries: how often it was handed out, this time included.
    """

    command_id: str
    kind: Literal["message", "hold", "release", "page", "mail", "link"]
    shop_id: str
    lane: str
    key: str
    created_at: float
    payload: Mapping[str, Any]
    token: int = 0
    tries: int = 0


@dataclass(frozen=True, slots=True)
class Timer:
    """Something that falls due at a moment. `timer_id` is unique in the shop; setting it again moves it."""

    timer_id: str
    kind: str
    shop_id: str
    due_at: float
    data: JsonDict = field(default_factory=dict)
