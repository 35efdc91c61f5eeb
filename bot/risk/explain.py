"""Why a message was read as it was: evidence with its rule, known messages like it, what would change it.

For people in Chinese (`Explanation.lines`), for machines as data (`to_dict`). Asked for on demand, not for
every message: what would change the verdict is found by reading the message again without its evidence.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from bot.risk.grade import Floor, floor_level
from bot.risk.lexicon import load_lexicon
from bot.risk.nearest import Nearest, Neighbour
from bot.risk.normalise import normalise
from bot.risk.reader import Reader
from bot.risk.scope import Scope, apply_scope
from bot.risk.types import Context, Signal, Verdict

LEVELS = ("无", "困扰", "意念", "高危", "紧急")
CONTEXT_NAMES = {
    "night": "深夜", "repeat_orders": "多单管制商品", "multi_shop": "问过多家店", "restricted_item": "管制商品",
}  # fmt: skip
#: More kinds of evidence than this are not taken out one by one.
MOST_CHANGES = 6
NEIGHBOURS = 3


@dataclass(frozen=True, slots=True)
class Change:
    """Something that would lower the verdict. `kind`: "without" these words, a told "purpose", a "past" told
    as over. `level` is what would be read (None where that depends on the words it is told with), `floor`
    what the rules alone would still demand."""

    kind: str
    signal: str
    words: tuple[str, ...]
    level: int | None
    floor: int

    def to_dict(self) -> dict[str, Any]:
        """For machines."""
        return {
            "kind": self.kind, "signal": self.signal, "words": list(self.words),
            "level": self.level, "floor": self.floor,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Explanation:
    """`speak_for`: labelled messages of this level or above; `speak_against`: ordinary ones that are as near."""

    level: int
    floor: Floor
    signals: tuple[Signal, ...]
    speak_for: tuple[Neighbour, ...]
    speak_against: tuple[Neighbour, ...]
    changes: tuple[Change, ...]
    lines: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """For machines; `lines` for people."""
        return {
            "floor": self.floor.level,
            "reason": self.floor.reason,
            "signals": [{**s.to_dict(), "rule": s.rule, "about": signal_name(s.name)} for s in self.signals],
            "speak_for": [n.to_dict() for n in self.speak_for],
            "speak_against": [n.to_dict() for n in self.speak_against],
            "changes": [c.to_dict() for c in self.changes],
            "lines": list(self.lines),
        }


def explain(text: str, verdict: Verdict, reader: Reader, context: Context | None = None) -> Explanation:
    """Explains `verdict`, which `reader` gave on `text` alone (not on a whole talk)."""
    scope, normal_text = _scope(text)
    floor = floor_level(normal_text, scope)
    speak_for, speak_against = _neighbours(text, verdict.level)
    changes = _changes(text, verdict, reader, context, scope, normal_text, floor)
    lines = _lines(verdict, floor, speak_for, speak_against, changes)
    return Explanation(verdict.level, floor, verdict.signals, speak_for, speak_against, changes, lines)


def signal_name(name: str) -> str:
    """A signal in Chinese, as its lexicon file says."""
    return CONTEXT_NAMES.get(name) or load_lexicon().about.get(name, name)


@lru_cache(maxsize=1)
def _nearest() -> Nearest | None:
    return Nearest.load()


def _scope(text: str) -> tuple[Scope, str]:
    lexicon, normal = load_lexicon(), normalise(text)
    return apply_scope(normal, lexicon.search(normal.text, normal.breaks), lexicon), normal.text


def _neighbours(text: str, level: int) -> tuple[tuple[Neighbour, ...], tuple[Neighbour, ...]]:
    index = _nearest()
    if index is None or level < 1:
        return (), ()
    likeness = index.likeness(text)
    speak_for = index.best(likeness, index.levels >= level, NEIGHBOURS)
    least = speak_for[-1].likeness if speak_for else 0.0
    against = index.best(likeness, index.levels == 0, 1)
    return tuple(speak_for), tuple(n for n in against if n.likeness >= least)


def _changes(
    text: str, verdict: Verdict, reader: Reader, context: Context | None,
    scope: Scope, normal_text: str, floor: Floor,
) -> tuple[Change, ...]:  # fmt: skip
    found: list[Change] = []
    names = list(dict.fromkeys(s.name for s in verdict.signals if s.end > s.start))
    for name in names[:MOST_CHANGES]:
        spans = [(s.start, s.end) for s in verdict.signals if s.name == name and s.end > s.start]
        again = min(verdict.level, reader.read(_without(text, spans), context).level)
        left = floor_level(normal_text, replace(scope, hits=tuple(h for h in scope.hits if h.name != name))).level
        if again < verdict.level or left < floor.level:
            words = tuple(dict.fromkeys(text[a:b] for a, b in spans))
            found.append(Change("without", name, words, again, left))
    for kind, other in (("purpose", replace(scope, purpose=True)), ("past", replace(scope, past_over=True))):
        left = floor_level(normal_text, other).level
        if left < floor.level:
            found.append(Change(kind, "", (), None, left))
    return tuple(found)


def _without(text: str, spans: list[tuple[int, int]]) -> str:
    """The text with these spans cut out, a space in their place."""
    kept, last = [], 0
    for start, end in sorted(spans):
        kept.append(text[last : max(last, start)])
        last = max(last, end)
    return " ".join([*kept, text[last:]])


def _lines(
    verdict: Verdict, floor: Floor, speak_for: tuple[Neighbour, ...], against: tuple[Neighbour, ...],
    changes: tuple[Change, ...],
) -> tuple[str, ...]:  # fmt: skip
    reason = f"：{floor.reason}" if floor.level == verdict.level and floor.reason else ""
    lines = [f"判为 {verdict.level} 级（{LEVELS[verdict.level]}）{reason}"]
    if verdict.level > floor.level:
        by_rule = f"规则只到 {floor.level} 级" if floor.level else "规则没有命中"
        lines.append(f"{by_rule}，学习到的读法把它读到 {verdict.level} 级（≥2 级的把握 {verdict.score:.0%}）")
    for signal in verdict.signals:
        source = (
            "读法学到的" if signal.rule == "learned" else "订单与时间" if not signal.text else f"规则 {signal.rule}"
        )
        lines.append(f"{signal_name(signal.name)}" + (f"：「{signal.text}」" if signal.text else "") + f"（{source}）")
    lines += [f"像已标注的「{n.text}」（{n.level} 级）" for n in speak_for]
    lines += [f"也像平常话「{n.text}」（{n.level} 级）" for n in against]
    lines += [_change_line(change, verdict.level) for change in changes]
    if verdict.level >= 3:
        lines.append("顾客后来的话不会让 3、4 级自己降下来，只有人可以")
    return tuple(lines)


def _change_line(change: Change, level: int) -> str:
    if change.kind == "without":
        words = "、".join(f"「{w}」" for w in change.words)
        if change.level is not None and change.level < level:
            return f"若没有{words}，会读成 {change.level} 级"
        return f"若没有{words}，规则的底线降到 {change.floor} 级，整句仍读成 {level} 级"
    told = "说明了平常用途" if change.kind == "purpose" else "说这是过去的事、现在已经好转"
    return f"若顾客{told}，规则的底线降到 {change.floor} 级"
