"""The commands of `make bench ARGS="vera …"`.

start            a machine of its own; prints its folder
say              lines `persona<TAB>message` on standard input, or PERSONA MESSAGE; `+20h ` before a message lets
                 twenty hours pass
save             transcripts as JSON and Markdown under docs/safety/transcripts
stop             ends the machine
count            never-say hits, repeated sentences, duties in time, over the saved transcripts
score            reads the answers beside the transcripts, checks every quote, prints scores and findings
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
PERSONAS = Path(__file__).with_name("personas.yml")
TRANSCRIPTS = ROOT / "docs" / "safety" / "transcripts"
LATER = re.compile(r"^\+(\d+(?:\.\d+)?)h\s+")


def personas() -> dict[str, dict[str, Any]]:
    """The customers by id."""
    return {p["id"]: p for p in yaml.safe_load(PERSONAS.read_text(encoding="utf-8"))["personas"]}


def say(var: Path, words: list[str], at_once: int) -> int:
    """Deliver the given messages, each customer's in order; print what came back."""
    from benchmarks.vera.player import Stage, shown

    stage, people = Stage(var), personas()
    lines = [" ".join(words[1:])] if words else []
    pairs = [(words[0], lines[0])] if words else [tuple(x.split("\t", 1)) for x in sys.stdin.read().splitlines() if x]
    if unknown := {p[0] for p in pairs} - set(people):
        sys.stderr.write(f"no such customer: {', '.join(sorted(unknown))}\n")
        return 2

    def one(name: str) -> str:
        told = []
        for text in (words for who, words in pairs if who == name):
            later = LATER.match(text)
            line = stage.say(people[name], LATER.sub("", text), float(later[1]) if later else 0.0)
            turns = stage.talks[name].turns
            told.append(shown(line, turns[-2] if len(turns) > 1 else None))
        return f"{name}\n" + "\n".join(told)

    with ThreadPoolExecutor(at_once) as pool:
        for told in pool.map(one, dict.fromkeys(p[0] for p in pairs)):
            sys.stdout.write(told + "\n")
            sys.stdout.flush()
    stage.keep()
    return 0


def save(var: Path) -> int:
    """Write every talk as JSON and Markdown."""
    from benchmarks.vera.player import Stage, readable

    people = personas()
    TRANSCRIPTS.mkdir(parents=True, exist_ok=True)
    for name, talk in Stage(var).talks.items():
        kept = {"persona": name, "turns": talk.turns}
        text = json.dumps(kept, ensure_ascii=False, indent=1) + "\n"
        (TRANSCRIPTS / f"{name}.json").write_text(text, encoding="utf-8")
        (TRANSCRIPTS / f"{name}.md").write_text(readable(people[name], talk), encoding="utf-8")
    return 0


def main(argv: list[str]) -> int:
    """Run one of the commands; 1 when answers or quotes do not hold, 2 on bad input."""
    parser = argparse.ArgumentParser(
        prog="vera", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("command", choices=("start", "say", "save", "stop", "count", "score"))
    parser.add_argument("words", nargs="*", help="say: PERSONA MESSAGE; count, score: beginnings of names, all without")
    parser.add_argument("--var", type=Path, default=ROOT / "var" / "vera", help="folder of the machine")
    parser.add_argument("-j", type=int, default=2, metavar="N", help="say: N customers at once")
    options = parser.parse_args(argv)
    if options.command == "start":
        from benchmarks.vera.player import Stage

        sys.stdout.write(f"{Stage.start(options.var).var}\n")
        return 0
    if options.command == "stop":
        from benchmarks.vera.player import Stage

        Stage(options.var).stop()
        return 0
    if options.command == "say":
        return say(options.var, options.words, options.j)
    if options.command == "save":
        return save(options.var)
    if options.command == "count":
        from benchmarks.vera.counts import report as counted

        sys.stdout.write(counted(TRANSCRIPTS, tuple(options.words)))
        return 0
    from benchmarks.vera.scoring import report

    text, faults = report(TRANSCRIPTS, personas(), tuple(options.words))
    sys.stdout.write(text)
    for fault in faults:
        sys.stderr.write(f"{fault}\n")
    return 1 if faults else 0
