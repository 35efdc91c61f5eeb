"""What our own questions ask for, so that nothing is asked twice in other words. Pure.

Whoever has just told that nobody is there and is asked again who is there knows that nobody listens (question 12 of
`benchmarks/vera/rubric.yml`, after VERA-MH). A step of the ladder may be taken in many words and its topic may come
in a sentence of any other step or answer; so what counts is the sentence that was really said. Topics and the words
that show them stand in `inquiry.yml`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from bot.conversation.hearing import simplify

FILE = Path(__file__).with_name("inquiry.yml")
#: A sentence with its own end mark.
CLAUSE = re.compile(r"[^。！？!?.]*[。！？!?.]?")
#: Somebody else is spoken of, and it is not they who shall come to the customer.
ABOUT_OTHER = re.compile(r"(?-i:TA)|[他她佢]|\b(?:they|them|their|she|her|he|him|his)\b", re.IGNORECASE)
TO_YOU = re.compile(
    r"(?:到|来|在|喺)你身边|陪(?:陪|着|住)?你|你自己|你也|你身边|\b(?:with|to) you\b|, so you|help you", re.IGNORECASE
)
OTHER = "ta_"
#: What a caller who does not know who or where the one in danger is cannot answer.
UNREACHED = frozenset({"ta_place", "ta_with", "ta_state", "ta_come", "ta_means"})
#: What is one question to who is asked it, and how often it is asked in a talk below level 4.
COMPANY, COMPANY_MOST = frozenset({"with", "come"}), 2
#: What is asked once more, by itself, of who said yes to a question that put it beside the way.
TOGETHER, YES = frozenset({"means", "when"}), frozenset({"way", "decided"})
#: Level from which a talk is about safety, and that at which some things may be asked once more.
CARE, EDGE = 2, 4


@dataclass(frozen=True, slots=True)
class Topic:
    """One thing that we ask for: the words of a question after it, the facts of the memory that answer it, how often
    it may be asked in a talk, and how often at level 4."""

    words: re.Pattern[str]
    never: re.Pattern[str] | None
    told: frozenset[str]
    most: int
    edge: int


@lru_cache(maxsize=1)
def catalogue() -> Mapping[str, Topic]:
    """All topics by name, read once; KeyError or re.error when the file is wrong."""
    raw = yaml.safe_load(FILE.read_text(encoding="utf-8"))["topics"]
    return {
        name: Topic(
            re.compile("|".join(map(str, row["words"])), re.IGNORECASE),
            re.compile(row["never"], re.IGNORECASE) if "never" in row else None,
            frozenset(row["told"] or ()), int(row["most"]), int(row["edge"]),
        )
        for name, row in raw.items()
    }  # fmt: skip


def topics(sentence: str) -> frozenset[str]:
    """What the questions in a sentence of ours ask for; topics of somebody else begin with `ta_`."""
    asked = [c for c in CLAUSE.findall(sentence) if c.endswith(("？", "?"))]
    if not asked:
        return frozenset()
    text = simplify("".join(asked))
    prefix = OTHER if ABOUT_OTHER.search(text) and not TO_YOU.search(text) else ""
    return frozenset(
        prefix + name
        for name, topic in catalogue().items()
        if topic.words.search(text) and not (topic.never and topic.never.search(text))
    )


#: The same for a wording with its gaps unfilled: nothing of a customer's words is kept.
of_wording = lru_cache(maxsize=4096)(topics)


def note(memory: dict[str, Any], sentences: Iterable[str]) -> None:
    """Keep in `memory["inquired"]` the turn in which each topic of these sentences was asked."""
    turn = memory["turn"]
    if memory["level"] < CARE:
        return  # "哪天要用" of an order asks for no day of dying
    for sentence in sentences:
        for name in topics(sentence):
            turns = memory["inquired"].setdefault(name, [])
            if not turns or turns[-1] != turn:
                turns.append(turn)


def shut(memory: Mapping[str, Any]) -> frozenset[str]:
    """The topics that are not to be asked now: told, or asked as often as may be."""
    asked: Mapping[str, list[int]] = memory.get("inquired") or {}
    told, edge = memory["told"].keys(), memory["level"] >= EDGE
    found: set[str] = set()
    for name, topic in catalogue().items():
        for key in (name, OTHER + name):
            once_more = name in TOGETHER and key == name and bool(YES & told)
            most = topic.edge if edge else topic.most + once_more
            if topic.told & told or key in told or len(asked.get(key, ())) >= most:
                found.add(key)
    if "unknown_who" in told:
        found |= UNREACHED  # who does not know who or where that one is cannot tell who is with them
    if not edge and sum(len(asked.get(key, ())) for key in COMPANY) >= COMPANY_MOST:
        found |= COMPANY  # "你問三次了耶": who is there and who could come are one question to who is asked
    return frozenset(found)
