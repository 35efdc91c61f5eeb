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

DOWN, EDGE, FOUND, ARRIVED, SAVED = "other_down", "other_edge", "other_found", "other_arrived", "other_saved"
STEPS = frozenset({DOWN, EDGE, FOUND, ARRIVED, SAVED})
#: Stages in which nobody may be without an ambulance: the call goes first until it was made.
CALL_FIRST = frozenset({DOWN, EDGE, FOUND})
#: From this level of the talk on.
GRAVE = 3
_CLAUSE = re.compile(r"[，,。.！!；;…\n]+|(?<=[？?])|(?<=[\u4e00-\u9fff0-9]) +")
#: What is only feared, wished for, asked, or told of another day.
_SUPPOSED = re.compile(
    r"要是|如果|假如|万一|会不会|要不要先|怕(?:他|她|佢|人)?(?:会)?|以后|之前|上次|去年|(?:吗|么|咩|没|没有|不)[？?]?$"
    r"|\b(?:if|when|what if|afraid|might)\b",
    re.IGNORECASE,
)
#: "找到她了？" is no news; "她叫不醒怎么办？" is.
_ASKED = re.compile(r"[？?]")
#: A message, a phone or a door that gives no answer is nobody who lies there; nor is who sits at a river.
_FAR = re.compile(
    r"消息|电话|電話|微信|信息|短信|发了[^，。]{0,4}条|不回|敲|喊了|门外|門外|隔着|反锁|江边|河边|桥"
    r"|\b(?:text|message|phone|call)s?\b",
    re.IGNORECASE,
)
#: Nobody has got in yet, or all that is known came over a phone.
_DOOR = re.compile(r"敲门|敲了?半天|门(?:还)?(?:没|不)开|打不开|反锁|发了[^，。]{0,4}条|江边|河边|桥")
#: Somebody who cries, shouts or answers is awake.
_AWAKE = re.compile(r"哭|闹|撒泼|[说骂喊吵](?:他|她|我|要|不|话|着)|叫得应|应(?:我|声)了|醒(?:了|着)|清醒")
_SIGN = re.compile(
    r"(?:叫|喊|摇|搖|推|拍)(?:他|她|佢|极|極)?(?:都|也)?(?:不|唔)(?:醒|动)|(?:叫|喊|推|摇|拍)(?:他|她|佢)?(?:也|都)?没(?:有)?反应|不省人事|(?:人)?吊(?:着|在)(?!牌|顶|瓶|灯)|整个人(?:吊|挂|悬)在外|(?:没有?|冇)(?:了)?(?:呼吸|气了|知觉|脉搏|心跳)"
    r"|(?:还|仲)有(?:一口)?(?:呼吸|气|心跳)"
    r"|昏(?:过去|迷|倒)|晕(?:过去|倒)(?!过)|抽搐|口吐白沫|翻白眼|(?:像|在)?打(?:呼噜|鼾)(?:一样)?的?声"
    r"|嘴唇(?:都)?(?:发)?[紫青黑]|身上(?:都)?冰凉|(?:翻|侧)过(?:来|去|身)|人工呼吸|心肺复苏"
    r"|\b(?:won.?t wake|can.?t wake (?:him|her|them)|isn.?t waking|not respond\w*|unconscious"
    r"|not breathing|barely breathing|snoring sound|on the floor"
    r"|passed out)\b",
    re.IGNORECASE,
)
#: "她没反应了" beside her; not of what was written or asked.
_NO_ANSWER = re.compile(r"(?:她|他|人|佢|^)(?:都|也|完全)?(?:没有?|冇)(?:晒|曬)?(?:反应|反應)")
_WRITES = re.compile(r"发|回复|回我|问|劝|说话|讲话|微信|冷")
_DYING = re.compile(
    r"(?:没有?|冇)(?:了)?(?:呼吸|气了|脉搏|心跳)|(?:叫|喊|摇|推|拍)(?:他|她|佢|极|極)?(?:都|也)?(?:不|唔)醒|抽搐"
    r"|\bnot breathing\b",
    re.IGNORECASE,
)
#: Of who may be awake: it takes two of these.
_PERHAPS = re.compile(
    r"(?:没有?|冇)(?:晒|曬)?(?:反应|反應|动静)|呼吸(?:很|好|越来越)?(?:慢|弱|浅)|(?:躺|倒|瘫)(?:在)?地(?:上|板)"
)
_FOUND = re.compile(
    r"(?<![没不])门(?:终于|已经|刚)?(?:被)?(?:打|撬|踹|撞|弄)?开了|(?<![没不])(?:撬|踹|撞|砸)开(?:门)?了|^(?:我|我们|终于)?(?:已经)?进(?:去|来|屋)了"
    r"|(?<![没不])(?:找到|看到|见到)(?:他|她|佢|人)了|\b(?:the door is open|got in|found (?:him|her|them))\b",
    re.IGNORECASE,
)
#: At a height, on the water, or pulling away, as they write; "从天台上拉下来了" tells where it was.
_PLACE = r"(?:栏杆|护栏|围栏|(?<!床)边[上缘儿]|窗台|窗(?:户|子)?外|阳台外|楼顶|天台|桥|[江河水]里|[江河]边)"
_STANDS = re.compile(
    rf"^(?!我|警|消防|救护|家属|邻居)[^，。]{{0,6}}(?:站|坐|趴|爬|跨|骑|蹲)?(?:在|到|出)[^，。]{{0,6}}{_PLACE}(?!(?:拉|抱|劝|拽|拦|救))"
    r"|(?:不肯|不愿|死活不)(?:下|过来|回来|走|上|松|放|进)|不下来|还在(?:往外|挣|闹|割|喝|吃)|往外(?:挣|爬|翻|跳)"
    r"|(?:抓|拉|拽|抱|按|劝|拦)不住|快(?:抓|拉|拽|抱|按)不(?:住|动)|[拉抓拽](?:住|着)(?:了)?(?:他|她|佢)?一只(?:手|脚|胳膊)"
    r"|又(?:上|爬|往|翻|站|跨|坐)(?:去|上|到|出|外|回)"
    r"|\b(?:still on the (?:roof|ledge|edge|bridge|railing)|won.?t come down|can.?t hold)\b",
    re.IGNORECASE,
)
#: Who holds on and can no more.
_SLIPS = re.compile(r"快?(?:抓|拉|拽|抱)不(?:住|动)|can.?t hold (?:on|him|her|them)", re.IGNORECASE)
#: After these nobody is safe any more, whoever had come.
_WORSE = re.compile(
    r"(?<![没要想快会别敢差点])跳(?:了|咗|下去|下来)(?![吗么没]|绳|舞|槽)|(?<![没])掉(?:下去|下来)了|(?<![没])翻(?:出去|过去|下去)了"
    r"|又(?:吞|割|喝(?!了?点?[水粥汤粥])|吃(?:了)?[^，。]{0,4}药|拿(?:起|了?刀)|跑(?!了?一趟)|爬|翻|锁(?!屏)|[上去]了?(?:去|天台|楼|桥|河|阳台|江)|站(?:上|到)|拿(?:起|了)?(?:剪|刀))|(?:人|他|她|佢)(?:又)?(?:跑|挣脱|溜|不见)(?:了|掉)|没(?:有)?动静"
    r"|\b(?:jumped|fell|ran away|took more)\b",
    re.IGNORECASE,
)
_NOT_WORSE = re.compile(
    r"看医生|医生开的|救护车[^，。]{0,2}没动静|fell (?:asleep|in love)|上班|上学|买菜", re.IGNORECASE
)
_HELD = re.compile(
    r"(?<![没不])(?:拦|拽|拉|抢|救|抱|劝)(?:住|下来|回来|上来|回|下|开)(?:了|咗)(?![吗么没])|(?:医生|大夫|护士)说(?:已经|都|他|她|人|佢)*没(?:事|危险)了"
    r"|\b(?:he|she|they).{0,4}safe now\b",
    re.IGNORECASE,
)
_MEDICAL = re.compile(
    r"上(?:了)?救护车了?(?!边)|跟车走|(?<![没不快要送])(?:送|到|进)(?:了)?(?:到|进)?(?:医院|急诊|抢救室)了"
    r"|在(?:里面|里头)?(?:抢救|洗胃)|\bat the hospital\b",
    re.IGNORECASE,
)
_ARRIVED = re.compile(
    r"(?:救护车|急救|警察|民警|消防)(?:的人|员)?(?:已经|也|都)*(?:到|来|上来|进来|进去)了(?:啊|呀|啦)?(?=$|在|正|和|[,，!])|(?:警察|民警|消防)(?:员)?(?:已经|也|都)*在(?=这|那|场|了|跟|旁|楼|$)"
    r"|\b(?:the )?(?:ambulance|police|paramedics) (?:is|are) here\b",
    re.IGNORECASE,
)
#: Beside these nobody is saved, whoever holds them: something taken, a blade, a height, gone again, cold or still.
_STILL_GRAVE = re.compile(
    r"(?:吃|吞|喝|灌)了?[^，。没不]{0,6}(?:药|片|瓶|农药|毒)|手里(?:还)?(?:有|拿|握|攥)|(?:拿着|握着|攥着)[^，。]{0,4}(?:刀|剪|瓶|针)"
    r"|(?:在|到|去|上|爬)[^，。]{0,6}(?:楼顶|天台|窗台|栏杆)|趁[^，。]{0,8}跑|跑了(?!一趟)|又?锁(?:在|着|上)|还?没醒|空了|又说要|还(?:在|是)?(?:说|想|要)(?:死|跳)|凉(?:了|的)|冰凉|不动(?:了)?$|不动了|没(?:呼吸|气|反应)"
    r"|\bon the (?:roof|ledge|railing)\b|\b(?:ran|run) (?:off|away)\b",
    re.IGNORECASE,
)
#: Who had come has gone.
_LEFT = re.compile(
    r"(?:警察|民警|救护车|消防|他们|人家)[^，。]{0,3}(?:又)?走了|又走了|没带(?:走)?(?:她|他)"
    r"|\bthe (?:police|ambulance) left\b"
)
_AMBULANCE = re.compile("救护|急救|ambulance|paramedic", re.IGNORECASE)
#: What somebody is only said to have said, or nobody believes.
_HEARSAY = re.compile(r"(?:他|她|佢)(?:自己)?[说讲话](?:是|的|他|她|已经|人)|不信|骗")
#: Somebody is with them: in class among teachers, the aunt in the room, the uncle arrived.
_BESIDE = re.compile(
    r"(?:他|她|佢|孩子|娃|女儿|儿子|闺女)[^，。]{0,8}在(?:学校|教室|班里|单位|公司)[^，。]{0,4}(?:上课|上学|坐着|考试|上班|开会)"
    r"|(?:[姨婶叔伯姑舅哥姐弟妹爸妈]|舅舅|邻居|房东|老师|同事|室友|护士|保安|物业|老[张王李赵刘陈杨孙周吴]|小[张王李赵刘陈杨孙周吴])(?:已经|都|刚|也|就)*"
    r"(?:在屋里|进门|进屋|进去|上去|到(?:了)?(?:我)?(?:妈|爸|他|她|姥姥?|奶奶?|爷爷?|儿子|女儿)(?:家|那|身边|跟前)?)[^，。吗么没不]{0,3}了"
    r"|(?:屋里|身边|旁边)(?:现在)?有人(?:陪着?|守着?|看着)"
    r"|(?<!nobody )(?<!no one )(?<!no friends )\b(?:is|are) with (?:him|her|them) now\b",
    re.IGNORECASE,
)
#: Company that ends or brings nobody: the roof of that school, after the last lesson, a room nobody came out of.
_ALONE_SOON = re.compile(
    r"天台|楼顶|跳|晚自习|放学|下课|下班|考完|吞|割|没出来|锁|骗|人不在|没找到|又走|打(?:她|他|我|人)|(?:不|没)在(?:学校|教室|班里|单位|公司)|热闹"
)


def stage(text: str, level: int, other: bool) -> str:
    """The step that the message calls for, "" where it tells of no rescue. `other`: the writer speaks for another."""
    if not other or level < GRAVE:
        return ""
    clauses = _told(text)
    stated = [part for part in clauses if not _ASKED.search(part)]
    held = any(_HELD.search(part) and not _HEARSAY.search(part) for part in stated)
    medical = any(_MEDICAL.search(part) and not _HEARSAY.search(part) for part in stated)
    arrived = any(_ARRIVED.search(part) for part in stated)
    found = any(_FOUND.search(part) for part in stated)
    down = _lies(text, clauses)
    outside = any(_STANDS.search(part) and not (_MEDICAL.search(part) or _ARRIVED.search(part)) for part in clauses)
    worse = any(_WORSE.search(part) for part in clauses)
    grave = bool(_STILL_GRAVE.search(text))
    safe = held or medical
    if arrived and (_LEFT.search(text) or (outside and "又" in text)):
        return ""
    if not medical and (_SLIPS.search(text) or (outside and (arrived or held or found))):
        return ARRIVED if arrived else EDGE
    if safe and grave and not down:
        # "拉住了 可她吃了一整瓶": the call, whoever holds her; with doctors or police there, what they must know
        return ARRIVED if arrived and not worse else ""
    if down and not medical:
        return ARRIVED if arrived and _AMBULANCE.search(text) else DOWN
    if worse and not medical:
        return ""
    if held or medical:
        return SAVED
    return ARRIVED if arrived else FOUND if found else ""


def _told(text: str) -> list[str]:
    """The clauses that state something."""
    return [part for part in _CLAUSE.split(text.strip()) if part and part.strip() and not _SUPPOSED.search(part)]


def _lies(text: str, clauses: list[str]) -> bool:
    """Whether somebody lies there who does not wake, beside the writer."""
    far = [bool(_FAR.search(part)) for part in clauses]
    if all(far) or _DOOR.search(text):
        return False
    near = [part for part, away in zip(clauses, far, strict=True) if not away]
    still = any(_NO_ANSWER.search(part) for part in near) and not _WRITES.search(text)
    dying = any(_DYING.search(part) for part in near)  # who cries beside them is somebody else
    sure = dying or ((still or any(_SIGN.search(part) for part in near)) and not _AWAKE.search(text))
    perhaps = {found.group() for part in near for found in _PERHAPS.finditer(part)}
    return sure or (len(perhaps) > 1 and not _AWAKE.search(text))


def note(now: dict[str, Any], text: str, level: int, other: bool) -> None:
    """Keep the stage of this message in the memory `now`, as `rescue`; what was told of help stays told until that one
    is in danger again."""
    now["rescue"] = found = stage(text, level, other)
    clauses = _told(text)
    if found in {SAVED, ARRIVED}:
        there = found == ARRIVED or any(_MEDICAL.search(part) or _ARRIVED.search(part) for part in clauses)
        now["told"]["help_there" if there else "with_someone"] = now[
            "turn"
        ]  # who is held by a friend has no doctor yet
    if not other:
        return
    kept = any(_HELD.search(part) or _MEDICAL.search(part) for part in clauses)
    begun = kept and bool(_STILL_GRAVE.search(text))  # "拉住了 可她吃了一整瓶": the ambulance is not there for that
    gone = begun or any(_WORSE.search(part) and not _NOT_WORSE.search(part) for part in clauses) or _LEFT.search(text)
    if gone and found not in {SAVED, ARRIVED}:
        for fact in ("help_there", "help_called", "with_someone", "ta_fine", "ta_seen"):
            now["told"].pop(fact, None)
    if any(_BESIDE.search(part) for part in clauses) and not _ALONE_SOON.search(text):
        now["told"]["with_someone"] = now["turn"]


def first(now: Mapping[str, Any], move: str, asks: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """Move and questions where what comes now is the answer: beside somebody who does not wake nothing else is
    discussed, and no question is passed on to a colleague."""
    found = now.get("rescue")
    if not found:
        return move, asks
    kept = () if found in {DOWN, EDGE, FOUND} else tuple(kind for kind in asks if kind not in {OPEN, UNKNOWN})
    return (move if kept else "tell"), kept


#: "喊警察来会不会更糟" asks about the other, not whether we call.
_POLICE_WORSE = re.compile(r"(?:警|110|差人)[^，。？?]{0,12}(?:更|刺激|激动|激動|吓|嚇|受惊|逼急|跳)")


def unasked(heard: Heard) -> Heard:
    """The message without "do you call the police" where it asks whether they make it worse."""
    if "ask_police" not in heard.moves or not _POLICE_WORSE.search(heard.tight):
        return heard
    return replace(heard, moves=tuple(move for move in heard.moves if move != "ask_police"))
