"""What a change of the lexicon or new labelled messages do to the messages that are known already.

Compared is with the last training (models/risk/nearest.npz). Rules are applied anew to every known
message; what retraining will make of new messages is not foretold, but where they contradict a known
message that reads almost the same, that is said: one of the two pulls the other the wrong way.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bot.risk import data as utterances
from bot.risk.data import Utterance
from bot.risk.lexicon import fingerprint as lexicon_fingerprint
from bot.risk.nearest import Nearest, Neighbour, floor_of, path

#: From this cosine two messages say nearly the same.
SAME = 0.6


@dataclass(frozen=True, slots=True)
class Moved:
    """A known message whose floor is another now."""

    message: Utterance
    before: int
    after: int

    @property
    def worse(self) -> bool:
        """True when the rules are further from the label than before, or above it now."""
        label = self.message.level
        return (self.after > label and self.after > self.before) or self.after < self.before <= label


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A new message and a known one that read alike and are labelled two levels apart."""

    message: Utterance
    known: Neighbour


@dataclass(frozen=True, slots=True)
class Effects:
    """`moved`: by the lexicon; `new`: messages since the last training, with the floor rules give them now."""

    moved: tuple[Moved, ...]
    new: tuple[tuple[Utterance, int], ...]
    contradictions: tuple[Contradiction, ...]


def effects() -> Effects | None:
    """None when nothing was trained yet or nothing changed since."""
    if not path().exists():
        return None
    made = Nearest.load()
    if made is None:
        return None
    same_lexicon = made.lexicon == lexicon_fingerprint()
    if same_lexicon and made.utterances == utterances.fingerprint():
        return None
    before = dict(zip(made.texts, made.floors.tolist(), strict=True))
    items = utterances.load_utterances()
    moved = []
    for u in [] if same_lexicon else items:
        if u.text in before and (after := floor_of(u.text)) != before[u.text]:
            moved.append(Moved(u, before[u.text], after))
    fresh = [u for u in items if u.text not in before]
    contradictions = [Contradiction(u, n) for u in fresh for n in _against(u, made)]
    return Effects(tuple(moved), tuple((u, floor_of(u.text)) for u in fresh), tuple(contradictions))


def _against(message: Utterance, made: Nearest) -> list[Neighbour]:
    likeness = made.likeness(message.text)
    apart = np.abs(made.levels.astype(int) - message.level) >= 2
    return [n for n in made.best(likeness, apart, 1) if n.likeness >= SAME]
