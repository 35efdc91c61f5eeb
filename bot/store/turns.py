"""The brain's side: turns handed out in order within a chat, and what comes back of them."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.cases import events as e
from bot.cases.codec import to_dict
from bot.cases.ownership import may_speak
from bot.cases.safe_text import safe_text
from bot.cases.types import Alert, Chat, Line, Reply, Suggestion, Turn
from bot.store.change import Change, Conflict
from bot.store.chats import Chats
from bot.store.commands import put_command
from bot.store.effects import CaseEdit, raise_alert
from bot.store.errors import StoreError, StoreUnavailable
from bot.store.keys import DAY
from bot.store.lanes import Lanes, Taken
from bot.store.wake import Wake

MAX_TRIES = 3
"""A turn that was handed out this often and never came back is not given to a fourth holder."""
HOLD_LIMIT = 60.0
"""Seconds after which the store stops renewing a turn: its holder has forgotten it."""
SAFE_PAUSE = 20.0
"""A second fixed text within this time would say nothing new; the first covers the message."""
RACES = 60


class Turns(Lanes, Chats, Wake):
    """Turns out, replies and suggestions in."""

    async def turns(self, consumer: str, stop: asyncio.Event | None = None, limit: int = 8) -> AsyncIterator[Turn]:
        """Yield turns until `stop` is set: one per chat at a time, in order, at most `limit` unfinished ones.

        Every turn must end in `finish_turn` or `fail_turn`. While it is open its lease is renewed here; if this
        process dies, another (or this one, started again) gets the turn after `Options.lease_seconds`.
        """
        stop = stop or asyncio.Event()
        # Taken up anew by a consumer that starts again in the same process: nothing is held yet.
        held = self._held = {}
        keeper = asyncio.create_task(self._keep(held))
        try:
            async with self.waking() as wake:
                while not stop.is_set():
                    found = False
                    if len(held) < limit:
                        async for turn in self._next_turns(held, limit):
                            found = True
                            yield turn
                            if stop.is_set():
                                return
                    if not found:
                        await wake(0.25, stop)
        finally:
            keeper.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await keeper

    _held: dict[tuple[str, str], tuple[Taken, float]]

    async def _next_turns(self, held: dict[tuple[str, str], tuple[Taken, float]], limit: int) -> AsyncIterator[Turn]:
        try:
            due = await self.due_everywhere("turns")
        except StoreUnavailable:
            await asyncio.sleep(0.25)
            return
        for shop_id, lane in due:
            if len(held) >= limit:
                return
            if (shop_id, lane) in held:
                continue
            with contextlib.suppress(StoreUnavailable):
                turn = await self._take_turn(shop_id, lane, held)
                if turn is not None:
                    yield turn

    async def _take_turn(
        self, shop_id: str, lane: str, held: dict[tuple[str, str], tuple[Taken, float]]
    ) -> Turn | None:
        taken = await self.take("turns", shop_id, lane, self.options.lease_seconds)
        if taken is None:
            return None
        chat = await self.chat(shop_id, taken.item["chat_id"])
        if chat is None or not _wanted(taken, chat):
            await self._drop_turn(taken)
            return None
        turn = _turn(taken, chat)
        held[(shop_id, lane)] = (taken, asyncio.get_running_loop().time())
        if taken.tries > MAX_TRIES:
            await self.fail_turn(turn, f"given up after {MAX_TRIES} tries")
            return None
        return turn

    async def _drop_turn(self, taken: Taken) -> None:
        """Nothing is owed any more (answered by a person, or by the fixed text)."""
        change = Change(self.keys(taken.shop_id))
        self.finish(change, taken)
        with contextlib.suppress(Conflict):
            await self.commit(change)

    async def _keep(self, held: dict[tuple[str, str], tuple[Taken, float]]) -> None:
        """Renew what is held; let go of what was lost or forgotten."""
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(self.options.lease_seconds / 4)
            for place, (taken, since) in list(held.items()):
                try:
                    if loop.time() - since > HOLD_LIMIT or not await self.renew(taken, self.options.lease_seconds):
                        held.pop(place, None)
                except StoreError:
                    break

    async def still_owner(self, turn: Turn) -> bool:
        """Whether what is made for this turn can still be used: same owner, same epoch, not answered yet.

        True for a person's chat as well, whose turns get suggestions. Raises when it cannot be known.
        """
        chat = await self.chat(turn.chat.shop_id, turn.chat.chat_id)
        if chat is None or chat.epoch != turn.epoch or (chat.answered_seq >= turn.seq and not turn.again):
            return False
        return turn.owner != "bot" or may_speak(chat, turn.epoch)

    async def finish_turn(
        self,
        turn: Turn,
        replies: Sequence[Reply] = (),
        suggestions: Sequence[Suggestion] = (),
        memory: Mapping[str, Any] | None = None,
        referrals: Sequence[str] = (),
        silent: bool = False,
    ) -> bool:
        """Store what came of a turn, in one transaction with taking it off the queue.

        Replies go to the outbox only if the bot owned the chat when the turn was handed out and still does under
        the same epoch, and the message has no answer yet. False: they were dropped, and memory with them.
        `referrals` are ids of hotlines named in the replies. `silent`: the bot says nothing on purpose.
        """
        if turn.owner == "bot" and not replies and not silent:
            return await self.fail_turn(turn, "no reply")
        return await self._settle(turn, list(replies), suggestions, memory, referrals, None)

    async def fail_turn(self, turn: Turn, reason: str) -> bool:
        """No answer can be made: the fixed safe text goes out if the bot owns the chat, and people are told.

        `reason` is read by people and must not hold the customer's words. False: nothing was sent.
        """
        return await self._settle(turn, [], (), None, (), reason)

    async def _settle(
        self,
        turn: Turn,
        replies: list[Reply],
        suggestions: Sequence[Suggestion],
        memory: Mapping[str, Any] | None,
        referrals: Sequence[str],
        failure: str | None,
    ) -> bool:
        shop_id, chat_id = turn.chat.shop_id, turn.chat.chat_id
        keys = self.keys(shop_id)
        taken = Taken(shop_id, "turns", chat_id, turn.turn_id, {}, turn.token, turn.tries)

        async def attempt() -> tuple[Change | None, bool]:
            chat = await self.chat(shop_id, chat_id)
            if chat is None:
                return None, False
            change, now = Change(keys), self.clock()
            self.finish(change, taken)
            change.no_timer(f"answer:{chat_id}:{turn.seq}")
            speaks = turn.owner == "bot" and may_speak(chat, turn.epoch) and chat.answered_seq < turn.seq
            case = await self.case(shop_id, chat.case_id) if chat.case_id and (referrals or failure) else None
            edit = CaseEdit(change, case, now, self.options)
            moved = chat
            if failure is not None:
                moved = self.say_safe_text(change, edit, chat, turn.seq, failure) if speaks else chat
            elif speaks:
                moved = self.queue_replies(change, chat, replies)
                moved = replace(moved, answered_seq=turn.seq, answered_at=now)
                if case is not None and referrals:
                    edit.happen(e.ReferralsGiven(now, tuple(referrals), chat_id))
            elif replies:
                change.feed("reply_dropped", chat_id=chat_id, seq=turn.seq, epoch=chat.epoch)
            if memory is not None and not turn.again and (speaks or turn.owner != "bot"):
                moved = replace(moved, memory=dict(memory))
            if suggestions:
                rows = [to_dict(item) for item in suggestions]
                change.remember(keys.suggestions(chat_id), {"seq": turn.seq, "items": rows}, DAY)
                change.feed("suggestions", chat_id=chat_id, seq=turn.seq)
            edit.write(chat_id)
            if moved != chat:
                self.write_chat(change, moved)
            else:
                # Nothing changes, but what was decided rests on the chat being as read.
                change.expect_version(keys.chat(chat_id), chat.version, "chat")
            return change, speaks or (turn.owner != "bot" and failure is None)

        try:
            for lost in range(RACES):
                change, result = await attempt()
                try:
                    if change is not None:
                        await self.commit(change)
                except Conflict as conflict:
                    if conflict.which == "lease":
                        return False  # another holder has it: nothing of ours was stored
                    await asyncio.sleep(0.001 * min(lost, 10))
                    continue
                return result
            raise StoreUnavailable("too many writers at once")
        finally:
            # Also when Redis was away: the lease then runs out by itself and the turn is handed out again.
            self._forget(shop_id, chat_id, turn.token)

    def let_go(self, turn: Turn) -> None:
        """Nothing will come of this turn here (the store was away meanwhile): it is handed out again when its
        lease has run out, not only after HOLD_LIMIT."""
        self._forget(turn.chat.shop_id, turn.chat.chat_id, turn.token)

    def _forget(self, shop_id: str, chat_id: str, token: int) -> None:
        held = getattr(self, "_held", {})
        entry = held.get((shop_id, chat_id))
        if entry is not None and entry[0].token == token:
            del held[(shop_id, chat_id)]

    def queue_replies(self, change: Change, chat: Chat, replies: Sequence[Reply]) -> Chat:
        """Write bot lines and their outbox commands; returns the chat with its new last_seq."""
        now, lines = self.clock(), []
        for offset, reply in enumerate(replies, 1):
            seq = chat.last_seq + offset
            key = f"message-{chat.chat_id}-{seq}"
            lines.append(
                Line(seq, now, "bot", reply.text, key, action=reply.action or None, strategy=reply.strategy,
                     status="queued", occurred_at=now, sender_id="bot")
            )  # fmt: skip
            payload = {"chat_id": chat.chat_id, "seq": seq, "text": reply.text, "epoch": chat.epoch}
            put_command(change, "message", f"chat:{chat.chat_id}", key, payload, now)
            change.feed("reply_queued", chat_id=chat.chat_id, seq=seq)
        if not lines:
            return chat
        self.write_lines(change, chat.chat_id, lines)
        if any(reply.action != "follow_up" for reply in replies):  # a greeting waits for no answer
            self.watch_silence(change, chat, now)
        return replace(chat, last_seq=lines[-1].seq)

    def say_safe_text(self, change: Change, edit: CaseEdit, chat: Chat, seq: int, reason: str) -> Chat:
        """The fixed text of the level, once for messages that come close together, and people are told."""
        now = edit.now
        alert = Alert(f"bot_failed-{chat.chat_id}", "bot_failed", chat.shop_id, chat.chat_id, now, chat.level)
        raise_alert(change, replace(alert, case_id=chat.case_id, detail=reason))
        if edit.case is not None:
            edit.happen(e.BotFailed(now, chat.chat_id, seq, reason))
        if now - chat.safe_at >= SAFE_PAUSE:
            text = safe_text(chat.level, chat.safe_count, bool(chat.talk.get("third_party")), chat.memory)
            chat = self.queue_replies(change, chat, [Reply(text, "safe_text")])
            chat = replace(chat, safe_count=chat.safe_count + 1, safe_at=now)
        return replace(chat, answered_seq=max(chat.answered_seq, seq))


def _turn(taken: Taken, chat: Chat) -> Turn:
    item = taken.item
    return Turn(
        chat, item["seq"], item["text"], item["verdict"], item["occurred_at"], item["accepted_at"], taken.item_id,
        taken.token, taken.tries, bool(item.get("again")),
    )  # fmt: skip


def _wanted(taken: Taken, chat: Chat) -> bool:
    """Whether anything is still owed for a queued message: an answer or suggestions, or, after a person took the
    chat back, words to go on with, for as long as the customer has said nothing newer and the person has the chat."""
    if taken.item.get("again"):
        return chat.owner == "human" and taken.item["seq"] == chat.last_customer_seq
    return bool(taken.item["seq"] > chat.answered_seq)
