"""In which language and script a fixed text is said. Pure.

The conversation's memory knows what the customer writes (`language` zh|yue|en, `traditional`); the fixed
texts follow it, since they are said exactly when nothing else could be.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, TypeVar

T = TypeVar("T")
SCRIPTS = {"taiwan": "s2tw"}
"""OpenCC's conversion by region; Hong Kong's for everybody else who writes traditional characters."""


def pick(by_language: Mapping[str, T], memory: Mapping[str, Any]) -> T:
    """The entry in the customer's language, the Chinese one where there is none."""
    return by_language.get(str(memory.get("language") or "zh"), by_language["zh"])


def written(text: str, memory: Mapping[str, Any]) -> str:
    """The text in the customer's script."""
    if not memory.get("traditional") or memory.get("language") == "en":
        return text
    return _converter(SCRIPTS.get(str(memory.get("region") or ""), "s2hk")).convert(text)  # type: ignore[no-any-return]


@lru_cache(maxsize=2)
def _converter(kind: str) -> Any:
    import opencc

    return opencc.OpenCC(kind)
