"""The encoder at work: one message in, level logits, signal logits and evidence per token out.

Two members read and are averaged, which finds more than either: `heads` (the encoder as it came,
with small trained heads, bot.risk.heads) and `tuned` (low-rank changes to its upper layers, with
heads of their own, bot.risk.finetune). Both lie under `data/risk/`; bot/risk/engine.py computes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from bot.risk.encoder import E5File, Tokens, e5_file
from bot.risk.engine import Encoder
from bot.risk.files import data_dir
from bot.risk.folding import Normal
from bot.risk.types import CONTEXT_SIGNALS, SIGNAL_NAMES

Array = np.ndarray[Any, np.dtype[Any]]
#: The signals of the heads, in their order.
HEAD_SIGNALS: tuple[str, ...] = tuple(s for s in SIGNAL_NAMES if s not in CONTEXT_SIGNALS)
SCALE = 2.0
#: Who reads, as far as their files are there.
MEMBERS = ("heads", "tuned")
#: So many texts go through the encoder at once, and so many tokens: more do not fit the caches, take longer for
#: each and want more memory.
TOGETHER, TOKENS = 8, 192
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


def member_path(name: str) -> Path:
    """Where a member lives: data/risk/<name>.npz."""
    return data_dir() / "risk" / f"{name}.npz"


def folds_path(name: str) -> Path:
    """A member's readings of authors and chats that it had not seen: data/risk/<name>-folds.npz."""
    return data_dir() / "risk" / f"{name}-folds.npz"


class Merged(Mapping[str, Array]):
    """Full tensors ([out, in], as in the file) for everything that the adapter changes; each is computed when it is
    asked for, since all together would take 40 MB for nothing but the name of the model's folder."""

    def __init__(self, file: E5File, adapter: dict[str, Array]) -> None:
        self._file, self._adapter = file, adapter
        names = (n for n in adapter if not n.startswith("head.") and not n.endswith(".B"))
        self._names = {n.removesuffix(".A"): n for n in names}

    def __getitem__(self, name: str) -> Array:
        given = self._adapter[self._names[name]].astype(np.float32)
        if not self._names[name].endswith(".A"):
            return given
        low: Array = given @ self._adapter[name + ".B"].astype(np.float32)
        result: Array = self._file.tensor(name) + SCALE * low.T
        return result

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def together(sizes: dict[str, int]) -> list[list[str]]:
    """Texts of like length in batches; `sizes`: tokens of each."""
    batches: list[list[str]] = []
    for text in sorted(sizes, key=sizes.__getitem__):
        if batches and len(batches[-1]) < TOGETHER and (len(batches[-1]) + 1) * sizes[text] <= TOKENS:
            batches[-1].append(text)
        else:
            batches.append([text])
    return batches


class Member:
    """One encoder with its heads."""

    def __init__(self, file: E5File, arrays: dict[str, Array]) -> None:
        self.encoder = Encoder(file, Merged(file, arrays))
        self._head = {k[5:]: v.astype(np.float32) for k, v in arrays.items() if k.startswith("head.")}

    def levels(self, pooled: Array) -> Array:
        """Four logits from what `pooled` gives."""
        result: Array = pooled @ self._head["o"] + self._head["ob"]
        return result

    def signals(self, pooled: Array) -> Array:
        """A logit for each of HEAD_SIGNALS."""
        result: Array = pooled @ self._head["s"] + self._head["sb"]
        return result

    def tokens(self, states: Array) -> Array:
        """[tokens, signals] probabilities."""
        result: Array = 1 / (1 + np.exp(-(states @ self._head["t"] + self._head["tb"])))
        return result

    def pooled(self, states: Array) -> Array:
        """Mean and maximum of the states, through the hidden layer when there is one."""
        pooled: Array = np.concatenate([states.mean(0), states.max(0)])
        if "m" in self._head:
            z = pooled @ self._head["m"] + self._head["mb"]
            pooled = 0.5 * z * (1 + np.tanh(np.float32(0.7978845608) * (z + 0.044715 * z**3)))
        return pooled


class Deep:
    """All members; what they say is averaged. Made once, when the first message needs it."""

    def __init__(self, members: list[Member]) -> None:
        self._members = members

    @property
    def folders(self) -> set[Path]:
        """The models on disk that are in use."""
        return {m.encoder.folder for m in self._members}

    @classmethod
    def load(cls) -> Deep | None:
        """None when no member, or not the encoder's weights, is there."""
        file = e5_file()
        paths = [member_path(name) for name in MEMBERS if member_path(name).exists()]
        if file is None or not paths:
            return None
        members = []
        for path in paths:
            with np.load(path, allow_pickle=False) as data:
                members.append(Member(file, {k: data[k] for k in data.files if k != "manifest"}))
        return cls(members)

    def read_window(self, normals: list[Normal]) -> Array:
        """Four logits of what is known of the customer after these messages."""
        text = window_text(normals)
        found = []
        for m in self._members:
            found.append(m.levels(m.pooled(m.encoder.states(window_tokens(m.encoder.tokenizer.encode(text))))))
        result: Array = np.mean(found, axis=0)
        return result

    def read(self, normal: Normal) -> Reading:
        """Reads one normalised message."""
        return self.read_many([normal])[0]

    def read_many(self, normals: Sequence[Normal]) -> list[Reading]:
        """Reads many messages: texts that are the same for the encoder once, those of like length together."""
        spelled = [encoder_text(n) for n in normals]
        tokens = {text: self._members[0].encoder.tokenizer.encode(text) for text in {text for text, _ in spelled}}
        known: dict[str, Reading] = {}
        for part in together({text: len(t.ids) for text, t in tokens.items()}):
            states = [m.encoder.batch([tokens[text] for text in part]) for m in self._members]
            for i, text in enumerate(part):
                known[text] = self._reading([s[i] for s in states], tokens[text].spans)
        return [replace(known[text], spans=folded_spans(known[text].spans, index)) for text, index in spelled]

    def _reading(self, states: list[Array], spans: tuple[tuple[int, int], ...]) -> Reading:
        """What the members' heads say of their states, averaged."""
        pooled = [m.pooled(s) for m, s in zip(self._members, states, strict=True)]
        return Reading(
            levels=np.mean([m.levels(p) for m, p in zip(self._members, pooled, strict=True)], axis=0),
            signals=np.mean([m.signals(p) for m, p in zip(self._members, pooled, strict=True)], axis=0),
            tokens=np.mean([m.tokens(s) for m, s in zip(self._members, states, strict=True)], axis=0),
            spans=spans,
        )
