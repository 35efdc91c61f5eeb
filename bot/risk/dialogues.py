"""Labelled dialogues: `data/dialogues/<author>.jsonl`, one chat a line, only the customer's turns.

`python -m bot.risk.dialogues FILE.txt …` converts authors' files (`# kind=… category=… hour=…
orders=…`, then `level<TAB>text[<TAB>signals]`, an empty line between chats).
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.risk.files import data_dir
from bot.risk.types import CONTEXT_SIGNALS, SIGNAL_NAMES, Context, Order, Signal

KINDS = ("slow", "ordinary", "direct")
#: A window holds this many of the last messages, each cut to this many characters.
WINDOW, WINDOW_CHARS = 5, 90


@dataclass(frozen=True, slots=True)
class Turn:
    """A customer's message; `level` is what is known of the customer after it."""

    text: str
    level: int
    signals: tuple[Signal, ...] = ()


@dataclass(frozen=True, slots=True)
class Dialogue:
    """A labelled chat."""

    id: str
    kind: str
    context: Context
    turns: tuple[Turn, ...]
    author: str

    def windows(self) -> list[tuple[tuple[str, ...], int]]:
        """For every turn: the last messages up to it, and its level."""
        return [
            (
                tuple(t.text[:WINDOW_CHARS] for t in self.turns[max(0, i + 1 - WINDOW) : i + 1]),
                turn.level,
            )
            for i, turn in enumerate(self.turns)
        ]

    def to_dict(self) -> dict[str, Any]:
        """The stored form."""
        return {
            "id": self.id, "kind": self.kind, "author": self.author,
            "context": {
                "category": self.context.category, "hour": self.context.hour,
                "orders": [
                    {"order_id": o.order_id, "category": o.category, "status": o.status}
                    for o in self.context.orders
                ],
            },
            "turns": [
                {"text": t.text, "level": t.level, "signals": [s.to_dict() for s in t.signals]}
                for t in self.turns
            ],
        }  # fmt: skip


def load_dialogues(files: Iterable[Path] | None = None) -> list[Dialogue]:
    """Every labelled dialogue that is trained on, or those of `files`."""
    found: list[Dialogue] = []
    for path in dialogue_files() if files is None else files:
        for line in path.read_text(encoding="utf-8").splitlines():
            raw = json.loads(line)
            turns = tuple(
                Turn(
                    t["text"], t["level"],
                    tuple(Signal(s["name"], s["start"], s["end"], s["text"]) for s in t["signals"]),
                )
                for t in raw["turns"]
            )  # fmt: skip
            found.append(Dialogue(raw["id"], raw["kind"], Context.from_dict(raw["context"]), turns, raw["author"]))
    return found


def dialogue_files() -> list[Path]:
    """All dialogue files, sorted."""
    return sorted((data_dir() / "dialogues").glob("*.jsonl"))


def held_out_files() -> list[Path]:
    """Dialogues of authors that nothing is trained on, sorted."""
    return sorted((data_dir() / "dialogues" / "held_out").glob("*.jsonl"))


def fingerprint() -> str:
    """Hash of all dialogue files."""
    digest = hashlib.sha256()
    for path in dialogue_files():
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def convert(path: Path) -> tuple[list[Dialogue], list[str]]:
    """Reads an author's file; returns what fits and complaints."""
    author = path.stem
    found: list[Dialogue] = []
    bad: list[str] = []
    for number, block in enumerate(re.split(r"\n\s*\n", path.read_text(encoding="utf-8")), 1):
        lines = [line for line in block.strip().splitlines() if line.strip()]
        if not lines:
            continue
        head = dict(re.findall(r"(\w+)=(\S*)", lines[0])) if lines[0].startswith("#") else {}
        if head.get("kind") not in KINDS:
            bad.append(f"{path.name}: chat {number}: no head line")
            continue
        orders = tuple(
            Order(f"{author}-{number}-{i}", "", *item.split(":", 1))
            for i, item in enumerate(filter(None, head.get("orders", "").split(",")))
            if ":" in item
        )
        hour = int(head["hour"]) if head.get("hour", "").isdigit() else None
        turns: list[Turn] = []
        for line in lines[1:]:
            parts = line.split("\t")
            if len(parts) < 2 or parts[0] not in "01234":
                bad.append(f"{path.name}: chat {number}: {line[:40]!r} left out")
                continue
            turns.append(Turn(parts[1], int(parts[0]), _signals(parts)))
        context = Context(category=head.get("category") or None, hour=hour, orders=orders)
        found.append(Dialogue(f"{author}-{number:03d}", head["kind"], context, tuple(turns), author))
    return found, bad


def _signals(parts: list[str]) -> tuple[Signal, ...]:
    found: list[Signal] = []
    for item in filter(None, parts[2].split("|") if len(parts) > 2 else []):
        name, _, evidence = item.partition("=")
        if name in CONTEXT_SIGNALS:
            found.append(Signal(name, 0, 0, ""))
        elif name in SIGNAL_NAMES and evidence and evidence in parts[1]:
            at = parts[1].index(evidence)
            found.append(Signal(name, at, at + len(evidence), evidence))
    return tuple(found)


def main(argv: list[str]) -> int:
    """Converts the named files into data/dialogues/."""
    target = data_dir() / "dialogues"
    target.mkdir(parents=True, exist_ok=True)
    for name in argv:
        found, bad = convert(Path(name))
        with open(target / f"{Path(name).stem}.jsonl", "w", encoding="utf-8") as handle:
            for d in found:
                handle.write(json.dumps(d.to_dict(), ensure_ascii=False) + "\n")
        sys.stdout.write(f"{Path(name).stem}: {len(found)} chats\n")
        sys.stderr.writelines(complaint + "\n" for complaint in bad)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
