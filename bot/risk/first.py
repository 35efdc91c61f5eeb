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
import numpy as np

from bot.risk.files import read_yaml
from bot.risk.folding import fold

Array = np.ndarray[Any, np.dtype[Any]]
#: A longer message is always read in full.
LONGEST = 120


def trigger_automaton() -> Any:
    """The trigger words as an automaton."""
    automaton = ahocorasick.Automaton()
    for word in read_yaml("lexicon/triggers.yml")["words"]:
        automaton.add_word(fold(str(word)) or str(word), 1)
    automaton.make_automaton()
    return automaton


def grams(folded: str) -> list[str]:
    """Character 1-, 2- and 3-grams with marks at both ends, repeats included."""
    text = f"^{folded}$"
    size = len(text)
    return list(text) + [text[i : i + 2] for i in range(size - 1)] + [text[i : i + 3] for i in range(size - 2)]


def fit_table(texts: list[str], dangerous: Array, strength: float = 2.0) -> dict[str, float]:
    """Weights of n-grams for "level ≥ 2" of folded texts; the bias stands under the key ""."""
    from scipy.sparse import csr_matrix
    from sklearn.linear_model import LogisticRegression

    all_grams = [grams(t) for t in texts]
    frequency: dict[str, int] = {}
    for found in all_grams:
        for gram in set(found):
            frequency[gram] = frequency.get(gram, 0) + 1
    kept = {g: i for i, g in enumerate(sorted(g for g, n in frequency.items() if n >= 2))}
    rows, columns, values = [], [], []
    for n, found in enumerate(all_grams):
        value = 4.0 / math.sqrt(len(found))
        for gram in found:
            if gram in kept:
                rows.append(n)
                columns.append(kept[gram])
                values.append(value)
    matrix = csr_matrix((values, (rows, columns)), shape=(len(texts), len(kept)))
    model = LogisticRegression(C=strength, solver="liblinear", random_state=0)
    model.fit(matrix, dangerous)
    weights = {g: float(model.coef_[0][i]) * 4.0 for g, i in kept.items()}
    weights[""] = float(model.intercept_[0])
    return weights


@dataclass(slots=True)
class FirstStage:
    """`table[gram]` is a weight; the score is their sum over √(number of n-grams)."""

    triggers: Any
    table: dict[str, float]
    bias: float
    threshold: float

    @classmethod
    def build(cls, table: dict[str, float], threshold: float) -> FirstStage:
        """From what `fit_table` returned."""
        return cls(trigger_automaton(), table, table.get("", 0.0), threshold)

    def score(self, folded: str) -> float:
        """Logit of "level ≥ 2" for folded text."""
        found = grams(folded)
        get = self.table.get
        return sum([get(g, 0.0) for g in found]) / math.sqrt(len(found)) + self.bias

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


def table_arrays(table: dict[str, float]) -> dict[str, Array]:
    """Plain arrays for an npz file."""
    names = sorted(table)
    return {
        "grams": np.array("\n".join(names)),
        "weights": np.array([table[n] for n in names], np.float32),
    }


def table_from(data: dict[str, Array]) -> dict[str, float]:
    """Reads what `table_arrays` wrote."""
    names = str(data["grams"]).split("\n")
    return dict(zip(names, data["weights"].tolist(), strict=True))
