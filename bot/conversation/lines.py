"""The hotline registry as the talk uses it, and whether a number that the customer brings is in it."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from bot.referral import Registry, load
from bot.referral.registry import digits

FILE = Path(__file__).resolve().parents[2] / "data" / "hotlines.yml"

_NUMBER = r"(?:\[电话\]|(?<!\d)\d[\d\- ]{3,14}\d(?!\d))"
#: A number spoken of as one to be called; the customer's own telephone is none of ours.
_AS_A_LINE = re.compile(rf"(?:热线|熱線|求助|心理|援助)[^。!！]{{0,8}}({_NUMBER})|({_NUMBER})[^。!！]{{0,6}}"
                        r"(?:热线|熱線|心理|援助|打得通|打不通|没人接|冇人聽|能打|可以打|是谁的|靠谱|是真的|hotline|line)",
                        re.IGNORECASE)  # fmt: skip


@lru_cache(maxsize=1)
def registry() -> Registry:
    """The hotline registry, read once."""
    return load(FILE)


def unlisted(text: str) -> bool:
    """Whether a line is named that the registry does not hold: nothing may be said for it."""
    found = _AS_A_LINE.search(text)
    if not found:
        return False
    number = found.group(1) or found.group(2)
    return number == "[电话]" or digits(number) not in registry().numbers()
