"""Plain chats by strangers (data/strangers): levels, and what each reply must do: `python -m benchmarks strangers`.

Every chat is played in one process with the real reader and the trained model (see benchmarks/_stage.py; no store, no
actions), and judged as `zaoan replay` judges: levels in range, the acts a reply claims, hold, person and number in
time. An act is what the sentence is labelled with, so a fitting sentence with another label counts as missing.
Options: files to play, --show for every turn.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bot.cli.dialogue import Dialogue, acts_of, judge, parse

FOLDER = Path(__file__).resolve().parents[1] / "data" / "strangers"


def read(path: Path) -> list[Dialogue]:
    """The chats of one author."""
    return [parse(json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def counted(dialogues: Sequence[Dialogue], played: Sequence[Sequence[Mapping[str, Any]]]) -> dict[str, Any]:
    """Turns and those whose level is in range; acts wanted and done; what was late; chats never at 2 that need not."""
    turns = in_range = over = under = 0
    wanted: Counter[str] = Counter()
    done: Counter[str] = Counter()
    late: Counter[str] = Counter()
    calm = [0, 0]
    for dialogue, lines in zip(dialogues, played, strict=True):
        for turn, line in zip(dialogue.turns, lines, strict=True):
            low, high = turn.level_min or 0, 4 if turn.level_max is None else turn.level_max
            turns, in_range = turns + 1, in_range + (low <= line["level"] <= high)
            over, under = over + (line["level"] > high), under + (line["level"] < low)
            acts = acts_of(dict(line))
            for act in turn.must:
                wanted[act] += 1
                done[act] += any(a.startswith(act) for a in acts)
        if all((turn.level_max or 0) <= 1 for turn in dialogue.turns):
            calm[1] += 1
            calm[0] += max(line["level"] for line in lines) < 2
        late.update(f.split(" by turn")[0] for f in judge(dialogue, [dict(x) for x in lines]) if " by turn" in f)
    return {"turns": turns, "in_range": in_range, "over": over, "under": under, "wanted": wanted, "done": done,
            "late": late, "calm": calm}  # fmt: skip


def told(name: str, found: Mapping[str, Any]) -> None:
    """Print one author's figures."""
    turns, wanted, done = found["turns"], found["wanted"], found["done"]
    sys.stdout.write(
        f"{name}: level in range {found['in_range']} of {turns} ({100 * found['in_range'] / max(1, turns):.1f} %), "
        f"over {found['over']}, under {found['under']}; chats that need none never at 2: {found['calm'][0]} of "
        f"{found['calm'][1]}; acts {sum(done.values())} of {sum(wanted.values())}; "
        f"late: {dict(found['late']) or 'none'}\n"
    )
    for act in sorted(wanted, key=lambda one: -wanted[one]):
        sys.stdout.write(f"  {act:22} {done[act]:3} of {wanted[act]:3}\n")


def main(argv: list[str]) -> int:
    """Exit 0 always: this measures, the gate judges."""
    from benchmarks._stage import Stage

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--show", action="store_true")
    args = parser.parse_args(argv)
    stage = Stage()
    for path in args.files or sorted(FOLDER.glob("*.jsonl")):
        dialogues = read(path)
        played = [stage.play(one) for one in dialogues]
        if args.show:
            for dialogue, lines in zip(dialogues, played, strict=True):
                sys.stdout.write(f"== {dialogue.id} {dialogue.title}\n")
                for line in lines:
                    said = " | ".join(r["text"] for r in line["replies"])
                    sys.stdout.write(f"  {line['level']} {line['text']}\n    {said}\n")
        told(path.stem, counted(dialogues, played))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
