"""Everyday ways to end a chat (`data/everyday.yml`): a message of nothing else is no sign by itself."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from bot.risk.files import read_yaml

MOST = 1
"""The highest level that such a message has while nothing else is known."""


def load() -> dict[str, Any]:
    """The file as it stands."""
    data: dict[str, Any] = read_yaml("everyday.yml")
    return data


@lru_cache(maxsize=1)
def _pattern() -> tuple[re.Pattern[str], re.Pattern[str], int]:
    data = load()
    parts = {name: "|".join(f"(?:{piece})" for piece in data[name]) for name in ("open", "core", "close")}
    whole = f"(?:{parts['open']})*(?:{parts['core']})(?:{parts['open']}|{parts['core']}|{parts['close']})*"
    return re.compile(whole), re.compile(data["errand"]), int(data["longest"])


def is_closing(text: str) -> bool:
    """Whether the folded text is an everyday ending or pause and nothing else."""
    pattern, _, longest = _pattern()
    return len(text) <= longest and pattern.fullmatch(text) is not None


def is_errand(text: str) -> bool:
    """Whether it is such an ending that also says where the customer goes: to fetch the child, to work, to eat."""
    return is_closing(text) and _pattern()[1].search(text) is not None
