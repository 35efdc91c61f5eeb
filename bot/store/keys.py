"""Every Redis key, what it holds, how long it lives and why.

All keys of a shop carry the hash tag ``{shop}``, so that one script may write a message, its case, the
holds, the timers and the queues together, and so that Redis Cluster can hold many shops.
"""

from __future__ import annotations

PREFIX = "zaoan"
DAY = 86_400

DEDUPE_SECONDS = 7 * DAY
"""Platforms retry a delivery for hours, at most some days; a week is beyond any of them."""
DONE_SECONDS = 31 * DAY
"""An action's idempotency key outlives every retry of the turn that asked for it."""
QUIET_CHAT_SECONDS = 90 * DAY
"""Chats that never went beyond level 1 leave after a quarter: they are shop talk, and personal data."""
PERSON_SECONDS = 365 * DAY
"""The longest follow-up of a case is a quarter; after a year a link tells nothing that helps."""
FEED_LENGTH = 5_000
"""The console re-reads state after a longer absence; the feed only says what changed lately."""
HEARTBEAT_SECONDS = 15

SHOPS = f"{PREFIX}:shops"
"""Set of shop ids. No expiry. The only key without a shop's tag, so workers know where to look."""
WAKE = f"{PREFIX}:wake"
"""Pub/sub channel: the id of a shop in which something changed. Nothing depends on its arrival."""
HEARTBEATS = f"{PREFIX}:heartbeats"
"""Hash process name → unix time of its last sign of life."""


class Keys:
    """The keys of one shop."""

    __slots__ = ("shop_id", "tag")

    def __init__(self, shop_id: str) -> None:
        self.shop_id = shop_id
        self.tag = f"{PREFIX}:{{{shop_id}}}"

    # Chats. Levels 0-1: QUIET_CHAT_SECONDS after the last message; from 2 on no expiry (retention is a person's act).
    def chat(self, chat_id: str) -> str:
        """Hash {v, d}: version and JSON of the Chat."""
        return f"{self.tag}:chat:{chat_id}"

    def lines(self, chat_id: str) -> str:
        """List of JSON lines; the line with seq n has index n-1. Lives as long as the chat."""
        return f"{self.tag}:lines:{chat_id}"

    def suggestions(self, chat_id: str) -> str:
        """String, JSON {seq, items} of the latest suggestions. DAY: stale advice must not linger."""
        return f"{self.tag}:suggestions:{chat_id}"

    def chats_by_level(self) -> str:
        """Sorted set of chat ids, score = level * 1e11 - last customer time: the queue page's order. No expiry."""
        return f"{self.tag}:chats"

    # Deliveries and idempotency.
    def delivery(self, delivery_id: str) -> str:
        """String, JSON of the answer given. DEDUPE_SECONDS."""
        return f"{self.tag}:delivery:{delivery_id}"

    def message(self, chat_id: str, message_id: str) -> str:
        """String, JSON of the answer given for a message id of a chat. DEDUPE_SECONDS."""
        return f"{self.tag}:message:{chat_id}:{message_id}"

    def done(self, key: str) -> str:
        """String: an action with this idempotency key has been carried out. DONE_SECONDS."""
        return f"{self.tag}:done:{key}"

    # Orders.
    def customer_orders(self, customer_id: str) -> str:
        """Hash order id → JSON. QUIET_CHAT_SECONDS after the last change: the shop has the original."""
        return f"{self.tag}:orders:{customer_id}"

    def chat_orders(self, chat_id: str) -> str:
        """Hash order id → JSON for orders told before the chat's customer is known. QUIET_CHAT_SECONDS."""
        return f"{self.tag}:chat-orders:{chat_id}"

    def address(self, order_id: str) -> str:
        """String, JSON {name, phone, address} of one order, apart from order and transcript. QUIET_CHAT_SECONDS."""
        return f"{self.tag}:address:{order_id}"

    def claims(self) -> str:
        """Hash claim id → JSON of the merchant's claims, with case and order. No expiry: books are kept."""
        return f"{self.tag}:claims"

    def claim_order(self) -> str:
        """Sorted set claim id → unix time of its draft: the order of the books, page by page. No expiry."""
        return f"{self.tag}:claims-by-time"

    def hold_case(self) -> str:
        """Hash order id → case id that holds it. No expiry: as long as the case."""
        return f"{self.tag}:hold-case"

    def unconfirmed_holds(self) -> str:
        """Set of order ids whose hold the platform has not brought to an end yet: what the figures count."""
        return f"{self.tag}:holds-unconfirmed"

    # Cases. No expiry: kept until retention or a person removes them.
    def case(self, case_id: str) -> str:
        """Hash {v, d}: version and JSON of the Case."""
        return f"{self.tag}:case:{case_id}"

    def case_events(self, case_id: str) -> str:
        """Stream of typed events, append-only: the audit trail."""
        return f"{self.tag}:case-events:{case_id}"

    def case_of_customer(self) -> str:
        """Hash customer id → case id, open or last."""
        return f"{self.tag}:customer-case"

    def open_cases(self) -> str:
        """Sorted set of open case ids, score = level * 1e11 - time asked for: most dangerous, longest waiting first."""
        return f"{self.tag}:cases"

    def waiting_cases(self) -> str:
        """Sorted set of open cases that nobody has accepted, score as in `open_cases`: never hidden behind the many
        that somebody has."""
        return f"{self.tag}:waiting-cases"

    # People.
    def alerts(self) -> str:
        """Hash alert id → JSON of open alerts; seen ones leave it (the case's events keep them). No expiry."""
        return f"{self.tag}:alerts"

    def alert_order(self) -> str:
        """Sorted set of open alert ids, score = time raised - level * 1e11: the gravest first, then the oldest. No
        expiry."""
        return f"{self.tag}:alerts-by-level"

    def alert_kinds(self) -> str:
        """Sorted set of "kind|alert id" of open alerts, all scores 0: how many of each kind is counted in Redis,
        however many there are. No expiry."""
        return f"{self.tag}:alerts-by-kind"

    def feed(self) -> str:
        """Stream of what changed, without customer text. About FEED_LENGTH entries."""
        return f"{self.tag}:feed"

    # Work. No expiry: a command or turn leaves when it is done.
    def lanes(self, work: str) -> str:
        """Sorted set of lanes with work, score = when the lane's head may be taken. work: turns | calls | holds |
        outbox."""
        return f"{self.tag}:{work}:lanes"

    def lane(self, work: str, lane: str) -> str:
        """List of item ids, first is next. A lane is a chat, an order or a case; order is kept within it."""
        return f"{self.tag}:{work}:lane:{lane}"

    def items(self, work: str) -> str:
        """Hash item id → JSON."""
        return f"{self.tag}:{work}:items"

    def leases(self, work: str) -> str:
        """Hash lane → fencing token of the holder, drawn by the holder. A finish under another token is refused."""
        return f"{self.tag}:{work}:leases"

    def tries(self, work: str) -> str:
        """Hash item id → how often it was handed out."""
        return f"{self.tag}:{work}:tries"

    def timers(self) -> str:
        """Sorted set timer id → due time in seconds. Leaves in the same transaction as its effect."""
        return f"{self.tag}:timers"

    def timer_data(self) -> str:
        """Hash timer id → JSON {kind, due_at, data}."""
        return f"{self.tag}:timer-data"


def person(person_id: str) -> str:
    """Hash "shop|case" → JSON of the Linked entry: one person's cases in all shops. PERSON_SECONDS after its last
    change. Its own tag: it belongs to no shop, and is written as a second, retried step (docs/decisions/0014)."""
    return f"{PREFIX}:{{p:{person_id}}}:cases"


def rasa_events(sender_id: str) -> str:
    """List of JSON events of one Rasa tracker, slots at each turn's end. QUIET_CHAT_SECONDS after its last turn."""
    return f"{PREFIX}:rasa:{{{sender_id}}}:events"


def rasa_state(sender_id: str) -> str:
    """Hash of one Rasa tracker: `n`, the number of events ever written. QUIET_CHAT_SECONDS."""
    return f"{PREFIX}:rasa:{{{sender_id}}}:state"


def rasa_lock(sender_id: str) -> str:
    """String: fencing token of the holder. Expires after the lock's life, so that a crash frees it."""
    return f"{PREFIX}:rasa:{{{sender_id}}}:lock"


def rasa_lock_token(sender_id: str) -> str:
    """Counter of fencing tokens of one conversation: a writer with an older one is refused. DAY after its last use."""
    return f"{PREFIX}:rasa:{{{sender_id}}}:lock-token"
