"""Which kinds of the merchant's own sentences may appear at all, by danger. Pure.

Nobody in danger is sold to, argued with about a refund or reminded to pay: from level 2 on, and whenever
the talk has turned to danger, only words of care are left; from level 3 on only vetted wording of ours,
since a shop's words were read by no one who knows suicide prevention.
"""

from __future__ import annotations

import re

from bot.copilot.types import Candidate, Moment

#: What a merchant's sentence may be about.
KINDS = ("service", "sell", "payment", "refund", "care")
#: Level → kinds that may appear.
ALLOWED: dict[int, frozenset[str]] = {
    0: frozenset(KINDS),
    1: frozenset({"service", "refund", "care"}),
    2: frozenset({"care"}),
    3: frozenset(),
    4: frozenset(),
}
#: What a sentence is about whatever its label says, so that a wrong label opens no gate.
TOLD_BY: dict[str, re.Pattern[str]] = {
    "sell": re.compile(r"优惠|折扣|打折|券|满减|促销|活动价|新品|推荐|再看看|好评|秒杀|特价|爆款|划算|加购|关注店铺"),
    "payment": re.compile(r"付款|支付|拍下|下单|尾款|定金|结账|补差"),
    "refund": re.compile(r"退款|退货|退换|七天无理由|仅退|不支持退|不能退|运费险|扣款|赔付"),
    "service": re.compile(r"发货|库存|尺码|快递|物流|现货|规格|参数|安装|发票|售后|亲|这款|这件"),
}  # fmt: skip
_WATCHED = frozenset({"ask", "care", "other"})


def level_of(moment: Moment) -> int:
    """The level by which sentences are let through: a talk that has turned to danger counts as 2 at least."""
    return max(moment.level, 2) if moment.mode in _WATCHED else moment.level


def kinds_of(text: str, label: str) -> frozenset[str]:
    """What a sentence is about: its label and all that its words give away."""
    return frozenset({label, *(kind for kind, words in TOLD_BY.items() if words.search(text))})


def fits(candidate: Candidate, moment: Moment) -> bool:
    """Whether a candidate may appear now. Wording of ours (no kind) is judged by the outgoing guard alone."""
    if not candidate.kind:
        return True
    # A shop's words of care are for the customer, not for the person that the customer is afraid for.
    if moment.mode == "other":
        return False
    return kinds_of(candidate.text, candidate.kind) <= ALLOWED[level_of(moment)]
