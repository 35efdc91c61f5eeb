"""The shop's own book: SQLite, one file, one writer."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_SCHEMA = """
CREATE TABLE IF NOT EXISTS customers (
    customer_id TEXT PRIMARY KEY, name TEXT NOT NULL, about TEXT NOT NULL DEFAULT '');
CREATE TABLE IF NOT EXISTS chats (
    chat_id TEXT PRIMARY KEY, customer_id TEXT NOT NULL, category TEXT NOT NULL DEFAULT '',
    handler TEXT NOT NULL DEFAULT 'agent', state TEXT NOT NULL DEFAULT 'open', created_at TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS messages (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, message_id TEXT NOT NULL UNIQUE, chat_id TEXT NOT NULL,
    role TEXT NOT NULL, text TEXT NOT NULL, disclosure INTEGER NOT NULL DEFAULT 0,
    occurred_at TEXT NOT NULL, received_at REAL NOT NULL);
CREATE INDEX IF NOT EXISTS messages_of_chat ON messages (chat_id, seq);
CREATE TABLE IF NOT EXISTS orders (
    order_id TEXT PRIMARY KEY, customer_id TEXT NOT NULL, chat_id TEXT, title TEXT NOT NULL,
    category TEXT NOT NULL DEFAULT '', status TEXT NOT NULL, city TEXT NOT NULL DEFAULT '',
    hold TEXT NOT NULL DEFAULT '', hold_reason TEXT NOT NULL DEFAULT '', hold_case TEXT NOT NULL DEFAULT '',
    hold_until TEXT NOT NULL DEFAULT '', intercept_at REAL);
CREATE INDEX IF NOT EXISTS orders_of_customer ON orders (customer_id);
CREATE TABLE IF NOT EXISTS deliveries (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, delivery_id TEXT NOT NULL UNIQUE, queue TEXT NOT NULL,
    kind TEXT NOT NULL, body BLOB NOT NULL, state TEXT NOT NULL DEFAULT 'waiting', attempts INTEGER NOT NULL DEFAULT 0,
    next_at REAL NOT NULL DEFAULT 0, code INTEGER, level INTEGER, problem TEXT NOT NULL DEFAULT '');
CREATE INDEX IF NOT EXISTS deliveries_waiting ON deliveries (state, queue, seq);
CREATE TABLE IF NOT EXISTS answers (
    idempotency_key TEXT PRIMARY KEY, request TEXT NOT NULL, status INTEGER NOT NULL, body TEXT NOT NULL);
"""


class Database:
    """Rows as dicts, writes in transactions. Calls take well under a millisecond, so they run inline."""

    def __init__(self, path: Path | str) -> None:
        if isinstance(path, Path):
            path.parent.mkdir(parents=True, exist_ok=True)
        self._connection = sqlite3.connect(str(path), isolation_level=None, check_same_thread=False)
        self._connection.row_factory = sqlite3.Row
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=FULL")
        self._connection.executescript(_SCHEMA)
        self._depth = 0

    def close(self) -> None:
        """Closes the file."""
        self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All writes inside happen together or not at all; may be nested. Never await inside."""
        self._depth += 1
        if self._depth == 1:
            self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._depth -= 1
            if self._depth == 0:
                self._connection.execute("ROLLBACK")
            raise
        self._depth -= 1
        if self._depth == 0:
            self._connection.execute("COMMIT")

    def run(self, sql: str, *values: Any) -> int:
        """Runs one statement; the number of rows it changed."""
        return self._connection.execute(sql, values).rowcount

    def rows(self, sql: str, *values: Any) -> list[dict[str, Any]]:
        """Every row of a query."""
        return [dict(row) for row in self._connection.execute(sql, values)]

    def row(self, sql: str, *values: Any) -> dict[str, Any] | None:
        """The first row of a query, or None."""
        found = self._connection.execute(sql, values).fetchone()
        return None if found is None else dict(found)
