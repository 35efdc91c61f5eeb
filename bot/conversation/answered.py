"""What a yes, a no or a word or two tells as an answer to what we asked last. Pure.

A "有" says nothing by itself. What it answers is the question that was really put, whatever step of the ladder it came
with: after "手边有没有危险的东西？" it is danger at hand, after "这一刻安全吗？" it is the opposite. So the topics of
the last sentence decide (:mod:`bot.conversation.inquiry`, kept in `memory["open"]`), and the step only where a sentence
asked for more than one thing or is not known.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from bot.conversation import inquiry
from bot.conversation.hearing import Heard

#: What was just told, in the order in which it is answered (the condition `told` of a wording).
ANSWERS = ("here", "beside_them", "stepped_back", "coming", "suicide", "way", "when", "means_near", "companion_none",
           "someone", "companion", "means_none", "way_none", "suicide_denied", "safe", "place",
           "explained", "order_lead", "unknown_who", "insisted")  # fmt: skip
#: A "no" to these words of a question about safety is the good answer: "会马上去自杀吗？" - "不会".
TURNED = re.compile(
    r"自杀|尋死|寻死|压不住|忍不住|伤到|kill yourself|end your life|hard to hold back|attempt suicide", re.IGNORECASE
)
#: "有" answers the "有没有" of a sentence that asks for more.
HAVE = re.compile(r"[就都还仲]?有")
GOOD = re.compile(r"安全|压得住|压唔压得住|\bsafe\b", re.IGNORECASE)
#: A day or an hour as the whole answer: "月底", "二十号吧", "等她考完".
SHORT = 14
DAY = re.compile(
    r"今晚|今夜|今天|今日|明天|明早|明晚|听日|聽日|后天|後天|大后天|天亮|天光|半夜|凌晨|周[一二三四五六日末天]|礼拜|禮拜|星期"
    r"|[上中下]旬|月[底末初]|年[底前后]|下[个個]?[周月]|过[完了]?[年节]|生日|忌日|清明|中秋|春节|国庆|开学|放假|毕业"
    r"|[一二三四五六七八九十\d]+[号號日点點]|[一二三四五六七八九十\d]+[个個]?(?:月|天|小时|钟头)(?:后|以后|之后|内)"
    r"|等[^，。,]{1,10}(?:完|后|了|走|睡|回来|出门|结束)|(?:考|做|办|发|交|还)完"
    r"|\b(?:tonight|today|tomorrow|weekend|(?:mon|tues|wednes|thurs|fri|satur|sun)day|next (?:week|month)|end of)\b",
    re.IGNORECASE,
)


#: A whole clause that says no to the direct question ("啥 我没有 我就是换护腕", "不想。死是永久的"), and words after it
#: that take it back.
NO_FIRST = re.compile(r"^[^，,。.!！？?\s]{0,2}[，,。.!！？?\s]*我?(?:没有|没想过?|没|不是|不想|冇)[，,。.!！\s]")
TAKEN_BACK = re.compile(
    r"(?<![不没唔冇])想死|不想活|活够|活腻|活不下|自杀|消失|不醒|解脱|没意思|撑不|没有我就|不在了|唔想生"
    r"|not wake|disappear",
    re.IGNORECASE,
)


def plain_no(memory: Mapping[str, Any], heard: Heard) -> bool:
    """Whether the message begins with a no to the direct question that nothing in it takes back; pieces of words that
    meet across its end ("不想。死是永久的") are no wish."""
    direct = memory["pending"] in {"suicide", "confirm", "safety_direct"}
    return direct and bool(NO_FIRST.search(heard.plain)) and not TAKEN_BACK.search(heard.tight)


def facts(memory: Mapping[str, Any], heard: Heard, level: int) -> Iterator[str]:
    """The facts that this message tells as an answer. `memory` is the talk's, already one turn further."""
    if "safe_yes" in heard.facts:
        yield "safe"
    if "swallowed" in heard.moves and level >= 2:
        yield "swallowed"
    pending = memory["pending"]
    if "alone" in heard.facts and pending in {"companion", "companion_refer"} and not heard.person:
        yield "companion_none"
    if "with_someone" in heard.facts:
        yield "companion"
    asked = frozenset(memory.get("open") or ())
    if {"when", "way"} & asked and level >= 2 and len(heard.tight) <= SHORT and DAY.search(heard.plain):
        yield "when"
    if heard.yes is None or {"misheard", "refuse_talk"} & set(heard.moves):
        return  # "我刚才不是说了吗，有" answers an older question
    turned = bool(memory.get("open_turned"))
    if (known := _of_topic(asked, heard, heard.yes, turned)) is not None:
        yield from known
    elif pending is not None:
        yield from _of_step(pending, heard, heard.yes, turned)


def opened(memory: dict[str, Any], sentences: Collection[str]) -> None:
    """Keep what the last question of this reply asks for, and whether a no to it is the good answer."""
    asked: frozenset[str] = frozenset()
    turned = False
    for sentence in sentences:
        if "？" in sentence or "?" in sentence:
            asked = inquiry.topics(sentence)
            turned = bool(TURNED.search(sentence)) and not GOOD.search(sentence)
    memory["open"], memory["open_turned"] = sorted(asked), turned


def _of_topic(asked: frozenset[str], heard: Heard, yes: bool, turned: bool) -> tuple[str, ...] | None:
    """What the answer to a question for one thing tells; None where the step must say what was asked."""
    there_is = yes and HAVE.match(heard.tight) is not None
    if asked == {"means"} or (asked == {"means", "safe"} and (turned or there_is)):
        return ("means_near",) if yes else ("means_none",)
    if asked == {"safe"}:
        return ("safe",) if yes != turned else ()
    if asked == {"with"}:
        return ((() if heard.person else ("someone",)) if yes else ("companion_none",)) or None
    if asked and asked <= {"come", "with"} and yes and not heard.person:
        return ("someone",)
    return None


def _of_step(pending: str, heard: Heard, yes: bool, turned: bool) -> tuple[str, ...]:
    """The same by the step that left a question open."""
    if pending in {"suicide", "confirm"}:
        return ("suicide",) if yes else ("suicide_denied",)
    if pending == "safety_direct":
        return () if yes else ("safe",)  # "会不会马上去自杀" - "不会"
    if pending == "way":
        return ("way",) if yes else ("way_none",)
    if pending in {"safety", "means"}:
        return () if yes else ("means_none",)  # "手边有没有会伤到你的东西" - "没有"
    if pending in {"safety_now", "emergency"}:
        return ("safe",) if yes != turned else ()
    if pending in {"companion", "companion_refer"}:
        if heard.person:  # "没谁 我表哥吧" names one; "嗯" alone, with another story after it, brings nobody
            return ("companion",) if yes else ()
        return () if yes else ("companion_none" if "alone" in heard.facts else "companion_declined",)
    if pending == "when":
        return ("when",)
    if pending == "past":
        return ("past_tried",) if yes else ("past_none",)
    return ()
