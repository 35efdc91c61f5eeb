"""What keeps a frightened agent from being alone: the call, the reason, and somebody who asks afterwards."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import expect

from tests.browser.desk_kit import Desk, picture
from tests.browser.test_console_agent import open_chat
from tests.browser.test_console_desk import serious

pytestmark = pytest.mark.asyncio(loop_scope="session")
SPEAKER = """
window.tones = []; window.badges = []
class Speaker {
  state = 'running'; currentTime = 0; destination = {}
  resume() { return Promise.resolve() }
  createOscillator() {
    const tone = { frequency: {}, connect: (to) => to, start() { window.tones.push(tone.frequency.value) }, stop() {} }
    return tone
  }
  createGain() {
    const nothing = () => undefined
    return { gain: { setValueAtTime: nothing, linearRampToValueAtTime: nothing, exponentialRampToValueAtTime: nothing },
             connect: (to) => to }
  }
}
window.AudioContext = Speaker
navigator.setAppBadge = (n) => { window.badges.push(n); return Promise.resolve() }
"""


async def test_new_danger_is_heard_and_seen_from_another_tab(desk: Desk) -> None:
    """Whoever looks at an order list would learn of "I do not want to live" an hour later."""
    page = await desk.person()
    await page.add_init_script(SPEAKER)
    await page.reload()
    await expect(page.locator("p.line")).to_have_class(re.compile("up"))
    await page.keyboard.press("Escape")  # browsers are silent until the person has touched the page
    await desk.says("又被辞退了，好累", "tired")
    await expect(page.locator(".list .row")).to_have_count(1)
    assert await page.evaluate("window.tones.length") == 0, "sad is no alarm"
    await desk.says("我不想活了", "wish")
    await expect(page.get_by_role("alert")).to_contain_text("新的意念")
    await expect(page).to_have_title(re.compile(r"^\(1\)"))
    await expect(page.locator('link[rel="icon"]')).to_have_attribute("href", re.compile("icon-alert"))
    soft = await page.evaluate("window.tones")
    assert len(soft) == 2
    await desk.says("我已经吃了", "now")
    await expect(page.get_by_role("alert")).to_contain_text("新的紧急")
    assert len(await page.evaluate("window.tones")) > len(soft) + 2, "what is happening now sounds more urgent"
    await expect(page).to_have_title(re.compile(r"^\(2\)"))
    assert await page.evaluate("window.badges.at(-1)") == 2


async def test_why_it_is_dangerous_by_one_key(desk: Desk) -> None:
    """The agent would have to believe a number, and could tell nobody why they called for help."""
    await desk.says("我不想活了")
    await desk.says("东西已经买好了")
    page = await desk.person()
    await open_chat(page, "buyer-c1")
    await expect(page.locator(".because")).to_contain_text("高危：在做准备、想死")
    await desk.can_explain(page, "c1")
    await page.keyboard.press("w")
    box = page.get_by_role("dialog")
    await expect(box).to_contain_text("为什么是“高危”")
    await expect(box).not_to_contain_text("买好了")
    await expect(box.locator(".answer")).to_contain_text("和这段对话里别的话连起来")
    await expect(box).to_contain_text("“不想活了”")
    await page.keyboard.press("Escape")
    await page.locator(".reasons", has_text="想死").click()
    await expect(box).to_contain_text("为什么是“意念”")
    await expect(box.locator("dd").first).to_contain_text("词句规则")
    change = box.locator("details", has_text="什么会改变它")
    await change.locator("summary").click()
    await expect(change.locator("li").first).to_contain_text("若没有“不想活了”")
    await picture(page, "agent-why")
    assert await serious(page) == []


async def test_after_a_grave_chat_an_agent_is_asked_too(desk: Desk) -> None:
    """A 22-year-old would take the worst hour of the night home alone."""
    await desk.says("我不想活了，就今晚")
    page = await desk.person()
    await open_chat(page, "buyer-c1")
    await page.locator("#compose").fill("我在")
    await page.keyboard.press("Enter")
    await expect(page.locator(".say.agent:not(.pending)")).to_have_count(1)
    await page.locator("#compose").fill("写到一半")
    (case,) = await desk.store.cases("demo")
    await desk.store.accept_case("demo", case.case_id, "interventionist1")
    await desk.store.lower_level("demo", case.case_id, "interventionist1", 1, "家人在身边")
    await expect(page.locator(".statebar .level")).to_contain_text("困扰")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await page.locator("#compose").fill("")
    await desk.says("谢谢", "another")
    await expect(page.get_by_role("dialog")).to_contain_text("不是您不够好")
    await page.keyboard.press("Escape")
    await desk.says("在吗", "another")
    await expect(page.locator(".list .row", has_text="buyer-another")).to_contain_text("在吗")
    await expect(page.get_by_role("dialog")).to_have_count(0)


async def test_a_reload_keeps_what_was_written(desk: Desk) -> None:
    """One slip on F5, and the sentence that took ten minutes to find is gone."""
    await desk.says("好累")
    page = await desk.person()
    await open_chat(page, "buyer-c1")
    desk.shop.away = True
    await page.locator("#compose").fill("我在")
    await page.keyboard.press("Enter")
    await expect(page.locator(".say.pending")).to_have_count(1)
    await page.locator("#compose").fill("写到一半")
    await page.reload()
    await expect(page.locator(".say.pending")).to_contain_text("我在")
    await expect(page.locator("#compose")).to_have_value("写到一半")
    desk.shop.away = False
    await expect(page.locator(".say.agent:not(.pending) .bubble")).to_have_text(["我在"], timeout=12_000)
    assert desk.shop.said == ["我在"]
    # Whoever logs in next finds nothing of it.
    await page.get_by_role("button", name="agent1").click()
    await page.get_by_role("button", name="退出").click()
    await expect(page.get_by_label("账号")).to_be_visible()
    assert "写到一半" not in str(await page.evaluate("JSON.stringify({...sessionStorage})"))
