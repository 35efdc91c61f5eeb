"""The one concrete person or thing of a message that a reply may name: "你说到奖状，我记着了". Pure.

Where neither a list of topics nor a plain complaint fits, a stock sentence ("嗯，我在听") tells that nobody read; of
287 such sentences in 78 talks three readers found 71 % beside the point. Words come from the closed list
`data/mentions.yml`, so that nothing of means, farewell or shame is ever said back. What is heard here decides no step
and no level.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

import yaml

from bot.conversation.hearing import DATA, simplify
from bot.conversation.names import SURNAMES

FILE = DATA / "mentions.yml"
#: A message that asks is answered, not mirrored; one this long tells of more than one thing.
ASKS = re.compile(r"[?？]|吗|呢$|怎么|什么|为啥|能不能|要不要|几点|多少|[中成行得好]不[中成行得好]?$")
#: Beside these no word of theirs is picked up: "房本存折都摆桌上了，狗送邻居了" is no remark about a neighbour.
LAST = re.compile(
    r"房本|存折|遗|封信|信[^，。]{0,4}写|写了[^，。]{0,4}信|送(?:给)?(?:邻居|人)|托付|交代|密码|想好了|最后|走了以后|找(?:她|他|老伴)去|永别|下辈子"
)
LONGEST = 60
#: What is still named in high danger: "衣服这一句，我放在心上" beside a plan tells that the rest was not read.
DEAR = frozenset({"people", "animals"})
#: Words before it by which it is turned away: "么子学校", "又提妈妈".
NOT_TOLD = re.compile("(?:么子|什么|啥|哪来的?|不是|没有|没|别|又提|又说|又叫我?找?)我?的?$")


@lru_cache(maxsize=1)
def words() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """(group, pattern) in the order of the file, longer words first; KeyError when it is malformed."""
    return parse(yaml.safe_load(FILE.read_text(encoding="utf-8")))


def parse(raw: Any) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """The same from decoded YAML; AttributeError or TypeError when it is malformed."""
    groups = {str(k): sorted(map(str, v), key=len, reverse=True) for k, v in raw.items()}
    return tuple((name, re.compile("|".join(map(re.escape, rows)))) for name, rows in groups.items())


def of(text: str, groups: frozenset[str] | None = None) -> str:
    """The word to be named, of these `groups` (None: of any), "" for most messages. Never raises."""
    plain = simplify(text)
    if len(plain) > LONGEST or ASKS.search(plain) or LAST.search(plain):
        return ""
    for group, pattern in words():
        if groups is not None and group not in groups:
            continue
        for hit in pattern.finditer(plain):
            if NOT_TOLD.search(plain[: hit.start()]):
                continue
            name = plain[: hit.start()][-1:]
            if group == "people" and name in SURNAMES and name:
                return name + hit.group()  # 马大夫, 李老师
            if len(hit.group()) > 1 or (group == "animals" and _alone(plain, hit)):
                return hit.group()
    return ""


def _alone(plain: str, hit: re.Match[str]) -> bool:
    """Whether a word of one character stands for the animal, not for a part of another word ("马上", "牛逼")."""
    before, after = plain[: hit.start()][-1:], plain[hit.end() :][:1]
    return (not before or before in "的只头条匹群养喂把给我家，。 ") and (
        not after or after in "也都就了在跟和不没老是还，。 "
    )
