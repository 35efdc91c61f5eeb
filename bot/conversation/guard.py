"""The outgoing guard: the last look at a sentence before a customer or an agent sees it.

Pure. A sentence that must not go out is never repaired: it is replaced by a vetted one and
the reason is kept for the trainer.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from bot.risk.prefilter import Prefilter

MAX_CHARS = 60
"""Longest message, in characters (field notes 7.12: short messages are read, long ones skimmed)."""
MAX_QUESTIONS = 1
#: Highest level at which shop wording (discounts, vouchers) may still be used.
SHOP_LEVEL = 1

QUESTION = re.compile(r"[?？]+")
#: A gap that a colleague fills in (bot/copilot/cards.py); no customer ever reads one.
BLANK = re.compile(r"【填[^【】]{0,12}】")
DIGIT_RUN = re.compile(r"\d(?:[\d\- ]*\d)?")
LATIN = re.compile(r"(?<!\\)[A-Za-z]")
LINK = re.compile(r"https?://|www\.|[A-Za-z0-9-]+\.(?:com|cn|net|org|hk|mo|tw)\b", re.IGNORECASE)
SHOP_TALK = re.compile(
    r"优惠|折扣|券|库存|下单|好评|满减|促销|推荐款|新品|活动价|優惠|庫存|落單|\b(?:sale|stock|checkout)\b"
)
CRISIS_TALK = re.compile(
    r"自杀|自殺|想死|不想活|伤害自己|傷害自己|轻生|輕生|热线|熱線|求助电话|心理援助|"
    r"suicid|kill yourself|your life|hotline",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class NeverSay:
    """One pattern that no sentence may contain; `why` is told to the trainer."""

    group: str
    title: str
    pattern: re.Pattern[str]
    why: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """`ok`, or the name of what is wrong with a Chinese sentence for the trainer."""

    ok: bool
    reason: str = ""
    message_zh: str = ""


OK = Judgement(True)


class Guard:
    """Judges sentences; holds the never-say list and the numbers that may be shown."""

    def __init__(self, never: Iterable[NeverSay], numbers: Collection[str]) -> None:
        self.never = tuple(never)
        self._filter = Prefilter([entry.pattern for entry in self.never])
        self._numbers = frozenset(numbers)

    @classmethod
    def load(cls, never_say: Path, numbers: Collection[str]) -> Guard:
        """Read the never-say list; `numbers` are the registry's, digits only."""
        return cls(load_never_say(never_say), numbers)

    def wording(self, text: str) -> Judgement:
        """What is wrong with the sentence itself, wherever it is used."""
        plain = text.strip()
        if not plain:
            return Judgement(False, "empty", "空句子")
        if len(plain) > MAX_CHARS:
            return Judgement(False, "length", f"有 {len(plain)} 字，最多 {MAX_CHARS} 字")
        if len(QUESTION.findall(plain)) > MAX_QUESTIONS:
            return Judgement(False, "questions", "一条消息里不能有两个问题")
        folded = _fold(plain)
        for entry in map(self.never.__getitem__, self._filter.candidates(folded)):
            hit = entry.pattern.search(folded)
            if hit:
                return Judgement(False, f"never_say:{entry.group}", f"{entry.title}：“{hit.group(0)}”（{entry.why}）")
        for run in DIGIT_RUN.findall(plain):
            if _digits(run) not in self._numbers:
                return Judgement(False, "digits", f"数字“{run}”不在热线登记表里")
        if LINK.search(plain):
            return Judgement(False, "link", "不能发链接")
        if blank := BLANK.search(plain):
            return Judgement(False, "blank", f"“{blank.group(0)}”还没填")
        return OK

    def judge(
        self,
        text: str,
        level: int = 0,
        used: Collection[str] = (),
        now: Collection[str] = (),
    ) -> Judgement:
        """Judge a sentence for this moment.

        `level` is what is known of the customer (0-4), `used` the sentences already said in
        this case, `now` those of the same reply.
        """
        found = self.wording(text)
        if not found.ok:
            return found
        if text in now or text in used:
            return Judgement(False, "repeated", "这句话在这段对话里已经说过")
        if level > SHOP_LEVEL and SHOP_TALK.search(text):
            return Judgement(False, "level", "此刻不谈买卖")
        if level < 1 and CRISIS_TALK.search(text):
            return Judgement(False, "level", "普通购物对话里不说危机用语")
        return OK


@lru_cache(maxsize=4)
def _loaded(path: str, stamp: int) -> tuple[NeverSay, ...]:
    raw = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
    return tuple(
        NeverSay(g["name"], g["title"], _pattern(p["pattern"]), p["why"]) for g in raw["groups"] for p in g["patterns"]
    )


def _pattern(text: str) -> re.Pattern[str]:
    """Without regard to case where there are letters; where there are none, so that it can be tried seldom."""
    return re.compile(text, re.IGNORECASE if LATIN.search(text) else 0)


def load_never_say(path: Path) -> tuple[NeverSay, ...]:
    """Every pattern of the list; re.error or KeyError when the file is wrong."""
    return _loaded(str(path), path.stat().st_mtime_ns)


def _fold(text: str) -> str:
    """Width and spaces folded, traditional characters to simplified, so that spelling hides nothing."""
    narrow = "".join(unicodedata.normalize("NFKC", text).split())
    return _to_simplified().convert(narrow) if any(ord(c) > 127 for c in narrow) else narrow


@lru_cache(maxsize=1)
def _to_simplified() -> Any:
    import opencc

    return opencc.OpenCC("t2s")


def _digits(text: str) -> str:
    return "".join(c for c in text if c.isdigit())


#: Vetted replacements by level: used when every sentence of a reply was blocked, and whenever
#: understanding, policies, actions or store fail. Compiled in: needs no file and no model.
SAFE_TEXT: dict[int, str] = {
    0: "收到，我看一下再回您。",
    1: "我在听，您慢慢说。",
    2: "我在，你说的我很在意。可以慢慢说。",
    3: "我在这里，你的安全最要紧。真人同事也会看到你的话。",
    4: "我在这里，请先离危险远一点。真人同事也会看到你的话。",
}

#: Further vetted sentences, so that a second failure is not answered with the same words.
SAFE_MORE: dict[int, tuple[str, ...]] = {
    0: ("好的，稍等我确认一下。", "嗯，我记下了，看完回复您。", "您稍等，我再核对一下。"),
    1: ("嗯，我在。想到哪说到哪就好。", "不着急，我听着呢。", "您说，我在看。"),
    2: ("嗯，我在听。不着急，一点一点说。", "我还在，你的话我都看着。", "想停一停也可以，我在。"),
    3: ("我还在，你不用一个人扛。", "你的话我都看着，也有真人同事在看。", "慢慢来，先让自己待在安全的地方。"),
    4: ("请先退到安全的地方，我在。", "先叫一个人到你身边来，我在这里。", "一步一步来，先离危险远一些。"),
}


def safe_text(level: int, used: Iterable[str] = ()) -> str:
    """The vetted sentence for this level that was not yet said, or else the one said longest ago (`used` in the order
    of saying): nobody reads the same words twice running."""
    level = min(max(level, 0), 4)
    last = {text: place for place, text in enumerate(used)}
    return min((SAFE_TEXT[level], *SAFE_MORE[level]), key=lambda text: last.get(text, -1))
