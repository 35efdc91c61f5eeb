"""Fixed texts that need nothing: said when nothing else could be said in time.

Each is complete without a number; whoever holds the hotline registry may add one. At most 60
characters, at most one question, no digits, no promise that a named person is already there.
Not reviewed by a clinician yet.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.cases.tongue import pick, written

TEXTS: tuple[tuple[str, ...], ...] = (
    (
        "刚才没接上您的话，抱歉。我已经请同事来看，请稍等一下。",
        "您的消息收到了，是我这边慢了，已经请同事接着看。",
        "不好意思让您等了，消息都在，同事会尽快回您。",
        "收到您的话了，我先记下，请同事来为您看看。",
        "让您久等了，我没有走开，同事会来接着回您。",
    ),
    (
        "您说的我都收到了，听起来今天不容易。请给我一点时间。",
        "谢谢您愿意说这些。我在，也在请同事一起来听。",
        "我看到您的话了。不用急，慢慢说，我在这里。",
        "这些事压在心里一定很累。我在，也在请同事过来。",
        "让您等了，对不起。您的话很要紧，我没有走开。",
    ),
    (
        "谢谢您把这些告诉我。这很重，您不用一个人扛，我在。",
        "我听到了，您现在很难受。我已经在请真人同事来陪您。",
        "您的话我认真收下了。请先别离开，我也在请同事来。",
        "能说出来很不容易。愿意的话，先去找一个信得过的人待着。",
        "我在，没有走开。这会儿请先照顾好自己，我在请同事过来。",
    ),
    (
        "我很担心您。请先待在安全、有人的地方，我已经在请真人同事。",
        "您的命很要紧。请先离会伤到您的东西远一点，我在这里。",
        "谢谢您还在跟我说话。请让身边一个人知道，我也在请同事来。",
        "我没有走开。现在请不要一个人待着，我已经向同事发了提醒。",
        "这一刻再难，也请先等一等。我已经在请真人来陪您说话。",
    ),
    (
        "请先停一停，到有人的地方去。我已经在急着请真人来。",
        "您现在的安全最要紧。请马上喊身边的人，或打急救、报警电话。",
        "请先离开危险的地方，坐下来。我在，已经向同事发了警报。",
        "如果已经受伤或吃了什么，请立刻打急救电话，我在这里等您。",
        "请别一个人。马上叫家人、邻居或任何人到您身边，我在。",
    ),
)
"""Five texts for each level 0-4."""

THIRD_PARTY: tuple[str, ...] = (
    "您为别人这样着急，我看到了。请先陪在那个人身边，我在请同事来。",
    "请先让那个人别一个人待着，把危险的东西拿远。我在请真人同事。",
    "如果那个人正有危险，请立刻打急救或报警电话，我在这里等您。",
    "您来说这件事，很重要。请陪着那个人，同事会来一起想办法。",
    "我没有走开。请先守着那个人，也叫一个信得过的人来帮您。",
)
"""For someone who speaks of another person, level 2 and up."""

LANGUAGES: dict[str, tuple[tuple[str, ...], ...]] = {
    "zh": TEXTS,
    "yue": (
        ("收到你嘅訊息，請同事嚟睇緊，等陣呀。", "唔好意思要你等，訊息都喺度，同事會覆你。"),
        ("你講嘅我都收到，聽落好辛苦，我喺度。", "慢慢講，我冇行開，都請緊同事嚟。"),
        ("多謝你肯講，你唔使一個人頂，我喺度。", "我聽到，你好辛苦，我請緊真人同事嚟陪你。"),
        ("我好擔心你，請去有人嘅地方先，我請緊真人。", "你條命好緊要，離開會整親你嘅嘢先，我喺度。"),
        ("請停一停，去有人嘅地方，我急住請真人嚟。", "你平安最緊要，即刻叫身邊嘅人，或者打緊急電話。"),
    ),
    "en": (
        (
            "Got your message. A colleague will look at it soon.",
            "Sorry for the wait. Your message is with my colleagues.",
        ),
        ("I read all of it. That sounds hard. I'm here.", "Take your time. I'm here, and asking someone to join."),
        (
            "Thank you for telling me. You don't carry it alone.",
            "I hear how bad it is. I'm asking a person to join us.",
        ),
        ("I'm worried about you. Please go where people are.", "Please move away from what could hurt you. I'm here."),
        (
            "Please stop, and go to other people right now.",
            "Your safety comes first. Call someone to you, or dial help.",
        ),
    ),
}
"""The same five levels in other languages, two texts each."""
OTHERS: dict[str, tuple[str, ...]] = {
    "zh": THIRD_PARTY,
    "yue": ("你為佢咁緊張，我睇到。請陪住佢，我請緊同事嚟。", "請唔好畀佢一個人，危險嘅嘢擺遠，我請緊真人。"),
    "en": (
        "Please stay with them. I'm asking a colleague to join.",
        "Please don't leave them alone; dangerous things far away.",
    ),
}


def safe_text(level: int, count: int, third_party: bool = False, memory: Mapping[str, Any] | None = None) -> str:
    """The fixed text for a level; `count` is how many were said before in this chat, so that none repeats at once.
    `memory` is the conversation's own, for language and script."""
    known = memory or {}
    if third_party and level >= 2:
        row = pick(OTHERS, known)
    else:
        rows = pick(LANGUAGES, known)
        row = rows[max(0, min(level, len(rows) - 1))]
    return written(row[count % len(row)], known)
