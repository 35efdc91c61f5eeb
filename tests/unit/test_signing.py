"""The signature that both directions share."""

from __future__ import annotations

import pytest

from channels.signing import SignatureError, sign, verify

SECRET, OTHER = "zaoan-test-secret", "another-secret-of-the-shop"
BODY = b'{"type":"chat.closed","shop_id":"demo","chat_id":"c1","occurred_at":"2026-01-15T20:20:00+08:00"}'
STAMP = 1768479600
#: The vector that docs/guide/webhook.md prints for engineers of other languages.
VECTOR = "sha256=74dd3c22d330ae6d91281f51ed4ad19d410d462a4ca6eb33a1e61c25b30a1e4c"


def test_the_documented_vector_fits() -> None:
    """Engineers who check their code against the guide would sign wrongly and be refused."""
    assert sign(SECRET, STAMP, BODY) == VECTOR


def test_a_signed_body_passes_at_both_ends_of_the_window() -> None:
    """A shop whose clock is a few minutes off would lose its customers' messages."""
    for now in (STAMP - 300, STAMP, STAMP + 300):
        verify([SECRET], str(STAMP), sign(SECRET, STAMP, BODY), BODY, now)


def test_an_old_secret_beside_the_new_one_still_fits() -> None:
    """Messages under way while a shop changes its secret would be refused."""
    verify([OTHER, SECRET], str(STAMP), sign(SECRET, STAMP, BODY), BODY, STAMP)


@pytest.mark.parametrize("now", [STAMP - 301, STAMP + 301])
def test_outside_the_window_is_refused(now: int) -> None:
    """A message caught on the way could be played again for ever."""
    with pytest.raises(SignatureError):
        verify([SECRET], str(STAMP), sign(SECRET, STAMP, BODY), BODY, now)


@pytest.mark.parametrize(
    ("stamp", "signature"),
    [
        (str(STAMP), ""),
        (str(STAMP), VECTOR.removeprefix("sha256=")),
        (str(STAMP), "sha256=" + "0" * 64),
        (str(STAMP), "sha256=" + "é" * 64),
        (str(STAMP), "sha1=" + "0" * 40),
        ("", VECTOR),
        ("+" + str(STAMP), VECTOR),
        (f" {STAMP}", VECTOR),
        (f"{STAMP}.0", VECTOR),
        ("9" * 400, VECTOR),
        ("١٧٦٨٤٧٩٦٠٠", VECTOR),
    ],
)
def test_malformed_headers_are_refused(stamp: str, signature: str) -> None:
    """A stranger with a half-right header could speak for a shop, or crash the door."""
    with pytest.raises(SignatureError):
        verify([SECRET], stamp, signature, BODY, STAMP)


def test_a_changed_body_time_or_secret_does_not_fit() -> None:
    """A customer's words could be changed on the way."""
    good = sign(SECRET, STAMP, BODY)
    for secret, stamp, body in ((SECRET, STAMP, BODY + b" "), (SECRET, STAMP + 1, BODY), (OTHER, STAMP, BODY)):
        with pytest.raises(SignatureError):
            verify([secret], str(stamp), good, body, STAMP)


def test_no_secret_fits_nothing() -> None:
    """A shop without a secret would be open to everyone."""
    with pytest.raises(SignatureError):
        verify([], str(STAMP), sign("", STAMP, BODY), BODY, STAMP)
