"""Vetted wording and the hotline registry as the console shows them, read anew when a file changes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bot.conversation.guard import Guard
from bot.privacy import mask
from bot.referral.registry import Registry
from bot.referral.registry import load as load_registry

ROOT = Path(__file__).resolve().parents[2]
RESPONSES, HOTLINES, NEVER_SAY = (
    ROOT / "bot" / "domain",
    ROOT / "data" / "hotlines.yml",
    ROOT / "data" / "never_say.yml",
)


@dataclass(frozen=True, slots=True)
class Loaded:
    """`phrases`: level 0, 1, 2 → rows {text, action, strategy, who, age} that may be said there."""

    stamp: tuple[int, ...]
    registry: Registry
    guard: Guard
    phrases: dict[int, list[dict[str, Any]]]


_cache: list[Loaded] = []


def _stamp() -> tuple[int, ...]:
    files = [HOTLINES, NEVER_SAY, *sorted(RESPONSES.glob("**/*.yml"))]
    return tuple(path.stat().st_mtime_ns for path in files)


def read_wording() -> Loaded:
    """The registry and the phrases that may be said at each level; read anew when a file changes."""
    stamp = _stamp()
    if _cache and _cache[0].stamp == stamp:
        return _cache[0]
    registry = load_registry(HOTLINES)
    guard = Guard.load(NEVER_SAY, registry.numbers())
    rows: list[dict[str, Any]] = []
    seen: set[str] = set()
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    for path in sorted(RESPONSES.glob("**/*.yml")):
        responses = (yaml.load(path.read_text(encoding="utf-8"), Loader=loader) or {}).get("responses") or {}  # noqa: S506
        for action, variants in responses.items():
            for variant in variants or []:
                text = str(variant.get("text") or "").strip()
                # A phrase with a gap to fill is for the bot, which knows what goes in.
                if text and "{" not in text and text not in seen:
                    seen.add(text)
                    meta = variant.get("metadata") or {}
                    rows.append(
                        {
                            "text": text,
                            "action": str(action),
                            "strategy": str(meta.get("esc", "other")),
                            "who": _words(meta.get("who")),
                            "age": _words(meta.get("age")),
                        }
                    )
    phrases = {}
    for level in (0, 1, 2):
        phrases[level] = [
            row for row in rows
            if guard.judge(row["text"], level).ok and not (level >= 2 and row["action"].startswith("utter_normal"))
        ]  # fmt: skip
    _cache[:] = [Loaded(stamp, registry, guard, phrases)]
    return _cache[0]


def _words(value: Any) -> list[str]:
    """The values of a condition, none for no condition."""
    if value is None:
        return []
    return [str(item) for item in value] if isinstance(value, list) else [str(value)]


def wording_guard() -> Guard:
    """The outgoing guard, as the bot has it."""
    return read_wording().guard


def warm_wording() -> None:
    """Read everything once, dictionaries of the guard too."""
    mask("您好")
    wording_guard().wording("您好，在的。")
