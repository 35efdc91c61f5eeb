"""How well intents are understood in the words of authors never seen: `python -m benchmarks intents`.

Every file of data/nlu is one author. Each in turn is left out, the others teach, and the left-out
one is asked. No Rasa training: the project's own character-run featurizer (its `grams` and weights),
jieba's words as counts, and scikit-learn's LogisticRegression with the settings of config.yml, which
is what Rasa's LogisticRegressionClassifier wraps. Differences from the trained pipeline: Rasa's
CountVectorsFeaturizer feeds the same words through its own vocabulary of out-of-vocabulary tokens,
and its classifier balances classes as is done here.
Examples that also stand in a teaching file are left out of the asking. Options: --pairs N.
"""

from __future__ import annotations

import argparse
import math
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import scipy.sparse
import yaml

ROOT = Path(__file__).resolve().parents[1]


def examples(path: Path) -> list[tuple[str, str]]:
    """Text and intent of every example of a file; entity marks are taken off."""
    import re

    found = []
    for block in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
        for line in str(block.get("examples") or "").splitlines():
            if line.startswith("- "):
                text = re.sub(r"\[([^\]]+)\](\([^)]*\)|\{[^}]*\})", r"\1", line[2:]).strip()
                found.append((text, str(block["intent"])))
    return found


class Features:
    """Character runs and words of the teaching texts, as sparse rows."""

    def __init__(self, texts: list[str]) -> None:
        from bot.conversation.nlu.char_ngrams import grams

        self._grams = grams
        seen: Counter[str] = Counter()
        for text in texts:
            seen.update(set(grams(text)))
        kept = sorted(g for g, n in seen.items() if n >= 2)
        self._runs = {g: i for i, g in enumerate(kept)}
        self._weights = np.array([math.log((1 + len(texts)) / (1 + seen[g])) + 1 for g in kept])
        self._words = {w: i for i, w in enumerate(sorted({w for t in texts for w in words(t)}))}

    def rows(self, texts: list[str]) -> Any:
        """A matrix of shape (texts, runs + words)."""
        made = []
        for text in texts:
            runs = np.zeros(len(self._runs))
            for gram, count in Counter(self._grams(text)).items():
                if (index := self._runs.get(gram)) is not None:
                    runs[index] = math.sqrt(count) * self._weights[index]
            runs /= float(np.linalg.norm(runs)) or 1.0
            bag = np.zeros(len(self._words))
            for word in words(text):
                if (index := self._words.get(word)) is not None:
                    bag[index] += 1
            made.append(scipy.sparse.csr_matrix(np.concatenate([runs, bag])))
        return scipy.sparse.vstack(made)


def words(text: str) -> list[str]:
    """Lower-case words as jieba cuts them, like Rasa's pipeline."""
    import jieba

    jieba.setLogLevel(60)
    return [w for w in jieba.lcut(text.lower()) if w.strip()]


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


def settings() -> dict[str, Any]:
    """The classifier's settings in config.yml."""
    pipeline = yaml.safe_load((ROOT / "config.yml").read_text(encoding="utf-8"))["pipeline"]
    row = next(r for r in pipeline if r["name"] == "LogisticRegressionClassifier")
    return {k: float(v) if k == "tol" else v for k, v in row.items() if k != "name"}


def main(argv: list[str]) -> int:
    """Print a line an author, the table over all, and the most confused pairs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=10)
    options = parser.parse_args(argv)
    from sklearn.linear_model import LogisticRegression

    files = {p.stem: examples(p) for p in sorted((ROOT / "data" / "nlu").glob("*.yml"))}
    truth: list[str] = []
    said: list[str] = []
    asked_texts: list[str] = []
    for name, own in files.items():
        taught = [pair for other, rows in files.items() if other != name for pair in rows]
        known = {text for text, _ in taught}
        asked = [(t, i) for t, i in own if t not in known]
        features = Features([t for t, _ in taught])
        model = LogisticRegression(class_weight="balanced", **settings())
        model.fit(features.rows([t for t, _ in taught]), [i for _, i in taught])
        guess = [str(g) for g in model.predict(features.rows([t for t, _ in asked]))]
        right = [i for _, i in asked]
        accuracy = float(np.mean([a == b for a, b in zip(right, guess, strict=True)]))
        sys.stdout.write(
            f"without {name:<14} asked {len(asked):5d} ({len(own) - len(asked)} also taught, left out)  "
            f"macro-F1 {macro(right, guess):.3f}  accuracy {accuracy:.3f}\n"
        )
        sys.stdout.flush()
        truth, said, asked_texts = truth + right, said + guess, asked_texts + [t for t, _ in asked]
    sys.stdout.write("\nintent               precision  recall     F1      n\n")
    for intent, row in sorted(scores(truth, said).items(), key=lambda item: item[1][2]):
        sys.stdout.write(f"{intent:<20} {row[0]:9.3f} {row[1]:7.3f} {row[2]:6.3f} {row[3]:6d}\n")
    sys.stdout.write(f"\nall authors: macro-F1 {macro(truth, said):.3f} over {len(set(truth))} intents\n")
    mixed = Counter((t, s) for t, s in zip(truth, said, strict=True) if t != s)
    sys.stdout.write("\nmost confused (is → taken for)\n")
    for (is_, taken), count in mixed.most_common(options.pairs):
        pairs = zip(truth, said, asked_texts, strict=True)
        example = next(text for t, s, text in pairs if (t, s) == (is_, taken))
        sys.stdout.write(f"{count:4d}  {is_} → {taken}   {example}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
