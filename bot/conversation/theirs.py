"""Whose danger it is, weighed: what examples say of every message so far beside what the lists say.

Lists of subjects fail on strangers: the cow that goes with its farmer, a baby that sleeps, "姐姐" who is we. In 334
talks of nine authors about the writer's own danger they turned 43 into talks about somebody else, and missed 8 of 32
that were.

So each message is read by example, too: a linear reader on the encoder's meaning, taught by the labelled messages of
danger reading (`third_party`), gives the log odds that a message of danger is about another. They are added up over the
talk and weighed with what the lists heard (:class:`Weights`); the weights come from labelled talks, fitted and measured
with the authors kept apart by `python -m benchmarks whose`.

`python -m bot.conversation.theirs` trains the reader; `zaoan train` does so when needed.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from bot.conversation import intents, kept, parties
from bot.conversation.meanings import kept_meanings

KEY = "theirs"
#: Log odds beyond these are as good as certain; so much a single message counts.
MOST = 6.9
#: A message that is not read as danger counts for so much.
CALM_COUNTS = 0.3
#: Every so-manieth labelled message is learned from; the strength of the penalty.
EVERY, PENALTY = 2, 330.0


@dataclass(frozen=True, slots=True)
class Weights:
    """What each thing counts for; log odds. `sum`: of all messages, `most` and `last`: of those of danger."""

    sum: float = 0.55
    most: float = 0.37
    last: float = -0.2
    rule: float = 0.19
    for_another: float = -0.33
    own: float = -1.34
    other: float = 1.78
    third_party: float = 0.58
    party_other: float = 1.29
    party_unclear: float = 0.44
    base: float = -0.68
    #: About another from this probability on: of talks about oneself 5 % are then mistaken in some turn (lists: 13 %).
    from_: float = 0.5
    #: A talk that was taken for the writer's own turns from here on, and only with a message that says so by itself;
    #: one about another turns back below `back`.
    turns: float = 0.85
    turns_last: float = 1.0
    back: float = 0.4


WEIGHTS = Weights()


def note(now: dict[str, Any], odds: float | None, level: int) -> None:
    """Add one message to the memory `now`; `odds` as :func:`log_odds` gives, `level` the message's own (0-4)."""
    if odds is None:
        return
    sums = dict(now.get(KEY) or {"sum": 0.0, "most": None, "last": None})
    grave = level >= 2
    sums["sum"] = round(sums["sum"] + (odds + 1) * (1 if grave else CALM_COUNTS), 3)
    if grave:
        sums["last"] = round(odds, 3)
        sums["most"] = sums["last"] if sums["most"] is None else max(sums["most"], sums["last"])
    now[KEY] = sums


def about_another(
    now: Mapping[str, Any], talk: Mapping[str, Any], rule: bool, was: bool | None = None, weights: Weights = WEIGHTS
) -> bool:
    """Whether the danger is another's. `now`: the memory that holds the message; `talk`: the talk reader's state;
    `rule`: what the lists say; `was`: what was decided before, None when nothing was. Without a reader the lists
    decide."""
    sums = now.get(KEY)
    if not sums:
        return rule
    nothing = -3.0  # no message of danger yet
    odds = weights.base + weights.sum * max(-6.0, min(6.0, sums["sum"]))
    odds += weights.most * (nothing if sums["most"] is None else sums["most"])
    odds += weights.last * (nothing if sums["last"] is None else sums["last"])
    odds += weights.rule * rule + weights.for_another * ("for_another" in now["told"])
    odds += weights.own * bool(talk.get("own")) + weights.other * bool(talk.get("other"))
    odds += weights.third_party * bool(now.get("third_said"))
    odds += weights.party_other * (now.get("whose") == parties.OTHER)
    odds += weights.party_unclear * (now.get("whose") == parties.UNCLEAR)
    share = 1 / (1 + math.exp(-odds))
    if was is False:
        return share > weights.turns and (sums["last"] or nothing) > weights.turns_last
    return share > (weights.from_ if was is None else weights.back)


def path() -> Path:
    """Where the trained reader lives."""
    from bot.risk.files import models_dir

    return models_dir() / "intents" / "theirs.npz"


def fingerprint() -> str:
    """Hash of what the reader is made from."""
    from bot.risk import data as utterances

    return kept.hash_of((Path(intents.__file__), Path(__file__)), utterances.fingerprint())


def stale() -> bool:
    """True when there is no reader of the present messages."""
    return kept.stale(path(), fingerprint)


def fit(rows: np.ndarray[Any, Any], theirs: np.ndarray[Any, Any]) -> dict[str, np.ndarray[Any, Any]]:
    """Weights of a logistic regression on standardised meanings ([messages, 2 x width], bool[messages])."""
    from sklearn.linear_model import LogisticRegression

    center, spread = rows.mean(0), rows.std(0) + 1e-5
    model = LogisticRegression(C=1 / PENALTY, max_iter=300).fit((rows - center) / spread, theirs)
    weights = model.coef_[0] / spread
    return {"weights": weights.astype(np.float32), "base": np.array(model.intercept_[0] - center @ weights)}


def build() -> Path:
    """Trains the reader and writes it."""
    from bot.risk.data import load_utterances

    known = [u for u in load_utterances() if u.level >= 2 or u.third_party][::EVERY]
    rows = kept_meanings([u.text for u in known], path().with_name("theirs-meanings.npz"))
    made = fit(rows, np.array([u.third_party for u in known]))
    return kept.write(path(), fingerprint(), made)


@lru_cache(maxsize=1)
def _reader() -> tuple[np.ndarray[Any, Any], float] | None:
    arrays = kept.read(path())
    return (arrays["weights"], float(arrays["base"])) if arrays else None


def log_odds(text: str) -> float | None:
    """Log odds that this message, if it is one of danger, is about somebody else; None where nothing was trained. The
    encoder's pass is the one that read the intent."""
    reader = _reader()
    if reader is None:
        return None
    return max(-MOST, min(MOST, float(intents.meanings([text])[0] @ reader[0] + reader[1])))


if __name__ == "__main__":
    sys.stdout.write(f"{build().name}\n")
