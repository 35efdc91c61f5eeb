"""Dialogues by authors whose chats the reader of talks had not seen.

The encoder's readings come from its folds (heads that had not seen the chat); the steps over the talk are
fitted here on the other authors' chats, their cuts chosen there too.
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np

from bot.risk import train
from bot.risk.dialogues import Dialogue, load_dialogues

Array = np.ndarray[Any, np.dtype[Any]]
#: What is wanted of them: the issue's figures.
WANTED = {"near": 0.90, "slow_in_time": 1.0, "calm": 0.97}
NAMES = {
    "exact": "turns at the labelled level", "near": "turns within one step, on the right side of 2",
    "calm": "ordinary chats never at 2", "slow_in_time": "slow disclosures noticed within two turns",
    "found2": "turns ≥ 2 found", "found3": "turns ≥ 3 found as ≥ 3",
}  # fmt: skip


def readings(chats: list[Dialogue]) -> tuple[Array, Array] | None:
    """Logits of every message alone and of every window from a chat's second turn on; None when a member of
    the encoder was made from other chats."""
    members = train.member_folds()
    turns = sum(len(c.turns) for c in chats)
    if not members or any(len(m.get("turn_levels", ())) != turns for m in members):
        return None
    if any(len(m["window_levels"]) != turns - len(chats) for m in members):
        return None
    alone = np.mean([m["turn_levels"].astype(np.float32) for m in members], axis=0)
    together = np.mean([m["window_levels"].astype(np.float32) for m in members], axis=0)
    return alone, together


def dialogues() -> dict[str, float] | None:
    """Prints the figures of each author and their mean, weighted by chats."""
    from bot.risk import train_talk as steps

    chats = load_dialogues()
    read = readings(chats)
    if read is None:
        sys.stdout.write("dialogues: the encoder's fold readings are missing or of other chats; train first\n")
        return None
    features, labels, chat_of = steps.rows_of(chats, *read)
    ordinary = np.array([chats[c].kind == "ordinary" for c in chat_of])
    author = np.array([chats[c].author for c in chat_of])
    sums: dict[str, float] = {}
    for name in sorted(set(author.tolist())):
        own = author == name
        weights, bias = steps.fit(features[~own], labels[~own])
        inner = steps.unseen(features[~own], labels[~own], chat_of[~own])
        cuts = steps.choose_cuts(inner, labels[~own], chat_of[~own], ordinary[~own])
        p = np.minimum.accumulate(1 / (1 + np.exp(-(features[own] @ weights.T + bias))), axis=1)
        mine = [c for c in chats if c.author == name]
        number = np.unique(chat_of[own], return_inverse=True)[1]
        found = steps.figures(mine, p, cuts, labels[own], number)
        _line(name, len(mine), found)
        for key, value in found.items():
            sums[key] = sums.get(key, 0.0) + value * len(mine) / len(chats)
    _line("all authors", len(chats), sums)
    short = [f"{NAMES[k]} {sums[k]:.1%} of {wanted:.0%}" for k, wanted in WANTED.items() if sums[k] < wanted]
    sys.stdout.write("  short of what is wanted: " + ("; ".join(short) or "nothing") + "\n")
    return sums


def _line(name: str, chats: int, found: dict[str, float]) -> None:
    told = "  ".join(f"{NAMES[k]} {v:.1%}" for k, v in found.items() if k in NAMES)
    sys.stdout.write(f"dialogues, {name} ({chats}): {told}\n")
