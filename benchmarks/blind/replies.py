"""The three sources of a reply: files of one line a moment."""

from __future__ import annotations

import json
from collections.abc import Mapping

from benchmarks.blind.moments import SET, lines

#: ours: the first suggestion on the console; usual: written by hand in the voice of an ordinary shop agent before
#: any of ours was seen; retrieval: the nearest known message's reply, without any gate.
SOURCES = ("ours", "usual", "retrieval")
TURNS = SET / "ours-turns.jsonl"


def write(source: str, texts: Mapping[str, str]) -> None:
    """Keep one source's replies by moment."""
    rows = [json.dumps({"id": key, "text": text}, ensure_ascii=False) for key, text in sorted(texts.items())]
    (SET / f"{source}.jsonl").write_text("\n".join(rows) + "\n", encoding="utf-8")


def read_all() -> dict[str, dict[str, str]]:
    """Source → moment → reply."""
    return {source: {row["id"]: row["text"] for row in lines(SET / f"{source}.jsonl")} for source in SOURCES}
