"""Chats and what is said in them: messages in, lines, replies, suggestions, turns."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from bot.cases.types.words import JsonDict, Owner, Role


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
        again: the message was answered already, and only suggestions for what to say next are wanted: a person
            took the chat back from the bot. What is made of it changes no memory.
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
    again: bool = False

    @property
    def owner(self) -> Owner:
        """Who owned the chat when the turn was handed out."""
        return self.chat.owner

    @property
    def epoch(self) -> int:
        """The chat's ownership epoch when the turn was handed out."""
        return self.chat.epoch
