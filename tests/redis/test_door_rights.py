"""Who may use which route: every route of the door has its row here, or this fails."""

from __future__ import annotations

import itertools
import re
from pathlib import Path
from typing import Any

import pytest

from channels.server import create_app
from tests.redis.desk_kit import Person
from tests.redis.door_kit import PASSWORDS, SECRETS, Engineer, Words, write_settings

SEES = {"agent", "interventionist", "auditor", "admin"}
TALKS = {"agent", "interventionist"}
HELPS = {"interventionist"}
READS_NOTES = {"interventionist", "auditor"}
TRAINS = {"trainer", "admin"}
EVERYONE = set(PASSWORDS)

#: Not for people: signed by a shop, or open to whoever reaches the port.
SIGNED = {
    ("POST", "/webhooks/merchant/events"), ("GET", "/api/v1/chats/{shop_id}/{chat_id}"),
    ("GET", "/api/v1/customers/{shop_id}/{customer_id}/frozen"), ("GET", "/api/v1/orders/{shop_id}/{order_id}/hold"),
    ("POST", "/api/v1/appeals"),
}  # fmt: skip
OPEN = {
    ("GET", "/health/live"), ("GET", "/health/ready"), ("GET", "/metrics"), ("POST", "/api/console/login"),
    ("GET", "/console"), ("GET", "/console/"), ("GET", "/console/{name}"), ("GET", "/console/assets/{name}"),
}  # fmt: skip
#: Route → (body, who may). More than one where the body decides.
CHAT, CASE, ORDER = "/chats/{shop_id}/{chat_id}", "/cases/{shop_id}/{case_id}", "{shop_id}/{order_id}"
CONSOLE: dict[tuple[str, str], list[tuple[dict[str, Any], set[str]]]] = {
    ("GET", "/me"): [({}, EVERYONE)],
    ("POST", "/logout"): [({}, EVERYONE)],
    ("GET", "/me/care"): [({}, EVERYONE)],
    ("POST", "/me/rest"): [({}, EVERYONE)],
    ("GET", "/chats"): [({}, SEES)],
    ("GET", CHAT): [({}, SEES)],
    ("GET", CHAT + "/hotlines"): [({}, SEES)],
    ("GET", CHAT + "/lines/{seq}/why"): [({}, SEES)],
    ("POST", CHAT + "/presence"): [({}, SEES)],
    ("POST", CHAT + "/takeover"): [({}, TALKS)],
    ("POST", CHAT + "/giveback"): [({}, TALKS)],
    ("POST", CHAT + "/messages"): [({"text": "您好"}, TALKS)],
    ("POST", CHAT + "/hold"): [({"reason": "x"}, TALKS)],
    # The chat is at level 3: there only an interventionist lets an order go.
    ("POST", CHAT + "/orders/{order_id}/release"): [({"reason": "x"}, HELPS)],
    ("POST", CHAT + "/escalate"): [({"reason": "x", "urgency": "now"}, TALKS)],
    ("POST", CHAT + "/steer"): [({"wish": "stay"}, HELPS)],
    ("GET", "/phrases/{shop_id}"): [({}, TRAINS)],
    ("POST", "/phrases/{shop_id}"): [({"text": "五点前付的款当天发出。", "kind": "service", "when": ["发货"]}, TRAINS)],
    ("POST", "/phrases/{shop_id}/{phrase_id}/remove"): [({}, TRAINS)],
    ("GET", "/proposals/{shop_id}"): [({}, TRAINS)],
    ("POST", "/proposals/{shop_id}/{proposal_id}"): [({"decision": "dropped"}, TRAINS)],
    ("GET", "/desk"): [({}, SEES)],
    ("GET", "/library"): [({}, SEES)],
    ("GET", "/overview/{shop_id}"): [({}, SEES)],
    ("GET", "/events/{shop_id}"): [({}, SEES)],
    ("GET", "/live"): [({}, SEES)],
    ("GET", "/cases/{shop_id}"): [({}, SEES)],
    ("GET", CASE): [({}, SEES)],
    ("GET", CASE + "/events"): [({}, READS_NOTES)],
    ("POST", CASE + "/accept"): [({}, HELPS)],
    ("POST", CASE + "/shift"): [({}, HELPS)],
    ("POST", CASE + "/reassign"): [({"to": "interventionist1", "reason": "x"}, HELPS)],
    ("POST", CASE + "/contacts"): [({"whom": "family", "told": "x"}, HELPS)],
    ("POST", CASE + "/contacts/{number}/confirm"): [({"responder": "x"}, HELPS)],
    ("POST", CASE + "/words"): [({"how": "phone"}, HELPS)],
    ("POST", CASE + "/address"): [({"reason": "x"}, HELPS)],
    ("POST", CASE + "/release"): [({"reason": "x"}, HELPS)],
    ("POST", CASE + "/lower"): [({"level": 1, "reason": "x"}, HELPS)],
    ("POST", CASE + "/close"): [({"disposition": "other", "reason": "x"}, HELPS)],
    ("GET", "/colleagues"): [({}, HELPS)],
    ("POST", "/alerts/{shop_id}/{alert_id}/seen"): [({}, TALKS)],
    ("GET", "/holds/" + ORDER): [({}, SEES)],
    ("POST", "/holds/" + ORDER + "/appeal"): [({"by": "customer"}, TALKS)],
    ("POST", "/holds/" + ORDER + "/refuse"): [({"reason": "x"}, HELPS)],
    ("GET", "/claims/{shop_id}"): [({}, SEES)],
    ("POST", "/claims/" + ORDER): [({"amount_fen": 100}, TALKS)],
    ("POST", "/claims/" + ORDER + "/move"): [
        ({"to": "submitted"}, TALKS), ({"to": "paid"}, {"admin"}), ({"to": "refused", "reason": "x"}, {"admin"}),
    ],
}  # fmt: skip
PREFIX = "/api/console"
_keys = itertools.count(1)


def served(tmp_path: Path) -> set[tuple[str, str]]:
    """Method and path of every route of the door, as the router has them."""
    app = create_app(write_settings(tmp_path, "redis://127.0.0.1:9/0"), talk_reader=Words())
    return {
        (method, "/" + re.sub(r"<(\w+):\w+>", r"{\1}", route.path))
        for route in app.router.routes
        for method in route.methods
    }


def test_every_route_says_who_may_use_it(tmp_path: Path) -> None:
    """A new route would be open to whoever finds it."""
    known = SIGNED | OPEN | {(method, PREFIX + path) for method, path in CONSOLE}
    assert served(tmp_path) == known


def real(path: str, case_id: str) -> str:
    """The path with a shop, chat, order and case that are there."""
    names = {"shop_id": "demo", "chat_id": "c1", "order_id": "A1", "customer_id": "u1", "case_id": case_id,
             "alert_id": "nope", "number": "1", "phrase_id": "nope", "proposal_id": "nope", "seq": "1"}  # fmt: skip
    # Auditors and admins say why they open a chat in danger.
    return path.format(**names) + ("?reason=x" if path in (CHAT, CHAT + "/lines/{seq}/why") else "")


async def status_of(person: Person, method: str, path: str, body: dict[str, Any], **headers: str) -> int:
    sent = {"X-CSRF-Token": person.csrf, "Idempotency-Key": f"r{next(_keys)}", **headers}
    sent = {name: value for name, value in sent.items() if value}
    data = {"json": body} if method == "POST" else {}
    # Only the status: a stream of events has no end.
    async with person.http.request(method, person.url + path, headers=sent, **data) as answer:  # type: ignore[arg-type]
        return answer.status


@pytest.fixture
async def case_id(shop: Engineer) -> str:
    """A case at level 3 with a held order."""
    order = {"order_id": "A1", "status": "paid", "title": "x", "category": "农药", "customer_id": "u1"}
    await shop.post({**shop.message(), "type": "order.updated", "order": order})
    await shop.say("难过 3")
    _, view = await shop.read("/api/v1/chats/demo/c1")
    return str(view["case"]["id"])


@pytest.mark.parametrize(("method", "path"), CONSOLE)
async def test_each_role_gets_only_its_own_routes(
    shop: Engineer, people: dict[str, Person], case_id: str, method: str, path: str
) -> None:
    """A trainer could read a crisis, an auditor write to a customer, an agent close a case."""
    place = PREFIX + real(path, case_id)
    for body, allowed in CONSOLE[method, path]:
        for role, person in people.items():
            status = await status_of(person, method, place, body)
            if role == "stranger":
                assert status == 401
            elif role in allowed:
                assert status in (200, 201, 202, 404, 409, 502), role
            else:
                assert status == 403, role


async def test_no_command_without_the_token_of_its_session(
    shop: Engineer, people: dict[str, Person], case_id: str
) -> None:
    """A form on another site would act in a colleague's name."""
    for (method, path), rows in CONSOLE.items():
        place, (body, allowed) = PREFIX + real(path, case_id), rows[0]
        person = people[sorted(allowed - {"trainer"})[0]]
        if method == "POST":
            for wrong in ("", "x", people["trainer"].csrf):
                assert await status_of(person, method, place, body, **{"X-CSRF-Token": wrong}) == 403, path
            assert await status_of(person, method, place, body, **{"Idempotency-Key": ""}) == 400, path


@pytest.mark.parametrize(("method", "path"), sorted(SIGNED))
async def test_a_logged_in_person_is_no_platform(
    shop: Engineer, people: dict[str, Person], case_id: str, method: str, path: str
) -> None:
    """A colleague, or another shop, would speak in a shop's name."""
    body = {"shop_id": "demo", "order_id": "A1", "by": "customer"}
    assert await status_of(people["admin"], method, real(path, case_id), body) == 401
    if method == "GET":
        assert (await shop.read(real(path, case_id)))[0] == 200
        assert (await shop.read(real(path, case_id), SECRETS["other"]))[0] == 401
        assert (await shop.read(real(path, case_id), signed="/api/v1/chats/demo/c2"))[0] == 401
