"""The part of `zaoan check` that looks at the cards for the person at the keyboard (`data/cards.yml`,
`data/counter.yml`). Pure but for the examples of `data/counter`, which it reads.

Findings are (file, line, message in Chinese, severity) like those of the other parts.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from bot.conversation import kept
from bot.conversation.guard import Guard
from bot.conversation.lined import Lined
from bot.copilot import cards, counter

Row = tuple[str, int, str, str]
FILE, COUNTER = "data/cards.yml", "data/counter.yml"
#: Authors that a kind of question has at least, so that one voice does not decide what it sounds like.
AUTHORS = 3
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
        yield from _sentence(text, guard, FILE)
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


def check_counter(files: Mapping[str, Lined], guard: Guard, folder: Path) -> Iterator[Row]:
    """Findings of the answers to ordinary questions: sentences, and kinds without answer or examples."""
    if COUNTER not in files:
        return
    try:
        answers = counter.compiled(files[COUNTER].plain())
    except ValueError:
        yield COUNTER, 1, "读不了：每种问法下面要有一列答法", "error"
        return
    try:
        heard = [(kind, author) for kind, _, author, _ in kept.examples(folder, "kinds")]
    except (ValueError, yaml.YAMLError) as error:
        yield COUNTER, 1, f"data/counter 里的例句读不了：{error}", "error"
        return
    for kind in sorted(answers.keys() | {kind for kind, _ in heard} - {"none"}):
        line = files[COUNTER].keys.get(kind, 1)
        authors = {author for one, author in heard if one == kind}
        if kind not in answers:
            yield COUNTER, line, f"{kind} 有例句（{'、'.join(sorted(authors))}），没有答法", "error"
        elif len(authors) < AUTHORS:
            yield (
                COUNTER,
                line,
                f"{kind} 只有 {len(authors)} 位作者给了例句（data/counter），至少要 {AUTHORS} 位",
                "error",
            )
        for text in answers.get(kind, ()):
            yield from _sentence(text, guard, COUNTER)
            if len(text) > cards.LONGEST:
                yield COUNTER, line, f"“{text}”有 {len(text)} 字，最多 {cards.LONGEST} 字", "error"


def _sentence(text: str, guard: Guard, file: str) -> Iterator[Row]:
    if strange := set(cards.GAP.findall(text)) - GAPS.keys():
        yield file, 1, f"“{text}”里的 {{{strange.pop()}}} 不认识，可用：{'、'.join(GAPS)}", "error"
        return
    if "【" in cards.BLANK.sub("", text):
        yield file, 1, f"“{text}”里的空格要写成【填…】，最多 12 字", "error"
    full = cards.filled(cards.GAP.sub(lambda m: GAPS[m.group(1)], text))
    # an opener ends in a comma and is judged with what follows it
    judged = guard.judge(full, 1)
    if not judged.ok:
        yield file, 1, f"“{text}”{judged.message_zh}", "error"
