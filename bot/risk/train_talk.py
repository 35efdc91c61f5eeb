"""Fits the reader of what is known (bot/risk/known.py) on labelled chats. Called by bot.risk.train."""

from __future__ import annotations

from typing import Any

import numpy as np

from bot.risk.dialogues import Dialogue
from bot.risk.grade import floor_level
from bot.risk.known import FEATURES, Strongest, Turn, level_of, row
from bot.risk.lexicon import load_lexicon
from bot.risk.normalise import normalise
from bot.risk.scope import apply_scope
from bot.risk.signs import load_signs

Array = np.ndarray[Any, np.dtype[Any]]
FOLDS = 3
#: Of the labelled ordinary chats at most this share may ever be read as 2 or more. They were written to mislead
#: (sayings, games, funeral goods in nearly every chat), far harder than a shop's day; at 3 % a third of the slow
#: disclosures would be noticed late.
ORDINARY_RATE = 0.12


def rows_of(chats: list[Dialogue], message: Array, window: Array) -> tuple[Array, Array, Array]:
    """Features [turns, FEATURES], labels [turns] and the chat of each turn. `message`: logits of every
    message alone, in order; `window`: those of every turn from a chat's second on."""
    lexicon, signs = load_lexicon(), load_signs()
    found, labels, chat_of = [], [], []
    m = w = 0
    for c, chat in enumerate(chats):
        before = Strongest()
        kinds: set[str] = set()
        explained = final = False
        for number, turn in enumerate(chat.turns, 1):
            normal = normalise(turn.text)
            folded = normal.text[:600]
            scope = apply_scope(normal, lexicon.search(normal.text, normal.breaks), lexicon)
            floor = floor_level(normal.text, scope).level
            kinds |= {k for k, p in signs.kinds.items() if p.search(folded)}
            explained = explained or bool(signs.ordinary.search(folded))
            final = final or bool(signs.final.search(folded))
            alone = message[m].astype(np.float32)
            together = alone if number == 1 else window[w].astype(np.float32)
            m, w = m + 1, w + (number > 1)
            now = Turn(alone, together, floor, len(kinds), explained, final, scope.purpose, number)
            found.append(row(now, before))
            labels.append(turn.level)
            chat_of.append(c)
            before.take(alone, together, floor)
    return np.array(found, np.float32).reshape(-1, FEATURES), np.array(labels), np.array(chat_of)


def fit(features: Array, labels: Array, strength: float = 0.3) -> tuple[Array, Array]:
    """Weights [4, FEATURES] and bias."""
    from sklearn.linear_model import LogisticRegression

    weights, bias = [], []
    for k in range(1, 5):
        model = LogisticRegression(C=strength, max_iter=2000).fit(features, labels >= k)
        weights.append(model.coef_[0])
        bias.append(model.intercept_[0])
    return np.array(weights, np.float32), np.array(bias, np.float32)


def unseen(features: Array, labels: Array, chat_of: Array) -> Array:
    """Probabilities [turns, 4] of each chat by steps fitted without it."""
    p = np.zeros((len(labels), 4))
    for n in range(FOLDS):
        test = chat_of % FOLDS == n
        weights, bias = fit(features[~test], labels[~test])
        raw = 1 / (1 + np.exp(-(features[test] @ weights.T + bias)))
        p[test] = np.minimum.accumulate(raw, axis=1)
    return p


def choose_cuts(p: Array, labels: Array, chat_of: Array, ordinary: Array) -> Array:
    """Cut 2 by the ordinary chats that may be flagged; the others by what a miss costs above a false step."""
    worst = [p[(chat_of == c) & ordinary, 1].max() for c in np.unique(chat_of[ordinary])]
    cut2 = float(np.quantile(worst, 1 - ORDINARY_RATE)) if worst else 0.5
    high = p[:, 1] >= cut2
    return np.array([
        _balance(p[~high, 0], labels[~high] >= 1, 1.0), cut2,
        _balance(p[high, 2], labels[high] >= 3, 1.5), _balance(p[high, 3], labels[high] == 4, 1.2),
    ])  # fmt: skip


def _balance(p: Array, truth: Array, weight: float) -> float:
    grid = np.linspace(0.05, 0.9, 86)
    cost = [weight * (truth & (p < c)).sum() + (~truth & (p >= c)).sum() for c in grid]
    return float(grid[int(np.argmin(cost))])


def build(chats: list[Dialogue], message: Array, window: Array) -> dict[str, Array]:
    """Arrays for the artefact: known.weights, known.bias, known.cuts."""
    features, labels, chat_of = rows_of(chats, message, window)
    p = unseen(features, labels, chat_of)
    ordinary = np.array([chats[c].kind == "ordinary" for c in chat_of])
    weights, bias = fit(features, labels)
    return {"known.weights": weights, "known.bias": bias, "known.cuts": choose_cuts(p, labels, chat_of, ordinary)}


def figures(chats: list[Dialogue], p: Array, cuts: Array, labels: Array, chat_of: Array) -> dict[str, float]:
    """Shares: turns exactly right, within one step and on the right side of 2; ordinary chats never at
    2; slow disclosures noticed no later than two turns after the label. The level never falls from 3."""
    said = np.zeros(len(labels), int)
    for c in range(len(chats)):
        top = 0
        for i in np.flatnonzero(chat_of == c):
            level = level_of(p[i], cuts)
            top = max(top, level)
            said[i] = max(level, top if top >= 2 else 0)
    calm, late, slow = [], 0, 0
    for c, chat in enumerate(chats):
        mine = np.flatnonzero(chat_of == c)
        if chat.kind == "ordinary":
            calm.append(bool((said[mine] < 2).all()))
        true_at, said_at = np.flatnonzero(labels[mine] >= 2), np.flatnonzero(said[mine] >= 2)
        if chat.kind == "slow" and len(true_at):
            slow += 1
            late += not len(said_at) or said_at[0] > true_at[0] + 2
    near = (np.abs(said - labels) <= 1) & ((said >= 2) == (labels >= 2))
    return {
        "exact": float((said == labels).mean()), "near": float(near.mean()), "calm": float(np.mean(calm)),
        "slow_in_time": 1 - late / max(1, slow), "found2": float((said[labels >= 2] >= 2).mean()),
        "found3": float((said[labels >= 3] >= 3).mean()),
    }  # fmt: skip
