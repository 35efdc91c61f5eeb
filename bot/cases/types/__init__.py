"""The values that the store keeps and hands out. Times are seconds since 1970, UTC."""

from bot.cases.types.case import Case, Claim, Contact, FollowUp, Hold, LevelStep, Linked
from bot.cases.types.talk import Accepted, Chat, Inbound, Line, Reply, Suggestion, Turn
from bot.cases.types.words import (
    AppealState,
    ClaimState,
    EscalationState,
    FollowUpKind,
    HoldState,
    JsonDict,
    Owner,
    Role,
    Urgency,
)
from bot.cases.types.work import Alert, Command, Timer

__all__ = [
    "Accepted",
    "Alert",
    "AppealState",
    "Case",
    "Chat",
    "Claim",
    "ClaimState",
    "Command",
    "Contact",
    "EscalationState",
    "FollowUp",
    "FollowUpKind",
    "Hold",
    "HoldState",
    "Inbound",
    "JsonDict",
    "LevelStep",
    "Line",
    "Linked",
    "Owner",
    "Reply",
    "Role",
    "Suggestion",
    "Timer",
    "Turn",
    "Urgency",
]
