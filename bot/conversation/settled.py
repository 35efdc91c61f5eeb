"""Somebody came, or the customer stepped back: the newest facts decide how the next reply is worded. Pure.

A level is lowered by a person only, so the case stays what it is; what changes is the way: who sits beside their wife
is stayed with and thanked, and is not told once more to dial the emergency number. One list serves the reader of
danger and this module (`data/steady.yml`). A new danger ends it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from bot.conversation import persons as people
from bot.risk.steady import BACK, COMING, HERE, SAFE, calm, spoiled

#: Signals beside which nothing is settled.
UNSETTLING = frozenset(
    {"in_progress", "method", "plan", "intent", "preparation", "goodbye", "other_at_risk", "means_seeking", "time"}
)
#: Back at the keyboard.
BACK_HERE = re.compile(r"^(?:好了?|那?我|嗯)?(?:又)?(?:回来|返嚟|返咗|返來)(?:了|咗|喇|啦)?[，。,. …!！]+")
#: Of who stood at an edge: they have come down.
DOWN = re.compile(
    r"(?<!不)(?<!没)(?<!不想)(?:又|已经|已經|刚|我)(?:自己)?(?:就)?(?:下来|下來|落返嚟|退回来|退回來|退进来|爬回来|回屋|回房)"
    r"(?:了|咗|里|$)(?![吗么?？])|climbed (?:back )?down|came (?:back )?down"
)
#: Turns in which somebody who is on the way is not asked for again.
ON_THE_WAY = 3


#: What who was asked to open, or to answer, says when it is done.
OPENED = re.compile(
    r"(?:^|[。.!！])(?:我)?开(?:门)?(?:(?:了|咗|啦|喇)(?=$|[，。,.!！\s])|[。.!！\s]*$)"
    r"|(?:门|門)(?:给|畀)?(?:他|她|佢)?(?:我)?[开開](?:了|咗)|[开開]咗?(?:了)?[门門](?:了|咗|$)"
    r"|(?:他|她|佢|妈|爸|[老小阿][\u4e00-\u9fa5]|[姐哥叔姨婶])[^，。快没]{0,2}(?:进来|進來|入嚟)(?:了|咗)"
    r"|\b(?:opened the door|let (?:him|her|them) in|(?:he|she)(?:.s| is| came) in(?:side)?)\b",
    re.IGNORECASE,
)
#: The same of who rang or called.
ANSWERED = re.compile(
    r"(?:^|[，。,.!！])(?:我)?(?:应|應|接|听|聽)(?:了|咗|啦|喇)(?=$|[，。,.!！])"
    r"|\b(?:i answered|picked up(?! (?:the|a|my)))\b",
    re.IGNORECASE,
)
#: Who was asked in has come, without a name: "翻墙过来了啦". A bare "到了", "下来了", "赶到了" is the writer's own.
ARRIVED = re.compile(
    r"(?:^|[，。,.!！\s])(?:(?:翻墙|翻牆|爬墙|跑|骑车|騎車|开车|開車|光脚|光腳)?(?:过来|過來|进来|進來|过嚟|過嚟|入嚟)"
    r"|(?:人|他|她|佢)(?:就|刚|已经|已經|终于|終於|马上|跑|赶|翻墙|翻牆)*(?:过来|過來|进来|進來|赶到|趕到|上来|上來|下来|下來|来|來|到|嚟))"
    r"(?:了|咗|啦|喇)+(?=$|[，。,.!！\s])"
)
ASKED_IN = 3
#: What shows that nobody did.
NOT_COME = re.compile(
    r"没人来|沒人來|没来|沒來|不来|不來|未嚟|冇嚟|要是|如果|等(?:他|她|佢)|警察来|警察來|骗|又走|走了|走咗|回去|没用|冇用"
)
#: Who comes and hurts is no company.
HITS = re.compile(r"打我|打人|揍|踹|掐|踢我|扇我|拿着?刀|砸|撕|hits? me|beats? me", re.IGNORECASE)
#: What shows that it went otherwise, or that something else was opened.
OTHERWISE = re.compile(
    r"没人|冇人|快[进要]|骂|打我|刀|煤气|窗|药|瓶|诈骗|推销|挂了|\b(?:knife|pills?|gas|nobody|no one)\b", re.IGNORECASE
)
LET_IN = "let_in"
HURT = frozenset({"marriage", "parents"})
#: Steps that ask somebody in.
CALLED_IN = ("companion", "companion_refer", "another_way", "people", "if_worse", "get_through")
#: A wish to die in words of the lists.
WISH = frozenset({"ideation_active"})


def note(
    now: dict[str, Any], text: str, names: frozenset[str], level: int, other: bool, ruled: frozenset[str] | None = None
) -> None:
    """Keep in the memory `now` what the message says of being safe: facts `here`, `coming`, `settled`.

    `names`: the signals of this message; `other`: the writer speaks for somebody else, whose company is none of
    theirs; `ruled`: the signals that words of the lists gave. Somebody who came by name ("小徐来了") is here,
    whatever a learned reader felt beside it.
    """
    told, turn = now["told"], now["turn"]
    if other and WISH & set(names if ruled is None else ruled) and level >= 2:
        told.setdefault("ta_wish", turn)  # said in so many words: whether they said it is not asked
    if level < 2 or other or "child_along" in told:
        return  # "他在旁边睡着了" of the child who was to be taken along is no company
    if "brink" in told and DOWN.search(text):
        told.setdefault("stepped_back", turn)
    if told.get("stepped_back", turn) < turn and told.get("brink", turn) < turn and "in_progress" not in names:
        del told["brink"]  # who came down a message ago is not asked, reply after reply, to come down
    if (now["asked"].get(LET_IN) or [0])[-1] == turn - 1 and not (names & WISH or OTHERWISE.search(text)):
        rang = (now.get("reach") or {}).get("calling") == turn - 1
        if rang and ANSWERED.search(text):
            told["coming"] = turn  # who was answered is on the way, or at least knows
        elif not rang and OPENED.search(text) and not spoiled(text):
            _somebody_is_here(told, turn)
    asked = max((turns[-1] for step in CALLED_IN if (turns := now["asked"].get(step))), default=-9)
    awaited = turn - max(asked, told.get("coming", -9)) <= ASKED_IN and bool(now.get("person"))
    hurt = "hurt_home" in told or HITS.search(text)
    told_where = told.get("brink") == turn or told.get("spot") == turn
    plain = not (NOT_COME.search(text) or hurt or told_where or names & (WISH | UNSETTLING | {"location"}))
    if awaited and plain and ARRIVED.search(text):
        _somebody_is_here(told, turn)
        if "swallowed" not in told:
            told["settled"] = turn
    found = calm(text)
    # "好了小徐推着车来了": what half a word makes of it ("坐", "谢谢你") does not send the nurse away
    grave = (names if ruled is None else ruled) & UNSETTLING - {"time", "in_progress", "goodbye"}
    if now.get("here_since") == turn and not grave and told.get("brink") != turn and not spoiled(text):
        _somebody_is_here(told, turn)
    heard = names if found is None or HERE not in found.kinds or ruled is None else ruled  # who is here is told
    if found is None or heard & UNSETTLING:
        if "in_progress" in (names if ruled is None else ruled) or told.get("brink") == turn:
            for fact in ("settled", "here"):
                if told.get(fact) != turn:
                    told.pop(fact, None)
        return
    if HERE in found.kinds:
        if hurt and not (now.get("person") and str(now["person"]) in text):
            return  # "她在旁边" of who hits them
        _somebody_is_here(told, turn)
    elif COMING in found.kinds:
        told["coming"] = turn
    if BACK in found.kinds:
        told.setdefault("stepped_back", turn)
    if "swallowed" in told:
        return  # what was swallowed goes on working, whoever is there
    # "没事了" alone calms nobody; after the emergency script, who says that they sit safely is not sent it again.
    # "在屋头" of who has it within reach says where they are, not that they are safe
    at_hand = "means_near" in told and "means_none" not in told
    answered = SAFE in found.kinds and not ({"brink"} & told.keys() or at_hand) and bool(now["asked"].get("emergency"))
    if found.kinds & {HERE, BACK} or answered:
        told["settled"] = turn


def spared(topics: tuple[str, ...], now: Mapping[str, Any]) -> tuple[str, ...]:
    """The topics of a message without those of being hurt where it tells who has just come: "翻墙过来了 在骂我"."""
    came = now["told"].get("here") == now["turn"] and "hurt_home" not in now["told"]
    return tuple(t for t in topics if t not in HURT) if came else topics


def _somebody_is_here(told: dict[str, int], turn: int) -> None:
    for fact in ("companion_none", "companion_declined", "alone", "brink"):
        told.pop(fact, None)
    told["here"] = told["companion"] = turn


def in_chat(text: str, before: Mapping[str, Any]) -> str:
    """The message without a "我回来了" that says they are back in the chat: only who stood at an edge, or was told to
    step away, comes back from somewhere."""
    away = "brink" in before["told"] or before["level"] >= 4 or before["asked"].get("emergency")
    return text if away else BACK_HERE.sub("", text) or text


def somebody_comes(memory: Mapping[str, Any]) -> bool:
    """Whether somebody is here, or is on the way or awake in the next room as told a moment ago."""
    if memory.get("persons", {}).get(memory.get("person")) == people.HERE:
        return True
    coming = memory["told"].get("coming")
    return coming is not None and memory["turn"] - coming <= ON_THE_WAY
