"""Which candidates are shown, and in which order: different strategies first. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from bot.copilot.advice import advice_of
from bot.copilot.types import Candidate, Hint, Moment

WANTED = 3
"""Different strategies that a person should be able to choose from."""
MOST = 5
#: Sources in the order in which they are tried. In ordinary talk the shop knows its own answers best;
#: once somebody suffers, what the stories say comes first.
ORDER = {"soft": 0, "shop": 1, "card": 2, "lead": 3, "story": 4, "library": 5, "act": 6}
ORDER_HARD = {"soft": 0, "lead": 1, "story": 2, "library": 3, "act": 4, "shop": 5, "card": 6}
#: In ordinary talk the answer to the matter stands first, words about feelings (a complaint) after it.
ANSWER = "utter_normal_service"


def pick(found: Iterable[Candidate], moment: Moment) -> list[Hint]:
    """Three to five hints, each strategy once before any comes twice; never the same sentence twice."""
    plain = moment.level <= 1 and moment.mode == "service"
    order = ORDER if moment.level == 0 and moment.mode == "service" else ORDER_HARD
    first: list[Candidate] = []
    rest: list[Candidate] = []
    strategies: set[str] = set()
    texts: set[str] = set()
    ordered = sorted(found, key=lambda item: (order[item.source], plain and item.action != ANSWER))
    # Of two wordings of one act the one that takes up the customer's own words is the better one.
    closer = {one.action: one for one in reversed(ordered) if one.source == "library"}
    ordered = [closer.get(one.action, one) if one.source == "story" else one for one in ordered]
    for one in ordered:
        # A sentence that stands in a chosen one is no second choice of the same kind.
        if one.text in texts or (one.strategy in strategies and any(one.text in text for text in texts)):
            continue
        texts.add(one.text)
        (rest if one.strategy in strategies else first).append(one)
        strategies.add(one.strategy)
    chosen = [*first, *rest[: max(1, WANTED - len(first))]][:MOST]
    return [Hint(one.text, one.strategy, one.action, *advice_of(one.action, one.kind)) for one in chosen]


def short_of(found: Iterable[Candidate]) -> bool:
    """Whether fewer strategies are among the candidates than a person should have to choose from."""
    return len({one.strategy for one in found}) < WANTED
