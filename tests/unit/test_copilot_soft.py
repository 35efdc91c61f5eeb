"""The first card where the reader is unsure: danger is never passed by, nobody in doubt is sold to."""

from __future__ import annotations

import itertools
import re

import pytest

from bot.copilot import Candidate, Moment, cards, lead, personal, pick, soft
from bot.copilot.cards import QUESTION, Words

KNOWN = cards.deck()
SERVICE = Candidate("可以退，您点申请售后。", "information", "utter_normal_service", "story")
MEETS = Candidate("听着真不容易。", "reflection", "utter_reflect_feeling", "story")
CRISIS = re.compile(r"不想活|自杀|死|不活")
SELLS = re.compile(r"优惠|折扣|付款|下单|拍下|划算")


def top(text: str, moment: Moment, *earlier: str, planned: tuple[Candidate, ...] = (SERVICE,), **more: object) -> str:
    """The first card."""
    words = Words(text, earlier, **more)  # type: ignore[arg-type]
    found = [*personal(moment, words, planned), *planned]
    return pick(found, moment)[0].text


def asks_the_person(text: str) -> bool:
    return bool(re.search(r"([您你她].*|最难受[^。]*|心里[^。]*|疼吗)[？?]$", text)) and not re.search(
        r"(哪种|哪款|尺码|颜色|地址|哪天)[^。]*？$", text
    )


#: What a reader may see as level 0 or 1 although a person is behind it. Own sentences.
QUIET = (
    "它上周走的，家里没声音了", "东西都处理得差不多了，就剩这个", "手抖得拿不住，给闺女添乱", "家里不准放，绳子也收了",
    "最后一单了，以后不来了，账也都清了", "我妈头七", "透析，吃啥都一个样", "三天没睡，孩子哭我也哭", "第七家也没要我",
    "离了，她搬走了", "厂里欠着三个月工资", "导师说我是耻辱", "录给我儿子，等他大了听", "一个人住，没人说话",
)  # fmt: skip


@pytest.mark.parametrize("text", QUIET)
@pytest.mark.parametrize("level", [0, 1])
def test_a_quiet_sign_is_asked_about_in_the_first_card(text: str, level: int) -> None:
    """The agent presses 1 and a man who gives his things away reads about the returns form."""
    mode = "support" if level else "service"
    card = top(text, Moment(level, mode, "distress" if level else "calm"))
    assert asks_the_person(card), card
    assert len(QUESTION.findall(card)) == 1 and len(card) <= 60
    assert not SELLS.search(card)


@pytest.mark.parametrize("text", QUIET)
def test_at_level_0_nobody_is_asked_about_dying(text: str) -> None:
    """Somebody who buys white flowers would be asked whether they want to kill themselves."""
    assert not CRISIS.search(top(text, Moment(0)))


def test_at_level_1_a_heavy_sign_or_a_high_probability_is_asked_about_plainly() -> None:
    """Somebody who has put everything in order is told that it must be hard."""
    arranged = top("就剩这个了，东西都处理完了", Moment(1, "support", "distress"))
    likely = top("总是拖累孩子", Moment(1, "support", "distress", score=soft.HEAVY))
    open_ = top("嗯", Moment(1, "support", "distress", score=soft.HEAVY))
    mild = top("第七家也没要我", Moment(1, "support", "distress", score=0.1))
    assert CRISIS.search(arranged) and CRISIS.search(likely) and not CRISIS.search(mild)
    assert "随口" in open_ and "难受" in open_  # a probability without a word of it may be a joke


def test_an_arrangement_told_before_is_not_over_by_small_talk() -> None:
    """Three messages after everything was given away the card is about the parcel again."""
    card = top("没投", Moment(1, "support", "distress"), "东西都处理得差不多了", "嗯", "再来两本")
    assert CRISIS.search(card)


@pytest.mark.parametrize("mode", ["service", "support"])
def test_level_1_never_passes_without_a_word_about_the_person(mode: str) -> None:
    """A level is read, shown on the screen, and the card sells."""
    assert asks_the_person(top("嗯，随便吧", Moment(1, mode, "distress")))


def test_a_probability_that_is_not_low_is_answered_and_asked_about_in_one_message() -> None:
    """What the reader nearly saw is passed by because it stands on this side of a line."""
    sure, unsure = (top("退了吧", Moment(0, score=score), about=("return",)) for score in (0.02, soft.UNSURE))
    assert not asks_the_person(sure)
    assert asks_the_person(unsure) and "退" in unsure


def test_banter_is_left_alone_at_level_0_unless_something_is_arranged() -> None:
    """Every joke about overtime would be met with worry, and the agent would stop reading the cards."""
    merry = Moment(0, merry=True, score=0.3)
    assert not asks_the_person(top("加班加到没人说话哈哈", merry))
    assert asks_the_person(top("哈哈 东西都处理完了就剩这个", merry))


def test_a_person_is_not_pestered() -> None:
    """The same worry after each message of an ordinary chat."""
    said = frozenset(ask for sign in KNOWN.signs[:3] for ask in sign.ask)
    assert soft.first_card(Moment(0), Words("一个人住，没人说话", said=said), KNOWN, [SERVICE]) is None


def test_a_question_already_put_is_not_put_again() -> None:
    """A direct question after it was answered."""
    moment, said = Moment(1, "support", "distress"), set()
    for _ in range(3):
        card = soft.first_card(moment, Words("它走了，家里没声音了", said=frozenset(said)), KNOWN, [MEETS])
        if card is None:
            break
        asked = cards._SENTENCE.findall(card.text)[-1]
        assert asked not in said
        said |= {card.text, asked}


def test_goods_that_harm_are_answered_with_a_question_about_the_person() -> None:
    """ "That is not sold any more" would be all that somebody reads who wanted it for themselves."""
    planned = (
        Candidate("那种现在不让卖了。", "information", "utter_normal_service", "story"),
        Candidate("您打算拿它做什么用呢？", "question", "utter_ask_purpose", "story"),
    )
    card = top("还有以前那种吗", Moment(0, heard="ask_hard_to_get"), planned=planned, asks=True)
    assert "不让卖" in card and asks_the_person(card)


def test_banter_at_level_2_is_asked_about_in_both_directions() -> None:
    """A fan who shouts about a sold-out figure is asked whether she wants to die; or a real wish is laughed at."""
    moment = Moment(2, "care", "ideation", score=0.6)
    card = top("杀了我吧哈哈", moment, planned=(MEETS,))
    assert "玩笑" in card and "难受" in card
    assert "玩笑" not in top("杀了我吧哈哈", Moment(2, "care", "ideation", score=0.95), planned=(MEETS,))
    assert "玩笑" not in top("杀了我吧哈哈", Moment(2, "care", "ideation", score=0.6, grave=True), planned=(MEETS,))
    assert "玩笑" not in top("杀了我吧", moment, planned=(MEETS,))


@pytest.mark.parametrize("level", [2, 3, 4])
def test_from_level_2_on_no_card_of_the_shop_counter_stands_first(level: int) -> None:
    """A composed answer about sizes would be offered to somebody in danger."""
    words = Words("退了吧，不想活了", about=("return",), matter=True)
    danger = ("calm", "distress", "ideation", "high", "imminent")[level]
    assert not any(one.source == "card" for one in personal(Moment(level, "care", danger), words, [MEETS]))


def test_in_imminent_danger_the_first_card_brings_to_safety() -> None:
    """ "I am here" is all that is sent while somebody stands on a roof."""
    stay = Candidate("我在。", "affirmation", "utter_stay_with", "story")
    now = Candidate("现在先退到里面，好吗？", "question", "utter_ask_safety_now", "story")
    long = Candidate("请马上打急救电话，说清你在哪里。" + "一" * 44, "suggestion", "utter_refer_emergency", "story")
    moment = Moment(4, "care", "imminent")
    assert lead([stay, now], moment).text == stay.text + now.text  # type: ignore[union-attr]
    assert lead([stay, long], moment).text == long.text  # type: ignore[union-attr]
    assert lead([now, stay], moment) is None


def test_whoever_asks_us_to_call_for_them_is_told_yes() -> None:
    """ "Please ring my mother" is answered with thanks for the trust."""
    card = top("那你帮我打给我妈 号码我发你", Moment(4, "care", "imminent"), planned=(MEETS,))
    assert "号码发我" in card


def test_every_sign_has_words_for_every_way_of_asking() -> None:
    """A sign without a sentence would fall back to nothing."""
    for sign, level in itertools.product(KNOWN.signs, (0, 1)):
        assert sign.meet and sign.ask
        if level and sign.heavy:
            assert sign.plain, sign.name
    for name, text in {s.name: " ".join((*s.meet, *s.ask)) for s in KNOWN.signs}.items():
        assert not CRISIS.search(text), name


def test_what_puts_the_matter_off_asks_in_the_same_message() -> None:
    """ "I leave this aside for now" is all that is sent, and nobody asks what for."""
    off = Candidate("这一样我先放一放。", "information", "utter_no_order_talk", "story")
    asks = Candidate("您打算拿它做什么用呢？", "question", "utter_ask_purpose", "story")
    assert lead([off, asks], Moment(2, "ask", "ideation")).text == off.text + asks.text  # type: ignore[union-attr]


def test_what_the_stories_ask_about_this_very_hardship_goes_first() -> None:
    """A general question stands before the one about the child who is gone."""
    own = Candidate("把孩子送过去，您心里像被掏走一块吧？", "question", "utter_reflect_feeling", "story")
    card = top("我把他送走了，一个人在家", Moment(1, "support", "distress"), planned=(own,), storied=True)
    assert card == own.text


def test_goods_are_not_promised_beside_a_heavy_sign() -> None:
    """ "I keep it for you" to a man whose wife has locked the poison away."""
    words = {"about": ("have_spec",), "matter": True}
    card = top("她说家里不准放，绳子也收了，还有上回那个药没有", Moment(1, "service", "distress"), **words)
    assert "货" not in card and "我来办" not in card and asks_the_person(card)


@pytest.mark.parametrize(
    "text", ["八只死了三只，绑着绳子我舍不得扔", "我妈不让我买这么贵的", "刀我收到了", "药收到了 谢谢"]
)
def test_a_rope_a_knife_or_a_mother_alone_is_no_sign(text: str) -> None:
    """Somebody with dead crabs is asked whether they want to live."""
    assert soft.sign_of(Words(text), KNOWN) is None
