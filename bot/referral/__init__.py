"""Which help line for whom: the hotline registry and the choice from it. Pure."""

from __future__ import annotations

from bot.referral.registry import ABROAD, BadRegistry, Blocked, Line, Registry, Window, load

__all__ = ["ABROAD", "BadRegistry", "Blocked", "Line", "Registry", "Window", "load"]
