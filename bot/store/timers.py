"""What falls due: unanswered turns, rungs of the ladder, silence, unconfirmed holds, greetings.

A timer leaves Redis in the same transaction as its effect, on the condition that it is still the timer
that was read. So two workers cannot both fire it, and a worker that dies in between has done nothing.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from bot.cases import alarms, ladder, silence
from bot.cases import events as e
from bot.cases.codec import from_dict
from bot.cases.greeting import greeting
from bot.cases.ownership import may_speak, owes_answer
from bot.cases.types import Alert, Case, Chat, Reply, Timer
from bot.store.alarms import calls_made, raise_alert, tell
from bot.store.change import Change
from bot.store.commands import call_to_alert
from bot.store.effects import CaseEdit
from bot.store.outbox import Outbox
from bot.store.raising import hold_ran_out

Handler = Callable[[Change, CaseEdit, Timer, Chat | None], Awaitable[Chat | None]]


class Timers(Outbox):
    """Finding and firing what is due."""

    async def due_timers(self, shop_id: str, limit: int = 100) -> list[Timer]:
        """Timers whose time has come, the earliest first."""
        keys = self.keys(shop_id)
        async with self.guarded():
            ids = await self.redis.zrangebyscore(keys.timers(), "-inf", self.clock(), start=0, num=limit)
            rows = await self.redis.hmget(keys.timer_data(), ids) if ids else []
        return [_timer(shop_id, timer_id, row) for timer_id, row in zip(ids, rows, strict=True) if row]

    async def timers(self, shop_id: str) -> list[Timer]:
        """All timers of a shop, the earliest first."""
        keys = self.keys(shop_id)
        async with self.guarded():
            ids = await self.redis.zrange(keys.timers(), 0, -1)
            rows = await self.redis.hmget(keys.timer_data(), ids) if ids else []
        return [_timer(shop_id, timer_id, row) for timer_id, row in zip(ids, rows, strict=True) if row]

    async def next_due(self, shop_id: str) -> float | None:
        """When the earliest timer of a shop falls due."""
        async with self.guarded():
            first = await self.redis.zrange(self.keys(shop_id).timers(), 0, 0, withscores=True)
        return first[0][1] if first else None

    async def postpone(self, timer: Timer, seconds: float) -> None:
        """Look at a timer again later; for one whose firing failed, so that it does not hold up the others."""
        async with self.guarded():
            await self.redis.zadd(self.keys(timer.shop_id).timers(), {timer.timer_id: self.clock() + seconds}, xx=True)

    async def fire(self, timer: Timer) -> bool:
        """Carry out a timer once. False: another worker did, or it was moved or taken away."""
        keys = self.keys(timer.shop_id)

        async def attempt() -> tuple[Change | None, bool]:
            async with self.guarded():
                row = await self.redis.hget(keys.timer_data(), timer.timer_id)
            if not row or _timer(timer.shop_id, timer.timer_id, row) != timer:
                return None, False
            change = Change(keys)
            change.expect_field(keys.timer_data(), timer.timer_id, row, "timer")
            change.no_timer(timer.timer_id)
            chat_id = timer.data.get("chat_id", "")
            chat = await self.chat(timer.shop_id, chat_id) if chat_id else None
            case_id = timer.data.get("case_id") or (chat.case_id if chat else None)
            case = await self.case(timer.shop_id, case_id) if case_id else None
            edit = CaseEdit(change, case, self.clock(), self.options)
            handler = self._handlers().get(timer.kind)
            moved = await handler(change, edit, timer, chat) if handler else None
            edit.write(chat_id or _last_chat(case))
            if moved is not None and moved != chat:
                self.write_chat(change, moved)
            return change, True

        return await self.decide(attempt)

    def _handlers(self) -> dict[str, Handler]:
        return {
            "answer": self._answer,
            "ladder": self._ladder,
            "words": self._words,
            "silence": self._silence,
            "unconfirmed": self._unconfirmed,
            "hold_expiry": self._hold_expiry,
            "follow_up": self._follow_up,
            "alert": self._alert,
        }

    async def _answer(self, change: Change, edit: CaseEdit, timer: Timer, chat: Chat | None) -> Chat | None:
        """The bot owes an answer and none came in time."""
        seq = timer.data["seq"]
        if chat is None or not owes_answer(chat) or chat.answered_seq >= seq or chat.status == "closed":
            return None
        in_time = chat.answered_at + self.options.answer_seconds
        if edit.now < in_time:
            # Many messages at once, and the bot is working them off: the customer is not before silence.
            change.timer(timer.timer_id, "answer", in_time, timer.data)
            return None
        return self.say_safe_text(change, edit, chat, seq, f"no answer in {self.options.answer_seconds:g} s")

    async def _ladder(self, change: Change, edit: CaseEdit, timer: Timer, chat: Chat | None) -> Chat | None:
        """Nobody has accepted the case: the next rung is called. The next timer is set by the case's own edit."""
        case = edit.case
        if case is not None and ladder.waiting(case):
            edit.happen(e.EscalationLouder(edit.now, case.rung + 1))
        return None

    async def _words(self, change: Change, edit: CaseEdit, timer: Timer, chat: Chat | None) -> Chat | None:
        """Someone accepted and nobody has spoken to the customer in time: the call is open again."""
        case = edit.case
        due = ladder.words_due(case) if case is not None else None
        if case is not None and due is not None and due <= edit.now:
            why = f"no words in {ladder.words_seconds(case.level):g} s"
            edit.happen(e.EscalationReturned(edit.now, case.accepted_by, why))
        return None

    async def _silence(self, change: Change, edit: CaseEdit, timer: Timer, chat: Chat | None) -> Chat | None:
        """Someone in danger says nothing any more: people are told, and the bot asks gently, a few times at most."""
        if chat is None or chat.status == "closed" or not silence.watched(chat.level, chat.talk):
            return None
        if silence.tells(chat.level, chat.nudges):
            alert = Alert(f"silence-{chat.chat_id}", "silence", chat.shop_id, chat.chat_id, edit.now, chat.level)
            told = f"{edit.now - chat.last_customer_at:.0f} s, {chat.nudges} prompts"
            raise_alert(change, replace(alert, case_id=chat.case_id, detail=told))
        text = silence.prompt(chat.level, chat.nudges, chat.talk, chat.memory)
        if text is None or not may_speak(chat, chat.epoch) or owes_answer(chat):
            return None
        # Counted before, because queueing a reply sets the next watch on the silence; kept, so that no later silence of
        # this case brings the same sentence.
        memory = {**chat.memory, "said": [*(chat.memory.get("said") or ()), text]}
        return self.queue_replies(change, replace(chat, nudges=chat.nudges + 1, memory=memory), [Reply(text, "nudge")])

    async def _alert(self, change: Change, edit: CaseEdit, timer: Timer, chat: Chat | None) -> Chat | None:
        """Nobody has seen an alert in time: people are called to it, unless the ladder of its case rings louder."""
        alert_id, calls = str(timer.data["alert_id"]), int(timer.data["calls"])
        keys = change.keys
        async with self.guarded():
            row = await self.redis.hget(keys.alerts(), alert_id)
        if not row:
            return None
        change.expect_field(keys.alerts(), alert_id, row, "alert")
        alert = from_dict(Alert, json.loads(row))
        if edit.case is None or not ladder.waiting(edit.case):
            call_to_alert(change, alert, calls, edit.now, self.options)
            calls += 1
            tell(change, alert, calls)
        wait = alarms.call_after(alert, max(calls, 1))
        if wait is not None:
            change.timer(timer.timer_id, "alert", edit.now + wait, calls_made(alert, calls))
        return None

    async def _unconfirmed(self, change: Change, edit: CaseEdit, timer: Timer, chat: Chat | None) -> Chat | None:
        await self.hold_unconfirmed(change, edit, timer.data["order_id"])
        return None

    async def _hold_expiry(self, change: Change, edit: CaseEdit, timer: Timer, chat: Chat | None) -> Chat | None:
        hold_ran_out(edit, timer.data["order_id"])
        return None

    async def _follow_up(self, change: Change, edit: CaseEdit, timer: Timer, chat: Chat | None) -> Chat | None:
        """A promise to come back: said by the bot if it may speak in the chat, else given to people."""
        case = edit.case
        if case is None or case.opted_out:
            return None
        kind = timer.data["kind"]
        if chat is not None and chat.owner == "bot" and chat.status == "open" and not owes_answer(chat):
            edit.happen(e.FollowUpDone(edit.now, kind, "sent"))
            peak = max([case.level, *(step.level for step in case.history)])
            text = greeting(kind, peak, case.third_party, chat.memory)
            return self.queue_replies(change, chat, [Reply(text, "follow_up")])
        edit.happen(e.FollowUpDone(edit.now, kind, "task"))
        alert = Alert(
            f"follow_up-{case.case_id}-{kind}", "follow_up", case.shop_id, timer.data["chat_id"], edit.now, case.level
        )
        raise_alert(change, replace(alert, case_id=case.case_id, detail=kind))
        return None


def _timer(shop_id: str, timer_id: str, row: str) -> Timer:
    data: dict[str, Any] = json.loads(row)
    return Timer(timer_id, data["kind"], shop_id, data["due_at"], data["data"])


def _last_chat(case: Case | None) -> str:
    return case.chats[-1] if case and case.chats else ""
