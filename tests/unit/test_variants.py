"""The wording fits the moment and is never said twice."""

from __future__ import annotations

from bot.conversation.variants import Moment, choose, parse

ROWS = [
    {"text": "一", "metadata": {"esc": "reflection"}},
    {"text": "二", "metadata": {"esc": "reflection"}},
    {"text": "债", "metadata": {"esc": "reflection", "topic": "debt"}},
    {"text": "打 {line}", "metadata": {"esc": "information", "heard": "refuse_talk"}},
    {"text": "孩子话", "metadata": {"esc": "reflection", "topic": "debt", "age": ["child", "teen"]}},
]


def test_the_most_telling_variant_wins():
    """Without it: somebody who speaks of debt hears a general phrase."""
    assert choose(parse(ROWS), Moment(topics=("debt",)))[0] == "债"
    assert choose(parse(ROWS), Moment(topics=("debt",), age="teen"))[0] == "孩子话"


def test_said_sentences_are_out_and_then_nothing_is_left():
    """Without it: the same line comes back and the customer stops believing."""
    said: set[str] = set()
    for _ in range(3):
        text, _variant = choose(parse(ROWS), Moment(topics=("debt",)), said)
        assert text not in said
        said.add(text)
    assert choose(parse(ROWS), Moment(topics=("debt",)), said) is None


def test_a_missing_value_takes_the_variant_out():
    """Without it: a customer reads 打 {line}."""
    assert "{" not in choose(parse(ROWS), Moment(heard="refuse_talk"))[0]
    assert choose(parse(ROWS), Moment(heard="refuse_talk", fill={"line": "12356"}))[0] == "打 12356"


def test_feelings_of_the_absent_are_not_put_on_the_caller():
    """Without it: a sister hears how hard *her* exams must have been."""
    assert choose(parse(ROWS), Moment(topics=("debt",), who="other"))[0] in {"一", "二"}
