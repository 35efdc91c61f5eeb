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


def opens_the_door(text: str) -> bool:
    """A question about the person, without a word of dying."""
    return bool(re.search(r"(好吗|怎么样)[？?]$", text)) and not CRISIS.search(text)


@pytest.mark.parametrize(
    ("text", "more"),
    [
        ("不用担心我，麻烦包漂亮一点", {"about": ("gift_wrap",)}), ("开玩笑的哈哈哈 别当真", {}), ("没事的", {}),
        ("你会告诉我妈吗", {"asks": True}), ("嗯", {}),
    ],
)  # fmt: skip
def test_what_was_felt_keeps_the_door_open_in_the_next_card(text: str, more: dict[str, object]) -> None:
    """ "By then I shall be gone", read at 0.57 and not believed: "do not worry" is answered with gift wrapping."""
    felt, calm = Moment(0, matter=False, lingers=0.45, times=1), Moment(0, matter=False)
    card = top(text, felt, **more)
    assert opens_the_door(card) and len(card) <= 60, card
    assert not opens_the_door(top(text, calm, **more))


def test_a_plain_matter_after_one_felt_message_is_just_served_but_not_after_two() -> None:
    """Who joked about dying of hunger is asked how they are with every further parcel; or two hints count as none."""
    once = top("退款几天到", Moment(0, lingers=0.6, times=1), about=("refund_when",), matter=True)
    twice = top("退款几天到", Moment(0, lingers=0.7, times=2), about=("refund_when",), matter=True)
    assert not opens_the_door(once) and "退款" in once
    assert opens_the_door(twice) and "退款" in twice


def test_who_was_asked_and_answers_calmly_is_not_asked_again() -> None:
    """The same worry a second time, as if they had said nothing."""
    said = frozenset({KNOWN.unsure["ask"][0]})
    assert not opens_the_door(top("还行", Moment(0, lingers=0.5, times=1), said=said))


def test_a_danger_felt_of_somebody_else_is_asked_about_as_theirs() -> None:
    """A daughter whose mother has locked the door is asked how her own day is."""
    card = top(
        "钥匙在我这，我还要好久才到",
        Moment(1, matter=False, lingers=0.46, times=1),
        "她说吃完这餐就走，现在锁了门不应人",
    )
    assert "TA" in card and "您自己" not in card
    told = top("她把东西都送人了", Moment(1, matter=False, score=0.5), "室友把仓鼠送我了")
    assert "TA" in told
    assert "TA" not in top("她说养我不如养条狗", Moment(1, "support", "distress", score=0.42))


def test_nothing_is_laughed_with_while_a_doubt_is_open() -> None:
    """ "Ha ha, got it" to somebody who ordered white flowers for themselves."""
    assert "哈哈" not in top("开玩笑的哈哈哈 别当真", Moment(0, lingers=0.29, times=1, merry=True))


def test_a_dog_that_died_is_no_reason_to_ask_about_suicide() -> None:
    """Somebody who has just lost a dog of fourteen years is asked whether they want to die."""
    felt = Moment(2, "care", "ideation", score=0.87, learned=0.6)
    assert not CRISIS.search(top("今早没了，跟了我十四年", felt, planned=(MEETS,)))
    said = Moment(2, "care", "ideation", score=0.87, learned=0.9, worded=True)
    assert soft.first_card(said, Words("它走了，我想去陪它"), KNOWN, [MEETS]) is None


def test_words_that_no_learned_reader_takes_for_danger_are_asked_about_in_both_directions() -> None:
    """ "The parcel is late, I could hang myself" is asked whether they are about to kill themselves."""
    faint = Moment(3, "care", "high", score=0.9, learned=0.2, grave=True)
    assert "玩笑" in top("客户等着要 我急得要上吊", faint, planned=(MEETS,))
    for sure in (Moment(3, "care", "high", learned=0.5), Moment(3, "care", "high", learned=0.2, signals=("goodbye",)),
                 Moment(4, "care", "imminent", learned=0.2)):  # fmt: skip
        assert "玩笑" not in top("客户等着要 我急得要上吊", sure, planned=(MEETS,))


def test_a_plain_matter_after_a_trouble_is_served_without_another_question() -> None:
    """Who asked for the invoice is asked once more how they are."""
    card = top("顺丰能补差价吗", Moment(1, score=0.1), "以前挺糟的", about=("price_drop",), matter=True)
    assert not asks_the_person(card)
    assert asks_the_person(
        top("退货吧", Moment(1, score=0.1), "样样都安排好了，东西都处理完了", about=("return",), matter=True)
    )


def test_whoever_sounds_us_out_gets_the_straight_answer_first() -> None:
    """ "Will you tell my mother?" is answered with "I take care of things for your mother"."""
    straight = Candidate("我不会自己去告诉家里。", "information", "utter_answer_plain", "story")
    asks = Moment(0, heard="ask_family", lingers=0.57, times=2)
    card = top("你会告诉我妈吗", asks, planned=(straight,), asks=True)
    assert card.startswith(straight.text) and opens_the_door(card)
    assert not any(
        one.source == "card" for one in personal(Moment(0, heard="ask_family"), Words("你会告诉我妈吗"), [straight])
    )


def test_a_loss_whose_words_sound_like_a_wish_is_still_met_as_a_loss() -> None:
    """ "It was gone this morning" is taken by a list for a wish to be gone."""
    heard = Moment(2, "care", "ideation", score=0.6, worded=True, learned=0.64)
    card = top("没有，家里就我跟它", heard, "今早没了，跟了我十四年", planned=(MEETS,))
    assert "家里人" in card or "空" in card
    assert not CRISIS.search(card)
