"""A buyer who was taken for somebody in danger and has explained themselves is served again. Pure.

A prop for a play, a bride who is "dying" for her dresses: the words were read as danger, the next message says what
they were. From then on the talk goes on about the goods; the level and the alert stay, since only a person lowers
them (labelling guide), so colleagues still see the talk. The lists stand in `data/explained.yml`.

Narrow on purpose: whoever has told of any sorrow before is not explained away by a laugh.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import yaml

from bot.conversation import insisted
from bot.conversation.hearing import DATA, simplify

FILE = DATA / "explained.yml"
#: The fact that the memory keeps.
FACT = "explained"
#: Highest level whose talk may be explained; what is happening now never is.
MOST = 3
#: Signals of the talk so far that no explanation takes away.
SORROW = frozenset(
    {"distress", "isolation", "burden", "illness", "life_event", "self_injury", "attempt_past", "goodbye",
     "other_at_risk", "intent"}
)  # fmt: skip
#: Signals in words of the lists after which an explanation no longer holds.
GRAVE = frozenset(
    {"ideation_active", "ideation_passive", "self_injury", "attempt_past", "in_progress", "goodbye", "intent",
     "other_at_risk", "burden"}
)  # fmt: skip
#: The fact that a plain no is believed, and the words of the lists beside which it is not.
DENIED = "denied"
DOUBT = frozenset(
    {"ideation_active", "ideation_passive", "intent", "plan", "preparation", "self_injury", "attempt_past",
     "in_progress", "goodbye", "means_seeking", "burden", "other_at_risk", "refusal"}
)  # fmt: skip
PIECES = frozenset({"means_near", "way", "when", "thing", "brink"})
GROUPS = ("prop", "work", "deny", "glad", "spoils", "asked")


@dataclass(frozen=True, slots=True)
class Lists:
    """The compiled file."""

    groups: Mapping[str, re.Pattern[str]]

    def has(self, group: str, words: str) -> bool:
        """Whether the words contain something of a group."""
        return bool(self.groups[group].search(words))


@lru_cache(maxsize=1)
def lists() -> Lists:
    """The project's own lists, read once; KeyError or re.error when the file is wrong."""
    raw = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return Lists({name: re.compile("|".join(f"(?:{p})" for p in raw[name]), re.IGNORECASE) for name in GROUPS})


def folded(text: str) -> str:
    """The text as the lists are written: simplified, without spaces."""
    return "".join(simplify(unicodedata.normalize("NFKC", text)).split())


def explains(text: str, asks_goods: bool) -> str:
    """`prop` or `joke` where the message explains an alarm away, "" otherwise. `asks_goods`: it also asks about, or
    wants, something of the shop."""
    words, known = folded(text), lists()
    if known.has("spoils", words):
        return ""
    if known.has("prop", words) and known.has("work", words):
        return "prop"
    return "joke" if asks_goods and known.has("deny", words) and known.has("glad", words) else ""


def note(
    now: dict[str, Any], text: str, *, level: int, ruled: Collection[str], seen: Mapping[str, int], asks_goods: bool,
    means: bool,
) -> None:  # fmt: skip
    """Keep in the memory `now` whether the talk is explained.

    `ruled`: signals of this message in words of the lists; `seen`: those of the talk so far by their first turn;
    `means`: the message asks what harms or how much of it, which no purpose explains.
    """
    told, words = now["told"], folded(text)
    grave = bool(GRAVE & set(ruled)) and not lists().has("asked", words)
    if FACT in told:
        if grave or means or level > MOST:
            del told[FACT]
        return
    if not 2 <= level <= MOST or means:
        return
    kind = explains(text, asks_goods)
    earlier = {name for name, turn in seen.items() if turn < now["turn"]}
    sorrow = SORROW & (earlier | (set(ruled) if kind == "joke" else set()))
    wished = {"ideation_active", "ideation_passive"} & earlier
    if kind and not grave and not sorrow and not (kind == "prop" and wished):
        told[FACT] = now["turn"]


def holds(memory: Mapping[str, Any], level: int) -> bool:
    """Whether the talk goes on about the goods."""
    return FACT in memory["told"] and level <= MOST


def note_denial(
    now: dict[str, Any], talk: Mapping[str, Any], level: int, text: str = "", ruled: Collection[str] = (),
    other: bool = False,
) -> None:  # fmt: skip
    """Keep in the memory `now` whether a plain no to the direct question is believed: danger was only felt so far, in
    no word of the lists (`talk["spoken"]`), and the level has not risen since. People still see the level and come;
    the customer is no longer asked for the day and the way of what they do not want. `felt_only`: no word of danger
    was said so far."""
    insisted.note(now, text, ruled, talk, level, other)
    told = now["told"]
    pieces = {fact for fact in PIECES if told.get(fact) == now["turn"]}  # "东西带着了 已经在这了" is no mere feeling
    now["felt_only"] = level in {2, 3} and "spoken" in talk and not DOUBT & set(talk["spoken"]) and not pieces
    doubted = "spoken" not in talk or DOUBT & set(talk["spoken"]) or "suicide" in told
    # At level 3 "唔係想死，係還" ends no question: what was felt so strongly stays a talk about danger.
    if doubted or level != 2 or "suicide_denied" not in told:
        told.pop(DENIED, None)
    elif told["suicide_denied"] == now["turn"]:
        told[DENIED], now["denied_level"] = now["turn"], level
    elif level > now.get("denied_level", 0):
        told.pop(DENIED, None)


def believed(memory: Mapping[str, Any], other: bool = False) -> bool:
    """Whether the talk goes on about what troubles them, or about the goods; `other`: it was about somebody else."""
    return (DENIED in memory["told"] and not other) or insisted.holds(memory)
