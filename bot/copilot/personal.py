"""Cards that only the person at the keyboard is offered, never said by the bot (bot/copilot/cards.py). Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.copilot import cards, soft
from bot.copilot.types import Candidate, Moment


def personal(now: Moment, words: cards.Words, planned: Sequence[Candidate]) -> list[Candidate]:
    """At most one card for a person who may be in trouble, and one that answers an ordinary message to the point."""
    known = cards.deck()
    found = []
    if unsure := soft.first_card(now, words, known, planned):
        found.append(unsure)
    if now.level >= 4 and known.calls.holds(words.text, (), words):
        call = cards.render(known.calls.say, words.fill, words.said)
        found += [Candidate(call, "suggestion", "utter_ask_companion", "soft")] if call else []
    calm = now.level == 1 and not unsure and bool(words.kind) and soft.quiet_matter(now, words, known)
    words = replace(words, hushed=True) if calm else words  # after a trouble nobody is laughed with
    shopping = now.level == 0 or calm
    if shopping and now.mode in {"service", "support"} and now.heard not in soft.NOT_COMPOSED:
        # Comfort that only the classifier asked for, with nothing read or told, belongs to another message.
        source = "card" if (now.mode == "service" and not calm) or unsure else "soft"
        composed = cards.answer(words, known)
        found += [Candidate(composed, "information", "utter_normal_service", source)] if composed else []
    return found
