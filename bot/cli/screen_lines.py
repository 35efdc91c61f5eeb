"""Input lines of `zaoan screen` to output lines, many at a time.

The first stage reads a batch at once (bot.risk.batch) and what it clears is written without further
ado; only the others meet the reader one by one.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import Any

import orjson

from bot.risk.reader import Reader
from bot.risk.types import Context, Verdict

#: With fewer lines than this numpy's calls cost more than they save.
FEW = 12
#: Harmless lines that are said again and again (「在吗」) are read in full once.
KNOWN = 20_000


@dataclass(slots=True)
class _Line:
    """A well-formed input line."""

    id: str
    text: str
    context: Context | None


class Screener:
    """Reads lines with one reader; for one thread."""

    def __init__(self, reader: Reader, *, explained: bool = False) -> None:
        self._reader = reader
        self._explained = explained
        self._batch: Any = None
        self._harmless: dict[str, Verdict] = {}

    def read(self, lines: list[bytes]) -> list[bytes | str | None]:
        """For each line its verdict as JSON, a string that says what is wrong with it, or None if it is empty."""
        if self._batch is None and len(lines) >= FEW:
            from bot.risk.batch import ReaderBatch

            self._batch = ReaderBatch(self._reader)
        began = time.perf_counter()
        parsed = [_parse(line) for line in lines]
        good = [p for p in parsed if isinstance(p, _Line)]
        scores = iter(self._clear([p.text for p in good]))
        # of a batch nobody can say how long one message took: each has its share
        ms = b"%.3f" % ((time.perf_counter() - began) * 1000 / max(1, len(lines)))
        return [self._answer(p, next(scores), ms) if isinstance(p, _Line) else p for p in parsed]

    def _clear(self, texts: list[str]) -> list[float | None]:
        if self._batch is None or len(texts) < FEW:
            return [self._reader.clear(text) for text in texts]
        found: list[float | None] = self._batch.clear(texts)
        return found

    def _answer(self, line: _Line, cleared: float | None, ms: bytes) -> bytes:
        if cleared is not None:
            score = repr(round(cleared, 4)).encode()
            try:
                name = orjson.dumps(line.id)
            except TypeError:  # lone surrogates: only the escaped form is valid UTF-8
                name = json.dumps(line.id).encode()
            return b'{"id": %b, "level": 0, "score": %b, "signals": [], "third_party": false, "ms": %b}' % (
                name, score, ms,
            )  # fmt: skip
        verdict = self._full(line)
        out = {"id": line.id, **verdict.to_dict()}
        if self._explained and verdict.level >= 1:
            from bot.risk.explain import explain

            out["explanation"] = explain(line.text, verdict, self._reader, line.context).to_dict()
        try:
            return json.dumps(out, ensure_ascii=False).encode()
        except UnicodeEncodeError:
            return json.dumps(out).encode()

    def _full(self, line: _Line) -> Verdict:
        known = self._harmless.get(line.text) if line.context is None else None
        if known is not None:
            return known
        verdict = self._reader.read(line.text, line.context)
        if line.context is None and verdict.level == 0 and not verdict.signals:
            if len(self._harmless) >= KNOWN:
                self._harmless.clear()
            self._harmless[line.text] = verdict
        return verdict


def _parse(raw: bytes) -> _Line | str | None:
    try:
        data = orjson.loads(raw)
    except orjson.JSONDecodeError:
        if not raw.strip():
            return None
        # lone surrogates are no JSON for orjson, but customers' emoji are cut in two by real systems
        try:
            data = json.loads(raw)
        except (ValueError, RecursionError) as error:
            return str(error) or type(error).__name__
    if not isinstance(data, dict):
        return "not an object"
    name, text = data.get("id"), data.get("text")
    if not isinstance(name, str):
        return "id must be a string"
    if not isinstance(text, str):
        return "text must be a string"
    context = data.get("context")
    if context is None:
        return _Line(name, text, None)
    try:
        return _Line(name, text, Context.from_dict(context))
    except ValueError as error:
        return str(error)
