"""The workbench before a real door, Redis and worker; only the brain and the shop are small stand-ins."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import re
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import redis.asyncio
from aiohttp import web
from PIL import Image
from playwright.async_api import Browser, BrowserContext, Page, expect

from bot.cases.types import Reply, Suggestion, Turn
from bot.settings import Settings
from bot.store import Options, Store
from bot.store.embedded import EmbeddedRedis
from bot.store.keys import SHOPS
from bot.worker import run as run_worker
from tests.machine import ROOT, free_ports
from tests.redis.door_kit import PASSWORDS, Engineer, write_settings

PICTURES = ROOT / "docs" / "images"
#: What the stand-in for the brain whispers, by level: (text, strategy, why, avoid).
CARDS: dict[int, list[tuple[str, str, str, str]]] = {
    0: [
        ("您好，在的，您看中哪一款？", "question", "顾客刚进店", ""),
        ("这款今天能发，您要几件？", "information", "问的是发货", ""),
        ("好的，我帮您看一下。", "other", "先接住", ""),
    ],
    2: [
        ("听起来这段时间你扛了很多。", "reflection", "先让他知道你听见了", "别马上讲道理"),
        ("你说不想活了，是有自杀的念头吗？", "question", "直接问不会诱发，会让人松一口气", "别绕开这个词"),
        ("你愿意把这些说出来，很不容易。", "affirmation", "他很少跟人说", "别说“想开点”"),
        ("我在，不急，你慢慢说。", "other", "陪着比出主意要紧", ""),
    ],
    3: [
        ("谢谢你告诉我。这很重，你不用一个人扛。", "affirmation", "他把打算说出来了", "别评判"),
        ("你现在是一个人吗？有谁能来陪陪你？", "question", "有人在身边最能保命", "别连着问两个问题"),
        ("能不能先把买的东西放远一点，我陪着你。", "suggestion", "离危险远一步，就多一点时间", "别问细节"),
        ("这会儿一定很难熬，我听着呢。", "reflection", "接住情绪再往下走", ""),
    ],
}  # fmt: skip


class FakeShop:
    """The merchant's platform: takes everything, remembers the words, can be away."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.keys: set[str] = set()
        self.away = False

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_post("/shop/messages", self._message)
        app.router.add_post("/shop/orders/{order}/{act}", self._order)
        return app

    async def _message(self, request: web.Request) -> web.Response:
        if self.away:
            return web.json_response({}, status=503)
        key = request.headers["Idempotency-Key"]
        if key not in self.keys:
            self.keys.add(key)
            self.said.append((await request.json())["text"])
        return web.json_response({})

    async def _order(self, request: web.Request) -> web.Response:
        return web.json_response({"state": "held"} if request.match_info["act"] == "hold" else {})


class Desk:
    """A running desk, and short words for what customers, agents and the brain do."""

    def __init__(self, settings: Settings, store: Store, shop: FakeShop, browser: Browser) -> None:
        self.settings, self.store, self.shop, self.browser = settings, store, shop, browser
        self.url = f"http://127.0.0.1:{settings.port}"
        self.http = aiohttp.ClientSession()
        self.engineer = Engineer(self.url, self.http, None, settings)  # type: ignore[arg-type]
        self.faults: list[str] = []
        self.brain_pause = 0.0
        self._door: subprocess.Popen[bytes] | None = None
        self._contexts: list[BrowserContext] = []
        self._numbers = itertools.count(1)

    # The door
    async def open_door(self) -> None:
        """Starts the door and waits until it answers."""
        env = {
            **os.environ, "ZAOAN_VAR": str(self.settings.var_dir), "ZAOAN_SHOPS": str(self.settings.shops_file),
            "ZAOAN_REDIS_URL": str(self.settings.redis_url), "ZAOAN_PORT": str(self.settings.port),
        }  # fmt: skip
        log = (self.settings.var_dir / "door.log").open("ab")
        self._door = subprocess.Popen(  # noqa: ASYNC220 -- killed and waited for at once
            [sys.executable, "-m", "tests.browser.desk_door"], cwd=ROOT, env=env, stdout=log, stderr=log
        )
        async with asyncio.timeout(40):
            while True:
                assert self._door.poll() is None, (self.settings.var_dir / "door.log").read_text()[-2000:]
                with contextlib.suppress(aiohttp.ClientError):
                    async with self.http.get(self.url + "/health/live") as answer:
                        if answer.status == 200:
                            return
                await asyncio.sleep(0.05)

    def kill_door(self) -> None:
        """kill -9."""
        if self._door is not None:
            self._door.kill()
            self._door.wait()
            self._door = None

    async def close(self) -> None:
        self.kill_door()
        await self.http.close()

    # The customer
    async def says(self, text: str, chat: str = "c1", customer: str = "") -> None:
        """A customer's message through the signed webhook."""
        event = self.engineer.message(text, chat, message={"sender_id": customer or f"buyer-{chat}"})
        event["message"]["id"] = f"n{next(self._numbers)}-{time.time_ns()}"
        status, answer, _ = await self.engineer.post(event, delivery=f"d{time.time_ns()}")
        assert status == 202, answer

    async def orders(self, chat: str, customer: str = "", *rows: dict[str, Any]) -> None:
        """Orders of the customer as the platform reports them."""
        for row in rows:
            await self.store.put_order("demo", chat, customer or f"buyer-{chat}", row)

    # People
    async def person(self, role: str = "agent", size: tuple[int, int] = (1280, 720), **more: Any) -> Page:
        """A logged-in person in a browser of their own."""
        context = await self.browser.new_context(
            viewport={"width": size[0], "height": size[1]}, locale="zh-CN", timezone_id="Asia/Shanghai", **more
        )
        self._contexts.append(context)
        return await self.tab(context, role)

    async def tab(self, context: BrowserContext, role: str = "") -> Page:
        """A further tab of the same browser, or the first one with a log-in."""
        page = await context.new_page()
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("console", lambda line: self.faults.append(line.text) if "Security Policy" in line.text else None)
        page.set_default_timeout(8000)
        await page.goto(self.url + "/console/")
        if role:
            await page.get_by_label("账号").fill(f"{role}1")
            await page.get_by_label("密码").fill(PASSWORDS[role])
            await page.get_by_role("button", name="登录").click()
        if role == "trainer":  # sees no chat, and needs no line to what changes
            await expect(page.locator(".training")).to_be_visible()
        else:
            await expect(page.locator("p.line")).to_have_class(re.compile("up"))
        return page

    async def can_explain(self, page: Page, chat: str) -> None:
        """Waits until the door has loaded what explains; it does so after its start, beside other work."""
        answer = await page.request.get(f"{self.url}/api/console/chats/demo/{chat}/lines/1/why", timeout=60_000)
        assert answer.status == 200

    async def log_out_all(self) -> None:
        for context in self._contexts:
            await context.close()
        self._contexts = []

    async def told(self, kind: str, seconds: float = 10) -> dict[str, Any]:
        """Waits until the feed has told of something."""
        async with asyncio.timeout(seconds):
            while True:
                for row in await self.store.feed("demo", limit=5000):
                    if row["type"] == kind:
                        return row
                await self.store.wait_change("demo", 0.2)

    # The brain
    async def think(self, stop: asyncio.Event) -> None:
        """Answers when the bot has the chat, else whispers."""
        async for turn in self.store.turns("browser-test", stop):
            await self._answer(turn)

    async def _answer(self, turn: Turn) -> None:
        if self.brain_pause:
            await asyncio.sleep(self.brain_pause)
        if turn.owner == "bot":
            await self.store.finish_turn(turn, [Reply("我在，你慢慢说。", "utter_stay_with", "other")])
            return
        level = 3 if turn.chat.level >= 3 else 2 if turn.chat.level else 0
        cards = [
            Suggestion(text, strategy, f"utter_{strategy}", why, avoid) for text, strategy, why, avoid in CARDS[level]
        ]
        await self.store.finish_turn(turn, suggestions=cards)


@asynccontextmanager
async def open_desk(folder: Path, browser: Browser) -> AsyncIterator[Desk]:
    """Everything running; the browser's faults are the test's faults."""
    shop = FakeShop()
    runner = web.AppRunner(shop.app())
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    shop_port = site._server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
    async with EmbeddedRedis(folder / "redis", port=0) as server:
        settings = write_settings(
            folder / "var",
            server.url,
            f"http://127.0.0.1:{shop_port}/shop",
            port=free_ports(1)[0],
            silence_seconds=600.0,
        )
        store = await Store.connect(server.url, Options(answer_seconds=30))
        desk, stop = Desk(settings, store, shop, browser), asyncio.Event()
        await desk.open_door()
        tasks = [asyncio.create_task(desk.think(stop)), asyncio.create_task(run_worker(settings, stop))]
        try:
            yield desk
        finally:
            await desk.log_out_all()
            stop.set()
            await asyncio.wait(tasks, timeout=5)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await desk.close()
            await store.close()
            await runner.cleanup()


async def fresh(desk: Desk) -> None:
    """An empty store and shop for the next test."""
    desk.shop.said.clear()
    desk.shop.keys.clear()
    desk.shop.away, desk.brain_pause = False, 0.0
    client = redis.asyncio.from_url(str(desk.settings.redis_url), decode_responses=True)
    # Counters of fencing tokens go on, so that no answer of an earlier test fits into this one.
    old = [key for key in await client.keys("*") if not key.endswith(":tokens")]
    if old:
        await client.delete(*old)
    # The door told this once, before its first message.
    await client.sadd(SHOPS, "demo", "other")
    await client.close()
    desk.faults.clear()


async def picture(page: Page, name: str) -> None:
    """A picture for the guide, when asked for with ZAOAN_SCREENSHOTS=1."""
    if os.environ.get("ZAOAN_SCREENSHOTS"):
        PICTURES.mkdir(parents=True, exist_ok=True)
        await page.mouse.move(640, 300)
        path = PICTURES / f"{name}.png"
        await page.screenshot(path=path)
        # A screen has few colours: a quarter of the size, the same picture.
        Image.open(path).convert("RGB").quantize(192, dither=Image.Dither.NONE).save(path, optimize=True)
