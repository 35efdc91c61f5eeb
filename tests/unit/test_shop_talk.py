"""An ordinary message is answered to its own matter; in danger nothing of the shop is said."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from bot.cases import owed
from bot.conversation import shop_plan
from bot.conversation import variants as var
from bot.conversation.guard import Guard
from bot.conversation.plan import Plan, plan
from bot.conversation.shop_facts import FACTS, facts_of
from bot.conversation.shop_talk import in_characters, listen, lists, name_of, number, order_meant
from bot.copilot import Candidate, Moment, lead, parts
from bot.referral import load

ROOT = Path(__file__).resolve().parents[2]
GUARD = Guard.load(ROOT / "data" / "never_say.yml", load(ROOT / "data" / "hotlines.yml").numbers())
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def rows(name: str, utter: str) -> tuple[var.Variant, ...]:
    raw = yaml.load((ROOT / "bot" / "domain" / name).read_text(encoding="utf-8"), Loader=LOADER)  # noqa: S506
    return var.parse(raw["responses"][utter])


SERVICE = rows("responses_service.yml", "utter_normal_service")
REFLECT = rows("responses_care.yml", "utter_reflect_feeling")


def planned(text: str, level: int = 0, intent: str | None = None, sure: float = 0.0, **more) -> Plan:
    given = {"signals": (), "talk": {}, "memory": None, **more}
    return plan(text, level=level, intent=intent, confidence=sure, **given)


def answer(made: Plan, orders=(), facts=None, variants=SERVICE, said=()) -> str:
    told = made.to_dict()
    fill = shop_plan.values(told, made.memory, orders, "", facts or {})
    moment = var.Moment(
        heard=made.heard, step=made.step, topics=made.topics, mode=made.mode, danger=made.danger,
        about=tuple(made.shop.get("about", ())), form=made.shop.get("form", ""), order=fill.pop("order", ""),
        fill=fill, seed="x",
    )  # fmt: skip
    found = var.choose(variants, moment, said)
    assert found is not None
    return found[0]


def order(status: str, title: str = "") -> dict[str, str]:
    return {"order_id": "1", "title": title, "category": "", "status": status}


@pytest.mark.parametrize(
    ("text", "matter"),
    [
        ("鞋码偏大还是偏小", "fit_run"), ("什么时候发货呀", "when_arrive"), ("收到杯子碎了", "broken"),
        ("少发了一包", "missing"), ("發錯顏色了", "wrong_item"), ("我一米六五 一百二十斤", "body"),
        ("退款怎么还没到账", "refund_when"), ("能写张贺卡吗", "gift_card"), ("周五前能到吗", "deadline"),
        ("帮我改下地址", "change_address"), ("保质期到哪天", "expire"), ("退了吧", "return"), ("换书", "exchange"),
        ("薄的长袖", "have_spec"), ("When will it ship?", "when_arrive"), ("[图片]", "photo_sent"),
    ],
)  # fmt: skip
def test_the_matter_is_heard(text: str, matter: str) -> None:
    """Who asks for a size is asked what they meant."""
    assert listen(text).matters[:1] == (matter,)


@pytest.mark.parametrize("text", ["说明书在哪看", "一包多重", "加油呀", "十分钟了"])
def test_a_name_inside_another_word_is_no_thing(text: str) -> None:
    """The reply speaks of a book to somebody who looks for the instructions."""
    assert len(listen(text).thing) != 1


def test_the_customers_own_thing_colour_size_and_day_come_back() -> None:
    """The agent reads a sentence that could stand under any message."""
    said = listen("要那个奶黄色 28寸的行李箱 周五要用")
    assert (said.thing, said.spec, said.due) == ("行李箱", "奶黄色二十八寸", "周五")
    assert "行李箱" in answer(planned("行李箱还有吗", intent="ask_stock", sure=0.9))


def test_no_digit_of_a_customer_leaves_the_house() -> None:
    """A phone number in a message would be said back to whoever reads along."""
    assert [number(n) for n in (0, 10, 28, 105, 210)] == ["零", "十", "二十八", "一百零五", "二百一十"]
    assert in_characters("42码 13800138000") == "四十二码 "
    assert not any(c.isdigit() for c in listen("打我电话 13800138000 要42码").spec)


@pytest.mark.parametrize(
    ("status", "word"), [("paid", "还没发"), ("shipped", "路上|发出|物流"), ("delivered", "签收"), ("unpaid", "付款")]
)
def test_a_question_for_the_parcel_is_answered_by_its_state(status: str, word: str) -> None:
    """A customer who has not paid waits for a parcel that nobody packs."""
    import re

    assert re.search(word, answer(planned("什么时候到呀", intent="ask_logistics", sure=0.9), [order(status)]))


def test_which_order_is_meant_is_not_guessed() -> None:
    """Of two parcels the wrong one's state is told as this one's."""
    both = [order("shipped", "保温杯"), order("paid", "雨伞")]
    assert order_meant(both, "雨伞") == both[1]
    assert order_meant(both, "") is None
    assert order_meant([order("delivered", "旧"), order("shipped", "新")], "")["title"] == "新"
    assert name_of("", [order("paid", "加厚保温杯 大容量")]) == "保温杯"
    assert name_of("", both) == ""


def test_the_first_of_two_matters_is_answered() -> None:
    """Who asks when the money comes back is told how to send the goods back."""
    assert "退" in (text := answer(planned("退款几天到账", intent="ask_return", sure=0.9), [order("paid", "口红")]))
    assert "到" in text and "申请退款" not in text


def test_a_shops_own_facts_are_said_and_empty_ones_never_invented(tmp_path: Path) -> None:
    """The merchant wrote when parcels leave, and the bot says that it will ask."""
    file = tmp_path / "facts.yml"
    file.write_text(
        "common:\n  ship_time: 付款后四十八小时内发出\n  courier:\nshops:\n  a: {ship_time: 当天发出}\n", "utf-8"
    )
    assert facts_of("b", file) == {"ship_time": "付款后四十八小时内发出"}
    assert facts_of("a", file) == {"ship_time": "当天发出"}
    assert facts_of("a", tmp_path / "none.yml") == {}
    asked = planned("什么时候发货", intent="ask_logistics", sure=0.9)
    assert "付款后四十八小时内发出" in answer(asked, [order("paid")], facts_of("b", file))
    assert "小时" not in answer(asked, [order("paid")])
    assert facts_of("any") == {} or set(facts_of("any")) <= set(FACTS)


def test_an_unclear_message_is_never_answered_with_not_understood() -> None:
    """A shop agent would not send "没太看明白"; the customer tells a story and is asked for it again."""
    said: set[str] = set()
    for text in ("阿巴阿巴", "他躺进去试了 说宽敞", "我二姨也这么讲", "楼下老王也来了", "后来就好了", "天天如此"):
        said.add(found := answer(planned(text), said=said))
        assert not any(bad in found for bad in ("没看明白", "没太看明白", "没听懂", "没接住", "理解错"))
    assert len(said) == 6


@pytest.mark.parametrize(
    "text", ["老公说我像个粽子 笑死", "累成狗 咖啡啥时候到", "要向日葵 别白的 白的像上坟", "儿子考上了 想换个大书包"]
)
def test_everyday_talk_is_no_suffering_at_level_0(text: str) -> None:
    """A joke about graves is answered with words for a mourner."""
    assert planned(text, intent="tell_grief", sure=0.4).mode == "service"
    assert planned(text, intent="tell_distress", sure=0.4).mode == "service"


def test_grief_is_heard_even_when_the_classifier_is_not_sure() -> None:
    """A widow without a shop matter gets an offer to look at the order."""
    assert planned("屋里还是老样子", intent="tell_grief", sure=0.3).mode == "support"


def test_a_question_for_the_parcel_is_no_joke() -> None:
    """ "等快递等到升天" gets laughter and no answer."""
    made = planned("快递等到我升天 哈哈", intent="ask_logistics", sure=0.9)
    assert "哈" not in answer(made, [order("shipped")])


def test_at_level_1_the_sentence_fits_the_story() -> None:
    """Somebody whose dog died is comforted about an exam."""
    told = {
        "狗昨天走了": "小家伙|为它|它|东西还在|照顾得",
        "被裁了 房贷还要还": "工作|活儿|碰上",
        "没考上": "考|力气|结果|不如意",
    }
    for text, words in told.items():
        import re

        made = planned(text, 1, signals=("distress",))
        assert made.mode == "support"
        assert re.search(words, answer(made, variants=REFLECT)), text
    after = planned("就是难受", 1, signals=("distress",), memory=planned("狗昨天走了", 1, signals=("distress",)).memory)
    assert "pet_gone" in after.shop["about"]


def test_good_news_after_a_hard_time_is_met_as_good_news() -> None:
    """Who passed at last is comforted for having failed once."""
    memory = planned("上岸了上岸了", 0).memory
    made = planned("去年落榜那会儿天天哭", 1, signals=("distress",), memory=memory)
    assert made.shop["about"][0] == "good_news"


@pytest.mark.parametrize("level", [2, 3, 4])
def test_in_danger_nothing_of_the_shop_is_known_to_the_wording(level: int) -> None:
    """A farewell is answered with the state of the parcel."""
    made = planned("退了吧 衬衫不用发了 谢谢大家", level, signals=("ideation_active", "goodbye"))
    assert made.mode == "care" and made.shop == {}
    fill = shop_plan.values(made.to_dict(), made.memory, [order("paid", "衬衫")], "服饰", {"promo": "满减"})
    assert set(fill) <= {"order_status"}
    assert "thing" not in made.memory or made.memory["thing"] != "衬衫"


def test_vetted_answers_stay_as_they_are() -> None:
    """A question what a poison does would be answered like one about taste."""
    made = planned("宝宝能喝吗 有毒没", intent="ask_effect", sure=0.9)
    assert made.shop["about"] == []


def test_every_matter_has_words_and_every_filling_passes_the_guard() -> None:
    """A sentence is refused at the moment it is needed, and the customer gets the last resort."""
    from bot.conversation.check_shop import LONG

    spoken = {value for one in (*SERVICE, *REFLECT) for value in one.when.get("about", ())}
    assert lists().names <= spoken
    known = {**LONG, "person": "男朋友", "order_status": "已付款，还没发出"}
    for one in SERVICE:
        if "about" in one.when or "form" in one.when:
            text = var.render(one.text, known)
            assert text and GUARD.judge(text, 0).ok, one.text
    for one in REFLECT:
        if "about" in one.when:
            assert GUARD.judge(one.text, 1).ok and "mode" in one.when, one.text


def test_laughter_is_for_calm_talk_only() -> None:
    """ "哈哈" stands under a message in which somebody suffers."""
    for one in SERVICE:
        if "哈哈" in one.text and "about" in one.when:
            assert one.when.get("danger") == ("calm",) or one.when["about"] == ("keep_it",), one.text


def card(text: str, action: str, strategy: str = "reflection") -> Candidate:
    return Candidate(text, strategy, action, "story")


def test_the_first_card_meets_and_goes_on() -> None:
    """The agent sends the comfort alone, and nobody asks."""
    met = card("被最亲的人这样说，心里一定很疼。", "utter_reflect_feeling")
    asked = card("你是不是想过自杀？", "utter_ask_suicide_directly", "question")
    helped = card("退货您点申请，我盯着。", "utter_normal_service", "information")
    both = lead([met, asked], Moment(2, "care", "ideation"))
    assert both is not None and both.text == met.text + asked.text and both.strategy == "question"
    mild = lead([met, helped], Moment(1, "support", "distress"))
    assert mild is not None and mild.text == met.text + helped.text and mild.action == met.action
    assert lead([met, asked], Moment(4, "care", "imminent")) is None
    assert lead([met, helped], Moment(0)) is None
    assert lead([met, helped], Moment(2, "care", "ideation")) is None


def test_joined_cards_stay_one_short_message_with_one_question() -> None:
    """The guard would refuse the first card and the agent would see another than was meant."""
    asks = card("心里舍不得吧？", "utter_reflect_feeling")
    helped = card("您要换哪一款？", "utter_normal_service", "information")
    assert lead([asks, helped], Moment(1, "support", "distress")) is None
    long = card("很" * 50 + "。", "utter_reflect_feeling")
    assert lead([long, card("退货您点申请，我盯着退款。", "utter_normal_service")], Moment(1, "support")) is None


def test_what_was_joined_counts_as_said() -> None:
    """The bot repeats half of what a colleague has just sent."""
    assert parts("您受累了。退货我盯着。还要别的吗？") == sorted(
        ["您受累了。", "退货我盯着。", "还要别的吗？", "您受累了。退货我盯着。", "退货我盯着。还要别的吗？"]
    )
    assert parts("您受累了。") == []


def test_what_the_bot_promises_stands_as_work_until_a_colleague_writes() -> None:
    """ "我让仓库查" is an empty word: nobody of the shop ever learns of it."""
    memory = {"thing": "雨伞"}
    memory["owed"] = owed.noted(memory, "service", "ask_logistics", True, 1.0)
    memory["owed"] = owed.noted(memory, "service", "thanks", False, 2.0)
    memory["owed"] = owed.noted(memory, "service", "ask_return", False, 3.0)
    assert owed.shown(memory, 0) == ["查物流、催发货（雨伞）", "办退货退款（雨伞）"]
    assert owed.shown(memory, 2) == []
    assert owed.shown(owed.settled(memory), 0) == []
    assert owed.noted({}, "care", "shop_in_care", True, 1.0) == []
    assert owed.noted({}, "service", "unclear", False, 1.0) == []


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("行，那核对。二十套多少钱，几天到？周末要开课", "price"),
        ("？？啥退款，我还没下单呢。二十套什么价，几天到", "price"),
        ("钱什么时候退给我", "refund_when"),
        ("我想退款", "return"),
    ],
)
def test_a_price_is_a_price_and_no_refund(text, first):
    """Who asks what twenty sets cost would be told where their refund is, until they buy elsewhere (q05)."""
    assert listen(text).matters[0] == first


@pytest.mark.parametrize("text", ["闹钟 退。明天 不用 起床了", "皮鞋开胶了", "杯子破损了", "我贫血 能吃吗"])
def test_nothing_is_laughed_at_that_is_no_joke(text: str) -> None:
    """A farewell over an alarm clock, a broken cup: "哈哈哈，被您逗乐了"."""
    assert "joke" not in listen(text).asides


def test_who_says_that_nothing_is_broken_gets_no_apology_for_it():
    """A boy of sixteen holds the piece in his hand: three apologies for a fault that there is not, and he stops."""
    made = plan(
        "没漏发，是我攥着的。", level=0, signals=(), talk={}, memory=None, intent="complain_quality", confidence=0.9
    )
    assert made.heard == "unclear"


def test_who_is_in_trouble_and_asks_nothing_of_the_parcel_hears_nothing_of_it() -> None:
    """A cleaner accused of theft asked "信？" and read that the shoes are paid and not sent yet."""
    memory = planned("鞋什么时候到", 0).memory
    memory = planned("没拿 七点 警察 关？", 1, signals=("distress",), memory=memory).memory
    made = planned("没拿 说我偷 信？", 1, signals=("distress",), memory=memory)
    assert (made.mode, made.heard) == ("support", "tell_distress")
