"""What the bot decides to do for someone: call a person, hold orders, refer, promise. Once per key."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.cases import events as e
from bot.cases import follow_up
from bot.cases.policy import HOLDABLE_STATUSES, hold_wanted, is_on, may_release
from bot.cases.types import Case, Chat, FollowUp, FollowUpKind, Hold, JsonDict, Urgency
from bot.store.apart import keep_address, without_address
from bot.store.change import Change, dumps
from bot.store.effects import CaseEdit
from bot.store.errors import NotAllowed, NotFound
from bot.store.keys import DEDUPE_SECONDS, DONE_SECONDS, QUIET_CHAT_SECONDS
from bot.store.raising import ask_hold, call_people, hold_ran_out, hold_released_outside, open_case
from bot.store.timers import Timers

Act = Callable[[CaseEdit, Chat], Awaitable[None]]


class Intentions(Timers):
    """Durable records of what must happen; the worker makes it happen."""

    async def _for_chat(self, shop_id: str, chat_id: str, key: str | None, act: Act) -> Case | None:
        """Run `act` on the case of a chat's customer and commit; an act whose key was done before does nothing."""
        await self.know_shop(shop_id)
        keys = self.keys(shop_id)

        async def attempt() -> tuple[Change | None, Case | None]:
            chat = await self.chat(shop_id, chat_id)
            if chat is None:
                raise NotFound(f"no chat {chat_id}")
            customer = chat.customer_id or f"@{chat_id}"
            case = await self.case_of_customer(shop_id, customer)
            if key is not None:
                async with self.guarded():
                    if await self.redis.exists(keys.done(key)):
                        return None, case
            change = Change(keys)
            edit = CaseEdit(change, case, self.clock(), self.options)
            await act(edit, chat)
            change.expect_field(keys.case_of_customer(), customer, case.case_id if case else "", "customer")
            if key is not None:
                change.expect_absent(keys.done(key), "done")
                change.remember(keys.done(key), {"chat_id": chat_id}, DONE_SECONDS)
            written = edit.write(chat_id)
            if written is not None and chat.case_id != written.case_id and edit.happened:
                self.write_chat(change, replace(chat, case_id=written.case_id))
            return change if change else None, written

        return await self.decide(attempt)

    async def escalate(self, shop_id: str, chat_id: str, urgency: Urgency, reason: str, key: str) -> Case:
        """Call a person to this chat; opens a case if there is none."""

        async def act(edit: CaseEdit, chat: Chat) -> None:
            case = open_case(edit, chat)
            if chat.level > case.level:
                third = bool(chat.talk.get("third_party"))
                edit.happen(e.LevelRaised(edit.now, chat.level, chat.chat_id, chat.last_customer_seq, (), third))
            call_people(edit, urgency, reason, "bot")

        case = await self._for_chat(shop_id, chat_id, key, act)
        if case is None:
            raise NotFound(f"no case for chat {chat_id}")
        return case

    async def request_holds(self, shop_id: str, chat_id: str, reason: str, key: str) -> list[Hold]:
        """Ask for a hold on every order that the policy lets be held. Empty: there is none, or it may not be."""

        async def act(edit: CaseEdit, chat: Chat) -> None:
            orders = await self._orders(shop_id, chat_id, chat.customer_id)
            wanted = [order for order in orders if hold_wanted(chat.level, chat.talk, order)]
            if wanted:
                open_case(edit, chat)
            for order in wanted:
                ask_hold(edit, order, reason, "bot")

        case = await self._for_chat(shop_id, chat_id, key, act)
        return list(case.holds) if case else []

    async def release_hold(self, shop_id: str, order_id: str, by: str, reason: str) -> Hold:
        """Take a hold off. `by` is a person's name; "bot" is refused from level 3 on."""
        keys = self.keys(shop_id)

        async def attempt() -> tuple[Change | None, Hold]:
            async with self.guarded():
                case_id = await self.redis.hget(keys.hold_case(), order_id)
            case = await self.case(shop_id, case_id) if case_id else None
            hold = case.hold(order_id) if case else None
            if case is None or hold is None:
                raise NotFound(f"order {order_id} is not on hold")
            if not may_release(case, by):
                raise NotAllowed("From level 3 on only a person may release a hold.")
            if hold.state in ("released", "expired"):
                return None, hold
            change = Change(keys)
            edit = CaseEdit(change, case, self.clock(), self.options)
            after = edit.happen(e.HoldReleased(edit.now, order_id, by, reason)).hold(order_id)
            edit.write(case.chats[-1] if case.chats else "")
            return change, after or hold

        return await self.decide(attempt)

    async def note_referrals(self, shop_id: str, chat_id: str, ids: Sequence[str]) -> None:
        """Remember which hotlines were named; only for a chat that has a case."""

        async def act(edit: CaseEdit, chat: Chat) -> None:
            fresh = tuple(item for item in ids if edit.case is not None and item not in edit.case.referrals)
            if fresh:
                edit.happen(e.ReferralsGiven(edit.now, fresh, chat_id))

        await self._for_chat(shop_id, chat_id, None, act)

    async def schedule_follow_up(
        self, shop_id: str, chat_id: str, kind: FollowUpKind, at: float | None, key: str
    ) -> FollowUp | None:
        """Promise to come back; one per kind and case, a second promise moves the first.

        None when the customer declined greetings or no case is open.
        """

        async def act(edit: CaseEdit, chat: Chat) -> None:
            case = edit.case
            if case is None or case.status != "open" or case.opted_out:
                return
            due = at if at is not None else follow_up.due_at(kind, edit.now, self.options.timezone)
            if any(item.kind == kind and item.due_at == due and item.state == "scheduled" for item in case.follow_ups):
                return
            edit.happen(e.FollowUpScheduled(edit.now, kind, due, chat_id))

        case = await self._for_chat(shop_id, chat_id, key, act)
        if case is None or case.opted_out or case.status != "open":
            return None
        return next((item for item in case.follow_ups if item.kind == kind), None)

    async def opt_out_follow_up(self, shop_id: str, chat_id: str, key: str) -> None:
        """The customer wants no more greetings: what was scheduled is off, nothing new is promised."""

        async def act(edit: CaseEdit, chat: Chat) -> None:
            if edit.case is not None and not edit.case.opted_out:
                edit.happen(e.FollowUpsDeclined(edit.now, chat_id))

        await self._for_chat(shop_id, chat_id, key, act)

    async def put_order(
        self,
        shop_id: str,
        chat_id: str | None,
        customer_id: str | None,
        order: Mapping[str, Any],
        delivery_id: str | None = None,
    ) -> JsonDict:
        """An order as the platform reports it. One that a customer in danger places is held at once.

        What the platform says of a hold (`"hold"`: held, intercepting, intercepted, too_late, expired, released)
        becomes part of the record.
        """
        await self.know_shop(shop_id)
        keys, order_id = self.keys(shop_id), str(order["order_id"])

        async def attempt() -> tuple[Change | None, JsonDict]:
            if delivery_id is not None and await self.seen_delivery(shop_id, delivery_id):
                return None, without_address(order)
            chat = await self.chat(shop_id, chat_id) if chat_id else None
            customer = customer_id or (chat.customer_id if chat else None)
            change = Change(keys)
            # What follows for the order is decided on the chat, the case and the customer as they are read here. A
            # message of danger may be written down at the same moment: then one of the two is decided again.
            if chat_id:
                change.expect_version(keys.chat(chat_id), chat.version if chat else 0, "chat")
            told = keep_address(change, order)
            if customer or chat_id:
                place = keys.customer_orders(customer) if customer else keys.chat_orders(str(chat_id))
                async with self.guarded():
                    before = await self.redis.hget(place, order_id)
                merged = {**(_load(before)), **{name: value for name, value in told.items() if name != "hold"}}
                change.do("HSET", place, order_id, dumps(merged))
                change.do("EXPIRE", place, QUIET_CHAT_SECONDS)
            else:
                raise NotFound("an order needs a chat_id or a customer_id")
            async with self.guarded():
                holder = await self.redis.hget(keys.hold_case(), order_id)
            change.expect_field(keys.hold_case(), order_id, holder or "", "holder")
            case = await self.case(shop_id, holder) if holder else None
            if case is None and customer:
                case = await self.case_of_customer(shop_id, customer)
                change.expect_field(keys.case_of_customer(), customer, case.case_id if case else "", "customer")
            if case is not None:
                change.expect_version(keys.case(case.case_id), case.version, "case")
            edit = CaseEdit(change, case, self.clock(), self.options)
            if case is not None:
                talk_chat = chat or (await self.chat(shop_id, case.chats[-1]) if case.chats else None)
                if talk_chat is not None and chat is None:
                    change.expect_version(keys.chat(talk_chat.chat_id), talk_chat.version, "chat")
                self._order_and_hold(change, edit, merged, str(order.get("hold", "")), talk_chat)
            if delivery_id is not None:
                key = keys.delivery(delivery_id)
                change.expect_absent(key, "delivery")
                answer = {"kind": "order", "seq": 0, "level": chat.level if chat else 0}
                change.remember(key, answer, DEDUPE_SECONDS)
            change.feed("order", order_id=order_id, chat_id=chat_id)
            edit.write(chat_id or "")
            return change, merged

        return await self.decide(attempt)

    def _order_and_hold(self, change: Change, edit: CaseEdit, order: JsonDict, said: str, chat: Chat | None) -> None:
        case, order_id = edit.case, order["order_id"]
        if case is None:
            return
        hold = case.hold(order_id)
        if hold is not None and is_on(hold):
            if order.get("status") not in HOLDABLE_STATUSES:
                self.note_hold(change, edit, order_id, "too_late")
            elif said == "released":
                hold_released_outside(edit, order_id)
            elif said == "expired":
                hold_ran_out(edit, order_id)
            elif said:
                self.note_hold(change, edit, order_id, said)
            return
        if case.status != "open" or hold is not None:
            return
        level = max(case.level, chat.level if chat else 0)
        talk = {**(chat.talk if chat else {}), "third_party": case.third_party}
        if hold_wanted(level, talk, order):
            ask_hold(edit, order, "placed by a customer in danger", "reading")


def _load(row: str | None) -> JsonDict:
    return json.loads(row) if row else {}
