"""Blind comparison of our top suggestion, a usual agent's reply and plain retrieval; see README.md beside it."""

from __future__ import annotations

from benchmarks.blind.cli import main

__all__ = ["main"]
