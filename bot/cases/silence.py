"""Someone in danger says nothing any more: when it is noticed, what is said, and who is told. Pure.

The graver the danger the sooner and the shorter the waits, and each wait is shorter than the one before.
From level 3 on every silence is an alert; at level 2 a wish to die is asked into gently, and only when
that stays unanswered are people told. After the last prompt the bot is quiet and the alert stands: a bot
that goes on asking is a burden, and somebody else must look.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.cases.policy import HIGH, escalation_wanted
from bot.cases.tongue import pick, written

#: Waits before each prompt and before the last look, in parts of the setting `silence_seconds` (180 s).
WAITS: dict[int, tuple[float, ...]] = {
    2: (10.0, 6.0, 4.0),
    3: (1.0, 2 / 3, 1 / 2, 1 / 2),
    4: (1 / 3, 1 / 4, 1 / 6, 1 / 6),
}
PROMPTS: dict[int, dict[str, tuple[str, ...]]] = {
    2: {
        "zh": (
            "还在吗？想说的时候再说，我在这里。",
            "不回也没关系。难受上来时，随时来找我。",
            "我没走，你慢慢来。",
            "想到什么，写半句也行。",
        ),
        "yue": ("仲喺度嗎？想講先講，我喺度。", "唔覆都得。辛苦嗰陣，隨時嚟搵我。", "我冇走開，你慢慢嚟。"),
        "en": (
            "Are you still there? Write when you want to.",
            "No need to reply. Come back when it gets heavy.",
            "I haven't left. Take your time.",
        ),
    },
    3: {
        "zh": (
            "您还在吗？不用说很多，回一个字也好，我在等您。",
            "我还在。不想打字，回个“在”就好。",
            "我在等您的消息。",
            "写一个点也行，让我知道您在。",
            "您那边还好吗？我还在这里。",
            "不急，想回的时候，我就在这一头。",
        ),
        "yue": (
            "你仲喺度嗎？一個字都得，我等緊你。",
            "我仲喺度，覆個「在」就得。",
            "我等緊你覆。",
            "打一點都得，等我知你喺度。",
        ),
        "en": (
            "Are you still there? One word is enough.",
            "I'm still here. Just send a dot.",
            "I'm waiting for you.",
            "Any letter will do, so that I know you are there.",
        ),
    },
    4: {
        "zh": (
            "还在吗？先离危险远一点，回我一个字。",
            "回我一个字就好，我在等。",
            "在吗？",
            "能看到吗？先退开，写个“在”。",
            "我还在等，回一个点也行。",
            "看到这句，先去安全的地方。",
        ),
        "yue": (
            "仲喺度嗎？離開危險先，覆我一個字。",
            "覆一個字就得，我等緊。",
            "喺唔喺度？",
            "睇到就行開啲，覆我一點。",
        ),
        "en": (
            "Are you there? Step back, and send me one word.",
            "One word is enough. I'm here.",
            "Are you there?",
            "If you read this, go somewhere safe first.",
        ),
    },
}
OTHER: dict[str, tuple[str, ...]] = {
    "zh": (
        "那边怎么样了？一有变化就告诉我。",
        "您也歇口气，回我一个字也好。",
        "有消息随时告诉我，我等着。",
        "那头有动静吗？写两个字就行。",
        "我还在这里，您顾好那边。",
        "忙完那边，给我一个字。",
    ),
    "yue": (
        "嗰邊點呀？有咩變化即刻話我知。",
        "你都唞啖氣，覆一個字都得。",
        "我等緊你消息。",
        "嗰頭有冇動靜？寫兩個字就得。",
    ),
    "en": (
        "How is it there? Tell me as soon as it changes.",
        "One word from you is enough.",
        "I'm waiting for news.",
        "Any change on their side? Two words will do.",
    ),
}
"""For who speaks for another person."""
#: Prompts in one silence.
MOST = {2: 2, 3: 3, 4: 3}


def watched(level: int, talk: Mapping[str, Any]) -> bool:
    """Whether a silence here means anything: danger of level 3 and 4, and a wish to die at level 2."""
    return level >= HIGH or escalation_wanted(level, talk) is not None


def wait(level: int, prompts: int, base: float) -> float | None:
    """Seconds of silence until the next look when `prompts` were sent; None when all was said.
    `base` is the setting, the first wait at level 3."""
    waits = WAITS[max(2, min(level, 4))]
    return waits[prompts] * base if prompts < len(waits) else None


def tells(level: int, prompts: int) -> bool:
    """Whether this silence is brought before people: from level 3 always, at level 2 after an unanswered prompt."""
    return level >= HIGH or prompts >= 1


def prompt(level: int, prompts: int, talk: Mapping[str, Any], memory: Mapping[str, Any]) -> str | None:
    """What is said into the silence, None when the bot is to be quiet: what was not said before in this case
    (`memory["said"]`), so many times in one silence at most.

    Who was just told "good night, I will write in the morning" is not called back to the screen.
    """
    if memory.get("promised") and memory.get("promised") == memory.get("turn"):
        return None
    rows = pick(OTHER if talk.get("third_party") else PROMPTS[max(2, min(level, 4))], memory)
    said = set(memory.get("said") or ())
    new = [row for row in (written(one, memory) for one in rows) if row not in said]
    return new[0] if new and prompts < MOST[max(2, min(level, 4))] else None
