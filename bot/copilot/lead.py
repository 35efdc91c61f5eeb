"""The first card where one sentence is too little: what the bot would say in two messages, as one. Pure.

Somebody who suffers is first met and then helped or asked; a person who takes only the first card would send only
the comfort. Where the story meets and asks, both are offered as one message.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.copilot.types import Candidate, Moment

LONGEST = 60
"""Characters of one message, as the outgoing guard counts them."""
#: What meets the customer; what is put after it.
MEETS = frozenset({"utter_reflect_feeling", "utter_thank_disclosure", "utter_support_third_party"})
ASKS = "utter_ask_"
HELPS = "utter_normal_service"
#: What answers a plain question: it goes before any comfort.
ANSWERS = frozenset({"utter_answer_question", "utter_answer_plain"})
#: What a question is not put behind: a number, the shop's business, the word that a program speaks.
SENDS = ("utter_refer", HELPS, "utter_welcome", "utter_promise")
#: What brings to safety: in imminent danger one of these is in the first card, whatever else the story says first.
SAVES = ("utter_refer_emergency", "utter_ask_emergency_called", "utter_safety_step", "utter_ask_safety_now",
         "utter_ask_companion", "utter_ask_location", "utter_ask_means_access", "utter_ask_called",
         "utter_answer_plain")  # fmt: skip
#: What the customer does when something grave is told anew (the plan's `heard`).
NEWS = frozenset({"disclose", "threat", "swallowed", "cannot_phone"})
_QUESTION = re.compile(r"[?？]")
_SENTENCE = re.compile(r"[^。！？!?]+[。！？!?]*")
MOST_SENTENCES = 6
_ENDS = re.compile(r"(?<!是吧)(?<!是吗)[。！!.]$")


def lead(planned: Sequence[Candidate], moment: Moment) -> Candidate | None:
    """The joined sentence, or None where the story's first sentence stands better alone.

    At level 1 words that fit the story go with practical help; where danger is known but not imminent, they go with
    the question that the ladder asks next. In imminent danger nothing is put before what brings to safety, and what
    brings to safety is in the first card: a comfort alone would be all that is sent.
    """
    if moment.mode == "service":
        return None
    if urgent := next((one for one in planned if one.action.startswith(SAVES[0])), None):
        return _calling(planned, urgent)
    if moment.danger == "imminent":
        return _saving(planned, moment.heard in NEWS)
    meeting = [one for one in planned if one.action in MEETS and not _QUESTION.search(one.text)]
    wanted = [one for one in planned if _follows(one, moment)]
    answered = [one for one in planned if one.action in ANSWERS and not _QUESTION.search(one.text)]
    for first in (*answered, *reversed(meeting)):  # what was said last before the question belongs to it
        for second in wanted:
            if joined := _joined(first, second):
                return joined
    # A first sentence that only puts the matter off would be all that is sent: its question goes with it.
    if moment.mode == "ask" and planned and not _QUESTION.search(planned[0].text):
        asks = (one for one in planned[1:] if one.action.startswith(ASKS) and _QUESTION.search(one.text))
        return next((made for one in asks if (made := _joined(planned[0], one))), None)
    return None


def asking(planned: Sequence[Candidate], moment: Moment, question: Candidate | None) -> Candidate | None:
    """The first card where danger is known, nobody has asked yet and the story stays first ("嗯", a turn back to the
    parcel): the story's own question or else `question`, behind words that meet the customer where both fit. None
    where the first sentence asks already."""
    own = next((one for one in planned if one.action.startswith(ASKS) and _QUESTION.search(one.text)), None)
    question = own or question
    if question is None or (planned and _QUESTION.search(planned[0].text)):
        return None
    refuses = moment.heard.startswith("refuse")
    before = [one for one in planned if not (refuses or _QUESTION.search(one.text) or one.action.startswith(SENDS))]
    joined = (made for one in before if (made := _joined(one, question)))
    return next(joined, replace(question, source="lead"))


def _joined(first: Candidate, second: Candidate) -> Candidate | None:
    text = first.text + second.text
    if not _ENDS.search(first.text) or len(text) > LONGEST or len(_QUESTION.findall(text)) > 1:
        return None
    about = second if second.action.startswith(ASKS) else first
    return Candidate(text, about.strategy, about.action, "lead")


def _calling(planned: Sequence[Candidate], urgent: Candidate) -> Candidate | None:
    """Where the story calls for an ambulance or the police, the first card does: behind the story's first sentence or
    before its question, where they fit one message. Three raters preferred a plain "打120" to a question of ours
    wherever somebody had swallowed something or bled."""
    if planned[0] is not urgent:
        together = planned[0].text + urgent.text
        if _ENDS.search(planned[0].text) and len(together) <= LONGEST and not _QUESTION.search(together):
            return Candidate(together, urgent.strategy, urgent.action, "lead")
    asks = (one for one in planned if one.action.startswith(ASKS) and _QUESTION.search(one.text))
    for one in asks:
        text = urgent.text + one.text
        if _ENDS.search(urgent.text) and len(text) <= LONGEST and len(_QUESTION.findall(text)) <= 1:
            return Candidate(text, urgent.strategy, urgent.action, "lead")
    return None if planned[0] is urgent else replace(urgent, source="lead")


def _saving(planned: Sequence[Candidate], news: bool) -> Candidate | None:
    """The story's sentence that brings to safety, behind its first one where both fit; None where it comes first.

    `news`: danger was told in this very message; then the way to somebody who can be there goes before all else.
    """
    if not planned or planned[0].action.startswith(SAVES):
        return None
    saving = [one for one in planned if one.action.startswith(SAVES)]
    if news:
        saving.sort(key=lambda one: not one.action.startswith(SAVES[0]))
    for one in saving[: 1 if news else None]:
        text = planned[0].text + one.text
        if _ENDS.search(planned[0].text) and len(text) <= LONGEST and len(_QUESTION.findall(text)) <= 1:
            return Candidate(text, one.strategy, one.action, "lead")
    return replace(saving[0], source="lead") if saving else None


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
