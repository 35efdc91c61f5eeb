"""The door against its own document: made-up requests of every route, right and wrong ones, by schemathesis."""

from __future__ import annotations

import asyncio
import itertools
import os
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS

from channels.signing import DELIVERY_HEADER, signed_headers
from tests.redis.desk_kit import Person
from tests.redis.door_kit import PASSWORDS, SECRETS, Engineer
from tests.redis.test_door_rights import CONSOLE, PREFIX

DOCUMENT = schemathesis.openapi.from_path(Path(__file__).parents[2] / "docs/openapi.yaml")
EXAMPLES = int(os.environ.get("ZAOAN_CONTRACT_EXAMPLES", "12"))
"""Requests to each route: few enough for every run; a hundred and more before a release."""
#: These answer with a stream that has no end; their tests are in test_door_console and test_door_desk.
ENDLESS = {"/api/console/events/{shop_id}", "/api/console/live"}
#: Answers of 500 and above that are right here: no platform listens, no worker runs.
AWAY = {"/api/console/chats/{shop_id}/{chat_id}/messages": 502, "/health/ready": 503}
WANTED = ("status_code_conformance", "content_type_conformance", "response_headers_conformance",
          "response_schema_conformance")  # fmt: skip
PLACES = {"shop_id": "demo", "chat_id": "c1", "order_id": "A1", "customer_id": "u1", "number": 1, "seq": 1}
OPERATIONS = [result.ok() for result in DOCUMENT.get_all_operations()]
_keys = itertools.count(1)


class Caller:
    """Sends what schemathesis makes up as somebody who is logged in, or as a shop that signs."""

    def __init__(self, url: str, role: str) -> None:
        self.url, self.http, self.role = url, requests.Session(), role
        self.http.headers["Connection"] = "close"

    def log_in(self) -> None:
        body = {"name": f"{self.role}1", "password": PASSWORDS[self.role]}
        self.csrf = self.http.post(self.url + "/api/console/login", json=body, timeout=10).json()["csrf"]

    def send(self, case: Any) -> requests.Response:
        kwargs = case.as_transport_kwargs(base_url=self.url)
        cookies = {**(kwargs.pop("cookies", None) or {}), **self.http.cookies.get_dict()}
        request = requests.Request(**kwargs, cookies=cookies).prepare()
        if case.operation.path.startswith("/api/console"):
            request.headers.update({"X-CSRF-Token": self.csrf, "Idempotency-Key": f"s{next(_keys)}"})
        else:
            body = request.body if isinstance(request.body, bytes) else (request.body or "").encode()
            signed = body if request.method == "POST" else str(request.path_url).encode()
            request.headers.update(signed_headers(SECRETS["demo"], int(time.time()), signed))
            request.headers[DELIVERY_HEADER] = f"d{next(_keys)}"
        return self.http.send(request, timeout=15, allow_redirects=False)


def made_up(operation: Any, case_id: str) -> st.SearchStrategy[Any]:
    """Requests by the document, requests against it, and requests about what is really there."""
    there = {**PLACES, "case_id": case_id}
    named = {name: value for name, value in there.items() if f"{{{name}}}" in operation.path}
    right = operation.as_strategy(generation_mode=GenerationMode.POSITIVE)
    real = operation.as_strategy(generation_mode=GenerationMode.POSITIVE, path_parameters=named)
    found = [right, real.map(lambda case: _at_home(case, there))]
    if operation.body or operation.query or operation.path_parameters:
        found.append(operation.as_strategy(generation_mode=GenerationMode.NEGATIVE))
    return st.one_of(*found)


def _at_home(case: Any, there: dict[str, Any]) -> Any:
    """The same request with a body about what is there."""
    if isinstance(case.body, dict):
        case.body = {name: there.get(name, value) for name, value in case.body.items()}
    return case


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda op: f"{op.method.upper()} {op.path}")
async def test_the_door_answers_as_its_document_says(operation: Any, shop: Engineer, people: dict[str, Person]) -> None:
    """The workbench, and a merchant's engineer, would meet an answer that nobody has told them of."""
    if operation.path in ENDLESS:
        pytest.skip("a stream without an end")
    order = {"order_id": "A1", "status": "paid", "title": "x", "category": "农药", "customer_id": "u1"}
    await shop.post({**shop.message(), "type": "order.updated", "order": order})
    await shop.say("难过 3")
    case_id = (await shop.read("/api/v1/chats/demo/c1"))[1]["case"]["id"]
    rows = CONSOLE.get((operation.method.upper(), operation.path.removeprefix(PREFIX)), [({}, {"interventionist"})])
    role = "interventionist" if "interventionist" in rows[0][1] else sorted(rows[0][1])[0]
    caller, seen = Caller(shop.url, role), Counter[int]()
    checks = [CHECKS.get_one(name) for name in WANTED]

    @settings(
        max_examples=EXAMPLES, deadline=None, database=None, derandomize=True, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=made_up(operation, case_id))
    def check(case: Any) -> None:
        if operation.path.endswith("/logout") or not seen:
            caller.log_in()
        answer = caller.send(case)
        seen[answer.status_code] += 1
        assert answer.status_code < 500 or answer.status_code == AWAY.get(operation.path)
        case.validate_response(answer, checks=checks)

    await asyncio.to_thread(check)
    assert seen
    assert operation.path.endswith("/login") or set(seen) - {401, 403}, (
        "nothing but refusals: the route was never reached"
    )
