"""Whose danger a talk is about, turn by turn, on the labelled talks: `python -m benchmarks whose`.

A talk is about another when its author marked third_party in any turn. Counted are turns that the system itself reads
as level 2 or more: talks about the writer that turn to another in some turn, and talks about another that stay with
the writer in most. Lists alone beside the weighing of :mod:`bot.conversation.theirs`; `--fit` fits the weights anew,
each author left out in turn, and prints them for that module.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from bot.conversation import memory as mem
from bot.conversation import parties, theirs
from bot.conversation.learned import NOTHING, Learned
from bot.conversation.plan import plan
from bot.risk import Reader, TalkReader
from bot.risk.dialogues import Dialogue, dialogue_files, held_out_files, load_dialogues

SHARES = (0.2, 0.3, 0.4, 0.5, 0.6)


@dataclass
class Talk:
    """One talk: who it is about, and per turn of level 2 and more what was decided and the features of the weighing."""

    id: str
    author: str
    other: bool
    lists: list[bool]
    weighed: list[bool]
    features: list[list[float]]


def features(memory: dict[str, Any], talk: dict[str, Any], rule: bool) -> list[float]:
    """In the order of :class:`bot.conversation.theirs.Weights`."""
    kept = memory.get(theirs.KEY) or {"sum": 0.0, "most": None, "last": None}
    return [
        max(-6.0, min(6.0, kept["sum"])), -3.0 if kept["most"] is None else kept["most"],
        -3.0 if kept["last"] is None else kept["last"], float(rule), float("for_another" in memory["told"]),
        float(bool(talk.get("own"))), float(bool(talk.get("other"))), float(bool(memory.get("third_said"))),
        float(memory.get("whose") == parties.OTHER), float(memory.get("whose") == parties.UNCLEAR),
    ]  # fmt: skip


def played(reader: TalkReader, dialogue: Dialogue) -> Talk:
    """The talk read twice: by lists alone, and weighed."""
    made = Talk(dialogue.id, dialogue.author, _about_another(dialogue), [], [], [])
    before: dict[str, dict[str, Any]] = {"lists": mem.fresh(), "weighed": mem.fresh()}
    state: dict[str, Any] | None = None
    for turn in dialogue.turns:
        verdict, state = reader.read_turn(turn.text, dialogue.context, state)
        modes = {}
        for name, learned in (("lists", NOTHING), ("weighed", Learned(theirs=theirs.log_odds))):
            now = plan(
                turn.text, level=verdict.level, signals=[s.name for s in verdict.signals], talk=state,
                memory=before[name], intent=None, confidence=0.0, third_party=verdict.third_party,
                categories=(dialogue.context.category or "",), learned=learned,
            )  # fmt: skip
            modes[name] = now.mode == "other"
            before[name] = dict(mem.speak(now.memory, None if now.step == "none" else now.step, []))
        if verdict.level >= 2:
            made.lists.append(modes["lists"])
            made.weighed.append(modes["weighed"])
            made.features.append(features(before["weighed"], state, modes["lists"]))
    return made


def _about_another(dialogue: Dialogue) -> bool:
    return any(name == "third_party" for turn in dialogue.turns for name in _names(turn))


def _names(turn: Any) -> Iterable[str]:
    return (s.name for s in turn.signals)


def tell(name: str, talks: list[Talk], said: list[list[bool]]) -> None:
    """One line of figures."""
    own = [(t, s) for t, s in zip(talks, said, strict=True) if not t.other and s]
    other = [(t, s) for t, s in zip(talks, said, strict=True) if t.other and s]
    turned, missed = sum(any(s) for _, s in own), sum(sum(s) <= len(s) / 2 for _, s in other)
    turns = f"{sum(sum(s) for _, s in own)} of {sum(len(s) for _, s in own)} turns"
    lost = f"{sum(len(s) - sum(s) for _, s in other)} of {sum(len(s) for _, s in other)} turns"
    print(f"{name:22} own taken for another's {turned:3} of {len(own)} ({turns}); ", end="")
    print(f"missed {missed} of {len(other)} ({lost})")


def fit(talks: list[Talk]) -> None:
    """Weights by logistic regression, each author left out in turn."""
    from sklearn.linear_model import LogisticRegression

    rows = np.array([f for t in talks for f in t.features])
    wanted = np.array([t.other for t in talks for _ in t.features])
    authors = np.array([t.author for t in talks for _ in t.features])
    shares = np.zeros(len(wanted))
    for author in sorted(set(authors)):
        model = LogisticRegression(C=0.3, max_iter=2000, class_weight={False: 1, True: 2})
        model.fit(rows[authors != author], wanted[authors != author])
        shares[authors == author] = model.predict_proba(rows[authors == author])[:, 1]
    ends = np.cumsum([0, *(len(t.features) for t in talks)])
    for cut in SHARES:
        tell(f"fitted, from {cut}", talks, [list(shares[a:b] > cut) for a, b in pairwise(ends)])
    model = LogisticRegression(C=0.3, max_iter=2000, class_weight={False: 1, True: 2}).fit(rows, wanted)
    print("weights:", model.coef_[0].round(2).tolist(), "base:", round(float(model.intercept_[0]), 2))


def main(argv: list[str]) -> int:
    """Print the figures."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks whose", description=__doc__)
    parser.add_argument("--fit", action="store_true", help="fit the weights anew and print them")
    options = parser.parse_args(argv)
    reader = TalkReader(Reader.load())
    dialogues = load_dialogues([*dialogue_files(), *held_out_files()])
    talks = [played(reader, d) for d in dialogues if max(t.level for t in d.turns) >= 2]
    tell("lists", talks, [t.lists for t in talks])
    tell("weighed, in service", talks, [t.weighed for t in talks])
    if options.fit:
        fit(talks)
    return 0
