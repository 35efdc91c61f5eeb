"""All figures of danger reading in one run: `python -m benchmarks.danger`.

Everything is measured on authors that no trained part had seen (author folds). Rivals in the same
run: a list of thirty keywords, character n-grams + logistic regression, spaCy's text categoriser. Labelled
dialogues are read by steps that had not seen their author. The lexicon was written
with sixteen of the authors in sight (LEXICON_SAW); their figures are shown apart from the others'.
Options: --reviews FILE (one ordinary review a line) adds a false-alarm count on real reviews,
--dialogues FILE plays further dialogues through the reader in service, --speed measures throughput, --out DIR
writes the plots, --quick leaves spaCy out, --json FILE only keeps the readers' lines as shares for `zaoan gate`.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks._danger_evidence import evidence
from benchmarks._danger_plots import plots
from benchmarks._danger_rivals import keyword_levels, ngram_logits, spacy_probabilities
from benchmarks._danger_talks import dialogues as unseen_dialogues
from bot.cli.screen import BATCH
from bot.cli.screen_lines import Screener
from bot.risk import data as utterances
from bot.risk import train
from bot.risk.ordinary import ordinary
from bot.risk.reader import Reader
from bot.risk.stack import Stack
from bot.risk.talk import TalkReader
from bot.risk.types import Context, Order

Array = np.ndarray[Any, np.dtype[Any]]
LEXICON_SAW = frozenset(
    {"v01", "v04", "v07", "v10", "v17", "v18", "v20", "v23", "v24", "v25", "v32", "v33", "v34", "v35", "v37", "v39"}
)


def kappa(truth: Array, said: Array) -> float:
    """Quadratic-weighted kappa of levels 0-4."""
    table = np.zeros((5, 5))
    np.add.at(table, (truth, said), 1)
    weight = (np.arange(5)[:, None] - np.arange(5)[None]) ** 2 / 16
    expected = np.outer(table.sum(1), table.sum(0)) / table.sum()
    return float(1 - (weight * table).sum() / (weight * expected).sum())


def rate(x: Array) -> str:
    """A share as text."""
    return f"{100 * float(x.mean()):6.2f} %" if len(x) else "     -"


def shares(truth: Array, said: Array, hard: Array) -> dict[str, float]:
    """One reader's figures: shares between 0 and 1, and kappa."""

    def share(x: Array) -> float:
        return float(x.mean()) if len(x) else float("nan")

    return {
        "found2": share(said[truth >= 2] >= 2),
        "found3": share(said[truth >= 3] >= 3),
        "found4": share(said[truth == 4] == 4),
        "missed3": share(said[truth >= 3] <= 1),
        "hard": share(said[hard] >= 2),
        "level1": share(said[truth == 1] >= 2),
        "kappa": kappa(truth, said),
    }


def figures(name: str, truth: Array, said: Array, hard: Array) -> dict[str, float]:
    """One reader's line, printed and handed back."""
    sys.stdout.write(
        f"{name:<26} ≥2 found {rate(said[truth >= 2] >= 2)}  ≥3 as ≥3 {rate(said[truth >= 3] >= 3)}  "
        f"4 as 4 {rate(said[truth == 4] == 4)}  ≥3 graded ≤1 {rate(said[truth >= 3] <= 1)}  "
        f"hard negatives ≥2 {rate(said[hard] >= 2)}  level 1 as ≥2 {rate(said[truth == 1] >= 2)}  "
        f"kappa {kappa(truth, said):.3f}\n"
    )
    return shares(truth, said, hard)


def honest_levels(probabilities: Array, p: train.Prepared, index: Array) -> Array:
    """Levels with cuts chosen on the other folds."""
    floors = np.array([f.level for f in p.floors])[index]
    levels, hard = p.levels[index], p.hard[index]
    place = {int(i): n for n, i in enumerate(index)}
    said = np.zeros(len(index), int)
    empty = np.zeros((4, 1), np.float32)
    for test in utterances.folds(p.items, train.FOLDS):
        inner = np.array([place[i] for i in test if i in place], int)
        rest = np.setdiff1d(np.arange(len(index)), inner)
        cuts = train.choose_cuts(probabilities[rest], levels[rest], hard[rest], floors[rest])
        stack = Stack(empty, empty[:, 0], (cuts[0], cuts[1], cuts[2], cuts[3]))
        for i in inner:
            said[i] = max(stack.level(probabilities[i]), int(floors[i]))
    return said


def danger(out: Path | None, rivals: bool = True) -> dict[str, dict[str, float]]:
    """Reading of utterances on author folds; the readers' figures by name. `rivals`: with spaCy's, minutes."""
    p = train.prepare(utterances.load_utterances())
    result = train.read_folds(p)
    sys.stdout.write(
        f"{len(p.items)} utterances by {len({u.author for u in p.items})} authors; levels "
        f"{np.bincount(p.levels).tolist()}; hard negatives {int(p.hard.sum())}\n"
    )
    everything = np.arange(len(p.items))
    figures("30 keywords", p.levels, keyword_levels(p), p.hard)
    ngram = ngram_logits(p)
    figures("n-grams + logistic", p.levels, (ngram > 0).sum(1), p.hard)
    scores = {"n-grams + logistic": ngram[:, 1]}
    if rivals:
        cats = spacy_probabilities(p)
        figures("spaCy text categoriser", p.levels, cats.argmax(1), p.hard)
        scores["spaCy text categoriser"] = cats[:, 2:].sum(1)
    figures("rules alone", p.levels, np.array([f.level for f in p.floors]), p.hard)
    kept = {"light": figures("Zaoan without encoder", p.levels, honest_levels(result.light, p, everything), p.hard)}
    if result.deep is None:
        sys.stdout.write("no fold readings of the encoder: data/risk/*-folds.npz are missing\n")
        return kept
    index = result.deep_index
    said = honest_levels(result.deep, p, index)
    truth, hard = p.levels[index], p.hard[index]
    kept["full"] = figures("Zaoan", truth, said, hard)
    saw = np.array([p.items[i].author in LEXICON_SAW for i in index])
    figures("  authors lexicon saw", truth[saw], said[saw], hard[saw])
    figures("  authors it never saw", truth[~saw], said[~saw], hard[~saw])
    by_group(np.array([p.items[i].group for i in index]), truth, said)
    steps = [(0.0, 0.05), (0.05, 0.2), (0.2, 0.4), (0.4, 0.6), (0.6, 0.8), (0.8, 0.95), (0.95, 1.01)]
    score = result.deep[:, 1]
    for low, high in steps:
        part = (score >= low) & (score < high)
        sys.stdout.write(
            f"  said P(≥2) {low:.2f}-{min(high, 1):.2f}: mean {score[part].mean():.3f} "
            f"true {(truth[part] >= 2).mean():.3f} n {int(part.sum())}\n"
        )
    for share in (0.02, 0.04, 0.08, 0.15):
        cut = np.quantile(score[hard], 1 - share)
        sys.stdout.write(f"  hard negatives {share:.0%} → ≥2 found {rate(score[truth >= 2] >= cut)}\n")
    if out is not None:
        plots({"Zaoan": score, **{name: x[index] for name, x in scores.items()}}, truth, hard, out)
    return kept


def by_group(groups: Array, truth: Array, said: Array) -> None:
    """Levels ≥ 2 found in each group, and how many points that is from the plainly said ones."""
    plain = 100 * float((said[(groups == "plain") & (truth >= 2)] >= 2).mean())
    for group in utterances.GROUPS:
        dangerous = (groups == group) & (truth >= 2)
        if dangerous.any():
            found = said[dangerous] >= 2
            sys.stdout.write(
                f"  {group:<20} n {int((groups == group).sum()):5d}  ≥2 found {rate(found)}  "
                f"{100 * float(found.mean()) - plain:+6.1f} points from plain\n"
            )


def everyday(reader: Reader, reviews: Path | None) -> None:
    """False alarms on ordinary traffic."""
    sets = {"made chat": ordinary(10_000, "test", seed=11)}
    if reviews is not None:
        sets["reviews"] = [t for t in reviews.read_text(encoding="utf-8").splitlines() if t.strip()]
    for name, texts in sets.items():
        verdicts = [reader.read(t) for t in texts]
        flagged = [t for t, v in zip(texts, verdicts, strict=True) if v.level >= 2]
        stages = {s: sum(v.stage == s for v in verdicts) for s in ("first", "rules", "full")}
        sys.stdout.write(f"ordinary, {name}: {len(flagged)} of {len(texts)} flagged ≥ 2; stages {stages}\n")
        for text in flagged[:5]:
            sys.stdout.write(f"    {text[:70]}\n")


def speed(reader: Reader) -> None:
    """Throughput of ordinary traffic and latency of the full reader, one process. Messages that repeat are
    read in full once, as in `zaoan screen`: the second figure is of messages that are all different."""
    made = ordinary(60_000, "test", seed=5)
    for name, texts in {"as they come": made[:20_000], "all different": list(dict.fromkeys(made))[:12_000]}.items():
        lines = [json.dumps({"id": str(n), "text": t}, ensure_ascii=False).encode() for n, t in enumerate(texts)]
        screener = Screener(reader)
        screener.read(lines[:BATCH])
        began = time.perf_counter()
        for at in range(BATCH, len(lines), BATCH):
            screener.read(lines[at : at + BATCH])
        rate = (len(lines) - BATCH) / (time.perf_counter() - began)
        sys.stdout.write(f"ordinary traffic, {name}: {rate:,.0f} messages/s\n")
    hard = [u.text for u in utterances.load_utterances() if u.level >= 2][::40]
    times = sorted(reader.read(t).ms for t in hard)
    sys.stdout.write(
        f"dangerous messages: p50 {times[len(times) // 2]:.1f} ms, p95 {times[int(len(times) * 0.95)]:.1f} ms; "
        f"peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB with the benchmark's own data\n"
    )


def dialogues(reader: Reader, path: Path) -> None:
    """Turns whose level lies inside the labelled range."""
    talk = TalkReader(reader)
    inside = total = 0
    for line in path.read_text(encoding="utf-8").splitlines():
        raw = json.loads(line)
        orders = tuple(Order(o["order_id"], o["title"], o["category"], o["status"]) for o in raw["orders"])
        context = Context(hour=int(raw["local_time"][11:13]), orders=orders)
        state = None
        for turn in raw["turns"]:
            verdict, state = talk.read_turn(turn["text"], context, state)
            inside += turn.get("level_min", 0) <= verdict.level <= turn.get("level_max", 4)
            total += 1
    sys.stdout.write(f"dialogues {path.name}: level inside the range in {inside} of {total} turns\n")


def main(argv: list[str]) -> int:
    """See the module's docstring."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reviews", type=Path)
    parser.add_argument("--dialogues", type=Path)
    parser.add_argument("--speed", action="store_true")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--quick", action="store_true")
    args = parser.parse_args(argv)
    kept = danger(args.out, rivals=not (args.quick or args.json))
    if args.json:
        args.json.write_text(json.dumps(kept, indent=2), encoding="utf-8")
        return 0
    unseen_dialogues()
    reader = Reader.load()
    evidence(utterances.load_utterances(), {
        "rules and n-grams (lexicon saw ten authors)": Reader.load(deep=False),
        "in service (its token head saw the authors)": reader,
    })  # fmt: skip
    everyday(reader, args.reviews)
    if args.speed:
        speed(reader)
    if args.dialogues:
        dialogues(reader, args.dialogues)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
