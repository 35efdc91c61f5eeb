"""How a person who is spoken of stands to the writer, by example: here, near, on the way, refused, dead.

The lists of :mod:`bot.conversation.standing` place one in three of the people strangers write of; a mother who must not
know is then asked in, and a friend at the door is not used. The examples (`data/standing`, one file an author, the
person between 〔〕) place four in five. What is read is the stretch of the message that is about this
person, with their name taken out, so that nothing is learned of mothers or friends:

    here      with the writer now                    refused  is not to know or to come, or is no use to tell
    near      next door, in another room, asleep     hurts    beats, threatens, humiliates, hunts
    coming    on the way, or said so                 gone     dead, or left for good
    asked     told or called, no answer yet          silent   does not answer, does not care
    far       elsewhere, cannot come soon            named    none of it

Of two that are true of one person the one that forbids asking them in counts (refused before near, hurts before here).
`python -m bot.conversation.stands` trains the machine, in seconds; `zaoan train` does so when needed. Figures with the
authors kept apart: `python -m benchmarks standing`.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from bot.conversation import about as stretch
from bot.conversation import intents, kept
from bot.conversation.about import LEFT, RIGHT, about
from bot.conversation.hearing import DATA
from bot.conversation.meanings import kept_meanings
from bot.conversation.standing import KINDS

EXAMPLES = DATA / "standing"
MARKED = re.compile(f"{LEFT}([^{RIGHT}]+){RIGHT}")

#: (standing, message with the person between 〔〕, author)
Example = tuple[str, str, str]


def examples(folder: Path = EXAMPLES) -> list[Example]:
    """Rows of `data/standing/<author>.yml`; ValueError naming the file and what is wrong."""
    found: list[Example] = []
    for key, text, author, file in kept.examples(folder, "a standing with a list of messages each is wanted"):
        if key not in KINDS:
            raise ValueError(f"{file}: unknown standing `{key}`; known are {', '.join(KINDS)}")
        if len(MARKED.findall(text)) != 1:
            raise ValueError(f"{file}: exactly one person between {LEFT} and {RIGHT} is wanted in `{text}`")
        found.append((key, text, author))
    return found


def stretches(rows: Sequence[Example]) -> list[str]:
    """What is read of each row; the others of a message are those whom its other rows mark."""
    marked = [MARKED.search(text) for _, text, _ in rows]
    plain = [text.replace(LEFT, "").replace(RIGHT, "") for _, text, _ in rows]
    starts: dict[str, set[int]] = {}
    for text, hit in zip(plain, marked, strict=True):
        starts.setdefault(text, set()).add(hit.start() if hit else 0)
    return [
        about(text, hit.start(), hit.end() - 2, starts[text] - {hit.start()}) if hit else text
        for text, hit in zip(plain, marked, strict=True)
    ]


def fit(rows: Sequence[Example]) -> intents.IntentModel:
    """The machine."""
    texts = stretches(rows)
    known = kept_meanings(texts, path().with_name("standing-meanings.npz"))
    return intents.fit(texts, [row[0] for row in rows], known)


def path() -> Path:
    """Where the trained machine lives."""
    from bot.risk.files import models_dir

    return models_dir() / "intents" / "standing.npz"


def fingerprint() -> str:
    """Hash of what the machine is made from."""
    files = (Path(intents.__file__), Path(stretch.__file__), Path(__file__))
    return kept.hash_of((*sorted(EXAMPLES.glob("*.yml")), *files))


def stale() -> bool:
    """True when there is no machine of the present examples."""
    return kept.stale(path(), fingerprint)


def build() -> Path:
    """Trains the machine and writes it."""
    return kept.write(path(), fingerprint(), fit(examples()).arrays())


@lru_cache(maxsize=1)
def machine() -> intents.IntentModel | None:
    """What `build` wrote; None where nothing was trained, or by an older version."""
    arrays = kept.read(path())
    return intents.IntentModel(arrays) if arrays and "names" in arrays else None


def stands(texts: Sequence[str]) -> list[tuple[str, float]]:
    """(standing, probability) of the person of each stretch; empty where nothing was trained."""
    made = machine()
    return [(guess.name, guess.confidence) for guess in made.guesses(texts)] if made and texts else []


if __name__ == "__main__":
    sys.stdout.write(f"{build().name}\n")
