"""What a message adds to what its talk told: where somebody is, what lies ready, what arrived. Pure.

"消防门没锁 上来吹吹风" is a harmless line; after a beating and "滚了就别回来" it is a child on a roof. Lists:
`data/lexicon/pieces.yml`; each needs something that was known before (labelling guide: the level is what is now known
of this customer), so no single message is raised by them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Set
from functools import lru_cache

from bot.risk.files import read_yaml

#: Signals of a plan that something bought belongs to.
PLANNED = frozenset({"plan", "intent", "preparation", "means_seeking", "method"})
#: Signals with which somebody on a height says what they came for.
MEANT = frozenset({"ideation_active", "ideation_passive", "intent", "plan", "goodbye"})


@lru_cache(maxsize=1)
def _lists() -> dict[str, re.Pattern[str]]:
    raw = read_yaml("lexicon/pieces.yml")
    return {key: re.compile(pattern, re.IGNORECASE) for key, pattern in raw.items() if key != "about"}


def on_high(folded: str) -> bool:
    """Whether the message says that somebody is on a roof, a sill, the wrong side of a rail; no errand is named."""
    return _there(folded, "high")


def at_water(folded: str) -> bool:
    """The same of water, a bridge, a railway."""
    return _there(folded, "water")


def _there(folded: str, place: str) -> bool:
    """A place that is neither denied, left again, a thing's ("热水器在楼顶") nor an errand's."""
    found = _lists()
    if found["ordinary"].search(folded):
        return False
    return any(
        not (found["not_there"].search(folded[: m.start()]) or found["thing"].search(folded[: m.start()]))
        and not found["back_again"].search(folded[m.end() :])
        for m in found[place].finditer(folded)
    )


def raised(
    folded: str, before: Iterable[str], level: int, known: int, *, wish: bool, grave: bool, names: Set[str],
    seen: Set[str],
) -> tuple[int, str]:  # fmt: skip
    """The level with what this message adds, and why ("" where it adds nothing).

    `level`: as read so far, `known`: before this message; `wish`: a wish to die was told in the talk; `grave`: this
    message by itself is read as level 3 or more; `names`: its signals from the lists, `seen`: those of the talk.
    `before`: the last messages, folded.
    """
    found = _lists()
    if known >= 1 and level < 4:
        if on_high(folded):
            if known >= 2 and wish:
                return 4, "说过难处和念头，现在人在高处"
            return max(level, 3), "说过难处，现在人在高处"
        if at_water(folded) or (known >= 3 and found["water"].search(folded) and found["walks_in"].search(folded)):
            if known >= 3:
                return 4, "高危之后，人在水边、桥上或轨道边"
            return max(level, 3 if wish else 2), "说过难处，现在人在水边、桥上或轨道边"
    if 3 <= known < 4 and level < 4 and grave and names & MEANT and any(on_high(one) for one in before):
        return 4, "人在高处，说出了打算"
    if known >= 3 and level < 4 and PLANNED & seen and _arrived(folded):
        return 4, "打算和这件货连着，货到了手边"
    if known >= 2 and level < 3 and "means_seeking" in seen and found["myself"].search(folded):
        return 3, "问过人吃了会怎样，说是自己吃"
    if wish and known >= 2 and level < 3 and found["stash"].search(folded) and not found["away"].search(folded):
        return 3, "说过念头，东西备着、藏着或是给自己的"
    return level, ""


def _arrived(folded: str) -> bool:
    found = _lists()
    return bool(found["parcel"].search(folded)) and not found["not_parcel"].search(folded)
