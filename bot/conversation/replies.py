"""How a customer takes what we asked or proposed: yes, no, cannot, evading. Pure.

A refusal is no consent: the next reply offers a smaller step, another person or another way and does not repeat
the question. The lists stand in `data/replies.yml`, the replies under `utter_take_reply` with the condition `reply`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import yaml

from bot.conversation import circle
from bot.conversation import persons as people
from bot.conversation.hearing import DATA, Heard
from bot.conversation.questions import searched

FILE = DATA / "replies.yml"
#: The intent under which the rules answer.
REPLY = "reply_to_us"
#: In which order a message is read: who cannot has not refused, a refusal outweighs a "好".
HOW = ("cant", "no", "evade", "yes")
#: Turns after our question in which a message may still answer it.
STILL = 5
#: Moves of which a reading of our own question says more.
RETOLD = frozenset({"refuse_call", "afraid_tell", "refuse_police", "silent", "line_busy", "calm_denial"})
#: A yes is short; a longer message that begins with "行" goes on to something else.
SHORT = 12
#: In a list of steps: at any time.
ALWAYS = "*"
#: What a reading tells of the talk; a step with such a fact under `known` is not taken any more.
NOTES = {
    "companion_no": "companion_declined", "companion_cant": "companion_none", "emergency_no": "call_declined",
    "emergency_cant": "call_declined", "line_no": "line_declined", "line_cant": "line_declined",
    "care_no": "care_declined", "care_cant": "care_declined", "way_evade": "way_unsaid", "when_evade": "when_unsaid",
    "suicide_evade": "suicide_unsure", "reach_cant": "no_contact",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing we ask for and how it is taken."""

    name: str
    zh: str
    after: frozenset[str]
    how: Mapping[str, tuple[re.Pattern[str], ...]]
    unless: tuple[re.Pattern[str], ...] = ()
    only: str = ""


def parse(raw: Mapping[str, Any]) -> tuple[Asked, ...]:
    """The lists from decoded YAML; KeyError or re.error when they are wrong."""

    def compiled(rows: Iterable[str]) -> tuple[re.Pattern[str], ...]:
        return tuple(re.compile(str(row), re.IGNORECASE) for row in rows)

    return tuple(
        Asked(
            name, str(spec["zh"]), frozenset(spec["after"]),
            {how: compiled(spec[how]) for how in HOW if how in spec},
            compiled(spec.get("unless", ())), str(spec.get("only", "")),
        )
        for name, spec in raw["replies"].items()
    )  # fmt: skip


@lru_cache(maxsize=1)
def replies() -> tuple[Asked, ...]:
    """The project's own lists, read once."""
    return parse(yaml.safe_load(FILE.read_text(encoding="utf-8")))


def values(lists: Iterable[Asked] | None = None) -> frozenset[str]:
    """Every value that the condition `reply` may take: companion_no, line_cant …"""
    return frozenset(f"{one.name}_{how}" for one in (lists or replies()) for how in one.how)


def read(text: str, memory: Mapping[str, Any], other: bool, lists: Iterable[Asked] | None = None) -> str:
    """How the message takes what was asked last, "companion_no", or "". `memory` is the talk's before the message.

    Of several things asked in one reply the one that the words fit is meant; a bare yes belongs to the step that
    left a question open.
    """
    said = searched(text).lstrip("…。.~～！!—-")
    pending = str(memory.get("pending") or "")
    recent = {step for step, turns in memory.get("asked", {}).items() if turns and memory["turn"] - turns[-1] <= STILL}
    last = {step for step, turns in memory.get("asked", {}).items() if turns and turns[-1] == memory["turn"]}
    for how in HOW:
        for one in lists or replies():
            if one.only != ("other" if other else "") or any(p.search(said) for p in one.unless):
                continue
            if ALWAYS not in one.after and not one.after & (recent if how in {"no", "cant"} else last):
                continue
            if how == "yes" and (len(said) > SHORT or (pending and pending not in one.after)):
                continue
            if any(p.search(said) for p in one.how.get(how, ())):
                return f"{one.name}_{how}"
    return ""


def refuses(reply: str) -> bool:
    """Whether a reading is a refusal or says that somebody cannot."""
    return reply.endswith(("_no", "_cant"))


def without(reply: str, text: str, heard: Heard) -> tuple[str, ...]:
    """The moves of a message; one that refuses, and names nobody or asks back, accepts no help ("你让我找同事？")."""
    declines = refuses(reply) and (not heard.person or "？" in text or "?" in text)
    return tuple(m for m in heard.moves if not (declines and m == "accept_help"))


def counts(reply: str, move: str | None, fresh_fact: bool, grave: bool) -> bool:
    """Whether a reading decides how the message is answered: nothing in it says more. `move` is what else was
    heard, `fresh_fact`: it told something that we had asked for, `grave`: it shows danger."""
    how = reply.rpartition("_")[2]
    if how in {"yes", "evade"}:
        return move in {None, "silent"} and not fresh_fact and not (how == "evade" and grave)
    return bool(reply) and (move is None or move in RETOLD)


def note(memory: dict[str, Any], reply: str, named: Mapping[str, str]) -> None:
    """Keep in the memory what a reading tells; who was proposed and refused is not proposed again. `named` are the
    persons of this very message."""
    fact = NOTES.get(reply)
    if fact:
        memory["told"].setdefault(fact, memory["turn"])
    if reply in {"companion_no", "companion_cant"}:
        if memory["told"].get("companion") == memory["turn"]:
            del memory["told"]["companion"]  # "叫她干什么" brings nobody
        proposed = memory.get("person")
        if proposed and (not named or named.get(proposed) == people.REFUSED or proposed in named):
            memory["persons"][proposed] = people.REFUSED
            circle.refresh(memory)
