"""The ladder: which safety step comes next. Pure; the steps are written in `ladder.yml`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from bot.conversation import inquiry
from bot.conversation import memory as mem

FILE = Path(__file__).with_name("ladder.yml")


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what it says, what makes it needless, how often and how far apart; `push`: it sends the customer
    to a number, a doctor or a person; `asks`: topics of :mod:`bot.conversation.inquiry`, of which one must be open;
    `needs`: facts of which one must have been told; `instead_of`: steps after which it is needless."""

    name: str
    zh: str
    say: tuple[str, ...]
    known: frozenset[str]
    times: int
    gap: int
    push: bool = False
    asks: frozenset[str] = frozenset()
    needs: frozenset[str] = frozenset()
    instead_of: frozenset[str] = frozenset()

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
        gives = any("refer_hotline" in a for a in step.say)
        known = step.known & memory["told"].keys()
        if name == "refer" and not memory["asked"].get("refer"):
            known = known - DECLINED  # who forbids numbers before any was given has one left, just in case
        if known or (step.needs and not step.needs & memory["told"].keys()):
            return False
        if any(memory["asked"].get(other) for other in step.instead_of):
            return False
        if gives and "no_numbers" in memory["told"]:
            waited = memory["turn"] - memory["told"]["no_numbers"] >= NO_NUMBERS_FOR
            if name != "refer" or memory["asked"].get("refer") or not waited:
                return False
        if name in DIRECT and memory["asked"].get("suicide"):
            return False  # asked once, in whatever words; the answer was given
        if step.asks and step.asks <= inquiry.shut(memory):
            return False  # told, or asked before in whatever step and words
        if mem.times(memory, name) >= step.times or mem.since(memory, name) < step.gap:
            return False
        # Whatever gives a number waits for a turn without one (VERA-MH: no repeated resource).
        if gives:
            return memory["last_refer"] == 0 or memory["turn"] - memory["last_refer"] >= REFER_GAP
        return True

    def presses(self, name: str, memory: Mapping[str, Any]) -> bool:
        """Whether this step would be the second push running: somebody who was just sent to a number, a doctor or
        another person is first listened to and asked (VERA-MH: no repeated resource). Asking once who is there is
        no push; the first number may follow anything."""
        gives_first = any("refer_hotline" in a for a in self.steps[name].say) and not memory["asked"].get("refer")
        edge = {"brink", "swallowed"} & memory["told"].keys()
        asked_in = mem.times(memory, "companion") or (not edge and mem.since(memory, "emergency") <= 1)
        asks_again = name == "companion" and asked_in
        if gives_first or not (self.steps[name].push or asks_again):
            return False
        pushes = [n for n, s in self.steps.items() if s.push or n in {"companion", "emergency", "refer_emergency"}]
        return min(mem.since(memory, n) for n in pushes) <= 1

    def next(self, order: str, memory: Mapping[str, Any]) -> str:
        """The first open step of an order; `stay` when all is done."""
        for name in self.orders[order]:
            if name == "refer_check" and not memory["last_refer"]:
                continue
            if name == "intent_now" and mem.since(memory, "emergency") < CLOSE_FROM:
                continue  # first company and distance
            if name == "refer_check" and memory["turn"] - memory["last_refer"] < CHECK_AFTER:
                continue
            if name == "companion_refer" and (
                mem.times(memory, "companion") or memory["asked"].get("refer") or "no_numbers" in memory["told"]
            ):
                name = "companion"
            if self.presses(name, memory):
                continue
            if self.open(name, memory):
                return name
            # somebody known to be there, or known to be far, is not asked for; the number must not be lost with it
            known = self.steps[name].known & memory["told"].keys()
            if name == "companion_refer" and known and not memory["asked"].get("refer") and self.open("refer", memory):
                return "refer"
            # the step gives a number and asks; if the number must wait, the question need not
            if name == "companion_refer" and self.open("companion", memory):
                return "companion"
        return "stay"


#: Steps that ask directly about suicide when the wish was told unasked.
DIRECT = frozenset({"confirm", "safety_direct"})
#: What says that a line is not wanted, and turns for which who forbade numbers gets none.
DECLINED = frozenset({"line_declined"})
NO_NUMBERS_FOR = 3
#: A number is given at most every this many turns, whoever asked for it.
REFER_GAP = 2
#: Replies after the emergency number from which it is asked how close it is.
CLOSE_FROM = 2
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
            name=name,
            zh=s["zh"],
            say=tuple(s["say"]),
            known=frozenset(s.get("known", ())),
            times=int(s["times"]),
            gap=int(s["gap"]),
            push=bool(s.get("push")),
            asks=frozenset(s.get("asks", ())),
            needs=frozenset(s.get("needs", ())),
            instead_of=frozenset(s.get("instead_of", ())),
        )
        for name, s in raw["steps"].items()
    }
    orders = {name: tuple(o) for name, o in raw["orders"].items()}
    for name, order in orders.items():
        for step in order:
            if step not in steps:
                raise KeyError(f"orders.{name}: unknown step {step}")
    return Ladder(steps, orders, frozenset(raw["quiet"]), frozenset(raw["winding_down"]))


LISTEN = "action_listen"
#: Messages in one reply (field notes 7.12).
MAX_MESSAGES = 3
#: Steps that come before any answer to what was said.
FIRST = frozenset({"lost", "emergency", "other_emergency", "other_acting"})
#: Modes in which somebody may be in danger.
WATCHED = frozenset({"care", "ask", "other"})


#: Where no rule fits at all, somebody is still answered.
LAST_RESORT = "utter_stay_with"


def next_action(
    step: str | None, mode: str | None, done: Sequence[str], stairs: Ladder | None = None
) -> tuple[str | None, bool]:
    """The ladder's wish and whether it outranks the rules. Pure.

    `done` are the actions since the customer's last message, in order. `(None, False)` means
    that the ladder has nothing to say.
    """
    stairs = stairs or ladder()
    if not step or step == "none" or step not in stairs.steps:
        if done:
            return LISTEN, False
        return LAST_RESORT if mode in WATCHED else None, False
    say = stairs.steps[step].say
    todo = [a for a in say if a not in done]
    said = sum(a.startswith("utter_") for a in done)
    left = sum(a.startswith("utter_") for a in todo)
    begun = any(a in done for a in say if a != LAST_RESORT) or step in FIRST
    if begun or (done and said + left >= MAX_MESSAGES):
        fits = [a for a in todo if not a.startswith("utter_") or said < MAX_MESSAGES]
        return (fits[0] if fits else LISTEN), True
    if not done:
        return LAST_RESORT if mode in WATCHED else None, False  # the rules answer first
    # The rules go on while there is room for the step; when they are done, it follows.
    return (todo[0] if todo else LISTEN), False
