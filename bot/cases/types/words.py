"""The fixed words of the house: who owns, how urgent, in which state."""

from __future__ import annotations

from typing import Any, Literal

Owner = Literal["nobody", "bot", "human"]
Role = Literal["customer", "agent", "bot"]
Urgency = Literal["soon", "urgent", "now"]
EscalationState = Literal["none", "requested", "offered", "accepted", "closed"]
HoldState = Literal["requested", "held", "intercepting", "intercepted", "too_late", "failed", "released", "expired"]
AppealState = Literal["", "open", "granted", "refused"]
ClaimState = Literal["draft", "submitted", "paid", "refused"]
FollowUpKind = Literal["morning", "day", "week", "month", "quarter"]

JsonDict = dict[str, Any]
