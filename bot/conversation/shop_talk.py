"""Which matter and which thing an ordinary message is about, so that it gets its own answer. Pure.

The lists are `data/shop_talk.yml`. Danger is never read here. What is repeated to the customer comes from closed
lists (names of things, colours) and from short numbers written out in characters, never from free text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from bot.conversation.hearing import readings_of, simplify

FILE = Path(__file__).resolve().parents[2] / "data" / "shop_talk.yml"
GROUPS = ("matters", "asides", "stories")
#: Names of one character stand in many other words, so they count only after a word that counts or points.
POINTED = "[这那几两双本支张口盏套束把的]"
ASKS = re.compile(
    r"[吗么嘛呢不没]$|[?？]$|怎么|咋|什么|啥|多少|几[个点天时]|哪|能不能|可不可以|有没有|是不是|咩|邊|边度"
)
MATTER_OF_TIME = re.compile(
    r"今晚|今天|今日|明天|明早|明晚|后天|听日|(?:下?周|下?星期|下?礼拜)[一二三四五六日末天]|月底|年前|节前|"
    r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})[号日]"
)
PAST = re.compile(r"去年|前年|那(会|阵|时)|当(时|年)|以前|从前|之前|小时候|熬过来|过去了")
SIZE = re.compile(
    r"(\d{1,3}|[二三四五]十[一二三四五六七八九]?|十[一二三四五六七八九]|[一二两三四五六七八九](?=寸))(寸|码|公分|厘米)"
)
LETTER_SIZE = re.compile(r"(?<![a-zA-Z])([2-5]?[xX]{0,3}[lL]|[xX]?[sS]|[mM])(?=码|号|吧|$)")
_CHARS = "零一二三四五六七八九"
#: What a shop of this category sells, where neither message nor orders name it.
CATEGORY = {"鲜花": "花", "鞋靴": "鞋子", "图书": "书", "茶具": "茶具", "箱包": "包", "文具": "文具", "玩具": "玩具",
            "零食": "零食", "酒水": "酒", "宠物用品": "宠物用品", "家电": "电器", "家具": "家具"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ShopTalk:
    """One message as far as the shop goes.

    Attributes:
        matters: what it asks or wants, the most telling first; asides: talk beside it (a joke, good news);
            stories: which hardship it tells of.
        thing: the thing named; spec: colour and size, numbers in characters; due: a day named; asks: it is a question;
        past: it tells of former times.
    """

    matters: tuple[str, ...] = ()
    asides: tuple[str, ...] = ()
    stories: tuple[str, ...] = ()
    thing: str = ""
    spec: str = ""
    due: str = ""
    asks: bool = False
    past: bool = False


@dataclass(frozen=True, slots=True)
class Lists:
    """The compiled lists."""

    groups: Mapping[str, Mapping[str, tuple[re.Pattern[str], ...]]]
    things: tuple[str, ...]
    colours: tuple[str, ...]

    @property
    def names(self) -> frozenset[str]:
        """All values that `about` may take."""
        return frozenset(name for group in self.groups.values() for name in group)


def compile_lists(raw: Mapping[str, Any]) -> Lists:
    """Compile the file; re.error, KeyError or TypeError when it is wrong."""
    groups = {
        group: {name: tuple(re.compile(p, re.IGNORECASE) for p in rows) for name, rows in raw[group].items()}
        for group in GROUPS
    }
    return Lists(groups, _longest(raw["things"]), _longest(raw["colours"]))


def _longest(names: Iterable[Any]) -> tuple[str, ...]:
    return tuple(sorted((str(n) for n in names), key=len, reverse=True))


@lru_cache(maxsize=1)
def lists() -> Lists:
    """The project's own lists, read once."""
    with FILE.open(encoding="utf-8") as handle:
        return compile_lists(yaml.safe_load(handle))


def listen(text: str, known: Lists | None = None) -> ShopTalk:
    """Understand one message as a shop's agent would; never raises on any text."""
    from_lists = known or lists()
    plain = simplify(unicodedata.normalize("NFKC", text).strip())
    tight = "".join(plain.split())
    readings = [tight, *readings_of(plain)]

    def hits(group: str) -> tuple[str, ...]:
        rows = from_lists.groups[group].items()
        return tuple(name for name, found in rows if any(p.search(one) for one in readings for p in found))

    # Of two days the one by which something is to happen is meant: "周六吃，周五到就行".
    due = next(iter(re.finditer(f"(?:{MATTER_OF_TIME.pattern})(?=.{{0,3}}(?:到|送|发|寄|收到))", tight)), None)
    due = due or MATTER_OF_TIME.search(tight)
    asks = any(ASKS.search(one.rstrip("。.~～!！啊呀哈哦呗")) for one in readings)
    return ShopTalk(
        hits("matters"), hits("asides"), hits("stories"), thing_in(tight, from_lists), _spec(tight, from_lists),
        in_characters(due.group(0)) if due else "", asks, bool(PAST.search(tight)),
    )  # fmt: skip


#: Half a word, or what it was bought with: "包裹到哪了" is about no bag, "奶奶手机买的" about no phone.
NO_THING = re.compile(
    r"包(?=裹|装|邮|退|换|赔|运费|您|你|我|到|括|含)|(?<=打)包|手机(?=买|下的?单|上|号|没电|里|打|登|点的|付)"
    r"|(?:用|拿|借)(?:我|他|她|妈|爸|奶奶|爷爷|别人|老公|老婆)?(?:的)?手机"
)


def thing_in(tight: str, known: Lists | None = None) -> str:
    """The name of a thing in a text, the longest one, "" when there is none."""
    tight = NO_THING.sub("", tight)
    for name in (known or lists()).things:
        # A name with a number behind it is a brand or a model ("苹果15"), one of a single character part of a word.
        if name in tight and re.search(f"{POINTED if len(name) == 1 else ''}{name}(?![子包房\\d])", tight):
            return name
    return ""


def _spec(tight: str, known: Lists) -> str:
    colour = next((c for c in known.colours if c in tight and len(c) > 2), "") or next(
        (c for c in known.colours if c in tight and c.endswith("色")), ""
    )
    size = SIZE.search(tight)
    letters = LETTER_SIZE.search(tight)
    return colour + (in_characters(size.group(0)) if size else f"{letters.group(1).upper()}码" if letters else "")


def in_characters(text: str) -> str:
    """Numbers up to 999 written in characters: no digits leave the house but those of the hotline registry."""
    return re.sub(r"\d+", lambda m: number(int(m.group(0))) if len(m.group(0)) <= 3 else "", text)


def number(value: int) -> str:
    """0 to 999 in Chinese characters."""
    hundreds, rest = divmod(value, 100)
    tens, units = divmod(rest, 10)
    told = f"{_CHARS[hundreds]}百" if hundreds else ""
    if tens:
        told += ("" if tens == 1 and not hundreds else _CHARS[tens]) + "十"
    elif hundreds and units:
        told += "零"
    return told + (_CHARS[units] if units or not value else "")


def order_meant(orders: Sequence[Mapping[str, Any]], thing: str) -> Mapping[str, Any] | None:
    """The order that a message is about: the one whose title names the thing, else the only one that is under way,
    else the only one there is; None where that is a guess."""
    named = [o for o in orders if thing and thing in str(o.get("title") or "")]
    if len(named) == 1:
        return named[0]
    moving = [o for o in orders if o.get("status") in {"paid", "shipped"}]
    for some in (moving, list(orders)):
        if some and len({str(o.get("status")) for o in some}) == 1:
            return some[-1]
    return None


def name_of(thing: str, orders: Sequence[Mapping[str, Any]], category: str = "") -> str:
    """What to call the goods: as the customer did, else as the only order's title does, else by the shop's category."""
    if thing:
        return thing
    titles = {thing_in("".join(str(o.get("title") or "").split())) for o in orders}
    if len(titles) == 1 and (only := titles.pop()):
        return only
    kinds = {str(o.get("category") or "") for o in orders} or {category}
    return CATEGORY.get(next(iter(kinds)), "") if len(kinds) == 1 else ""
