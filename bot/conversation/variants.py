"""Choosing one wording among the variants of an utterance. Pure.

A variant in `bot/domain/responses_*.yml` looks like

    - text: 你妈妈走了以后，家里一定处处都是她。
      metadata: {esc: reflection, topic: grief, age: [adult, elder]}

Every key beside `esc` and `does` is a condition; a variant fits when all its conditions hold, and the one
with the most telling conditions wins. Texts already said in this case are out.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

#: How much each condition says about the fit.
WEIGHTS = {
    "heard": 16,
    "step": 12,
    "topic": 6,
    "who": 3,
    "age": 2,
    "mode": 2,
    "danger": 1,
    "night": 1,
    "need": 3,
    "goods": 5,
}
#: The ESC strategies of Liu et al. 2021 that a bot may use; self-disclosure is not one of them.
STRATEGIES = (
    "question", "restatement", "reflection", "affirmation", "suggestion", "information", "other",
)  # fmt: skip
#: Steps whose own wording outranks every other condition.
EMERGENCY = frozenset({"emergency", "other_emergency"})
#: Acts that a sentence may carry beside its own; how completeness at level 4 is measured.
ACTS = ("keep_distance", "ask_companion", "ask_location", "ask_suicide_directly")
PLACEHOLDER = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Variant:
    """One wording; `when` maps a condition to the values that satisfy it, `does` names the acts of :data:`ACTS`
    that the sentence carries beside its own."""

    text: str
    esc: str
    when: Mapping[str, tuple[str, ...]]
    does: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Moment:
    """What the wording must fit. `topics` best first; `fill` holds values for placeholders."""

    heard: str = ""
    step: str = "none"
    topics: tuple[str, ...] = ()
    who: str = "self"
    age: str = ""
    mode: str = "service"
    danger: str = "calm"
    night: bool = False
    goods: str = "no"
    fill: Mapping[str, str] = None  # type: ignore[assignment]
    seed: str = ""


def parse(raw: Iterable[Mapping[str, Any]]) -> tuple[Variant, ...]:
    """Variants from a Rasa response list."""
    found = []
    for row in raw:
        meta = dict(row.get("metadata") or {})
        esc = str(meta.pop("esc", "other"))
        does = meta.pop("does", ())
        does = (does,) if isinstance(does, str) else tuple(map(str, does))
        when = {k: tuple(map(_word, v)) if isinstance(v, list) else (_word(v),) for k, v in meta.items()}
        found.append(Variant(str(row.get("text") or ""), esc, when, does))
    return tuple(found)


def _word(value: Any) -> str:
    return {True: "yes", False: "no"}.get(value, str(value)) if isinstance(value, bool) else str(value)


def score(variant: Variant, moment: Moment) -> float | None:
    """How well a variant fits; None when a condition does not hold."""
    total = 0.0
    if moment.who == "other" and "topic" in variant.when and "who" not in variant.when:
        return None  # what the absent person went through is not the caller's own feeling
    if moment.step in EMERGENCY and moment.step in variant.when.get("step", ()):
        total += 30.0  # the words that bring somebody to safety go before the fitting ones
    for key, allowed in variant.when.items():
        if key == "topic":
            place = next((i for i, t in enumerate(moment.topics) if t in allowed), None)
            if place is None:
                return None
            total += WEIGHTS["topic"] - min(place, 4)
            continue
        if key == "need":
            if not all(moment.fill and moment.fill.get(n) for n in allowed):
                return None
        else:
            actual = (
                "yes" if key == "night" and moment.night else "no" if key == "night" else getattr(moment, key, None)
            )
            if actual not in allowed:
                return None
        total += WEIGHTS.get(key, 1)
    return total


def choose(variants: Sequence[Variant], moment: Moment, said: Collection[str] = ()) -> tuple[str, Variant] | None:
    """The rendered text and its variant, or None when nothing fits that was not said already."""
    best: list[tuple[str, Variant]] = []
    top = -1.0
    for variant in variants:
        fit = score(variant, moment)
        if fit is None or fit < top:
            continue
        text = render(variant.text, moment.fill or {})
        if text is None or text in said:
            continue
        if fit > top:
            best, top = [], fit
        best.append((text, variant))
    if not best:
        return None
    digest = hashlib.sha256(moment.seed.encode()).digest()
    return best[int.from_bytes(digest[:4], "big") % len(best)]


def render(text: str, fill: Mapping[str, str]) -> str | None:
    """The text with its placeholders filled; None when a value is missing."""
    for name in PLACEHOLDER.findall(text):
        if not fill.get(name):
            return None
    return PLACEHOLDER.sub(lambda m: fill[m.group(1)], text)
