"""Why an order waits, in words for each who may ask; and how a merchant's claim may move. Pure.

The explanation owes the customer the fact of the hold, who decides, how long, and how to object (PIPL
art. 24 and 48), and it never names a suspicion: a sentence like "you are at risk" on an order page can
shame, and others may read over the shoulder.
"""

from __future__ import annotations

from bot.cases.types import ClaimState, Hold

FOR_CUSTOMER = {
    "on": "这个订单正在由人工同事复核，暂时不会发出。复核不收费，也不影响您的账号。",
    "released": "这个订单已经复核完，会照常处理。",
    "too_late": "这个订单在复核前已经送达，没有被改动。",
    "expired": "这个订单的复核已经结束，会照常处理。",
}
"""What a customer is told, by state. No reason that would name a danger."""
APPEAL = "您可以随时要求人工重新看一次，我们会由一位同事来决定，并把结果告诉您。"
APPEALED = "您的申请已经收到，正在由一位同事重新看。"
REFUSED = "一位同事重新看过，这个订单还需要再等一等。您仍然可以直接和这位同事说。"
FOR_MERCHANT = (
    "这位买家需要人工关怀，平台请您暂缓处理这个订单，也请暂停对这位买家的催付和营销。由此产生的损失可以登记理赔。"
)
MOVES: dict[ClaimState, tuple[ClaimState, ...]] = {
    "draft": ("submitted",),
    "submitted": ("paid", "refused"),
    "refused": ("submitted",),
    "paid": (),
}
"""Where a claim may go from each state. A paid claim is closed for good."""


def for_customer(hold: Hold) -> str:
    """What the customer may read of a hold."""
    if hold.state in FOR_CUSTOMER:
        return FOR_CUSTOMER[hold.state]
    more = {"open": APPEALED, "refused": REFUSED}.get(hold.appeal, APPEAL)
    return FOR_CUSTOMER["on"] + more


def may_move(old: ClaimState, new: ClaimState) -> bool:
    """Whether a claim may go from one state to another."""
    return new in MOVES[old]
