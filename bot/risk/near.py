"""What lies at hand and a time that is running out, told by somebody who is known to be in high danger. Pure.

"抽屉里有东西，天亮前我就走了": neither is an act; both together are what the guide calls
imminent (level 4), also where the one was said a few messages before the other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_THING = "东西|那个|那样|它|刀|药|绳|炭|瓶|针"
_SPOT = "跟前|面前|眼前|手边|手上|手里|抽屉|枕头|床头|床底|桌上|兜里|包里|口袋|旁边|身边"
#: Named without a name, within reach.
AT_HAND = re.compile(
    rf"(?:{_THING})[^，。,！!？?]{{0,6}}(?:在|放|摆|搁|藏|躲|收)[^，。,！!？?]{{0,4}}(?:{_SPOT})"
    rf"|(?:{_SPOT})(?:里|下|头)?(?:面)?(?:有|放着|藏着|就是)(?:个|一)?(?:{_THING})"
    r"|\b(?:it|the (?:thing|bag|bottle)) is (?:right )?(?:here|in front of me|next to me|in (?:my|the) drawer)\b",
    re.IGNORECASE,
)
#: Put away, given away, or not there.
AWAY = re.compile(r"不在|没有东西|收走|拿走|交给|给了|扔|锁(?:起|了|上)|放回去|还没到|没到|takeaway|gaveit")
#: A time within hours.
SOON = re.compile(
    r"(?:今晚|今夜|今天|天亮|天明|天光|早上|早晨)(?:以|之)?前"
    r"|[一二三四五六七八九十两\d]{1,3}点(?:钟|半)?(?:以|之)?前"
    r"|等(?:他|她|他们|她们|大家|家里人?|爸|妈|爸妈|爸爸|妈妈|老公|老婆|孩子|人)们?都?(?:睡|走|出门|上班)"
    r"|天一亮|(?:待会|一会|过会)儿?就|(?:今晚|今夜)(?:就|我就|走|结束|完)|before (?:dawn|sunrise|they wake|morning)",
    re.IGNORECASE,
)


def at_hand_and_soon(text: str, before: Iterable[str]) -> bool:
    """Whether this message tells one of the two, and it or the last ones the other. Simplified text."""
    if AWAY.search(text):
        return False
    near, soon = bool(AT_HAND.search(text)), bool(SOON.search(text))
    if not (near or soon):
        return False
    told = [one for one in before if not AWAY.search(one)]
    near = near or any(AT_HAND.search(one) for one in told)
    soon = soon or any(SOON.search(one) for one in told)
    return near and soon
