"""The hold, seen from those it touches: explained, appealed, let go in one click, paid for; the buyer left in peace."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import replace

from bot.cases import events as e
from bot.cases.holds import FOR_MERCHANT, for_customer, may_move
from bot.cases.policy import is_on, may_release
from bot.cases.types import Case, Claim, ClaimState, Hold, JsonDict
from bot.store.effects import CaseEdit
from bot.store.errors import NotAllowed, NotFound
from bot.store.people import People, named, reasoned


class Holding(People):
    """Holds and claims by order."""

    async def hold_of_order(self, shop_id: str, order_id: str) -> tuple[Case, Hold]:
        """The case and the hold of an order; `NotFound` if it was never held."""
        async with self.guarded():
            case_id = await self.redis.hget(self.keys(shop_id).hold_case(), order_id)
        case = await self.case(shop_id, case_id) if case_id else None
        hold = case.hold(order_id) if case else None
        if case is None or hold is None:
            raise NotFound(f"order {order_id} is not on hold")
        return case, hold

    async def hold_explanation(self, shop_id: str, order_id: str) -> JsonDict:
        """Why an order waits: `customer` and `merchant` are texts to show to them as they are, without any
        suspicion in them; `desk` is for interventionists only: level, evidence (names of signals) and the rule.

        Also `state`, `since`, `expires_at` (unix seconds), `decided_by` ("" while no person has), `appealable`,
        `appeal` ("", open, granted, refused).
        """
        case, hold = await self.hold_of_order(shop_id, order_id)
        evidence = [name for step in case.history if step.at <= hold.requested_at for name in step.evidence]
        return {
            "order_id": order_id, "state": hold.state, "since": hold.requested_at, "expires_at": hold.expires_at,
            "decided_by": hold.by, "appealable": is_on(hold) and hold.appeal != "open", "appeal": hold.appeal,
            "customer": for_customer(hold), "merchant": FOR_MERCHANT,
            "desk": {
                "case_id": case.case_id, "level": case.level, "reason": hold.reason,
                "evidence": list(dict.fromkeys(evidence)), "order_status": hold.order_status,
                "appeal_by": hold.appeal_by, "appeal_reason": hold.appeal_reason,
            },
        }  # fmt: skip

    async def appeal_hold(self, shop_id: str, order_id: str, by: str, note: str = "") -> Hold:
        """The customer or the merchant asks for a second look: a person is told. A second appeal while one is
        open changes nothing. `by`: "customer", "merchant" or a name; `note` must not hold a customer's words."""
        case, _ = await self.hold_of_order(shop_id, order_id)

        def act(edit: CaseEdit, case: Case) -> None:
            hold = case.hold(order_id)
            if not is_on(hold):
                raise NotAllowed("The order is not on hold any more.")
            if hold is not None and hold.appeal != "open":
                edit.happen(e.HoldAppealed(edit.now, order_id, by, note))

        return _hold(await self._on_case(shop_id, case.case_id, act), order_id)

    async def refuse_appeal(self, shop_id: str, order_id: str, by: str, reason: str) -> Hold:
        """A named person looked again and keeps the hold. Granting an appeal is `release_hold`."""
        named(by)
        reasoned(reason)
        case, _ = await self.hold_of_order(shop_id, order_id)

        def act(edit: CaseEdit, case: Case) -> None:
            if _hold(case, order_id).appeal != "open":
                raise NotAllowed("Nobody has appealed against this hold.")
            edit.happen(e.AppealRefused(edit.now, order_id, by, reason))

        return _hold(await self._on_case(shop_id, case.case_id, act), order_id)

    async def release_holds(self, shop_id: str, case_id: str, by: str, reason: str) -> list[Hold]:
        """Let go of every order of a case that is still held, in one act. Returns those let go."""
        named(by)
        reasoned(reason)
        let_go: list[str] = []

        def act(edit: CaseEdit, case: Case) -> None:
            if not may_release(case, by):
                raise NotAllowed("From level 3 on only a person may release a hold.")
            let_go[:] = [hold.order_id for hold in case.holds if is_on(hold)]
            for order_id in let_go:
                edit.happen(e.HoldReleased(edit.now, order_id, by, reason))

        case = await self._on_case(shop_id, case_id, act)
        return [hold for hold in case.holds if hold.order_id in let_go]

    async def frozen(self, shop_id: str, customer_id: str) -> bool:
        """Whether marketing and payment reminders to this buyer must rest: a case is open or an order is held.

        Says no more than that, so that it may be answered to a platform as it is. Derived from the case on
        every call, so it can neither be forgotten nor left standing.
        """
        case = await self.case_of_customer(shop_id, customer_id)
        return case is not None and (case.status == "open" or any(is_on(hold) for hold in case.holds))

    # Claims
    async def draft_claim(self, shop_id: str, order_id: str, amount_fen: int, by: str, reason: str = "") -> Claim:
        """Write down what a hold costs the merchant, in fen; again while it is a draft: corrects the amount."""
        if isinstance(amount_fen, bool) or not 0 < amount_fen <= 100_000_000:
            raise NotAllowed("The amount is a whole number of fen above 0 and at most 1 000 000 yuan.")
        case, _ = await self.hold_of_order(shop_id, order_id)

        def act(edit: CaseEdit, case: Case) -> None:
            old = case.claim(order_id)
            if old is not None and old.state != "draft":
                raise NotAllowed("The claim was submitted already.")
            if old is None or (old.amount_fen, old.reason) != (amount_fen, reason):
                claim_id = f"claim-{order_id}"
                edit.happen(e.ClaimChanged(edit.now, claim_id, order_id, amount_fen, "draft", by, reason))

        return _claim(await self._on_case(shop_id, case.case_id, act), order_id)

    async def move_claim(
        self, shop_id: str, order_id: str, to: ClaimState, by: str, reason: str = "", reference: str = ""
    ) -> Claim:
        """Submit, pay or refuse a claim. Refusing needs a reason; repeating a move changes nothing."""
        named(by)
        if to == "refused":
            reasoned(reason)
        case, _ = await self.hold_of_order(shop_id, order_id)

        def act(edit: CaseEdit, case: Case) -> None:
            old = _claim(case, order_id)
            if old.state == to:
                return
            if not may_move(old.state, to):
                raise NotAllowed(f"A claim that is {old.state} cannot become {to}.")
            told = replace(old, reason=reason or old.reason)
            edit.happen(
                e.ClaimChanged(edit.now, old.claim_id, order_id, old.amount_fen, to, by, told.reason, reference)
            )

        return _claim(await self._on_case(shop_id, case.case_id, act), order_id)

    async def claims_page(
        self, shop_id: str, state: ClaimState | None = None, after: str = "", limit: int = 200
    ) -> tuple[list[JsonDict], str]:
        """At most `limit` claims of a shop after the claim `after`, the oldest first: the fields of `Claim` with
        `shop_id` and `case_id`. Second: what to give as `after` for the next page, "" when there is none."""
        keys, found = self.keys(shop_id), list[JsonDict]()
        async with self.guarded():
            if not after and await self.redis.zcard(keys.claim_order()) < await self.redis.hlen(keys.claims()):
                # Claims written down before there was an order of the books.
                known = [json.loads(row) for row in await self.redis.hvals(keys.claims())]
                times = {row["claim_id"]: row["created_at"] for row in known}
                await self.redis.zadd(keys.claim_order(), times, nx=True)
            place = await self.redis.zrank(keys.claim_order(), after) if after else -1
            if place is None:
                raise NotFound(f"no claim {after}")
            while len(found) < limit:
                ids = await self.redis.zrange(keys.claim_order(), place + 1, place + limit)
                rows = await self.redis.hmget(keys.claims(), ids) if ids else []
                for claim_id, row in zip(ids, rows, strict=True):
                    place, after = place + 1, claim_id
                    claim = json.loads(row) if row else {}
                    if claim and (state is None or claim["state"] == state):
                        found.append(claim)
                    if len(found) == limit:
                        break
                if len(ids) < limit and len(found) < limit:
                    return found, ""
            more = await self.redis.zcard(keys.claim_order()) > place + 1
        return found, after if more else ""

    async def claims(self, shop_id: str, state: ClaimState | None = None) -> AsyncIterator[JsonDict]:
        """All claims of a shop, the oldest first, read page by page."""
        after = ""
        while True:
            rows, after = await self.claims_page(shop_id, state, after)
            for row in rows:
                yield row
            if not after:
                return


def _hold(case: Case, order_id: str) -> Hold:
    hold = case.hold(order_id)
    if hold is None:
        raise NotFound(f"order {order_id} is not on hold")
    return hold


def _claim(case: Case, order_id: str) -> Claim:
    claim = case.claim(order_id)
    if claim is None:
        raise NotFound(f"no claim for order {order_id}")
    return claim
