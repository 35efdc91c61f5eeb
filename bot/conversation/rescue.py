"""A rescue that somebody else is carrying out: what their newest message tells of it decides what they read. Pure.

Whoever stands before a door, kneels beside somebody who does not wake, or has just been told that they were held back,
needs the one thing that comes now. In a played talk a friend wrote that her flatmate lay on the floor and breathed with
a snore, and read that her question had been passed on (docs/safety/vera.md, eighteenth play).

First aid is what an ambulance service tells every caller (International Federation of Red Cross and Red Crescent
Societies, first aid guidelines 2020: unresponsive and breathing, on the side; not breathing, as the dispatcher says).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.conversation.hearing import Heard
from bot.conversation.questions import OPEN, UNKNOWN

DOWN, FOUND, SAVED = "other_down", "other_found", "other_saved"
STEPS = frozenset({DOWN, FOUND, SAVED})
#: From this level of the talk on.
GRAVE = 3
_CLAUSE = re.compile(r"[，,。.！!？?；;…\n]+|(?<=[\u4e00-\u9fff0-9]) +")
#: What is only feared, wished for or asked in advance.
_SUPPOSED = re.compile(
    r"要是|如果|假如|万一|会不会|要不要先|怕(?:他|她|佢|人)?(?:会)?|以后|之前|上次|去年"
    r"|\b(?:if|when|what if|afraid|might)\b",
    re.IGNORECASE,
)
#: A message, a phone or a door that gives no answer is nobody who lies there.
_FAR = re.compile(
    r"消息|电话|電話|微信|信息|短信|敲|喊了|门外|門外|隔着|反锁|\b(?:text|message|phone|call)s?\b", re.IGNORECASE
)
_DOWN = re.compile(
    r"(?:叫|喊|摇|搖|推|拍)(?:都|也)?(?:不|唔)醒|(?:没有?|冇)(?:了)?(?:呼吸|气了|反应|反應|知觉|脉搏|心跳)|(?:还|仲)有(?:呼吸|气|心跳)"
    r"|昏(?:过去|迷|倒)|晕(?:过去|倒)|抽搐|口吐白沫|(?:躺|倒|瘫)(?:在)?地(?:上|板)|(?:像|在)?打(?:呼噜|鼾)(?:一样)?的?声"
    r"|嘴唇(?:都)?(?:发)?[紫青黑]|身上(?:都)?冰凉|(?:翻|侧)过(?:来|去|身)|人工呼吸|心肺复苏"
    r"|\b(?:won.?t wake|unconscious|not breathing|barely breathing|snoring sound|on the floor|passed out)\b",
    re.IGNORECASE,
)
_FOUND = re.compile(
    r"(?<![没不])门(?:终于|已经|刚)?(?:被)?(?:打|撬|踹|撞|弄)?开了|(?<![没不])(?:撬|踹|撞|砸)开(?:门)?了|^(?:我|我们|终于)?(?:已经)?进(?:去|来|屋)了"
    r"|(?<![没不])(?:找到|看到|见到)(?:他|她|佢|人)了|\b(?:the door is open|got in|found (?:him|her|them))\b",
    re.IGNORECASE,
)
_SAVED = re.compile(
    r"(?<![没不])(?:拦|拽|拉|抢|救|抱|劝)(?:住|下来|回来|上来|回|下)(?:了|咗)(?![吗么没])"
    r"|救护车(?:已经|也)*(?:到|来)了(?![吗么])|上(?:了)?救护车了?|跟车走"
    r"|(?<![没不快要])(?:送|到|进)(?:了)?(?:到|进)?(?:医院|急诊|抢救室)了"
    r"|在(?:里面|里头)?(?:抢救|洗胃)|(?:警察|民警)(?:已经|也|都)*在(?=这|那|场|了|$)|(?:人|他|她|佢)(?:已经)?没(?:事|危险)了"
    r"|\b(?:the )?(?:ambulance|police|paramedics) (?:is|are) here\b|\bat the hospital\b"
    r"|\b(?:he|she|they).{0,4}safe now\b",
    re.IGNORECASE,
)
#: Somebody is with them: in class among teachers, the aunt in the room, the uncle arrived.
_BESIDE = re.compile(
    r"(?:他|她|佢|孩子|娃|女儿|儿子|闺女)[^，。]{0,8}在(?:学校|教室|班里|单位|公司)[^，。]{0,4}(?:上课|上学|坐着|考试|上班|开会)"
    r"|(?:[姨婶叔伯姑舅哥姐弟妹爸妈]|舅舅|邻居|房东|老师|同事|室友|护士|保安|物业|[小老阿大][\u4e00-\u9fa5])(?:已经|都|刚|也|就)*"
    r"(?:在屋里|进门|进屋|进去|上去|到(?:了)?(?:我)?(?:妈|爸|他|她|姥|奶|爷|儿子|女儿|家|那))[^，。吗么没不]{0,3}了"
    r"|(?:屋里|身边|旁边)(?:现在)?有人(?:陪|守|看)着?|\b(?:is|are) with (?:him|her|them) now\b",
    re.IGNORECASE,
)


def stage(text: str, level: int, other: bool) -> str:
    """The step that the message calls for, "" where it tells of no rescue. `other`: the writer speaks for another."""
    if not other or level < GRAVE:
        return ""
    clauses = [part for part in _CLAUSE.split(text.strip()) if part and not _SUPPOSED.search(part)]
    if any(_SAVED.search(part) for part in clauses):
        return SAVED
    if any(_DOWN.search(part) and not _FAR.search(part) for part in clauses):
        return DOWN
    return FOUND if any(_FOUND.search(part) for part in clauses) else ""


def note(now: dict[str, Any], text: str, level: int, other: bool) -> None:
    """Keep the stage of this message in the memory `now`, as `rescue`; what was told of help stays told."""
    now["rescue"] = found = stage(text, level, other)
    if found == SAVED:
        now["told"]["help_there"] = now["turn"]
    clauses = [part for part in _CLAUSE.split(text.strip()) if part and not _SUPPOSED.search(part)]
    if other and any(_BESIDE.search(part) for part in clauses):
        now["told"]["with_someone"] = now["turn"]


def first(now: Mapping[str, Any], move: str, asks: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """Move and questions where what comes now is the answer: beside somebody who does not wake nothing else is
    discussed, and no question is passed on to a colleague."""
    found = now.get("rescue")
    if not found:
        return move, asks
    kept = () if found in {DOWN, FOUND} else tuple(kind for kind in asks if kind not in {OPEN, UNKNOWN})
    return (move if kept else "tell"), kept


#: "喊警察来会不会更糟" asks about the other, not whether we call.
_WORSE = re.compile(r"(?:警|110|差人)[^，。？?]{0,12}(?:更|刺激|激动|激動|吓|嚇|受惊|逼急|跳)")


def unasked(heard: Heard) -> Heard:
    """The message without "do you call the police" where it asks whether they make it worse."""
    if "ask_police" not in heard.moves or not _WORSE.search(heard.tight):
        return heard
    return replace(heard, moves=tuple(move for move in heard.moves if move != "ask_police"))
