"""Words of somebody who is safe for now are not read as the emergency they end."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.risk import Reader, TalkReader
from bot.risk.grade import is_later
from bot.risk.normalise import normalise
from bot.risk.reader import Facts
from bot.risk.steady import calm, load
from bot.risk.types import Signal, Verdict
from bot.risk.whose import tells_of_death


@pytest.mark.parametrize("text", load()["examples"])
def test_who_is_safe_or_has_somebody_there_is_heard(text):
    """A man whose wife sat down beside him would be told to step back and dial the police."""
    assert calm(text)


@pytest.mark.parametrize("text", load()["counter_examples"])
def test_what_only_sounds_safe_is_read_as_it_stands(text):
    """Who sends a mother away, or sits on a window sill, would be passed over."""
    assert calm(text) is None


def test_the_rest_of_the_message_is_read_by_itself():
    """A swallowed box of pills told in the same breath as a mother's coming would be lost."""
    found = calm("我妈来了 可是东西都在我手里")
    assert found is None or "东西" in found.rest
    assert calm("我妈来了，药我还拿着").rest == "药我还拿着"


class Alarmed(Reader):
    """A learned reader that feels an emergency in everything but what it was told to find harmless."""

    def __init__(self, *harmless: str) -> None:
        super().__init__(None)
        self._harmless = harmless

    def read(self, text, context=None, *, whole=False):
        plain = super().read(text, context, whole=whole)
        self._remember(text, Facts(None, plain.level, False))
        if text in self._harmless:
            return plain
        felt = Signal("in_progress", 0, len(text), text, "learned")
        return replace(plain, level=max(plain.level, 4), signals=(*plain.signals, felt), score=0.97)


def levels(reader: Reader, *texts: str) -> list[Verdict]:
    talk, state, found = TalkReader(reader), None, []
    for text in texts:
        verdict, state = talk.read_turn(text, None, state)
        found.append(verdict)
    return found


def test_who_was_joined_is_not_raised_to_an_emergency():
    """The emergency script would be fired at somebody whose wife has just sat down beside him."""
    told = "不想活了 安眠药都攒够了"
    first, then = levels(Alarmed(told), told, "她过来了 坐我边上了。不说了 谢谢你")
    assert (first.level, then.level) == (3, 3)
    assert not then.signals


def test_what_is_known_never_falls_by_it():
    """A level 4 would end without any person having looked."""
    assert [v.level for v in levels(Alarmed(), "我站在楼顶边上要跳了", "下来了 我坐床上了")] == [4, 4]


def test_rules_and_a_grave_rest_count_as_before():
    """Pills swallowed before she came would go unheard beside her coming."""
    told = "不想活了 安眠药都攒够了"
    assert levels(Alarmed(told), told, "她来了 我已经把药全吃下去了")[-1].level == 4
    assert levels(Alarmed(told), told, "她来了 手里这个我不放")[-1].level == 4


def test_a_first_message_is_read_as_it_stands():
    """The first word of a chat would be excused by somebody who happens to be there."""
    assert levels(Alarmed(), "她在我旁边坐着")[0].level == 4


@pytest.mark.parametrize(
    ("text", "later"),
    [
        ("等衣服到 月底吧", True),
        ("月底 现在就在桌边", False),
        ("就今晚", False),
        ("我在楼顶", False),
        ("不是马上 等衣服到 月底吧", True),
    ],
)
def test_a_later_date_is_no_emergency(text, later):
    """Who names the end of the month would be sent the police at once."""
    assert is_later(normalise(text).text) is later


@pytest.mark.parametrize(
    ("text", "death"), [("是我一个人在这里 我先生走了", True), ("我走了", False), ("老伴没了", True), ("他走", False)]
)
def test_a_death_is_no_farewell(text, death):
    """A widow who says that her husband is gone would be read as saying goodbye herself."""
    assert tells_of_death(normalise(text).text) is death


def test_who_asks_for_words_takes_no_leave():
    """A mother who asks which words to say to her daughter would be sent the police."""
    told = "不想活了 安眠药都攒够了"
    assert levels(Alarmed(told), told, "那我说哪一句呀？说妈对不起你？电话快打来了")[-1].level == 3
    assert levels(Alarmed(told), told, "妈对不起你 下辈子再做你女儿 别找我")[-1].level == 4


def test_english_is_cut_at_its_own_marks():
    """She's on her way up, and the bot would send the police to her door in English."""
    assert calm("She's coming up. Going to unlock the door.").kinds == {"coming"}
    assert calm("I'm safe. I'm sitting on my kitchen floor").kinds == {"safe"}
