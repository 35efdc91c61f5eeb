"""What the bot has promised an ordinary customer that a person of the shop has to do. Pure.

In takeover "我让仓库查一下" must not be an empty word: it is noted in the chat's memory, in the same write as the
reply, and stands in the list of chats until a colleague writes there. In danger it is the questions that the bot said
it cannot answer ("真人同事看得到"): they stand beside the open chat, until a colleague writes there.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

KEY = "owed"
#: Where :mod:`bot.conversation.wondered` keeps what was asked and not answered.
UNANSWERED = "unanswered"
#: Modes of the conversation's plan in which shop matters are answered.
SHOP_MODES = frozenset({"service", "support"})
MOST = 4
#: What a person has to do, by the matter that was answered.
WORK: Mapping[str, str] = {
    "ask_logistics": "查物流、催发货", "ask_stock": "查库存", "ask_price": "核对优惠", "ask_size": "对尺码",
    "ask_material": "核对材质", "ask_usage": "回答用法", "ask_storage": "核对存放和日期", "ask_strength": "核对规格",
    "ask_custom": "备注定制", "ask_install": "问安装或保修", "ask_return": "办退货退款", "ask_exchange": "办换货",
    "ask_invoice": "开发票", "change_address": "改收货信息", "cancel_order": "取消订单",
    "place_order": "改备注、合并发货", "recommend": "帮忙挑选", "complain_quality": "处理质量问题",
    "complain_service": "回复抱怨", "threaten_complaint": "回复投诉", "hold_complaint": "查单子停在哪里",
    "unclear": "看一眼这段对话",
}  # fmt: skip


def noted(memory: Mapping[str, Any], mode: str, heard: str, asks: bool, at: float) -> list[dict[str, Any]]:
    """The list after a reply of the bot: one entry a matter, the newest last. `asks`: the customer asked something;
    what nobody asked for and was not understood is no work."""
    kept = [dict(one) for one in memory.get(KEY) or ()]
    what = WORK.get(heard) if mode in SHOP_MODES and (heard != "unclear" or asks) else None
    if what is None:
        return kept
    thing = str(memory.get("thing") or "")
    words = f"{what}（{thing}）" if thing else what
    return [*(one for one in kept if one["what"] != words), {"what": words, "at": at}][-MOST:]


def shown(memory: Mapping[str, Any], level: int) -> list[str]:
    """What the list of chats says; nothing once the customer may be in danger, where other things come first."""
    return [str(one["what"]) for one in memory.get(KEY) or ()] if level < 2 else []


def settled(memory: Mapping[str, Any]) -> dict[str, Any]:
    """The memory after a colleague wrote."""
    return {key: value for key, value in memory.items() if key not in {KEY, UNANSWERED}}


def unanswered(memory: Mapping[str, Any]) -> list[str]:
    """The customer's questions that wait for a person, oldest first: their words, so only for who opens the chat."""
    return [str(one) for one in memory.get(UNANSWERED) or ()]
