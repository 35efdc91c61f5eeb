"""Makes the trained artefact of danger reading: `python -m bot.risk.train` → models/risk/reader.npz.

1. character n-grams on normalised text (linear reader) and on folded text (first stage);
2. both again on author folds, so that everything after is measured on unseen authors;
3. the stack of rules, n-grams and encoder (the latter's fold readings come from bot.risk.finetune);
4. thresholds, all chosen on the folds.

No pickle: plain arrays with a fingerprint of what they were made from. Under two minutes.
"""

from __future__ import annotations

import json
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bot.risk import data as utterances
from bot.risk import lexicon as lexicon_module
from bot.risk import train_talk
from bot.risk.deep import HEAD_SIGNALS, MEMBERS, Deep, folds_path
from bot.risk.dialogues import load_dialogues
from bot.risk.engine import sweep
from bot.risk.files import models_dir
from bot.risk.first import FirstStage, fit_table, table_arrays, trigger_automaton
from bot.risk.folding import fold
from bot.risk.grade import Floor, floor_level
from bot.risk.lexicon import load_lexicon
from bot.risk.linear import Linear, fit
from bot.risk.normalise import normalise
from bot.risk.ordinary import ordinary
from bot.risk.scope import apply_scope
from bot.risk.stack import deep_row, light_row, rule_features

Array = np.ndarray[Any, np.dtype[Any]]
FOLDS = 3
#: Share of the folds' hard negatives that may be read as 2 and more. They are near twins of dangerous lines by
#: authors who tried to fool the reader, far harder than traffic; a missed person weighs more than a needless question.
HARD_NEGATIVE_RATE = 0.10
#: The first stage may lose at most 2 in 1,000 messages of levels 2 and up; the second as many.
LOSS = 0.002
VERSION = 5


def fingerprint() -> str:
    """Of everything the artefact is made from."""
    oof = fold_readings()
    parts = [
        str(VERSION), utterances.fingerprint(), lexicon_module.fingerprint(),
        "" if oof is None else oof[0],
    ]  # fmt: skip
    return "-".join(parts)


def artefact_path() -> Path:
    """Where the artefact lives."""
    return models_dir() / "risk" / "reader.npz"


def member_folds() -> list[dict[str, Array]]:
    """Each member's file of readings of authors and chats that it had not seen."""
    found = []
    for name in MEMBERS:
        if folds_path(name).exists():
            with np.load(folds_path(name), allow_pickle=False) as raw:
                found.append({k: raw[k] for k in raw.files})
    return found


def fold_readings() -> tuple[str, dict[str, tuple[Array, Array]]] | None:
    """The encoder's readings of unseen authors, averaged over its members: fingerprint,
    id → (level logits, signal logits). Only messages that every member read."""
    members = member_folds()
    if not members:
        return None
    tables = [
        {str(i): (a.astype(np.float32), b.astype(np.float32))
         for i, a, b in zip(m["ids"], m["levels"], m["signals"], strict=True)}
        for m in members
    ]  # fmt: skip
    known = set(tables[0]).intersection(*tables[1:])
    mean = {i: (np.mean([t[i][0] for t in tables], axis=0), np.mean([t[i][1] for t in tables], axis=0)) for i in known}
    return "+".join(str(m["utterances"]) for m in members), mean


@dataclass(slots=True)
class Prepared:
    """Utterances with everything that needs no training."""

    items: list[utterances.Utterance]
    folded: list[str]
    normal: list[str]
    rules: Array
    floors: list[Floor]
    levels: Array
    hard: Array


def prepare(items: list[utterances.Utterance]) -> Prepared:
    """Normalises and applies the rules."""
    lexicon = load_lexicon()
    normal: list[str] = []
    rows: list[Array] = []
    floors: list[Floor] = []
    for u in items:
        n = normalise(u.text)
        scope = apply_scope(n, lexicon.search(n.text, n.breaks), lexicon)
        floor = floor_level(n.text, scope)
        normal.append(n.text)
        rows.append(rule_features(scope, floor))
        floors.append(floor)
    levels = np.array([u.level for u in items])
    hard = np.array(
        [u.group == "hard_negative" and u.level == 0 and not utterances.everyday_author(u.author) for u in items]
    )
    return Prepared(items, [fold(u.text) for u in items], normal, np.stack(rows), floors, levels, hard)


def everyday() -> list[str]:
    """Ordinary chat for training."""
    return sorted(set(ordinary(6000, "train")))


def fit_linear(p: Prepared, chosen: list[int], plain: list[str]) -> Linear:
    """The linear reader on normalised text."""
    texts = [p.normal[i] for i in chosen] + [normalise(t).text for t in plain]
    levels = np.concatenate([p.levels[chosen], np.zeros(len(plain), int)])
    return fit(texts, levels, low=1, high=4, strength=8.0)


def fit_first(p: Prepared, chosen: list[int], plain: list[str]) -> dict[str, float]:
    """The first stage's weights on folded text."""
    texts = [p.folded[i] for i in chosen] + [fold(t) for t in plain]
    levels = np.concatenate([p.levels[chosen], np.zeros(len(plain), int)])
    return fit_table(texts, levels >= 2)


def fit_stack(rows: Array, levels: Array, strength: float = 0.3) -> tuple[Array, Array]:
    """Weights [4, features] and bias of the four steps."""
    from sklearn.linear_model import LogisticRegression

    weights, bias = [], []
    for k in range(1, 5):
        model = LogisticRegression(C=strength, max_iter=2000).fit(rows, levels >= k)
        weights.append(model.coef_[0])
        bias.append(model.intercept_[0])
    return np.array(weights, np.float32), np.array(bias, np.float32)


def stacked(rows: Array, levels: Array, folds: list[list[int]]) -> Array:
    """Probabilities [n, 4] for each fold by a stack that was trained on the others."""
    result = np.zeros((len(rows), 4))
    for test in folds:
        train = np.setdiff1d(np.arange(len(rows)), test)
        weights, bias = fit_stack(rows[train], levels[train])
        raw = 1 / (1 + np.exp(-(rows[test] @ weights.T + bias)))
        result[test] = np.minimum.accumulate(raw, axis=1)
    return result


def choose_cuts(p: Array, levels: Array, hard: Array, floors: Array) -> tuple[float, ...]:
    """Cuts 1-4. Cut 2 by the allowed rate of flagged hard negatives, floors set by rules counted; the
    others by what a miss and a false step cost above them."""
    by_rule = hard & (floors >= 2)
    left = max(0.0, HARD_NEGATIVE_RATE - by_rule.sum() / max(1, hard.sum()))
    open_to_it = hard & (floors < 2)
    cut2 = float(np.quantile(p[open_to_it, 1], 1 - left * hard.sum() / max(1, open_to_it.sum())))
    flagged = p[:, 1] >= cut2
    cut3 = _balance(p[flagged, 2], levels[flagged] >= 3, 2.0)
    cut4 = _balance(p[flagged, 3], levels[flagged] == 4, 1.5)
    cut1 = _balance(p[~flagged, 0], levels[~flagged] >= 1, 1.0)
    return cut1, cut2, cut3, cut4


def _balance(p: Array, truth: Array, weight: float) -> float:
    """The cut with the least cost when a miss costs `weight` and a false alarm 1."""
    grid = np.linspace(0.05, 0.9, 86)
    cost = [weight * (truth & (p < c)).sum() + (~truth & (p >= c)).sum() for c in grid]
    return float(grid[int(np.argmin(cost))])


@dataclass(slots=True)
class FoldResult:
    """Readings of unseen authors: what all figures are computed from."""

    light: Array
    deep: Array | None
    linear: Array
    first: Array
    light_rows: Array
    deep_rows: Array | None
    deep_index: Array


def read_folds(p: Prepared) -> FoldResult:
    """Linear, first stage and stacks on author folds."""
    plain = everyday()
    folds = utterances.folds(p.items, FOLDS)
    linear = np.zeros((len(p.items), 4), np.float32)
    first = np.zeros(len(p.items), np.float32)
    for test in folds:
        train = np.setdiff1d(np.arange(len(p.items)), test).tolist()
        model = fit_linear(p, train, plain)
        small = FirstStage.build(fit_first(p, train, plain), 0.0)
        for i in test:
            linear[i] = model.logits(p.normal[i])
            first[i] = small.score(p.folded[i])
    light_rows = np.stack([light_row(r, lin) for r, lin in zip(p.rules, linear, strict=True)])
    light = stacked(light_rows, p.levels, folds)
    readings = fold_readings()
    if readings is None:
        return FoldResult(light, None, linear, first, light_rows, None, np.zeros(0, int))
    known = readings[1]
    index = np.array([i for i, u in enumerate(p.items) if u.id in known])
    rows = np.stack([deep_row(light_rows[i], *known[p.items[i].id]) for i in index])
    place = {int(i): n for n, i in enumerate(index)}
    inner = [[place[i] for i in test if i in place] for test in folds]
    deep = stacked(rows, p.levels[index], inner)
    return FoldResult(light, deep, linear, first, light_rows, rows, index)


def talk_arrays() -> dict[str, Array]:
    """The reader of talks, fitted on chats that the encoder's members had not seen; nothing when a
    member was made from other chats."""
    members, chats = member_folds(), load_dialogues()
    turns = sum(len(c.turns) for c in chats)
    windows = turns - len(chats)
    if not members or any(len(m.get("turn_levels", ())) != turns for m in members):
        return {}
    if any(len(m["window_levels"]) != windows for m in members):
        return {}
    message = np.mean([m["turn_levels"].astype(np.float32) for m in members], axis=0)
    window = np.mean([m["window_levels"].astype(np.float32) for m in members], axis=0)
    return train_talk.build(chats, message, window)


def found_at_all(result: FoldResult, p: Prepared) -> Array:
    """Dangerous messages that the last stage would find: only these can be lost by an earlier one."""
    best = result.light.copy()
    if result.deep is not None:
        best[result.deep_index] = result.deep
    cut = float(np.quantile(best[p.hard, 1], 1 - HARD_NEGATIVE_RATE))
    found: Array = (p.levels >= 2) & (best[:, 1] >= cut)
    return found


def clear_threshold(score: Array, found: Array, dangerous: int, open_to_it: Array, loss: float) -> float:
    """Below this score a message is cleared: of `dangerous` messages at most the share `loss` is
    lost by it that would else be found."""
    allowed = int(loss * dangerous)
    scores = np.sort(score[found & open_to_it])
    return float(scores[allowed]) if len(scores) > allowed else -1e9


def build(log: bool = True) -> Path:
    """Trains everything and writes the artefact."""
    began = time.monotonic()
    p = prepare(utterances.load_utterances())
    result = read_folds(p)
    plain = everyday()
    everything = list(range(len(p.items)))
    linear, first = fit_linear(p, everything, plain), fit_first(p, everything, plain)
    automaton = trigger_automaton()
    quiet = np.array([not any(True for _ in automaton.iter(t)) for t in p.folded])
    found, dangerous = found_at_all(result, p), int((p.levels >= 2).sum())
    first_cut = clear_threshold(result.first, found, dangerous, quiet, LOSS)
    floors = np.array([f.level for f in p.floors])
    no_floor = floors < 2
    second_cut = clear_threshold(result.light[:, 1], found, dangerous, no_floor, LOSS)
    arrays: dict[str, Array] = {f"linear.{k}": v for k, v in linear.to_arrays().items()}
    arrays.update({f"first.{k}": v for k, v in table_arrays(first).items()})
    weights, bias = fit_stack(result.light_rows, p.levels)
    arrays["light.weights"], arrays["light.bias"] = weights, bias
    arrays["light.cuts"] = np.array(choose_cuts(result.light, p.levels, p.hard, floors))
    if result.deep is not None and result.deep_rows is not None:
        levels, hard = p.levels[result.deep_index], p.hard[result.deep_index]
        weights, bias = fit_stack(result.deep_rows, levels)
        arrays["deep.weights"], arrays["deep.bias"] = weights, bias
        arrays["deep.cuts"] = np.array(choose_cuts(result.deep, levels, hard, floors[result.deep_index]))
    arrays["cuts"] = np.array([first_cut, second_cut])
    arrays.update(talk_arrays())
    manifest = {"fingerprint": fingerprint(), "utterances": len(p.items), "signals": HEAD_SIGNALS}
    arrays["manifest"] = np.array(json.dumps(manifest))
    path = artefact_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(path, **arrays)
    deep = Deep.load()  # writes the encoder's models now: the door's first message need not wait for them
    sweep(deep.folders if deep is not None else set())
    if log:
        sys.stdout.write(f"{path.name}: {len(p.items)} utterances, {time.monotonic() - began:.0f} s\n")
    return path


if __name__ == "__main__":
    build()
