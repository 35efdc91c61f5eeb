"""Fixed texts that need nothing: said when nothing else could be said in time.

Each is complete without a number; whoever holds the hotline registry may add one. At most 60
characters, at most one question, no digits, no promise that a named person is already there.
Not reviewed by a clinician yet.
"""

from __future__ import annotations

from bot.cases.types import FollowUpKind

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

NUDGES: tuple[str, ...] = (
    "您还在吗？不用说很多，回一个字也好，我在等您。",
    "我还在。不想打字也没关系，我也请了同事来找您。",
)
"""Said into a silence after danger, shorter claims each time, never more than these."""

FOLLOW_UPS: dict[FollowUpKind, str] = {
    "morning": "早安。之前您愿意跟我说那些，我都记着。今天早上感觉怎么样？",
    "day": "想来问候您一声。从那天到现在，心里有没有好一点？",
    "week": "一周了，想问候您。这几天过得怎么样？不想再收到问候，说一声就好。",
    "month": "好久不见，想问候您一声。最近怎么样？不想再收到，说一声就好。",
    "quarter": "又来问候您了。不用特地回；想说话的时候，这里一直在。",
}


def safe_text(level: int, count: int, third_party: bool = False) -> str:
    """The fixed text for a level; `count` is how many were said before in this chat, so that none repeats at once."""
    if third_party and level >= 2:
        return THIRD_PARTY[count % len(THIRD_PARTY)]
    row = TEXTS[max(0, min(level, len(TEXTS) - 1))]
    return row[count % len(row)]
