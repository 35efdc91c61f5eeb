"""The small vetted sets in other languages (`data/wording/<language>.yml`): English and Cantonese.

They are read by the brain itself, not by Rasa, so that a changed sentence needs no training. Each set
holds the replies of a talk about danger; what it does not hold is said in Chinese to a Cantonese
writer (in traditional characters) and left out for an English one.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from bot.conversation import variants as var

FOLDER = Path(__file__).resolve().parents[2] / "data" / "wording"
#: Whose language is read by everybody who writes it, so that Chinese may fill the gaps.
READS_CHINESE = frozenset({"zh", "yue"})
SAFE = "safe_text"
"""The entry that stands for the fixed texts of :mod:`bot.conversation.guard`."""


@lru_cache(maxsize=1)
def sets() -> Mapping[str, Mapping[str, tuple[var.Variant, ...]]]:
    """All sets by language; KeyError or yaml.YAMLError when a file is wrong."""
    # The parser in C where there is one: a tenth of the time at every start.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    found = sorted(FOLDER.glob("*.yml"))
    return {path.stem: parse(yaml.load(path.read_text(encoding="utf-8"), loader)) for path in found}  # noqa: S506


def parse(raw: Mapping[str, Any]) -> dict[str, tuple[var.Variant, ...]]:
    """One file's variants by utterance."""
    return {utter: var.parse(rows) for utter, rows in raw["responses"].items()}


def choose(language: str, utter: str, moment: var.Moment, said: Collection[str]) -> tuple[str, var.Variant] | None:
    """A sentence of the customer's language that was not said, or None."""
    options = sets().get(language, {}).get(utter, ())
    found = var.choose(options, moment, set(said)) if options else None
    if found and language == "en":  # "your sister" may stand first
        return found[0][:1].upper() + found[0][1:], found[1]
    return found


def safe_text(language: str, danger: str, used: Collection[str]) -> str | None:
    """The fixed text in this language for a danger (calm … imminent); None where there is none left."""
    found = choose(language, SAFE, var.Moment(danger=danger), used)
    return found[0] if found else None
