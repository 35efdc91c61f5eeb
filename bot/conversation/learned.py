"""What is heard by example, beside the lists; the plan takes whichever of these it is given. Pure.

Each is made by several authors' examples and believed only where it is sure (:mod:`bot.conversation.meant`,
:mod:`bot.conversation.theirs`, :mod:`bot.conversation.replied`). Without them, as in most unit tests, the lists
alone decide.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Learned:
    """Readers by example. `kind(text, outright)`: the kind of a plain question; `theirs(text)`: log odds that a
    message of danger is about somebody else; `answer(topics, text)`: {topic: answer} of a message after our
    question for `topics`, as far as it is sure."""

    kind: Callable[[str, bool], str | None] | None = None
    theirs: Callable[[str], float | None] | None = None
    answer: Callable[[Sequence[str], str], dict[str, str]] | None = None

    def odds(self, text: str) -> float | None:
        """`theirs` of the text, None where nothing was trained."""
        return self.theirs(text) if self.theirs else None


NOTHING = Learned()
