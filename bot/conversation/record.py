"""What an action of the stories leaves behind: one durable, idempotent record in the store.

Used by the action server (`actions/`), and by the brain itself when the action server did not
answer, so that "真人已经在叫了" is never said without anybody being called.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from bot.store import Store

ACTIONS = ("action_escalate", "action_hold", "action_release", "action_refer", "action_follow_up")


def urgency(level: int) -> Literal["soon", "urgent", "now"]:
    """How fast a person must come, by what is known of the customer."""
    return "now" if level >= 4 else "urgent" if level == 3 else "soon"


async def record(
    store: Store, action: str, shop_id: str, chat_id: str, level: int, key: str, numbers: Sequence[str] = ()
) -> None:
    """Write the record of one action; StoreError when it cannot be written.

    `key` makes a repetition harmless: the same customer message gives the same key.
    `numbers` are the telephone numbers just given.
    """
    if action == "action_escalate":
        reason = "客户处在紧急危险中" if level >= 4 else "客户处在高危中" if level == 3 else "客户想和真人说话"
        await store.escalate(shop_id, chat_id, urgency(level), reason, key)
    elif action == "action_hold":
        await store.request_holds(shop_id, chat_id, "担心客户的安全", key)
    elif action == "action_release":
        # The bot never releases: a person looks and decides.
        await store.escalate(shop_id, chat_id, "soon", "客户说了平常用途，请看停下的单子能不能放行", key)
    elif action == "action_refer":
        if numbers:
            await store.note_referrals(shop_id, chat_id, list(numbers))
    elif action == "action_follow_up":
        await store.schedule_follow_up(shop_id, chat_id, "morning", None, key)
    else:
        raise ValueError(f"unknown action {action}")
