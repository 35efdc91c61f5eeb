"""What a word tells as an answer depends on what was really asked."""

from __future__ import annotations

from typing import Any

import pytest

from bot.conversation import answered, duties
from bot.conversation import memory as mem
from bot.conversation.hearing import hear
from bot.conversation.ladder import ladder


def after(sentence: str, step: str, text: str, level: int = 3) -> dict[str, Any]:
    """The memory after we said `sentence` and the customer wrote `text`."""
    said = mem.speak({**mem.fresh(), "turn": 1, "level": level}, step, [sentence])
    return mem.listen(said, hear(text), (), level)


@pytest.mark.parametrize(
    ("sentence", "step", "text", "told"),
    [
        ("我想先弄清一件事：你手边有没有危险的东西？", "safety", "有", "means_near"),
        ("此刻安全吗，有没有什么会伤到你的就在手边？", "safety", "有", "means_near"),
        ("近处有没有会伤到你的东西？", "means", "没有", "means_none"),
        ("这一刻你是安全的吗？", "safety_now", "嗯", "safe"),
        ("接下来几个钟头，你会自杀吗？", "safety_direct", "不会", "safe"),
        ("这会儿身边有没有人？", "companion", "没有", "companion_none"),
        ("身边有没有人能一起待着？", "companion", "有", "someone"),
        ("你想过具体要怎样、在什么时候吗？说一个字就行。", "way", "月底", "when"),
        ("有没有想过在什么时候？", "when", "二十号吧", "when"),
    ],
)
def test_an_answer_is_taken_for_what_was_asked(sentence, step, text, told):
    """A woman who answers in single words would be told that few words are fine, and asked the next thing."""
    memory = after(sentence, step, text)
    assert memory["told"].get(told) == memory["turn"]


@pytest.mark.parametrize(
    ("sentence", "step", "text", "never"),
    [
        ("这一刻你是安全的吗？", "safety_now", "有点", "means_near"),
        ("现在会不会忍不住想自杀？", "safety_now", "会", "safe"),
        ("近处有没有会伤到你的东西？", "means", "没有", "means_near"),
        ("这会儿身边有没有人？", "companion", "有 我妈", "someone"),
    ],
)
def test_it_is_not_taken_for_the_opposite(sentence, step, text, never):
    """A yes to "could you lose hold of yourself" would count as being safe."""
    assert never not in after(sentence, step, text)["told"]


def high(**more: Any) -> dict[str, Any]:
    asked = {"suicide": [1], "refer": [2]}
    return {**mem.fresh(), "turn": 4, "level": 3, "flagged": 1, "high": 1, "asked": asked, **more}


def due(memory: dict[str, Any], chosen: str = "past", move: str = "tell") -> str:
    return duties.step(chosen, ladder(), "care", "high", move, memory)


def test_a_day_told_at_level_3_is_met_with_company_distance_and_a_number():
    """A boy of twelve who named Friday evening was told to see a doctor with his grandmother."""
    memory = high(told={"when": 4})
    duties.note(memory, ())
    assert due(memory) == duties.STEP
    assert due(memory, "stay", "bye") == duties.STEP


def test_it_is_said_once_for_each_news_and_never_before_the_direct_question():
    """The same three things at every turn would be a form letter; before the question they come from nowhere."""
    memory = high(told={"when": 3}, gravest=3, asked={"suicide": [1], duties.STEP: [3]})
    assert due(memory) == "past"
    assert due(high(gravest=4, told={"when": 4}), "safety_direct") == "safety_direct"
    assert due(high(gravest=4, told={"when": 4}, asked={})) == "past"


def test_without_any_news_it_comes_once_by_the_fifth_reply():
    """Who only says that it is settled would never hear where to go when it grows too strong."""
    assert due(high(turn=5)) == duties.STEP
    assert due(high(turn=4)) == "past"


def test_way_and_day_are_asked_before_care_and_the_past():
    """Twelve of twenty people were never asked whether there is a plan, since the talk had gone on to the doctor."""
    memory = high(turn=5, asked={"suicide": [1], "refer": [2], "companion": [2]})

    def asked(chosen: str, move: str = "tell", **more: Any) -> str:
        return duties.probe(chosen, ladder(), "care", "high", move, {**memory, **more})

    assert asked("human_help") == "way"
    assert asked("past", told={"way_none": 3}) == "safety"
    assert asked("past", refused=4) == "past"
    assert asked("stay", "refuse_talk") == "stay"
    assert asked("promise", "bye") == "promise"


@pytest.mark.parametrize("fact", ["help_there", "stepped_back", "suicide_denied", "here"])
def test_who_is_with_somebody_is_not_sent_for_somebody(fact):
    """A man beside his wife would be told to find somebody to be with."""
    assert due(high(told={"when": 4, fact: 4}, gravest=4)) == "past"


@pytest.mark.parametrize(("sentence", "turned"), [("你会马上去自杀吗？", True), ("这一刻安全吗？", False)])
def test_a_question_is_kept_with_the_way_it_points(sentence, turned):
    """A "不会" after either would be read alike."""
    memory = mem.fresh()
    answered.opened(memory, [sentence, "我在。"])
    assert memory["open"] and memory["open_turned"] is turned


@pytest.mark.parametrize(
    ("first", "second"), [("它在床下", "今晚十二点"), ("七點之前", "有 喺手袋"), ("天亮前", "东西就在抽屉")]
)
def test_at_hand_and_within_hours_goes_as_an_emergency(first, second):
    """A boy with it under the bed and midnight coming heard only "if it grows too strong"."""
    now = high(told={"means_near": 4} if first == "它在床下" else {"soon": 3})
    if first == "它在床下":
        now["told"]["when"] = 4
        duties.note(now, (), second)
    else:
        assert not duties.at_the_edge(now)
        now["told"]["means_near"] = 4
    assert duties.at_the_edge(now)
    assert not duties.at_the_edge({**now, "told": {**now["told"], "here": 4}})


def test_a_direct_question_that_was_not_said_is_still_to_be_asked():
    """Who asks whether we call the police got an answer with a question of its own, and was never asked at all."""
    memory = mem.speak({**mem.fresh(), "turn": 1, "level": 2}, "confirm", ["我自己拨不了。能让身边的人替你打吗？"])
    assert "suicide" not in memory["asked"] and memory["pending"] is None
    assert mem.speak(memory, "confirm", ["你是在想自杀吗？"])["asked"]["suicide"] == [1]


def test_what_is_told_after_a_no_counts():
    """Who said no first and then tells what lies under the bed and when would hear of neither company nor a number."""
    memory = high(turn=5, told={"suicide_denied": 2, "when": 5}, gravest=5)
    assert due(memory) == duties.STEP
    assert duties.at_the_edge({**memory, "told": {"suicide_denied": 2, "soon": 5, "means_near": 4}})
