"""Customer text is never a command."""

from __future__ import annotations

import re

#: What Python and Rasa strip before they look for a command, and the slash itself.
_LEADING_SLASH = re.compile(r"^([\s\u200b-\u200f\u2060\ufeff]*)/")


def neutralise(text: str) -> str:
    """The text as Rasa may see it: `/restart` and `/intent{…}` become plain words.

    Stock Rasa runs a leading slash as a command, so that a customer could wipe the talk or
    forge an intent. The slash becomes its full-width twin, one character for one, so that
    spans of evidence still fit. What is stored and shown stays as sent.
    """
    return _LEADING_SLASH.sub(lambda found: found.group(1) + "／", text)
