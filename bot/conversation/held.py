"""Is the danger held for now: help there or called, somebody with them, they away from it? By example.

Such a fact stops the urging: no emergency number, no "who can come?". Lists of words believe it where it is only
feared, refused or planned ("警察来了他的账也翻出来", "报 110 说啥，人爸不得抓了"), and the number is never named.
So what the lists hear is believed only where examples (`data/held`, several authors, half of them twins that only look
so) do not speak against it. They take a fact away and give none: one sentence too many is the smaller harm.

`python -m bot.conversation.held` trains the machine, in seconds; `zaoan train` does so when needed. Figures with the
authors kept apart: `python -m benchmarks held`.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from bot.conversation import intents, kept
from bot.conversation.hearing import DATA
from bot.conversation.learned import KINDS, NONE
from bot.conversation.meanings import kept_meanings

EXAMPLES = DATA / "held"
ANY = "any"
#: Under this probability a fact is not believed.
DOUBTED = 0.3

#: (kinds, text, author)
Example = tuple[frozenset[str], str, str]


def examples(folder: Path = EXAMPLES) -> list[Example]:
    """Rows of `data/held/<author>.yml`; ValueError naming the file and the key that is not known."""
    found: list[Example] = []
    for key, text, author, file in kept.examples(
        folder, "`kind+kind` or `none` with a list of examples each is wanted"
    ):
        kinds = frozenset(key.split("+")) - {NONE}
        if not kinds <= set(KINDS):
            raise ValueError(f"{file}: unknown kind in `{key}`; known are {', '.join(KINDS)}, {NONE}")
        found.append((kinds, text, author))
    return found


def fit(rows: Sequence[Example]) -> intents.IntentModel:
    """The machine: does a message tell any of it, or none?"""
    words = [row[1] for row in rows]
    known = kept_meanings(words, path().with_name("held-meanings.npz"))
    return intents.fit(words, [ANY if row[0] else NONE for row in rows], known)


def path() -> Path:
    """Where the trained machine lives."""
    from bot.risk.files import models_dir

    return models_dir() / "intents" / "held.npz"


def fingerprint() -> str:
    """Hash of what the machine is made from."""
    return kept.hash_of((*sorted(EXAMPLES.glob("*.yml")), Path(intents.__file__), Path(__file__)))


def stale() -> bool:
    """True when there is no machine of the present examples."""
    return kept.stale(path(), fingerprint)


def build() -> Path:
    """Trains the machine and writes it."""
    return kept.write(path(), fingerprint(), fit(examples()).arrays())


@lru_cache(maxsize=1)
def machine() -> intents.IntentModel | None:
    """What `build` wrote; None where nothing was trained."""
    arrays = kept.read(path())
    return intents.IntentModel(arrays) if arrays else None


def shares(model: intents.IntentModel, texts: Sequence[str]) -> list[float]:
    """The probability of each text that it truly tells so."""
    guesses = model.guesses(texts, intents.meanings(texts))
    return [g.confidence if g.name == ANY else 1 - g.confidence for g in guesses]


def doubted(text: str) -> bool:
    """Whether what the lists hear of :data:`bot.conversation.learned.HELD` in this message is not to be believed;
    False where nothing was trained. The encoder's pass is the one that read the intent."""
    model = machine()
    return model is not None and bool(text.strip()) and shares(model, [text])[0] < DOUBTED


if __name__ == "__main__":
    sys.stdout.write(f"{build().name}\n")
