"""Examples that a reader is taught by, and the arrays a training made of them, kept with the hash of what they came of.

The one place for it: a file of arrays that cannot be read is no reader, which is logged, and the lists alone decide; a
customer is answered all the same.
"""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import structlog
import yaml

log = structlog.get_logger()
#: What a missing, half-written or foreign file raises.
UNREADABLE = (OSError, KeyError, ValueError, zipfile.BadZipFile)
KEY = "fingerprint"


def examples(folder: Path, wanted: str) -> Iterator[tuple[str, str, str, str]]:
    """(key, text, author, file) of `<folder>/<author>.yml`, a mapping of keys to lists of texts; ValueError naming the
    file and saying what is wanted where one is something else."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    for path in sorted(folder.glob("*.yml")):
        raw: Any = yaml.load(path.read_text(encoding="utf-8"), loader)  # noqa: S506
        if not isinstance(raw, dict) or not all(isinstance(rows, list) for rows in raw.values()):
            raise ValueError(f"{path.name}: {wanted}")
        for key, rows in raw.items():
            yield from ((str(key), str(text), path.stem, path.name) for text in rows)


def hash_of(files: Iterable[Path], other: str = "") -> str:
    """Sixteen hex digits over names and contents of the files, and over `other`."""
    digest = hashlib.sha256(other.encode())
    for file in files:
        digest.update(file.name.encode() + file.read_bytes())
    return digest.hexdigest()[:16]


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
