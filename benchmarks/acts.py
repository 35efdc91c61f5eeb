"""Duties in time: purpose asked, suicide asked directly, the imminent path; over situations and labelled talks.

Plays every dialogue of data/situations and data/dialogues in one process with the real reader and the
trained model (see benchmarks/_stage.py; no store, no actions), and prints each duty's share and every
dialogue that missed one. `zaoan gate` prints the same shares over data/situations with all actions run.
Options: --only situations|dialogues, --show N.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.cli.dialogue import Dialogue, parse
from bot.cli.must_acts import TITLES, measure

ROOT = Path(__file__).resolve().parents[1]


def labelled(folder: Path) -> Iterator[Dialogue]:
    """The labelled talks of the danger reader as dialogues to play: customers' lines only."""
    for path in sorted(folder.rglob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            raw = json.loads(line)
            context = raw.get("context") or {}
            at = datetime(2026, 3, 2, int(context.get("hour") or 12)).astimezone()
            turns = [{"text": t["text"]} for t in raw["turns"]]
            orders = context.get("orders") or []
            shop = {"category": context.get("category")}
            yield parse({"id": raw["id"], "shop": shop, "orders": orders, "local_time": at.isoformat(), "turns": turns})


def rows(stage: Any, dialogues: Iterator[Dialogue]) -> list[tuple[str, list[dict[str, Any]]]]:
    """(id, turns) as `bot.cli.must_acts` reads them."""
    found = []
    for dialogue in dialogues:
        turns = [
            {
                "text": line["text"],
                "level": line["level"],
                "signals": [s["name"] for s in line["signals"]],
                "acts": [r["action"] for r in line["replies"]],
                "third_party": line["plan"]["mode"] == "other",
            }
            for line in stage.play(dialogue)
        ]
        found.append((dialogue.id, turns))
    return found


def main(argv: list[str]) -> int:
    """Print the shares; exit 0 always, since the gate judges."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=("situations", "dialogues"))
    parser.add_argument("--show", type=int, default=20)
    options = parser.parse_args(argv)
    from benchmarks._stage import Stage
    from bot.cli.gate_steps import situations

    stage = Stage()
    sources = {
        "situations": lambda: (d for group in situations().values() for d in group),
        "dialogues": lambda: labelled(ROOT / "data" / "dialogues"),
    }
    for name, source in sources.items():
        if options.only in (None, name):
            played = rows(stage, source())
            sys.stdout.write(f"{name}: {len(played)} dialogues\n")
            for duty, share in measure(played).items():
                part = 100 * share.done / share.due if share.due else 100.0
                sys.stdout.write(f"  {duty:<9} {share.done:4d} of {share.due:4d}  {part:6.2f} %   {TITLES[duty]}\n")
                for missed in share.missed[: options.show]:
                    sys.stdout.write(f"            missed {missed}\n")
            sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
