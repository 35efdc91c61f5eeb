"""Who can get to somebody in danger, who must not be sent, and what was told of that one."""

from __future__ import annotations

from typing import Any

import pytest

from bot.conversation import aid, circle, inquiry, parties, questions, third
from bot.conversation import memory as mem
from bot.conversation.hearing import hear, simplify
from bot.conversation.ladder import ladder


def after(*texts: str) -> dict[str, Any]:
    """The memory after these messages of somebody who speaks for another, at level 3."""
    memory = mem.fresh()
    for text in texts:
        heard = hear(text, memory=memory)
        memory = mem.listen(memory, heard, (), 3)
        memory["speaks_for"] = "other"
        circle.settle(memory, heard)
        aid.note(memory, heard, True)
        aid.settle(memory)
    return memory


@pytest.mark.parametrize(
    ("texts", "found"),
    [
        (("我妹说以后不折腾你们了", "嫂子在看店 跟她讲有啥用", "对门倒有个方老师有她家钥匙"), ("key", "方老师")),
        (("我姐一直关机", "她对门的邻居周姐有她家备用钥匙", "我妈八十了 经不起吓"), ("key", "周姐")),
        (("他不回我", "厂里值班的老冯在 他跟小丁一层楼"), ("spot", "老冯")),
        (("她说不想活了", "班主任马老师就住楼下"), ("spot", "马老师")),
        (("老公在车库坐着", "物业老郭在小区 我有他电话", "老郭到了"), ("beside", "老郭")),
        (("我妈想死", "佢話唔想活 樓下李伯識佢 我有李伯電話"), ("spot", "李伯")),
        (("他要跳", "小何跟他一个办公室 现在就在楼下"), ("spot", "小何")),
    ],
)
def test_who_is_on_the_spot_or_has_the_key_is_sent(texts: tuple[str, ...], found: tuple[str, str]) -> None:
    """The neighbour with the key is passed over, and nobody goes to the sister behind the door."""
    assert aid.choose(after(*texts)) == found


@pytest.mark.parametrize(
    "texts",
    [
        ("阿媽話學識晒佢就安樂", "細佬得五歲咋"),
        ("我妈天天哭 说要走", "家里就我和弟弟 弟弟五岁"),
        ("我老公想死", "跟他儿子讲 他儿子才八岁"),
        ("她住慈溪 不接电话", "嫂子在宁波店里 跟我一样远 她去个啥"),
        ("他说不想活了", "奶奶在乡下 心脏不好"),
        ("她不想活了", "她爸脾气爆 会打她"),
        ("老雷说睡过去最好", "重孙子才会叫人呢"),
        ("他攒着药", "他闺女在上海 两个月来一次"),
    ],
)
def test_a_child_the_frail_and_who_is_as_far_are_not_sent(texts: tuple[str, ...]) -> None:
    """A brother of five is made to watch his mother; a sister-in-law as far away is named three times."""
    assert aid.choose(after(*texts)) is None


def test_nobody_is_proposed_a_third_time() -> None:
    """The same name comes back in every reply, and the caller hears that nobody listens."""
    memory = after("他不回我", "老冯跟他一层楼")
    memory["turn"] += 1
    assert aid.choose(memory) == ("spot", "老冯")
    memory["said"] = ["请老冯先去看一眼", "老冯离得近，先叫。"]
    assert aid.choose(memory) is None


def test_what_was_told_of_them_is_not_asked_again() -> None:
    """ "她在床上睡着" is answered by "你知道她现在在哪里吗"."""
    assert {"ta_place", "ta_state"} <= inquiry.shut(after("她说不想活了", "她好好在床上睡着呢"))
    assert {"ta_place", "ta_with"} <= inquiry.shut(after("他寄来一张卡片", "真名不知道 城市也不知道"))


@pytest.mark.parametrize(
    ("texts", "own", "child"),
    [
        (("我妹闹第三回了", "我四十六了"), "adult", False),
        (("我妹闹第三回了 我厂里还有一堆事", "班主任说的"), "adult", False),
        (("有个娃在床板底下写没有我就好了", "娃才十岁 四年级"), None, True),
        (("他喝了酒说不想活了 我初二",), "teen", False),
        (("我同学说下星期就不在了", "我们六年级"), "child", False),
        (("我先生把保险单放桌上", "孩子九岁"), "adult", False),
    ],
)
def test_whose_age_it_is(texts: tuple[str, ...], own: str | None, child: bool) -> None:
    """A man of 46 is sent to the line for young people; a girl of ten is spoken of as a grown-up."""
    memory = after(*texts)
    assert (memory["age"], "ta_child" in memory["told"]) == (own, child)


@pytest.mark.parametrize(
    "texts",
    [
        ("别人在你们店买了寄给我的，没留真名", "我够不着他。只有你们有他的下单信息"),
        ("他单是寄到那边的", "他地址搬了我不知道"),
        ("他给我寄了他的键盘", "真名不知道 城市也不知道 就一个游戏id"),
    ],
)
def test_the_order_is_known_to_be_the_one_trace(texts: tuple[str, ...]) -> None:
    """Nobody tells her that the police can have the order, and that one way is lost."""
    assert "order_lead" in after(*texts)["told"]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("电话不给我，给警察行不行？谁去说？", "tp_police_order"),
        ("能不能把他电话给我？", "tp_address"),
        ("那你们的人能不能打给他", "tp_call_them"),
        ("我在长沙报警，他不在长沙，有人受理吗？", "cross_city"),
        ("警察问我是他什么人 我怎么说", "tp_who_asks"),
        ("我要跟刘奶奶怎么说呀", "tp_helper_say"),
        ("拉了钩还能说吗", "tp_promise"),
        ("说了是不是就是叛徒", "tp_promise"),
        ("要不要跟校长讲", "tp_tell_who"),
        ("要不要告诉她爸 她爸会打她", "tp_violent"),
        ("我咋跟他讲", "what_to_say"),
    ],
)
def test_what_a_caller_asks_plainly(text: str, kind: str) -> None:
    """ "Who tells the police?" is answered with "this is heavy for you"."""
    assert kind in questions.asked(text, True)


@pytest.mark.parametrize("text", ["我要给警察打电话", "他电话给我打过", "我跟警察说了", "我答应过他", "先跟你说一声"])
def test_a_statement_is_no_such_question(text: str) -> None:
    """Who tells that they rang the police is told about the order."""
    assert not {"tp_address", "tp_call_them", "tp_promise", "tp_tell_who"} & set(questions.asked(text, True))


def test_the_wish_the_plan_and_the_means_are_asked_though_the_caller_asks_on() -> None:
    """Seven questions of the caller are answered, and nobody ever asks whether she said that she wants to die."""
    stairs, memory, asked = ladder(), {**mem.fresh(), "level": 3, "flagged": 1, "turn": 0, "speaks_for": "other"}, []
    for _ in range(7):
        memory = {**memory, "turn": memory["turn"] + 1}
        step = third.step(stairs, "high", "direct_question", frozenset(), memory, memory, True)
        asked.append(step)
        memory = mem.speak(memory, None if step == "quiet" else step, ())
    assert set(third.PROBES) - {"other_intent"} <= set(asked)


@pytest.mark.parametrize(
    ("messages", "who"),
    [
        (("他给我寄了键盘 说留作纪念", "qq不回", "警察问我他是谁我答不上来"), parties.OTHER),
        (("他今天没来上班 留了个条", "电话打不通 具体住哪不知道"), parties.OTHER),
        (("他骗了我的钱 电话打不通", "我报警了 找不到他"), ""),
        (("他说分手 我不想活了",), parties.SELF),
    ],
)
def test_who_looks_for_somebody_speaks_of_them(messages: tuple[str, ...], who: str) -> None:
    """Who asks how the police find a stranger is asked whether they want to die themselves."""
    known = None
    for turn, message in enumerate(messages, 1):
        known = parties.hear(known, simplify(message), turn)
    assert parties.verdict(known or {}) == who


@pytest.mark.parametrize(
    ("texts", "name", "sex"),
    [
        (("妈妈写了纸条 让我冲奶", "弟弟在我床上", "她生弟弟四十天了 一直说自己害人"), "妈妈", "她"),
        (("我妹不吃不喝 说不想活了", "不是，是妈妈在里面"), "妈妈", "她"),
        (("我闺女写了纸条说不想活了", "是那个小人儿没了 不是她"), "闺女", "她"),
        (("我妈说不想活了", "对门有邹阿姨 她是护工"), "妈妈", "她"),
    ],
)
def test_who_is_in_danger_is_who_the_pronoun_means(texts, name, sex):
    """A girl of thirteen is told to send her mother in to her mother, and reads "him" of her to the end."""
    whom = after(*texts)["whom"]
    assert (whom["name"], whom["sex"]) == (name, sex)


@pytest.mark.parametrize(
    ("texts", "fine"),
    [
        (("我闺女写了纸条说不想活了", "她回来了", "闺女好好的 搁我跟前啃苞米呢"), True),
        (("我儿子说想死", "他好好的 在我身边睡着"), True),
        (("我儿子说想死", "他说没事 在我身边"), False),
        (("我儿子说想死", "他看着好好的"), False),
        (("我儿子说想死", "他平时好好的 在我身边也不说话"), False),
        (("我儿子说想死", "他好好的"), False),
        (("我儿子要自杀 吃了一瓶药", "他好好的 回来了"), False),
        (("我女儿想自杀", "她好好的，就在我身边", "她跑出去了 找不到了"), False),
        (("我婆婆要喝药", "孩子没事，老人在屋里闹", "她在我家"), False),
        (("我女儿想自杀", "她平安夜要走 在我身边"), False),
        (("我女儿想自杀", "她没事，不在我身边"), False),
        (("我女儿想自杀", "她笑了，说她想死，在我旁边"), False),
    ],
)
def test_who_sees_them_well_at_their_side_is_asked_nothing_more(texts, fine):
    """A father whose daughter laughs beside him is asked three times who could keep watch over her; or a mother who
    only reads "没事" is sent home."""
    memory = after(*texts) | {"asked": {"other_emergency": [1]}}
    assert third.seen_well(memory) is fine
    chosen = third.step(ladder(), "imminent", "tell", frozenset(), memory, memory, False)
    assert (chosen in third.AFTERWARDS) is fine
    acts = third.step(ladder(), "imminent", "tell", frozenset({"in_progress"}), memory, memory, False)
    assert acts not in third.AFTERWARDS
