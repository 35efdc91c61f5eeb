"""The reader of one message: first stage, then rules and n-grams, then the tuned encoder.

Each stage runs only when the one before could not clear the message. Rules give the floor and the
evidence; the learned readers raise and never lower it.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from bot.risk.files import models_dir
from bot.risk.spans import tidy
from bot.risk.types import CONTEXT_SIGNALS, Context, Signal, Verdict

if TYPE_CHECKING:  # rules and lexicon are loaded when the first message needs them
    from bot.risk.folding import Normal
    from bot.risk.grade import Floor
    from bot.risk.scope import Scope

log = logging.getLogger(__name__)
Array = np.ndarray[Any, np.dtype[Any]]

#: Categories whose goods can be means (contract: restricted_item).
RESTRICTED = frozenset({"农药", "鼠药", "处方药", "化工", "农资", "除草剂", "杀虫剂", "药品", "精神药品"})
#: Under this probability of level ≥ 2 a floor is doubted: of 62 such lines by unseen authors 9 were dangerous
#: (python -m benchmarks danger).
KEEP = 0.1
#: From this probability on nothing is set aside as hyperbole: the words count as they stand.
MEANT = 0.85
_NIGHT = frozenset({0, 1, 2, 3, 4})


@dataclass(frozen=True, slots=True)
class Evidence:
    """A span of folded text for a signal, with its source and how much it says."""

    name: str
    start: int
    end: int
    rule: str
    weight: float


@dataclass(frozen=True, slots=True)
class Facts:
    """What the stages found in one message, for the reader of the talk: the encoder's four logits (None
    when it was not asked), the floor, whether an ordinary purpose was told, whether the wish was denied."""

    logits: Array | None
    floor: int
    purpose: bool
    denied: bool = False


@dataclass(frozen=True, slots=True)
class Sketch:
    """What the rules say of one message. `rules`: their features for the learned readers."""

    normal: Normal
    scope: Scope
    floor: Floor
    rules: Array


class Reader:
    """Reads one message. Make it once with `Reader.load()`; safe to share between threads."""

    def __init__(self, artefact: dict[str, Array] | None, *, deep: bool = True) -> None:
        from bot.risk.first import FirstStage, table_from
        from bot.risk.linear import Linear
        from bot.risk.stack import load_stack

        self._lock = threading.Lock()
        self._want_deep = deep
        self._deep: Any = None
        self._many: Any = None
        self._facts: dict[str, Facts] = {}
        self._artefact = artefact
        self._first: FirstStage | None = None
        self._linear: Linear | None = None
        self.light = self.heavy = None
        self._clear = -1e9
        if artefact is not None:
            first_cut, second_cut = (float(x) for x in artefact["cuts"])
            first = {k[6:]: v for k, v in artefact.items() if k.startswith("first.")}
            self._first = FirstStage.build(table_from(first), first_cut)
            self.light = load_stack(artefact, "light")
            self.heavy = load_stack(artefact, "deep")
            self._clear = second_cut

    @classmethod
    def load(cls, *, deep: bool = True) -> Reader:
        """Loads the trained artefact if it is there; without it the rules read alone.

        `deep=False` leaves the encoder out (faster, weaker).
        """
        path = models_dir() / "risk" / "reader.npz"
        if not path.exists():
            log.warning("models/risk/reader.npz is missing: rules read alone; run: python -m bot.risk.train")
            return cls(None, deep=deep)
        with np.load(path, allow_pickle=False) as data:
            # the linear reader's arrays are the largest: read when the first message needs them
            return cls({k: data[k] for k in data.files if not k.startswith("linear.")}, deep=deep)

    @property
    def trained(self) -> bool:
        """False when the rules read alone."""
        return self.light is not None

    def clear(self, text: str) -> float | None:
        """First stage only: P(level ≥ 2) of an ordinary message, None when it must be read."""
        if self._first is None:
            return None
        logit = self._first.clears(text)
        return None if logit is None else _sigmoid(logit)

    def read(self, text: str, context: Context | None = None, *, whole: bool = False) -> Verdict:
        """The verdict on a single message, whatever its content; never raises. `whole` reads it with
        every stage, also when the first would clear it."""
        began = time.perf_counter()
        quick = None if whole else self.clear(text)
        if quick is not None:
            return Verdict(0, quick, (), False, (time.perf_counter() - began) * 1000, "first")
        verdict = self._read(text, context or Context(), whole)
        ms = (time.perf_counter() - began) * 1000
        return Verdict(
            verdict.level, verdict.score, verdict.signals, verdict.third_party, ms,
            verdict.stage, verdict.reasons,
        )  # fmt: skip

    def read_many(self, texts: Sequence[str], contexts: Sequence[Context | None]) -> list[Verdict]:
        """`read` for many messages of which the first stage cleared none: the same verdicts, in less time
        altogether; `ms` of each is its share."""
        if self._many is None:
            from bot.risk.many import Many

            self._many = Many(self)
        found: list[Verdict] = self._many.read(texts, contexts)
        return found

    def window_logits(self, texts: list[str]) -> Array | None:
        """The encoder's four logits of the last messages of a talk, oldest first; None without encoder."""
        deep = self.encoder()
        if deep is None:
            return None
        from bot.risk.normalise import normalise

        result: Array = deep.read_window([normalise(t) for t in texts])
        return result

    def known(self) -> Any:
        """The trained reader of talks (bot.risk.known), None when the artefact has none."""
        if self._artefact is None or "known.weights" not in self._artefact:
            return None
        from bot.risk.known import Known

        return Known(*(self._artefact[f"known.{k}"] for k in ("weights", "bias", "cuts")))

    def facts(self, text: str) -> Facts | None:
        """What was found in a message that was read a moment ago; None when the first stage cleared it."""
        return self._facts.get(text)

    def _remember(self, text: str, facts: Facts) -> None:
        if len(self._facts) > 256:
            self._facts.clear()
        self._facts[text] = facts

    def _read(self, text: str, context: Context, whole: bool) -> Verdict:
        from bot.risk.stack import light_row

        normal = self.normal(text)
        if not normal.text:
            return Verdict(0, 0.0, (), False, 0.0)
        sketch = self.sketch(normal)
        if self.light is None:
            return self._by_rules(text, context, sketch)
        row = light_row(sketch.rules, self.linear_model().logits(sketch.normal.text))
        p = self.light.probabilities(row)
        reading = None
        if whole or self.asks_encoder(sketch, p):
            deep = self.encoder()
            reading = None if deep is None else deep.read(sketch.normal)
        return self.conclude(text, context, sketch, row, p, reading, whole)

    def normal(self, text: str) -> Normal:
        """The message in one plain spelling."""
        from bot.risk.normalise import normalise

        return normalise(text)

    def sketch(self, normal: Normal) -> Sketch:
        """What the rules say of a message of which something is left."""
        from bot.risk.grade import floor_level
        from bot.risk.lexicon import load_lexicon
        from bot.risk.scope import apply_scope
        from bot.risk.stack import rule_features

        lexicon = load_lexicon()
        scope = apply_scope(normal, lexicon.search(normal.text, normal.breaks), lexicon)
        floor = floor_level(normal.text, scope)
        return Sketch(normal, scope, floor, rule_features(scope, floor))

    def asks_encoder(self, sketch: Sketch, p: Array) -> bool:
        """Whether rules and n-grams could not clear the message; `p`: their four probabilities."""
        return sketch.floor.level >= 2 or bool(sketch.scope.aside) or float(p[1]) >= self._clear

    def _by_rules(self, text: str, context: Context, sketch: Sketch) -> Verdict:
        from bot.risk.evidence import from_hits

        floor = sketch.floor
        score = (0.02, 0.15, 0.7, 0.9, 0.97)[floor.level]
        reasons = [floor.reason] if floor.reason else []
        reasons.append("训练模型缺失，仅按规则判断")
        found = from_hits(sketch.scope.hits)
        return self._verdict(text, sketch.normal, context, floor.level, score, found, tuple(reasons), "rules")

    def conclude(
        self, text: str, context: Context, sketch: Sketch, row: Array, p: Array, reading: Any, whole: bool = False
    ) -> Verdict:
        """The verdict from all that was found. `row`, `p`: features and probabilities of rules and n-grams;
        `reading`: the encoder's, or None when it was not asked."""
        normal, scope, floor = sketch.normal, sketch.scope, sketch.floor
        assert self.light is not None  # noqa: S101
        if (
            reading is None
            and not (scope.hits or scope.aside or floor.reason or context.orders)
            and self.light.level(p) == 0
        ):
            self._remember(text, Facts(None, floor.level, scope.purpose, scope.denied))
            return Verdict(0, float(p[1]), (), False, 0.0, "rules")
        from bot.risk.everyday import MOST, is_closing, is_errand
        from bot.risk.evidence import choose, from_hits, from_linear, from_tokens, third_party_by_head
        from bot.risk.grade import floor_level, told_as_fiction
        from bot.risk.stack import deep_row

        found = from_hits(scope.hits)
        stack, stage = self.light, "rules"
        logits: Array | None = None
        if reading is not None and self.heavy is not None:
            p = self.heavy.probabilities(deep_row(row, reading.levels, reading.signals))
            stack, stage, logits = self.heavy, "full", reading.levels
            found += from_tokens(reading, normal)
            found = third_party_by_head(found, reading)
        if scope.aside and float(p[1]) >= MEANT:
            scope = scope.whole
            floor = floor_level(normal.text, scope)
            found += from_hits(sketch.scope.aside)
        self._remember(text, Facts(logits, floor.level, scope.purpose, scope.denied))
        # Rules give the floor. Where the whole sentence, rules included, is read as almost surely harmless, it is
        # not applied and the verdict says so; the plain sentence of despair always stands, whatever surrounds it.
        doubted = floor.level >= 2 and stage == "full" and float(p[1]) < KEEP and not scope.plain
        level = stack.level(p) if doubted else max(stack.level(p), floor.level)
        if scope.denied and floor.level < 2:
            level = min(level, 1)  # learned readers see the words of the wish, not that it is denied
        wish = {h.name for h in scope.hits if h.sure} & {"ideation_active", "ideation_passive", "intent", "plan"}
        if floor.level <= 2 and not wish and told_as_fiction(normal.text):
            level = min(level, 2)  # asked about, like every question of lethality; no wish of the writer is told
        ending = is_closing if floor.level == 0 else is_errand
        everyday = not whole and level > MOST and not scope.plain and ending(normal.text)
        level = MOST if everyday else level
        reasons = [floor.reason] if floor.reason and floor.level >= level and not doubted and not everyday else []
        if everyday:
            reasons.append("只是平常的结束语；对话里已有危险时不这样算")
        if doubted:
            reasons.append(f"词句像“{floor.reason}”，但整句读法几乎肯定不是（≥2 级的把握 {float(p[1]):.0%}）")
        if level >= 2 and level > floor.level:
            reasons.append(f"整句读法：≥2 级的把握 {float(p[1]):.0%}")
        if level >= 1 and not any(e.name not in ("third_party", "minor") for e in found):
            found += from_linear(self.linear_model(), normal.text, level)
        return self._verdict(text, normal, context, level, float(p[1]), choose(found, level), tuple(reasons), stage)

    def _verdict(
        self, text: str, normal: Any, context: Context, level: int, score: float,
        found: list[Evidence], reasons: tuple[str, ...], stage: str,
    ) -> Verdict:  # fmt: skip
        signals: list[Signal] = []
        seen: set[tuple[str, int, int]] = set()
        for e in found:
            start, end = normal.span(e.start, e.end)
            if (e.name, start, end) in seen:
                continue
            seen.add((e.name, start, end))
            signals.append(Signal(e.name, start, end, text[start:end], e.rule))
        signals = tidy(signals, text)
        if context.minor and level and not any(s.name == "minor" for s in signals):
            signals.append(Signal("minor", 0, 0, "", "context"))
        third = any(s.name == "third_party" for s in signals)
        signals += context_signals(context, level, {s.name for s in signals})
        return Verdict(level, score, tuple(signals), third, 0.0, stage, reasons)

    def linear_model(self) -> Any:
        """The n-gram reader, loaded when the first message needs it."""
        if self._linear is None:
            from bot.risk.linear import Linear

            with np.load(models_dir() / "risk" / "reader.npz", allow_pickle=False) as data:
                self._linear = Linear.from_arrays({k[7:]: data[k] for k in data.files if k.startswith("linear.")})
        return self._linear

    def encoder(self) -> Any:
        """The tuned encoder, None when it is not there or not wanted."""
        if self._deep is None and self._want_deep:
            with self._lock:
                if self._deep is None and self._want_deep:
                    from bot.risk.deep import Deep

                    self._deep = Deep.load()
                    if self._deep is None:
                        self._want_deep = False
                        log.warning("the tuned encoder is not there: reading without it")
        return self._deep


def context_signals(context: Context, level: int, seen: set[str]) -> list[Signal]:
    """Attention from the clock and the orders. Never a level by itself (labelling guide)."""
    found: list[str] = []
    if level >= 1 and context.hour in _NIGHT:
        found.append("night")
    restricted = [o for o in context.orders if _restricted(o.category)]
    if level >= 1 and (_restricted(context.category or "") or restricted):
        found.append("restricted_item")
    if len(restricted) >= 2:
        found.append("repeat_orders")
    return [Signal(name, 0, 0, "", "context") for name in found if name not in seen]


def _restricted(category: str) -> bool:
    return category in RESTRICTED


def _sigmoid(x: float) -> float:
    return float(1 / (1 + np.exp(-x)))


__all__ = ["CONTEXT_SIGNALS", "Evidence", "Reader", "context_signals"]
