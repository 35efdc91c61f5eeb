"""Calls for a person by mail over an encrypted line: with STARTTLS and with TLS from the first byte."""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

from actions.connectors import CallFailed, Mailer
from actions.connectors import mail as mail_module
from bot.cli.machine import free_ports

USER, PASSWORD = "zaoan", "mail-password-0123"
PAYLOAD = {"case_id": "c1", "shop_id": "demo", "level": 4, "rung": 1, "audience": "lead", "loud": True}


class Inbox:
    """A mail server's memory: what came, from whom, and whether the line was encrypted."""

    def __init__(self) -> None:
        self.mails: list[tuple[list[str], str, bool]] = []
        self.passwords: list[str] = []

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Any) -> str:
        encrypted = session.ssl is not None or isinstance(server.transport.get_extra_info("sslcontext"), ssl.SSLContext)
        self.mails.append((envelope.rcpt_tos, envelope.content.decode("utf-8", "replace"), encrypted))
        return "250 taken"

    def check(self, server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        assert isinstance(data, LoginPassword)
        self.passwords.append(data.password.decode())
        return AuthResult(success=data == LoginPassword(USER.encode(), PASSWORD.encode()))


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> trustme.CA:
    """An authority that this machine trusts, as it trusts the ones of its system."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    return authority


def served(authority: trustme.CA, name: str = "localhost") -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert(name).configure_cert(context)
    return context


@contextmanager
def server(kind: str, context: ssl.SSLContext | None) -> Iterator[tuple[Inbox, int]]:
    """A mail server: `starttls` asks for encryption before anything, `tls` speaks nothing else, `none` has none."""
    inbox, port = Inbox(), free_ports(1)[0]
    auth = {"authenticator": inbox.check, "auth_required": True}
    options: dict[str, Any] = {
        "starttls": {"tls_context": context, "require_starttls": True, **auth},
        "tls": {"ssl_context": context, "auth_require_tls": False, **auth},
        "none": {},
    }[kind]
    controller = Controller(inbox, hostname="localhost", port=port, **options)
    controller.start()
    try:
        yield inbox, port
    finally:
        controller.stop()


def mailer(port: int, tls: str, **more: str) -> Mailer:
    values = {"user": USER, "password": PASSWORD, **more}
    return Mailer("localhost", port, "zaoan@desk.example", ["always@desk.example"], tls=tls, **values)


@pytest.mark.parametrize("kind", ["starttls", "tls"])
async def test_a_call_goes_out_encrypted_and_logged_in(authority: trustme.CA, kind: str) -> None:
    """On a mail server as every company has one, nobody would ever be called."""
    with server(kind, served(authority)) as (inbox, port):
        await mailer(port, kind).call(PAYLOAD, ["zhao@desk.example"], "mail-1")
    ((to, text, encrypted),) = inbox.mails
    assert to == ["zhao@desk.example", "always@desk.example"]
    assert encrypted
    assert "X-Priority: 1" in text
    assert "mail-1" in text


BAD: dict[str, Callable[[trustme.CA], ssl.SSLContext]] = {
    "of an authority that nobody knows": lambda _: served(trustme.CA()),
    "of another house": lambda authority: served(authority, "elsewhere.example"),
}


@pytest.mark.parametrize("kind", ["starttls", "tls"])
@pytest.mark.parametrize("which", BAD)
async def test_a_server_with_a_wrong_certificate_gets_nothing(authority: trustme.CA, kind: str, which: str) -> None:
    """Somebody in between would read which shop has a person in danger, and the password."""
    with server(kind, BAD[which](authority)) as (inbox, port), pytest.raises(CallFailed) as caught:
        await mailer(port, kind).call(PAYLOAD, ["zhao@desk.example"], "mail-1")
    assert caught.value.retryable
    assert (inbox.mails, inbox.passwords) == ([], [])


async def test_nothing_is_sent_in_the_clear_where_encryption_is_set(
    authority: trustme.CA, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A router that strips the encryption would be enough to read along."""
    monkeypatch.setattr(mail_module, "TIMEOUT", 0.5)  # such a server waits for words that never come
    with server("none", None) as (inbox, port):
        for tls in ("starttls", "tls"):
            with pytest.raises(CallFailed):
                await mailer(port, tls).call(PAYLOAD, ["zhao@desk.example"], "mail-1")
    assert (inbox.mails, inbox.passwords) == ([], [])


@pytest.mark.parametrize("kind", ["starttls", "tls"])
async def test_a_wrong_password_is_a_failure_that_does_not_name_it(authority: trustme.CA, kind: str) -> None:
    """The call would count as made, or the log hold the password of the mail server."""
    with server(kind, served(authority)) as (inbox, port), pytest.raises(CallFailed) as caught:
        await mailer(port, kind, password="wrong-secret-1").call(PAYLOAD, ["zhao@desk.example"], "mail-1")
    assert inbox.mails == []
    assert "wrong-secret-1" not in str(caught.value)
    assert caught.value.__cause__ is None


async def test_a_server_that_says_nothing_holds_nobody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """One dead mail server would keep the worker from every other call."""
    monkeypatch.setattr(mail_module, "TIMEOUT", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        began = time.monotonic()
        line = Mailer("127.0.0.1", silent.getsockname()[1], "a@b.example", ["c@d.example"], tls="starttls")
        with pytest.raises(CallFailed):
            await line.call(PAYLOAD, [], "mail-1")
        assert time.monotonic() - began < 3
