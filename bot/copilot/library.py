"""Finding sentences by the customer's own words. Pure: pairs of characters, weighted by how rare they are.

A sentence shares few words with the message it answers, so a hit says much: somebody who writes of
their mother is offered the sentence about a mother before one that would fit anybody.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from bot.copilot.types import Candidate, Phrase

_WORDS = re.compile(r"[\u4e00-\u9fffA-Za-z0-9]+")
#: Pairs that carry no topic.
_EMPTY = frozenset(
    (
        "你的 我的 了吗 是不 不是 这个 那个 一个 什么 怎么 可以 就是 没有 一下 现在 我在 "
        "你在 知道 真的 还是 这样 不会 能不"
    ).split()
)
#: Below this much shared weight a sentence has found the message by chance.
ENOUGH = 3.0


def pairs(text: str) -> frozenset[str]:
    """Pairs of neighbouring characters within words, without the empty ones."""
    found = {word[at : at + 2] for word in _WORDS.findall(text.lower()) for at in range(len(word) - 1)}
    return frozenset(found) - _EMPTY


class Library:
    """Sentences of ours, searchable. Each row is (action, text, strategy)."""

    def __init__(self, rows: Iterable[tuple[str, str, str]]) -> None:
        self._rows = [(action, text, strategy, pairs(text)) for action, text, strategy in rows]
        counts = Counter(pair for *_, own in self._rows for pair in own)
        most = max(1, len(self._rows))
        self._weight = {pair: math.log(most / count) for pair, count in counts.items()}

    def search(
        self, text: str, actions: Sequence[str], usable: Callable[[str, str], bool], most: int = 2, fewest: int = 1
    ) -> list[Candidate]:
        """The best `most` sentences of `actions` for a customer's words, none when nothing really matches.

        `usable(action, text)` says whether a sentence may be said to this customer now; `fewest` pairs must be shared.
        """
        asked = pairs(text)
        if not asked:
            return []
        scored = []
        for place, (action, words, strategy, own) in enumerate(self._rows):
            shared = sum(self._weight[pair] for pair in asked & own)
            if shared >= ENOUGH and action in actions and len(asked & own) >= fewest:
                scored.append((-shared, place, action, words, strategy))
        found = []
        for _, _, action, words, strategy in sorted(scored):
            if usable(action, words):
                found.append(Candidate(words, strategy, action, "library"))
            if len(found) == most:
                break
        return found


def match(text: str, phrases: Iterable[Phrase], most: int = 2) -> list[Candidate]:
    """The merchant's sentences for a customer's words: those whose `when` is in them, longest match first."""
    folded = text.lower()
    scored = []
    for place, phrase in enumerate(phrases):
        hits = [word for word in phrase.when if word and word.lower() in folded]
        if hits:
            scored.append((-max(map(len, hits)), -len(hits), place, phrase))
    return [
        Candidate(phrase.text, phrase.strategy, f"phrase:{phrase.phrase_id}", "shop", phrase.kind)
        for *_, phrase in sorted(scored, key=lambda row: row[:3])[:most]
    ]
