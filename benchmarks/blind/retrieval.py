"""The plain baseline: the known customer's message that is nearest in characters, and the reply that goes with it.

Known messages are the training examples of the intents and the situations whose expected act is given; the reply
is a sentence of the vetted library for that intent or act, the one nearest to the customer's words. No level, no
memory, no gate, no guard: what a search box over our own texts would give.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any

import yaml
from sklearn.feature_extraction.text import TfidfVectorizer

from benchmarks.blind.moments import ROOT, lines
from bot.conversation import variants as var


def _yaml(path: Path) -> dict[str, Any]:
    return dict(yaml.safe_load(path.read_text(encoding="utf-8")))


def sentences(folder: Path) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """The library's sentences without gaps: by utterance (those without a `heard`), and by what was heard."""
    by_act: dict[str, list[str]] = defaultdict(list)
    by_heard: dict[str, list[str]] = defaultdict(list)
    for path in sorted(folder.glob("responses_*.yml")):
        for name, rows in _yaml(path)["responses"].items():
            for one in var.parse(rows):
                if var.PLACEHOLDER.search(one.text):
                    continue
                for heard in one.when.get("heard", ()):
                    by_heard[heard].append(one.text)
                if "heard" not in one.when:
                    by_act[name].append(one.text)
    return by_act, by_heard


def acts_of_intents(folder: Path) -> dict[str, str]:
    """Each intent's first utterance in the stories' rules, in the order of the files."""
    found: dict[str, str] = {}
    for path in sorted(folder.glob("rules_*.yml")):
        for rule in _yaml(path)["rules"]:
            steps = [inner for step in rule["steps"] for inner in step.get("or", [step])]
            act = next((s["action"] for s in steps if str(s.get("action", "")).startswith("utter_")), "")
            for step in steps:
                if act and "intent" in step:
                    found.setdefault(step["intent"], act)
    return found


def known(root: Path = ROOT) -> list[tuple[str, list[str]]]:
    """(customer's message, sentences that answer it), for all messages whose answer is known."""
    by_act, by_heard = sentences(root / "bot" / "domain")
    acts = acts_of_intents(root / "data" / "stories")
    found: list[tuple[str, list[str]]] = []
    for path in sorted((root / "data" / "nlu").glob("*.yml")):
        for block in _yaml(path)["nlu"]:
            intent = block.get("intent", "")
            fit = by_heard.get(intent) or by_act.get(acts.get(intent, ""))
            if fit:
                found += [(line[2:].strip(), fit) for line in block["examples"].splitlines() if line.startswith("- ")]
    for path in sorted((root / "data" / "situations").glob("*.jsonl")):
        for talk in lines(path):
            for turn in talk["turns"]:
                fit = next((by_act[f"utter_{act}"] for act in turn.get("must", ()) if by_act.get(f"utter_{act}")), None)
                if fit:
                    found.append((turn["text"], fit))
    return found


class Retrieval:
    """The index; `answer` gives one sentence for any message."""

    def __init__(self, pairs: list[tuple[str, list[str]]]) -> None:
        self._pairs = pairs
        self._words = TfidfVectorizer(analyzer="char", ngram_range=(1, 3), sublinear_tf=True)
        self._matrix = self._words.fit_transform([text for text, _ in pairs])

    @classmethod
    def load(cls) -> Retrieval:
        """Over the project's own texts."""
        return cls(known())

    @property
    def size(self) -> int:
        """How many messages are known."""
        return len(self._pairs)

    def answer(self, text: str) -> str:
        """The reply of the nearest message; the first of several that are equally near."""
        asked = self._words.transform([text])
        place = int((self._matrix @ asked.T).toarray().ravel().argmax())
        fit = self._pairs[place][1]
        near = (self._words.transform(fit) @ asked.T).toarray().ravel()
        return fit[int(near.argmax())]
