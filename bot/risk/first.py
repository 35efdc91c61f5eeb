"""First stage of screening: microseconds a message, no regular expressions, no spaCy, no encoder.

A message is cleared when it holds no trigger word (data/lexicon/triggers.yml, Aho-Corasick) and the
character n-gram score of its folded text stays under a threshold that loses at most 2 in 1,000 of
levels 2 and up on author-split folds (chosen in bot.risk.train).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import ahocorasick

from bot.risk.files import read_yaml
from bot.risk.linear import Linear
from bot.risk.normalise import fold

#: A longer message is always read in full.
LONGEST = 120


def trigger_automaton() -> Any:
    """The trigger words as an automaton."""
    automaton = ahocorasick.Automaton()
    for word in read_yaml("lexicon/triggers.yml")["words"]:
        automaton.add_word(fold(str(word)) or str(word), 1)
    automaton.make_automaton()
    return automaton


@dataclass(slots=True)
class FirstStage:
    """`table[gram]` is the gram's weight times idf; the score is a length-normed sum."""

    triggers: Any
    table: dict[str, tuple[float, float]]
    bias: float
    threshold: float
    low: int
    high: int

    @classmethod
    def build(cls, linear: Linear, threshold: float) -> FirstStage:
        """Uses the "level ≥ 2" column of a linear model trained on folded text."""
        table = {
            g: (float(linear.idf[i]), float(linear.weights[i, 1])) for g, i in linear.grams.items()
        }
        return cls(
            trigger_automaton(), table, float(linear.bias[1]), threshold, linear.low, linear.high
        )

    def score(self, folded: str) -> float:
        """Logit of "level ≥ 2" for folded text."""
        text = f"^{folded}$"
        size = len(text)
        counts: dict[str, int] = {}
        for n in range(self.low, self.high + 1):
            for i in range(size - n + 1):
                gram = text[i : i + n]
                counts[gram] = counts.get(gram, 0) + 1
        total = norm = 0.0
        table = self.table
        for gram, count in counts.items():
            entry = table.get(gram)
            if entry is not None:
                value = entry[0] if count == 1 else entry[0] * (1 + math.log(count))
                norm += value * value
                total += value * entry[1]
        return (total / math.sqrt(norm) if norm else 0.0) + self.bias

    def clears(self, text: str) -> float | None:
        """The logit when the message is ordinary, None when it must be read in full."""
        if len(text) > LONGEST:
            return None
        folded = fold(text)
        if not folded:
            return -20.0
        for _ in self.triggers.iter(folded):
            return None
        logit = self.score(folded)
        return logit if logit < self.threshold else None
