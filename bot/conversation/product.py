"""Questions about what goods do, and the polite word about their purpose. Pure.

Beside :mod:`bot.conversation.plan`: a bare question is asked about and not assumed to be a wish (labelling guide,
level 2), and who has told an ordinary purpose is not asked for it again.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from bot.conversation import memory as mem
from bot.conversation.hearing import Heard
from bot.risk.grade import told_as_fiction

#: Signals of suffering without a wish to die.
SUFFERING = frozenset({"distress", "life_event", "illness", "isolation", "burden"})
#: Goods whose strength is asked with a polite word about the purpose.
CAREFUL_GOODS = ("农药", "鼠药", "处方药", "化工", "医药", "农资", "刀", "厨具", "绳", "五金", "清洗", "实验")
#: Signals of a wish in the asker's own words.
WISHES_SPOKEN = frozenset({"ideation_active", "intent", "self_injury", "preparation", "attempt_past"})


def bare_question(text: str, level: int, heard: Heard, names: frozenset[str], before: Mapping[str, Any]) -> bool:
    """A question about what goods do to people, without a word of the asker: asked about, not assumed."""
    asked = "asks_means" in heard.topics or "means_seeking" in names
    if re.search("会不会.{0,3}(难受|疼|痛)", text):
        names -= {"distress"}  # how it feels is the question, not what the asker feels
    told = names & (WISHES_SPOKEN | SUFFERING - {"illness", "isolation"}) or {"hint", "suicide"} & before["told"].keys()
    fresh = level == 2 or (level == 3 and before["level"] < 2)  # felt as grave as it may be, it is asked about first
    # "写剧本呢 女主吞药 多久会死": no danger is known, and no answer about goods is one
    fresh = fresh or (level < 2 and "asks_means" in heard.topics and told_as_fiction(text))
    return bool(asked and fresh and not told and not re.search("[我想]|活[不够着]|[要去]死", text))


def asks_purpose(
    mode: str, move: str, names: frozenset[str], goods: bool, risky: bool, memory: Mapping[str, Any]
) -> bool:
    """Whether ordinary service should politely ask what the goods are for."""
    if mode not in {"service", "support"} or "purpose_plain" in memory["told"]:
        return False
    asked = mem.times(memory, "purpose")
    if asked >= 2:
        return False
    if move == "hold_complaint":
        return True
    if move == "evade_purpose":
        return goods or asked > 0 or "repeat_orders" in names or "restricted_item" in names
    if risky or move in {"ask_effect", "ask_hard_to_get"}:
        return True
    return move == "ask_strength" and asked == 0 and (goods or "night" in names)
