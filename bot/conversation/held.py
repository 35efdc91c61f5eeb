"""Is the danger held for now: help there or called, somebody with them, they away from it? By example.

Such a fact stops the urging: no emergency number, no "who can come?". Lists of words believe it where it is only
feared, refused or planned ("警察来了他的账也翻出来", "报 110 说啥，人爸不得抓了"), and the number is never named.
So what the lists hear is believed only where examples (`data/held`, several authors, half of them twins that only look
so) do not speak against it. Where the examples themselves are sure ("我姐来了 坐我旁边") the fact is given,
too: lists find a third of the reports of strangers, and who has just called is told to call.

`python -m bot.conversation.held` trains the machine, in seconds; `zaoan train` does so when needed. Figures with the
authors kept apart: `python -m benchmarks held`.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from bot.conversation import intents, kept
from bot.conversation.hearing import DATA
from bot.conversation.learned import KINDS, NONE
from bot.conversation.meanings import kept_meanings

EXAMPLES = DATA / "held"
ANY = "any"
#: Under this probability a fact is not believed.
DOUBTED = 0.3
#: From these probabilities a kind is told, whatever the lists heard (`python -m benchmarks held`: authors unseen).
TOLD = {"help": 0.95, "with": 0.98, "away": 0.9, "safe": 0.9}
ANY_TOLD = 0.9

#: (kinds, text, author)
Example = tuple[frozenset[str], str, str]
Machines = dict[str, intents.IntentModel]


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


def fit(rows: Sequence[Example]) -> Machines:
    """The machines: does a message tell any of it, and each kind by itself?"""
    words = [row[1] for row in rows]
    known = kept_meanings(words, path().with_name("held-meanings.npz"))
    wanted = {ANY: set(KINDS), **{kind: {kind} for kind in KINDS}}
    return {
        name: intents.fit(words, [name if row[0] & kinds else NONE for row in rows], known)
        for name, kinds in wanted.items()
    }


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
    """Trains the machines and writes them."""
    made = fit(examples())
    return kept.write(
        path(), fingerprint(), {f"{name}/{k}": v for name, model in made.items() for k, v in model.arrays().items()}
    )


@lru_cache(maxsize=1)
def machines() -> Machines:
    """What `build` wrote; empty where nothing was trained, or by an older version."""
    arrays = kept.read(path()) or {}
    by_name: dict[str, dict[str, Any]] = {}
    for key, value in arrays.items():
        name, _, array = key.partition("/")
        by_name.setdefault(name, {})[array] = value
    return {
        name: intents.IntentModel(each) for name, each in by_name.items() if name in (ANY, *KINDS) and "names" in each
    }


def shares(made: Machines, name: str, texts: Sequence[str], meant: intents.Array | None = None) -> list[float]:
    """The probability of each text that it truly tells so; `name`: a kind, or :data:`ANY`; `meant` spares the encoder
    where several are asked."""
    model = made[name]
    guesses = model.guesses(texts, intents.meanings(texts) if meant is None else meant)
    return [g.confidence if g.name == name else 1 - g.confidence for g in guesses]


def doubted(text: str) -> bool:
    """Whether what the lists hear of :data:`bot.conversation.learned.HELD` in this message is not to be believed;
    False where nothing was trained. The encoder's pass is the one that read the intent."""
    made = machines()
    return ANY in made and bool(text.strip()) and shares(made, ANY, [text])[0] < DOUBTED


def sure(made: Machines, texts: Sequence[str]) -> list[frozenset[str]]:
    """The kinds that each text surely tells: by its own machine, and by the one that knows them all."""
    meant = intents.meanings(texts)
    likely = shares(made, ANY, texts, meant)
    found = {kind: shares(made, kind, texts, meant) for kind in TOLD}
    return [
        frozenset(kind for kind, least in TOLD.items() if found[kind][row] >= least and some >= ANY_TOLD)
        for row, some in enumerate(likely)
    ]


def told(texts: Sequence[str]) -> frozenset[str]:
    """The kinds that a message, or one of its pieces, surely tells; empty where nothing was trained."""
    made, pieces = machines(), [text for text in texts if text.strip()]
    return frozenset().union(*sure(made, pieces)) if made and pieces else frozenset()


if __name__ == "__main__":
    sys.stdout.write(f"{build().name}\n")
