"""Commands to the outside: taken by a worker under a lease, sent, then acknowledged, retried or given up.

Messages of a chat share a lane, so they arrive in order; a hold and its release share the order's lane.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from bot.cases import events as e
from bot.cases import ladder
from bot.cases.codec import from_dict, to_dict
from bot.cases.ownership import may_speak
from bot.cases.policy import HIGH, is_on
from bot.cases.types import Alert, Case, Command, HoldState, Line
from bot.store.change import Change, dumps
from bot.store.commands import OUTBOX, WORKS, work_of
from bot.store.effects import CaseEdit, raise_alert
from bot.store.lanes import Taken
from bot.store.turns import Turns

MOVE = """
local ids = redis.call('LRANGE', KEYS[2], 0, -1)
for i = #ids, 1, -1 do
  redis.call('LPUSH', KEYS[6], ids[i])
  for at = 3, 4 do
    local row = redis.call('HGET', KEYS[at], ids[i])
    if row then redis.call('HSET', KEYS[at + 4], ids[i], row) end
    redis.call('HDEL', KEYS[at], ids[i])
  end
end
redis.call('DEL', KEYS[2])
redis.call('ZREM', KEYS[1], ARGV[1])
redis.call('ZADD', KEYS[5], 'NX', ARGV[2], ARGV[1])
return #ids
"""
HOLD_ANSWERS: tuple[HoldState, ...] = ("held", "intercepting", "intercepted", "too_late")


class Outbox(Turns):
    """The worker's side of what must happen in the world."""

    async def due_commands(self, shops: Iterable[str], limit: int = 50) -> list[tuple[str, str]]:
        """(shop, lane) pairs whose head may be sent now: calls for people first, then holds, then messages; of each
        queue and shop the `limit` that wait longest."""
        shops = list(shops)
        return [place for work in WORKS for place in await self.due_lanes(work, shops, limit)]

    async def move_commands(self) -> int:
        """Put calls and holds that an earlier version left among the messages into their own queues, before whatever
        waits there; returns how many. For a worker's start."""
        moved, script = 0, self.redis.register_script(MOVE)
        for shop_id in await self.shops():
            keys = self.keys(shop_id)
            async with self.guarded():
                for lane in await self.redis.zrange(keys.lanes(OUTBOX), 0, -1):
                    if (work := work_of(lane)) == OUTBOX:
                        continue
                    places = [
                        place
                        for one in (OUTBOX, work)
                        for place in (keys.lanes(one), keys.lane(one, lane), keys.items(one), keys.tries(one))
                    ]
                    moved += await script(keys=places, args=[lane, repr(self.clock())])
        return moved

    async def take_command(self, shop_id: str, lane: str, lease: float) -> Command | None:
        """The next command of a lane, leased for `lease` seconds (longer than the call may last)."""
        taken = await self.take(work_of(lane), shop_id, lane, lease)
        if taken is None:
            return None
        return from_dict(Command, {**taken.item, "shop_id": shop_id, "token": taken.token, "tries": taken.tries})

    async def command_wanted(self, command: Command) -> bool:
        """Whether a command is still to be carried out: not a bot message after a change of owner, not a hold
        that was released meanwhile."""
        payload = command.payload
        if command.kind == "message":
            chat = await self.chat(command.shop_id, payload["chat_id"])
            return chat is not None and may_speak(chat, payload["epoch"])
        if alert_id := payload.get("alert_id"):
            async with self.guarded():
                return bool(await self.redis.hexists(self.keys(command.shop_id).alerts(), alert_id))
        case = await self.case(command.shop_id, payload["case_id"])
        if command.kind == "hold":
            return case is not None and is_on(case.hold(payload["order_id"]))
        if to := payload.get("to"):
            return case is not None and case.accepted_by == to and ladder.words_due(case) is not None
        if command.kind in ("page", "mail"):
            # A call of a rung that has passed would only come between people and the latest one.
            return case is not None and ladder.waiting(case) and payload["rung"] >= case.rung
        return True

    async def retry_command(self, command: Command, delay: float) -> None:
        """Try again after `delay` seconds; the lane waits, so that order is kept."""
        change = Change(self.keys(command.shop_id))
        self.put_back(change, _taken(command), self.clock() + delay)
        await self.commit(change)

    async def drop_command(self, command: Command, why: str) -> None:
        """Take a command away unsent, and say so where people look."""
        await self._end(command, "dropped", why, None)

    async def acknowledge(self, command: Command, answer: Mapping[str, Any]) -> None:
        """The outside has confirmed a command; what it said becomes part of the record."""
        await self._end(command, "sent", "", answer)

    async def tell_undelivered(self, command: Command, why: str) -> None:
        """Put a command that does not get through before people; retrying goes on regardless."""
        if command.payload.get("alert") == "undelivered":
            return  # people were told that calls do not get through; to tell them of this one too would never end
        change = Change(self.keys(command.shop_id))
        raise_alert(change, await self._undelivered(command, why))
        await self.commit(change)

    async def _end(self, command: Command, status: str, why: str, answer: Mapping[str, Any] | None) -> None:
        shop_id, payload = command.shop_id, command.payload

        async def attempt() -> tuple[Change | None, None]:
            change = Change(self.keys(shop_id))
            if await self._gone(command):
                return None, None
            self.finish(change, _taken(command))
            if command.kind == "message":
                await self._mark_line(change, shop_id, payload, status)
                change.feed("reply_" + status, chat_id=payload["chat_id"], seq=payload["seq"])
                if status == "dropped" and why.startswith("refused"):
                    raise_alert(change, await self._undelivered(command, why))
            elif answer is not None:
                case = await self.case(shop_id, payload["case_id"]) if payload["case_id"] else None
                edit = CaseEdit(change, case, self.clock(), self.options)
                if command.kind == "hold":
                    self.note_hold(change, edit, payload["order_id"], str(answer.get("state", "")))
                elif _rang_for(command, case):
                    edit.happen(e.EscalationOffered(self.clock(), str(payload.get("audience", "desk"))))
                edit.write()
            return change, None

        await self.decide(attempt)

    async def _undelivered(self, command: Command, why: str) -> Alert:
        """The alert for a command that does not get through, as grave as what it was for."""
        payload = command.payload
        chat = await self.chat(command.shop_id, payload["chat_id"]) if payload.get("chat_id") else None
        case = await self.case(command.shop_id, payload["case_id"]) if payload.get("case_id") else None
        level = max(chat.level if chat else 0, case.level if case else 0)
        return Alert(
            f"undelivered-{command.lane}", "undelivered", command.shop_id, chat.chat_id if chat else "", self.clock(),
            level, payload.get("case_id"), f"{command.kind}: {why}",
        )  # fmt: skip

    async def _gone(self, command: Command) -> bool:
        """Whether our lease is lost: then whoever has it now will end the command."""
        token = None
        async with self.guarded():
            token = await self.redis.hget(self.keys(command.shop_id).leases(work_of(command.lane)), command.lane)
        return bool(token != str(command.token))

    def note_hold(self, change: Change, edit: CaseEdit, order_id: str, state: str) -> None:
        """What the platform says of a hold. A hold that came too late is brought before people at once."""
        case = edit.case
        hold = case.hold(order_id) if case else None
        if case is None or not is_on(hold) or hold is None or hold.state == state or state not in HOLD_ANSWERS:
            return
        edit.happen(e.HoldChanged(edit.now, order_id, state))
        if state == "too_late":
            chat_id = case.chats[-1] if case.chats else ""
            alert = Alert(f"too_late-{order_id}", "hold_too_late", case.shop_id, chat_id, edit.now, case.level)
            raise_alert(change, replace(alert, case_id=case.case_id, detail=order_id))

    async def _mark_line(self, change: Change, shop_id: str, payload: Mapping[str, Any], status: str) -> None:
        key, index = change.keys.lines(payload["chat_id"]), payload["seq"] - 1
        async with self.guarded():
            row = await self.redis.lindex(key, index)
        if row:
            line = replace(from_dict(Line, json.loads(row)), status=status)
            change.do("LSET", key, index, dumps(to_dict(line)))

    async def hold_unconfirmed(self, change: Change, edit: CaseEdit, order_id: str) -> None:
        """A minute without the platform's word on a hold: mark it and tell people; retrying goes on."""
        case = edit.case
        hold = case.hold(order_id) if case else None
        if case is None or hold is None or hold.state != "requested":
            return
        edit.happen(e.HoldChanged(edit.now, order_id, "failed"))
        chat_id = case.chats[-1] if case.chats else ""
        alert = Alert(f"hold-{order_id}", "hold_unconfirmed", case.shop_id, chat_id, edit.now, max(case.level, HIGH))
        raise_alert(change, replace(alert, case_id=case.case_id, detail=order_id))


def _taken(command: Command) -> Taken:
    return Taken(
        command.shop_id, work_of(command.lane), command.lane, command.command_id, {}, command.token, command.tries
    )


def _rang_for(command: Command, case: Case | None) -> bool:
    """Whether a confirmed call was the case's own, so that the case has been put before someone."""
    ours = command.kind in ("page", "mail") and "alert_id" not in command.payload
    return ours and case is not None and case.escalation == "requested"
