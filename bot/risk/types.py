"""Values that danger reading hands to the rest of the house.

All offsets count Unicode code points of the text exactly as it was sent.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

#: Every signal name that may appear in a verdict, in the order people read them
#: (labelling guide, "Signals").
SIGNAL_NAMES: tuple[str, ...] = (
    "in_progress", "goodbye", "other_at_risk", "plan", "time", "intent", "preparation",
    "method", "means_seeking", "attempt_past", "ideation_active", "ideation_passive",
    "self_injury", "burden", "isolation", "distress", "life_event", "illness",
    "third_party", "minor", "refusal", "protective", "location",
    "night", "repeat_orders", "multi_shop", "restricted_item",
)  # fmt: skip

#: Signals that come from the order and the clock and carry no span of text.
CONTEXT_SIGNALS: frozenset[str] = frozenset({"night", "repeat_orders", "multi_shop", "restricted_item"})


@dataclass(frozen=True, slots=True)
class Signal:
    """A piece of evidence: `text` is `message[start:end]`.

    Context signals (`night`, `restricted_item`, …) have `start == end == 0` and
    an empty text. `rule` names the lexicon line or `learned` for the learned reader.
    """

    name: str
    start: int
    end: int
    text: str
    rule: str = ""

    def to_dict(self) -> dict[str, Any]:
        """The contract's form: name, start, end, text."""
        return {"name": self.name, "start": self.start, "end": self.end, "text": self.text}


@dataclass(frozen=True, slots=True)
class Order:
    """An order as the shop reports it. `status`: unpaid, paid, shipped, delivered."""

    order_id: str
    title: str = ""
    category: str = ""
    status: str = "unpaid"


@dataclass(frozen=True, slots=True)
class Context:
    """What is known around a message. `hour` is local, 0-23; `None` means unknown."""

    category: str | None = None
    hour: int | None = None
    orders: tuple[Order, ...] = ()
    minor: bool | None = None

    @classmethod
    def from_dict(cls, data: dict[str, Any] | None) -> Context:
        """Reads the contract's `context` object.

        Unknown keys are ignored. Raises `ValueError` naming the key when a value
        has the wrong type, so that a malformed line can be reported.
        """
        if data is None:
            return cls()
        if not isinstance(data, dict):
            raise ValueError("context must be an object")
        category = data.get("category")
        if category is not None and not isinstance(category, str):
            raise ValueError("context.category must be a string")
        hour = data.get("hour")
        if hour is not None and (isinstance(hour, bool) or not isinstance(hour, int) or not 0 <= hour <= 23):
            raise ValueError("context.hour must be a whole number from 0 to 23")
        minor = data.get("minor")
        if minor is not None and not isinstance(minor, bool):
            raise ValueError("context.minor must be true or false")
        raw = data.get("orders")
        raw = [] if raw is None else raw
        if not isinstance(raw, list) or not all(isinstance(o, dict) for o in raw):
            raise ValueError("context.orders must be a list of objects")
        orders = tuple(
            Order(
                order_id=str(o.get("order_id", "")),
                title=str(o.get("title", "")),
                category=str(o.get("category", "")),
                status=str(o.get("status", "unpaid")),
            )
            for o in raw
        )
        return cls(category=category, hour=hour, orders=orders, minor=minor)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was read from a message.

    `level` 0-4 by the labelling guide; `score` 0-1 is the calibrated probability
    that the level is 2 or more; `ms` is wall time; `stage` is `first` when the
    message was cleared without the full reader; `reasons` are short Chinese
    sentences for people.
    """

    level: int
    score: float
    signals: tuple[Signal, ...]
    third_party: bool
    ms: float
    stage: str = "full"
    reasons: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Exactly the contract's `zaoan screen` output, without `id`."""
        return {
            "level": self.level,
            "score": round(self.score, 4),
            "signals": [s.to_dict() for s in self.signals],
            "third_party": self.third_party,
            "ms": round(self.ms, 3),
        }

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Verdict:
        """Reads back what `to_dict` wrote."""
        return cls(
            level=int(data["level"]),
            score=float(data["score"]),
            signals=tuple(Signal(s["name"], int(s["start"]), int(s["end"]), s["text"]) for s in data["signals"]),
            third_party=bool(data["third_party"]),
            ms=float(data.get("ms", 0.0)),
        )
