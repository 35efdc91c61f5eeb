"""What is said back is the customer's own, and safe in our mouth."""

from __future__ import annotations

import pytest

from bot.conversation.echo import LONGEST, echo


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("不会的闺女，我不会伤自己。就是屋里太静了", "就是屋里太静了"),
        ("登记什么。被裁半年了，家里还不知道，欠一屁股债", "被裁半年了"),
        ("啥东西远不远，我手里啥也没有。我就怕闺女难过", "我就怕闺女难过"),
    ],
)
def test_the_clause_that_carries_most_is_said_back(text, words):
    """Without it: every reply could answer anybody, and the customer sees that nobody read theirs."""
    found = echo(text)
    assert found is not None
    assert found.pain
    assert found.words == words


@pytest.mark.parametrize(
    "text",
    [
        "我想从楼上跳下去", "我就是个废物", "能让人走得不难受的", "我想跟老头子去", "你们什么时候发货",
        "我电话13800000000", "信我写好了", "药都备好了", "嗯", "", "你搞错了", "会不会告诉我爸妈", "🙂" * 50,
    ],
)  # fmt: skip
def test_nothing_dangerous_is_said_back(text):
    """Without it: the bot repeats a means, a farewell or an insult in its own voice."""
    assert echo(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "房子他敢卖 我就吊在那房梁上让他卖凶宅",
        "我男人在院里浇了油",
        "说出来怕你笑 我每天坐公交都希望它翻掉",
        "别吵了 我不在就都清静了",
        "上回没走成 这回我不会再失手",
        "能盖住味道几天没人发现那种",
        "从九号起我这没人了",
        "我已经骑在栏杆上了",
        "别打电话来 会吵到别人的",
        "崖口那家民宿订了 一个人看完日出就行了",
        "刚喝了，嗓子烧得疼",
        "有时候希望衣服还在，人不在了就好",
        "还完我就没欠谁的了",
        "我倒是希望自己不在",
        "我会喺生日嗰日走",
        "现在没人拽了",
        "我已经在上面了",
    ],
)
def test_no_hint_is_said_back_where_danger_is_known(text):
    """Without it: the bot quotes a plan, a place or a wish not to be, as if it agreed."""
    assert echo(text, grave=True) is None


def test_suffering_is_said_back_where_danger_is_known_too():
    """Without it: whoever is worst off hears only general phrases."""
    found = echo("不想活了 被裁半年了，我好累", grave=True)
    assert found is not None
    assert found.words in {"被裁半年了", "我好累"}


def test_an_echo_is_short():
    """Without it: a message outgrows its sixty characters and is blocked by the guard."""
    found = echo("我一个人在这个城市里从早到晚没有人说一句话真的好累好累好累")
    assert found is None or len(found.words) <= LONGEST


def test_english():
    """Without it: an English customer hears only general phrases."""
    assert echo("No time. Not tonight. I just can't stop crying", "en").words == "I just can't stop crying"
    assert echo("I want to die tonight", "en") is None
