"""A message's way onto disk: transcript, talk state, level, case, alert, holds, timers and turn in one script."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from bot.cases import events as e
from bot.cases import silence
from bot.cases.codec import from_dict, to_dict
from bot.cases.owed import settled
from bot.cases.ownership import change_owner, owes_answer, wants_cards
from bot.cases.policy import HIGH, next_level
from bot.cases.types import Accepted, Alert, Case, Chat, Inbound, JsonDict, Line, Owner
from bot.store.apart import keep_address, without_address
from bot.store.base import StoreBase, parse_case, parse_chat, parse_orders
from bot.store.change import Change, dumps
from bot.store.effects import CaseEdit, raise_alert
from bot.store.errors import NotFound, StaleTalk, StoreUnavailable
from bot.store.keys import DEDUPE_SECONDS, QUIET_CHAT_SECONDS
from bot.store.raising import absorb, first_words, raise_case

READ_TRIES = 200
UNREAD = "failed"
"""Stage of a verdict that was not read but guessed, because the reading itself broke."""


class VerdictLike(Protocol):
    """The part of `bot.risk.types.Verdict` that the store needs."""

    @property
    def level(self) -> int:
        """What is now known of the customer, 0-4."""

    @property
    def third_party(self) -> bool:
        """Whether the customer speaks of another."""

    def to_dict(self) -> dict[str, Any]:
        """The contract's form."""


Reading = Callable[[Chat | None, list[JsonDict]], tuple[VerdictLike | None, JsonDict | None]]


class Chats(StoreBase):
    """Messages in, ownership, transcripts."""

    async def seen_delivery(self, shop_id: str, delivery_id: str) -> JsonDict | None:
        """The answer given to this delivery before, or None."""
        async with self.guarded():
            found = await self.redis.get(self.keys(shop_id).delivery(delivery_id))
        return json.loads(found) if found else None

    async def accept_turn(self, inbound: Inbound, read: Reading, orders: Sequence[Mapping[str, Any]] = ()) -> Accepted:
        """Read the message with the chat's latest talk state and accept it; read again if another came between.

        `read(chat, orders)` gets the chat as stored (None for a new one) and the known orders of the customer,
        and returns the verdict and the new talk state. It may be called several times.
        """
        for lost in range(READ_TRIES):
            chat = await self.chat(inbound.shop_id, inbound.chat_id)
            known = await self._orders(inbound.shop_id, inbound.chat_id, inbound.sender_id, orders)
            verdict, talk = read(chat, known)
            try:
                return await self.accept_message(inbound, verdict, talk, orders, chat.talk_version if chat else 0)
            except StaleTalk:
                await asyncio.sleep(random.uniform(0, 0.002) * min(lost + 1, 20))
        raise StoreUnavailable("too many messages of one chat at once")

    async def accept_message(
        self,
        inbound: Inbound,
        verdict: VerdictLike | None,
        talk_state: Mapping[str, Any] | None,
        orders: Sequence[Mapping[str, Any]] = (),
        talk_version: int | None = None,
    ) -> Accepted:
        """Put a message on disk with everything that follows from it, in one transaction.

        Accepted once per delivery and once per message id of the chat. `orders` are orders of the customer as
        the shop reports them now; they are remembered. With `talk_version` (of the chat the verdict was read
        with) :class:`StaleTalk` is raised if another message was read meanwhile.
        """
        await self.know_shop(inbound.shop_id)
        inbound = replace(inbound, text=_clean(inbound.text))
        keys = self.keys(inbound.shop_id)

        async def attempt() -> tuple[Change | None, Accepted]:
            found = await self._around(inbound)
            if found.answer is not None:
                old = found.answer
                return None, Accepted(True, old.get("seq", 0), old.get("level", 0), old.get("case_id"))
            chat = found.chat or Chat(inbound.shop_id, inbound.chat_id)
            if talk_version is not None and chat.talk_version != talk_version:
                raise StaleTalk("another message of the chat was read meanwhile")
            change = Change(keys)
            change.expect_absent(keys.delivery(inbound.delivery_id), "delivery")
            change.expect_absent(keys.message(inbound.chat_id, inbound.message_id), "message")
            if inbound.role == "customer":
                accepted = self._customer(change, chat, found, inbound, verdict, talk_state, orders)
            else:
                accepted = self._agent(change, chat, inbound, found.case)
            answer = {"kind": "message", "seq": accepted.seq, "level": accepted.level, "case_id": accepted.case_id}
            change.remember(keys.delivery(inbound.delivery_id), answer, DEDUPE_SECONDS)
            change.remember(keys.message(inbound.chat_id, inbound.message_id), answer, DEDUPE_SECONDS)
            return change, accepted

        return await self.decide(attempt)

    async def _around(self, inbound: Inbound) -> _Around:
        """All that a decision on a message needs, in two round trips."""
        keys = self.keys(inbound.shop_id)
        async with self.guarded():
            pipe = self.redis.pipeline(transaction=False)
            pipe.get(keys.delivery(inbound.delivery_id))
            pipe.get(keys.message(inbound.chat_id, inbound.message_id))
            pipe.hmget(keys.chat(inbound.chat_id), "v", "d")
            pipe.hget(keys.case_of_customer(), inbound.sender_id)
            pipe.hgetall(keys.chat_orders(inbound.chat_id))
            pipe.hgetall(keys.customer_orders(inbound.sender_id))
            delivered, said, chat, case_id, *orders = await pipe.execute()
            known = parse_chat(chat)
            # A case may have been opened for the chat before anyone knew its customer.
            early = known.case_id if known and (known.customer_id is None or inbound.role == "agent") else None
            place = case_id or early
            case = parse_case(await self.redis.hmget(keys.case(place), "v", "d")) if place else None
            lost = parse_case(await self.redis.hmget(keys.case(early), "v", "d")) if early and early != place else None
        answer = delivered or said
        return _Around(json.loads(answer) if answer else None, known, case, case_id or "", orders, lost)

    def _customer(
        self,
        change: Change,
        chat: Chat,
        found: _Around,
        inbound: Inbound,
        verdict: VerdictLike | None,
        talk_state: Mapping[str, Any] | None,
        orders: Sequence[Mapping[str, Any]],
    ) -> Accepted:
        now, keys, seq = self.clock(), change.keys, chat.last_seq + 1
        level = next_level(chat.level, verdict.level) if verdict else chat.level
        talk = dict(talk_state) if talk_state is not None else chat.talk
        moved = replace(
            chat,
            customer_id=inbound.sender_id,
            level=level,
            talk=talk,
            talk_version=chat.talk_version + 1,
            last_seq=seq,
            last_customer_seq=seq,
            last_customer_at=now,
            status="open",
            nudges=0,
        )
        known = {order["order_id"]: order for order in parse_orders(*found.orders)}
        for told in orders:
            order = keep_address(change, told)
            if known.get(order["order_id"]) != order:
                change.do("HSET", keys.customer_orders(inbound.sender_id), order["order_id"], dumps(order))
                change.do("EXPIRE", keys.customer_orders(inbound.sender_id), QUIET_CHAT_SECONDS)
            known[order["order_id"]] = order
        evidence = _evidence(verdict)
        edit = CaseEdit(change, found.case, now, self.options)
        # The customer's case must still be the one that this was decided on.
        change.expect_field(keys.case_of_customer(), inbound.sender_id, found.customer_case, "customer")
        # And the orders must still be those that were seen: one that is told at this very moment, when the case that
        # would have held it is not there yet, would be held by nobody.
        for place, rows in zip(
            (keys.chat_orders(chat.chat_id), keys.customer_orders(inbound.sender_id)), found.orders, strict=True
        ):
            change.expect_hash(place, rows)
        if found.case is not None and not found.customer_case:
            edit.happen(e.CustomerNamed(now, inbound.sender_id))
        if found.lost is not None:
            other = CaseEdit(change, found.lost, now, self.options)
            absorb(edit, other)
            other.write(inbound.chat_id)
        raise_case(edit, moved, seq, evidence, list(known.values()))
        case = edit.write(inbound.chat_id) or found.case
        if case is not None and case.status == "open":
            moved = replace(moved, case_id=case.case_id)
        if verdict is not None and getattr(verdict, "stage", "") == UNREAD:
            # The level is a guess then: a person must read this one, whatever else is known of the customer.
            alert = Alert(f"reading_failed-{chat.chat_id}", "reading_failed", chat.shop_id, chat.chat_id, now, level)
            raise_alert(change, replace(alert, case_id=moved.case_id, detail=f"message {seq}"))
        line = Line(
            seq, now, "customer", inbound.text, inbound.message_id, verdict.to_dict() if verdict else None,
            occurred_at=inbound.occurred_at, sender_id=inbound.sender_id,
        )  # fmt: skip
        self.write_lines(change, chat.chat_id, [line])
        self.write_chat(change, moved)
        self.queue_turn(change, moved, line, now)
        if moved.owner == "bot":
            self.watch_silence(change, moved, now)
        change.feed("message", chat_id=chat.chat_id, seq=seq, role="customer", level=level)
        if level != chat.level:
            change.feed("level", chat_id=chat.chat_id, level=level, before=chat.level)
        return Accepted(False, seq, level, moved.case_id, True)

    def _agent(self, change: Change, chat: Chat, inbound: Inbound, case: Case | None) -> Accepted:
        """A colleague wrote: they are the answer, and from now on they own the chat."""
        now, seq = self.clock(), chat.last_seq + 1
        moved = change_owner(chat, "human") if chat.owner == "bot" else chat
        moved = replace(moved, last_seq=seq, answered_seq=chat.last_customer_seq, memory=settled(chat.memory))
        line = Line(
            seq, now, "agent", inbound.text, inbound.message_id,
            occurred_at=inbound.occurred_at, sender_id=inbound.sender_id,
        )  # fmt: skip
        self.write_lines(change, chat.chat_id, [line])
        self.write_chat(change, moved)
        edit = CaseEdit(change, case, now, self.options)
        first_words(edit, inbound.sender_id, chat.chat_id)
        edit.write(chat.chat_id)
        change.no_timer(f"silence:{chat.chat_id}")
        change.feed("message", chat_id=chat.chat_id, seq=seq, role=inbound.role, level=chat.level)
        if moved.epoch != chat.epoch:
            change.feed("owner", chat_id=chat.chat_id, owner=moved.owner, by="agent")
        return Accepted(False, seq, chat.level, chat.case_id)

    # Pieces that other parts of the store use
    def write_chat(self, change: Change, chat: Chat) -> None:
        """Replace the chat's document; levels 0-1 without a case leave after a quarter."""
        keys = change.keys
        change.document(keys.chat(chat.chat_id), chat.version, to_dict(chat), "chat")
        change.do("ZADD", keys.chats_by_level(), chat.level * 1e11 - chat.last_customer_at, chat.chat_id)
        for key in (keys.chat(chat.chat_id), keys.lines(chat.chat_id)):
            if chat.level <= 1 and chat.case_id is None:
                change.do("EXPIRE", key, QUIET_CHAT_SECONDS)
            else:
                change.do("PERSIST", key)

    def write_lines(self, change: Change, chat_id: str, lines: Sequence[Line]) -> None:
        """Append transcript lines; the chat's document, written with them, guards their numbering."""
        change.do("RPUSH", change.keys.lines(chat_id), *(dumps(to_dict(line)) for line in lines))

    def queue_turn(self, change: Change, chat: Chat, line: Line, now: float) -> None:
        """Queue a customer message for an answer or for suggestions; start the clock if the bot owes it."""
        turn_id = f"{chat.chat_id}:{line.seq}:{chat.epoch}"
        item = {
            "turn_id": turn_id, "chat_id": chat.chat_id, "seq": line.seq, "text": line.text, "verdict": line.verdict,
            "occurred_at": line.occurred_at, "accepted_at": now, "again": line.seq <= chat.answered_seq,
        }  # fmt: skip
        change.queue("turns", chat.chat_id, turn_id, item, now)
        if chat.owner == "bot":
            change.timer(
                f"answer:{chat.chat_id}:{line.seq}", "answer", now + self.options.answer_seconds,
                {"chat_id": chat.chat_id, "seq": line.seq},
            )  # fmt: skip

    # Ownership
    async def set_owner(self, shop_id: str, chat_id: str, to: Owner, by: str, delivery_id: str | None = None) -> Chat:
        """Give the chat to the bot, to people or to nobody. A chat given to the bot with a customer message
        that nobody answered gets that message queued as a turn; one that a person takes back from the bot gets
        its last customer message queued for suggestions. Idempotent by delivery."""
        await self.know_shop(shop_id)
        keys = self.keys(shop_id)

        async def attempt() -> tuple[Change | None, Chat]:
            chat = await self.chat(shop_id, chat_id) or Chat(shop_id, chat_id)
            if delivery_id is not None and await self.seen_delivery(shop_id, delivery_id):
                return None, chat
            change, now = Change(keys), self.clock()
            moved = change_owner(chat, to)
            if to == "bot" and moved.status == "closed":
                moved = replace(moved, status="open")
            self._once(change, delivery_id, "owner", chat)
            if moved != chat:
                if owes_answer(moved) or wants_cards(chat, moved):
                    self.queue_turn(change, moved, await self._line(shop_id, chat_id, moved.last_customer_seq), now)
                if to != "bot":
                    change.no_timer(f"silence:{chat_id}")
                else:
                    self.watch_silence(change, moved, now)
                self.write_chat(change, moved)
                change.feed("owner", chat_id=chat_id, owner=to, by=by)
                moved = replace(moved, version=chat.version + 1)
            return change if change else None, moved

        return await self.decide(attempt)

    def watch_silence(self, change: Change, chat: Chat, now: float) -> None:
        """Look again when somebody in danger has been silent for as long as their level allows."""
        due = silence.wait(chat.level, chat.nudges, self.options.silence_seconds)
        if due is not None and silence.watched(chat.level, chat.talk):
            change.timer(f"silence:{chat.chat_id}", "silence", now + due, {"chat_id": chat.chat_id})

    async def close_chat(self, shop_id: str, chat_id: str, by: str, delivery_id: str | None = None) -> Chat:
        """The platform closed the chat: nothing more is sent into it. The case stays open, and a customer in
        high danger who is gone is brought before people."""
        await self.know_shop(shop_id)
        keys = self.keys(shop_id)

        async def attempt() -> tuple[Change | None, Chat]:
            chat = await self.chat(shop_id, chat_id) or Chat(shop_id, chat_id)
            if delivery_id is not None and await self.seen_delivery(shop_id, delivery_id):
                return None, chat
            change = Change(keys)
            self._once(change, delivery_id, "closed", chat)
            if chat.status != "closed":
                closed = replace(change_owner(chat, "nobody"), status="closed")
                self.write_chat(change, closed)
                change.no_timer(f"silence:{chat_id}")
                if chat.level >= HIGH:
                    alert = Alert(f"silence-{chat_id}", "silence", shop_id, chat_id, self.clock(), chat.level)
                    raise_alert(change, replace(alert, case_id=chat.case_id, detail="chat closed by " + by))
                change.feed("chat_closed", chat_id=chat_id, by=by)
                chat = replace(closed, version=chat.version + 1)
            return change if change else None, chat

        return await self.decide(attempt)

    def _once(self, change: Change, delivery_id: str | None, kind: str, chat: Chat) -> None:
        if delivery_id is not None:
            key = change.keys.delivery(delivery_id)
            change.expect_absent(key, "delivery")
            change.remember(key, {"kind": kind, "seq": chat.last_seq, "level": chat.level}, DEDUPE_SECONDS)

    # Reading
    async def transcript(self, shop_id: str, chat_id: str, after: int = 0, limit: int = 200) -> list[Line]:
        """Lines with seq > after, oldest first."""
        async with self.guarded():
            rows = await self.redis.lrange(self.keys(shop_id).lines(chat_id), after, after + limit - 1)
        return [from_dict(Line, json.loads(row)) for row in rows]

    async def _line(self, shop_id: str, chat_id: str, seq: int) -> Line:
        found = await self.transcript(shop_id, chat_id, seq - 1, 1)
        if not found:
            raise NotFound(f"chat {chat_id} has no line {seq}")
        return found[0]

    async def chats(self, shop_id: str, limit: int = 100) -> list[Chat]:
        """Chats, the most dangerous first, among equals the one whose customer waits longest."""
        keys = self.keys(shop_id)
        async with self.guarded():
            ids = await self.redis.zrevrange(keys.chats_by_level(), 0, limit - 1)
            pipe = self.redis.pipeline(transaction=False)
            for chat_id in ids:
                pipe.hmget(keys.chat(chat_id), "v", "d")
            rows = await pipe.execute() if ids else []
            gone = [chat_id for chat_id, row in zip(ids, rows, strict=True) if row[1] is None]
            if gone:  # quiet chats whose time was over
                await self.redis.zrem(keys.chats_by_level(), *gone)
        return [chat for row in rows if (chat := parse_chat(row)) is not None]

    async def _orders(
        self, shop_id: str, chat_id: str, customer_id: str | None, more: Sequence[Mapping[str, Any]] = ()
    ) -> list[JsonDict]:
        keys = self.keys(shop_id)
        async with self.guarded():
            pipe = self.redis.pipeline(transaction=False)
            pipe.hgetall(keys.chat_orders(chat_id))
            if customer_id:
                pipe.hgetall(keys.customer_orders(customer_id))
            found = await pipe.execute()
        merged = {order["order_id"]: order for order in parse_orders(*found)}
        merged.update({order["order_id"]: without_address(order) for order in more})
        return list(merged.values())

    async def orders(self, shop_id: str, chat_id: str, customer_id: str | None = None) -> list[JsonDict]:
        """Known orders of the chat's customer; who knows the customer spares the store looking it up."""
        if customer_id is None:
            chat = await self.chat(shop_id, chat_id)
            customer_id = chat.customer_id if chat else None
        return await self._orders(shop_id, chat_id, customer_id)


@dataclass(frozen=True, slots=True)
class _Around:
    """What was found around a message: an earlier answer, the chat, the customer's case, the orders of chat and
    customer as their rows stand in Redis; `lost` is a case of the chat that turns out to be this customer's too."""

    answer: JsonDict | None
    chat: Chat | None
    case: Case | None
    customer_case: str
    orders: Sequence[dict[str, str]]
    lost: Case | None = None


def _evidence(verdict: VerdictLike | None) -> tuple[str, ...]:
    signals = verdict.to_dict().get("signals", []) if verdict else []
    return tuple(dict.fromkeys(str(signal["name"]) for signal in signals))


def _clean(text: str) -> str:
    """Half of a surrogate pair cannot be stored as UTF-8; it becomes one question mark, so offsets stay true."""
    return text.encode("utf-8", "replace").decode("utf-8")
