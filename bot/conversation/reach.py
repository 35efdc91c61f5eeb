"""What help this person can use: whether they can telephone, what they are afraid of, what life they lead. Pure.

The lists stand in `data/reach.yml`. Each fact is heard once and kept for the talk under `memory["reach"]`, {fact:
turn}. A referral that somebody cannot use is no referral (VERA-MH questions 14, 17, 21): to a deaf woman "call" and
"shout" were said three times, and she left.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import yaml

from bot.conversation import places
from bot.conversation.hearing import DATA, Heard
from bot.conversation.questions import searched

FILE = DATA / "reach.yml"
#: The same, as `zaoan check` names it.
NAME = "data/reach.yml"
#: Blanks of the wording for who cannot telephone, who is abroad, and who speaks for somebody there.
FILL = ("sms", "sms_how", "sms_how_en", "text_line", "text_name", "text_how", "text_how_en", "country", "consular",
        "home_line", "relay", "line_hk", "emergency_hk")  # fmt: skip
#: Ways of reaching help, the condition `way` of a wording: a call, written words, another person.
VOICE, TEXT, PERSON, FREE = "voice", "text", "person", "free"
WAYS = (VOICE, TEXT, PERSON)
#: Facts that a later "I can talk now" lifts; who is deaf stays deaf.
FLEETING = frozenset({"overheard", "afraid_call", "no_credit", "no_signal", "no_phone"})
#: Turns in which a fear that was spoken out decides what is proposed in place of the police.
AFRAID = 12
#: Somebody hurts them, told at any time: whoever knocks or rings may be that one.
HURTS = "hurts"
KEY = "reach"


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that is heard. `way` and `hush` only for what keeps somebody from a call."""

    name: str
    say: tuple[re.Pattern[str], ...]
    unless: tuple[re.Pattern[str], ...] = ()
    way: str = ""
    hush: bool = False

    def heard(self, words: str) -> bool:
        """Whether a message says it."""
        return any(p.search(words) for p in self.say) and not any(p.search(words) for p in self.unless)


@dataclass(frozen=True, slots=True)
class Lists:
    """All facts of `data/reach.yml`."""

    barriers: tuple[Fact, ...]
    lives: tuple[Fact, ...]
    fears: tuple[Fact, ...]
    near: tuple[Fact, ...] = ()
    lifted: tuple[re.Pattern[str], ...] = ()
    hurts: tuple[re.Pattern[str], ...] = ()


def parse(raw: Mapping[str, Any]) -> Lists:
    """The lists from decoded YAML; KeyError, ValueError or re.error when they are wrong."""

    def compiled(rows: Iterable[str]) -> tuple[re.Pattern[str], ...]:
        return tuple(re.compile(str(row), re.IGNORECASE) for row in rows)

    barriers = []
    for name, spec in raw["barriers"].items():
        if spec["way"] not in {TEXT, PERSON, FREE}:
            raise ValueError(f"{name}: way {spec['way']!r}")
        barriers.append(Fact(name, compiled(spec["say"]), compiled(spec.get("unless", ())), spec["way"],
                             bool(spec.get("hush"))))  # fmt: skip
    plain = {group: tuple(Fact(n, compiled(rows)) for n, rows in raw[group].items()) for group in ("lives", "fears")}
    never = tuple(raw["never_within"])
    near = tuple(
        Fact(n, compiled(spec["say"]), compiled((*spec["unless"], *never))) for n, spec in raw["within"].items()
    )
    return Lists(tuple(barriers), plain["lives"], plain["fears"], near, compiled(raw["lifted"]),
                 compiled(raw["hurts"]))  # fmt: skip


@lru_cache(maxsize=1)
def lists() -> Lists:
    """The project's own lists, read once."""
    return parse(yaml.safe_load(FILE.read_text(encoding="utf-8")))


def listen(memory: dict[str, Any], text: str, known: Lists | None = None) -> None:
    """Keep what a message tells of what its writer can use. `memory` already holds the message."""
    known = known or lists()
    words = searched(text)
    kept: dict[str, int] = dict(memory.get(KEY) or {})
    turn = int(memory.get("turn") or 0)
    if any(p.search(words) for p in known.lifted):
        kept = {name: at for name, at in kept.items() if name not in FLEETING}
    for fact in (*known.barriers, *known.lives, *known.fears, *known.near):
        if fact.heard(words):
            kept[fact.name] = turn
    if any(p.search(words) for p in known.hurts):
        kept[HURTS] = turn
    memory[KEY] = kept


def settle(memory: dict[str, Any], before: Mapping[str, Any], heard: Heard, text: str, other: bool) -> None:
    """Keep what a message tells of what can be used, and who is where (:mod:`bot.conversation.places`)."""
    listen(memory, text)
    places.settle(memory, before, heard, other)


def conditions() -> dict[str, set[str]]:
    """The values that the conditions `way`, `life`, `fear` and `within` of a wording may take."""
    known = lists()
    return {
        "way": set(WAYS), "life": {"abroad", *(f.name for f in known.lives)}, "fear": {f.name for f in known.fears},
        "within": {f.name for f in known.near},
    }  # fmt: skip


def way(memory: Mapping[str, Any], emergency: bool = False) -> str:
    """How this person reaches help: voice, text or person. Calls to the emergency number are free, so that an empty
    card keeps nobody from them."""
    kept = memory.get(KEY) or {}
    # who types has something to type on: a telephone that will be taken bars no emergency call now
    found = {f.way for f in lists().barriers if f.name in kept and not (emergency and f.name == "no_phone")}
    if TEXT in found:
        return TEXT
    if PERSON in found:
        return PERSON
    return TEXT if FREE in found and not emergency and "no_credit" in kept else VOICE


def hushed(memory: Mapping[str, Any]) -> bool:
    """Whether this person can neither shout nor speak up."""
    kept = memory.get(KEY) or {}
    return any(fact.hush and fact.name in kept for fact in lists().barriers)


def barriers(memory: Mapping[str, Any]) -> frozenset[str]:
    """What keeps this person from a call."""
    kept = memory.get(KEY) or {}
    return frozenset(fact.name for fact in lists().barriers if fact.name in kept)


def lives(memory: Mapping[str, Any]) -> tuple[str, ...]:
    """The kinds of life that say which care fits, as in the file; `abroad` for who lives in another country."""
    kept = memory.get(KEY) or {}
    return tuple(fact.name for fact in lists().lives if fact.name in kept)


def fears(memory: Mapping[str, Any]) -> tuple[str, ...]:
    """What they said that they are afraid of, lately."""
    kept = memory.get(KEY) or {}
    now = int(memory.get("turn") or 0)
    return tuple(f.name for f in lists().fears if f.name in kept and now - kept[f.name] <= AFRAID)


def within(memory: Mapping[str, Any]) -> str:
    """Who is within a shout as this message tells it: `door`, `calling`, `passing`, or "" where nobody is known to
    be, or it may be who hurts them."""
    kept = memory.get(KEY) or {}
    if HURTS in kept:
        return ""
    now = int(memory.get("turn") or 0)
    return next((f.name for f in lists().near if kept.get(f.name) == now), "")


#: Words that ask to telephone; a call that somebody else makes ("替你打") and one that is waived ("不打也行") are none.
OTHERS_CALL = re.compile(
    r"(?:替|帮|代|幫|俾|畀)(?:你|您|我|手|忙|TA|他|她|佢)?(?:打|拨|撥|报|報)[^，。；！？,.]*"
    r"|(?:让|叫|由|讓|等|[请請](?!马上|立刻|立即|现在|現在|先|就|你|您|即刻|而家|快|尽快|务必|试|打|拨|撥))[^，。；！？,.]{1,8}?(?:来|去|嚟)?(?:打|拨|撥|报警)[^，。；！？,.]*"
    r"|(?:ask|let|have|get) [^,.;!?]{2,30}? (?:call|ring|dial|phone)[^,.;!?]*"
    r"|(?:call|ring) for you|no (?:phone )?calls?"
)
CALLS = re.compile(
    r"先打(?=过去|這|这|呢)|(?<![不别没先唔未冇])打(?!字|开|算|扰|听|包票|量|起|招呼|断|發|发|不|唔|給我看|印)|(?<![不别没唔])拨(?!不)|撥(?!唔|不)"
    r"|接通|(?<!不提)(?<!不用)(?<!唔使)(?:电话|電話)(?!放|不|打不|卡)"
    r"|\b(?:call|calling|dial|ring|phone|get through)\b(?!ed)",
    re.IGNORECASE,
)
SHOUTS = re.compile(
    r"喊|应一声|應一聲|说“(?:进来|陪我|来陪|我不好)|隔着门"
    r"|大声|大聲|叫出声|出声叫|\bshout|\byell|\bspeak up|说一声|講一聲|听听声音|聽聽聲音"
)


def unusable(text: str, way_now: str, hush: bool) -> bool:
    """Whether a sentence asks for what this person cannot do: a call where there is none, a shout where none may be."""
    if hush and SHOUTS.search(text):
        return True
    return way_now != VOICE and bool(CALLS.search(OTHERS_CALL.sub("", text)))
