"""Plays customers against a whole machine of its own, message by message, and writes down what was said.

The machine is the one of the gate (`bot.cli.machine`): own ports, own data folder, every process real. Messages go
in by the signed webhook, are stamped with the customer's hour (a minute a message), and what comes back is read
where a merchant would read it.
"""

from __future__ import annotations

import fcntl
import json
import os
import signal
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bot.cli.client import Client
from bot.cli.machine import Machine
from bot.cli.turns import turn_line
from bot.settings import Settings

STATE = "players.json"
FIRST_DAY = "2026-03-03T{hour:02d}:10:00+08:00"


@dataclass(slots=True)
class Played:
    """One customer's talk so far. `turns` are lines of `zaoan replay` without times of arrival."""

    persona: str
    chat: str
    at: str
    seq: int = 0
    turns: list[dict[str, Any]] = field(default_factory=list)


class Stage:
    """A running machine and the talks on it, kept in a folder between two calls."""

    def __init__(self, var: Path) -> None:
        self.var = var
        raw = json.loads((var / STATE).read_text(encoding="utf-8"))
        self.env: dict[str, str] = raw["env"]
        self.pid: int = raw["pid"]
        self.talks = {t["persona"]: Played(**t) for t in raw["talks"]}
        self._read = {name: asdict(talk) for name, talk in self.talks.items()}

    @classmethod
    def start(cls, var: Path, **extra: str) -> Stage:
        """Start a machine that outlives this process."""
        machine = Machine(var, **extra)
        machine.start()
        assert machine.process is not None
        state = {"env": machine.env, "pid": machine.process.pid, "talks": []}
        (var / STATE).write_text(json.dumps(state), encoding="utf-8")
        return cls(var)

    def stop(self) -> None:
        """Ctrl-C, and wait until it is gone."""
        os.kill(self.pid, signal.SIGINT)
        for _ in range(600):
            try:
                os.kill(self.pid, 0)
            except ProcessLookupError:
                return
            time.sleep(0.1)

    def keep(self) -> None:
        """Write down the talks that went on here; somebody else may be playing other customers meanwhile."""
        path = self.var / STATE
        with (self.var / "playing.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            kept = {t["persona"]: t for t in json.loads(path.read_text(encoding="utf-8"))["talks"]}
            kept |= {name: asdict(talk) for name, talk in self.talks.items() if asdict(talk) != self._read.get(name)}
            state = {"env": self.env, "pid": self.pid, "talks": list(kept.values())}
            new = path.with_suffix(".new")
            new.write_text(json.dumps(state, ensure_ascii=False), encoding="utf-8")
            new.replace(path)

    def client(self) -> Client:
        """The first shop's side."""
        settings = Settings.from_env({**os.environ, **self.env})
        return Client(settings, next(iter(settings.shops().values())))

    def say(self, persona: Mapping[str, Any], text: str, later: float = 0.0) -> dict[str, Any]:
        """One message, `later` hours after the one before (a minute otherwise); the turn with all that was said since.

        The first message places the customer's order, if they have one, and gives the chat to the bot.
        """
        client, name = self.client(), persona["id"]
        talk = self.talks.get(name)
        if talk is None:
            chat = f"v-{name}-{int(time.time()) % 100_000}"
            talk = Played(name, chat, FIRST_DAY.format(hour=persona.get("hour", 15)))
            client.introduce(chat, f"u-{chat}")
            if order := persona.get("order"):
                client.place_order(chat, {"order_id": f"o-{chat}", **order})
            client.event("chat.handover", chat, datetime.fromisoformat(talk.at), to="bot")
            self.talks[name] = talk
        at = datetime.fromisoformat(talk.at) + (timedelta(hours=later) if later else timedelta(minutes=1))
        talk.at = at.isoformat()
        sent = client.say(talk.chat, text, at, f"u-{talk.chat}", persona.get("category"))
        view, first = client.wait_turn(talk.chat, sent)
        line = turn_line(name, len(talk.turns) + 1, text, sent, view, first)
        for unstable in ("ms", "id", "suggestions"):
            line.pop(unstable)
        line["at"] = talk.at
        mine = next(x for x in view["transcript"] if x["message_id"] == sent.message_id)
        # What the bot said by itself between two messages (a nudge) belongs to the turn before.
        missed = [x for x in client.view(talk.chat, talk.seq)["transcript"] if x["seq"] < mine["seq"]]  # type: ignore[index]
        if talk.turns and (by_itself := [_reply(x) for x in missed if x["role"] == "bot" and x["status"] != "dropped"]):
            talk.turns[-1].setdefault("by_itself", []).extend(by_itself)
        talk.seq = max([mine["seq"], *(x["seq"] for x in view["transcript"])])
        talk.turns.append(line)
        return line


def _reply(line: Mapping[str, Any]) -> dict[str, str]:
    return {"text": line["text"], "action": line["action"]}


def shown(line: Mapping[str, Any], before: Mapping[str, Any] | None = None) -> str:
    """A turn for the player's eyes: only what the customer would see, and the level in brackets."""
    out = [f"  (by itself) {r['text']}" for r in (before or {}).get("by_itself", [])]
    out.append(f"> {line['text']}   [{line['level']}]")
    return "\n".join(out + [f"  {r['text']}" for r in line["replies"]])


def readable(persona: Mapping[str, Any], talk: Played) -> str:
    """The transcript in Markdown: who it was, then every turn with level, acts, holds and referrals."""
    head = [f"# {persona['id']} · {persona['title']}", "", f"{persona['arc']}", ""]
    body: list[str] = []
    for turn in talk.turns:
        holds = "、".join(f"{h['state']}" for h in turn["holds"])
        case = turn["case"]
        facts = [f"等级 {turn['level']}"]
        if case:
            facts.append(f"个案 {case['level']}，人工 {case['escalation']}")
        if holds:
            facts.append(f"订单 {holds}")
        if turn["referrals"]:
            facts.append("已给 " + "、".join(turn["referrals"]))
        body += [f"**{turn['turn']} 顾客** {turn['text']}  ", f"_{' · '.join(facts)}_", ""]
        body += [f"- **早安** {r['text']} `{r['action']}`" for r in turn["replies"]]
        body += [f"- **早安（自己）** {r['text']} `{r['action']}`" for r in turn.get("by_itself", [])]
        body.append("")
    return "\n".join(head + body).rstrip() + "\n"
