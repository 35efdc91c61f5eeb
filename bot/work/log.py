"""Logs as JSON lines: a fixed event name, ids and numbers as fields, never a customer's words."""

from __future__ import annotations

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

FORBIDDEN = frozenset({"text", "message", "body", "payload", "content", "secret", "password", "url"})
"""Field names that would carry what must not be logged; they are cut, and the cut is visible."""


def _cut(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for name in FORBIDDEN & event.keys():
        event[name] = "[cut]"
    return event


def configure(level: str = "INFO") -> None:
    """Set up structlog for this process; one line per event on stderr."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _cut,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
