"""What an interventionist has beside words: address, responders, the bot's ear, appeals, a pause; the training page."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Page, expect

from bot.store.audit import openings
from bot.store.feedback import phrase_rows
from bot.store.steering import wished
from tests.browser.desk_kit import CARDS, Desk, picture
from tests.browser.test_console_desk import a_busy_night, serious

pytestmark = pytest.mark.asyncio(loop_scope="session")
HOME = {"name": "测试人", "phone": "13900001111", "address": "某路 1 号 302"}
GRAVE = "东西已经买好了，就今晚"


async def grave(desk: Desk, chat: str = "c1", **order: Any) -> None:
    """A customer at level 3 with a paid order."""
    row = {"order_id": f"o-{chat}", "title": "除草剂", "category": "农药", "status": "paid", "city": "临沂", **order}
    await desk.orders(chat, "", row)
    await desk.says(GRAVE, chat)


async def at_the_case(desk: Desk, customer: str = "buyer-c1") -> Page:
    """An interventionist who has accepted the case."""
    page = await desk.person("interventionist")
    await page.locator(".desk .row a", has_text=customer).click()
    # A key goes to the case that is open: pressed before the page has turned it accepts nothing.
    await expect(page.get_by_role("heading", level=1)).to_have_text(customer)
    await page.keyboard.press("a")
    await expect(page.locator(".accepted")).to_contain_text("interventionist1")
    return page


async def open_waiting(page: Page, name: str) -> None:
    """Opens a case of the queue by name. A key goes to the case that is open: it must be that one."""
    await page.locator(".desk .row.waiting a", has_text=name).click()
    await expect(page.get_by_role("heading", level=1)).to_have_text(name)


async def test_the_address_on_a_reason_and_on_record(desk: Desk) -> None:
    """Without it nobody finds the door; without the record anybody could look a customer up."""
    await grave(desk, **HOME)
    page = await at_the_case(desk)
    await page.get_by_role("button", name="看地址").click()
    await page.get_by_role("button", name="记下并显示").click()
    await expect(page.locator(".address.card")).to_have_count(0)
    await page.get_by_label("为什么要看").fill("110 要地址")
    await page.keyboard.press("Enter")
    await expect(page.locator(".address.card")).to_contain_text("13900001111")
    await expect(page.locator(".address.card")).to_contain_text("某路 1 号 302")
    await picture(page, "desk-address")
    (look,) = [row for row in await openings(desk.store, "demo") if row["act"] == "address"]
    assert (look["who"], look["reason"]) == ("interventionist1", "110 要地址")
    await page.get_by_role("button", name="收起").click()
    assert "13900001111" not in await page.content()
    agent = await desk.person("agent")
    await agent.goto(desk.url + "/console/#/desk")
    await agent.locator(".desk .row a").first.click()
    await expect(agent.locator(".case")).to_be_visible()
    await expect(agent.get_by_role("button", name="看地址")).to_have_count(0)


async def test_a_responder_confirms_that_help_has_come(desk: Desk) -> None:
    """ "Somebody called the police, I think" would stand in the file, and nobody would look further."""
    await grave(desk)
    page = await at_the_case(desk)
    await page.get_by_role("button", name="记一笔").click()
    for whom in ("警察", "家人", "社区", "医院", "妇联"):
        await expect(page.get_by_label("告诉了谁").locator("option", has_text=whom)).to_have_count(1)
    await page.get_by_label("告诉了谁").select_option("police")
    await page.get_by_label("说了什么").fill("已报地址")
    await page.get_by_role("button", name="确定").click()
    await page.get_by_role("button", name="有人确认见到本人了").click()
    await page.get_by_label("谁确认的").fill("民警 3021")
    await page.keyboard.press("Enter")
    await expect(page.locator(".notes .chip.fine")).to_contain_text("民警 3021 确认")
    (case,) = await desk.store.cases("demo")
    assert (case.contacts[0].confirmed, case.contacts[0].responder) == (True, "民警 3021")
    assert case.contacts[0].confirmed_by == "interventionist1"


async def test_a_word_into_the_bots_ear(desk: Desk) -> None:
    """Whoever knows what must be asked could only watch the bot not asking it."""
    await grave(desk)
    page = await at_the_case(desk)
    await expect(page.locator(".steer")).to_have_count(0)
    await page.keyboard.press("b")
    await page.locator(".steer").get_by_role("button", name="问身边有没有人").click()
    await expect(page.locator(".steer")).to_contain_text("机器人下一句会：问身边有没有人")
    await desk.told("steer")
    found = await wished(desk.store, "demo", "c1")
    assert found is not None
    assert (found["wish"], found["by"]) == ("companion", "interventionist1")
    await page.reload()
    await expect(page.locator(".steer .chip")).to_contain_text("问身边有没有人")
    # What was still on its way at the reload is not refused for want of a token.
    await expect(page.locator(".toast")).to_have_count(0)
    await picture(page, "desk-steer")
    await page.get_by_role("button", name="收回").click()
    await expect(page.locator(".steer").get_by_role("button", name="先共情")).to_be_visible()


async def test_an_appeal_is_looked_at_and_a_loss_noted(desk: Desk) -> None:
    """A harmless buyer would wait for ever, and the merchant would pay for our care."""
    await grave(desk)
    agent = await desk.person("agent")
    await agent.locator(".list .row").first.click()
    await agent.get_by_role("button", name="有人要求再看").click()
    await agent.get_by_role("button", name="确定").click()
    await expect(agent.locator(".appeal")).to_contain_text("顾客请求再看一次")
    await agent.get_by_role("button", name="记损失").click()
    await agent.get_by_label("金额").fill("12.5")
    await agent.get_by_role("button", name="确定").click()
    await expect(agent.locator(".claim")).to_contain_text("¥12.50")
    await agent.get_by_role("button", name="提交").click()
    await expect(agent.locator(".claim")).to_contain_text("已提交")
    page = await at_the_case(desk)
    await page.get_by_role("button", name="看过了，先不放").click()
    await page.get_by_label("理由").fill("人还没有联系上")
    await page.keyboard.press("Enter")
    await expect(page.locator(".appeal")).to_contain_text("复查后仍停着")
    (claim,) = [row async for row in desk.store.claims("demo")]
    assert (claim["amount_fen"], claim["state"]) == (1250, "submitted")


async def test_the_fourth_grave_case_asks_for_a_pause_first(desk: Desk) -> None:
    """Helpers break at three in the morning, and the next customer has nobody."""
    for number in range(4):
        await grave(desk, f"g{number}")
    page = await desk.person("interventionist")
    for number in range(3):
        await open_waiting(page, f"buyer-g{number}")
        await page.keyboard.press("a")
        await expect(page.locator(".desk .row.waiting", has_text=f"buyer-g{number}")).to_have_count(0)
        await desk.told("case")
    await expect(page.locator(".care")).to_contain_text("连着 3 个高危")
    await open_waiting(page, "buyer-g3")
    await page.keyboard.press("a")
    await expect(page.get_by_role("dialog")).to_contain_text("先喝口水")
    await expect(page.locator(".desk .row.waiting")).to_have_count(1)
    await picture(page, "desk-pause")
    assert await serious(page) == []
    await page.get_by_role("button", name="没有别人，仍然接手").click()
    await expect(page.locator(".desk .row.waiting")).to_have_count(0)
    assert [row["act"] for row in await openings(desk.store, "demo") if row["act"] == "over_cap"] == ["over_cap"]
    await page.get_by_role("button", name="歇过了 / 聊过了").click()
    await expect(page.locator(".care")).to_have_count(0)


async def test_after_a_grave_case_somebody_asks_how_you_are(desk: Desk) -> None:
    """What was read at night goes home with the person who read it."""
    await grave(desk)
    page = await at_the_case(desk)
    address = page.url
    await page.get_by_role("button", name="结案").click()
    await page.get_by_label("理由").fill("家人已到")
    await page.get_by_role("button", name="确定").click()
    await expect(page.get_by_role("dialog")).to_contain_text("不是您不够好")
    await page.get_by_role("button", name="歇过了 / 聊过了").click()
    await expect(page.get_by_role("dialog")).to_have_count(0)
    # It leaves the list, and stays before whoever closed it, with how it ended.
    await expect(page.locator(".case .chip", has_text="个案已结")).to_be_visible()
    await expect(page.locator(".desk .row a")).to_have_count(0)
    # A link to it, from a colleague or another shop's case, still opens what was done.
    await grave(desk, "c2")
    await page.goto(desk.url + "/console/#/desk")
    await expect(page.locator(".desk .row a", has_text="buyer-c2")).to_have_count(1)
    await page.goto(address)
    await expect(page.locator(".case .chip", has_text="个案已结")).to_be_visible()
    await expect(page.locator(".lines .say")).to_have_count(1)


async def test_who_only_checks_says_why(desk: Desk) -> None:
    """Curious colleagues would read the worst hour of somebody's life."""
    await grave(desk)
    page = await desk.person("auditor")
    await page.get_by_role("link", name="会话", exact=True).click()
    await page.locator(".list .row").first.click()
    await expect(page.get_by_text("为什么要看这段对话")).to_be_visible()
    await expect(page.locator(".lines .say")).to_have_count(0)
    assert await serious(page) == []
    await page.get_by_label("理由").fill("客户投诉复查")
    await page.keyboard.press("Enter")
    await expect(page.locator(".lines .say")).to_have_count(1)
    looks = [row for row in await openings(desk.store, "demo") if row["who"] == "auditor1"]
    assert [row["reason"] for row in looks] == ["客户投诉复查"]


async def test_a_trainer_learns_from_the_night_and_sees_no_chat(desk: Desk) -> None:
    """The words that colleagues found would be lost; or a trainer would read a crisis."""
    await desk.says("我不想活了")
    agent = await desk.person()
    await agent.locator(".list .row").first.click()
    await expect(agent.locator(".suggestion")).to_have_count(4)
    await agent.keyboard.press("4")
    await agent.keyboard.type("我不走。")
    await agent.keyboard.press("Enter")
    await expect(agent.locator(".say.agent:not(.pending)")).to_have_count(1)
    page = await desk.person("trainer")
    proposal = page.locator(".proposals li.variant")
    await expect(proposal).to_contain_text(CARDS[2][3][0] + "我不走。")
    assert "我不想活了" not in await page.content()
    await picture(page, "training")
    assert await serious(page) == []
    await page.get_by_label("句子").fill("亲，想开点哦")
    await page.get_by_label("顾客说到什么时出现").fill("发货，快递")
    await page.get_by_role("button", name="加进去").click()
    await expect(page.locator(".phraseform .problem")).to_contain_text("想开")
    await page.get_by_label("句子").fill("五点前付的款当天发出。")
    await page.get_by_role("button", name="加进去").click()
    await expect(page.locator(".proposals", has_text="五点前")).to_contain_text("发货、快递")
    await proposal.get_by_role("button", name="采纳").click()
    await expect(proposal).to_have_count(0)
    (row,) = await phrase_rows(desk.store, "demo")
    assert (row["kind"], row["when"], row["by"]) == ("service", ["发货", "快递"], "trainer1")
    await desk.says("在吗", "calm")
    await agent.locator(".list .row", has_text="buyer-calm").click()
    await expect(agent.locator(".statebar h1")).to_have_text("buyer-calm")
    await agent.keyboard.press("Escape")
    await agent.keyboard.press("/")
    await agent.keyboard.type("五点前")
    await expect(agent.locator(".phrases li")).to_contain_text("本店")


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_a_narrow_phone_at_midnight(desk: Desk, scheme: Any) -> None:
    """Who is called out of bed has 360 points of width and one thumb."""
    await a_busy_night(desk)
    small: Any = {"size": (360, 740), "is_mobile": True, "has_touch": True, "color_scheme": scheme}
    page = await desk.person("agent", **small)
    await page.locator(".list .row").first.tap()
    await expect(page.locator("#compose")).to_be_in_viewport(ratio=1)
    await picture(page, f"phone-360-talk-{scheme}")
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    await page.get_by_role("button", name="帮手").tap()
    await expect(page.locator(".suggestion").first).to_be_in_viewport(ratio=1)
    await picture(page, f"phone-360-help-{scheme}")
    await desk.can_explain(page, "girl")
    await page.get_by_role("button", name="为什么").first.tap()
    await expect(page.locator(".whybox .answer")).to_be_visible()
    await picture(page, f"phone-360-why-{scheme}")
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert await serious(page) == []
    await page.get_by_role("button", name="关上").last.tap()
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert await serious(page) == []
    # One tap takes the words and brings the thumb to where they are sent.
    await page.locator(".suggestion").nth(1).tap()
    await expect(page.locator("#compose")).to_be_in_viewport(ratio=1)
    await expect(page.locator("#compose")).to_have_value(CARDS[3][1][0])
    person = await desk.person("interventionist", **small)
    await person.locator(".desk .row a").first.tap()
    await person.get_by_role("button", name="帮手").tap()
    await person.get_by_role("button", name="接手").first.tap()
    await expect(person.locator(".accepted")).to_contain_text("接手于")
    await picture(person, f"phone-360-case-{scheme}")
    assert await person.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert await serious(person) == []
    admin = await desk.person("admin", **small)
    await expect(admin.locator(".tiles")).to_be_visible()
    assert await admin.evaluate("document.documentElement.scrollWidth <= innerWidth")
    await picture(admin, f"phone-360-overview-{scheme}")
    await admin.get_by_role("link", name="训练").tap()
    await expect(admin.locator(".halves")).to_be_visible()
    assert await admin.evaluate("document.documentElement.scrollWidth <= innerWidth")
