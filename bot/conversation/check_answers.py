"""The part of `zaoan check` that reads direct questions and how our own are taken: each has its answers."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from itertools import combinations
from pathlib import Path
from typing import Any

import yaml

from bot.conversation import answered, learned, mention, questions, replies
from bot.conversation import variants as var
from bot.conversation.lined import Lined
from bot.conversation.standing import KINDS as STANDINGS

#: Answers that each kind has at least.
FEWEST = 6
#: {file: (part, condition, utterance)}
FILES = {
    "data/questions.yml": ("kinds", "asks", "utter_answer_question"),
    "data/replies.yml": ("replies", "reply", "utter_take_reply"),
}


def check_answers(root: Path, files: Mapping[str, Lined]) -> Iterator[tuple[str, int, str]]:
    """(file, line, what is wrong) of both lists; the wording is that of `bot/domain`."""
    for name, (part, condition, utter) in FILES.items():
        path = root / name
        if not path.exists():
            continue
        text = path.read_text(encoding="utf-8")
        try:
            raw = yaml.safe_load(text)
            wanted = _wanted(name, raw, root)
        except (yaml.YAMLError, KeyError, TypeError, re.error) as error:
            yield name, 1, f"这个文件读不了：{error}"
            continue
        have = _answers(files, utter, condition)
        for value in sorted(wanted):
            if have.get(value, 0) < FEWEST:
                key = value if value in raw[part] else value.rpartition("_")[0]
                line = next((i for i, t in enumerate(text.splitlines(), 1) if t.strip() == f"{key}:"), 1)
                yield name, line, f"{value} 只有 {have.get(value, 0)} 句答话（{utter}），至少要 {FEWEST} 句"


def check_examples(root: Path) -> Iterator[tuple[str, int, str]]:
    """(file, line, what is wrong) of data/asked, data/answered, data/held, data/standing and data/lights: kinds that
    nothing knows, and files at which training, and with it the start, would stop; of data/mentions.yml whether it can
    be read."""
    try:
        kinds = set(yaml.safe_load((root / "data/questions.yml").read_text(encoding="utf-8"))["kinds"]) | {"none"}
    except (OSError, yaml.YAMLError, KeyError, TypeError):
        return  # said of that file
    yield from _examples(root, "asked", kinds, "data/questions.yml 里没有 {} 这一种，不知道怎么答")
    yield from _examples(root, "answered", answered.KINDS, "不认识 {}：要写“问的是什么.怎么答”，可用的见别的作者的文件")
    kinds = {"+".join(some) for n in range(1, 5) for some in combinations(learned.KINDS, n)} | {learned.NONE}
    yield from _examples(root, "held", kinds, "不认识 {}：只有 help、with、away、safe（几样都有用 + 连起来）和 none")
    stands = "不认识 {}：" + "、".join(STANDINGS) + " 里选一个"
    yield from _examples(root, "standing", set(STANDINGS), stands)
    yield from _examples(root, "lights", {"light", "none"}, "不认识 {}：只有 light（还撑着他的）和 none")
    path = root / "data" / "mentions.yml"
    if path.exists():
        try:
            mention.parse(yaml.safe_load(path.read_text(encoding="utf-8")))
        except (yaml.YAMLError, AttributeError, TypeError) as error:
            yield "data/mentions.yml", 1, f"这个文件读不了：每组一行词，写在方括号里：{error}"


def _examples(root: Path, folder: str, kinds: Collection[str], unknown: str) -> Iterator[tuple[str, int, str]]:
    for path in sorted((root / "data" / folder).glob("*.yml")):
        name = f"data/{folder}/{path.name}"
        try:
            yaml.load(path.read_text(encoding="utf-8"), getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            yield name, mark.line + 1 if mark else 1, f"这个文件读不了，格式不对：{error}"
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            kind = re.match(r"[\"']?([\w.+]+)[\"']?:\s*(.*)$", line)
            if kind and kind[1] not in kinds:
                yield name, number, unknown.format(kind[1])
            elif kind and kind[2]:
                yield name, number, f"{kind[1]}: 后面另起一行写例句，每句前面加 “- ”"


def _wanted(name: str, raw: Mapping[str, Any], root: Path) -> set[str]:
    if name == "data/replies.yml":
        return set(replies.values(replies.parse(raw)))
    persons = yaml.safe_load((root / "data/heard.yml").read_text(encoding="utf-8"))["persons"]
    return {questions.OPEN, questions.ORDER, *(kind.name for kind in questions.parse(raw, persons).kinds)}


def _answers(files: Mapping[str, Lined], utter: str, condition: str) -> dict[str, int]:
    """Answers by the value of the condition; those for another person or age count, too."""
    counts: dict[str, int] = {}
    for name, tree in files.items():
        rows = (tree.get("responses") or Lined({}, 1)).get(utter) if name.startswith("bot/domain/") else None
        for row in rows or ():
            (variant,) = var.parse([row.plain()])
            for value in variant.when.get(condition, ()):
                counts[value] = counts.get(value, 0) + 1
    return counts
