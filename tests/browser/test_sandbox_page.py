"""The sandbox shop's page in a real browser: a customer on the left, the agent's desk on the right."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, async_playwright, expect

from bot.store.embedded import EmbeddedRedis
from tests.redis.door_kit import Buyer, open_door, open_shop

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")  # else Playwright's own, if installed


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """Debian's Chromium."""
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        await started.close()


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Buyer]:
    """A seeded shop with a door behind it, whose reading takes the last digit of a text as its level."""
    async with (
        EmbeddedRedis(tmp_path / "redis", port=0) as redis,
        open_door(tmp_path / "door", redis.url) as engineer,
        open_shop(tmp_path / "shop", engineer.url, with_seed=True) as buyer,
    ):
        yield buyer


@pytest.fixture
async def page(browser: Browser, shop: Buyer) -> AsyncIterator[Page]:
    """The page as a newcomer opens it; an error in its script fails the test."""
    opened = await browser.new_page(viewport={"width": 1280, "height": 720})
    faults: list[str] = []
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.on("console", lambda line: faults.append(line.text) if "Security Policy" in line.text else None)
    await opened.goto(shop.url)
    yield opened
    await opened.close()
    assert faults == []


async def say(page: Page, text: str) -> None:
    """The customer types and presses Enter."""
    await page.fill("#phone-text", text)
    await page.press("#phone-text", "Enter")
    await expect(page.locator("#phone-lines .bubble").last).to_have_text(text)


async def test_a_newcomer_is_told_what_to_do(page: Page) -> None:
    """An empty screen; the visitor leaves before anyone was saved."""
    await expect(page.locator(".try li")).to_have_count(3)
    await page.locator(".sample").first.click()
    await expect(page.locator("#phone-lines .bubble")).to_have_count(1)
    await expect(page.locator("#danger-card .badge")).to_contain_text("无")


async def test_danger_is_shown_with_its_evidence_and_the_order_is_asked_for(page: Page) -> None:
    """The agent would not see why, nor that help is on its way."""
    await page.get_by_role("button", name="阿哲").click()
    await expect(page.locator("#desk-name")).to_have_text("阿哲")
    await say(page, "😀好难过 3")
    await expect(page.locator("#danger-card .badge")).to_contain_text("高危")
    await expect(page.locator("#desk-lines mark")).to_have_text("😀")
    await expect(page.locator("#help-card")).to_contain_text("已请真人")
    await expect(page.locator("#orders-card .hold").first).to_contain_text("拦截")
    await page.click("#hand-over")
    await expect(page.locator("#take-back")).to_be_visible()
    await expect(page.locator("#hand-over")).to_be_hidden()
    await page.click("#take-back")
    await expect(page.locator("#hand-over")).to_be_visible()


async def test_enter_during_composition_does_not_send(page: Page) -> None:
    """Half a pinyin word would be sent to someone in danger."""
    await page.fill("#phone-text", "ni hao")
    for event in ({"isComposing": True}, {"keyCode": 229}):
        await page.dispatch_event("#phone-text", "keydown", {"key": "Enter", **event})
    await page.press("#phone-text", "Shift+Enter")
    await expect(page.locator("#phone-text")).to_have_value("ni hao\n")
    await page.fill("#phone-text", "你好")
    await page.press("#phone-text", "Enter")
    await expect(page.locator("#phone-lines .bubble")).to_have_text(["你好"])


async def test_markup_in_names_and_words_stays_text(page: Page, shop: Buyer) -> None:
    """A customer's name could run a script on the agent's screen."""
    evil = "<img src=x onerror=alert(1)><script>alert(2)</script>"
    await shop.do("/chats", chat_id="evil", name=evil, about=evil)
    await shop.do("/orders", chat_id="evil", order_id="E1", status="paid", title=evil, wait=0)
    await page.goto(f"{shop.url}/#evil")
    await page.reload()
    await expect(page.locator("#desk-name")).to_have_text(evil)
    await say(page, evil)
    await expect(page.locator("#desk-lines .row p")).to_have_text([evil])
    assert await page.locator("main img, main script").count() == 0


async def test_it_fits_a_laptop_and_a_phone(page: Page, browser: Browser, shop: Buyer) -> None:
    """The hand-over button would be off the screen."""
    for number in range(12):
        await shop.do("/chats/demo-xiaoyu/messages", text=f"第{number}句话，说得很长很长很长很长很长很长很长 2", wait=0)
    await expect(page.locator("#phone-lines .bubble")).to_have_count(12)
    assert await page.evaluate("document.documentElement.scrollHeight <= innerHeight")
    small = await browser.new_page(viewport={"width": 375, "height": 740})
    await small.goto(shop.url)
    await expect(small.locator("#phone-lines .bubble")).to_have_count(12)
    assert await small.evaluate("document.documentElement.scrollWidth <= innerWidth")
    await small.click("#tab-desk")
    await expect(small.locator("#hand-over")).to_be_in_viewport()
    await small.close()


async def test_when_zaoan_is_away_the_agent_is_told(browser: Browser, tmp_path: Path) -> None:
    """A calm screen although nobody reads the messages."""
    async with open_shop(tmp_path, "http://127.0.0.1:9", with_seed=True) as buyer:
        opened: Any = await browser.new_page()
        await opened.goto(buyer.url)
        await opened.fill("#phone-text", "在吗")
        await opened.press("#phone-text", "Enter")
        await expect(opened.locator("#status")).to_contain_text("正在重试", timeout=10_000)
        await opened.close()
