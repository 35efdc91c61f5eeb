"""One person in several shops: the second step after a case has changed, and what it tells the other cases.

A shop's data is one slot of Redis, a person's link record another, so this cannot be part of the change
itself (docs/decisions/0012, 0014). It is a command in the outbox: repeated until it is through, harmless
when repeated, and in whatever order it arrives the newest word stands.
"""

from __future__ import annotations

import json
from dataclasses import replace

from bot.cases import events as e
from bot.cases.codec import from_dict, to_dict
from bot.cases.person import entry_of, is_news
from bot.cases.types import Case, Linked
from bot.store.aid import Aid
from bot.store.change import dumps
from bot.store.effects import CaseEdit
from bot.store.errors import NotFound
from bot.store.keys import PERSON_SECONDS, person

ENTER = """
local old = redis.call('HGET', KEYS[1], ARGV[1])
if not old or cjson.decode(old).seq < tonumber(ARGV[3]) then redis.call('HSET', KEYS[1], ARGV[1], ARGV[2]) end
redis.call('EXPIRE', KEYS[1], ARGV[4])
return redis.call('HGETALL', KEYS[1])
"""


class Links(Aid):
    """Linking the cases of one person."""

    async def link_person(self, shop_id: str, case_id: str, person_id: str) -> list[Linked]:
        """Enter a case in its person's record and tell every case of that person in other shops of the others.

        Returns the entries of the other shops. Safe to repeat, and safe beside another worker doing the same:
        each enters first and reads then, so of two new cases at least the later one sees both.
        """
        case = await self.case(shop_id, case_id)
        if case is None:
            return []
        mine = replace(entry_of(case), at=self.clock())
        others = [item for item in await self._enter(person_id, mine) if item.shop_id != shop_id]
        for other in others:
            try:
                await self._tell(other.shop_id, other.case_id, mine)
            except NotFound:  # the other case was erased: the person's record follows
                async with self.guarded():
                    await self.redis.hdel(person(person_id), _field(other))
                continue
            await self._tell(shop_id, case_id, other)
        return others

    async def _enter(self, person_id: str, mine: Linked) -> list[Linked]:
        async with self.guarded():
            script = self.redis.register_script(ENTER)
            flat = await script(
                keys=[person(person_id)], args=[_field(mine), dumps(to_dict(mine)), mine.seq, PERSON_SECONDS]
            )
        return [_linked(row) for row in flat[1::2]]

    async def _tell(self, shop_id: str, case_id: str, entry: Linked) -> Case:
        def act(edit: CaseEdit, case: Case) -> None:
            if is_news(case, entry):
                edit.happen(
                    e.CaseLinked(
                        edit.now, entry.shop_id, entry.case_id, entry.level, entry.peak, entry.status, entry.seq
                    )
                )

        return await self._on_case(shop_id, case_id, act)


def _field(entry: Linked) -> str:
    return f"{entry.shop_id}|{entry.case_id}"


def _linked(row: str) -> Linked:
    return from_dict(Linked, json.loads(row))
