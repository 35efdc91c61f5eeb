"""Whom a message speaks of, and whether that person may be asked in. Pure.

A person is never asked in whom the customer refused, who hurt them, who is dead, or who is somebody else's
("他妈妈"). Who is only far away can still be telephoned. Used by `hearing`; `circle` keeps what the messages tell.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from bot.conversation.names import (
    BARE,
    ENGLISH,
    ENGLISH_KIN,
    FULL,
    GIVEN,
    GIVEN_TITLE,
    HE,
    INTRODUCES,
    KIN_WORDS,
    LITTLE,
    LITTLE_AFTER,
    LITTLE_BEFORE,
    LONGER,
    NEIGHBOUR,
    NO_GIVEN,
    NO_LITTLE,
    SHE,
    SURNAMES,
    pronoun,
)  # fmt: skip
from bot.conversation.standing import (
    ACTS,
    ASKED,
    COMING,
    FAR,
    GONE,
    HERE,
    HURTS,
    LASTING,
    NAMED,
    NEAR,
    OPEN,
    REFUSED,
    SILENT,
    english_standing,
    of_ta,
    standing,
)  # fmt: skip

__all__ = ["ACTS", "ASKED", "COMING", "FAR", "FULL", "GONE", "HE", "HERE", "HURTS", "INTRODUCES", "LASTING", "NAMED",
           "NEAR", "OPEN", "REFUSED", "SHE", "SILENT", "Mention", "best", "english", "mentions", "merged", "of_pronoun",
           "pronoun", "together"]  # fmt: skip


class Mention(NamedTuple):
    """One person in a message: the name that is kept, where it stands in the text, and the standing."""

    name: str
    start: int
    end: int
    stands: str


#: Whose relation it is; "亲家" and "亲戚" are words of their own.
OWN = re.compile("^(?:我|俺|亲(?=[妈爸姐哥弟妹]))")
#: What belongs to somebody who is not spoken of.
OWNED = re.compile(r"[的嘅](?:船|车|車|店|号|號|账号|單|单|快递|地址|手机号)")


def mentions(
    tight: str, names: Sequence[str], us: Collection[str] = (), known: Collection[str] = (), theirs: bool = False
) -> list[Mention]:
    """Everybody spoken of, in the order of the text; `names` longest first, `us` what the customer
    calls whoever answers, `known` the names that were told before, `theirs`: the talk is about another, whose mother
    ("他妈妈") can help."""
    found: dict[int, tuple[str, int]] = {}
    taken: set[int] = set()

    def take(name: str, start: int, end: int) -> None:
        if taken.isdisjoint(range(start, end)):
            taken.update(range(start, end))
            found[start] = (name, end)

    for hit in GIVEN.finditer(tight):
        at = 1 if hit.group(1) else 2
        if not NO_GIVEN.match(tight[hit.start(at) :]):
            take(hit.group(at), *hit.span(at))
    own = [n for n in known if n not in names and n not in FULL.values()]
    for name in sorted(own, key=len, reverse=True):
        for hit in re.finditer(re.escape(name), tight):
            take(name, *hit.span())
    for hit in NEIGHBOUR.finditer(tight):
        take(hit.group(0), *hit.span())
    for hit in GIVEN_TITLE.finditer(tight):
        take(hit.group(1), *hit.span(1))
    for hit in LITTLE.finditer(tight):
        before, after = tight[max(0, hit.start() - 4) : hit.start()], tight[hit.end() :]
        if not NO_LITTLE.search(before) and (LITTLE_AFTER.match(after) or LITTLE_BEFORE.search(before)):
            take(hit.group(0), *hit.span())
    for name in names:
        for hit in re.finditer(re.escape(name), tight):
            if not LONGER.match(tight, hit.start()):
                take(name, *hit.span())
    for hit in BARE.finditer(tight):
        take(FULL[hit.group(1)], *hit.span(1))
    told: list[Mention] = []
    for at in sorted(found):
        name, end = found[at]
        if name in us and tight[max(0, at - 1) : at] != "我":
            continue  # "叔叔你没听懂" speaks to us, "我叔叔" is somebody
        introduced = tight[end : end + 5].lstrip("的，")
        if name in INTRODUCES and any(introduced.startswith(n) for n, _ in found.values() if len(n) > 1):
            continue  # "室友小庄", "护工小徐": one person, by name
        if any(
            re.search(rf"{re.escape(n)}(?:就)?是(?:我)?(?:的|个|一个)?$", tight[:at])
            for n, _ in found.values()
            if n != name
        ):
            continue  # "阿凯是老乡"
        if OWNED.match(tight[end:]):
            continue  # "朋友的船" is a boat
        stands = standing(tight, name, at, end, theirs)
        if stands:
            bare = OWN.sub("", name)
            bare = FULL.get(bare, bare)
            bare = next((k for k in known if k != bare and k.endswith(bare) and k[0] in SURNAMES), bare)  # 李奶奶
            told.append(Mention(bare, at, end, stands))
    return told


def together(mentions: Iterable[Mention]) -> dict[str, str]:
    """{name: standing}: of somebody named twice the later, unless the first lasts."""
    told: dict[str, str] = {}
    for name, _, _, stands in mentions:
        before = told.pop(name, None)
        told[name] = before if before in LASTING or (before == REFUSED and stands == NAMED) else stands
    return told


def english(text: str, known: Collection[str] = ()) -> dict[str, str]:
    """The same for English: a name after a relation or after "message", "call"; else "your sister"."""
    hits: dict[int, str] = {}
    for hit in ENGLISH.finditer(text):
        name = next((g for g in hit.groups() if g), "")
        if name and name.lower() not in KIN_WORDS:
            hits.setdefault(hit.start(), name)
    for hit in ENGLISH_KIN.finditer(text):
        hits.setdefault(hit.start(), f"your {(hit.group(1) or hit.group(2)).lower()}")
    for name in known:
        if name.isascii() and (
            again := re.search(rf"\b{re.escape(name.removeprefix('your '))}\b", text, re.IGNORECASE)
        ):
            hits.setdefault(again.start(), name)
    return {hits[at]: english_standing(text, hits[at]) for at in sorted(hits)}


#: Names of the same person: who lost their husband has lost 老伴 and 先生, too.
SAME = (
    frozenset("老伴 老公 丈夫 先生 老头子 爱人 老婆 妻子 太太 媳妇".split()),
    frozenset("男朋友 女朋友 对象 男友 女友".split()),
)


def merged(known: Mapping[str, str], told: Mapping[str, str]) -> dict[str, str]:
    """What is known after a message: the last mentioned stands last."""
    new = dict(known)
    for name, stands in told.items():
        before = new.pop(name, None)
        lost = any(name in same and any(known.get(o) == GONE for o in same) for same in SAME)
        keeps = (
            before in LASTING
            or (before == REFUSED and stands not in ACTS)
            or (before not in {None, NAMED} and stands == NAMED)
            or (before in {HERE, COMING} and stands in {NEAR, ASKED})
            or (before == FAR and stands == ASKED)  # "她在开封 过不来", and now she writes
        )
        new[name] = GONE if lost else str(before) if keeps else stands
    return new


def of_pronoun(tight: str, known: Mapping[str, str], by_example: str = "") -> dict[str, str]:
    """{name: standing} where a message that names nobody speaks of who was named last: "别吵她", "她在隔壁".
    `by_example`: what examples surely hear of her; it counts where the lists hear nothing, and where it is unwanted."""
    said = by_example if by_example == REFUSED else of_ta(tight) or by_example
    ta = next((c for c in tight if c in "他她"), None)
    open_ones = (n for n in reversed(list(known)) if known[n] not in LASTING and n not in GONE_TO)
    who = next((n for n in open_ones if pronoun(n) in {None, ta}), None)
    return {who: said} if said and who and not (known[who] == REFUSED and said == FAR) else {}


#: Who is gone to, and who is looked after: neither is asked to come.
GONE_TO = frozenset("心理老师 老师 班主任 辅导员 医生 社工 同屋 学生 孩子 小孩 徒弟 工头".split())


def best(known: Mapping[str, str], wanted: frozenset[str] = OPEN) -> str | None:
    """Who is to be asked in, or used: who is here, on the way, near or told of it before somebody only named; the last
    mentioned first."""
    fit = [n for n, s in known.items() if s in wanted and n not in GONE_TO]
    for stands in (HERE, COMING, NEAR, ASKED):
        if found := [n for n in fit if known[n] == stands]:
            return found[-1]
    return fit[-1] if fit else None
