"""What is said when we come back: next morning, a day, a week, one and three months later. Pure.

Worded by how grave it was and for whom: after level 3 and 4 the greeting asks about safety, after level 2
about the day, and who worried for another is asked about them. Nothing is sold, nothing is demanded, and
every greeting from the first week on says how to end them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from bot.cases.policy import HIGH
from bot.cases.tongue import pick, written
from bot.cases.types import FollowUpKind

Grade = Literal["grave", "wish", "other"]

TEXTS: dict[Grade, dict[FollowUpKind, dict[str, str]]] = {
    "grave": {
        "morning": {
            "zh": "早安，我来了。昨晚那么难，今天早上您还安全吗？",
            "yue": "早晨，我嚟喇。尋晚咁辛苦，今朝你安唔安全？",
            "en": "Good morning. Last night was hard. Are you safe today?",
        },
        "day": {
            "zh": "来看看您。从那天到现在，身边有人陪着您吗？",
            "yue": "嚟睇下你。由嗰日到而家，有冇人陪住你？",
            "en": "Checking in as I said. Is somebody with you today?",
        },
        "week": {
            "zh": "一周了，我还记着您。这几天安稳一些吗？不想再收到，说一声就好。",
            "yue": "一個禮拜喇，我仲記得你。呢幾日安穩啲未？唔想收就講聲。",
            "en": "A week on, I remember you. Safer days? Say stop any time.",
        },
        "month": {
            "zh": "一个月了，想问候您。现在有人能听您说说吗？不想再收到，说一声就好。",
            "yue": "一個月喇，想問候你。而家有冇人聽你講？唔想收就講聲。",
            "en": "A month has passed. How are you? Say stop any time.",
        },
        "quarter": {
            "zh": "又来问候您了。不用特地回；难受回来的时候，也可以来这里说。",
            "yue": "又嚟問候你。唔使特登覆；辛苦嗰陣都可以嚟講。",
            "en": "A last hello for now. If it gets dark, write here.",
        },
    },
    "wish": {
        "morning": {
            "zh": "早安。之前您愿意跟我说那些，我都记着。今天早上感觉怎么样？",
            "yue": "早晨。你之前肯同我講，我都記住。今朝覺得點？",
            "en": "Good morning. I remember what you told me. How is today?",
        },
        "day": {
            "zh": "想来问候您一声。从那天到现在，心里有没有松一点？",
            "yue": "想問候你一聲。由嗰日到而家，個心鬆咗啲未？",
            "en": "Just checking in. Has it become any lighter?",
        },
        "week": {
            "zh": "一周了，想问候您。这几天过得怎么样？不想再收到问候，说一声就好。",
            "yue": "一個禮拜喇，想問候你。呢幾日點呀？唔想收就講聲。",
            "en": "A week on: how have your days been? Say stop any time.",
        },
        "month": {
            "zh": "好久不见，想问候您一声。最近怎么样？不想再收到，说一声就好。",
            "yue": "好耐冇見，想問候你一聲。最近點呀？唔想收就講聲。",
            "en": "It has been a month. How are you? Say stop any time.",
        },
        "quarter": {
            "zh": "又来问候您了。不用特地回；想说话的时候，这里在。",
            "yue": "又嚟問候你喇。唔使特登覆；想傾偈嗰陣，我喺度。",
            "en": "A hello after three months. Write whenever you like.",
        },
    },
    "other": {
        "morning": {
            "zh": "早安。昨天您为那个人着急，今天那边怎么样了？",
            "yue": "早晨。尋日你為佢擔心，今日嗰邊點呀？",
            "en": "Good morning. How is the person you worried about?",
        },
        "day": {
            "zh": "来问一声：那边现在有人陪着吗？您自己也要歇一歇。",
            "yue": "嚟問一聲：嗰邊有冇人陪？你自己都要唞下。",
            "en": "Checking in: is somebody with them? Rest a little, too.",
        },
        "week": {
            "zh": "一周了，那个人和您都还好吗？不想再收到，说一声就好。",
            "yue": "一個禮拜喇，佢同你都好嗎？唔想收就講聲。",
            "en": "A week on: how are the two of you? Say stop any time.",
        },
        "month": {
            "zh": "想问候您一声，那个人最近怎么样？不想再收到，说一声就好。",
            "yue": "想問候你一聲，佢最近點呀？唔想收就講聲。",
            "en": "How have they been this month? Say stop any time.",
        },
        "quarter": {
            "zh": "又来问候您和那个人。不用特地回；有事时，可以来这里说。",
            "yue": "又嚟問候你同佢。唔使特登覆；有事可以嚟講。",
            "en": "A hello to both of you. Write here if you need us.",
        },
    },
}


def grade(level: int, third_party: bool) -> Grade:
    """Whose and how grave the case is; `level` is the highest that the case knows."""
    return "other" if third_party else "grave" if level >= HIGH else "wish"


def greeting(kind: FollowUpKind, level: int, third_party: bool, memory: Mapping[str, Any]) -> str:
    """The greeting for this case in the customer's language and script."""
    return written(pick(TEXTS[grade(level, third_party)][kind], memory), memory)
