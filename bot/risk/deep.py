"""The tuned encoder at work: one message in, level logits, signal logits and evidence per token out.

The adapter (low-rank changes to the upper layers of multilingual-e5-small, and three small heads)
is made by bot.risk.finetune and read from `data/risk/adapter.npz`; bot/risk/engine.py computes.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bot.risk.encoder import E5File, Tokenizer, Tokens, e5_file
from bot.risk.engine import Encoder
from bot.risk.files import data_dir
from bot.risk.normalise import Normal
from bot.risk.types import CONTEXT_SIGNALS, SIGNAL_NAMES

Array = np.ndarray[Any, np.dtype[Any]]
#: The signals of the heads, in their order.
HEAD_SIGNALS: tuple[str, ...] = tuple(s for s in SIGNAL_NAMES if s not in CONTEXT_SIGNALS)
SCALE = 2.0
#: Tokens of a window of several messages, in training and reading alike.
WINDOW_TOKENS = 96


@dataclass(frozen=True, slots=True)
class Reading:
    """What the encoder says. `levels`: four logits, level ≥ 1 … ≥ 4. `signals`: a logit for each
    of HEAD_SIGNALS. `tokens`: [n, signals] probabilities; `spans`: each token's span in the folded
    text (empty for the specials)."""

    levels: Array
    signals: Array
    tokens: Array
    spans: tuple[tuple[int, int], ...]


def encoder_text(normal: Normal) -> tuple[str, list[int]]:
    """Folded text with a space where a separator stood, and each character's folded index (-1)."""
    out: list[str] = []
    index: list[int] = []
    for i, char in enumerate(normal.text[:1200]):
        if normal.breaks[i] and out and out[-1] != " ":
            out.append(" ")
            index.append(-1)
        out.append(char)
        index.append(i)
    return "".join(out), index


def window_text(normals: list[Normal]) -> str:
    """Several messages of one customer as one text for the encoder, oldest first."""
    return " | ".join(encoder_text(n)[0] for n in normals)


def window_tokens(tokens: Tokens) -> Tokens:
    """A long window loses its head: the newest words matter most (the prefix stays)."""
    if len(tokens.ids) <= WINDOW_TOKENS:
        return tokens
    keep = WINDOW_TOKENS - 5
    return Tokens((*tokens.ids[:5], *tokens.ids[-keep:]), (*tokens.spans[:5], *tokens.spans[-keep:]))


def folded_spans(spans: tuple[tuple[int, int], ...], index: list[int]) -> tuple[tuple[int, int], ...]:
    """Token spans over `encoder_text` as spans over the folded text."""
    result = []
    for a, b in spans:
        inside = [index[i] for i in range(a, min(b, len(index))) if index[i] >= 0]
        result.append((inside[0], inside[-1] + 1) if inside else (0, 0))
    return tuple(result)


def adapter_path() -> Path:
    """Where the adapter lives."""
    return data_dir() / "risk" / "adapter.npz"


def merged(file: E5File, adapter: dict[str, Array]) -> dict[str, Array]:
    """Full tensors ([out, in], as in the file) for everything that the adapter changes."""
    tuned: dict[str, Array] = {}
    for name, value in adapter.items():
        if name.startswith("head."):
            continue
        if name.endswith(".A"):
            base = name[:-2]
            low = value.astype(np.float32) @ adapter[base + ".B"].astype(np.float32)
            tuned[base] = file.tensor(base) + SCALE * low.T
        elif not name.endswith(".B"):
            tuned[name] = value.astype(np.float32)
    return tuned


class Deep:
    """The tuned encoder. Made once, when the first message needs it."""

    def __init__(self, file: E5File, adapter: dict[str, Array]) -> None:
        self._encoder = Encoder(file, merged(file, adapter))
        self._head = {k[5:]: v.astype(np.float32) for k, v in adapter.items() if k.startswith("head.")}

    @property
    def tokenizer(self) -> Tokenizer:
        """The tokenizer, for those who prepare training data."""
        return self._encoder.tokenizer

    @classmethod
    def load(cls) -> Deep | None:
        """None when the adapter or the encoder's weights are not there."""
        path, file = adapter_path(), e5_file()
        if file is None or not path.exists():
            return None
        with np.load(path, allow_pickle=False) as data:
            adapter = {k: data[k] for k in data.files if k != "manifest"}
        return cls(file, adapter)

    def read_window(self, normals: list[Normal]) -> Array:
        """Four logits of what is known of the customer after these messages."""
        tokens = window_tokens(self._encoder.tokenizer.encode(window_text(normals)))
        states = self._encoder.states(tokens)
        result: Array = self._pooled(states) @ self._head["o"] + self._head["ob"]
        return result

    def _pooled(self, states: Array) -> Array:
        """Mean and maximum of the states, through the hidden layer when there is one."""
        pooled: Array = np.concatenate([states.mean(0), states.max(0)])
        if "m" in self._head:
            z = pooled @ self._head["m"] + self._head["mb"]
            pooled = 0.5 * z * (1 + np.tanh(np.float32(0.7978845608) * (z + 0.044715 * z**3)))
        return pooled

    def read(self, normal: Normal) -> Reading:
        """Reads one normalised message."""
        text, index = encoder_text(normal)
        tokens = self._encoder.tokenizer.encode(text)
        states = self._encoder.states(tokens)
        pooled = self._pooled(states)
        h = self._head
        per_token = states @ h["t"] + h["tb"]
        return Reading(
            levels=pooled @ h["o"] + h["ob"],
            signals=pooled @ h["s"] + h["sb"],
            tokens=1 / (1 + np.exp(-per_token)),
            spans=folded_spans(tokens.spans, index),
        )
