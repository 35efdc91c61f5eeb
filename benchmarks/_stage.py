"""Plays dialogues in one process: the real reader, the real model, no store and no network.

Levels, signals, plan, wording and guard are the product's own; holds and calls for people are what
`bot.cases.policy` wants, not what a shop answered. For quick figures over many dialogues; what is
shipped is proved by `zaoan gate`, where the actions really run.
"""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Mapping
from typing import Any

from bot.cases.policy import escalation_wanted, hold_wanted
from bot.cli.dialogue import Dialogue
from bot.conversation.endpoint import ActionEndpoint
from bot.conversation.engine import Engine
from bot.conversation.scope import TurnScope
from bot.risk import Reader, TalkReader
from bot.risk.types import Context, Order


class _Recorded(ActionEndpoint):
    """Answers every action call as a server that recorded it would."""

    async def request(self, *args: Any, **kwargs: Any) -> Any:
        return {"events": [], "responses": []}


class Stage:
    """A loaded model and reader; `play` gives the lines of `zaoan replay`."""

    def __init__(self) -> None:
        from bot.cli.train import ensure
        from bot.conversation.brain import quiet_logs

        quiet_logs("ERROR")
        self.loop = asyncio.new_event_loop()
        self.engine = Engine.load(ensure(quiet=True))
        self.engine.agent.processor.action_endpoint = _Recorded(url="http://127.0.0.1:9/none")
        self.loop.run_until_complete(self.engine.warm())
        self.reader = TalkReader(Reader.load())
        self.played = 0
        #: The memory at the end of the last talk played.
        self.memory: dict[str, Any] = {}

    def play(self, dialogue: Dialogue) -> list[dict[str, Any]]:
        """One line a turn, with the plan's own words (`heard`, `step`, `mode`) for whoever mends it."""
        self.played += 1
        sender, talk, memory, lines = f"stage:{self.played}", None, {}, []
        orders = tuple(
            Order(str(o["order_id"]), str(o.get("title") or ""), str(o.get("category") or ""), str(o["status"]))
            for o in dialogue.orders
        )
        referrals: list[str] = []
        called, held = False, set()
        for number, turn in enumerate(dialogue.turns, 1):
            at = dialogue.time_of(number)
            verdict, talk = self.reader.read_turn(turn.text, Context(dialogue.category, at.hour, orders), talk)
            scope = TurnScope(
                level=verdict.level, signals=tuple(s.name for s in verdict.signals), talk=talk, memory=memory,
                third_party=verdict.third_party, orders=tuple(dict(o) for o in dialogue.orders),
                category=dialogue.category or "", at=at,
            )  # fmt: skip
            out = self.loop.run_until_complete(self.engine.speak(sender, turn.text, scope, str(number)))
            memory = self.memory = out.memory
            referrals += out.referrals
            called = called or escalation_wanted(verdict.level, talk) is not None or "action_escalate" in out.actions
            held |= {o.order_id for o in orders if hold_wanted(verdict.level, talk, dataclasses.asdict(o))}
            lines.append(
                {
                    "id": dialogue.id,
                    "turn": number,
                    "text": turn.text,
                    "level": verdict.level,
                    "signals": [s.to_dict() for s in verdict.signals],
                    "third_party": verdict.third_party,
                    "owner": "bot",
                    "replies": [{"text": r.text, "action": r.act} for r in out.replies],
                    "referrals": list(referrals),
                    "case": {"escalation": "requested" if called else "none"} if verdict.level >= 2 else None,
                    "holds": [{"order_id": x, "state": "held"} for x in sorted(held)],
                    "plan": _told(scope, out),
                }
            )
        return lines


def _told(scope: TurnScope, out: Any) -> Mapping[str, Any]:
    mode = scope.plan.mode if scope.plan else "?"
    return {"mode": mode, "heard": out.heard, "step": out.step, "blocked": out.blocked}
