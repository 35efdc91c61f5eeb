"""Arrays that a training made, kept beside the hash of what they were made from.

The one place for it: a file that cannot be read is no reader, which is logged, and the lists alone decide; a customer
is answered all the same.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import structlog

log = structlog.get_logger()
#: What a missing, half-written or foreign file raises.
UNREADABLE = (OSError, KeyError, ValueError, zipfile.BadZipFile)
KEY = "fingerprint"


def stale(path: Path, fingerprint: Callable[[], str]) -> bool:
    """True when `path` holds nothing made from what there is now."""
    try:
        with np.load(path, allow_pickle=False) as kept:
            return str(kept[KEY]) != fingerprint()
    except UNREADABLE:
        return True


def write(path: Path, fingerprint: str, arrays: Mapping[str, Any]) -> Path:
    """Write the arrays, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_suffix(".part.npz")
    np.savez_compressed(half, **{KEY: np.array(fingerprint), **arrays})
    half.replace(path)
    return path


def read(path: Path) -> dict[str, Any] | None:
    """The arrays without the hash, None where they cannot be read."""
    try:
        with np.load(path, allow_pickle=False) as kept:
            return {k: kept[k] for k in kept.files if k != KEY}
    except UNREADABLE as error:
        log.warning("reader_by_example_missing", file=path.name, error=type(error).__name__)
        return None
