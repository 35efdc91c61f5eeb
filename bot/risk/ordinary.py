"""Everyday shop chat made from data/ordinary.yml: teaches and measures the first stage."""

from __future__ import annotations

import random
import re

from bot.risk.files import read_yaml

_SLOT = re.compile(r"\{(\w+)\}")


def ordinary(count: int, part: str, seed: int = 7) -> list[str]:
    """`count` messages from the templates of `part` ("train" or "test"), reproducibly."""
    data = read_yaml("ordinary.yml")
    rng = random.Random(seed)
    slots: dict[str, list[str]] = {k: [str(x) for x in v] for k, v in data["slots"].items()}
    templates: list[str] = data[part]
    return [_SLOT.sub(lambda m: rng.choice(slots[m.group(1)]), rng.choice(templates)).strip() for _ in range(count)]
