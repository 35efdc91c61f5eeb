"""What a colleague may answer to an ordinary question of the shop, by its kind: `data/counter.yml`. Pure.

The kind is heard by example (:mod:`bot.conversation.counter`); the sentences follow the rules of
:mod:`bot.copilot.cards`: never said by the bot, blanks for what no system knows.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import yaml

FILE = Path(__file__).resolve().parents[2] / "data" / "counter.yml"


def answers(path: Path = FILE) -> Mapping[str, tuple[str, ...]]:
    """Sentences by kind; a changed file counts from the next message on. ValueError where it is no mapping of lists."""
    return _read(str(path), path.stat().st_mtime_ns)


def compiled(raw: object) -> dict[str, tuple[str, ...]]:
    """The file's content, checked."""
    if not isinstance(raw, Mapping) or not all(isinstance(rows, list) and rows for rows in raw.values()):
        raise ValueError("kinds with a list of sentences each are wanted")
    return {str(kind): tuple(map(str, rows)) for kind, rows in raw.items()}


@lru_cache(maxsize=2)
def _read(path: str, stamp: int) -> Mapping[str, tuple[str, ...]]:
    return compiled(yaml.safe_load(Path(path).read_text(encoding="utf-8")))
