"""The stages after the first over many messages at once: the verdicts of `Reader.read`, in less time altogether.

Rules read each message by itself. The n-grams of all are weighed in one go, and what rules and n-grams leave open
goes to the encoder in batches of like length, each different text once. Every number is computed in the order of
the single path, so that scores are the same to the last bit (a test compares).
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import numpy as np

from bot.risk.batch_linear import BatchLinear
from bot.risk.reader import Reader, Sketch
from bot.risk.stack import light_rows
from bot.risk.types import Context, Verdict

Array = np.ndarray[Any, np.dtype[Any]]
#: With fewer messages than this numpy's calls cost more than they save.
FEW = 4
#: Harmless messages that differ only in what folding leaves out ("～", "!!") are read once; so many are kept.
KNOWN = 20_000


class Many:
    """Over one reader; for one thread."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._linear: BatchLinear | None = None
        self._harmless: dict[tuple[str, bytes], Verdict] = {}

    def read(self, texts: Sequence[str], contexts: Sequence[Context | None]) -> list[Verdict]:
        """One verdict a text, in order; of texts that the first stage did not clear."""
        reader = self._reader
        if reader.light is None or len(texts) < FEW:
            return [reader.read(text, context) for text, context in zip(texts, contexts, strict=True)]
        began = time.perf_counter()
        found: list[Verdict | None] = [None] * len(texts)
        left: list[tuple[int, Sketch]] = []
        for i, (text, context) in enumerate(zip(texts, contexts, strict=True)):
            normal = reader.normal(text)
            known = self._harmless.get((normal.text, bytes(normal.breaks))) if context is None else None
            if known is not None or not normal.text:
                found[i] = known or Verdict(0, 0.0, (), False, 0.0)
            else:
                left.append((i, reader.sketch(normal)))
        for (i, sketch), verdict in zip(left, self._learned(left, texts, contexts), strict=True):
            found[i] = verdict
            if contexts[i] is None and verdict.level == 0 and not verdict.signals:
                if len(self._harmless) >= KNOWN:
                    self._harmless.clear()
                self._harmless[sketch.normal.text, bytes(sketch.normal.breaks)] = verdict
        ms = (time.perf_counter() - began) * 1000 / len(texts)
        return [
            Verdict(v.level, v.score, v.signals, v.third_party, ms, v.stage, v.reasons) for v in found if v is not None
        ]

    def _learned(
        self, left: list[tuple[int, Sketch]], texts: Sequence[str], contexts: Sequence[Context | None]
    ) -> list[Verdict]:
        """What rules, n-grams and encoder say together."""
        if not left:
            return []
        reader, light = self._reader, self._reader.light
        assert light is not None  # noqa: S101
        if self._linear is None:
            self._linear = BatchLinear(reader.linear_model())
        linear = self._linear.logits([sketch.normal.text for _, sketch in left])
        rows = light_rows([sketch.rules for _, sketch in left], linear)
        p = light.all_probabilities(rows)
        asked = [n for n, (_, sketch) in enumerate(left) if reader.asks_encoder(sketch, p[n])]
        readings: dict[int, Any] = {}
        deep = reader.encoder() if asked else None
        if deep is not None:
            readings = dict(zip(asked, deep.read_many([left[n][1].normal for n in asked]), strict=True))
        return [
            reader.conclude(texts[i], contexts[i] or Context(), sketch, rows[n], p[n], readings.get(n))
            for n, (i, sketch) in enumerate(left)
        ]
