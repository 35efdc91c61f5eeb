"""Input lines of `zaoan screen` to output lines, many at a time.

The first stage reads a batch at once (bot.risk.batch) and what it clears is written without further
ado; the others meet the reader together (bot.risk.many).
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, replace
from typing import Any

import orjson

from bot.risk.reader import Reader
from bot.risk.types import Context, Verdict

#: With fewer lines than this numpy's calls cost more than they save.
FEW = 12
#: Lines that are said again and again (「在吗」) are read in full once, so many of them,
KNOWN = 20_000
#: and up to this level: what was said in danger is not kept, and seldom said twice in the same words.
KEPT = 1


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
        self._known: dict[str, Verdict] = {}

    def read(self, lines: list[bytes]) -> list[bytes | str | None]:
        """For each line its verdict as JSON, a string that says what is wrong with it, or None if it is empty."""
        if self._batch is None and len(lines) >= FEW:
            from bot.risk.batch import ReaderBatch

            self._batch = ReaderBatch(self._reader)
        began = time.perf_counter()
        parsed = [_parse(line) for line in lines]
        good = [p for p in parsed if isinstance(p, _Line)]
        scores = self._clear([p.text for p in good])
        # of a batch nobody can say how long one message took: each has its share
        share = (time.perf_counter() - began) * 1000 / max(1, len(lines))
        ms = b"%.3f" % share
        full = iter(self._full([p for p, score in zip(good, scores, strict=True) if score is None], share))
        said = iter([
            self._read_out(p, next(full)) if score is None else _cleared(p, score, ms)
            for p, score in zip(good, scores, strict=True)
        ])  # fmt: skip
        return [next(said) if isinstance(p, _Line) else p for p in parsed]

    def _clear(self, texts: list[str]) -> list[float | None]:
        if self._batch is None or len(texts) < FEW:
            return [self._reader.clear(text) for text in texts]
        found: list[float | None] = self._batch.clear(texts)
        return found

    def _read_out(self, line: _Line, verdict: Verdict) -> bytes:
        out = {"id": line.id, **verdict.to_dict()}
        if self._explained and verdict.level >= 1:
            from bot.risk.explain import explain

            out["explanation"] = explain(line.text, verdict, self._reader, line.context).to_dict()
        try:
            return json.dumps(out, ensure_ascii=False).encode()
        except UnicodeEncodeError:
            return json.dumps(out).encode()

    def _full(self, lines: list[_Line], share: float) -> list[Verdict]:
        """Verdicts on lines that the first stage did not clear; `share`: ms of one that is known already."""
        found: dict[int, Verdict] = {}
        unread: dict[object, list[int]] = {}
        for i, line in enumerate(lines):
            known = self._known.get(line.text) if line.context is None else None
            if known is not None:
                found[i] = known
            else:
                unread.setdefault(line.text if line.context is None else i, []).append(i)
        first = [lines[places[0]] for places in unread.values()]
        verdicts = self._reader.read_many([p.text for p in first], [p.context for p in first])
        for line, places, verdict in zip(first, unread.values(), verdicts, strict=True):
            found.update(dict.fromkeys(places, verdict))
            if line.context is None and verdict.level <= KEPT:
                if len(self._known) >= KNOWN:
                    self._known.clear()
                self._known[line.text] = replace(verdict, ms=share)
        return [found[i] for i in range(len(lines))]


def _cleared(line: _Line, cleared: float, ms: bytes) -> bytes:
    """The output line of an ordinary message."""
    score = repr(round(cleared, 4)).encode()
    try:
        name = orjson.dumps(line.id)
    except TypeError:  # lone surrogates: only the escaped form is valid UTF-8
        name = json.dumps(line.id).encode()
    return b'{"id": %b, "level": 0, "score": %b, "signals": [], "third_party": false, "ms": %b}' % (name, score, ms)


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
