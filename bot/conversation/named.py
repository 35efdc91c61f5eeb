"""The one concrete thing that a message names (a photograph passed round, a shop given up, a cat left behind), so
that the reply takes it up. Pure.

The list stands in `data/named.yml`, the wording in `bot/domain/responses_named.yml` under the condition `named`.
What is heard here never decides a step and never a level: a miss costs a plainer sentence.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import yaml

from bot.conversation.hearing import DATA, simplify

FILE = DATA / "named.yml"
#: At most so many things are taken from one message, the first of the list first.
MOST = 3


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing that people name. `zh` says what it is, for trainers."""

    name: str
    zh: str
    says: tuple[re.Pattern[str], ...]
    unless: tuple[re.Pattern[str], ...] = ()


def parse(raw: Mapping[str, Any]) -> tuple[Thing, ...]:
    """The list from decoded YAML; KeyError or re.error when it is wrong."""

    def compiled(rows: Iterable[str]) -> tuple[re.Pattern[str], ...]:
        return tuple(re.compile(str(row), re.IGNORECASE) for row in rows)

    return tuple(
        Thing(name, str(spec["zh"]), compiled(spec["says"]), compiled(spec.get("unless", ())))
        for name, spec in raw["things"].items()
    )


@lru_cache(maxsize=1)
def things() -> tuple[Thing, ...]:
    """The project's own list, read once."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return parse(yaml.load(FILE.read_text(encoding="utf-8"), loader))  # noqa: S506


def named(text: str, known: Iterable[Thing] | None = None) -> tuple[str, ...]:
    """What the message names, best first, at most :data:`MOST`; () for most messages. Never raises."""
    words = searched(text)
    found = (
        thing.name
        for thing in (known or things())
        if any(p.search(words) for p in thing.says) and not any(p.search(words) for p in thing.unless)
    )
    return tuple(name for name, _ in zip(found, range(MOST), strict=False))


def searched(text: str) -> str:
    """The text as the list is written: simplified; in Chinese a space parts clauses as a comma does, since chat is
    written without points ("我没接 爸爸走了" is no "没接爸爸")."""
    narrow = simplify(unicodedata.normalize("NFKC", text).strip()).replace("’", "'")
    if not re.search("[\u4e00-\u9fff]", narrow):
        return narrow
    return re.sub(r"\s+", "，", narrow).replace(",", "，").replace("?", "？")
