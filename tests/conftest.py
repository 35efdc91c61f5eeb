"""Keys that tests make stay out of the project's var/ folder."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

os.environ.setdefault("ZAOAN_KEY_FILE", str(Path(tempfile.gettempdir()) / f"zaoan-test-{os.getpid()}" / "privacy.key"))
