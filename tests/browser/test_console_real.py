"""The workbench before the whole real system: door, brain with its model, worker, sandbox shop."""

from __future__ import annotations

import re
import shutil
import uuid
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Page, async_playwright, expect

from tests.browser.desk_kit import picture
from tests.machine import Machine, now

pytestmark = pytest.mark.asyncio(loop_scope="session")
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")


@pytest_asyncio.fixture(loop_scope="session")
async def page(machine: Machine) -> AsyncIterator[Page]:
    """An agent logged in with the demo's own account."""
    note = (machine.var / "accounts-demo.txt").read_text(encoding="utf-8")
    found = re.search(r"(kefu) / (\S+)", note)
    assert found
    name, password = found.groups()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        opened = await browser.new_page(viewport={"width": 1280, "height": 720}, locale="zh-CN")
        opened.set_default_timeout(15_000)
        await opened.goto(machine.door + "/console/")
        await opened.get_by_label("账号").fill(name)
        await opened.get_by_label("密码").fill(password)
        await opened.get_by_role("button", name="登录").click()
        await expect(opened.locator("p.line")).to_have_class(re.compile("up"))
        yield opened
        await browser.close()


async def test_a_night_with_the_real_brain(machine: Machine, page: Page) -> None:
    """Everything would be right in parts, and the agent would still have no words for her."""
    client, chat = machine.client(), f"r-{uuid.uuid4().hex[:8]}"
    client.introduce(chat, f"u-{chat}")
    client.say(chat, "我不想活了 没有人在乎", now(), f"u-{chat}")
    await page.goto(f"{machine.door}/console/#/chats/{client.shop.id}/{chat}")
    await expect(page.locator(".suggestion").nth(2)).to_be_visible()
    strategies = await page.locator(".suggestion .strategy").all_inner_texts()
    assert len(set(strategies)) >= 3, strategies
    for foot in await page.locator(".suggestion .foot").all():
        await expect(foot.locator(".dont")).to_be_visible()
    await picture(page, "agent-real")
    words = await page.locator(".suggestion .words").nth(1).inner_text()
    await page.keyboard.press("2")
    await page.keyboard.press("Enter")
    await expect(page.locator(".say.agent:not(.pending) .bubble")).to_have_text([words])
    # Handed over, the bot answers; what the person said is not said again.
    await page.keyboard.press("Escape")
    await page.keyboard.press("b")
    client.say(chat, "嗯 一个人", now(), f"u-{chat}")
    await expect(page.locator(".say.bot.sent").first).to_be_visible(timeout=20_000)
    said = await page.locator(".say.bot .bubble").all_inner_texts()
    assert words not in said
    # Taken back after the bot has spoken: cards at once, none of them said before.
    await page.keyboard.press("t")
    await expect(page.locator(".suggestion").first).to_be_visible()
    offered = await page.locator(".suggestion .words").all_inner_texts()
    assert not {words, *said} & set(offered)
    # Taken back while the bot thinks about the next message: cards for that message, whoever was faster.
    await page.keyboard.press("b")
    await expect(page.locator(".chip.owner")).to_have_text("机器人在回复")
    client.say(chat, "还是很难受", now(), f"u-{chat}")
    await page.keyboard.press("t")
    await expect(page.locator(".chip.owner")).to_have_text("人在回复")
    await expect(page.locator(".say.customer")).to_have_count(3)
    await expect(page.locator(".suggestion").nth(2)).to_be_visible()
    # Why it is read so, by the real reader.
    await page.keyboard.press("w")
    await expect(page.locator(".whybox .answer")).to_be_visible()
    await expect(page.locator(".whybox dt").first).to_be_visible()
