"""Values of the suggestions. Texts are what would be sent; levels are 0-4 as in docs/safety/labels.md."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Moment:
    """What the choice depends on.

    Attributes:
        level: what is known of the customer, 0-4.
        mode: service | support | ask | care | other, as the turn's plan says; ask, care and other mean that
            the talk has turned to danger, whatever the level of the last message.
        danger: calm | distress | ideation | high | imminent.
        matter: the customer asked or wants something of the shop (no mere thanks, no chat).
    """

    level: int = 0
    mode: str = "service"
    danger: str = "calm"
    matter: bool = True


@dataclass(frozen=True, slots=True)
class Candidate:
    """One sentence that could be offered.

    Attributes:
        strategy: of emotional support conversation (Liu et al. 2021), without self-disclosure.
        action: the utterance's name, or `phrase:<id>` for one of the merchant's own.
        source: lead (two sentences of the story as one message) | story (what the bot would say) | library (found by
            its words) | shop (the merchant's own) | act.
        kind: for the merchant's own, one of `gate.KINDS`; empty for vetted wording of ours.
    """

    text: str
    strategy: str
    action: str
    source: str = "act"
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Hint:
    """One suggested sentence, with why it is offered now and what not to do beside it."""

    text: str
    strategy: str
    action: str
    why: str
    avoid: str


@dataclass(frozen=True, slots=True)
class Phrase:
    """A merchant's own approved sentence.

    Attributes:
        kind: one of `gate.KINDS`: what it is about; the risk gate goes by it.
        when: words of customers at which it fits, as a trainer or merchant wrote them.
    """

    phrase_id: str
    text: str
    kind: str
    strategy: str = "information"
    when: tuple[str, ...] = ()

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Phrase:
        """From a row of `bot.store.feedback.phrase_rows`."""
        return cls(str(row["id"]), str(row["text"]), str(row["kind"]), str(row["strategy"]), tuple(row["when"]))
