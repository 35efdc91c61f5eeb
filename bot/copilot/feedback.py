"""From what people did with suggestions to what trainers should look at. Pure.

A row is one message that a person sent while suggestions were on the screen:
`{"outcome": taken|edited|ignored, "text", "action", "strategy": of the card it is about, "sent": the person's
own words where they may be kept, "level": 0-4, "at": seconds, "shown": [{"text", "strategy", "action"}]}`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

ENOUGH_SHOWN = 8
"""A card must have been on the screen this often before nobody taking it says anything."""
SELDOM = 0.1
"""Taken or edited less often than this share of the times it was shown: look at it."""
QUOTE = 5
"""As many characters in a row of a customer's words in a colleague's make it a quotation, which is not kept."""


@dataclass(frozen=True, slots=True)
class Tally:
    """One suggestion: how often it was on the screen, and what came of it."""

    text: str
    action: str
    strategy: str
    shown: int
    taken: int
    edited: int
    ignored: int


@dataclass(frozen=True, slots=True)
class Proposal:
    """Something for a trainer to decide.

    Attributes:
        kind: variant (a card was changed before it was sent) | phrase (own words in place of all cards) |
            review (shown often, taken by nobody).
        offered: the card it is about; text: the words proposed, "" for a review.
        count: in how many sent messages it was seen; at: when last.
    """

    proposal_id: str
    kind: str
    action: str
    strategy: str
    level: int
    offered: str
    text: str
    count: int
    at: float


def tallies(rows: Iterable[Mapping[str, Any]]) -> list[Tally]:
    """Counts per suggestion, the most shown first."""
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        about = {"text": row["text"], "action": row["action"], "strategy": row["strategy"]}
        cards = {card["text"]: card for card in row["shown"]} or {row["text"]: about}
        cards.setdefault(row["text"], about)
        for text, card in cards.items():
            one = found.setdefault(text, {**card, "shown": 0, "taken": 0, "edited": 0, "ignored": 0})
            one["shown"] += 1
            if row["outcome"] == "ignored":
                one["ignored"] += 1
        if row["outcome"] in ("taken", "edited"):
            found[row["text"]][row["outcome"]] += 1
    made = [Tally(**{name: one[name] for name in Tally.__slots__}) for one in found.values()]
    return sorted(made, key=lambda one: (-one.shown, one.text))


def proposals(rows: Iterable[Mapping[str, Any]]) -> list[Proposal]:
    """What follows from the rows: most often seen first, among equals the latest."""
    kept = list(rows)
    found: dict[str, Proposal] = {}
    for row in kept:
        sent = str(row.get("sent") or "").strip()
        if not sent or row["outcome"] not in ("edited", "ignored"):
            continue
        changed = row["outcome"] == "edited"
        kind, offered = ("variant", str(row["text"])) if changed else ("phrase", "")
        name = mark(kind, offered, sent)
        old = found.get(name)
        found[name] = Proposal(
            name, kind, str(row["action"]) if changed else "", str(row["strategy"]) if changed else "",
            max(int(row["level"]), old.level if old else 0), offered, sent,
            (old.count if old else 0) + 1, max(float(row["at"]), old.at if old else 0.0),
        )  # fmt: skip
    for one in tallies(kept):
        if one.shown >= ENOUGH_SHOWN and (one.taken + one.edited) / one.shown < SELDOM:
            name = mark("review", one.text, "")
            found[name] = Proposal(name, "review", one.action, one.strategy, 0, one.text, "", one.shown, 0.0)
    return sorted(found.values(), key=lambda one: (-one.count, -one.at, one.proposal_id))


def undecided(found: Iterable[Proposal], decided: Iterable[str]) -> list[Proposal]:
    """Those that no trainer has decided yet."""
    done = set(decided)
    return [one for one in found if one.proposal_id not in done]


def mark(kind: str, offered: str, text: str) -> str:
    """The same proposal has the same id, so that a decision about it lasts."""
    return hashlib.sha256(f"{kind}\n{offered}\n{text}".encode()).hexdigest()[:12]


def quotes(text: str, customer: Iterable[str], offered: str = "") -> bool:
    """Whether `text` repeats a run of the customer's own words that the card had not."""
    runs = {text[at : at + QUOTE] for at in range(len(text) - QUOTE + 1)}
    return any(run in said and run not in offered for said in customer for run in runs)
