"""Sends the outbox: one command at a time per lane, many lanes at once, again and again until confirmed."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import structlog

from actions.connectors import Caller, CallFailed, Mailer, Merchant, Pager
from bot.cases.person import person_id
from bot.cases.roster import Person, Roster
from bot.cases.types import Command
from bot.settings import Shop
from bot.store import Store, StoreError
from bot.store.change import Conflict
from bot.store.commands import CALLS, HOLDS, OUTBOX, work_of

LEASE = 8.0
"""Seconds a command is ours: longer than the longest call, so that no second worker sends it meanwhile."""
FIRST_WAIT, LONGEST_WAIT = 0.5, 30.0
LONGEST = {"page": 2.0, "mail": 4.0, "hold": 4.0}
"""A call for a person and a hold wait no longer than this between two tries: a minute counts. A pager that refuses
four calls in ten is tried eleven times in 20 s (0.4^11: a few in 100,000 come later); with 4 s it was eight times."""
TELL_AFTER = 60.0
"""Seconds without confirmation after which people are told; retrying goes on."""
AT_ONCE = {CALLS: 64, HOLDS: 32, OUTBOX: 16}
"""Lanes worked off at the same time, for each shop and queue by itself: a platform that takes five seconds for each
message must hold up neither the calls for people, nor its holds, nor another shop."""


def backoff(tries: int, longest: float = LONGEST_WAIT) -> float:
    """Seconds until the next try: doubling from half a second to `longest`, spread by half either way."""
    wait: float = min(longest, FIRST_WAIT * 2.0 ** min(tries - 1, 10))
    return wait * random.uniform(0.5, 1.5)


class Sender:
    """Takes due commands of all shops and carries them out.

    Args:
        shops: the connected shops by id.
        pager: where people are called; None if there is no paging address. mailer: the same by mail.
        roster: gives who is on call, asked anew at each call. timezone: in which its hours are meant.
        person_key: joins one person's cases in several shops; without it they stay apart.
    """

    def __init__(
        self,
        store: Store,
        caller: Caller,
        shops: Mapping[str, Shop],
        pager: Pager | None = None,
        *,
        mailer: Mailer | None = None,
        roster: Callable[[], Roster] = Roster,
        timezone: str = "Asia/Shanghai",
        person_key: bytes = b"",
    ) -> None:
        self._store = store
        self._caller = caller
        self._shops = shops
        self._pager = pager
        self._mailer = mailer
        self._roster = roster
        self._zone = ZoneInfo(timezone)
        self._person_key = person_key
        self._told: set[str] = set()
        self._log = structlog.get_logger("sender")

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop`; then what is on its way is finished."""
        running: dict[tuple[str, str], asyncio.Task[None]] = {}
        async with self._store.waking() as wait:
            while not stop.is_set():
                try:
                    busy = Counter((shop_id, work_of(lane)) for shop_id, lane in running)
                    for place in await self._store.due_commands(await self._store.shops(), max(AT_ONCE.values())):
                        queue = (place[0], work_of(place[1]))
                        if place not in running and busy[queue] < AT_ONCE[queue[1]]:
                            busy[queue] += 1
                            task = asyncio.create_task(self._lane(*place, stop))
                            running[place] = task
                            task.add_done_callback(lambda _, place=place: running.pop(place, None))  # type: ignore[misc]
                except StoreError:
                    self._log.warning("redis_away")
                await wait(0.25, stop)
        if running:
            await asyncio.wait(running.values(), timeout=LEASE)

    async def _lane(self, shop_id: str, lane: str, stop: asyncio.Event) -> None:
        """Work off a lane until it is empty or its head has to wait."""
        try:
            while not stop.is_set() and await self.send_next(shop_id, lane):
                pass
        except (StoreError, Conflict) as error:
            # Nothing is lost: the lease runs out and the command is taken again, under the same key.
            self._log.warning("lane_left", shop=shop_id, lane=lane, error=type(error).__name__)
        except Exception as error:  # noqa: BLE001 - one broken command must not stop the other lanes
            self._log.error("lane_failed", shop=shop_id, lane=lane, error=type(error).__name__)

    async def send_next(self, shop_id: str, lane: str) -> bool:
        """Carry out the head of a lane; True if the next one may follow at once."""
        command = await self._store.take_command(shop_id, lane, LEASE)
        if command is None:
            return False
        log = self._log.bind(shop=shop_id, kind=command.kind, command=command.command_id, tries=command.tries)
        if not await self._store.command_wanted(command):
            await self._store.drop_command(command, "no longer wanted")
            log.info("command_dropped")
            return True
        try:
            answer = await self._carry_out(command)
        except CallFailed as failure:
            return await self._failed(command, failure, log)
        await self._store.acknowledge(command, answer)
        self._told.discard(command.command_id)
        log.info("command_confirmed", **({"state": answer["state"]} if "state" in answer else {}))
        return True

    async def _failed(self, command: Command, failure: CallFailed, log: structlog.typing.FilteringBoundLogger) -> bool:
        refused = not failure.retryable
        if refused and command.kind == "message":
            # The platform will never take this one (closed chat, blocked words): the next ones must not wait for it.
            await self._store.drop_command(command, f"refused ({failure})")
            log.warning("message_refused", status=failure.status)
            return True
        age = self._store.clock() - command.created_at
        if (refused or age >= TELL_AFTER) and command.command_id not in self._told:
            await self._store.tell_undelivered(command, str(failure))
            self._told.add(command.command_id)
        wait = max(backoff(command.tries, LONGEST.get(command.kind, LONGEST_WAIT)), failure.retry_after or 0.0)
        await self._store.retry_command(command, min(wait, 300.0))
        log.warning("command_unconfirmed", why=str(failure), again_in=round(wait, 1))
        return False

    def _called(self, data: Mapping[str, Any]) -> tuple[Person, ...]:
        """Who is on call now for the audience of a call; a call `to` the one who has the case goes to them alone, if
        the roster knows them."""
        roster = self._roster()
        if own := tuple(person for person in roster.people if person.name == data.get("to")):
            return own
        return roster.called(str(data["audience"]), datetime.fromtimestamp(self._store.clock(), self._zone))

    async def _carry_out(self, command: Command) -> dict[str, str]:
        data = command.payload
        if command.kind == "page":
            if self._pager is None:
                raise CallFailed("no paging address is configured", True)
            people = [{"name": person.name, "phone": person.phone} for person in self._called(data)]
            await self._pager.page({**data, "shop_id": command.shop_id, "people": people}, command.key)
            return {}
        if command.kind == "mail":
            if self._mailer is None:
                raise CallFailed("no mail server is configured", True)
            addresses = [person.email for person in self._called(data) if person.email]
            await self._mailer.call({**data, "shop_id": command.shop_id}, addresses, command.key)
            return {}
        shop = self._shops.get(command.shop_id)
        if shop is None:
            raise CallFailed("the shop is not in the shops file", True)
        if command.kind == "link":
            if self._person_key:
                person = person_id(self._person_key, shop.platform, data["customer_id"])
                await self._store.link_person(command.shop_id, data["case_id"], person)
            return {}
        merchant = Merchant(self._caller, shop)
        if command.kind == "message":
            await merchant.message(data["chat_id"], data["text"], command.key)
            return {}
        if command.kind == "hold":
            state = await merchant.hold(
                data["order_id"], data["reason"], data["case_id"], data["expires_at"], command.key
            )
            return {"state": state}
        await merchant.release(data["order_id"], data["reason"], data["case_id"], command.key)
        return {}
