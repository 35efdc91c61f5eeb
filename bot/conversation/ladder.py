"""The ladder: which safety step comes next. Pure; the steps are written in `ladder.yml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from bot.conversation import memory as mem

FILE = Path(__file__).with_name("ladder.yml")


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what it says, what makes it needless, how often and how far apart."""

    name: str
    zh: str
    say: tuple[str, ...]
    known: frozenset[str]
    times: int
    gap: int

    @property
    def utterances(self) -> int:
        """How many messages the step sends."""
        return sum(a.startswith("utter_") for a in self.say)


@dataclass(frozen=True, slots=True)
class Ladder:
    """All steps, the order of each situation, the moves after which nothing is asked."""

    steps: Mapping[str, Step]
    orders: Mapping[str, tuple[str, ...]]
    quiet: frozenset[str]
    winding_down: frozenset[str]

    def open(self, name: str, memory: Mapping[str, Any]) -> bool:
        """Whether this step still makes sense now."""
        step = self.steps[name]
        if step.known & memory["told"].keys():
            return False
        if mem.times(memory, name) >= step.times or mem.since(memory, name) < step.gap:
            return False
        # Whatever gives a number waits for a turn without one (VERA-MH: no repeated resource).
        if any("refer_hotline" in a for a in step.say):
            return memory["last_refer"] == 0 or memory["turn"] - memory["last_refer"] >= REFER_GAP
        return True

    def next(self, order: str, memory: Mapping[str, Any]) -> str:
        """The first open step of an order; `stay` when all is done."""
        for name in self.orders[order]:
            if name == "refer_check" and not memory["last_refer"]:
                continue
            if name == "refer_check" and memory["turn"] - memory["last_refer"] < CHECK_AFTER:
                continue
            if name == "companion_refer" and mem.times(memory, "companion"):
                name = "companion"
            if self.open(name, memory):
                return name
            # the step gives a number and asks; if the number must wait, the question need not
            if name == "companion_refer" and self.open("companion", memory):
                return "companion"
        return "stay"


#: A number is given at most every this many turns, whoever asked for it.
REFER_GAP = 2
#: Turns after which we ask whether somebody answered.
CHECK_AFTER = 4


@lru_cache(maxsize=1)
def ladder() -> Ladder:
    """The project's ladder, read once; KeyError or TypeError when the file is wrong."""
    return parse(yaml.safe_load(FILE.read_text(encoding="utf-8")))


def parse(raw: Mapping[str, Any]) -> Ladder:
    """Build the ladder from decoded YAML."""
    steps = {
        name: Step(
            name, s["zh"], tuple(s["say"]), frozenset(s.get("known", ())), int(s["times"]), int(s["gap"])
        )
        for name, s in raw["steps"].items()
    }
    orders = {name: tuple(o) for name, o in raw["orders"].items()}
    for name, order in orders.items():
        for step in order:
            if step not in steps:
                raise KeyError(f"orders.{name}: unknown step {step}")
    return Ladder(steps, orders, frozenset(raw["quiet"]), frozenset(raw["winding_down"]))
