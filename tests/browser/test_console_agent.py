"""The agent's screen in a real browser, from log-in to the words in the customer's chat."""

from __future__ import annotations

import asyncio
import re

import pytest
from playwright.async_api import Page, expect

from tests.browser.desk_kit import CARDS, Desk

pytestmark = pytest.mark.asyncio(loop_scope="session")
ORDER = {"order_id": "A1001", "title": "百草枯 20% 500ml", "category": "农药", "status": "paid"}


async def open_chat(page: Page, customer: str) -> None:
    await page.locator(".list .row", has_text=customer).click()
    await expect(page.locator(".statebar h1")).to_have_text(customer)


def bubbles(page: Page):  # type: ignore[no-untyped-def]
    """Lines of the transcript, those under way too."""
    return page.locator(".lines .bubble")


async def test_log_in_and_out(desk: Desk) -> None:
    """Nobody could get in, or a wrong password would be told nothing."""
    page = await desk.person()
    await page.get_by_role("button", name="agent1").click()
    await page.get_by_role("button", name="退出").click()
    await page.get_by_label("账号").fill("agent1")
    await page.get_by_label("密码").fill("wrong")
    await page.get_by_role("button", name="登录").click()
    await expect(page.get_by_role("alert")).to_contain_text("账号或密码不对")


async def test_danger_arrives_by_itself_and_on_top(desk: Desk) -> None:
    """The person in danger would wait below a question about sizes, on a screen that shows yesterday."""
    for number in range(4):
        await desk.says("在吗", f"calm{number}")
    page = await desk.person()
    await expect(page.locator(".list .row")).to_have_count(4)
    await desk.says("我想好怎么做了，就今晚", "danger")
    await expect(page.locator(".list .row").first).to_contain_text("buyer-danger")
    await expect(page.locator(".list .row").first).to_contain_text("高危")
    await expect(page.get_by_role("alert")).to_contain_text("新的高危")
    await expect(page).to_have_title(re.compile(r"^\(1\)"))
    await page.keyboard.press("g")
    await expect(page.locator(".statebar h1")).to_have_text("buyer-danger")
    await expect(page.locator(".lines mark")).to_have_text(["想好怎么做了", "就今晚"])
    await expect(page.locator(".tip")).to_contain_text("安全")
    await expect(page).to_have_title(re.compile("^早安"))


async def test_the_second_suggestion_by_one_key(desk: Desk) -> None:
    """A frightened agent would have to look for words of their own."""
    await desk.says("我不想活了")
    page = await desk.person()
    await open_chat(page, "buyer-c1")
    await expect(page.locator(".suggestion")).to_have_count(4)
    await page.keyboard.press("2")
    box = page.locator("#compose")
    await expect(box).to_be_focused()
    await expect(box).to_have_value(CARDS[2][1][0])
    await page.keyboard.type("我在听。")
    await page.keyboard.press("Enter")
    await expect(bubbles(page)).to_have_text(["我不想活了", CARDS[2][1][0] + "我在听。"])
    await expect(page.locator(".say.pending")).to_have_count(0)
    assert desk.shop.said == [CARDS[2][1][0] + "我在听。"]
    await expect(box).to_have_value("")


async def test_what_was_said_is_not_offered_again(desk: Desk) -> None:
    """A person in pain would read the same sentence twice."""
    await desk.says("我不想活了")
    page = await desk.person()
    await open_chat(page, "buyer-c1")
    await expect(page.locator(".suggestion")).to_have_count(4)
    await page.keyboard.press("1")
    await page.keyboard.press("Enter")
    await expect(page.locator(".say.agent:not(.pending)")).to_have_count(1)
    await expect(page.locator(".suggestion").first).to_be_disabled()
    await page.keyboard.press("Escape")
    await page.keyboard.press("1")
    await expect(page.locator("#compose")).to_have_value("")
    await expect(page.locator(".suggestion").nth(1)).to_be_enabled()


async def test_enter_while_composing_sends_nothing(desk: Desk) -> None:
    """Half a word of pinyin would be sent to someone in danger, or the chat handed to the bot."""
    await desk.says("我不想活了")
    page = await desk.person()
    await open_chat(page, "buyer-c1")
    await expect(page.locator(".suggestion")).to_have_count(4)
    await page.keyboard.press("i")
    ime = await page.context.new_cdp_session(page)
    await ime.send("Input.imeSetComposition", {"text": "woz", "selectionStart": 3, "selectionEnd": 3})
    for key, code in (("Enter", "Enter"), ("1", "Digit1"), ("b", "KeyB")):
        # An input method tells every key as 229 on its way down.
        press = {"type": "rawKeyDown", "key": key, "code": code, "windowsVirtualKeyCode": 229}
        await ime.send("Input.dispatchKeyEvent", press)
        await ime.send("Input.dispatchKeyEvent", {**press, "type": "keyUp"})
    await expect(page.locator(".say.agent")).to_have_count(0)
    await ime.send("Input.insertText", {"text": "我在"})
    await expect(page.locator("#compose")).to_have_value("我在")
    for event in ({"isComposing": True}, {"keyCode": 229}):
        await page.dispatch_event("#compose", "keydown", {"key": "Enter", "code": "Enter", **event})
        await page.dispatch_event("body", "keydown", {"key": "b", "code": "KeyB", **event})
    await expect(page.locator(".say.agent")).to_have_count(0)
    await expect(page.locator(".chip.owner")).to_contain_text("等人回复")
    await page.keyboard.press("Enter")
    await expect(bubbles(page)).to_have_text(["我不想活了", "我在"])
    await expect(page.locator(".say.pending")).to_have_count(0)


async def test_hand_over_the_bot_answers_take_back(desk: Desk) -> None:
    """Agent and bot would talk over each other, or nobody would answer."""
    await desk.says("活着没意思")
    page = await desk.person()
    await open_chat(page, "buyer-c1")
    await page.keyboard.press("b")
    await expect(page.locator(".chip.owner")).to_have_text("机器人在回复")
    await expect(bubbles(page)).to_have_text(["活着没意思", "我在，你慢慢说。"])
    desk.brain_pause = 1.5
    await desk.says("嗯")
    await expect(bubbles(page)).to_have_count(3)
    await page.keyboard.press("t")
    await expect(page.locator(".chip.owner")).to_have_text("人在回复")
    # Taken back in the middle of the bot's answer: that answer is gone.
    await desk.told("reply_dropped")
    await expect(bubbles(page)).to_have_text(["活着没意思", "我在，你慢慢说。", "嗯"])
    assert desk.shop.said == ["我在，你慢慢说。"]
    # The person has words at once, though the customer has said nothing since.
    await expect(page.locator(".suggestion").nth(2)).to_be_visible()
    assert await page.locator(".lines .say.customer").count() == 2


async def test_taking_back_after_the_bot_has_answered_brings_cards_too(desk: Desk) -> None:
    """Whoever takes over because the bot did badly would stand before an empty desk."""
    await desk.says("活着没意思")
    page = await desk.person()
    await open_chat(page, "buyer-c1")
    await page.keyboard.press("b")
    await expect(bubbles(page)).to_have_count(2)
    await page.keyboard.press("t")
    await expect(page.locator(".chip.owner")).to_have_text("人在回复")
    await expect(page.locator(".suggestion").nth(2)).to_be_visible()
    await page.keyboard.press("1")
    await expect(page.locator("#compose")).not_to_have_value("")


async def test_hold_and_release(desk: Desk) -> None:
    """What was ordered would be shipped, or never let go again."""
    await desk.says("在吗")
    await desk.orders("c1", "", ORDER)
    agent = await desk.person()
    await open_chat(agent, "buyer-c1")
    await expect(agent.locator(".orders li")).to_contain_text("百草枯")
    await desk.says("东西已经买好了，不想活了")
    await expect(agent.locator(".orders .chip")).to_have_text("已暂停")
    await expect(agent.locator(".statebar")).to_contain_text("订单已暂停 1")
    await expect(agent.get_by_text("高危以上由干预员放行")).to_be_visible()
    person = await desk.person("interventionist")
    await person.locator(".desk .row a").click()
    await person.get_by_role("button", name="放行").click()
    await person.get_by_label("为什么可以放行").fill("家人在身边，已和本人确认")
    await person.keyboard.press("Enter")
    await expect(person.locator(".orders .chip")).to_have_text("已放行")
    await expect(agent.locator(".orders .chip")).to_have_text("已放行")


async def test_hold_by_key_says_when_there_is_nothing_to_hold(desk: Desk) -> None:
    """The agent would believe an order stopped that is not."""
    await desk.says("在吗")
    page = await desk.person()
    await open_chat(page, "buyer-c1")
    await page.keyboard.press("h")
    await expect(page.get_by_role("dialog")).to_be_visible()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("alert")).to_contain_text("没有订单可以暂停")


async def test_call_the_team_by_key(desk: Desk) -> None:
    """The agent would stay alone with it."""
    await desk.says("好累")
    page = await desk.person()
    await open_chat(page, "buyer-c1")
    await page.keyboard.press("e")
    await page.keyboard.press("Enter")
    await expect(page.locator(".statebar")).to_contain_text("已叫人，还没人接")
    person = await desk.person("interventionist")
    await expect(person.locator(".desk .row.waiting")).to_contain_text("buyer-c1")


async def test_words_for_an_earlier_moment_are_not_sent_unseen(desk: Desk) -> None:
    """Comfort for being tired would be the answer to a farewell."""
    await desk.says("好累")
    page = await desk.person()
    await open_chat(page, "buyer-c1")
    await expect(page.locator(".suggestion")).not_to_have_count(0)
    await page.keyboard.press("1")
    desk.brain_pause = 1.5
    await desk.says("替我谢谢大家")
    await expect(page.locator(".lines mark")).to_have_count(2)
    await expect(page.locator(".suggestion")).to_have_count(0)
    await expect(page.locator(".thinking")).to_contain_text("正在想新的")
    await page.keyboard.press("Enter")
    await expect(page.locator(".compose").get_by_role("alert")).to_contain_text("危险升高了")
    assert desk.shop.said == []
    await page.keyboard.press("Enter")
    await expect(page.locator(".say.agent:not(.pending)")).to_have_count(1)


async def test_the_library_by_slash(desk: Desk) -> None:
    """Vetted words would be out of reach when the cards do not fit."""
    await desk.says("我不想活了")
    page = await desk.person()
    await open_chat(page, "buyer-c1")
    await page.keyboard.press("/")
    await page.keyboard.type("陪")
    first = page.locator(".phrases li").first
    await expect(first).to_contain_text("陪")
    words = await first.locator("span").first.inner_text()
    await page.keyboard.press("Enter")
    await expect(page.locator("#compose")).to_have_value(words)
    await expect(page.get_by_role("dialog")).to_have_count(0)


async def test_a_door_that_dies_loses_and_doubles_nothing(desk: Desk) -> None:
    """A customer would read a sentence twice, or never; a customer's line would be missing on the screen."""
    await desk.says("好累")
    page = await desk.person()
    await open_chat(page, "buyer-c1")
    await expect(page.locator(".suggestion")).not_to_have_count(0)
    desk.kill_door()
    await expect(page.locator(".banner.bad").first).to_contain_text("断线了")
    await page.locator("#compose").fill("我在这儿")
    await page.keyboard.press("Enter")
    await expect(page.locator(".say.pending")).to_contain_text("我在这儿")
    await desk.open_door()
    await expect(page.locator("p.line")).to_have_class(re.compile("up"), timeout=10_000)
    await expect(page.locator(".say.pending")).to_have_count(0, timeout=10_000)
    await expect(bubbles(page)).to_have_text(["好累", "我在这儿"])
    assert desk.shop.said == ["我在这儿"]
    await desk.says("谢谢你")
    await expect(bubbles(page)).to_have_text(["好累", "我在这儿", "谢谢你"])


async def test_what_waited_is_looked_at_again_when_the_customer_went_on(desk: Desk) -> None:
    """A light word written before a farewell would arrive after it."""
    await desk.says("好累")
    page = await desk.person()
    await open_chat(page, "buyer-c1")
    desk.shop.away = True
    await page.locator("#compose").fill("早点休息呀")
    await page.keyboard.press("Enter")
    await expect(page.locator(".say.pending")).to_have_count(1)
    await desk.says("替我谢谢大家")
    await expect(page.locator(".say.pending")).to_contain_text("顾客又说了话", timeout=12_000)
    desk.shop.away = False
    await page.get_by_role("button", name="拿回来改").click()
    await expect(page.locator("#compose")).to_have_value("早点休息呀")
    assert desk.shop.said == []


async def test_thirty_seconds_without_a_network(desk: Desk) -> None:
    """The lift, the tunnel, the router: what was written would be gone. Longer than any time limit of the page."""
    await desk.says("好累")
    page = await desk.person()
    await open_chat(page, "buyer-c1")
    await page.context.set_offline(True)
    began = asyncio.get_running_loop().time()
    await expect(page.locator("p.line")).to_have_class(re.compile("down"))
    await page.locator("#compose").fill("我在")
    await page.keyboard.press("Enter")
    await page.locator("#compose").fill("不急，慢慢说。")
    await page.keyboard.press("Enter")
    await page.keyboard.press("Escape")
    await expect(page.locator(".say.pending")).to_have_count(2)
    await expect(page.locator(".say.pending").first).to_contain_text("没连上")
    await desk.says("我不想活了", "other")
    await asyncio.sleep(30 - (asyncio.get_running_loop().time() - began))
    await expect(page.locator(".say.pending")).to_have_count(2)
    assert desk.shop.said == []
    await page.context.set_offline(False)
    sent = page.locator(".say.agent:not(.pending) .bubble")
    await expect(sent).to_have_text(["我在", "不急，慢慢说。"], timeout=10_000)
    assert desk.shop.said == ["我在", "不急，慢慢说。"]
    # Who came into danger meanwhile is on top, and called for.
    await expect(page.locator(".list .row").first).to_contain_text("buyer-other")
    await expect(page.get_by_role("alert")).to_contain_text("新的意念")


async def test_several_tabs_share_one_line(desk: Desk) -> None:
    """The seventh tab of an agent with nine chats would never load."""
    await desk.says("在吗")
    first = await desk.person()
    tabs = [first, *[await desk.tab(first.context) for _ in range(7)]]
    await desk.says("就今晚", "late")
    for tab in tabs:
        await expect(tab.locator(".list .row").first).to_contain_text("buyer-late")
    await first.close()
    await asyncio.sleep(0.3)
    await desk.says("我已经吃了", "later")
    for tab in tabs[1:]:
        await expect(tab.locator(".list .row").first).to_contain_text("buyer-later")


async def test_two_agents_do_not_write_over_each_other(desk: Desk) -> None:
    """Two people would answer the same sentence differently."""
    await desk.says("好累")
    one, two = await desk.person(), await desk.person("interventionist")
    await two.goto(desk.url + "/console/#/chats/demo/c1")
    await open_chat(one, "buyer-c1")
    # whoever writes first has the chat: the other begins once the door knows it
    async with one.expect_response(lambda r: r.url.endswith("/presence") and "true" in (r.request.post_data or "")):
        await one.locator("#compose").press_sequentially("我在")
    await two.locator("#compose").fill("您好")
    await expect(two.locator(".banner", has_text="agent1 正在回这位顾客")).to_be_visible()
    await two.keyboard.press("Enter")
    await expect(two.locator(".say.refused")).to_contain_text("agent1 正在回")
    assert desk.shop.said == []
    await one.locator("#compose").press("Enter")
    await expect(two.locator(".say.agent:not(.pending) .bubble")).to_have_text(["我在"])
    await two.get_by_role("button", name="不发了").click()
    await expect(bubbles(two)).to_have_text(["好累", "我在"])


async def test_markup_of_a_customer_stays_text(desk: Desk) -> None:
    """A customer's name or words could run a script on the agent's screen."""
    evil = "<img src=x onerror=alert(1)><script>alert(2)</script>{{7*7}}"
    await desk.says(evil)
    await desk.orders("c1", "", {**ORDER, "title": evil})
    page = await desk.person()
    await expect(page.locator(".list .row")).to_contain_text("<img src=x")
    await open_chat(page, "buyer-c1")
    await expect(bubbles(page)).to_have_text([evil])
    await expect(page.locator(".orders .title span").first).to_have_text(evil)
    assert await page.locator("#app img, #app script").count() == 0


async def test_emoji_do_not_move_the_evidence(desk: Desk) -> None:
    """The wrong words would be marked as the reason."""
    await desk.says("😭😭👨‍👩‍👧真的好累，不想活了🌙")
    page = await desk.person()
    await open_chat(page, "buyer-c1")
    await expect(page.locator(".lines mark")).to_have_text(["好累", "不想活了"])


async def test_hard_words_are_covered_until_asked_for(desk: Desk) -> None:
    """A 22-year-old would read the worst lines of the night unprepared."""
    await desk.says("东西已经买好了，就今晚")
    page = await desk.person()
    await open_chat(page, "buyer-c1")
    await expect(bubbles(page)).not_to_contain_text("买好了")
    await expect(page.locator(".lines .tag").first).to_have_text("在做准备")
    await expect(page.locator(".talk [aria-live=polite]")).not_to_contain_text("买好了")
    await page.locator(".cover").click()
    await expect(bubbles(page)).to_have_text(["东西已经买好了，就今晚"])
    await page.get_by_role("button", name="盖上").click()
    await expect(bubbles(page)).not_to_contain_text("买好了")
    await desk.says("喝下去会很难受吗", "ask")
    row = page.locator(".list .row", has_text="buyer-ask")
    await expect(row).to_contain_text("打听会不会致命")
    await expect(row).not_to_contain_text("喝下去")


async def test_what_became_of_suggestions_is_counted(desk: Desk) -> None:
    """Trainers would never learn which words help."""
    await desk.says("我不想活了")
    page = await desk.person()
    await open_chat(page, "buyer-c1")
    for number, (key, more) in enumerate((("1", ""), ("2", "嗯")), 1):
        await expect(page.locator(".say.customer")).to_have_count(number)
        await expect(page.locator(".suggestion")).to_have_count(4)
        await page.keyboard.press(key)
        await page.keyboard.type(more)
        await page.keyboard.press("Enter")
        await expect(page.locator(".say.agent:not(.pending)")).to_have_count(number)
        await page.keyboard.press("Escape")
        await desk.says(f"嗯{number}")
    await page.goto(desk.url + "/console/#/overview")
    await expect(page.locator(".stacks li")).to_have_count(2)
    await expect(page.locator(".stacks")).to_contain_text("1 / 0 / 0")
    await expect(page.locator(".stacks")).to_contain_text("0 / 1 / 0")


async def test_a_call_for_danger_elsewhere_covers_nothing_here(desk: Desk) -> None:
    """Who is open, how they are and who has them would be hidden in the worst minute."""
    await desk.says("我不想活了")
    page = await desk.person()
    await open_chat(page, "buyer-c1")
    await expect(page.locator(".suggestion")).to_have_count(4)
    await desk.says("我已经吃了", "late")
    await expect(page.locator(".toast")).to_be_visible()
    toast = await page.locator(".toast").bounding_box()
    bar = await page.locator(".statebar").bounding_box()
    assert toast
    assert bar
    assert toast["y"] + toast["height"] <= bar["y"] + 2
    await expect(page.locator(".list .row").first).to_contain_text("紧急")
