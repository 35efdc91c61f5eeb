"""Do the words that a verdict shows lie where the labelling reader saw them? Counted on true alarms only."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from bot.risk.data import Utterance
from bot.risk.reader import Reader
from bot.risk.types import Signal

#: Every so-many-th message is read again: the encoder takes some 15 ms for each.
EVERY = 4
#: Beside the point of an alarm: whom it is about, where, and what holds the person.
_ASIDE = frozenset({"third_party", "minor", "location", "protective", "refusal"})


def evidence(items: list[Utterance], readers: dict[str, Reader]) -> None:
    """Prints for each reader the share of true alarms whose shown spans overlap a labelled one."""
    dangerous = [u for u in items if u.level >= 2 and _places(u.signals)][::EVERY]
    for name, reader in readers.items():
        alarms = touched = 0
        covered: list[float] = []
        for u in dangerous:
            verdict = reader.read(u.text, u.context, whole=True)
            if verdict.level < 2:
                continue
            alarms += 1
            labelled, shown = _places(u.signals), _places(verdict.signals)
            touched += bool(labelled & shown)
            covered.append(len(labelled & shown) / len(labelled))
        if alarms:
            sys.stdout.write(
                f"evidence, {name}: of {alarms} true alarms {touched / alarms:.1%} show words that the label "
                f"names; of the labelled characters {sum(covered) / alarms:.1%} are shown\n"
            )


def _places(signals: Iterable[Signal]) -> set[int]:
    """Characters that the spans cover."""
    return {i for s in signals if s.name not in _ASIDE for i in range(s.start, s.end)}
