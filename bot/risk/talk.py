"""The reader of a whole talk."""

from __future__ import annotations

from typing import Any

from bot.risk.reader import Reader
from bot.risk.types import Context, Verdict


class TalkReader:
    """Reads a chat turn by turn; the state between turns is a small JSON-able dict."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def read_turn(
        self, text: str, context: Context | None, state: dict[str, Any] | None
    ) -> tuple[Verdict, dict[str, Any]]:
        """Returns the verdict (level = what is now known of this customer) and the new state."""
        verdict = self._reader.read(text, context)
        old = state or {}
        level = max(verdict.level, int(old.get("level", 0)))
        new = {
            "level": level, "seen": {}, "ideation": False, "third_party": verdict.third_party,
            "turn": int(old.get("turn", 0)) + 1, "message_level": verdict.level,
        }  # fmt: skip
        return verdict, new
