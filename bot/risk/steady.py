"""What says that the worst is over for this moment (`data/steady.yml`). Pure, by rules.

"安全，坐在床上", "她过来了 坐我边上了", "药交给她了": words that stand beside real emergencies in everything the
learned readers were taught with, so they read them as one. The calm pieces are taken away and what is left is read
by itself. What is known of the customer never falls by this (labelling guide: only a person lowers a level).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from bot.risk.files import read_yaml
from bot.risk.normalise import normalise

_BREAK = re.compile(r"[\s,，。.!！?？;；:：、…~～「」“”\"]+")
_BREAK_ENGLISH = re.compile(r"[,.!?;:…~\"“”]+")
#: Safe where they are; stepped back or put it away; somebody is beside them, near or awake, on the way or reached.
SAFE, BACK, HERE, NEAR, COMING = KINDS = ("safe", "back", "here", "near", "coming")
#: Longer messages tell a story of their own and are read as they stand.
LONGEST, LONGEST_ENGLISH = 80, 200


@dataclass(frozen=True, slots=True)
class Calm:
    """`kinds`: what steadies (of :data:`KINDS`); `rest`: the message without those pieces, maybe ""."""

    kinds: frozenset[str]
    rest: str


def load() -> dict[str, Any]:
    """The file as it stands."""
    data: dict[str, Any] = read_yaml("steady.yml")
    return data


@lru_cache(maxsize=1)
def _patterns() -> tuple[dict[str, re.Pattern[str]], re.Pattern[str], re.Pattern[str]]:
    data = load()
    kinds = {kind: re.compile("|".join(f"(?:{p})" for p in data[kind]).replace("{who}", data["who"])) for kind in KINDS}
    return kinds, re.compile(data["polite"]), re.compile(data["spoils"])


def calm(text: str) -> Calm | None:
    """What in the message steadies, and what is left without it; None where nothing does or something spoils it."""
    chinese = re.search("[\u4e00-\u9fff]", text) is not None
    if len(text) > (LONGEST if chinese else LONGEST_ENGLISH):
        return None
    kinds, polite, spoils = _patterns()
    if spoils.search(normalise(text).text):
        return None
    found: set[str] = set()
    rest: list[str] = []
    breaks = _BREAK if chinese else _BREAK_ENGLISH
    for part in (p.strip() for p in breaks.split(text) if p.strip()):
        folded = normalise(part).text
        here = {kind for kind, pattern in kinds.items() if pattern.search(folded)}
        found |= here
        if not here and not polite.search(folded):
            rest.append(part)
    return Calm(frozenset(found), "，".join(rest)) if found else None


def spoiled(text: str) -> bool:
    """Whether something in the message takes the calm out of it: "他回来了 要打我", "等她走了我就"."""
    return bool(_patterns()[2].search(normalise(text).text))


#: The same without a question mark: "我不知道咋开口".
_UNSURE = re.compile(
    r"不(?:知道|晓得|会|懂)(?:该|要)?(?:怎么|咋|如何|点样?|啥|什么|哪)|唔知(?:点|點)(?:样|樣)?|我(?:问|說|说)的?是"
    r"|(?:咋|怎么|如何|点样?|點樣?)(?!这么|那么|这样|咁)[^，。]{0,4}(?:开口|开这个口|说|讲)[^，。]{0,2}?[啊呀呢嘛咯哩好]*$"
)


def asks_for_words(text: str) -> bool:
    """Whether the writer asks which words to say to somebody: "那我说哪一句呀？说妈对不起你？" takes no leave."""
    folded = normalise(text).text
    asks = "？" in text or "?" in text or bool(_UNSURE.search(folded))
    return asks and bool(_words("words").search(folded)) and not _words("sets_a_time").search(folded)


@lru_cache(maxsize=2)
def _words(key: str) -> re.Pattern[str]:
    return re.compile(load()[key])
