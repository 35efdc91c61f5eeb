"""Our side: the first suggestion that the console would show at each moment.

In one process, with the reader and the model of the product (benchmarks/_stage.py): every message of the chat goes
through the danger reader and through copilot mode in order, the memory is handed on as the store would, nothing of
ours has been sent in between (nobody knows what the shop's agent wrote). Holds and calls are not part of it.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from typing import Any

from benchmarks.blind import replies as rp
from benchmarks.blind.moments import ROOT, Moment
from bot import referral as registry
from bot.conversation.guard import Guard
from bot.copilot.cards import filled

CHINA = timezone(timedelta(hours=8))


def talks_of(found: Sequence[Moment]) -> list[tuple[Moment, list[str], dict[int, str]]]:
    """Each talk once: (its last moment, all messages up to there, turn → moment id)."""
    by_talk: dict[str, list[Moment]] = defaultdict(list)
    for one in found:
        by_talk[one.talk].append(one)
    plan = []
    for some in by_talk.values():
        last = max(some, key=lambda one: one.turn)
        plan.append((last, [*last.history, last.text], {one.turn: one.id for one in some}))
    return plan


@lru_cache(maxsize=1)
def _guard() -> Guard:
    return Guard.load(ROOT / "data" / "never_say.yml", registry.load(ROOT / "data" / "hotlines.yml").numbers())


def hits(suggestions: Iterable[Any], level: int) -> list[str]:
    """What the outgoing guard says of suggestions that were let through: nothing, if all is well.

    A blank is filled in by a person before it is sent, so that a card is judged as it will be read."""
    judged = [(one.text, _guard().judge(filled(one.text), level)) for one in suggestions]
    return [f"{found.reason}: {text}" for text, found in judged if not found.ok]


def play(stage: Any, last: Moment, texts: Sequence[str]) -> list[dict[str, Any]]:
    """One row a message: level, what was suggested, how many strategies, what the guard says."""
    from bot.conversation.scope import TurnScope
    from bot.risk.types import Context, Order

    plain = tuple(dict(o) for o in last.orders)
    orders = tuple(
        Order(str(o["order_id"]), str(o.get("title") or ""), str(o.get("category") or ""), str(o["status"]))
        for o in plain
    )
    start = datetime(2026, 3, 2, last.hour, tzinfo=CHINA)
    state: dict[str, Any] | None = None
    memory: dict[str, Any] = {}
    rows = []
    for number, text in enumerate(texts, 1):
        at = start + timedelta(minutes=number)
        verdict, state = stage.reader.read_turn(text, Context(last.category, at.hour, orders), state)
        scope = TurnScope(
            level=verdict.level, signals=tuple(s.name for s in verdict.signals), talk=state or {}, memory=memory,
            third_party=verdict.third_party, orders=plain, category=last.category, at=at, score=verdict.score,
        )  # fmt: skip
        out = stage.loop.run_until_complete(stage.engine.whisper(f"blind:{last.talk}", text, scope, str(number)))
        memory = out.memory
        rows.append(
            {
                "talk": last.talk,
                "turn": number,
                "level": verdict.level,
                "score": round(verdict.score, 3),
                "mode": scope.plan.mode if scope.plan else "?",
                "heard": out.heard,
                "suggestions": [[one.strategy, one.action, one.text] for one in out.suggestions],
                "strategies": len({one.strategy for one in out.suggestions}),
                "hits": hits(out.suggestions, scope.guard_level),
                "ms": out.ms["turn"],
            }
        )
    return rows


def run(found: Sequence[Moment]) -> int:
    """Write `ours.jsonl` and `ours-turns.jsonl`; 1 when a moment got no suggestion."""
    from benchmarks._stage import Stage

    stage = Stage()
    first: dict[str, str] = {}
    turns: list[dict[str, Any]] = []
    for last, texts, wanted in talks_of(found):
        rows = play(stage, last, texts)
        for row in rows:
            row["moment"] = wanted.get(row["turn"], "")
            if row["moment"] and row["suggestions"]:
                first[row["moment"]] = row["suggestions"][0][2]
        turns += rows
    rp.write("ours", first)
    rp.TURNS.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in turns), encoding="utf-8")
    missing = sorted({one.id for one in found} - set(first))
    print(
        f"{len(first)} first suggestions, {len(turns)} turns" + (f"; none for {', '.join(missing)}" if missing else "")
    )
    return 1 if missing else 0
