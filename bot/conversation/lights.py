"""Does the message name something that still holds its writer, or that they still look forward to? By example.

"表姐说周六带我去吃冒菜", "Mark asked if I'd play on Saturday": whoever answers that with a number or a doctor has not
listened; it was the commonest complaint of those who judged the plays (docs/safety/vera.md). A reason for living that
somebody names is a protective factor of the C-SSRS risk assessment, and where a talk can stay. Farewells sound much
like it ("等她过完生日我就放心了"), so half of the examples (`data/lights`, several authors) are such twins, and
nothing is heard at level 4 or beside a grave signal (:data:`bot.conversation.learned.HOLDS_MOST`). No level and no
alert goes by it.

`python -m bot.conversation.lights` trains the machine, in seconds; `zaoan train` does so when needed. Figures with the
authors kept apart: `python -m benchmarks lights`.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from bot.conversation import intents, kept
from bot.conversation.hearing import DATA
from bot.conversation.meanings import kept_meanings

EXAMPLES = DATA / "lights"
LIGHT, NONE = "light", "none"
#: From this probability on it is believed (`python -m benchmarks lights`: authors unseen).
SURE = 0.95
#: Of the labelled messages of danger reading every so-manieth is an example of none.
EVERY = 25

#: (key, text, author)
Example = tuple[str, str, str]


def examples(folder: Path = EXAMPLES) -> list[Example]:
    """Rows of `data/lights/<author>.yml`; ValueError naming the file and the key that is not known."""
    found = []
    for key, text, author, file in kept.examples(folder, "`light` and `none` with a list of examples each are wanted"):
        if key not in {LIGHT, NONE}:
            raise ValueError(f"{file}: unknown key `{key}`; known are {LIGHT}, {NONE}")
        found.append((key, text, author))
    return found


def others() -> list[Example]:
    """A sample of dangerous messages as examples of none; what protects is no reason to be left out."""
    from bot.risk.data import load_utterances

    sample = [u for n, u in enumerate(load_utterances()) if n % EVERY == 0 and u.level >= 2]
    return [(NONE, u.text, "utterances") for u in sample]


def fit(rows: Sequence[Example]) -> intents.IntentModel:
    """The machine."""
    texts = [text for _, text, _ in rows]
    return intents.fit(texts, [key for key, _, _ in rows], kept_meanings(texts))


def path() -> Path:
    """Where the trained machine lives."""
    from bot.risk.files import models_dir

    return models_dir() / "intents" / "lights.npz"


def fingerprint() -> str:
    """Hash of what the machine is made from."""
    from bot.risk import data as utterances

    files = (*sorted(EXAMPLES.glob("*.yml")), Path(intents.__file__), Path(__file__))
    return kept.hash_of(files, utterances.fingerprint())


def stale() -> bool:
    """True when there is no machine of the present examples."""
    return kept.stale(path(), fingerprint)


def build() -> Path:
    """Trains the machine and writes it."""
    return kept.write(path(), fingerprint(), fit([*examples(), *others()]).arrays())


@lru_cache(maxsize=1)
def machine() -> intents.IntentModel | None:
    """What `build` wrote; None where nothing was trained: then nothing is heard."""
    arrays = kept.read(path())
    return intents.IntentModel(arrays) if arrays is not None else None


def shares(made: intents.IntentModel, texts: Sequence[str], meant: intents.Array | None = None) -> list[float]:
    """The probability of each text that it names such a thing."""
    guesses = made.guesses(texts, intents.meanings(texts) if meant is None else meant)
    return [g.confidence if g.name == LIGHT else 1 - g.confidence for g in guesses]


#: A pact, a place to jump from, a threat: whatever it sounds like, nothing that holds anybody.
NEVER = re.compile(
    r"一起(?:走|死|上路|去死)|上路|解脱|天台|楼顶|海边|江边|河边|桥上|打死|群里|约死"
    r"|\b(?:roof|bridge|together at last)\b",
    re.IGNORECASE,
)


def holds(text: str) -> bool:
    """Whether the message surely names it. The encoder's pass is the one that read the intent."""
    made = machine()
    if NEVER.search(text):
        return False
    return made is not None and bool(text.strip()) and shares(made, [text])[0] >= SURE


if __name__ == "__main__":
    sys.stdout.write(f"{build().name}\n")
