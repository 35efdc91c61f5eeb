"""The one thing of a message that a reply may name."""

from __future__ import annotations

import pytest

from bot.conversation import mention
from bot.conversation.guard import Guard
from bot.conversation.hearing import DATA


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("儿媳妇骂我老不死 当着一村人骂", "儿媳妇"),
        ("马大夫加过我微信", "马大夫"),
        ("牛跟我十七年", "牛"),
        ("账本交给我弟了", "账本"),
        ("我馬上到", ""),
        ("么子学校 我四十了", ""),
        ("又提妈妈", ""),
        ("学校知道了怎么办？", ""),
    ],
)
def test_what_is_named(text, word):
    """Who is told "学校，我看到了" after "什么学校" knows that nobody read."""
    assert mention.of(text) == word


def test_no_word_of_the_list_may_not_be_said():
    """A word of means or farewell in a trainer's file would be said back to who is in danger."""
    guard = Guard.load(DATA / "never_say.yml", set())
    rows = [word for _, pattern in mention.words() for word in pattern.pattern.split("|")]
    assert [w for w in rows if not guard.wording(f"你说到{w}，我记着了。").ok] == []


def test_in_high_danger_only_who_is_dear_is_named():
    """Else "衣服这一句，我放在心上" is said to a man who has just told a plan."""
    assert mention.of("先生在阳台收衣服", mention.DEAR) == ""
    assert mention.of("牛跟我十七年", mention.DEAR) == "牛"
