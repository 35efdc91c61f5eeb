"""The part of `zaoan check` that says what an edit of the lexicon or new labelled messages change elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from bot.conversation.check_lexicon import Row, check_lexicon

#: More lines than this nobody reads; their number is told.
MOST = 12


def check_danger(root: Path) -> list[Row]:
    """All that is found about the lexicon: what is wrong in it, and, where nothing is, what edits of it change."""
    found = list(check_lexicon(root))
    if any(severity == "error" for *_, severity in found):  # what does not compile has no effect yet
        return found
    return [*found, *check_effects(root)]


def check_effects(root: Path) -> Iterator[Row]:
    """Findings as (file, line, message, severity): all of them hints, none an error."""
    from bot.risk.effects import effects
    from bot.risk.files import data_dir

    if (root / "data").resolve() != data_dir().resolve():
        return
    found = effects()
    if found is None:
        return
    places = _places(root)
    moved = sorted(found.moved, key=lambda m: (not m.worse, -m.message.level))
    if moved:
        worse = sum(m.worse for m in moved)
        told = f"词典改动后，{len(moved)} 句已知的话规则底线变了：{worse} 句离标注更远，{len(moved) - worse} 句没有更远"
        yield "data/lexicon", 1, told, "warning"
    for m in moved[:MOST]:
        mark = "更远" if m.worse else "没有更远"
        told = f"「{_short(m.message.text)}」标注 {m.message.level} 级，规则底线 {m.before} → {m.after}（{mark}）"
        yield *_place(places, m.message.id, m.message.author), told, "warning"
    if found.new:
        low = sum(floor < u.level for u, floor in found.new)
        high = sum(floor > u.level for u, floor in found.new)
        told = (
            f"上次训练以后新增 {len(found.new)} 句：规则底线高于标注的 {high} 句（要改词典），"
            f"低于标注的 {low} 句（靠重新训练）"
        )
        yield "data/utterances", 1, told, "warning"
    for u, floor in [x for x in found.new if x[1] > x[0].level][:MOST]:
        yield (
            *_place(places, u.id, u.author),
            f"「{_short(u.text)}」标注 {u.level} 级，规则却至少读成 {floor} 级",
            "warning",
        )
    for c in found.contradictions[:MOST]:
        told = (
            f"「{_short(c.message.text)}」标注 {c.message.level} 级，和已知的「{_short(c.known.text)}」（{c.known.id}，"
            f"{c.known.level} 级）很像却差两级以上：两句会互相拉扯，请核对"
        )
        yield *_place(places, c.message.id, c.message.author), told, "warning"


def _short(text: str) -> str:
    return text if len(text) <= 30 else text[:29] + "…"


def _places(root: Path) -> dict[str, tuple[str, int]]:
    """Message id → file and line."""
    found = {}
    for path in sorted((root / "data" / "utterances").glob("*.jsonl")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            match = re.match(r'\{"id": "([^"]+)"', line)
            if match:
                found[match.group(1)] = (f"data/utterances/{path.name}", number)
    return found


def _place(places: dict[str, tuple[str, int]], name: str, author: str) -> tuple[str, int]:
    return places.get(name, (f"data/utterances/{author}.jsonl", 1))
