"""Character n-grams + ordinal logistic regression: fast to train, microseconds to run, no dependency
but numpy. One table of n-grams, four weight columns: P(level ≥ 1) … P(level ≥ 4).
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]
MAX_CHARS = 600


def ngrams(text: str, low: int, high: int) -> dict[str, int]:
    """Counts of character n-grams of folded text; long texts keep their head and tail."""
    if len(text) > MAX_CHARS:
        text = text[: MAX_CHARS // 2] + text[-MAX_CHARS // 2 :]
    padded = f"^{text}$"
    size = len(padded) + 1
    return Counter([padded[i : i + n] for n in range(low, high + 1) for i in range(size - n)])


@dataclass(slots=True)
class Linear:
    """`grams[g]` is the row of `weights` ([rows, 4], already multiplied by idf)."""

    grams: dict[str, int]
    idf: Array
    weights: Array
    bias: Array
    low: int
    high: int

    def vector(self, text: str) -> list[tuple[str, int, float]]:
        """(gram, row, tf-idf) of length one."""
        known = self.grams
        found = [
            (gram, known[gram], 1.0 if count == 1 else 1 + math.log(count))
            for gram, count in ngrams(text, self.low, self.high).items()
            if gram in known
        ]
        idf = self.idf[[row for _, row, _ in found]].tolist()
        values = [tf * x for (_, _, tf), x in zip(found, idf, strict=True)]
        norm = math.sqrt(sum(v * v for v in values)) or 1.0
        return [(g, row, v / norm) for (g, row, _), v in zip(found, values, strict=True)]

    def logits(self, text: str) -> Array:
        """Four logits, level ≥ 1 … ≥ 4."""
        vector = self.vector(text)
        if not vector:
            return self.bias.copy()
        rows = np.array([row for _, row, _ in vector])
        values = np.array([v for _, _, v in vector], dtype=np.float32)
        result: Array = values @ self.weights[rows] + self.bias
        return result

    def heaviest(self, text: str, column: int, most: int = 3) -> list[tuple[int, int, float]]:
        """Spans of folded text whose n-grams speak most for `level ≥ column + 1`."""
        per_char = [0.0] * len(text)
        for gram, row, value in self.vector(text):
            weight = float(self.weights[row, column]) * value
            core = gram.strip("^$")
            if weight <= 0 or not core:
                continue
            at = text.find(core)
            while at >= 0:
                for i in range(at, at + len(core)):
                    per_char[i] += weight / len(core)
                at = text.find(core, at + 1)
        return _peaks(per_char, most)

    def to_arrays(self) -> dict[str, Array]:
        """Plain arrays for an npz file."""
        names = sorted(self.grams, key=self.grams.__getitem__)
        return {
            "grams": np.array("\n".join(names)),
            "idf": self.idf.astype(np.float32),
            "weights": self.weights.astype(np.float32),
            "bias": self.bias.astype(np.float32),
            "range": np.array([self.low, self.high]),
        }

    @classmethod
    def from_arrays(cls, data: dict[str, Array]) -> Linear:
        """Reads what `to_arrays` wrote."""
        names = str(data["grams"]).split("\n")
        low, high = (int(x) for x in data["range"])
        return cls({g: i for i, g in enumerate(names)}, data["idf"], data["weights"], data["bias"], low, high)


def _peaks(weights: list[float], most: int) -> list[tuple[int, int, float]]:
    """Runs of characters that carry the most weight, at least two characters each."""
    if not weights or max(weights) <= 0:
        return []
    cut = max(weights) * 0.4
    runs: list[tuple[int, int, float]] = []
    start = -1
    for i, w in enumerate([*weights, 0.0]):
        if w >= cut and start < 0:
            start = i
        elif w < cut and start >= 0:
            runs.append((start, i, sum(weights[start:i])))
            start = -1
    runs = [r for r in runs if r[1] - r[0] >= 2] or runs
    return sorted(sorted(runs, key=lambda r: -r[2])[:most])


def fit(
    texts: list[str], levels: Array, *, low: int = 1, high: int = 4, strength: float = 8.0,
    min_count: int = 2, sample_weight: Array | None = None,
) -> Linear:  # fmt: skip
    """Trains on folded texts and levels 0-4. Needs scikit-learn (already there for Rasa)."""
    from scipy.sparse import csr_matrix
    from sklearn.linear_model import LogisticRegression

    counted = [ngrams(t, low, high) for t in texts]
    frequency: dict[str, int] = {}
    for counts in counted:
        for gram in counts:
            frequency[gram] = frequency.get(gram, 0) + 1
    kept = sorted(g for g, n in frequency.items() if n >= min_count and "\n" not in g)
    grams = {g: i for i, g in enumerate(kept)}
    idf = np.array([math.log((1 + len(texts)) / (1 + frequency[g])) + 1 for g in kept], dtype=np.float32)
    model = Linear(grams, idf, np.zeros((len(kept), 4), np.float32), np.zeros(4, np.float32), low, high)
    rows, columns, values = [], [], []
    for n, text in enumerate(texts):
        for _, row, value in model.vector(text):
            rows.append(n)
            columns.append(row)
            values.append(value)
    matrix = csr_matrix((values, (rows, columns)), shape=(len(texts), len(kept)))
    for k in range(4):
        lr = LogisticRegression(C=strength, solver="liblinear", max_iter=300, random_state=0)
        lr.fit(matrix, levels >= k + 1, sample_weight=sample_weight)
        model.weights[:, k] = lr.coef_[0]
        model.bias[k] = lr.intercept_[0]
    return model
