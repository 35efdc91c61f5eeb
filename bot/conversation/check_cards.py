"""The part of `zaoan check` that looks at the cards for the person at the keyboard (`data/cards.yml`). Pure.

Findings are (file, line, message in Chinese, severity) like those of the other parts.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from bot.conversation.guard import Guard
from bot.conversation.lined import Lined
from bot.copilot import cards

Row = tuple[str, int, str, str]
FILE = "data/cards.yml"
#: Gaps that a sentence may have, each with the longest that it is filled with.
GAPS: Mapping[str, str] = {"thing": "手机", "who": "您妈妈", "due": "下周六", "spec": "白色", "asked": "再配两个"}
ORDERS = frozenset({"none", "unpaid", "paid", "shipped", "delivered"})
MEETS, ASKS = 24, 24
"""Characters of a sentence that meets and of one that asks, so that both stand in one message."""


def check_cards(files: Mapping[str, Lined], guard: Guard, matters: Collection[str]) -> Iterator[Row]:
    """Findings of the file; `matters` are the values that `about` may take."""
    if FILE not in files:
        return
    raw: Any = files[FILE].plain()
    try:
        known = cards.compile_deck(raw)
    except (KeyError, TypeError, AttributeError, re.error) as error:
        yield FILE, 1, f"读不了，缺少或写错了：{error}", "error"
        return
    for group in ("openers", "answers", "forms"):
        for row in files[FILE].get(group) or ():
            told = row.plain()
            for name in told.get("about", ()):
                if name not in matters:
                    yield FILE, row.line, f"about: {name} 不认识，可用的名字在 data/shop_talk.yml", "error"
            for name in told.get("order", ()):
                if name not in ORDERS:
                    yield FILE, row.line, f"order: {name} 不认识，可用：{'、'.join(sorted(ORDERS))}", "error"
    for text in dict.fromkeys(known.texts()):
        yield from _sentence(text, guard)
    for sign in known.signs:
        for part, texts, most in (("meet", sign.meet, MEETS), ("ask", (*sign.ask, *sign.plain), ASKS)):
            for text in texts:
                if len(text) > most:
                    yield FILE, 1, f"{sign.name} 的 {part}“{text}”有 {len(text)} 字，最多 {most} 字", "error"
                if (part == "ask") != bool(cards.QUESTION.search(text)):
                    yield (
                        FILE,
                        1,
                        f"{sign.name} 的 {part}“{text}”{'该是一个问题' if part == 'ask' else '里不能有问题'}",
                        "error",
                    )


def _sentence(text: str, guard: Guard) -> Iterator[Row]:
    if strange := set(cards.GAP.findall(text)) - GAPS.keys():
        yield FILE, 1, f"“{text}”里的 {{{strange.pop()}}} 不认识，可用：{'、'.join(GAPS)}", "error"
        return
    if "【" in cards.BLANK.sub("", text):
        yield FILE, 1, f"“{text}”里的空格要写成【填…】，最多 12 字", "error"
    full = cards.filled(cards.GAP.sub(lambda m: GAPS[m.group(1)], text))
    # an opener ends in a comma and is judged with what follows it
    judged = guard.judge(full, 1)
    if not judged.ok:
        yield FILE, 1, f"“{text}”{judged.message_zh}", "error"
