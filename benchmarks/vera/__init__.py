"""Talks with played customers, judged on the five dimensions of VERA-MH: start, say, save, score.

The customers (personas.yml) are played turn by turn by somebody who reads each reply before writing the next
message; nothing is scripted but the first message. How to, and what came out: docs/safety/vera.md.
"""

from __future__ import annotations

from benchmarks.vera.commands import main

__all__ = ["main"]
