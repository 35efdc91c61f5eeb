"""How well intents are understood in the words of authors never seen: `python -m benchmarks intents`.

Every file of data/nlu is one author. Each in turn is left out, the others teach, and the left-out one
is asked, with bot/conversation/intents.py itself: the classifier that `rasa train` puts into the model.
Examples that also stand in a teaching file are left out of the asking. Options: --pairs N, --only AUTHOR
(again for several), --sure (how often a confidence is right).
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import yaml

ROOT = Path(__file__).resolve().parents[1]


def examples(path: Path) -> list[tuple[str, str]]:
    """Text and intent of every example of a file; entity marks are taken off."""
    found = []
    for block in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
        for line in str(block.get("examples") or "").splitlines():
            if block.get("intent") and line.startswith("- "):
                text = re.sub(r"\[([^\]]+)\](\([^)]*\)|\{[^}]*\})", r"\1", line[2:]).strip()
                found.append((text, str(block["intent"])))
    return found


def scores(truth: list[str], said: list[str]) -> dict[str, tuple[float, float, float, int]]:
    """Precision, recall, F1 and number of examples of each intent that was asked."""
    right = Counter(t for t, s in zip(truth, said, strict=True) if t == s)
    asked, given = Counter(truth), Counter(said)
    rows = {}
    for intent in sorted(asked):
        precision = right[intent] / given[intent] if given[intent] else 0.0
        recall = right[intent] / asked[intent]
        total = precision + recall
        rows[intent] = (precision, recall, 2 * precision * recall / total if total else 0.0, asked[intent])
    return rows


def macro(truth: list[str], said: list[str]) -> float:
    """Mean F1 over the intents asked."""
    return float(np.mean([row[2] for row in scores(truth, said).values()]))


def main(argv: list[str]) -> int:
    """Print a line an author, the table over all, and the most confused pairs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=10)
    parser.add_argument("--only", action="append")
    parser.add_argument("--sure", action="store_true")
    options = parser.parse_args(argv)
    from bot.conversation.intents import fit
    from bot.conversation.meanings import kept_meanings

    files = {p.stem: examples(p) for p in sorted((ROOT / "data" / "nlu").glob("*.yml"))}
    every = sorted({t for rows in files.values() for t, _ in rows})
    meant = dict(zip(every, kept_meanings(every), strict=True))
    truth: list[str] = []
    said: list[str] = []
    sure: list[float] = []
    asked_texts: list[str] = []
    for name in options.only or files:
        own = files[name]
        taught = [pair for other, rows in files.items() if other != name for pair in rows]
        known = {text for text, _ in taught}
        asked = [(t, i) for t, i in own if t not in known]
        model = fit([t for t, _ in taught], [i for _, i in taught], np.stack([meant[t] for t, _ in taught]))
        guesses = model.guesses([t for t, _ in asked], np.stack([meant[t] for t, _ in asked]))
        right, guess = [i for _, i in asked], [g.name for g in guesses]
        accuracy = float(np.mean([a == b for a, b in zip(right, guess, strict=True)]))
        sys.stdout.write(
            f"without {name:<14} asked {len(asked):5d} ({len(own) - len(asked)} also taught, left out)  "
            f"macro-F1 {macro(right, guess):.3f}  accuracy {accuracy:.3f}\n"
        )
        sys.stdout.flush()
        truth, said, asked_texts = truth + right, said + guess, asked_texts + [t for t, _ in asked]
        sure += [g.confidence for g in guesses]
    sys.stdout.write("\nintent               precision  recall     F1      n\n")
    for intent, row in sorted(scores(truth, said).items(), key=lambda item: item[1][2]):
        sys.stdout.write(f"{intent:<20} {row[0]:9.3f} {row[1]:7.3f} {row[2]:6.3f} {row[3]:6d}\n")
    sys.stdout.write(f"\nall authors: macro-F1 {macro(truth, said):.3f} over {len(set(truth))} intents\n")
    if options.sure:
        _print_sure(truth, said, sure)
    mixed = Counter((t, s) for t, s in zip(truth, said, strict=True) if t != s)
    sys.stdout.write("\nmost confused (is → taken for)\n")
    for (is_, taken), count in mixed.most_common(options.pairs):
        pairs = zip(truth, said, asked_texts, strict=True)
        example = next(text for t, s, text in pairs if (t, s) == (is_, taken))
        sys.stdout.write(f"{count:4d}  {is_} → {taken}   {example}\n")
    return 0


def _print_sure(truth: list[str], said: list[str], sure: list[float]) -> None:
    sys.stdout.write("\nconfidence   n      right\n")
    right = np.array([t == s for t, s in zip(truth, said, strict=True)])
    at = np.array(sure)
    for low in np.arange(0, 1, 0.1):
        here = (at >= low) & (at < low + 0.1 + 1e-9 * (low > 0.85))
        if here.any():
            sys.stdout.write(f"{low:.1f}-{low + 0.1:.1f}  {int(here.sum()):6d}   {right[here].mean():.3f}\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
