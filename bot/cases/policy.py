"""What a level calls for: a person, a hold, which orders. Pure.

A grade decides how fast a person comes, never whether one may come (NICE NG225: no risk
strata for deciding who gets help); levels 3 and 4 always call one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.cases.types import Case, Hold, Urgency

HIGH = 3
"""From this level on only a person lowers, closes or releases anything."""

RESTRICTED_CATEGORIES = frozenset({"农药", "鼠药", "处方药", "化工"})
HOLDABLE_STATUSES = frozenset({"unpaid", "paid", "shipped"})
WISHES = frozenset({"ideation_active", "ideation_passive", "self_injury", "burden"})
URGENCIES: tuple[Urgency, ...] = ("soon", "urgent", "now")
ON_HOLD = frozenset({"requested", "failed", "held", "intercepting", "intercepted"})


SETTLED_HOLDS = frozenset({"held", "intercepted", "too_late", "released", "expired"})
"""States of a hold in which nobody waits for the platform any more."""


def escalation_wanted(level: int, state: Mapping[str, Any]) -> Urgency | None:
    """How fast a person is called for this level, None for not at all.

    A level 2 that comes from a product question alone calls nobody: it is asked about first
    and stays visible to the agent.
    """
    if level >= 4:
        return "now"
    if level == HIGH:
        return "urgent"
    if level == 2 and (state.get("third_party") or _wish(state)):
        return "soon"
    return None


def _wish(state: Mapping[str, Any]) -> bool:
    return bool(state.get("ideation")) or bool(WISHES & _seen(state))


def _seen(state: Mapping[str, Any]) -> set[str]:
    return set(state.get("seen") or ())


def hold_wanted(level: int, state: Mapping[str, Any], order: Mapping[str, Any]) -> bool:
    """Whether one order must be stopped.

    Never what is delivered. Of someone who speaks of another, from level 3 on goods of a restricted category, which may
    be on their way to where the other lives; and from level 2 on whatever they asked us to stop. At level 2 only when
    a wish to die was told and means were asked for or the goods are of a restricted category.
    """
    if order.get("status", "unpaid") not in HOLDABLE_STATUSES:
        return False
    restricted = order.get("category") in RESTRICTED_CATEGORIES
    if state.get("third_party"):
        return (level >= HIGH and restricted) or (level >= 2 and bool(state.get("stops")))
    if level >= HIGH:
        return True
    means = "means_seeking" in _seen(state) or restricted
    return level == 2 and bool(state.get("ideation")) and means


def next_level(known: int, read: int) -> int:
    """The level of a chat after a message was read: from 3 on a message never lowers it."""
    return max(known, read) if known >= HIGH else read


def louder(old: Urgency | None, new: Urgency | None) -> Urgency | None:
    """The more urgent of two."""
    if old is None or new is None:
        return new or old
    return max(old, new, key=URGENCIES.index)


def is_on(hold: Hold | None) -> bool:
    """Whether a hold stands or is being asked for."""
    return hold is not None and hold.state in ON_HOLD


def may_release(case: Case, by: str) -> bool:
    """The bot may release a hold only below level 3; a named person always may."""
    return bool(by) and (by != "bot" or case.level < HIGH)


def lowered_talk(talk: Mapping[str, Any], level: int) -> dict[str, Any]:
    """The danger reading's memory after a person lowered the level: what was seen no longer counts."""
    return {
        **talk,
        "level": level,
        "seen": {},
        "ideation": bool(talk.get("ideation")) and level >= 2,
        "message_level": level,
        "lowered": True,
    }
