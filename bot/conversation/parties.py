"""Whose danger a talk as a whole tells of: the writer's own, somebody else's, both, nobody's that lives. Pure.

Read clause by clause with `data/parties.yml`, whatever the level: customers leave out the subject ("说不想活了",
and two messages later "是我孙子"), name five people who can help ("老魏说…") and mourn the dead. Kept in the memory:

    "parties": {"own": 0, "other": 3, "bare": 1, "third": 1, "seen": 0, "dead": 0, "join": 0, "follow": 0, "mine": 0,
                "seeks": 0, "after": 0, "reported": 0, "left": 0, "fixed": "", "relation": "孙子", "last": "孙子",
                "lost": ""}

Numbers are turns (0: never); `seeks`: the writer looks for somebody or asks how to have them found, `after`: somebody
else wants to follow the dead, `reported`: the other's own words were told ("我妈老说 我走了你就轻松了"), `left`: the
other has left the writer, `lost`: who died. :func:`verdict` says which of the five it is; "" where the messages say
nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from bot.conversation.names import NEIGHBOUR
from bot.risk.files import read_yaml
from bot.risk.whose import claims_own, disclaims_own

SELF, OTHER, BOTH, MOURNS, UNCLEAR = "self", "other", "both", "mourns", "unclear"
#: Cantonese words that mean what others write with other characters.
_WORDS = str.maketrans("佢唔係嘅喺咗哋俾冇搵揾", "他不是的在了们给没找找")
_CLAUSE = re.compile(r"[\s，。,.!！?？;；、…~～\"“”「」]+")
#: Somebody else's words are told.
_SAYS = re.compile("^(?:他|她)[^，。我]{0,4}(?:说|讲|写|发|话)")
#: "媳妇讲我要是没了你再找一个": 我 is who speaks; in "我妈说我走了她就轻松" it is the writer.
_SAID = re.compile("(?:说|讲|念叨|写)[着了过句道]?(?=我(?:要|想|不想|走|死|没|活|早|撑|熬|不如|先)(?![^，。]*[他她]))")
#: "老说她死了我们还轻松点", "話食咗好多藥" after a clause about them: what they said, with no subject before it.
_RELAYED = re.compile(
    r"^(?:老|总|总是|老是|一直|就|又|还|刚才?|昨[天晚])?(?:说|讲|话(?=[食吃饮喝想要不他]|自己))"
    r"(?:他|她|自己|别找|别等|对不起|下辈子|来世|[食吃饮喝想要不死])"
    r"|^(?:上面|里面|里头|最后一?[句页行])(?:还|都|就)*写"
)
#: The writer's own words after what somebody said: "别想不开" is said to them, "可我真的不想活了" by them.
_OWN_AGAIN = re.compile("^(?:别|不要|让我|叫我|可|但|其实|不过|我怎么|我说|我该|我不知)|(?:他|她)就")
#: The lists of one pattern each.
ONE = ("own", "other", "us", "strong", "soft", "seen", "against", "third", "worries", "is_them", "dead", "join",
       "follow", "worn", "alone", "not_self", "seeks", "swindled", "quoted", "tells", "left", "retold")  # fmt: skip
_CHINESE = re.compile("[\u4e00-\u9fff]")


@dataclass(frozen=True, slots=True)
class Lists:
    """`data/parties.yml`, compiled."""

    own: re.Pattern[str]
    other: re.Pattern[str]
    us: re.Pattern[str]
    strong: re.Pattern[str]
    soft: re.Pattern[str]
    seen: re.Pattern[str]
    against: re.Pattern[str]
    third: re.Pattern[str]
    worries: re.Pattern[str]
    is_them: re.Pattern[str]
    dead: re.Pattern[str]
    join: re.Pattern[str]
    follow: re.Pattern[str]
    worn: re.Pattern[str]
    alone: re.Pattern[str]
    not_self: re.Pattern[str]
    seeks: re.Pattern[str]
    swindled: re.Pattern[str]
    quoted: re.Pattern[str]
    tells: re.Pattern[str]
    left: re.Pattern[str]
    retold: re.Pattern[str]
    i_am: tuple[tuple[re.Pattern[str], str], ...]
    english: Mapping[str, re.Pattern[str]]


@lru_cache(maxsize=1)
def lists() -> Lists:
    """Compiled once; re.error names a bad pattern."""
    raw = read_yaml("parties.yml")
    folk = f"(?:{raw['folk']})"

    def made(found: Any) -> re.Pattern[str]:
        whole = found if isinstance(found, str) else "|".join(f"(?:{p})" for p in found)
        return re.compile(whole.replace("{folk}", folk), re.IGNORECASE)

    one = {key: made(raw[key]) for key in ONE}
    return Lists(
        **one,
        i_am=tuple((made(pattern), str(word)) for pattern, word in raw["i_am"]),
        english={key: made(pattern) for key, pattern in raw["english"].items()},
    )


def fresh() -> dict[str, Any]:
    """What is known before the first message."""
    return {"own": 0, "other": 0, "bare": 0, "third": 0, "seen": 0, "dead": 0, "join": 0, "follow": 0, "mine": 0,
            "seeks": 0, "after": 0, "reported": 0, "left": 0, "fixed": "", "relation": "", "last": "",
            "lost": ""}  # fmt: skip


def hear(known: Mapping[str, Any] | None, plain: str, turn: int) -> dict[str, Any]:
    """What is known after a message; `plain`: its simplified text with its spaces."""
    now = {**fresh(), **dict(known or {})}
    text, found = plain.translate(_WORDS), lists()
    if not _CHINESE.search(text):
        _english(now, text, turn)
        return now
    if found.alone.search(text) or claims_own(plain):
        now.update(fixed=SELF, own=turn)
    elif found.not_self.search(text) or disclaims_own(plain):
        now.update(fixed=OTHER, other=turn, own=0)
    _clauses(now, text, turn)
    if found.dead.search(text):
        now["dead"] = turn
        now["lost"] = _lost(text) or now["lost"]
    if found.seeks.search(text) and not found.swindled.search(text):
        now["seeks"] = turn
    if found.join.search(text):
        now["join"] = now["own"] = turn
    if found.follow.search(text) and not found.third.search(text) and now["after"] != turn:
        now["follow"] = turn
    if found.worries.search(text):
        now["third"] = turn
    _relation(now, text, turn)
    if now["fixed"] == OTHER and now["own"] == turn and disclaims_own(plain):
        now["own"] = 0
    return now


def _clauses(now: dict[str, Any], text: str, turn: int) -> None:
    """Every danger to the nearest subject before it, in its clause or carried on from the one before."""
    found, carried, quoted, tells = lists(), "", False, False
    about_other = bool(now["other"] or now["fixed"] == OTHER)
    for clause in (c for c in _CLAUSE.split(text) if c):
        subjects = sorted(
            [(m.start(), SELF, "") for m in found.own.finditer(clause)]
            + [(m.start(), OTHER, m.group(0)) for m in (*found.other.finditer(clause), *NEIGHBOUR.finditer(clause))]
        )
        # "他说师父 以后活你找别人 我先走一步": 我 is who is quoted
        if quoted or (tells and not _OWN_AGAIN.search(clause)):
            subjects = [(at, OTHER, "") for at, _, _ in subjects]
        reported = {m.end() for m in _SAID.finditer(clause)} if OTHER in (side for _, side, _ in subjects) else set()
        subjects = [(at, OTHER if at in reported else side, word) for at, side, word in subjects]
        quoted = quoted or bool(found.quoted.search(clause))
        retold = carried == OTHER and not subjects and found.retold.search(clause)
        told = bool((found.tells.search(clause) or retold) and not found.against.search(clause))
        third = bool(found.third.search(clause))
        if third and not subjects:
            now["third"] = turn
        said = [word for _, side, word in subjects if side == OTHER]
        hit = found.strong.search(clause) or (None if about_other else found.worn.search(clause))
        soft = None if hit else found.soft.search(clause)
        left = bool(found.left.search(clause))
        now["left"] = turn if left else now["left"]
        danger = None if left else hit or soft
        if danger and not found.against.search(clause) and not found.dead.search(clause):
            before = [s for s in subjects if s[0] <= danger.start()]
            side = before[-1][1] if before else OTHER if third and carried != SELF else carried
            if found.us.search(clause) and hit:
                now["own"] = now["other"] = turn
            elif side == OTHER:
                now["other"] = turn
                relayed = carried == OTHER and bool(_RELAYED.match(clause))
                now["reported"] = turn if tells or reported or relayed else now["reported"]
                now["third"] = turn if third or quoted or _SAYS.search(clause) else now["third"]
                _keep(now, before[-1][2] if before else "")
            elif side == SELF and hit:  # exhaustion of who looks after another is their burden
                now["own"] = turn
            else:
                now["bare"] = turn
                now["mine"] = turn if side == SELF else now["mine"]
        first = subjects[0][1] if subjects else carried
        if found.follow.search(clause) and first == OTHER:
            now["after"] = turn
        if found.seen.search(clause) and not subjects:
            now["seen"] = turn
        now["last"] = next((word for w in said if (word := _relative(w))), now["last"])
        if subjects:
            carried = subjects[-1][1] if subjects[-1][1] == OTHER or not third else carried
        if carried == OTHER and left:
            carried = SELF  # "老婆跟人走了，真不想活了"
        tells = told


def _lost(text: str) -> str:
    """Who died, by the word nearest before: "我妈走了半年" is 妈."""
    found = lists()
    for clause in (c for c in _CLAUSE.split(text) if c):
        if death := found.dead.search(clause) or found.dead.search(text[text.index(clause) :]):
            before = [m for m in found.other.finditer(clause) if m.start() <= max(death.start(), 0)]
            if found.dead.search(clause) and before:
                return _relative(before[-1].group(0))
    return ""


def _relation(now: dict[str, Any], text: str, turn: int) -> None:
    """Who the one spoken of is, where the writer says so: "是我孙子", "我是他妈"."""
    found = lists()
    for clause in (c for c in _CLAUSE.split(text) if c):
        told = found.is_them.search(clause)
        word = next((g for g in told.groups() if g), "") if told else ""
        word = word or next((w for pattern, w in found.i_am if pattern.search(clause)), "")
        if word:
            now["relation"], now["third"] = word, turn
            return


def _keep(now: dict[str, Any], word: str) -> None:
    now["relation"] = now["relation"] or _relative(word) or now["last"]


def _relative(word: str) -> str:
    """The bare relation or name: "我哥" is 哥; "" of a pronoun."""
    word = re.sub("^[我俺]?(?:的|家|那个|班|们)*", "", word)
    return "" if word in {"他", "她", "ta", "有人", "有个"} else word


def _english(now: dict[str, Any], text: str, turn: int) -> None:
    words, found = text.replace("’", "'"), lists()
    english = found.english
    kin = english["kin"].search(words)
    own, danger = english["own"].search(words), english["danger"].search(words)
    if claims_own(text) or found.alone.search(words):
        now.update(fixed=SELF, own=turn)
    elif disclaims_own(text) or found.not_self.search(words):
        now.update(fixed=OTHER, other=turn, own=0)
    if found.dead.search(words):
        now["dead"] = turn
    elif danger and (kin or english["third"].search(words)) and not (own and own.end() >= danger.end()):
        now["other"] = turn
    elif danger and not own:
        now["bare"] = turn
    if own or found.join.search(words):
        now["own"] = turn
    if found.join.search(words):
        now["join"] = turn
    if kin:
        now["relation"] = now["relation"] or kin.group(1).lower()
        if re.search(r"\bmy \w+ i mean\b|^my \w+$", words, re.IGNORECASE):
            now["third"] = turn


def verdict(known: Mapping[str, Any]) -> str:
    """SELF, OTHER, BOTH, MOURNS, UNCLEAR, or "" where nothing of danger was said."""
    now = {**fresh(), **dict(known)}
    if now["fixed"] == SELF:
        return SELF
    own, other = int(now["own"]), int(now["other"])
    another = bool(other and now["lost"] and now["relation"] and now["lost"] != now["relation"])
    if (another or now["after"]) and not own and not now["follow"]:
        return OTHER  # the mother died, the father is in danger; or somebody else wants to follow the dead
    if now["dead"] and int(now["dead"]) >= other - 1:
        return SELF if own or now["follow"] else MOURNS
    if now["fixed"] == OTHER:
        return BOTH if own else OTHER
    third = bool(now["third"])
    if own:
        return BOTH if other else SELF
    if other:
        return OTHER if now["relation"] or not now["bare"] or third else UNCLEAR
    if now["bare"]:
        if not third:
            return SELF if not now["relation"] and not now["seen"] else UNCLEAR
        return OTHER if now["relation"] else UNCLEAR
    if third and now["seeks"]:
        return OTHER  # nothing was said, but somebody is looked for
    return UNCLEAR if now["seen"] and third else ""
