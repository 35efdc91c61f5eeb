"""What only a named person does to a case: accept, lower, close; see an alert."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from bot.cases import events as e
from bot.cases.alarms import KINDS
from bot.cases.codec import from_dict
from bot.cases.policy import lowered_talk
from bot.cases.types import Alert, Case, Hold
from bot.store.base import parse_case
from bot.store.change import Change
from bot.store.effects import CaseEdit, drop_alert
from bot.store.errors import NotAllowed, NotFound
from bot.store.intentions import Intentions

NOBODY = ("", "bot", "reading", "system")


class People(Intentions):
    """The desk's side of the store."""

    async def _on_case(
        self, shop_id: str, case_id: str, act: Callable[[CaseEdit, Case], None], talk_level: int | None = None
    ) -> Case:
        """Run `act` on a case and commit; with `talk_level` the case's chats are set to that level as well."""
        keys = self.keys(shop_id)

        async def attempt() -> tuple[Change | None, Case]:
            case = await self.case(shop_id, case_id)
            if case is None:
                raise NotFound(f"no case {case_id}")
            change = Change(keys)
            edit = CaseEdit(change, case, self.clock(), self.options)
            act(edit, case)
            if not edit.happened:
                return None, case
            after = edit.write(case.chats[-1] if case.chats else "") or case
            for chat_id in case.chats if talk_level is not None else ():
                chat = await self.chat(shop_id, chat_id)
                if chat is not None and talk_level is not None and chat.level > talk_level:
                    talk = lowered_talk(chat.talk, talk_level)
                    self.write_chat(
                        change, replace(chat, level=talk_level, talk=talk, talk_version=chat.talk_version + 1)
                    )
                    change.feed("level", chat_id=chat_id, level=talk_level, before=chat.level)
            return change, after

        return await self.decide(attempt)

    async def offer_case(self, shop_id: str, case_id: str, to: str) -> Case:
        """The call was put before someone. It keeps getting louder until it is accepted."""

        def act(edit: CaseEdit, case: Case) -> None:
            if case.status == "open" and case.escalation == "requested":
                edit.happen(e.EscalationOffered(edit.now, to))

        return await self._on_case(shop_id, case_id, act)

    async def accept_case(self, shop_id: str, case_id: str, by: str) -> Case:
        """A named person takes the case; the ladder falls silent. The first to accept has it."""
        named(by)

        def act(edit: CaseEdit, case: Case) -> None:
            if case.status == "closed":
                raise NotAllowed("The case is closed.")
            if case.escalation != "accepted":
                edit.happen(e.EscalationAccepted(edit.now, by))

        return await self._on_case(shop_id, case_id, act)

    async def reassign_case(self, shop_id: str, case_id: str, by: str, to: str, reason: str = "") -> Case:
        """Give a case to `to`, or take it over (`by` is `to`). Giving it away needs a reason and that somebody has
        accepted it: only an acknowledgement makes the call quiet. The receiver must speak to the customer in time,
        or the call is open again."""
        named(by)
        named(to)
        if by != to:
            reasoned(reason)

        def act(edit: CaseEdit, case: Case) -> None:
            if case.status == "closed":
                raise NotAllowed("The case is closed.")
            if case.escalation != "accepted" and by != to:
                raise NotAllowed("Nobody has accepted the case yet. Accept it first, then give it on.")
            if case.escalation != "accepted":
                edit.happen(e.EscalationAccepted(edit.now, by))
            elif case.accepted_by != to:
                edit.happen(e.CaseReassigned(edit.now, by, to, reason, case.accepted_by))

        return await self._on_case(shop_id, case_id, act)

    async def close_case(self, shop_id: str, case_id: str, by: str, disposition: str, reason: str) -> Case:
        """A named person closes the case with a disposition and a reason; the chats are read anew from level 0.
        Holds stay until released; greetings that were promised are kept."""
        named(by)
        reasoned(disposition and reason)

        def act(edit: CaseEdit, case: Case) -> None:
            if case.status == "open":
                edit.happen(e.CaseClosed(edit.now, by, disposition, reason))

        return await self._on_case(shop_id, case_id, act, talk_level=0)

    async def lower_level(self, shop_id: str, case_id: str, by: str, level: int, reason: str) -> Case:
        """A named person lowers the level, with a reason; what was read before no longer raises it by itself."""
        named(by)
        reasoned(reason)
        if not 0 <= level <= 4:
            raise NotAllowed("A level is a number from 0 to 4.")

        def act(edit: CaseEdit, case: Case) -> None:
            if level >= case.level:
                raise NotAllowed(f"The case is at level {case.level}; only a lower one can be set.")
            edit.happen(e.LevelLowered(edit.now, level, by, reason))

        return await self._on_case(shop_id, case_id, act, talk_level=level)

    # Reading
    async def holds(self, shop_id: str, case_id: str) -> list[Hold]:
        """All holds of a case, whatever their state."""
        case = await self.case(shop_id, case_id)
        return list(case.holds) if case else []

    async def cases(self, shop_id: str, limit: int = 100, waiting: bool = False) -> list[Case]:
        """Open cases, the most dangerous first, among equals who has asked longest ago; `waiting`: only those that
        nobody has accepted."""
        keys = self.keys(shop_id)
        async with self.guarded():
            ids = await self.redis.zrevrange(keys.waiting_cases() if waiting else keys.open_cases(), 0, limit - 1)
            pipe = self.redis.pipeline(transaction=False)
            for case_id in ids:
                pipe.hmget(keys.case(case_id), "v", "d")
            rows = await pipe.execute() if ids else []
        return [case for row in rows if (case := parse_case(row)) is not None]

    async def case_counts(self, shop_id: str) -> tuple[dict[int, int], int]:
        """How many open cases there are by level, and how many of all of them wait for a person."""
        keys = self.keys(shop_id)
        async with self.guarded():
            pipe = self.redis.pipeline(transaction=False)
            for level in range(5):  # a score is level * 1e11 less a time, which is far below 1e11
                pipe.zcount(keys.open_cases(), f"({(level - 1) * 1e11}", level * 1e11)
            pipe.zcard(keys.waiting_cases())
            *counts, waiting = await pipe.execute()
        return {level: int(count) for level, count in enumerate(counts) if count}, int(waiting)

    async def case_events(self, shop_id: str, case_id: str, limit: int = 1000) -> list[dict[str, Any]]:
        """The audit trail of a case, oldest first; each event with its `id` and `type`."""
        async with self.guarded():
            rows = await self.redis.xrange(self.keys(shop_id).case_events(case_id), count=limit)
        return [{"id": event_id, **json.loads(fields["e"])} for event_id, fields in rows]

    async def alerts(self, shop_id: str, limit: int = 100) -> list[Alert]:
        """Open alerts, the gravest first, among equals the oldest."""
        keys = self.keys(shop_id)
        async with self.guarded():
            ids = await self.redis.zrange(keys.alert_order(), 0, limit - 1)
            rows = await self.redis.hmget(keys.alerts(), ids) if ids else []
        return [from_dict(Alert, json.loads(row)) for row in rows if row]

    async def alert_counts(self, shop_id: str) -> tuple[dict[str, int], float]:
        """How many alerts are open by kind, and since when the oldest is (0.0: none); counted in Redis, not read."""
        keys = self.keys(shop_id)
        async with self.guarded():
            pipe = self.redis.pipeline(transaction=False)
            for kind in KINDS:
                pipe.zlexcount(keys.alert_kinds(), f"[{kind}|", f"({kind}}}")  # "}" is the sign after "|"
            for level in range(5):  # a score is a time, which is far below 1e11, less level * 1e11
                base = -level * 1e11
                pipe.zrangebyscore(keys.alert_order(), base, f"({base + 1e11}", start=0, num=1, withscores=True)
            found = await pipe.execute()
        counts = {kind: int(number) for kind, number in zip(KINDS, found, strict=False) if number}
        times = [row[0][1] + level * 1e11 for level, row in enumerate(found[len(KINDS) :]) if row]
        return counts, min(times, default=0.0)

    async def see_alert(self, shop_id: str, alert_id: str, by: str) -> None:
        """A named person has seen an alert; it leaves the list. Danger is answered by accepting the case."""
        named(by)
        change = Change(self.keys(shop_id))
        drop_alert(change, alert_id)
        change.feed("alert_seen", alert_id=alert_id, by=by)
        await self.commit(change)


def named(by: str) -> None:
    """Refuse everyone but a named person."""
    if by.strip().lower() in NOBODY:
        raise NotAllowed("Only a named person may do this.")


def reasoned(reason: str) -> None:
    """Refuse an act without a reason."""
    if not reason.strip():
        raise NotAllowed("A reason is needed.")
