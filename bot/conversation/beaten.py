"""Who hits them is back, awake, at the door: the next sentence is about getting out. Pure.

In a played talk a woman wrote "他回来了", and read that she was thanked for letting somebody come to her
(docs/safety/vera.md, nineteenth play).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.conversation import persons as people
from bot.conversation.hearing import Heard

STEP = "beater_near"
#: Who is on the way or there already: "他来了" after "我喊老周来了" is 老周.
EXPECTED = frozenset({people.COMING, people.HERE, people.ASKED})
_NAMES = (
    "老公", "丈夫", "男人", "男朋友", "爸爸", "妈妈", "爸", "继父", "娃他爸", "娃儿他爸", "孩子他爸", "前夫", "婆婆",
    "妈", "老婆", "哥", "儿子",
)  # fmt: skip
_NAMED = re.compile(r"我?(" + "|".join(sorted(_NAMES, key=len, reverse=True)) + r")")
#: Somebody is back, comes up, breaks the door in.
_COMES = (
    r"(?:拿着?[^，。]{1,3})?(?:(?:又|就|已经|正|在|刚)*(?:(?:喝(?:了酒|醉了?|多了?))?(?:回来|进来|进门|进屋|醒(?:来|过来)?|上楼|到家|到门口|回嚟|返嚟|入嚟)(?:了|喇|咗)|返咗嚟|喺门口|(?:拿着[^，。]{1,3})?(?:过|追|找|冲)来了|喝(?:了|完)?酒(?:回来|进来)了|来了|在(?:砸|踹|敲|撞)门"
    r"|(?:砸|踹|撞)门(?:了)?|(?:砸|踹|撞)开(?:了)?(?:门)?(?:了)?|在门口|在外面(?:砸|踹|骂|喊)|上来了|要回来了|快(?:回来|到家)了"
    r"|(?:一会儿?|马上|等下|等会儿?|待会儿?|就)+(?:就)?(?:要)?回来了?))"
    r"(?=$|[，。！!,. …~])"
)
_HE = re.compile(
    rf"(?:^|[，。！!,. ]|听见|听到)(?:(?:现在|刚刚?)?(?:他|她|佢)|现在又)(?:好像|好似|似乎|像是)?{_COMES}",
    re.IGNORECASE,
)
_WHO = re.compile(rf"(?:^|[，。！!,. ]|听见|听到)我?({'|'.join(sorted(_NAMES, key=len, reverse=True))}){_COMES}")
_ENGLISH = re.compile(
    r"\b(he|she|my (?:husband|dad|father|boyfriend|ex))(?:.s| is| just got| has come| came)"
    r" (?:back|home|awake|at the door|banging|coming (?:up|in|home)|here)"
    r"(?! (?:with|to help|for me|tomorrow))",
    re.IGNORECASE,
)
#: A door that is broken in needs no name.
_DOOR = re.compile(
    r"(?:砸|踹|撞)(?:我(?:的)?|着|开(?:了)?)?(?:房|屋)?门(?!锁|都|坏|响铃|牙|的视频)|门(?:要|快|都)?(?:被)?(?:他|她)?(?:踹|砸|撞)(?:开|坏)"
)
#: Feared, told of last time, asked, or somebody who helps; of the clause that says who came.
_SUPPOSED = re.compile(
    r"要是|如果|万一|等他|怕他|上次|昨(?!.*现在)|前天|每次|一回来|以前|那次|吗[？?]?$|短信|[发来回]消息|来电话|快递"
    r"|[来去到](?:接|陪|救|看|帮)|来?接我|陪我|带我走|有救|劝|是我弟|是我哥|警察|医院|住院"
    r"|\b(?:if|when|tomorrow|used to|every time|in (?:hospital|his|her))\b",
    re.IGNORECASE,
)
_RESCUERS = re.compile(r"消防|警察|民警|邻居|物业|房东|保安|开锁|急救|隔壁")
_SOMEBODY_ELSE = re.compile(
    r"来?接我|来陪我|带我走|有救|(?:他|她|佢)?是(?:我)?(?:弟|哥|姐|妹|朋友|同事|邻居|警察|医生|社工)"
)
_CLAUSE = re.compile(r"[，,。.！!；;…\n]+|(?<=[\u4e00-\u9fff]) +")


def near(memory: Mapping[str, Any], text: str) -> bool:
    """Whether the message says so of somebody who hits them. `memory` holds the message.

    Who is named must be the one who hits; a bare "he" is that one unless the message names somebody else."""
    hits = "violence" in memory["hurt_by"] or "hurt_home" in memory["told"]
    if not hits or _SOMEBODY_ELSE.search(text):
        return False
    parts = [part for part in _CLAUSE.split(text) if part and part.strip()]
    stated = [part.strip() for part in parts if not _SUPPOSED.search(part)]
    if len(stated) < len(parts) and not any(_HE.search(one) or _WHO.search(one) for one in stated):
        return bool(stated) and any(_DOOR.search(one) for one in stated)
    if any(_DOOR.search(one) and not _RESCUERS.search(one) for one in stated) and "help_called" not in memory["told"]:
        return True
    text = "，".join(one for one in stated if _HE.search(one) or _WHO.search(one) or _ENGLISH.search(one))
    persons = memory.get("persons") or {}
    violent = {name for name, stands in persons.items() if stands in {people.HURTS, people.REFUSED}}
    if found := _WHO.search(text):
        name = found.group(1)
        return any(name in one or one in name for one in violent) or not persons
    others = {name for name in _NAMED.findall(text) if not any(name in one or one in name for one in violent)}
    english = _ENGLISH.search(text)
    kind = "she" if english and english.group(1).lower() == "she" else "he"
    if english and kind == "she" and not re.search(r"\b(?:mother|mom|mum|wife|girlfriend|aunt)\b", " ".join(violent)):
        return False
    expected = {n for n, stands in persons.items() if stands in EXPECTED and n not in violent}
    return bool(english or _HE.search(text)) and not others and not expected


def forget(now: dict[str, Any]) -> None:
    """Take out of the memory `now` the company that the message seemed to tell of: who came in is who hits."""
    for fact in ("here", "companion", "coming", "with_someone", "awake", "arrived", "stood_down"):
        if now["told"].get(fact) == now["turn"]:
            del now["told"][fact]


def safe_to_say(memory: Mapping[str, Any]) -> bool:
    """Whether getting out is what comes first: not for who has swallowed something or stands at an edge."""
    return not {"swallowed", "brink", "acting"} & memory["told"].keys()


def unheard(heard: Heard) -> Heard:
    """The message without company and thanks that are none: who came in is who hits."""
    return replace(heard, moves=(), facts=heard.facts - {"here", "with_someone", "awake", "arrived"})
