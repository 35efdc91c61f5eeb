"""Customers, chats, messages and orders of the sandbox shop.

Every change that Zaoan should hear of is written together with its webhook, so that a
crash loses neither.
"""

from __future__ import annotations

import json
import time
import uuid
from datetime import datetime, timedelta, timezone
from typing import Any

from channels.sandbox.db import Database

#: The shop lives in China; without a time given, this is the clock its customers see.
SHOP_ZONE = timezone(timedelta(hours=8))


def shop_time() -> str:
    """Now, as RFC 3339 with the shop's offset."""
    return datetime.now(SHOP_ZONE).isoformat(timespec="seconds")


class Unknown(LookupError):
    """A chat, customer or order that the shop does not have."""


class Shop:
    """The shop's desk and stock. Knows nothing of HTTP."""

    def __init__(self, db: Database, shop_id: str) -> None:
        self.db = db
        self.shop_id = shop_id

    # -- webhooks waiting to go out ------------------------------------------------

    def announce(self, kind: str, chat_id: str | None, occurred_at: str | None = None, **parts: Any) -> str:
        """Queues one webhook and returns its delivery id. Call inside the change's transaction."""
        delivery_id = f"d-{uuid.uuid4().hex}"
        body: dict[str, Any] = {"type": kind, "shop_id": self.shop_id}
        if chat_id:
            body["chat_id"] = chat_id
        body["occurred_at"] = occurred_at or shop_time()
        body.update({key: value for key, value in parts.items() if value})
        raw = json.dumps(body, ensure_ascii=False).encode()
        self.db.run(
            "INSERT INTO deliveries (delivery_id, queue, kind, body) VALUES (?, ?, ?, ?)",
            delivery_id, chat_id or "-", kind, raw,
        )  # fmt: skip
        return delivery_id

    # -- customers and chats -------------------------------------------------------

    def open_chat(
        self, chat_id: str, customer_id: str = "", name: str = "", about: str = "", category: str = ""
    ) -> dict[str, Any]:
        """The chat, opened if it is new. `category` is what the customer was looking at."""
        with self.db.transaction():
            chat = self.db.row("SELECT * FROM chats WHERE chat_id = ?", chat_id)
            if chat is None:
                customer_id = customer_id or f"u-{chat_id}"[:64]
                self.db.run(
                    "INSERT INTO customers VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                    customer_id, name or customer_id, about,
                )  # fmt: skip
                self.db.run(
                    "INSERT INTO chats (chat_id, customer_id, category, created_at) VALUES (?, ?, ?, ?)",
                    chat_id, customer_id, category, shop_time(),
                )  # fmt: skip
            elif category:
                self.db.run("UPDATE chats SET category = ? WHERE chat_id = ?", category, chat_id)
        return self.chat(chat_id)

    def chat(self, chat_id: str) -> dict[str, Any]:
        """One chat with its customer's name; raises `Unknown`."""
        chat = self.db.row(
            "SELECT chats.*, customers.name, customers.about FROM chats JOIN customers USING (customer_id) "
            "WHERE chat_id = ?", chat_id,
        )  # fmt: skip
        if chat is None:
            raise Unknown(f"no chat {chat_id}")
        return chat

    def chats(self) -> list[dict[str, Any]]:
        """All chats, the latest spoken in first, each with its last line and its last known level."""
        return self.db.rows(
            "SELECT chats.*, customers.name, customers.about,"
            " (SELECT text FROM messages m WHERE m.chat_id = chats.chat_id ORDER BY seq DESC LIMIT 1) AS last_text,"
            " coalesce((SELECT max(seq) FROM messages m WHERE m.chat_id = chats.chat_id), 0) AS last_seq,"
            " (SELECT level FROM deliveries d WHERE d.queue = chats.chat_id AND level IS NOT NULL"
            "  ORDER BY seq DESC LIMIT 1) AS level "
            "FROM chats JOIN customers USING (customer_id) ORDER BY last_seq DESC, created_at LIMIT 200"
        )

    def messages(self, chat_id: str, after: int = 0) -> list[dict[str, Any]]:
        """The lines of a chat in order, from `after` (exclusive) on."""
        return self.db.rows("SELECT * FROM messages WHERE chat_id = ? AND seq > ? ORDER BY seq", chat_id, after)

    def say(
        self, chat_id: str, role: str, text: str, occurred_at: str | None = None, message_id: str = ""
    ) -> dict[str, Any]:
        """A line by the customer or the shop's agent; Zaoan is told. Returns ids of line and webhook."""
        message_id = message_id or f"m-{uuid.uuid4().hex[:16]}"
        moment = occurred_at or shop_time()
        with self.db.transaction():
            chat = self.chat(chat_id)
            known = self.db.row("SELECT * FROM messages WHERE message_id = ?", message_id)
            if known is not None:
                return {"message_id": message_id, "delivery_id": None}
            self._write(chat_id, role, text, moment, message_id)
            self.db.run("UPDATE chats SET state = 'open' WHERE chat_id = ?", chat_id)
            sender = chat["customer_id"] if role == "customer" else "agent-1"
            delivery_id = self.announce(
                "message.created", chat_id, moment,
                message={"id": message_id, "role": role, "sender_id": sender, "text": text},
                item={"category": chat["category"]} if chat["category"] else None,
            )  # fmt: skip
        return {"message_id": message_id, "delivery_id": delivery_id}

    def hear(self, chat_id: str, sender: str, text: str, disclosure: bool) -> str:
        """A line that Zaoan sends into the chat; the shop does not echo it. Returns its id."""
        self.chat(chat_id)
        message_id = f"z-{uuid.uuid4().hex[:16]}"
        self._write(chat_id, sender, text, shop_time(), message_id, disclosure)
        return message_id

    def _write(
        self, chat_id: str, role: str, text: str, moment: str, message_id: str, disclosure: bool = False
    ) -> None:
        self.db.run(
            "INSERT INTO messages (message_id, chat_id, role, text, disclosure, occurred_at, received_at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            message_id, chat_id, role, text, int(disclosure), moment, time.time(),
        )  # fmt: skip

    def hand(self, chat_id: str, to: str) -> str:
        """Gives the chat to the bot, or takes it back; returns the delivery id."""
        with self.db.transaction():
            self.chat(chat_id)
            self.db.run("UPDATE chats SET handler = ? WHERE chat_id = ?", "bot" if to == "bot" else "agent", chat_id)
            return self.announce("chat.handover" if to == "bot" else "chat.takeback", chat_id, to=to)

    def close(self, chat_id: str) -> str:
        """Ends the chat; a new line opens it again."""
        with self.db.transaction():
            self.chat(chat_id)
            self.db.run("UPDATE chats SET state = 'closed', handler = 'agent' WHERE chat_id = ?", chat_id)
            return self.announce("chat.closed", chat_id)

    # -- orders --------------------------------------------------------------------

    def orders_of(self, customer_id: str) -> list[dict[str, Any]]:
        """A customer's orders, oldest first."""
        return self.db.rows("SELECT * FROM orders WHERE customer_id = ? ORDER BY rowid", customer_id)

    def order(self, order_id: str) -> dict[str, Any]:
        """One order; raises `Unknown`."""
        order = self.db.row("SELECT * FROM orders WHERE order_id = ?", order_id)
        if order is None:
            raise Unknown(f"no order {order_id}")
        return order

    def put_order(self, chat_id: str, order: dict[str, Any]) -> str:
        """Places an order of the chat's customer or changes it; returns the delivery id.

        A held order keeps its hold: only Zaoan's release or the expiry ends it.
        """
        with self.db.transaction():
            chat = self.chat(chat_id)
            self.db.run(
                "INSERT INTO orders (order_id, customer_id, chat_id, title, category, status, city) "
                "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (order_id) DO UPDATE SET status = excluded.status, "
                "title = excluded.title, category = excluded.category, city = excluded.city",
                order["order_id"], chat["customer_id"], chat_id, order.get("title", ""), order.get("category", ""),
                order["status"], order.get("city", ""),
            )  # fmt: skip
            return self.tell_order(order["order_id"])

    def tell_order(self, order_id: str) -> str:
        """Queues the `order.updated` webhook for the order as it stands now."""
        order = self.order(order_id)
        keys = ("order_id", "status", "title", "category", "city", "customer_id", "hold")
        return self.announce(
            "order.updated", order["chat_id"], order={key: order[key] for key in keys if order[key] != ""}
        )
