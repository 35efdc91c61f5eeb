"""What is heard by example, beside the lists; the plan takes whichever of these it is given. Pure.

Each is made by several authors' examples and believed only where it is sure (:mod:`bot.conversation.meant`,
:mod:`bot.conversation.theirs`, :mod:`bot.conversation.replied`, :mod:`bot.conversation.held`). Without them, as in most
unit tests, the lists alone decide.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from bot.conversation.hearing import Heard, hear

#: What an example of `data/held` may tell: professionals are there or called, somebody of their own is with them, they
#: are away from it, they are found and safe; or none of it.
KINDS, NONE = ("help", "with", "away", "safe"), "none"
#: Facts of the lists after which nobody urges any more, and the kinds of `data/held` that bear each out.
HELD = {
    "help_called": ("help", "safe"), "help_there": ("help", "safe"),
    "with_someone": ("with", "help", "safe"), "here": ("with", "help", "safe"),
    "stepped_back": ("away", "safe", "with", "help"), "means_none": ("away", "safe"),
}  # fmt: skip
#: Moves of the lists that say the same.
HELD_MOVES = frozenset({"help_called", "at_hospital"})
#: Characters of a message that is one report.
LONGEST = 60
CLAUSES = re.compile(r"[，。！!？?；;…\s]*[，。！!？?；;…]+\s*|(?<=[\u4e00-\u9fff0-9])\s+")
#: From this level on it is asked whether they are to be believed.
GRAVE = 2


@dataclass(frozen=True, slots=True)
class Learned:
    """Readers by example. `kind(text, outright)`: the kind of a plain question; `theirs(text)`: log odds that a
    message of danger is about somebody else; `answer(topics, text)`: {topic: answer} of a message after our
    question for `topics`, as far as it is sure;
    `doubted(text)`: help, company or distance in the message is only spoken of, not there."""

    kind: Callable[[str, bool], str | None] | None = None
    theirs: Callable[[str], float | None] | None = None
    answer: Callable[[Sequence[str], str], dict[str, str]] | None = None
    doubted: Callable[[str], bool] | None = None

    def odds(self, text: str) -> float | None:
        """`theirs` of the text, None where nothing was trained."""
        return self.theirs(text) if self.theirs else None

    def believed(self, heard: Heard, text: str, level: int) -> Heard:
        """The message without what it only seems to tell of help, company or distance."""
        facts = HELD.keys() & heard.facts
        if not facts or level < GRAVE or self.doubted is None or not all(map(self.doubted, _told_in(text))):
            return heard
        moves = tuple(move for move in heard.moves if move not in HELD_MOVES)
        return replace(heard, facts=heard.facts - facts, moves=moves)


def _told_in(text: str) -> list[str]:
    """What is asked about: the message, or of a long one, which tells of more, the clauses that seem to tell so."""
    if len(text) <= LONGEST:
        return [text]
    parts = [part for part in CLAUSES.split(text) if HELD.keys() & hear(part).facts]
    return parts or [text]


NOTHING = Learned()
