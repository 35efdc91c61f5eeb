"""The steps of `zaoan gate`: each returns plain data for the report. Heavy parts run as child processes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import yaml

from bot.cli.dialogue import Dialogue, judge
from bot.cli.machine import Machine, kept_running
from bot.cli.replay import play, read
from bot.cli.train import MODELS, ROOT, fingerprint

FOLDER = MODELS / "gate"
SITUATIONS = ROOT / "data" / "situations"
DANGER_INPUTS = (
    "data/lexicon",
    "data/utterances",
    "data/risk",
    "data/ordinary.yml",
    "bot/risk",
    "benchmarks/danger.py",
)
#: Replies of ordinary service: no crisis words in them. All others: no shop talk in them.
SERVICE = frozenset({"utter_normal_service", "utter_ask_purpose"})
AT_ONCE = 2
CUT = 400


class StepFailed(RuntimeError):
    """A step could not be carried out at all; the message is for the trainer."""


def _child(command: list[str], log: Path) -> int:
    """Run a child with its output in a log; its exit code."""
    extra = {"SQLALCHEMY_SILENCE_UBER_WARNING": "1", "RASA_TELEMETRY_ENABLED": "false", "CUDA_VISIBLE_DEVICES": "-1"}
    with log.open("w", encoding="utf-8") as out:
        done = subprocess.run(
            command, cwd=ROOT, stdout=out, stderr=subprocess.STDOUT, env={**os.environ, **extra}, check=False
        )
    return done.returncode


def check_step() -> dict[str, Any]:
    """What `zaoan check` finds."""
    from bot.conversation.check import check

    lines: dict[str, list[str]] = {"errors": [], "warnings": []}
    for f in check(ROOT):
        lines["errors" if f.severity == "error" else "warnings"].append(f"{f.file}:{f.line}: {f.message_zh}")
    return lines


def stories_step(model: Path) -> dict[str, Any]:
    """Rasa's own test of the stories: which step follows which, no wording, no actions run."""
    folder = FOLDER / "stories"
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    command = [sys.executable, "-m", "bot.conversation.quick_yaml", "test", "core", "--model", str(model)]
    command += ["--stories", "tests/stories", "--fail-on-prediction-errors", "--no-plot", "--out", str(folder)]
    # Its own endpoints: the tracker in memory, no Redis and no action server.
    command += ["--endpoints", "endpoints.shell.yml"]
    code = _child(command, FOLDER / "stories.log")
    try:
        told = json.loads((folder / "story_report.json").read_text(encoding="utf-8"))["conversation_accuracy"]
        correct, total = int(told["correct"]), int(told["total"])
    except (OSError, ValueError, KeyError):
        # A failed story ends Rasa's run before it counts; the log names the story.
        total = sum(text.count("\n- story:") for text in _texts(ROOT / "tests" / "stories"))
        correct = max(0, total - 1)
        if code == 0:
            raise StepFailed("rasa test 没有写出结果，见 models/gate/stories.log") from None
    return {"correct": correct, "total": total, "where": "models/gate/stories.log"}


def _texts(folder: Path) -> Iterable[str]:
    return (path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.yml")))


def situations(folder: Path = SITUATIONS) -> dict[str, list[Dialogue]]:
    """Every situation's dialogues by file name; StepFailed names a line that cannot be read."""
    found: dict[str, list[Dialogue]] = {}
    for path in sorted(folder.glob("*.jsonl")):
        found[path.stem] = []
        for number, entry in read(path.read_text(encoding="utf-8").split("\n")):
            if isinstance(entry, str):
                raise StepFailed(f"{path.name}:{number}: {entry}")
            found[path.stem].append(entry)
    if not any(found.values()):
        raise StepFailed("data/situations 里没有对话")
    return found


def played(machine: Machine, dialogue: Dialogue) -> dict[str, Any]:
    """One dialogue against a running system: what failed, what was said, what is wrong with the words."""
    lines = list(play(machine.client(), dialogue))
    turns = [
        {
            "text": line["text"],
            "level": line["level"],
            "signals": [s["name"] for s in line["signals"]],
            "third_party": any(s["name"] == "third_party" for s in line["signals"]),
            "acts": [str(r["action"]) for r in line["replies"]],
            "said": [r["text"] for r in line["replies"]],
        }
        for line in lines
    ]
    return {
        "title": dialogue.title,
        "failures": judge(dialogue, lines),
        "wording": wording_of([t["said"] for t in turns]),
        "turns": turns,
    }


def wording_of(turns: list[list[str]]) -> list[str]:
    """What is wrong with the sentences of one talk, whatever the talk was about."""
    from bot.conversation.guard import QUESTION
    from bot.conversation.nlg import guard

    found: list[str] = []
    said: list[str] = []
    for number, replies in enumerate(turns, 1):
        if sum(len(QUESTION.findall(text)) for text in replies) > 1:
            found.append(f"第 {number} 句的回复问了两件事")
        for text in replies:
            judged = guard().judge(text, level=1, used=said)
            if not judged.ok:
                found.append(f"第 {number} 句的回复“{text}” {judged.message_zh}")
            said.append(text)
    return found


def situations_step(tell: Callable[[str], None]) -> dict[str, dict[str, Any]]:
    """All situations through a whole system with a var folder of its own; actions, holds and store are real."""
    wanted = situations()
    done: dict[str, dict[str, Any]] = {}
    # The model of the present inputs is judged, also while an older one is pinned.
    with (
        tempfile.TemporaryDirectory(prefix="zaoan-gate-") as var,
        kept_running(Machine(Path(var) / "var", ZAOAN_UNPINNED="1")) as machine,
        ThreadPoolExecutor(AT_ONCE) as pool,
    ):
        for name, group in wanted.items():
            rows = list(pool.map(lambda d: played(machine, d), group))
            done[name] = {d.id: row for d, row in zip(group, rows, strict=True)}
            good = sum(not row["failures"] and not row["wording"] for row in rows)
            tell(f"   {name}: {good}/{len(group)}")
    return done


def danger_step() -> dict[str, Any]:
    """The danger reader on authors it never saw; kept until one of its inputs changes."""
    kept = FOLDER / f"danger-{fingerprint(DANGER_INPUTS)}.json"
    if not kept.exists():
        if _child([sys.executable, "-m", "benchmarks", "danger", "--json", str(kept)], FOLDER / "danger.log"):
            kept.unlink(missing_ok=True)
            raise StepFailed("危险识别的测量没有跑完，见 models/gate/danger.log")
        for old in FOLDER.glob("danger-*.json"):
            if old != kept:
                old.unlink()
    figures: dict[str, Any] = json.loads(kept.read_text(encoding="utf-8"))
    return figures


def guard_step(root: Path = ROOT) -> dict[str, Any]:
    """Every variant of every reply, filled in for every region and age, through the outgoing guard."""
    from bot.conversation import variants as var
    from bot.conversation.check import every_place, fillings
    from bot.conversation.nlg import guard, registry

    count, filled, hits = 0, 0, []
    places = every_place(registry())
    languages = sorted((root / "data" / "wording").glob("*.yml"))
    for path in [*sorted((root / "bot" / "domain").glob("responses_*.yml")), *languages]:
        for utter, rows in yaml.safe_load(path.read_text(encoding="utf-8"))["responses"].items():
            for variant in var.parse(rows):
                count += 1
                shop = utter in SERVICE or set(variant.when.get("mode", ())) & {"service", "support"}
                for text in fillings(variant.text, places):
                    filled += 1
                    judged = guard().judge(text, level=0 if utter in SERVICE else 1 if shop else 2)
                    if not judged.ok:
                        hits.append(f"{path.name} {utter}：“{text[:CUT]}” {judged.message_zh}")
    return {"variants": count, "filled": filled, "hits": sorted(set(hits))}
