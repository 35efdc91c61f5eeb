"""Suggestions for the person at the keyboard: candidates, which of them may appear now, and in which order. Pure."""

from bot.copilot.gate import KINDS, fits
from bot.copilot.lead import asking, lead, parts
from bot.copilot.library import Library
from bot.copilot.personal import personal
from bot.copilot.rank import MOST, WANTED, pick, short_of
from bot.copilot.types import Candidate, Hint, Moment, Phrase

__all__ = [
    "KINDS",
    "MOST",
    "WANTED",
    "Candidate",
    "Hint",
    "Library",
    "Moment",
    "Phrase",
    "asking",
    "fits",
    "lead",
    "parts",
    "personal",
    "pick",
    "short_of",
]
