"""What a yes, a no or a word or two tells as an answer to what we asked last. Pure.

A "有" says nothing by itself. What it answers is the question that was really put, whatever step of the ladder it came
with: after "手边有没有危险的东西？" it is danger at hand, after "这一刻安全吗？" it is the opposite. So the topics of
the last sentence decide (:mod:`bot.conversation.inquiry`, kept in `memory["open"]`), and the step only where a sentence
asked for more than one thing or is not known.

What the lists do not read is read by example (:mod:`bot.conversation.replied`), and where both say something the
examples count: strangers answer in other words than ours.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import Any

from bot.conversation import inquiry, insisted
from bot.conversation.hearing import Heard
from bot.conversation.learned import Learned

#: What was just told, in the order in which it is answered (the condition `told` of a wording).
ANSWERS = ("here", "beside_them", "stepped_back", "coming", "suicide", "way", "when", "means_near", "companion_none",
           "someone", "companion", "means_none", "way_none", "suicide_denied", "safe", "place",
           "explained", "order_lead", "unknown_who", "insisted", "told_before")  # fmt: skip
#: A "no" to these words of a question about safety is the good answer: "会马上去自杀吗？" - "不会".
TURNED = re.compile(
    r"自杀|尋死|寻死|压不住|忍不住|伤到|kill yourself|end your life|hard to hold back|attempt suicide", re.IGNORECASE
)
#: "有" answers the "有没有" of a sentence that asks for more.
HAVE = re.compile(r"[就都还仲]?有")
GOOD = re.compile(r"安全|压得住|压唔压得住|\bsafe\b", re.IGNORECASE)
#: A day or an hour as the whole answer: "月底", "二十号吧", "等她考完".
SHORT = 14
#: In a longer one a clause that is nothing but a time: "你问，我答你，有。九点。".
CLAUSES, ALONE = re.compile(r"[，。,.!！?？;；…\s]+"), 4
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
NO_FIRST = re.compile(
    r"^[^，,。.!！？?\s]{0,2}[，,。.!！？?\s]*我?(?:没有|没想过?|没|不是|不想|冇)[，,。.!！\s]"
    r"|^(?:唔系|唔係)(?:呀|啊|喎|啦)?[，,。.!！\s]*我?(?:都|从来|從來|真系|真係)?冇(?:諗|谂|想)(?:过|過)?(?=[，,。.!！…\s]|$)"
)
TAKEN_BACK = re.compile(
    r"(?<![不没唔冇])想死|不想活|活够|活腻|活不下|自杀|消失|不醒|解脱|没意思|撑不|没有我就|不在了|唔想生"
    r"|(?:不过|但是?|就是)今[晚夜天]|今晚就|(?:已经|刚|刚刚)(?:吃|喝|吞)|想好了|就走"
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
    if "safe_yes" in heard.facts and not OF_ANOTHER.match(heard.plain):
        yield "safe"
    if "swallowed" in heard.moves and level >= 2:
        yield "swallowed"
    pending = memory["pending"]
    if "alone" in heard.facts and pending in {"companion", "companion_refer"} and not heard.person:
        yield "companion_none"
    if "with_someone" in heard.facts:
        yield "companion"
    asked = frozenset(memory.get("open") or ())
    parts = (p for p in CLAUSES.split(heard.plain) if len(heard.tight) <= SHORT or len(p) <= ALONE)
    yes = "thoughts" in asked and heard.yes is True  # "嗯 今晚"
    if ({"when", "way"} & asked or yes) and level >= 2 and any(DAY.search(part) for part in parts):
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
    if pending in {"intent", "intent_now"}:
        return ("suicide", "decided") if yes else ()  # "不是真打算" takes nothing back
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


#: Answers by example -> the facts that they tell.
MEANS: dict[str, dict[str, tuple[str, ...]]] = {
    "thoughts": {"yes": ("suicide",)},  # a no is believed in so many words only
    "way": {"yes": ("way",), "no": ("way_none",), "unsaid": ("way_unsaid",)},
    "when": {"soon": ("when", "soon"), "later": ("when",), "no": ("when_unsaid",), "unsaid": ("when_unsaid",)},
    "means": {"near": ("means_near",), "none": ("means_none",), "unsaid": ("means_unsaid",)},
    "safe": {"yes": ("safe",), "no": ()},
    "with": {"someone": ("someone",), "alone": ("alone", "companion_none")},
    "come": {"yes": ("companion",), "cannot": ("companion_none",), "wont": ("companion_declined",)},
    "place": {"told": ("place",), "wont": ("refused_place",)},
    "past": {"tried": ("past_tried",), "none": ("past_none",), "unsaid": ("past_unsaid",)},
    "called": {"done": ("called_line",), "wont": ("line_declined",)},
    "care": {"no": ("care_declined",)},
    "ta_thoughts": {"yes": ("suicide",), "no": ("ta_unsaid",), "unknown": ("ta_unsaid",)},
    "ta_way": {"yes": ("way",), "no": ("way_none",), "unknown": ("way_none",)},
    "ta_means": {"near": ("means_near",), "none": ("means_none",), "unknown": ("means_unsaid",)},
    "ta_with": {"someone": ("ta_with",), "alone": ("alone",)},
    "ta_place": {"told": ("ta_place",), "unknown": ("ta_unplaced",)},
    "ta_state": {"talks": ("ta_state",), "silent": ("ta_state",)},
}  # fmt: skip
#: Answers that tell no fact, and every answer that examples may teach.
QUIET = frozenset(
    {"thoughts.no", "thoughts.evade", "called.failed", "called.notyet", "care.yes", "ta_with.unknown",
     "denial.clear", "denial.half", "denial.other", "any.told", "any.other"}
)  # fmt: skip
KINDS = QUIET | {f"{topic}.{answer}" for topic, answers in MEANS.items() for answer in answers}
#: Topics that one machine reads for several, and steps whose question is no topic of `inquiry.yml`.
SAME = {"ta_come": "ta_with", "ta_reach": "ta_with", "ta_when": "ta_way"}
OF_STEP = {"refer_check": "called", "emergency_check": "called", "human_help": "care", "care_promise": "care"}
#: Signals in words of the lists that are answered before any apology.
GRAVE = frozenset({"ideation_active", "plan", "method", "preparation", "goodbye", "in_progress", "intent"})
#: What tells a clear no to all of it from half a one; kept as `denies` for :mod:`bot.conversation.insisted`.
DENIAL = "denial"
#: The message says that this was told before; what the examples call that; as often asked as this a topic is shut.
TOLD_BEFORE, TOLD, ENOUGH = "told_before", "told", 3
#: "他喝醉了在床上" of who hits them says nothing of their own safety.
OF_ANOTHER = re.compile("(?:他|她|佢|他们)(?!.*我)|(?:he|she|they)(?:'s)? (?!.*\\bi\\b)", re.IGNORECASE)
#: "位置：值班室，不安全" beside a way out is no safety yet.
UNSAFE = re.compile(r"[不唔]安全|\b(?:not|un)\s?safe\b", re.IGNORECASE)
#: Facts that one answer cannot tell together.
EITHER = (
    {"means_near", "means_none", "means_unsaid"}, {"way", "way_none", "way_unsaid"}, {"when", "when_unsaid"},
    {"companion", "companion_none", "companion_declined", "someone"}, {"past_tried", "past_none", "past_unsaid"},
)  # fmt: skip


def by_example(now: dict[str, Any], before: Mapping[str, Any], heard: Heard, learned: Learned, text: str) -> Heard:
    """Keep in the memory `now`, which holds the message, what it answers by example to our last question. Gives the
    message as it is to be taken: who says that they told it before is apologised to, and that is not asked again."""
    turn, told = now["turn"], now["told"]
    now["denies"] = ""
    if learned.answer and insisted.asked(before) and now["level"] >= inquiry.CARE:
        now["denies"] = learned.answer([DENIAL], text).get(DENIAL, "")
    asked = [*(before.get("open") or ()), *([OF_STEP[p]] if (p := before.get("pending")) in OF_STEP else ())]
    if before["turn"] and before["last_refer"] == before["turn"]:
        asked.append("called")  # a number was given: whether they will or can call answers it
    if learned.answer is None or not asked or max(now["level"], before.get("level") or 0) < inquiry.CARE:
        return heard
    known = learned.answer(list(dict.fromkeys(SAME.get(topic, topic) for topic in asked)), text)
    if known.get("called") == "wont" and before["asked"].get("emergency"):
        told.setdefault("call_declined", turn)
    new = {fact for topic, answer in known.items() for fact in MEANS.get(topic, {}).get(answer, ())}
    if OF_ANOTHER.match(text) or UNSAFE.search(text):
        new -= {"safe"}
    for either in EITHER:
        if either & new:
            for fact in either - new:
                if told.get(fact) == turn:
                    del told[fact]
    for fact in sorted(new):
        told.setdefault(fact, turn)
    told.pop(TOLD_BEFORE, None)
    if TOLD in known.values() and not new:
        told[TOLD_BEFORE] = turn
        for topic in before.get("open") or ():
            now["inquired"].setdefault(topic, []).extend([turn] * ENOUGH)
        if "misheard" not in heard.moves and now["level"] < inquiry.EDGE:
            heard = replace(heard, moves=("misheard", *heard.moves))
    return heard


def told_again(now: Mapping[str, Any], ruled: Collection[str], asks: Collection[str]) -> bool:
    """Whether this message does little more than say that it was told before: no question, and nothing grave in words
    of the lists."""
    calm = now["level"] < inquiry.EDGE and not asks and not set(ruled) & GRAVE
    return calm and now["told"].get(TOLD_BEFORE) == now["turn"]
