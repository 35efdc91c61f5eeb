"""Help from outside: who was told, who confirmed, and the address shown to the person who calls."""

from __future__ import annotations

from bot.cases import events as e
from bot.cases.policy import HIGH
from bot.cases.types import Case, JsonDict
from bot.privacy.vault import VaultError, vault
from bot.store.base import parse_orders
from bot.store.effects import CaseEdit
from bot.store.errors import NotAllowed, NotFound
from bot.store.holding import Holding
from bot.store.people import named, reasoned
from bot.store.raising import first_words


class Aid(Holding):
    """Contacts, words outside the chat, the address card. Each the act of a named person."""

    async def add_contact(
        self, shop_id: str, case_id: str, by: str, whom: str, told: str, confirmed: bool = False, responder: str = ""
    ) -> Case:
        """Record that a person told someone outside, and what. `whom`: police, ambulance, family, community, …;
        "customer" for a telephone talk with the customer. `confirmed`: `responder` said help has reached them."""
        named(by)
        reasoned(told)

        def act(edit: CaseEdit, case: Case) -> None:
            edit.happen(e.ContactMade(edit.now, by, whom, told, confirmed, responder))

        return await self._on_case(shop_id, case_id, act)

    async def confirm_contact(self, shop_id: str, case_id: str, number: int, by: str, responder: str) -> Case:
        """A responder (name, badge or call number) said that help has reached the customer. Once per contact."""
        named(by)
        reasoned(responder)

        def act(edit: CaseEdit, case: Case) -> None:
            contact = next((item for item in case.contacts if item.number == number), None)
            if contact is None:
                raise NotFound(f"the case has no contact {number}")
            if not contact.confirmed:
                edit.happen(e.ContactConfirmed(edit.now, number, by, responder))

        return await self._on_case(shop_id, case_id, act)

    async def note_words(self, shop_id: str, case_id: str, by: str, how: str = "phone") -> Case:
        """A person spoke to the customer outside the chat; nobody is waited for any longer."""
        named(by)
        return await self._on_case(shop_id, case_id, lambda edit, _: first_words(edit, by, "", how))

    async def address_card(self, shop_id: str, case_id: str, by: str, reason: str) -> JsonDict:
        """Where the customer can be found, for the person who calls help: `{"case_id", "customer_id", "cards":
        [{"order_id", "title", "status", "city", "name", "phone", "address"}]}`, the latest orders first.

        Shown only while the case is open at level 3 or 4 (PIPL art. 13: to protect life in an emergency), to a
        named person with a stated reason. That it was shown is on record before it is shown; without the
        record there is no card.
        """
        named(by)
        reasoned(reason)
        found: list[JsonDict] = []
        case = await self.case(shop_id, case_id)
        if case is None:
            raise NotFound(f"no case {case_id}")
        if case.status == "open" and case.level >= HIGH:
            found = await self._cards(shop_id, case)

        def act(edit: CaseEdit, case: Case) -> None:
            if case.status != "open" or case.level < HIGH:
                raise NotAllowed("The address is shown only while a case is open at level 3 or 4.")
            edit.happen(e.AddressShown(edit.now, by, reason, tuple(card["order_id"] for card in found)))

        await self._on_case(shop_id, case_id, act)
        return {"case_id": case_id, "customer_id": case.customer_id, "cards": found}

    async def _cards(self, shop_id: str, case: Case) -> list[JsonDict]:
        keys = self.keys(shop_id)
        async with self.guarded():
            pipe = self.redis.pipeline(transaction=False)
            for chat_id in case.chats:
                pipe.hgetall(keys.chat_orders(chat_id))
            pipe.hgetall(keys.customer_orders(case.customer_id))
            orders = {order["order_id"]: order for order in parse_orders(*await pipe.execute())}
            orders.update({hold.order_id: {"order_id": hold.order_id} for hold in case.holds
                           if hold.order_id not in orders})  # fmt: skip
            pipe = self.redis.pipeline(transaction=False)
            for order_id in orders:
                pipe.get(keys.address(order_id))
            rows = await pipe.execute() if orders else []
        cards = []
        for order, row in zip(orders.values(), rows, strict=True):
            if row:
                told = {name: order.get(name, "") for name in ("order_id", "title", "status", "city")}
                place = keys.address(str(order["order_id"]))
                cards.append({**told, "name": "", "phone": "", "address": "", **_opened(place, row)})
        return cards[::-1]


def _opened(place: str, sealed: str) -> dict[str, str]:
    try:
        return vault().unseal(place, sealed)
    except VaultError as error:
        raise NotAllowed(f"The address cannot be opened: {error}. Ask the platform for it.") from None
