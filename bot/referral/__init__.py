"""Which help line for whom: the hotline registry and the choice from it. Pure."""

from __future__ import annotations

from bot.referral.registry import BadRegistry, Blocked, Line, Registry, Window, load

__all__ = ["BadRegistry", "Blocked", "Line", "Registry", "Window", "load"]
