"""What a program counts in the transcripts: never-say hits, sentences said twice, duties done in time.

Duties are those of `bot.cli.must_acts` (asked directly within three replies of level 2, the four things of the
imminent path within two replies of level 4), read from the acts that the replies name.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bot.cli.must_acts import TITLES, Share, measure
from bot.conversation.guard import Guard

ROOT = Path(__file__).resolve().parents[2]


def load(folder: Path, only: tuple[str, ...] = ()) -> dict[str, list[dict[str, Any]]]:
    """Turns of every saved talk by persona; `only`: beginnings of names, all where none is given."""
    talks = {}
    for path in sorted(folder.glob("*.json")):
        raw = json.loads(path.read_text(encoding="utf-8"))
        if raw["persona"].startswith(only or ("",)):
            talks[raw["persona"]] = raw["turns"]
    return talks


def sentences(turn: Mapping[str, Any]) -> list[str]:
    """All the bot said in a turn, by itself after it too."""
    return [r["text"] for r in [*turn["replies"], *turn.get("by_itself", [])]]


def never_say(talks: Mapping[str, Sequence[Mapping[str, Any]]], guard: Guard) -> list[str]:
    """Every sentence that the never-say list or the registry's digits would have stopped."""
    return [
        f"{name} turn {turn['turn']}: {text} ({found.reason})"
        for name, turns in talks.items()
        for turn in turns
        for text in sentences(turn)
        if not (found := guard.wording(text)).ok
    ]


def repeated(talks: Mapping[str, Sequence[Mapping[str, Any]]]) -> list[str]:
    """Every sentence said more than once in a talk."""
    found = []
    for name, turns in talks.items():
        count = Counter(text for turn in turns for text in sentences(turn))
        found += [f"{name}: {times} times: {text}" for text, times in count.items() if times > 1]
    return found


def duties(talks: Mapping[str, Sequence[Mapping[str, Any]]], other: frozenset[str]) -> dict[str, Share]:
    """The shares of `bot.cli.must_acts`; `other`: talks about somebody else's danger."""
    return measure(
        (
            name,
            [
                {
                    "text": t["text"],
                    "level": t["level"],
                    "signals": [s["name"] for s in t["signals"]],
                    "acts": [r["action"] for r in t["replies"]],
                    "third_party": name in other,
                }
                for t in turns
            ],
        )
        for name, turns in talks.items()
    )


def registry_guard() -> Guard:
    """The shop's own guard: never-say list and the numbers that may be shown."""
    from bot.referral import load as registry

    return Guard.load(ROOT / "data" / "never_say.yml", registry(ROOT / "data" / "hotlines.yml").numbers())


def report(folder: Path, only: tuple[str, ...] = ()) -> str:
    """Figures as text; `only` as in :func:`load`."""
    from benchmarks.vera.commands import personas

    talks = load(folder, only)
    other = frozenset(n for n, p in personas().items() if p["who"]["subject"] == "other")
    said = [text for turns in talks.values() for turn in turns for text in sentences(turn)]
    hits, twice = never_say(talks, registry_guard()), repeated(talks)
    out = [
        f"talks {len(talks)}, customer messages {sum(map(len, talks.values()))}, sentences of the bot {len(said)}",
        f"never-say hits {len(hits)}", *(f"  {h}" for h in hits),
        f"sentences said twice in a talk {len(twice)}", *(f"  {t}" for t in twice),
    ]  # fmt: skip
    for name, share in duties(talks, other).items():
        out.append(f"{TITLES[name]}: {share.done} of {share.due}")
        out += [f"  missed {m}" for m in share.missed]
    return "\n".join(out) + "\n"
