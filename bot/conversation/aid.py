"""Of somebody else's danger: who can get to them, who cannot, and what was told of them. Pure.

Read clause by clause from the first message on, since people tell of the neighbour with the key before anybody knows
what it is about. Kept in the memory:

    "aid": {"who": {"周姐": {"key": 4}, "弟弟": {"young": 3}}, "told": {"ta_place": 5}, "years": 10, "own": "adult",
            "city": "长春"}

Numbers are turns; `years` is the age of the one in danger, `own` the writer's own band, `city` where that one is. What
a brother of five, or a sister-in-law as far away as the writer, cannot do is not asked of them; a key outweighs
kinship.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from bot.conversation import circle
from bot.conversation import persons as people
from bot.conversation.aid_words import (
    ADULT_OWN,
    AGE,
    ALONE,
    ASKS,
    ASLEEP,
    AT_ODDS,
    CHILD_OWN,
    CITIES,
    CITY,
    CLAUSE,
    FAR,
    FINE,
    GRADES,
    HAS_KEY,
    IN_PLACE,
    KID,
    KIN_OF_MINE,
    NEAR,
    NO_ANSWER,
    NO_ORDER,
    NO_USE,
    NO_WAY,
    NOT_FINE,
    NOT_YET,
    OLD,
    ONLY_TRACE,
    OWN,
    REACHABLE,
    ROLES,
    SAYS,
    SEEN,
    TA,
    THERE,
    TOOK,
    UNKNOWN,
    UNSAID,
    WATCHED,
    WORSE,
    YOUNGER,
)  # fmt: skip
from bot.conversation.names import SURNAMES

KEY = "aid"
#: How a name of one's own begins: 马老师, 老冯, 小何, 阿檀.
_NAMED = frozenset(SURNAMES) | set("老小阿")
#: Below this age nobody is a helper; from this one on nobody is sent.
GROWN, TOO_OLD = 14, 78
#: In so many of our sentences one person is proposed.
PROPOSED = 2
#: Facts of the memory under which what is told of the one in danger is kept (`inquiry.yml` names some of them).
FACTS = ("ta_place", "ta_state", "ta_with", "ta_unsaid", "unknown_who", "order_lead", "locked", "ta_fine", "ta_seen",
         "ta_took")  # fmt: skip
#: Those of them that the newest message tells anew.
FRESH = ("ta_fine", "ta_seen")


def fresh() -> dict[str, Any]:
    """What is known before the first message."""
    return {"who": {}, "told": {}, "years": None, "own": None, "city": "", "mine": []}


#: What the writer is to the one in danger: "我就是他老婆" is nobody to be sent there.
I_AM = re.compile(
    r"我(?:就|才)?(?:是|系)(?:他|她|佢|TA|孩子)的?(老婆|妻子|太太|媳妇|老公|丈夫|爱人|对象|女朋友|男朋友|妈妈?|爸爸?|姐姐?|哥哥?|妹妹?|弟弟?|女儿|闺女|儿子|室友|同学|同事|朋友|闺蜜|奶奶|爷爷|外婆|外公|姥姥|姑姑|阿姨|舅舅|叔叔)"
)


def keep(now: dict[str, Any], heard: Any, other: bool) -> None:
    """Keep what a message tells (:func:`note`), and where it is about another take it into the memory's facts."""
    note(now, heard, other)
    if other:
        settle(now)


def note(now: dict[str, Any], heard: Any, other: bool) -> None:
    """Keep what a message tells. `now`: the memory that already holds it; `heard`: the message
    (:class:`bot.conversation.hearing.Heard`); `other`: the writer speaks for somebody else."""
    known = {**fresh(), **dict(now.get(KEY) or {})}
    kept = {"who": {n: dict(t) for n, t in known["who"].items()}, "told": dict(known["told"])}
    now[KEY] = known = {**known, **kept}
    turn, whom = now["turn"], now.get("whom") or {}
    them = {n for n in (whom.get("name"), *(whom.get("also") or ())) if n}
    kin = them or {n for n, s in now["persons"].items() if s == people.NAMED}
    mine = {people.FULL.get(role, role) for role in I_AM.findall(heard.plain)} | set(known.get("mine") or ())
    known["mine"] = sorted(mine)
    for role in mine:
        known["who"].pop(role, None)
        now["persons"].pop(role, None)
    child = not them or any(n in circle.CHILDREN for n in them)  # "孩子没事，老人在屋里闹"
    if WORSE.search(heard.plain):
        for fact in FRESH:
            known["told"].pop(fact, None)
            now["told"].pop(fact, None)
    if TOOK.search(heard.plain):
        known["told"].setdefault("ta_took", turn)
    before: str | None = None
    for clause in (c for c in CLAUSE.split(heard.plain) if c and c.strip()):
        names = [n for n in heard.persons if _stands(clause, n)]
        names += [_role(r) for r in ROLES.findall(clause) if not any(r in n for n in names)] if other else []
        others = [n for n in names if n not in them and n not in mine]
        helper = next((n for n in others if n[0] in _NAMED), others[0] if others else None)  # "班主任马老师"
        own = bool(OWN.search(clause)) and not names
        subject = helper or ("" if own or names or TA.match(clause) else before)
        said_of = helper or (before if HAS_KEY.search(clause) and TA.match(clause) else None)
        if said_of:
            _of_helper(known["who"].setdefault(said_of, {}), clause, turn, known["city"])
        _age(known, clause, turn, helper=subject or None, own=own, them=kin)
        if not helper or SAYS.search(clause):
            _of_them(known, clause, turn, own, child)
        before = helper or (None if own or TA.match(clause) or names else before)
    named = [n for n in heard.persons if n not in them]
    if AT_ODDS.search(heard.plain) and len(named) == 1:
        known["who"].setdefault(named[0], {})["no"] = turn
    if NO_ANSWER.search(heard.plain):
        known["told"]["locked"] = turn
    if UNKNOWN.search(heard.plain):
        known["told"].setdefault("unknown_who", turn)
    if ONLY_TRACE.search(heard.plain):
        known["told"].setdefault("trace", turn)
    if not known["own"] and ADULT_OWN.search(heard.plain):
        known["own"] = "adult"
    if CHILD_OWN.search(heard.plain) and known["own"] in {None, "", "teen"}:
        known["own"] = "child"
    if NO_ORDER.search(heard.plain):
        known["told"] = {fact: at for fact, at in known["told"].items() if fact not in {"trace", "order_lead"}}
    if "unknown_who" in known["told"] and "trace" in known["told"]:
        known["told"].setdefault("order_lead", turn)


def settle(now: dict[str, Any]) -> None:
    """The writer speaks for another: what was told of that one is told, and the writer's age is the writer's."""
    known = now.get(KEY) or fresh()
    for fact in FACTS:
        if fact in known["told"]:
            now["told"].setdefault(fact, now["turn"])
    now["told"].update({fact: known["told"][fact] for fact in FRESH if fact in known["told"]})
    if any({"key", "near", "there"} & told.keys() for told in known["who"].values()):
        now["told"].setdefault("ta_reach", now["turn"])  # who is near is known
    if any("there" in told for told in known["who"].values()):
        now["told"].setdefault("ta_with", now["turn"])
    if known["years"] is not None and known["years"] < GROWN and known["own"] != "child":
        now["told"].setdefault("ta_child", now["turn"])
    now["age"] = known["own"]


def _role(word: str) -> str:
    return f"the {word.lower()}" if word.isascii() else word


def _stands(clause: str, name: str) -> bool:
    return any(s in clause for s in circle.spellings(name))


def _of_helper(told: dict[str, int], clause: str, turn: int, city: str) -> None:
    here = CITY.search(clause)
    if HAS_KEY.search(clause) and not ASKS.search(clause):
        told["key"] = turn
    if THERE.search(clause) and not NOT_YET.search(clause):
        told["there"] = turn
    if NO_USE.search(clause):
        told["no"] = turn
    elif OLD.search(clause):
        told["old"] = turn
    if here and here.group(1) == city:
        told["near"] = turn
    elif FAR.search(clause) or (here and here.group(1) in CITIES):
        told["far"] = turn
    elif NEAR.search(clause):
        told["near"] = turn
    if REACHABLE.search(clause):
        told["useful"] = turn


def _age(known: dict[str, Any], clause: str, turn: int, *, helper: str | None, own: bool, them: set[str]) -> None:
    years = age(clause)
    if years is None:
        return
    if own and not KIN_OF_MINE.search(clause):
        known["own"] = "child" if years < GROWN else "teen" if years < 18 else "elder" if years >= 60 else "adult"
    elif helper:
        if years < GROWN:
            known["who"].setdefault(helper, {})["young"] = turn
        elif years >= TOO_OLD:
            known["who"].setdefault(helper, {})["old"] = turn
    elif not (KID.search(clause) and any(people.pronoun(n) and n not in circle.CHILDREN for n in them)):
        known["years"] = years if known["years"] is None else known["years"]  # a child of the one in danger is another


def _of_them(known: dict[str, Any], clause: str, turn: int, own: bool, child: bool) -> None:
    told = known["told"]
    if (here := CITY.search(clause)) and TA.search(clause):
        known["city"] = here.group(1)
    if SEEN.search(clause):
        told["ta_seen"] = turn
    if own and not TA.search(clause):
        return
    if UNSAID.search(clause):
        told.setdefault("ta_unsaid", turn)
    if UNKNOWN.search(clause) or NO_WAY.search(clause):
        return
    if ASLEEP.search(clause):
        told["ta_state"] = turn
    if FINE.search(clause) and not NOT_FINE.search(clause) and (child or not KID.search(clause)):
        told["ta_fine"] = turn
    if IN_PLACE.search(clause):
        told["ta_place"] = turn
    if WATCHED.search(clause) or ALONE.search(clause):
        told["ta_with"] = turn


def age(clause: str) -> int | None:
    """Years told in a clause, None where none are."""
    for pattern, years in GRADES:
        if pattern.search(clause):
            return years
    found = AGE.search(clause)
    word = next((g for g in found.groups() if g), "") if found else ""
    if not word:
        return None
    if word.isdigit():
        return int(word)
    digits = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"两": 2}
    if "十" not in word:
        return digits.get(word)
    tens, _, units = word.partition("十")
    return (digits.get(tens, 1) if tens else 1) * 10 + digits.get(units[:1], 0)


def choose(memory: Mapping[str, Any]) -> tuple[str, str] | None:
    """Whom to use for the one in danger: ("beside" | "key" | "spot" | "helper", name); None where nobody fits.

    Who is with them, then who has a key, then who is near, then who can be reached; never a child, never who was
    refused or is as far, and nobody in more than :data:`PROPOSED` of our sentences."""
    known, standings = memory.get(KEY) or fresh(), memory.get("persons") or {}
    told: Mapping[str, Mapping[str, int]] = known["who"]
    them = memory.get("whom") or {}
    out = {them.get("name"), *(them.get("also") or ())}
    names = [n for n in dict.fromkeys((*told, *standings)) if n not in out and circle.readable(n, memory)]
    fit = [n for n in names if _fits(n, told.get(n, {}), standings.get(n, people.NAMED), known)]
    now = memory.get("turn", 0)
    fit = [n for n in fit if now in told.get(n, {}).values() or _times(n, memory.get("said") or ()) < PROPOSED]

    def last(found: Iterable[str]) -> str | None:
        return max(found, key=lambda n: max(told.get(n, {}).values(), default=0), default=None)

    roles = (
        (
            "beside",
            [
                n
                for n in fit
                if n not in circle.CROWD and (standings.get(n) == people.HERE or "there" in told.get(n, {}))
            ],
        ),
        ("key", [n for n in fit if "key" in told.get(n, {})]),
        ("spot", [n for n in fit if "near" in told.get(n, {}) or standings.get(n) in {people.NEAR, people.COMING}]),
        ("helper", [n for n in fit if "useful" in told.get(n, {}) or standings.get(n) == people.ASKED]),
    )
    return next(((role, name) for role, found in roles if (name := last(found))), None)


def has_news(memory: Mapping[str, Any]) -> bool:
    """Whether this message told of somebody to be sent, or that the order is the one trace."""
    turn, known = memory.get("turn", 0), memory.get(KEY) or fresh()
    found = choose(memory)
    new = found is not None and turn in known["who"].get(found[1], {}).values()
    return new or turn in {memory["told"].get("order_lead"), memory["told"].get("unknown_who")}


def helpers(memory: Mapping[str, Any]) -> dict[str, str]:
    """For wording to who speaks for another: `ta` 她 or 他 of the one in danger, and one of `beside` (is with them),
    `key` (has a key), `spot` (is near), `helper` (can be told)."""
    found = choose(memory)
    ta = {"ta": str(memory["ta"])} if memory.get("ta") else {}
    return ta | (dict([found]) if found else {})


def _fits(name: str, told: Mapping[str, int], standing: str, known: Mapping[str, Any]) -> bool:
    if standing not in people.OPEN or {"young", "no"} & told.keys():
        return False
    if {"old", "far"} & told.keys() and "key" not in told:
        return False
    if name in circle.CHILDREN or (name in YOUNGER and known["own"] in {"child", "teen", None}):
        return "useful" in told or "near" in told or standing in {people.HERE, people.COMING}
    return True


def _times(name: str, said: Iterable[str]) -> int:
    return sum(any(s in text for s in circle.spellings(name) if len(s) > 1) for text in said)
