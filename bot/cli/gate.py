"""`zaoan gate`: may what is in the folder now be shipped?

Check, training, story tests, the twelve hard situations played through a whole system with its
actions really run, danger reading on unseen authors, the guard over every variant. The report
is models/gate/report.md; the model in service is compared through models/gate/in-service.json.
Exit 0: ship it. Exit 1: a fault or a regression, each named. Exit 2: a step could not be run.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.cli import gate_steps as steps
from bot.cli.gate_compare import Judged, compare, markdown
from bot.cli.machine import MachineFailed
from bot.cli.must_acts import measure
from bot.cli.progress import step
from bot.cli.train import ensure

STEPS = ("check", "stories", "situations", "danger", "guard")
IN_SERVICE, PREVIOUS, WITHDRAWN = "in-service.json", "previous.json", "withdrawn.json"


def tell(line: str) -> None:
    """One line for the person at the terminal."""
    print(line, file=sys.stderr, flush=True)


def load(path: Path) -> dict[str, Any] | None:
    """A kept report, None when there is none."""
    try:
        kept: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return kept


def save(path: Path, report: dict[str, Any]) -> None:
    """Write a report so that a crash leaves the old one or the new one."""
    new = path.with_suffix(".new")
    new.write_text(json.dumps(report, ensure_ascii=False, indent=1), encoding="utf-8")
    new.replace(path)


def run(only: tuple[str, ...]) -> tuple[dict[str, Any], Path]:
    """Carry out the steps; the report and the model it is about."""
    started = time.monotonic()
    report: dict[str, Any] = {
        "at": datetime.now().astimezone().isoformat(timespec="seconds"),
        "skipped": [name for name in STEPS if name not in only],
    }
    if "check" in only:
        with step("检查 check"):
            report["check"] = steps.check_step()
        tell(f"   {len(report['check']['errors'])} 处错误，{len(report['check']['warnings'])} 处提醒")
    model = ensure()
    report["model"] = model.name
    work: dict[str, tuple[str, Callable[[], Any]]] = {
        "guard": ("措辞 every variant through the guard", steps.guard_step),
        "stories": ("故事测试 story tests (about a minute)", lambda: steps.stories_step(model)),
        "situations": ("十二种难情形 situations, played for real (minutes)", lambda: steps.situations_step(tell)),
        "danger": ("危险识别 danger reading on unseen authors (minutes)", steps.danger_step),
    }
    for name, (title, do) in work.items():
        if name in only:
            with step(title):
                report[name] = do()
    if "situations" in report:
        played = ((i, row["turns"]) for rows in report["situations"].values() for i, row in rows.items())
        report["duties"] = {name: share.to_dict() for name, share in measure(played).items()}
        for name, share in report["duties"].items():
            tell(f"   {name}: {share['done']}/{share['due']}")
    report["seconds"] = time.monotonic() - started
    return report, model


def promote(folder: Path, report: dict[str, Any], model: Path) -> None:
    """Make this the model in service; the one before stays for one step back."""
    before = load(folder / IN_SERVICE)
    if before and before["model"] != report["model"]:
        save(folder / PREVIOUS, before)
    if (folder / model.name) != model:
        shutil.copy2(model, folder / model.name)
    save(folder / IN_SERVICE, report)
    kept = {report["model"], (load(folder / PREVIOUS) or {}).get("model")}
    for old in folder.glob("dialogue-*.tar.gz"):
        if old.name not in kept:
            old.unlink()


def rollback(folder: Path) -> str:
    """Put the model before back into service, pinned; StepFailed when there is none."""
    before, now = load(folder / PREVIOUS), load(folder / IN_SERVICE)
    if before is None or not (folder / before["model"]).exists():
        raise steps.StepFailed("没有上一个模型可以退回")
    save(folder / IN_SERVICE, {**before, "pinned": True})
    if now:
        save(folder / WITHDRAWN, now)
    (folder / PREVIOUS).unlink()
    return str(before["model"])


def finish(folder: Path, report: dict[str, Any], accepted: str) -> Judged:
    """Compare, write both reports, print what stops the model."""
    old = load(folder / IN_SERVICE)
    judged = compare(report, old)
    report["accepted"] = accepted
    report["faults"], report["regressions"] = list(judged.faults), list(judged.regressions)
    report["open_points"] = list(judged.open_points)
    save(folder / "report.json", report)
    (folder / "report.md").write_text(markdown(report, old, judged, accepted), encoding="utf-8")
    for title, lines in (("必须先改的错", judged.faults), ("退步", judged.regressions)):
        for line in lines:
            tell(f"{title}: {line}")
    tell(f"还没做到的 {len(judged.open_points)} 处，说法变了的 {len(judged.changed)} 处；报告：models/gate/report.md")
    return judged


def main(argv: list[str]) -> int:
    """Exit 0 when this may be shipped, 1 with every regression named, 2 when a step could not be run."""
    parser = argparse.ArgumentParser(prog="zaoan gate", description=__doc__)
    parser.add_argument("--promote", action="store_true", help="上线：make this the model in service if it passes")
    parser.add_argument("--rollback", action="store_true", help="退回：put the model before back into service")
    parser.add_argument("--accept", default="", metavar="REASON", help="接受退步的理由: ship in spite of regressions")
    parser.add_argument("--only", default=",".join(STEPS), metavar="STEPS", help=f"some of {','.join(STEPS)}")
    options = parser.parse_args(argv)
    only = tuple(options.only.split(","))
    if unknown := set(only) - set(STEPS):
        parser.error(f"no step {', '.join(sorted(unknown))}; there is: {', '.join(STEPS)}")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # Rasa's start would fill the trainer's screen
    folder = steps.FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    try:
        if options.rollback:
            tell(f"已退回 {rollback(folder)}；请重启 zaoan up")
            return 0
        report, model = run(only)
    except (steps.StepFailed, MachineFailed, RuntimeError) as error:
        tell(f"没跑完: {error}")
        return 2
    judged = finish(folder, report, options.accept)
    if not judged.passed(bool(options.accept)):
        return 1
    if options.promote:
        if report["skipped"]:
            tell("没有上线：只跑了一部分，上线要跑全部")
            return 1
        promote(folder, report, model)
        tell(f"已上线 {model.name}；请重启 zaoan up")
    return 0
