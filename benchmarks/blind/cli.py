"""Commands of the blind comparison: choose, fresh, retrieve, suggest, sheets, score."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

from benchmarks.blind import moments as mo
from benchmarks.blind import replies as rp
from benchmarks.blind import score as sc
from benchmarks.blind import sheets as sh

KEY = mo.SET / "key.json"


def _choose(told: argparse.Namespace) -> int:
    cases = mo.cases_path(told.cases)
    if cases is None:
        print("error: --cases FILE (or ZAOAN_CASES) is needed to choose moments")
        return 2
    found = mo.choose(mo.lines(cases), mo.own_talks())
    mo.write(found)
    print(f"{len(found)} moments in {mo.FILE.name}")
    return 0


def _fresh(told: argparse.Namespace) -> int:
    used = {one.talk for path in mo.HERE.rglob("moments.jsonl") if path != mo.FILE for one in mo.load_bare(path)}
    found = mo.choose_fresh(mo.own_talks(), used)
    mo.write(found)
    print(f"{len(found)} moments in {mo.FILE.parent.name}/{mo.FILE.name}")
    return 0


def _retrieve(told: argparse.Namespace) -> int:
    from benchmarks.blind.retrieval import Retrieval

    found = mo.load(mo.cases_path(told.cases))
    baseline = Retrieval.load()
    rp.write("retrieval", {one.id: baseline.answer(one.text) for one in found})
    print(f"{len(found)} replies from {baseline.size} customers' messages")
    return 0


def _suggest(told: argparse.Namespace) -> int:
    from benchmarks.blind.suggest import run

    return run(mo.load(mo.cases_path(told.cases)))


def _sheets(told: argparse.Namespace) -> int:
    found = mo.load(mo.cases_path(told.cases))
    key = sh.make(found, rp.read_all(), Path(told.out), told.seed)
    Path(told.key).write_text(json.dumps(key, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(f"{len(found)} moments a sheet, {len(sh.RATERS)} sheets in {told.out}; who wrote what: {told.key}")
    return 0


def _score(told: argparse.Namespace) -> int:
    key = json.loads(Path(told.key).read_text(encoding="utf-8"))
    try:
        answers = {Path(name).name.split(".")[0]: sc.read_answers(Path(name), key) for name in told.sheets}
    except sc.BadAnswer as error:
        print(f"error: {error}")
        return 2
    strata = {one.id: one for one in mo.load_bare()}
    figures = sc.figures(answers, strata)
    turns = rp.TURNS
    figures["system"] = sc.system(mo.lines(turns)) if turns.exists() else {}
    print(sc.told(figures))
    if told.json:
        Path(told.json).write_text(json.dumps(figures, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return 0


def main(argv: Sequence[str]) -> int:
    """Run one command; 0, or 2 on bad input."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.blind", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, does in (
        ("choose", _choose), ("fresh", _fresh), ("retrieve", _retrieve), ("suggest", _suggest), ("sheets", _sheets)
    ):  # fmt: skip
        one = commands.add_parser(name)
        one.add_argument("--cases", help="the example cases' dialogues.jsonl (or ZAOAN_CASES)")
        one.set_defaults(does=does)
        if name == "sheets":
            one.add_argument("--out", required=True, help="folder for the raters' sheets")
            one.add_argument("--key", default=str(KEY), help="file that tells which letter is whose")
            one.add_argument("--seed", type=int, default=sh.SEED)
    one = commands.add_parser("score")
    one.add_argument("sheets", nargs="+", help="answers, named after the sheet: r1.answers.jsonl …")
    one.add_argument("--key", default=str(KEY))
    one.add_argument("--json", help="also write the figures to this file")
    one.set_defaults(does=_score)
    told = parser.parse_args(argv)
    return int(told.does(told))
