"""What belongs to the turn that is being answered, reachable from every Rasa component.

The brain already holds the verdict and the memory of a turn. Sending them through message
metadata would write them into the tracker with every message (the memory grows, the tracker
would grow with its square), so they travel beside Rasa in a context variable. Without one
(`rasa shell`, `rasa test`) the components work the same things out from the tracker.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.conversation.plan import Plan
from bot.conversation.shop_plan import SHOP_MODES


@dataclass(slots=True)
class TurnScope:
    """Input of one turn, and the plan once the message was understood.

    `at` is the customer's local time; `orders` are plain dicts as the shop sent them;
    `facts` are the shop's own (bot/conversation/shop_facts.py); `score` is the reader's probability (0-1) that the
    message is of level 2 or more; `whispers`: a person has the chat and gets cards; `beside`: a step of
    :mod:`bot.conversation.alongside` that is being worded, as a statement; `failed` collects the actions that could
    not be recorded.
    """

    level: int
    signals: tuple[str, ...]
    talk: Mapping[str, Any]
    memory: Mapping[str, Any]
    third_party: bool = False
    orders: tuple[Mapping[str, Any], ...] = ()
    category: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    at: datetime | None = None
    score: float = 0.0
    plan: Plan | None = None
    whispers: bool = False
    beside: str = ""
    failed: list[str] = field(default_factory=list)
    ms: dict[str, float] = field(default_factory=dict)

    @property
    def categories(self) -> tuple[str, ...]:
        """Kinds of goods in play: the shop's and the orders'."""
        return (self.category, *(str(o.get("category") or "") for o in self.orders))

    @property
    def open_categories(self) -> tuple[str, ...]:
        """Kinds of goods ordered and not yet shipped."""
        return tuple(str(o.get("category") or "") for o in self.orders if o.get("status") in {"unpaid", "paid"})

    @property
    def guard_level(self) -> int:
        """The level by which wording is judged: once the talk has turned to danger, or
        somebody asks for a helpline by that name, crisis words are allowed."""
        plan = self.plan
        watched = plan is not None and (plan.mode in {"ask", "care", "other"} or plan.heard == "ask_helpline")
        level = self.spoken_level
        return max(level, 1) if watched else level

    @property
    def spoken_level(self) -> int:
        """The level that wording goes by. Who was taken for somebody in danger and explained themselves is spoken to
        as a buyer, though people still see the level."""
        served = self.plan is not None and self.plan.mode in SHOP_MODES
        return min(self.level, 1) if served else self.level


_current: ContextVar[TurnScope | None] = ContextVar("zaoan_turn", default=None)


def current() -> TurnScope | None:
    """The turn being answered in this task, if the brain is at work."""
    return _current.get()


@contextmanager
def entered(scope: TurnScope) -> Iterator[TurnScope]:
    """Make `scope` the current turn for this task."""
    token = _current.set(scope)
    try:
        yield scope
    finally:
        _current.reset(token)
