"""Which spans of a message are shown to people: from rules, from the encoder's token head, and, when
both are silent, the n-grams that weigh most. Spans here are over the folded text."""

from __future__ import annotations

import numpy as np

from bot.risk.deep import HEAD_SIGNALS, Reading
from bot.risk.folding import Normal
from bot.risk.lexicon import Hit
from bot.risk.linear import Linear
from bot.risk.reader import Evidence

#: From this probability a token belongs to a signal's evidence.
TOKEN_CUT = 0.4
#: Signals that only make sense from level 2 on.
_SERIOUS = frozenset(
    {
        "in_progress", "goodbye", "other_at_risk", "plan", "time", "intent", "preparation", "method",
        "means_seeking", "ideation_active", "ideation_passive", "burden", "location", "refusal",
    }
)  # fmt: skip
_MOST = 24


def from_hits(hits: tuple[Hit, ...]) -> list[Evidence]:
    """Rule hits as evidence; hints weigh less."""
    return [Evidence(h.name, h.start, h.end, h.rule, 2.0 if h.sure else 0.5) for h in hits]


def from_tokens(reading: Reading, normal: Normal) -> list[Evidence]:
    """Runs of tokens that the token head gives to a signal."""
    found: list[Evidence] = []
    for column, name in enumerate(HEAD_SIGNALS):
        values = reading.tokens[:, column]
        if float(values.max()) < TOKEN_CUT:
            continue
        start = -1
        end = -1
        best = 0.0
        for (a, b), value in [*zip(reading.spans, values, strict=True), ((0, 0), 0.0)]:
            if b > a and value >= TOKEN_CUT:
                start = a if start < 0 else start
                end, best = b, max(best, float(value))
            elif start >= 0 and (b > a or value == 0.0):
                found.append(Evidence(name, start, end, "learned", 1 + best))
                start = -1
                best = 0.0
    return found


def from_linear(linear: Linear, text: str, level: int) -> list[Evidence]:
    """The place whose n-grams weigh most, named after the level it speaks for."""
    name = {1: "distress", 2: "ideation_passive", 3: "plan", 4: "in_progress"}[level]
    return [
        Evidence(name, a, b, "learned", w)
        for a, b, w in linear.heaviest(text, level - 1, 1)
        if b > a and not np.isnan(w)
    ]


def choose(found: list[Evidence], level: int) -> list[Evidence]:
    """Drops what does not fit the level, hints beside better evidence, and overlaps of one signal."""
    kept: list[Evidence] = []
    for e in sorted(found, key=lambda e: (-e.weight, e.start - e.end, e.start)):
        if level == 0 and e.name not in ("protective", "illness", "third_party"):
            continue
        if level <= 1 and e.name in _SERIOUS:
            continue
        same = [k for k in kept if k.name == e.name]
        if e.weight < 1 and (same or level < 2):
            continue
        if any(k.start < e.end and e.start < k.end for k in same):
            continue
        kept.append(e)
        if len(kept) >= _MOST:
            break
    return sorted(kept, key=lambda e: (e.start, e.end, e.name))


def third_party_by_head(found: list[Evidence], reading: Reading) -> list[Evidence]:
    """Rules see any relative who "says" something; the head knows whom the danger is about."""
    logit = float(reading.signals[HEAD_SIGNALS.index("third_party")])
    return found if logit > 0 else [e for e in found if e.name != "third_party"]
