"""What somebody in high danger must have been told, whatever the talk turns to meanwhile. Pure.

At level 4 the ladder's order sees to it. Below it a plan can be told, a day be named, a thing lie at hand, and the talk
go on about the day, the parcel, the person who must not know: so whoever told such a thing hears within two replies
of it, and anybody at level 3 once within five, the three things that keep people alive (VERA-MH 21-23): let somebody be
with you, put distance between you and it, and where to call or go when it grows too strong. One sentence holds all
three (`step: if_worse` of `utter_safety_step`).

And where a wish was told or the level is 3, whether there is a way, a day, something at hand is asked once each within
six replies (VERA-MH 11), before care or the past is spoken of.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from bot.conversation import memory as mem
from bot.conversation import onward
from bot.conversation.ladder import CLOSE_FROM, Ladder
from bot.conversation.questions import DIRECT
from bot.conversation.replies import REPLY
from bot.risk.near import SOON, runs_out

STEP = "if_worse"
#: Facts and signals after which the sentence is due once more.
GRAVE_FACTS = frozenset({"way", "when", "means_near", "thing"})
GRAVE_SIGNALS = frozenset({"plan", "method", "preparation", "goodbye", "intent", "time"})
#: Replies after the news, and after level 3 became known, by which it is said.
AFTER_NEWS, AFTER_HIGH = 1, 4
#: Steps that must not wait: the direct question, the first number with the question who can come.
FIRST = frozenset({"suicide", "confirm", "safety_direct", "companion_refer", "promise_refer", "emergency",
                   "another_way", "emergency_check"})  # fmt: skip
#: What shows that somebody has taken over.
THERE = onward.THERE - {"coming"}
#: A time within hours and one of these are an emergency.
SOON_FACT, HOUR, EDGE = "soon", "hour", frozenset({"means_near", "way", "hour"})
WHEN, DECIDED = frozenset({"when", "way"}), "decided"
#: A time that is within hours as the answer to "when".
HOURS = re.compile(
    r"今晚|今夜|今天|今日|零点|午夜|天亮|天光|半夜|凌晨|现在|马上|即刻|等(?:下|会)"
    r"|[一二三四五六七八九十两\d]+[点:：]|tonight|today|right now|hour",
    re.IGNORECASE,
)
#: Nothing but such a time.
BARE_HOUR = re.compile(
    r"^(?:嗯|恩|对|是|有|系|就)*[，。,…]*(?:我)?(?:就|就在|定在)?(?:今晚|今夜|今天|现在|马上|等下|等会儿?|天亮(?:前|就)?|半夜|零点)(?:了|吧|啊|就|走)?[。！!]?$"
    r"|^(?:yes|yeah)?,?(?:tonight|today|rightnow|now)$",
    re.IGNORECASE,
)
#: Questions to which an hour of today is the hour of it.
OPEN = WHEN | {"thoughts", "intent"}
#: Behind a door that they do not open: "锁着 没开".
LOCKED = re.compile(
    r"(?<!被)(?<!他)(?<!她)反锁(?![^，。]{0,4}(?:我|他|她))|(?:门|敲)[^，。药刀]{0,8}锁(?:着|了|上|死)(?![^，。]{0,4}(?:他|她|孩子|里面))|锁了门|把门锁"
    r"|\b(?:locked (?:the door|myself|in)|door.s locked)\b",
    re.IGNORECASE,
)
UNLOCKED = re.compile(r"门开了|开了[门锁]|开门了|出来了|\b(?:unlocked|opened the door)\b", re.IGNORECASE)
LOCKED_IN, PLANNED = "locked_in", frozenset({"way", "means_near"})
#: A count of minutes or hours that is left, or an hour of today.
COUNTS = re.compile(
    r"还(?:有|剩)(?:不到)?[半\d一二三四五六七八九十两]+(?:个)?(?:分|小时|钟头|刻)|仲有[半\d一二三四五六七八九十兩]+(?:個)?(?:分鐘|鐘頭)"
    r"|(?:今晚|今夜)[一二三四五六七八九十\d]+[点點时]|\b\d+ (?:minutes|hours?) (?:left|to go)",
    re.IGNORECASE,
)
#: What must have been asked, by which reply since level 2 became known, and in place of what.
PROBES = ("way", "intent", "safety", "means", "when")
PROBE_BY = 4
CAN_WAIT = frozenset({"stay", "listen", "human_help", "get_through", "past", "refer_check", "place", "companion"})
#: At level 4: how close it is, asked once, and in place of what.
CLOSE = "intent_now"
CLOSE_WAITS = frozenset({"stay", "safety_now", "emergency_check", "place", "means", "confirm"})
CALMER = frozenset({"accept_help", "thanks", "relief", "calm_denial", "prank", "presence", "bye"})
#: Turns after a refusal in which nothing more is asked.
PEACE = 2
#: Moves that are answered by themselves; the sentence follows with the next message.
NOT_NOW = frozenset({"swallowed", "misheard", "may_enter", "accept_help"})


def note(memory: dict[str, Any], signals: Iterable[str], tight: str = "") -> None:
    """Keep the turn of the last grave news, and whether the time told is within hours (fact `soon`). `memory` already
    holds the message; `tight`: its words, simplified and without spaces; `signals` are those that words of the lists
    gave."""
    if memory["level"] < 3 and not planned(memory):
        return
    told, turn = memory["told"], memory["turn"]
    if UNLOCKED.search(tight):
        told.pop(LOCKED_IN, None)
    elif LOCKED.search(tight) and memory.get("speaks_for") != "other":
        told.setdefault(LOCKED_IN, turn)
    if OPEN & set(memory.get("open") or ()) and BARE_HOUR.match(tight):
        told.setdefault("when", turn)  # "嗯 今晚" after "是真打算去做吗"
    if told.get("when") == turn and OPEN & set(memory.get("open") or ()) and HOURS.search(tight):
        told.setdefault(HOUR, turn)  # the answer to our own question
    if (
        (told.get("when") == turn and HOURS.search(tight))
        or SOON.search(tight)
        or COUNTS.search(tight)
        or runs_out(tight)
    ):
        told.setdefault("soon", turn)
    if told.keys() >= WHEN | {"suicide"} and told.get("suicide_denied", 0) <= max(told[fact] for fact in WHEN):
        told.setdefault(DECIDED, turn)  # a way and a day: what is said of the emergency number has no "if" any more
    if any(told.get(fact) == turn for fact in GRAVE_FACTS) or GRAVE_SIGNALS & set(signals):
        memory["gravest"] = turn


def planned(memory: Mapping[str, Any]) -> bool:
    """Whether somebody at level 2 has told us, mostly as answers to our own questions, a wish and a thing that is
    ready, or at hand with a day or a way: no message by itself sounds like it, together they are one (C-SSRS 4-5)."""
    told = memory["told"]
    denied = told.get("suicide_denied", 0) >= max(told.get("suicide", 0), memory["gravest"], 1)
    # where a thing was put is preparation; a thing that is merely near ("谁家没有") needs a day or a way beside it
    ready = "thing" in told or ("means_near" in told and bool(WHEN & told.keys()))
    return memory["level"] == 2 and "suicide" in told and ready and not denied and not THERE & told.keys()


def gravity(memory: Mapping[str, Any], level: int) -> int:
    """The level by which the order of steps is chosen: that of the talk, and what was answered to us above it."""
    if level >= 3 and at_the_edge(memory):
        return 4
    return 3 if level == 2 and memory.get("speaks_for") != "other" and planned(memory) else max(0, min(4, level))


def at_the_edge(memory: Mapping[str, Any]) -> bool:
    """Whether somebody in high danger has told, in whatever two messages, of a way or something at hand and of a time
    within hours or a locked door, or has named the hour when asked: the ladder then goes as at level 4, whatever the
    last message was graded."""
    told = memory["told"]
    soon = SOON_FACT in told and bool(EDGE & told.keys())
    shut = LOCKED_IN in told and bool(PLANNED & told.keys())
    return memory["level"] >= 3 and (soon or shut) and not THERE & told.keys()


def step(chosen: str, stairs: Ladder, mode: str, danger: str, move: str, memory: Mapping[str, Any]) -> str:
    """The step after all that was weighed: `chosen`, or the sentence that is due."""
    told = memory["told"]
    if mode != "care" or danger != "high" or STEP not in stairs.steps or THERE & told.keys():
        return chosen
    if "suicide_denied" in told and told["suicide_denied"] >= memory["gravest"]:
        return chosen  # a no; what is told after it counts again
    if move in NOT_NOW or chosen in FIRST or not stairs.open(STEP, memory):
        return chosen
    if move in {DIRECT, REPLY} and chosen == "quiet" and not _late(memory):
        return chosen
    return STEP if _due(memory) else chosen


def probe(chosen: str, stairs: Ladder, mode: str, danger: str, move: str, memory: Mapping[str, Any]) -> str:
    """`chosen`, or the question about way, day or what is at hand that was not asked yet."""
    told, turn = memory["told"], memory["turn"]
    # an answer to their question takes nothing away from ours, from the reply after the one by which it is due
    answers = chosen == "quiet" and move == DIRECT and memory["turn"] - memory["flagged"] >= PROBE_BY
    if mode != "care" or move in stairs.quiet:
        return chosen
    if danger == "imminent":
        return CLOSE if _close(chosen, stairs, move, memory) else chosen
    if danger not in {"ideation", "high"}:
        return chosen
    if (chosen not in CAN_WAIT and not answers) or (chosen == "place" and told.get("stale") == turn):
        return chosen
    wished = danger == "high" or "suicide" in told
    if not (wished and memory["flagged"] and memory["asked"].get("suicide")) or turn - memory["flagged"] < PROBE_BY - 1:
        return chosen
    left_alone = memory["refused"] and turn - memory["refused"] <= PEACE
    if left_alone or memory["refusals"] >= onward.REFUSED or turn - told.get("just_listen", -9) <= PEACE:
        return chosen
    return next((name for name in PROBES if stairs.open(name, memory) and mem.since(memory, name) > 1), chosen)


def _close(chosen: str, stairs: Ladder, move: str, memory: Mapping[str, Any]) -> bool:
    """Whether it is asked now how close it is: those who come should know (VERA-MH 11)."""
    first, turn = memory["asked"].get("emergency"), memory["turn"]
    again = chosen == onward.ANOTHER and mem.since(memory, onward.ANOTHER) <= 1  # one way was just shown
    waits = chosen in CLOSE_WAITS or again or (chosen == "quiet" and move == DIRECT)
    left_alone = memory["refused"] and turn - memory["refused"] <= PEACE
    if move in CALMER:
        return False  # who takes a hand, thanks us or owns up to a joke is not asked whether it is meant
    return bool(first and turn - first[0] >= CLOSE_FROM and waits and not left_alone and stairs.open(CLOSE, memory))


def _said(memory: Mapping[str, Any]) -> int:
    """The turn in which it was last said, 0 when never; the emergency script says all of it, too."""
    asked = memory["asked"]
    return max((turns[-1] for name in (STEP, "emergency") if (turns := asked.get(name))), default=0)


def _due(memory: Mapping[str, Any]) -> bool:
    turn, said = memory["turn"], _said(memory)
    if memory["gravest"] > said and memory["asked"].get("suicide"):
        return True
    return not said and bool(memory["high"]) and turn - memory["high"] >= AFTER_HIGH


def _late(memory: Mapping[str, Any]) -> bool:
    """Whether it was put off already."""
    return memory["gravest"] > _said(memory) and memory["turn"] - memory["gravest"] >= AFTER_NEWS
