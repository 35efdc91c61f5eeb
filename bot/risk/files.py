"""Where danger reading finds its data files and its trained artefact."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]


def data_dir() -> Path:
    """`data/` of the project; `ZAOAN_DATA` overrides it."""
    return Path(os.environ.get("ZAOAN_DATA", ROOT / "data"))


def models_dir() -> Path:
    """`models/` of the project (never committed); `ZAOAN_MODELS` overrides it."""
    return Path(os.environ.get("ZAOAN_MODELS", ROOT / "models"))


def read_yaml(name: str) -> Any:
    """Loads `data/<name>` with the C loader where there is one."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    with open(data_dir() / name, encoding="utf-8") as handle:
        return yaml.load(handle, Loader=loader)  # noqa: S506  (a safe loader either way)
