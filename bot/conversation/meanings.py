"""Meanings of the training examples, kept between trainings: a trainer who adds ten examples waits for ten.

The file under models/ is only a store of what can be computed again; it is made anew when the encoder changes.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from bot.conversation.intents import encoder, meanings

Array = np.ndarray[Any, np.dtype[Any]]


def kept_meanings(texts: Sequence[str], path: Path | None = None) -> Array:
    """[texts, 2 x width] float32, as :func:`bot.conversation.intents.meanings` gives, from the store where it can."""
    from bot.risk.files import models_dir

    path = path or models_dir() / "intents" / "meanings.npz"
    made_by = encoder().folder.name
    known = _read(path, made_by)
    new = sorted({t for t in texts if t not in known})
    if new:
        known |= dict(zip(new, meanings(new).astype(np.float16), strict=True))
        _write(path, made_by, {t: known[t] for t in sorted(set(texts) | known.keys())})
    return np.stack([known[t] for t in texts]).astype(np.float32)


def _read(path: Path, made_by: str) -> dict[str, Array]:
    try:
        with np.load(path, allow_pickle=False) as kept:
            if str(kept["made_by"]) != made_by:
                return {}
            return dict(zip(str(kept["texts"]).split("\n"), kept["rows"], strict=True))
    except (OSError, KeyError, ValueError):
        return {}


def _write(path: Path, made_by: str, known: dict[str, Array]) -> None:
    whole = {t: r for t, r in known.items() if "\n" not in t}
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".npz", delete=False) as out:
        np.savez(out, made_by=np.array(made_by), texts=np.array("\n".join(whole)), rows=np.stack(list(whole.values())))
    os.replace(out.name, path)
