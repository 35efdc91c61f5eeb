"""What was really said of a reply that was planned. Pure.

One question a reply: the second one is held back. What it would have asked was then not asked, and a number in it is
still given.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.conversation.ladder import ladder


def stated(text: str) -> str:
    """A sentence without the question at its end: "热线某某号，那头有人听，想打打看吗？" states the number; "" where
    nothing would be left."""
    found = re.search(r"[，,；;][^，,；;？?]*[？?]$", text)
    return text[: found.start()] + "。" if found and re.search(r"\d", text[: found.start()]) else ""


def taken(step: str | None, spoken: Sequence[str]) -> bool:
    """Whether anything of a step was said: a sentence that was held back gave nothing and asked nothing."""
    if not step or step not in ladder().steps:
        return True
    wanted = [act for act in ladder().steps[step].say if act.startswith("utter_")]
    return not wanted or any(act in one.split("+") for act in wanted for one in spoken) or "safe_text" in spoken
