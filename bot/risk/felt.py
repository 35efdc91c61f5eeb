"""What was told in words and what was only felt, of a signal and of a message. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.risk.types import Signal, Verdict

SURE = 0.95
"""From this P(≥ 2) a single message counts as level 2 at least, whatever the talk before it sounded like."""


GRAVE_SURE = 0.8
"""The same for a message that by itself is read as level 3 or 4."""


def strongly(message: Verdict) -> bool:
    """Whether a message is felt so strongly by itself that at least a question is due, now and afterwards."""
    return message.level >= 2 and message.score >= (SURE if message.level == 2 else GRAVE_SURE)


#: {level: P(≥ 2)} from which a message that by itself is read so is not talked down below it by what went before. Over
#: 13 sets of chats (260 of them kept apart) the turns of level 4 that are read as 4 went from 171 to 192 of 248, and
#: turns in range from 72.8 to 74.1 % (measured with 0.85 at level 2, below); at 0.7 for level 4 it would be 214, with
#: more alarms that are too high.
NOT_BELOW = {2: 0.6, 3: 0.85, 4: 0.95}
#: The same for a message that is read as level 2 itself.
NOT_BELOW_AT_TWO = 0.9


def not_below(message: Verdict) -> int:
    """The level (1 to 4) that a message keeps although the talk before it sounded calmer."""
    if message.level == 2:
        return 2 if message.score >= NOT_BELOW_AT_TWO else 1
    return max((n for n, sure in NOT_BELOW.items() if n <= message.level and message.score >= sure), default=1)


def listed(signal: Signal) -> bool:
    """Whether words of the lists gave a signal."""
    return signal.rule not in ("learned", "context")


def sure(signal: Signal) -> bool:
    """Whether they are words that mean it by themselves, no mere hint (`hint:` in data/lexicon)."""
    return listed(signal) and "/h" not in signal.rule


def by_rule(talk: Mapping[str, Any], text: str) -> frozenset[str] | None:
    """The signals that the lists heard in this very message; None where the talk's state tells of another one (two
    messages in a row, the first answered after the second was read)."""
    recent = talk.get("recent")
    if talk.get("ruled") is None or (recent and not text.startswith(str(recent[-1]))):
        return None
    return frozenset(map(str, talk["ruled"]))
