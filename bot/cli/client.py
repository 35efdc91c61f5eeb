"""How `say` and `replay` speak to a running Zaoan: the signed webhook in, the signed read out.

The same two requests a merchant's engineers would write, nothing behind the door's back.
"""

from __future__ import annotations

import json
import time
import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import requests

from bot.settings import SettingError, Settings, Shop
from channels.signing import DELIVERY_HEADER, signed_headers

TRIES = 40  # for answers that ask to wait (429, 503), with the time they ask for
NOTHING_YET = 0.01


class NotRunning(RuntimeError):
    """The server cannot be reached or refuses us; the message names the fix."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A message that is on disk. `ms`: from sending to the 202."""

    message_id: str
    level: int
    ms: float
    started: float


class Client:
    """One shop's side of a running system."""

    def __init__(self, settings: Settings, shop: Shop) -> None:
        self.shop = shop
        self.door = f"http://{settings.host}:{settings.port}"
        self.sandbox: str | None = f"http://127.0.0.1:{settings.sandbox_port}"
        try:
            facts = json.loads((settings.var_dir / "run.json").read_text(encoding="utf-8"))
            self.door, self.sandbox = facts["door"], facts["sandbox"]
        except (OSError, ValueError, KeyError):
            pass  # not started by `zaoan up` here: the settings say where it is
        self._http = requests.Session()

    @classmethod
    def from_settings(cls, shop_id: str | None = None) -> Client:
        """A client for the named shop, or the first one connected; NotRunning names the fix."""
        try:
            settings = Settings.from_env()
            shops = settings.shops()
        except SettingError as error:
            raise NotRunning(str(error)) from None
        if shop_id and shop_id not in shops:
            raise NotRunning(f"no shop '{shop_id}' in {settings.shops_file}; there is: {', '.join(shops)}")
        return cls(settings, shops[shop_id] if shop_id else next(iter(shops.values())))

    def _request(self, method: str, url: str, **options: Any) -> requests.Response:
        for _ in range(TRIES):
            try:
                answer = self._http.request(method, url, timeout=10, **options)
            except requests.ConnectionError:
                raise NotRunning(f"nothing answers at {url.split('?')[0]}. Start it: zaoan up") from None
            except requests.Timeout:
                raise NotRunning(f"no answer from {url.split('?')[0]} in 10 s; see var/log/") from None
            if answer.status_code not in (429, 503):
                return answer
            time.sleep(min(float(answer.headers.get("Retry-After") or 1), 5))
        raise NotRunning(f"still {answer.status_code} after {TRIES} tries: {answer.text[:300]}")

    def event(self, kind: str, chat_id: str, at: datetime, **parts: Any) -> dict[str, Any]:
        """Deliver one webhook event; returns the door's answer, raises NotRunning on a refusal."""
        event = {"type": kind, "shop_id": self.shop.id, "chat_id": chat_id, "occurred_at": at.isoformat(), **parts}
        body = json.dumps(event, ensure_ascii=False).encode("utf-8", errors="surrogatepass")
        headers = {DELIVERY_HEADER: f"cli-{uuid.uuid4().hex}", "Content-Type": "application/json"}
        headers |= signed_headers(self.shop.secret, int(time.time()), body)
        answer = self._request("POST", f"{self.door}/webhooks/merchant/events", data=body, headers=headers)
        if answer.status_code not in (200, 202):
            raise NotRunning(f"the webhook answered {answer.status_code}: {answer.text[:300]}")
        decoded: dict[str, Any] = answer.json()
        return decoded

    def introduce(self, chat_id: str, customer_id: str) -> None:
        """Let the sandbox shop know the chat, or it would refuse the bot's replies; nothing without a sandbox."""
        if self.sandbox is None:
            return
        try:
            body = {"chat_id": chat_id, "customer_id": customer_id}
            self._http.post(f"{self.sandbox}/api/chats", json=body, timeout=5)
        except requests.RequestException:
            return  # a shop that is away is for the worker to notice

    def say(self, chat_id: str, text: str, at: datetime, sender_id: str, category: str | None = None) -> Sent:
        """One customer message; `category` is what they are looking at. Returns when it is on disk."""
        message_id = f"m-{uuid.uuid4().hex[:16]}"
        message: dict[str, Any] = {"id": message_id, "role": "customer", "sender_id": sender_id, "text": text}
        if category:
            message["item"] = {"category": category}
        started = time.perf_counter()
        answer = self.event("message.created", chat_id, at, message=message)
        return Sent(message_id, int(answer["level"]), (time.perf_counter() - started) * 1000, started)

    def view(self, chat_id: str, after: int = 0) -> dict[str, Any] | None:
        """What the read API shows of a chat; None when there is no such chat."""
        target = f"/api/v1/chats/{self.shop.id}/{chat_id}?after={after}&limit=500"
        headers = signed_headers(self.shop.secret, int(time.time()), target.encode())
        answer = self._request("GET", self.door + target, headers=headers)
        if answer.status_code == 404:
            return None
        if answer.status_code != 200:
            raise NotRunning(f"reading the chat was refused ({answer.status_code}): {answer.text[:300]}")
        decoded: dict[str, Any] = answer.json()
        return decoded

    def place_order(self, chat_id: str, order: dict[str, Any]) -> None:
        """Place an order at the sandbox shop, which tells Zaoan by its own webhook."""
        if self.sandbox is None:
            raise NotRunning("replay needs the sandbox shop. Start it: zaoan up (without --no-sandbox)")
        body = {"chat_id": chat_id, **order, "wait": 10}
        answer = self._request("POST", f"{self.sandbox}/api/orders", json=body)
        if answer.status_code >= 300:
            raise NotRunning(f"the sandbox shop refused the order ({answer.status_code}): {answer.text[:300]}")

    def wait_turn(self, chat_id: str, sent: Sent, timeout: float = 20.0) -> tuple[dict[str, Any], float | None]:
        """Wait until the message was answered (bot) or suggestions are there (human).

        Returns the view and the ms from sending to the first reply (None without one).
        """
        deadline = time.monotonic() + timeout
        first: float | None = None
        after = 0
        while True:
            view = self.view(chat_id, max(after - 1, 0))
            if view is not None:
                mine = next((x for x in view["transcript"] if x["message_id"] == sent.message_id), None)
                if mine:
                    after = mine["seq"]
                replies = replies_after(view, after) if mine else []
                if replies and first is None:
                    first = (time.perf_counter() - sent.started) * 1000
                if mine and is_done(view, mine, bool(replies)):
                    return view, first
            if time.monotonic() > deadline:
                if view is None:
                    raise NotRunning(f"chat {chat_id} never appeared")
                return view, first
            time.sleep(NOTHING_YET)


def replies_after(view: dict[str, Any], seq: int) -> list[dict[str, Any]]:
    """The bot's lines after a customer's line."""
    return [x for x in view["transcript"] if x["seq"] > seq and x["role"] == "bot" and x["status"] != "dropped"]


def is_done(view: dict[str, Any], mine: dict[str, Any], replied: bool) -> bool:
    """The turn is over: answered by the bot, or suggestions made for the agent."""
    if view["chat"]["owner"] == "bot":
        return replied and not any(h["state"] == "requested" for h in view["holds"])
    return bool(view["suggestions"]["seq"] >= mine["seq"])
