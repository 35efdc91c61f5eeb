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
        heard: what the message does, as the plan says.
        score: the reader's probability, 0-1, that this message is of level 2 or more.
        signals: soft signals read in the message itself; merry: laughter or good news stands in it;
        grave: an attempt, a plan, means or a farewell is known of this talk.
        lingers: 0-1, what is left of messages before this one that were felt and not believed; times: how many.
        worded: a wish or an act was told in words of the lists, not only felt.
        learned: 0-1, the most that the learned readers made of any message of the talk so far; 1 where none read it.
    """

    level: int = 0
    mode: str = "service"
    danger: str = "calm"
    matter: bool = True
    heard: str = ""
    score: float = 0.0
    signals: tuple[str, ...] = ()
    merry: bool = False
    grave: bool = False
    lingers: float = 0.0
    times: int = 0
    worded: bool = False
    learned: float = 1.0


@dataclass(frozen=True, slots=True)
class Candidate:
    """One sentence that could be offered.

    Attributes:
        strategy: of emotional support conversation (Liu et al. 2021), without self-disclosure.
        action: the utterance's name, or `phrase:<id>` for one of the merchant's own.
        source: soft (where the reader is unsure, bot/copilot/soft.py) | lead (two sentences of the story as one
            message) | card (composed for the person alone, may hold blanks) | story (what the bot would say) |
            library (found by its words) | shop (the merchant's own) | act.
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
