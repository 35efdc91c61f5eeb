"""Which sentences the person at the keyboard is offered, and what trainers learn from what they do with them."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from bot.copilot import KINDS, Candidate, Library, Moment, Phrase, asking, fits, pick, short_of
from bot.copilot.advice import ADVICE, EXTRA, RESERVE, SEARCHED, further
from bot.copilot.feedback import ENOUGH_SHOWN, mark, proposals, quotes, tallies, undecided
from bot.copilot.gate import ALLOWED
from bot.copilot.library import match

ROOT = Path(__file__).resolve().parents[2]


def own(text: str, kind: str) -> Candidate:
    return Candidate(text, "information", "phrase:1", "shop", kind)


def test_the_room_is_pure() -> None:
    """The choice could not be tested, or moved to another machine, without Rasa, Redis and a web server."""
    for file in (ROOT / "bot" / "copilot").glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            for name in names:
                assert name.split(".")[0] not in {"rasa", "rasa_sdk", "sanic", "redis", "aiohttp"}, file.name
                assert not name.startswith("bot.") or name.startswith("bot.copilot"), (file.name, name)


@pytest.mark.parametrize("kind", ["sell", "payment", "refund"])
@pytest.mark.parametrize("level", [2, 3, 4])
def test_nobody_in_danger_is_sold_to_argued_with_or_reminded_to_pay(kind: str, level: int) -> None:
    """A voucher would be the answer to a farewell."""
    assert not fits(own("好的，您看看", kind), Moment(level, "care", "ideation"))


@pytest.mark.parametrize(
    "text", ["今晚下单有优惠哦", "麻烦尽快付款", "七天无理由，不能退哦", "这款现货，亲", "记得领券"]
)
def test_a_wrong_label_opens_no_gate(text: str) -> None:
    """A merchant who files a sales line under care would sell to somebody who wants to die."""
    assert not fits(own(text, "care"), Moment(2, "care", "ideation"))


def test_a_shops_words_of_care_end_where_life_is_at_stake() -> None:
    """Words that nobody vetted would stand between a person and help; a mother would read words for her child."""
    kind = own("店里的人都惦记着您，慢慢说。", "care")
    assert fits(kind, Moment(2, "care", "ideation"))
    assert not fits(kind, Moment(3, "care", "high"))
    assert not fits(kind, Moment(2, "other", "ideation"))


def test_a_talk_that_turned_to_danger_stays_so_for_the_gate() -> None:
    """One harmless message after a disclosure, and the discount is back."""
    assert fits(own("今天有满减", "sell"), Moment(0, "service"))
    assert not fits(own("今天有满减", "sell"), Moment(0, "care", "calm"))
    assert not fits(own("今天有满减", "sell"), Moment(1, "support", "distress"))


def test_every_kind_has_its_gate_and_every_act_its_advice() -> None:
    """A new kind or act would slip in without a rule, or stand there without a word of why."""
    assert ALLOWED[0] == set(KINDS)
    for acts in (*EXTRA.values(), *RESERVE.values(), *SEARCHED.values()):
        assert set(acts) <= set(ADVICE)


def test_strategies_come_first_and_sentences_once() -> None:
    """Three versions of one question are no choice."""
    found = [
        Candidate("你现在安全吗？", "question", "utter_ask_safety_now", "story"),
        Candidate("身边有人吗？", "question", "utter_ask_companion"),
        Candidate("听起来很难熬。", "reflection", "utter_reflect_feeling", "library"),
        Candidate("听起来很难熬。", "reflection", "utter_reflect_feeling"),
        Candidate("我在这儿。", "affirmation", "utter_stay_with"),
    ]
    hints = pick(found, Moment(3, "care", "high"))
    assert [h.strategy for h in hints[:3]] == ["question", "reflection", "affirmation"]
    assert len({h.text for h in hints}) == len(hints)
    assert all(h.why and h.avoid for h in hints)
    assert not short_of(found)
    assert short_of(found[:2])


def test_of_two_wordings_of_one_act_the_closer_one_is_offered() -> None:
    """Somebody who writes of their mother would read a sentence about tired nights."""
    general = Candidate("夜里想得更厉害。", "reflection", "utter_reflect_feeling", "story")
    close = Candidate("你妈妈走了，家里一定空空的。", "reflection", "utter_reflect_feeling", "library")
    asks = Candidate("现在安全吗？", "question", "utter_ask_safety_now", "story")
    hints = pick([general, asks, close], Moment(1, "support", "distress"))
    assert [hint.text for hint in hints] == [close.text, asks.text]


def test_the_shop_knows_its_own_answers_best_only_while_nobody_suffers() -> None:
    """A question about parcels gets a general sentence; or the shop's line stands above the story's in a crisis."""
    shop = own("下午五点前付的款当天发。", "service")
    story = Candidate("我帮您看看物流。", "information", "utter_normal_service", "story")
    assert pick([story, shop], Moment(0))[0].text == shop.text
    assert pick([shop, story], Moment(1, "support", "distress"))[0].text == story.text


def test_imminent_danger_is_offered_the_emergency_number_first() -> None:
    """The agent would look for a number while somebody is dying."""
    assert further(Moment(4, "care", "imminent"), set())[0] == "utter_refer_emergency"
    assert "utter_stay_with" not in further(Moment(4, "care", "imminent"), {"utter_stay_with"})


def test_sentences_are_found_by_the_customers_own_words() -> None:
    """Somebody who writes of their mother is answered as if they had written of nothing."""
    library = Library(
        [("a", f"这一天过得不容易，第{n}种说法。", "reflection") for n in range(30)]
        + [("a", "你妈妈走了以后，家里一定处处都是她。", "reflection"), ("b", "妈妈走了那天我也在。", "affirmation")]
    )  # fmt: skip
    found = library.search("妈妈上个月走了，家里空空的", ["a"], lambda action, text: True)
    assert [one.text for one in found] == ["你妈妈走了以后，家里一定处处都是她。"]
    assert library.search("快递到哪了", ["a"], lambda action, text: True) == []
    assert library.search("妈妈走了", ["a"], lambda action, text: False) == []


def test_a_merchants_phrase_appears_at_its_words_only() -> None:
    """The shop's line about parcels would answer every sentence."""
    rows = [
        Phrase("1", "五点前付款当天发。", "service", when=("发货", "什么时候发")),
        Phrase("2", "偏大一码。", "service", when=("尺码",)),
    ]
    assert [one.action for one in match("什么时候发货呀", rows)] == ["phrase:1"]
    assert match("我不想活了", rows) == []


def row(outcome: str, text: str = "我在。", sent: str = "", **more: object) -> dict[str, object]:
    shown = [{"text": "我在。", "strategy": "affirmation", "action": "utter_stay_with"},
             {"text": "安全吗？", "strategy": "question", "action": "utter_ask_safety_now"}]  # fmt: skip
    return {"outcome": outcome, "text": text, "strategy": "affirmation", "action": "utter_stay_with", "sent": sent,
            "level": 2, "at": 1.0, "shown": shown, **more}  # fmt: skip


def test_each_suggestion_has_its_own_count() -> None:
    """Trainers would see that questions are ignored, but not which one."""
    counted = {one.text: one for one in tallies([row("taken"), row("edited"), row("ignored"), row("ignored")])}
    mine, other = counted["我在。"], counted["安全吗？"]
    assert (mine.shown, mine.taken, mine.edited, mine.ignored) == (4, 1, 1, 2)
    assert (other.shown, other.taken, other.edited, other.ignored) == (4, 0, 0, 2)


def test_what_people_change_write_and_never_take_becomes_a_proposal() -> None:
    """The words that colleagues found in the night would be lost by morning."""
    rows = [row("edited", sent="我在，不走。"), row("edited", sent="我在，不走。", at=5.0, level=3),
            row("ignored", sent="先喝口水，我陪着你。"), *[row("ignored")] * ENOUGH_SHOWN]  # fmt: skip
    found = {(one.kind, one.text or one.offered): one for one in proposals(rows)}
    variant = found["variant", "我在，不走。"]
    assert (variant.offered, variant.count, variant.at, variant.level) == ("我在。", 2, 5.0, 3)
    assert found["phrase", "先喝口水，我陪着你。"].offered == ""
    assert found["review", "安全吗？"].count == len(rows)
    assert ("review", "我在。") not in found, "it is used"
    assert undecided(found.values(), [mark("variant", "我在。", "我在，不走。")]) == [
        one for one in found.values() if one is not variant
    ]


def test_a_quotation_of_the_customer_is_known() -> None:
    """A trainer, who may see no chat, would read a customer's words in a proposal."""
    assert quotes("你说被最亲的人骗了，一定很疼", ["我被最亲的人骗了"])
    assert not quotes("你愿意说出来很不容易", ["我不想活了"])
    assert not quotes("我不想活了是你说的", ["我不想活了"], offered="你说我不想活了")


STAY = Candidate("没话也没关系，我在这头。", "affirmation", "utter_stay_with", "story")
MET = Candidate("听着就难。", "reflection", "utter_reflect_feeling", "story")
ANSWER = Candidate("不是真的没有路。", "affirmation", "utter_answer_question", "story")
LINE = Candidate("12356 有人听。", "information", "utter_refer_hotline", "story")
ASK = Candidate("你有没有想过自杀？", "question", "utter_ask_suicide_directly", "act")


@pytest.mark.parametrize(
    ("planned", "heard", "card"),
    [
        ([STAY], "ack", "没话也没关系，我在这头。你有没有想过自杀？"),
        ([MET, STAY], "tell", "听着就难。你有没有想过自杀？"),
        ([STAY], "refuse_talk", "你有没有想过自杀？"),
        (
            [Candidate("不是真的没有路。", "affirmation", "utter_answer_question", "story")],
            "ask",
            "不是真的没有路。你有没有想过自杀？",
        ),
        ([Candidate("12356 有人听。", "information", "utter_refer_hotline", "story")], "tell", "你有没有想过自杀？"),
    ],
)
def test_where_nobody_asked_yet_the_first_card_asks(planned: list[Candidate], heard: str, card: str) -> None:
    """ "嗯" after the wish to sleep for ever would be answered with "I am here", and the parcel go on."""
    made = asking(planned, Moment(2, "care", "ideation", heard=heard), ASK)
    assert made is not None
    assert (made.text, made.action) == (card, "utter_ask_suicide_directly")


def test_the_story_s_own_question_comes_before_ours() -> None:
    """Two questions at once get no answer; the one that the story would ask fits the moment better."""
    other = Candidate("你现在安全吗？", "question", "utter_ask_safety_now", "story")
    made = asking([STAY, other], Moment(3, "care", "high"), ASK)
    assert made is not None
    assert made.text == "没话也没关系，我在这头。你现在安全吗？"
    assert asking([other, STAY], Moment(3, "care", "high"), ASK) is None
    assert asking([STAY], Moment(2, "care", "ideation"), None) is None
