"""What a colleague asked in their own words, so that no card asks it again and the answer is understood. Pure.

In copilot mode the ladder knows only what was said, not which step it was: a person presses a card, changes it or
writes themselves. The question is found by its words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from bot.conversation import inquiry
from bot.conversation import memory as mem
from bot.conversation.lines import registry

_SENTENCE = re.compile(r"[^。！？!?\n]+[。！？!?]*")
_ASKS = re.compile(r"[？?]|[吗呢没]$|有没有|是不是|能不能|好不好")
#: Step of the ladder → words by which its question is known, the gravest first.
WORDS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("suicide", re.compile(r"自杀|自殺|不想活|不活了|想死|轻生|結束生命|结束(自己|生命)|想不开|去死")),
    ("way", re.compile(r"想过.{0,6}(怎么做|用什么|什么办法|哪种|怎样|方式)|怎么做.{0,4}想过|打算怎么")),
    (
        "means",
        re.compile(r"(身边|手边|手里|旁边|附近).{0,10}(东西|伤到|危险)|(东西|那样).{0,6}(放远|收起来|离.{0,3}远)"),
    ),
    ("safety_now", re.compile(r"安全")),
    (
        "companion",
        re.compile(
            r"一个人[？?吗]|一个人(在家|呢|待着)|(身边|旁边|家里).{0,3}有(没有)?人|有(没有)?人.{0,3}(陪|在)|"
            r"谁能.{0,4}(陪|来)|陪(着)?你"
        ),
    ),
    ("place", re.compile(r"在哪|哪里|什么地方|哪个城市|哪座城|位置|地址")),
)  # fmt: skip


def step_of(text: str) -> str | None:
    """The ladder's step that a colleague's words ask, None when they ask nothing of it. Address questions about a
    parcel are asked where nobody is in danger, so the caller says when to look."""
    for sentence in _SENTENCE.findall(text):
        if _ASKS.search(sentence.strip()):
            for step, words in WORDS:
                if words.search(sentence):
                    return step
    return None


def noted(memory: Mapping[str, Any], lines: Iterable[str], level: int) -> dict[str, Any]:
    """The memory with what colleagues asked and gave in `lines`, oldest first; the last question waits for its answer.

    Below level 1 only the direct question counts: "现在在哪" is about the parcel there."""
    now = dict(memory)
    for text in lines:
        step = step_of(text)
        if level < 1 and step != "suicide":
            step = None
        given = [line.id for line in registry().named(text)]
        urgent = [one for one in given if one.startswith(mem.EMERGENCY_LINES)]
        does = ["utter_refer_emergency"] if urgent else ["utter_refer_hotline"] if given else []
        if step or does:
            now = dict(mem.speak(now, step, (), given, does))
        else:
            now["pending"] = None  # their last words left no question of ours open
        if level >= inquiry.CARE:
            now["inquired"] = {key: list(turns) for key, turns in (now.get("inquired") or {}).items()}
            inquiry.note({**mem.fresh(), **now, "level": level, "inquired": now["inquired"]}, [text])
    return now
