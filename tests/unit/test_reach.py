"""Help that this person can use: how they can reach it, where they are, and another way when one is barred."""

from __future__ import annotations

import pytest

from bot.conversation import memory as mem
from bot.conversation import onward, places, reach
from bot.conversation import variants as var
from bot.conversation.hearing import hear
from bot.conversation.ladder import ladder
from bot.conversation.lines import registry
from bot.conversation.nlg import filling
from bot.conversation.nlg_fill import home_values, line_values


def kept(*messages: str) -> dict:
    memory = mem.fresh()
    for text in messages:
        memory["turn"] += 1
        reach.listen(memory, text)
    return memory


@pytest.mark.parametrize(
    ("text", "way"),
    [
        ("我是聋人，热线怎么办", "text"),
        ("我 不 说话", "text"),
        ("一出声就把孩子吵醒", "text"),
        ("I cannot talk aloud, the child sleeps here", "text"),
        ("我不敢打电话", "text"),
        ("在哪按啊我眼花找不着", "person"),
        ("可是進去手機就收走了", "person"),
        ("I have small load", "text"),
        ("我妈耳朵聋，听不见", "voice"),
        ("我听不见他的动静", "voice"),
        ("我怕打针", "voice"),
        ("手机壳没有了", "voice"),
    ],
)
def test_what_bars_a_call_is_heard(text, way):
    """Without it: a deaf woman is told to telephone, and who can call gets none of the numbers."""
    assert reach.way(kept(text)) == way


def test_an_empty_card_and_a_telephone_to_be_taken_bar_no_emergency_call():
    """Without it: who has no credit is kept from the free emergency number."""
    assert reach.way(kept("话费没有了，欠费"), emergency=True) == "voice"
    assert reach.way(kept("手机要被收走"), emergency=True) == "voice"


def test_what_passes_is_lifted_and_what_lasts_is_not():
    """Without it: who was overheard an hour ago never hears of a line, or who is deaf is rung up again."""
    assert reach.way(kept("孩子睡在旁边，不能出声", "他出去了，我能说话了")) == "voice"
    assert reach.way(kept("我聋", "我能说话了")) == "text"


@pytest.mark.parametrize(
    ("text", "barred"),
    [
        ("现在就打 {n}", True),
        ("请马上拨 {n}", True),
        ("喊一声身边的人，让他拨。", True),
        ("Please call {n}, a helpline", True),
        ("電話通咗未？", True),
        ("发短信到 {n}，写地址", False),
        ("好，你不打，我不逼。先把门打开。", False),
        ("打字就好，一个字也行", False),
        ("让小胡替你打 {n}，现在叫得到吗？", False),
    ],
)
def test_a_sentence_that_asks_for_the_impossible_is_not_said(text, barred):
    """Without it: "call" and "shout" go out to somebody who can do neither."""
    assert reach.unusable(text.replace("{n}", "999"), "text", hush=True) is barred
    assert reach.unusable(text.replace("{n}", "999"), "voice", hush=False) is False


def test_the_choice_of_words_leaves_calls_out():
    """Without it: the best fitting sentence is one that this person cannot follow."""
    rows = var.parse([{"text": "现在就打 999", "metadata": {"esc": "information", "danger": "imminent"}},
                      {"text": "发给最近的人", "metadata": {"esc": "information"}}])  # fmt: skip
    assert var.choose(rows, var.Moment(danger="imminent"))[0] == "现在就打 999"
    assert var.choose(rows, var.Moment(danger="imminent", way="text"))[0] == "发给最近的人"


@pytest.mark.parametrize(
    ("text", "own", "theirs"),
    [
        ("他在英国 利兹 念大三 一个人住学生公寓 我在南昌 我守不到他。在中国打得到英国的警察吗", "mainland", "uk"),
        ("我在悉尼读书 我爸在江西一个人", "australia", "mainland"),
        ("My sister is in Iloilo. That number is China, I am in Hong Kong", "hongkong", "abroad"),
        ("佢唔知㗎，以為我去咗深圳", None, None),
        ("我问您 英国的警察从中国打不打得到", None, None),
        ("给我发到美国", None, None),
    ],
)
def test_who_is_where(text, own, theirs):
    """Without it: a father is given the numbers of his own town for a son in another country."""
    assert places.read(hear(text).plain)[:2] == (own, theirs)


@pytest.mark.parametrize("text", ["英国进口的奶粉", "德国刀", "日本代购", "波士顿龙虾", "call us", "he told us"])
def test_goods_from_a_country_move_nobody(text):
    """Without it: who buys English tea hears of the English emergency number."""
    assert hear(text).region is None


def test_numbers_are_for_where_the_danger_is():
    """Without it: help for a son abroad is looked for at the father's."""
    memory = {**mem.fresh(), "region": "mainland", "their_region": "uk"}
    assert places.of_danger(memory, "other") == "uk"
    assert places.of_danger(memory, "self") == "mainland"
    assert places.from_home(memory, "other", registry().foreign)
    assert home_values(registry())["home_line"] == "010-12308"


def test_each_country_has_an_emergency_number_and_says_who_speaks_chinese():
    """Without it: somebody abroad is sent to 110."""
    for region in registry().foreign:
        fill = line_values(registry(), region, None, "adult", 4)
        assert fill["consular"] == "+86-10-12308"
        assert "110" not in fill["emergency"] or region == "japan"
    assert line_values(registry(), "uk", None, "adult", 3)["line"] == "116 123"


def test_a_number_is_found_whole():
    """Without it: 18111 counts as the emergency number of New Zealand, and the desk sees a wrong referral."""
    assert [x.id for x in registry().named("打 18111")] == ["mental_health_hk"]
    assert "police_cn" not in [x.id for x in registry().named("发短信到 12110")]


def at_the_edge(**told: int) -> dict:
    memory = {**mem.fresh(), "turn": 8, "flagged": 3, "level": 4}
    memory["asked"] = {"emergency": [5], "refer_emergency": [5], "suicide": [4]}
    memory["told"] = dict(told)
    return memory


def step(memory: dict, chosen: str, text: str, move: str, danger: str = "imminent") -> str:
    heard = hear(text)
    return onward.step(chosen, ladder(), "care", danger, move, memory, memory, heard)


def test_who_refuses_the_police_is_offered_another_way():
    """Without it: fear of the police ends the talk about help (level 4)."""
    assert step(at_the_edge(), "quiet", "别报警", "refuse_police") == "another_way"
    assert step(at_the_edge(), "quiet", "我很难受", "tell") == "quiet"
    assert step(at_the_edge(help_called=7), "quiet", "别报警", "refuse_police") == "quiet"


def test_who_cannot_call_is_offered_another_way_in_place_of_the_same_question():
    """Without it: a deaf woman is asked three times whether she has called."""
    memory = at_the_edge()
    memory["reach"] = {"cannot_hear": 3}
    assert step(memory, "emergency_check", "写什么", "tell") == "another_way"


def test_care_beyond_a_hotline_is_named_once_in_six_replies():
    """Without it: nobody hears that a doctor or a counsellor could help (VERA-MH 18)."""
    memory = {**mem.fresh(), "turn": 7, "flagged": 2, "level": 2, "asked": {"suicide": [3], "refer": [4]}}
    assert step(memory, "when", "我没睡", "tell", "ideation") == "human_help"
    assert step({**memory, "said": ["挂个心理科的号好吗？"]}, "when", "我没睡", "tell", "ideation") == "when"
    assert step(memory, "when", "别问了", "refuse_talk", "ideation") == "when"


def test_what_stands_in_the_way_of_a_number_is_asked():
    """Without it: a number is given and never spoken of again (VERA-MH 17)."""
    memory = {**mem.fresh(), "turn": 8, "flagged": 5, "level": 2, "last_refer": 5, "said": ["心理科"]}
    memory["asked"] = {"suicide": [5], "refer": [5]}
    assert step(memory, "past", "我没睡", "tell", "ideation") == "refer_check"
    memory["told"] = {"called_line": 6}
    assert step(memory, "past", "我没睡", "tell", "ideation") == "past"


def test_nobody_who_has_told_no_place_is_sent_to_write_to_the_mainlands_police():
    """「您給的這個號碼是對岸的，我這裡傳不出去」: the only way that makes no sound led nowhere."""
    plan = {"danger": "imminent", "who": "self", "topics": []}
    assert "sms" in filling(plan, mem.fresh() | {"traditional": False}, None)
    assert "sms" not in filling(plan, mem.fresh() | {"traditional": True}, None)


@pytest.mark.parametrize(
    ("text", "region"),
    [
        ("另外您給的第二個是香港的號碼，我在桃園。", "taiwan"),
        ("我在桃園，自己房間。前面那個是香港的。", "taiwan"),
        ("我喺香港", "hongkong"),
        ("我住中壢，香港的電話打不通", "taiwan"),
    ],
)
def test_a_number_that_is_only_spoken_of_tells_no_place(text, region):
    """A flight attendant in Taoyuan said that a number was Hong Kong's, and got Hong Kong's again."""
    assert hear(text).region == region


@pytest.mark.parametrize(
    "text",
    [
        "我说了面没见过 隔千把里 我怎么拿远",
        "我儿在学校住着 好好的 我跟车在新疆",
        "他在赣南他爸妈家里，我在成都，守不了。",
        "我三天才到",
    ],
)
def test_who_is_far_from_them_is_not_told_to_hold_them(text):
    """A mother in a lorry, three days away, was told to sit beside her son."""
    assert "far_from" in hear(text).facts
