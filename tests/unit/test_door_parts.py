"""The small parts of the door: who signed, and how fast."""

from __future__ import annotations

import json

import pytest

from bot.settings import Shop
from channels.merchant.gate import proven_by
from channels.merchant.limits import Limiter, Rate
from channels.signing import SignatureError, sign

SHOPS = {name: Shop(name, name, "", f"{name}-secret-0123456789", "-" * 16, "http://x") for name in ("demo", "other")}
NOW = 1768479600


def proven(body: bytes, secret: str) -> str:
    """The shop that a body signed with this secret is believed to come from."""
    return proven_by(SHOPS, str(NOW), sign(secret, NOW, body), body, NOW).id


@pytest.mark.parametrize(
    "body",
    [
        b'{"shop_id": "demo"}',
        b'{"order": {"shop_id": "other"}, "shop_id":"demo"}',
        b'{"shop\\u005fid": "demo"}',
        b"not json at all",
        b'{"shop_id": 5}',
    ],
)
def test_the_signature_says_which_shop_it_is(body: bytes) -> None:
    """A shop with a malformed body would be told that its secret is wrong, and look in the wrong place."""
    assert proven(body, SHOPS["demo"].secret) == "demo"


def test_a_text_that_names_another_shop_changes_nothing() -> None:
    """A customer could choose the shop that their message is checked against."""
    text = json.dumps({"message": {"text": '{"shop_id": "other"}'}, "shop_id": "demo"}).encode()
    assert proven(text, SHOPS["demo"].secret) == "demo"


@pytest.mark.parametrize("body", [b'{"shop_id": "nobody"}', b'{"shop_id": "demo"}', b"{}"])
def test_a_stranger_is_nobody(body: bytes) -> None:
    """Anyone could write into a shop's chats."""
    with pytest.raises(SignatureError):
        proven(body, "a-strangers-secret-0")


def test_a_fast_shop_waits_and_the_others_do_not() -> None:
    """One shop's loop would slow down every other shop's customers."""
    now = [0.0]
    limiter = Limiter(Rate(per_second=2, burst=3), clock=lambda: now[0])
    assert [limiter.wait("demo") for _ in range(4)] == [0, 0, 0, 1]
    assert limiter.wait("other") == 0
    now[0] = 0.5
    assert [limiter.wait("demo"), limiter.wait("demo")] == [0, 1]
