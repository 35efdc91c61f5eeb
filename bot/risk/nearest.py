"""The labelled messages nearest to a text: what a verdict can be compared with.

tf-idf of character n-grams (1 to 3) of the normalised text, cosine. Made at training time into
models/risk/nearest.npz (`python -m bot.risk.nearest`, seconds), loaded when the first explanation is
asked for. Words said every day weigh little by their idf; n-grams of one labelled message only are left
out. The floor that the rules gave each message then is kept beside it, for bot.risk.effects.
"""

from __future__ import annotations

import json
import math
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bot.risk import data as utterances
from bot.risk.files import models_dir
from bot.risk.grade import floor_level
from bot.risk.lexicon import fingerprint as lexicon_fingerprint
from bot.risk.lexicon import load_lexicon
from bot.risk.linear import ngrams
from bot.risk.normalise import normalise
from bot.risk.scope import apply_scope

Array = np.ndarray[Any, np.dtype[Any]]
LONGEST_GRAM = 3
#: Below this cosine two messages share words by chance.
ALIKE = 0.12


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A labelled message; `likeness` is the cosine, 0-1."""

    id: str
    text: str
    level: int
    likeness: float

    def to_dict(self) -> dict[str, Any]:
        """For machines."""
        return {"id": self.id, "text": self.text, "level": self.level, "likeness": round(self.likeness, 3)}


class Nearest:
    """An inverted index: for each n-gram the messages that hold it, with their weight."""

    def __init__(self, arrays: dict[str, Array]) -> None:
        names = str(arrays["grams"]).split("\n")
        self._place = {g: i for i, g in enumerate(names)}
        self._idf, self._starts = arrays["idf"], arrays["starts"]
        self._rows, self._weights = arrays["rows"], arrays["weights"]
        self.levels, self.floors = arrays["levels"], arrays["floors"]
        self._messages: list[list[str]] = json.loads(str(arrays["messages"]))
        self.utterances, self.lexicon = str(arrays["utterances"]), str(arrays["lexicon"])

    @classmethod
    def load(cls) -> Nearest | None:
        """None when it was never made: explanations then go without neighbours."""
        if not path().exists():
            return None
        with np.load(path(), allow_pickle=False) as data:
            return cls({k: data[k] for k in data.files})

    @property
    def texts(self) -> list[str]:
        """The labelled messages, as sent."""
        return [text for _, text in self._messages]

    def likeness(self, text: str) -> Array:
        """Cosine of a text (as sent) with every labelled message, [messages]."""
        found = {g: n for g, n in ngrams(normalise(text).text, 1, LONGEST_GRAM).items() if g in self._place}
        scores = np.zeros(len(self._messages), np.float32)
        norm = 0.0
        for gram, count in found.items():
            at = self._place[gram]
            weight = (1 + math.log(count)) * float(self._idf[at])
            norm += weight * weight
            part = slice(int(self._starts[at]), int(self._starts[at + 1]))
            scores[self._rows[part]] += weight * self._weights[part]
        result: Array = scores / math.sqrt(norm) if norm else scores
        return result

    def best(self, likeness: Array, among: Array, most: int) -> list[Neighbour]:
        """The likest of those that `among` ([messages], bool) allows."""
        order = np.argsort(np.where(among, -likeness, 1.0), kind="stable")[:most]
        return [
            Neighbour(self._messages[i][0], self._messages[i][1], int(self.levels[i]), float(likeness[i]))
            for i in order.tolist()
            if among[i] and likeness[i] >= ALIKE
        ]


def path() -> Path:
    """Where the index lives."""
    return models_dir() / "risk" / "nearest.npz"


def build() -> Path:
    """Makes the index of all labelled messages."""
    items = utterances.load_utterances()
    counted = [ngrams(normalise(u.text).text, 1, LONGEST_GRAM) for u in items]
    frequency = Counter(g for counts in counted for g in counts)
    names = sorted(g for g, n in frequency.items() if n > 1 and "\n" not in g)
    place = {g: i for i, g in enumerate(names)}
    idf = np.array([math.log(len(items) / frequency[g]) for g in names], np.float32)
    rows: list[list[int]] = [[] for _ in names]
    weights: list[list[float]] = [[] for _ in names]
    for n, counts in enumerate(counted):
        known = {place[g]: (1 + math.log(c)) * float(idf[place[g]]) for g, c in counts.items() if g in place}
        norm = math.sqrt(sum(w * w for w in known.values())) or 1.0
        for at, weight in known.items():
            rows[at].append(n)
            weights[at].append(weight / norm)
    path().parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(
        path(),
        grams=np.array("\n".join(names)), idf=idf,
        starts=np.cumsum([0, *map(len, rows)]).astype(np.int32),
        rows=np.array([r for part in rows for r in part], np.int32),
        weights=np.array([w for part in weights for w in part], np.float16),
        levels=np.array([u.level for u in items], np.int8),
        messages=np.array(json.dumps([[u.id, u.text] for u in items], ensure_ascii=False)),
        floors=np.array([floor_of(u.text) for u in items], np.int8),
        utterances=np.array(utterances.fingerprint()), lexicon=np.array(lexicon_fingerprint()),
    )  # fmt: skip
    return path()


def floor_of(text: str) -> int:
    """The level that the rules alone demand."""
    lexicon, normal = load_lexicon(), normalise(text)
    return floor_level(normal.text, apply_scope(normal, lexicon.search(normal.text, normal.breaks), lexicon)).level


def stale() -> bool:
    """True when the labelled messages or the lexicon changed since the index was made."""
    if not path().exists():
        return True
    with np.load(path(), allow_pickle=False) as made:
        if not {"utterances", "lexicon", "floors"} <= set(made.files):
            return True
        return (str(made["utterances"]), str(made["lexicon"])) != (utterances.fingerprint(), lexicon_fingerprint())


if __name__ == "__main__":
    sys.stdout.write(f"{build().name}\n")
