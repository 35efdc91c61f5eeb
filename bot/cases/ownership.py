"""Who speaks in a chat. The one function that changes it."""

from __future__ import annotations

from dataclasses import replace

from bot.cases.types import Chat, Owner


def change_owner(chat: Chat, to: Owner) -> Chat:
    """The chat under another owner; the epoch grows only if the owner really changes.

    A reply made under an earlier epoch is never sent, so a person who takes over mid-sentence
    is not talked over, and a chat given back starts clean.
    """
    if chat.owner == to:
        return chat
    return replace(chat, owner=to, epoch=chat.epoch + 1)


def owes_answer(chat: Chat) -> bool:
    """Whether the bot owns the chat and the last customer message has no answer yet."""
    return chat.owner == "bot" and chat.last_customer_seq > chat.answered_seq


def wants_cards(before: Chat, after: Chat) -> bool:
    """Whether a person has just taken the chat back from the bot and needs words at once, not only when the
    customer writes again. The bot's turn made none, since it spoke itself."""
    return before.owner == "bot" and after.owner == "human" and after.last_customer_seq > 0 and after.status == "open"


def may_speak(chat: Chat, epoch: int) -> bool:
    """Whether a bot message made under this epoch may still go out."""
    return chat.owner == "bot" and chat.epoch == epoch and chat.status == "open"
