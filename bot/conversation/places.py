"""Who is where: the writer, and the person they speak for. Pure.

"他在英国 利兹，我在南昌": numbers are for where the person in danger is, and the words say how the writer reaches them
from here. A parcel that goes to another place moves nobody.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from bot.conversation.hearing import Heard, Patterns, patterns

#: Regions of which a writer who tells no place may be.
HOME = frozenset({"mainland", "hongkong", "macau", "taiwan"})
_CLAUSE = re.compile(r"[，,。.！!？?；;\n]+|(?<=[\u4e00-\u9fff])\s+|\s+(?=[\u4e00-\u9fff])")
_KIN = (
    "爸妈?|妈妈?|爹|娘|哥哥?|姐姐?|弟弟?|妹妹?|儿子|女儿|闺女|孩子|娃|孙子|孙女|外孙|侄子|侄女|老公|老婆|丈夫|妻子|对象"
    "|男朋友|女朋友|男友|女友|朋友|同学|室友|同事|网友|学生|表[哥弟姐妹]|堂[哥弟姐妹]|仔|囡|细佬|家姐|阿[妈爸哥女仔]"
)
_THEIRS = re.compile(
    rf"他|她|佢|TA|(?:我|俺|咱)?(?:家|的)?(?:{_KIN})|\b(?:he|she|they|his|her|my (?:son|daughter|sister|brother|mother"
    r"|father|mum|mom|dad|husband|wife|friend|boyfriend|girlfriend|cousin|kids?|child(?:ren)?|roommate))\b",
    re.IGNORECASE,
)
_OWN = re.compile(
    rf"(?:我|俺|咱)(?!的?(?:家)?(?:{_KIN}))|\b(?:i|i.m|i am|i live|we are|we.re|here)\b",
    re.IGNORECASE,
)
_STAYS = re.compile(r"在|住|到|喺|去|来|飞|嫁|读|念|移民|留学|搬|是|人|\b(?:in|at|from|am|live|here)\b", re.IGNORECASE)
#: A place that is named for another reason than that somebody is there.
_NO_STAY = re.compile(
    r"(?:不|唔|没)(?:在|喺|系|係)|不是在|以为|以爲|骗|哄|话去|話去|说去|寄|发到|发往|发去|发给|送到|"
    r"收货|收件|地址|快递|物流|集运|进口|代购|号码|是国内的"
    r"|\bnot (?:in |from )?(?:the )?(?:hong ?kong|china|mainland|taiwan|macau)\b"
    r"|\b(?:address|ship|deliver|parcel|package|that number|the number|from china)\b|\bsend (?:it|this|them|to)\b",
    re.IGNORECASE,
)


#: Where somebody is not, said beside where they are: "im in leeds not hong kong".
_NOT_THERE = re.compile(
    r",? ?\bnot (?:in |from )?(?:the )?(?:hong ?kong|china|mainland|taiwan|macau)\b"
    r"|(?:又)?(?:不|唔)(?:是|系|係)(?:在|喺)?(?:香港|内地|大陆|国内|台湾|澳门)",
    re.IGNORECASE,
)
_NOT_HONGKONG = re.compile(r"\bnot (?:in |from )?(?:the )?hong ?kong\b", re.IGNORECASE)


def read(text: str, known: Patterns | None = None) -> tuple[str | None, str | None, str | None]:
    """The region of the writer, that of somebody else, and one that is said of nobody; None where none is told.
    `text` is simplified."""
    lists = (known or patterns()).regions
    away = "mainland" if _NOT_HONGKONG.search(text) else None  # English is met with numbers of both
    found: dict[str, str | None] = {"own": None, "theirs": None, "": None}
    whose = ""
    for clause in filter(None, (c.strip() for c in _CLAUSE.split(text) if c)):
        words = clause if not re.search("[\u4e00-\u9fff]", clause) else "".join(clause.split())
        if _NOT_THERE.sub("", words).strip():
            words = _NOT_THERE.sub("", words)
        hits = ((region, hit.start()) for region, rows in lists.items() for p in rows if (hit := p.search(words)))
        region, at = next(hits, (None, len(words)))
        before = words[: at + 1]  # "台中火车站欸大哥": who is named after the place is not the one who is there
        own, theirs = _OWN.search(before), _THEIRS.search(before)
        if own or theirs:
            whose = "theirs" if theirs and (not own or theirs.start() <= own.start() or _kin_first(before)) else "own"
        if region is None or _NO_STAY.search(words):
            continue
        # without a subject of its own a place belongs to whoever else was spoken of, unless that is known already;
        # "我问您英国的警察" puts the writer nowhere
        to = whose if own or theirs or (whose == "theirs" and not found[whose]) else ""
        if to == "own" and own and not _STAYS.search(words[own.start() : at + 4]):
            to = ""
        found[to] = region
    return found["own"], found["theirs"], found[""] or (away if not any(found.values()) else None)


def _kin_first(clause: str) -> bool:
    return bool(re.search(rf"(?:我|俺)(?:家|的)?(?:{_KIN})|\bmy ", clause, re.IGNORECASE))


#: Steps that name a line.
GIVES_A_LINE = frozenset({"refer", "companion_refer", "promise_refer", "people", "refer_emergency", "emergency"})
#: An hour of home told by who is abroad and speaks for another: "国内现在十点".
AT_HOME = re.compile(r"国内(?:现在|这会儿|时间|那边|是?(?:早上|晚上|半夜|凌晨|[一二三四五六七八九十\d]+点))")


def settle(memory: dict[str, Any], before: Mapping[str, Any], heard: Heard, other: bool) -> None:
    """Keep who is where. `memory` already holds the message, `before` is the talk's before it; `other`: the writer
    speaks for somebody else."""
    if not heard.region and not (other and AT_HOME.search(heard.plain)):
        return
    own, theirs, loose = read(heard.plain)
    if loose and before.get("region") not in {None, "hongkong"} and _NOT_HONGKONG.search(heard.plain):
        loose = None  # who was in Toronto before is so still
    if other and not theirs and AT_HOME.search(heard.plain):
        theirs = "mainland"
    if loose and other and not theirs:
        theirs = loose
    elif loose and not own:
        own = loose
    memory["region"] = own or before.get("region")
    misled = before.get("region") or before.get("language") in {"yue", "en"} or before.get("traditional")
    if own and not other and misled and own != before.get("region") and before.get("last_refer"):
        # "我喺廣州，唔係香港": the line that was named is none for them, and a fitting one is due
        memory["asked"] = {step: turns for step, turns in memory["asked"].items() if step not in GIVES_A_LINE}
        memory["last_refer"] = 0
    if theirs:
        memory["their_region"] = theirs
    mine, far = memory.get("region"), memory.get("their_region")
    if other and far and mine != far and (mine or far not in HOME):
        memory["told"].setdefault("far_from", memory["turn"])


def of_danger(memory: Mapping[str, Any], who: str) -> str | None:
    """The region in which help is needed."""
    theirs = memory.get("their_region") if who == "other" else None
    return str(theirs or memory.get("region") or "") or None


def from_home(memory: Mapping[str, Any], who: str, foreign: frozenset[str]) -> bool:
    """Whether somebody in the mainland speaks for somebody who is abroad."""
    there = memory.get("their_region")
    return who == "other" and there in foreign and memory.get("region") in {None, "mainland"}


def from_abroad(memory: Mapping[str, Any], who: str, foreign: frozenset[str], abroad: str) -> bool:
    """Whether somebody abroad speaks for somebody in the mainland, whose 110 they cannot dial."""
    return who == "other" and memory.get("their_region") == "mainland" and memory.get("region") in foreign | {abroad}
