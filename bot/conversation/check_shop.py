"""The part of `zaoan check` that looks at shop talk and shop facts. Pure.

Findings are (file, line, message in Chinese, severity) like those of the other parts.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from bot.conversation import variants as var
from bot.conversation.guard import Guard
from bot.conversation.lined import Lined
from bot.conversation.shop_facts import FACTS, LONGEST
from bot.conversation.shop_talk import GROUPS, compile_lists

Row = tuple[str, int, str, str]
TALK, FACTS_FILE = "data/shop_talk.yml", "data/shop_facts.yml"
#: Values that a condition of shop wording may take, and the gaps that it may have.
FIXED: Mapping[str, set[str]] = {
    "order": {"unpaid", "paid", "shipped", "delivered"},
    "form": {"asks", "tells"},
}
FILL = ("thing", "spec", "due", *FACTS)
#: The longest values of the gaps, so that no filled sentence is too long.
LONG: Mapping[str, str] = {
    "thing": "亚克力立牌",
    "spec": "奶黄色二十八寸",
    "due": "下周六",
    **dict.fromkeys(FACTS, "实" * LONGEST),
}
FEWEST = 3
"""A matter seldom comes more often in one chat; then the general sentences of its intent follow."""


def names_of(files: Mapping[str, Lined]) -> set[str]:
    """Values of the condition `about`."""
    raw = files[TALK].plain() if TALK in files else {}
    groups = [raw.get(group) for group in GROUPS] if isinstance(raw, dict) else []
    return {str(name) for group in groups if isinstance(group, dict) for name in group}


def check_shop(files: Mapping[str, Lined], guard: Guard) -> Iterator[Row]:
    """Findings of both files and of the wording that goes with them."""
    if TALK in files:
        yield from _talk(files[TALK])
        yield from _things(files[TALK], guard)
        yield from _answered(files, names_of(files))
    if FACTS_FILE in files:
        yield from _facts(files[FACTS_FILE], guard)


def _talk(tree: Lined) -> Iterator[Row]:
    sound = True
    for group in GROUPS:
        part = tree.get(group)
        for name, rows in part.items() if part else ():
            for row in rows:
                try:
                    re.compile(str(row.value))
                except re.error as error:
                    sound = False
                    yield TALK, row.line, f"{group}.{name} 的写法不对：{error}", "error"
    if sound:
        try:
            compile_lists(tree.plain())
        except (KeyError, TypeError, AttributeError) as error:
            yield TALK, 1, f"读不了，缺少或写错了这一组：{error}", "error"


def _things(tree: Lined, guard: Guard) -> Iterator[Row]:
    for group in ("things", "colours"):
        for row in tree.get(group) or ():
            judged = guard.wording(f"这款{row.value}")
            if not judged.ok:
                yield TALK, row.line, f"{group} 里的“{row.value}”不能由我们说出口：{judged.message_zh}", "error"


def _answered(files: Mapping[str, Lined], names: Collection[str]) -> Iterator[Row]:
    counts = dict.fromkeys(names, 0)
    for name, tree in files.items():
        for _, rows in (tree.get("responses") or Lined({}, 1)).items() if name.startswith("bot/domain/") else ():
            for row in rows:
                (variant,) = var.parse([row.plain()])
                for value in variant.when.get("about", ()):
                    counts[value] = counts.get(value, 0) + 1
    part_of = {name: group for group in GROUPS for name, _ in (files[TALK].get(group) or Lined({}, 1)).items()}
    for name, count in counts.items():
        if count < FEWEST and name in part_of:
            line = (files[TALK].get(part_of[name]) or Lined({}, 1)).line
            tree_part: Any = files[TALK].get(part_of[name])
            line = tree_part.keys.get(name, line)
            yield TALK, line, f"{name} 只有 {count} 句回应（about: {name}），最好有 {FEWEST} 句", "warning"


def _facts(tree: Lined, guard: Guard) -> Iterator[Row]:
    shops = tree.get("shops")
    groups = [tree.get("common"), *(one for _, one in (shops.items() if shops else ()))]
    for group in groups:
        if group is None or group.value is None:
            continue
        for name, row in group.items():
            line = group.keys.get(name, row.line)
            if name not in FACTS:
                yield FACTS_FILE, line, f"{name} 不认识，可用：{'、'.join(FACTS)}", "error"
            text = str(row.value or "").strip()
            if not text:
                continue
            told = f"{name}（{FACTS.get(name, '')}）“{text}”"
            judged = guard.wording(text)
            if len(text) > LONGEST:
                yield FACTS_FILE, line, f"{told}有 {len(text)} 字，最多 {LONGEST} 字", "error"
            elif judged.reason == "digits":
                yield FACTS_FILE, line, f"{told}里的数字请写成汉字，例如“四十八小时”；电话不写在这里", "error"
            elif not judged.ok:
                yield FACTS_FILE, line, f"{told}{judged.message_zh}", "error"
            elif re.search(r"[。！？?!]", text):
                yield FACTS_FILE, line, f"{told}只写一小句，不带句号、问号、叹号", "error"
