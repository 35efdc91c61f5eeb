"""Quiet signs that add up over a talk (`data/lexicon/signs.yml`), compiled. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from bot.risk.files import read_yaml


@dataclass(frozen=True, slots=True)
class Signs:
    """The compiled signs file."""

    kinds: dict[str, re.Pattern[str]]
    ordinary: re.Pattern[str]
    assent: re.Pattern[str]
    final: re.Pattern[str]
    how_much: re.Pattern[str]
    purpose: tuple[re.Pattern[str], ...]


@lru_cache(maxsize=1)
def load_signs() -> Signs:
    """Compiled once per process."""
    raw = read_yaml("lexicon/signs.yml")
    return Signs(
        {k: re.compile(v) for k, v in raw["kinds"].items()},
        re.compile(raw["ordinary"]),
        re.compile(raw["assent"]),
        re.compile(raw["final"]),
        re.compile(raw["how_much"]),
        tuple(re.compile(p) for p in read_yaml("lexicon/purpose.yml")["strong"]),
    )
