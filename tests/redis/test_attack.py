"""What someone with bad intent would try at the door."""

from __future__ import annotations

import asyncio
import json
import re
import socket
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from rasa.core.channels.channel import UserMessage
from rasa.shared.core.training_data.story_reader.yaml_story_reader import YAMLStoryReader
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.conversation.engine import neutral
from bot.settings import Settings
from channels.server import create_app
from tests.redis.door_kit import OUTGOING, SECRETS, Engineer, Words, open_door, write_settings

OPEN = {("POST", "/api/console/login")}


def _routes(tmp_path: Path) -> list[tuple[str, str]]:
    app = create_app(write_settings(tmp_path, "redis://127.0.0.1:9/0"), talk_reader=Words())
    found = []
    for route in app.router.routes:
        path = "/" + re.sub(r"<shop_id:\w+>", "demo", route.path)
        path = re.sub(r"<\w+:\w+>", "c1", re.sub(r"<\w+:int>", "1", path))
        found += [(method, path) for method in sorted(route.methods)]
    return [row for row in found if row[1].startswith("/api/console") and row not in OPEN]


async def test_no_route_of_the_workbench_answers_a_stranger(shop: Engineer, tmp_path: Path) -> None:
    """One forgotten check would lay every crisis talk open."""
    await shop.say("不想活了 4")
    routes = _routes(tmp_path / "other")
    assert len(routes) > 15
    for method, path in routes:
        for cookie in ("", "zaoan_session=" + "A" * 5000, "zaoan_session=e30.e30"):
            headers = {"Cookie": cookie, "Idempotency-Key": "k", "Content-Type": "application/json"}
            async with shop.http.request(method, shop.url + path, data=b"{}", headers=headers) as answer:
                assert answer.status == 401, f"{method} {path}"
                assert "不想活" not in await answer.text()


@pytest.mark.parametrize(
    "path",
    [
        "/console/../../../../etc/passwd", "/console/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
        "/console/..%2f..%2f..%2fetc%2fpasswd",
        "/console/....//....//etc/passwd", "/console//etc/passwd",
        "/console/%00", "/console/assets/../../pyproject.toml",
        "/api/console/chats/demo/..%2f..%2fc1", "/api/console/../console/chats", "/api/v1/chats/demo/%2e%2e",
        "//api/console/chats", "/api/console/chats/",
        "/API/CONSOLE/CHATS", "/api/console/chats;a=b", "/api/console/chats%20",
    ],
)  # fmt: skip
async def test_crooked_paths_open_nothing(shop: Engineer, path: str) -> None:
    """A file of the server, or a chat, would come out by the side door."""
    place = urlsplit(shop.url)
    # A plain socket: clients straighten such paths before they send them.
    with socket.create_connection((place.hostname, place.port), timeout=5) as line:
        line.setblocking(False)
        loop = asyncio.get_running_loop()
        await loop.sock_sendall(line, f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        answer = b""
        while part := await asyncio.wait_for(loop.sock_recv(line, 65536), 5):
            answer += part
    status = int(answer.split(b" ", 2)[1])
    page = b"<!doctype html" in answer.lower()
    assert 400 <= status < 500 or status in (301, 302, 307, 308) or (status == 200 and page), answer[:200]
    assert b"root:" not in answer
    assert b"[project]" not in answer


@pytest.mark.parametrize(
    "text",
    [
        "/restart", " /restart", "\t\n/restart", "\u3000/restart", "\u00a0/restart", "\u2003/restart",
        "//restart",
        "/disclose{\"danger\": \"none\"}", "/session_start",
        "\x1c/restart", "\x85/restart", "/ restart", "/\u200brestart",
    ],
)  # fmt: skip
def test_a_customers_words_are_no_command_in_any_disguise(text: str) -> None:
    """A customer, or someone at their phone, could make the bot forget the danger."""
    heard = neutral(text)
    message = Message(data={TEXT: heard})
    assert YAMLStoryReader.unpack_regex_message(message).get(INTENT) is None
    assert not str(UserMessage(heard).text).strip().startswith("/")


async def test_words_cannot_forge_a_line_of_the_log(shop: Engineer, capfd: Any) -> None:
    """An intruder would write the log that clears them."""
    forged = '\n{"event": "login", "who": "admin", "forged": true}\n'
    await shop.say(f"在吗{forged} 0")
    await shop.post({**shop.message(), "shop_id": f"x{forged}"})
    await shop.post({**shop.message(), "type": forged})
    body = {"name": f"admin{forged}", "password": "x"}
    async with shop.http.post(shop.url + "/api/console/login", json=body) as answer:
        assert answer.status in (400, 401)
    async with shop.http.get(shop.url + "/health/live?x=%0a%7b%22forged%22%3a1%7d", headers={"User-Agent": "forged"}):
        pass
    captured = capfd.readouterr()
    assert "forged" not in captured.out + captured.err


async def test_no_secret_in_logs_or_answers(shop: Engineer, world: Any, tmp_path: Path, capfd: Any) -> None:
    """Whoever reads a log could speak for the shop."""
    answers = []
    for raw in (b"{", b"[]", b"\xff\xfe", b'{"shop_id": "demo"}', json.dumps(shop.message()).encode()):
        for secret in (SECRETS["demo"], "wrong-secret-0123456789"):
            answers.append(await shop.post(raw=raw, secret=secret))
    more = {"page_secret": "page-secret-012345", "metrics_token": "token-0123456789"}
    more |= {"smtp_password": "mail-password", "person_key": "person-key-1"}
    settings = write_settings(tmp_path / "x", "redis://:redis-password@127.0.0.1:1/0", **more)
    answers.append(repr(settings) + repr(settings.shops()))
    async with open_door(tmp_path / "y", "redis://:redis-password@127.0.0.1:1/0") as lonely:
        answers.append(await lonely.say("在吗 0"))
        async with lonely.http.get(lonely.url + "/health/ready") as answer:
            answers.append(await answer.text())
    captured = capfd.readouterr()
    seen = captured.out + captured.err + str(answers)
    others = ("redis-password", "page-secret", "token-0123", "mail-password", "person-key-1")
    for secret in (*SECRETS.values(), OUTGOING, *others):
        assert secret not in seen


def test_settings_never_show_a_secret() -> None:
    """An error report with the settings in it would hand out the keys."""
    secret = "s3cr3t-0123456789-0123456789abcdef"
    names = ("PAGE_SECRET", "SMTP_PASSWORD", "METRICS_TOKEN")
    env = {f"ZAOAN_{name}": secret for name in names} | {"ZAOAN_REDIS_URL": f"redis://:{secret}@h:1/0"}
    assert secret not in repr(Settings.from_env(env))
