"""All figures of danger reading in one run: `python -m benchmarks.danger`.

Everything is measured on authors that no trained part had seen (author folds). Rivals in the same
run: a list of thirty keywords, and character n-grams + logistic regression. The lexicon was written
with seven of the authors in sight (LEXICON_SAW); their figures are shown apart from the others'.
Options: --reviews FILE (one ordinary review a line) adds a false-alarm count on real reviews,
--dialogues FILE plays labelled dialogues, --speed measures throughput, --out DIR writes the plots,
--json FILE keeps the readers' lines as shares for `zaoan gate`.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from bot.risk import data as utterances
from bot.risk import train
from bot.risk.linear import fit
from bot.risk.ordinary import ordinary
from bot.risk.reader import Reader
from bot.risk.stack import Stack
from bot.risk.talk import TalkReader
from bot.risk.types import Context, Order

Array = np.ndarray[Any, np.dtype[Any]]
LEXICON_SAW = frozenset({"v01", "v04", "v07", "v10", "v17", "v18", "v20"})
_THIRTY = (
    "自杀 想死 去死 不想活 活不下去 轻生 自尽 跳楼 割腕 上吊 遗书 遗言 安眠药 农药 烧炭 了结 解脱 自残 "
    "寻死 跳河 结束生命 死了算了 活着没意思 一了百了 服毒 吞药 绝望 再见了 永别 抑郁症"
)
KEYWORDS = tuple(_THIRTY.split())


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


def keyword_levels(p: train.Prepared) -> Array:
    """The usual filter: level 3 when a word is there."""
    return np.array([3 * any(w in u.text for w in KEYWORDS) for u in p.items])


def ngram_levels(p: train.Prepared) -> Array:
    """Plain n-grams + logistic regression on raw text, cut at 0.5."""
    texts = [u.text for u in p.items]
    said = np.zeros(len(texts), int)
    for test in utterances.folds(p.items, train.FOLDS):
        held = set(test)
        rest = [i for i in range(len(texts)) if i not in held]
        model = fit([texts[i] for i in rest], p.levels[rest])
        for i in test:
            said[i] = int((np.minimum.accumulate(model.logits(texts[i])) > 0).sum())
    return said


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


def danger(out: Path | None) -> dict[str, dict[str, float]]:
    """Reading of utterances on author folds; the readers' figures by name."""
    p = train.prepare(utterances.load_utterances())
    result = train.read_folds(p)
    sys.stdout.write(
        f"{len(p.items)} utterances by {len({u.author for u in p.items})} authors; levels "
        f"{np.bincount(p.levels).tolist()}; hard negatives {int(p.hard.sum())}\n"
    )
    everything = np.arange(len(p.items))
    figures("30 keywords", p.levels, keyword_levels(p), p.hard)
    figures("n-grams + logistic", p.levels, ngram_levels(p), p.hard)
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
    groups = np.array([p.items[i].group for i in index])
    for group in utterances.GROUPS:
        part = groups == group
        if (truth[part] >= 2).any():
            found = said[part & (truth >= 2)] >= 2
            sys.stdout.write(f"  {group:<20} n {int(part.sum()):5d}  ≥2 found {rate(found)}\n")
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
        plots(score, truth, hard, out)
    return kept


def plots(score: Array, truth: Array, hard: Array, out: Path) -> None:
    """Calibration plot and recall/false-alarm curve."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    out.mkdir(parents=True, exist_ok=True)
    edges = np.linspace(0, 1, 11)
    middle = np.clip(np.digitize(score, edges) - 1, 0, 9)
    x = [score[middle == b].mean() for b in range(10) if (middle == b).any()]
    y = [(truth[middle == b] >= 2).mean() for b in range(10) if (middle == b).any()]
    figure, axis = plt.subplots(figsize=(4.5, 4))
    axis.plot([0, 1], [0, 1], ":", color="grey")
    axis.plot(x, y, "o-")
    axis.set(xlabel="P(level ≥ 2) said", ylabel="share with level ≥ 2", title="Calibration, unseen authors")
    figure.tight_layout()
    figure.savefig(out / "calibration.png", dpi=110)
    cuts = np.quantile(score, np.linspace(0, 1, 200))
    figure, axis = plt.subplots(figsize=(4.5, 4))
    axis.plot([(score[hard] >= c).mean() for c in cuts], [(score[truth >= 2] >= c).mean() for c in cuts])
    axis.set(xlabel="hard negatives flagged ≥ 2", ylabel="levels ≥ 2 found", title="Unseen authors")
    axis.grid(alpha=0.3)
    figure.tight_layout()
    figure.savefig(out / "recall.png", dpi=110)


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
    """Throughput of ordinary traffic and latency of the full reader, one process."""
    texts = ordinary(20_000, "test", seed=5)
    began = time.perf_counter()
    for text in texts:
        reader.read(text)
    sys.stdout.write(f"ordinary traffic: {len(texts) / (time.perf_counter() - began):,.0f} messages/s\n")
    hard = [u.text for u in utterances.load_utterances() if u.level >= 2][::40]
    times = sorted(reader.read(t).ms for t in hard)
    sys.stdout.write(
        f"dangerous messages: p50 {times[len(times) // 2]:.1f} ms, p95 {times[int(len(times) * 0.95)]:.1f} ms\n"
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
    args = parser.parse_args(argv)
    kept = danger(args.out)
    if args.json:
        args.json.write_text(json.dumps(kept, indent=2), encoding="utf-8")
        return 0
    reader = Reader.load()
    everyday(reader, args.reviews)
    if args.speed:
        speed(reader)
    if args.dialogues:
        dialogues(reader, args.dialogues)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
