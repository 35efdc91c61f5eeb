"""Danger reading: text and context in, a level with its evidence out. Pure.

Starts light on purpose: nothing here imports Rasa, Sanic, Redis or spaCy.
"""

from __future__ import annotations

from bot.risk.reader import Reader
from bot.risk.talk import TalkReader
from bot.risk.types import Context, Order, Signal, Verdict

__all__ = ["Context", "Order", "Reader", "Signal", "TalkReader", "Verdict"]
