"""The first card where one sentence is too little: what the bot would say in two messages, as one. Pure.

Somebody who suffers is first met and then helped or asked; a person who takes only the first card would send only
the comfort. Where the story meets and asks, both are offered as one message.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.copilot.types import Candidate, Moment

LONGEST = 60
"""Characters of one message, as the outgoing guard counts them."""
#: What meets the customer; what is put after it.
MEETS = frozenset({"utter_reflect_feeling", "utter_thank_disclosure", "utter_support_third_party"})
ASKS = "utter_ask_"
HELPS = "utter_normal_service"
_QUESTION = re.compile(r"[?？]")
_SENTENCE = re.compile(r"[^。！？!?]+[。！？!?]*")
MOST_SENTENCES = 6
_ENDS = re.compile(r"(?<!是吧)(?<!是吗)[。！!.]$")


def lead(planned: Sequence[Candidate], moment: Moment) -> Candidate | None:
    """The joined sentence, or None where the story's first sentence stands better alone.

    At level 1 words that fit the story go with practical help; where danger is known but not imminent, they go with
    the question that the ladder asks next. In imminent danger nothing is put before what brings to safety.
    """
    if moment.mode == "service" or moment.danger == "imminent":
        return None
    meeting = [one for one in planned if one.action in MEETS and not _QUESTION.search(one.text)]
    wanted = [one for one in planned if _follows(one, moment)]
    for first in reversed(meeting):  # what was said last before the question belongs to it
        for second in wanted:
            text = first.text + second.text
            if _ENDS.search(first.text) and len(text) <= LONGEST and len(_QUESTION.findall(text)) <= 1:
                about = second if second.action.startswith(ASKS) else first
                return Candidate(text, about.strategy, about.action, "lead")
    return None


def parts(text: str) -> list[str]:
    """The sentences that a message was joined of, so that neither is offered again: every run of neighbouring ones."""
    single = [one for one in _SENTENCE.findall(text) if one.strip()][:MOST_SENTENCES]
    if len(single) < 2:
        return []
    runs = {"".join(single[a:b]) for a in range(len(single)) for b in range(a + 1, len(single) + 1)}
    return sorted(runs - {text})


def _follows(one: Candidate, moment: Moment) -> bool:
    if moment.mode == "support":
        return one.action == HELPS and moment.matter
    return one.action.startswith(ASKS) and one.action != "utter_ask_purpose" and bool(_QUESTION.search(one.text))
