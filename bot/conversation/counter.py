"""Which ordinary question of the shop counter a message asks, where the patterns of `data/cards.yml` hear none.

Patterns over shop talk carry over badly: of 48 ordinary moments that strangers wrote they answered a third to the
point, and took "my back is bad, can he carry it up" for a mattress. The kinds are learned by the kernel machine of
:mod:`bot.conversation.intents` from the examples of `data/counter`, one file an author; what a colleague may answer to
each stands in `data/counter.yml` (:mod:`bot.copilot.counter`). Only cards for a person go by it, no word of the bot and
no level.

`python -m bot.conversation.counter` trains it, in seconds after the first time; `zaoan train` does so when needed.
Figures with the authors kept apart: `python -m benchmarks counter`.
"""

from __future__ import annotations

import re
import sys
from functools import lru_cache
from pathlib import Path

from bot.conversation import intents, kept, meant
from bot.conversation.hearing import DATA, simplify

EXAMPLES = DATA / "counter"
NONE = meant.NONE
#: Share and weight from which a kind is believed before a pattern, and where no pattern answers
#: (`python -m benchmarks counter`).
SURE, SURE_WEIGHT = 0.055, 0.0
PERHAPS, PERHAPS_WEIGHT = 0.035, 0.0
SHORTEST = 4
#: Clauses of a long message that are read by themselves at most; the encoder takes ten to thirty milliseconds for each.
MOST_CLAUSES = 3
CLAUSES = re.compile(r"(?<=[?？])|[，,。！!；;…\s]+")


def examples(folder: Path = EXAMPLES) -> list[meant.Example]:
    """(text, kind, author) of `data/counter/<author>.yml`; ValueError naming the file when it is malformed."""
    rows = kept.examples(folder, "kinds with a list of examples each are wanted")
    return [(text, kind, author) for kind, text, author, _ in rows]


def others() -> list[meant.Example]:
    """Messages of trouble and danger, as examples of no matter of the counter."""
    from bot.risk.data import load_utterances

    sample = [u for n, u in enumerate(load_utterances()) if n % meant.EVERY == 0]
    return [(u.text, NONE, "utterances") for u in sample if u.level >= 1]


def path() -> Path:
    """Where the trained reader lives."""
    from bot.risk.files import models_dir

    return models_dir() / "intents" / "counter.npz"


def fingerprint() -> str:
    """Hash of what the reader is made from."""
    from bot.risk import data as utterances

    files = (*sorted(EXAMPLES.glob("*.yml")), Path(intents.__file__), Path(meant.__file__), Path(__file__))
    return kept.hash_of(files, utterances.fingerprint())


def stale() -> bool:
    """True when there is no reader of the present examples."""
    return kept.stale(path(), fingerprint)


def build() -> Path:
    """Trains the reader and writes it."""
    return kept.write(path(), fingerprint(), meant.arrays(meant.fit(examples(), others())))


@lru_cache(maxsize=1)
def reader() -> meant.Asked | None:
    """What `build` wrote; None where nothing was trained: patterns alone answer then."""
    return meant.of_arrays(kept.read(path()))


def kinds(text: str) -> tuple[str, str]:
    """(the kind that goes before any pattern, the kind where no pattern answers), "" where it is none or unsure.

    A long message that is unsure as a whole is read by its clauses, too, the last few of them that ask:
    "零下二十来度呢，扛冻不？别到时候漏风" asks in the middle."""
    known = reader()
    if known is None or len(text.strip()) < SHORTEST:
        return "", ""
    best = known.guesses([text])[0]
    if not best.believed(SURE, SURE_WEIGHT):
        parts = [part.strip() for part in CLAUSES.split(text) if len(part.strip()) >= SHORTEST]
        asks = [p for p in parts[-MOST_CLAUSES:] if p != text.strip() and meant.MARKED.search(simplify(p))]
        read = [best, *(known.guesses(asks) if asks else ())]
        best = max((one for one in read if one.weight >= PERHAPS_WEIGHT), key=lambda one: one.share, default=best)
    return best.believed(SURE, SURE_WEIGHT) or "", best.believed(PERHAPS, PERHAPS_WEIGHT) or ""


if __name__ == "__main__":
    sys.stdout.write(f"{build().name}\n")
