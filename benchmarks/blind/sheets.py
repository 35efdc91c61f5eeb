"""Raters' sheets: each rater meets the moments in another order, and the three replies in another order each time."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.blind.moments import Moment
from benchmarks.blind.replies import SOURCES

SEED = 88
RATERS = ("r1", "r2", "r3")
LETTERS = ("A", "B", "C")
STATUS = {"unpaid": "未付款", "paid": "已付款", "shipped": "已发出", "delivered": "已签收"}


def row_of(one: Moment, texts: Sequence[str]) -> dict[str, Any]:
    """What a rater sees of a moment: no level, no source, no name of a file."""
    return {
        "id": one.id,
        "shop": one.category,
        "hour": one.hour,
        "orders": [STATUS[str(order["status"])] for order in one.orders],
        "earlier": list(one.history),
        "message": one.text,
        **dict(zip(LETTERS, texts, strict=True)),
    }


def digest_of(texts: Mapping[str, str]) -> str:
    """Eight hex digits that change when any of the replies does."""
    joined = "\n".join(texts[source] for source in SOURCES)
    return hashlib.sha256(joined.encode()).hexdigest()[:8]


def make(
    found: Sequence[Moment], replies: Mapping[str, Mapping[str, str]], out: Path, seed: int = SEED
) -> dict[str, Any]:
    """Write one sheet a rater into `out`; returns the key: rater → moment → sources in the order A, B, C.

    ValueError when a source has no reply to a moment.
    """
    for source in SOURCES:
        if short := [one.id for one in found if not replies[source].get(one.id)]:
            raise ValueError(f"{source} has no reply to {', '.join(short)}")
    texts = {one.id: {source: replies[source][one.id] for source in SOURCES} for one in found}
    out.mkdir(parents=True, exist_ok=True)
    key: dict[str, Any] = {"seed": seed, "replies": {name: digest_of(three) for name, three in texts.items()}}
    key["order"] = {}
    for rater in RATERS:
        dice = random.Random(f"{seed}:{rater}")
        order = list(found)
        dice.shuffle(order)
        key["order"][rater] = {}
        rows = []
        for one in order:
            sources = list(SOURCES)
            dice.shuffle(sources)
            key["order"][rater][one.id] = sources
            rows.append(json.dumps(row_of(one, [texts[one.id][s] for s in sources]), ensure_ascii=False))
        (out / f"{rater}.jsonl").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return key
