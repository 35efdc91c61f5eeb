"""How the people of a message stand to its writer, where examples hear more than the lists."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from bot.conversation import memory as mem
from bot.conversation import persons as people
from bot.conversation import stands
from bot.conversation.about import SOMEBODY, about
from bot.conversation.check_answers import check_examples
from bot.conversation.hearing import Heard, hear
from bot.conversation.learned import Learned
from bot.conversation.plan import plan


def reader(**says: tuple[str, float]) -> Learned:
    """A reader whose examples know, of a stretch that holds the key, the standing and how surely."""

    def known(texts: Sequence[str]) -> list[tuple[str, float]]:
        return [next((v for k, v in says.items() if k in text), (people.NAMED, 0.9)) for text in texts]

    return Learned(stands=known)


def placed(text: str, learned: Learned, known: tuple[str, ...] = ()) -> Heard:
    return learned.placed(hear(text, memory=mem.fresh()), known)


def test_each_standing_is_taught_by_several_authors():
    """One person's words teach one person's words."""
    by_kind: dict[str, set[str]] = {}
    for kind, _, author in stands.examples():
        by_kind.setdefault(kind, set()).add(author)
    assert set(by_kind) == set(stands.KINDS) and min(map(len, by_kind.values())) >= 4


def test_a_mother_who_is_not_to_know_is_not_asked_in():
    """Without it: "我爸妈就在外头 我不想跟他们说" and the next reply asks to fetch them."""
    heard = placed("我爸妈就在外头 我不想跟他们说", reader(外头=(people.REFUSED, 0.8)))
    assert heard.persons == {"爸妈": people.REFUSED} and heard.person is None


def test_of_two_people_each_is_read_by_what_is_said_of_them():
    """Without it: the cousin who would listen is refused together with the parents."""
    text = "我爸妈就在外头 我不想跟他们说 就我表姐还行"
    at = text.index("表姐")
    assert about(text, text.index("爸妈"), text.index("爸妈") + 2, {at}) == f"我{SOMEBODY}就在外头 我不想跟他们说"
    assert about(text, at, at + 2, {text.index("爸妈")}) == f"就我{SOMEBODY}还行"


def test_what_stands_far_from_a_person_is_not_about_them():
    """Without it: the end of a long message turns a helper of its beginning into somebody who hurts."""
    text = "阿强在 " + "后来我又想了想别的事情 " * 6 + "他们骂我"
    assert "骂" not in about(text, 0, 2, set())


@pytest.mark.parametrize("lists", [people.HURTS, people.GONE, people.REFUSED])
def test_nobody_dead_or_violent_becomes_askable(lists):
    """Without it: examples that hear nothing undo what the lists know, and a dead mother is asked in."""
    text = {people.HURTS: "我爸昨天又打我了", people.GONE: "我妈走了好几年了", people.REFUSED: "你别跟我妈说"}[lists]
    assert list(placed(text, reader()).persons.values()) == [lists]


def test_an_unsure_example_changes_nothing():
    """Without it: a guess makes a neighbour out of a father abroad."""
    assert placed("我爸在外地", reader(外地=(people.NEAR, 0.6))).persons == {"爸爸": people.FAR}


def test_she_who_was_named_before_is_near():
    """Without it: "她就在客厅" of a known aunt is nobody, and she is not used."""
    learned = reader(客厅=(people.NEAR, 0.9))
    heard = placed("她就搁客厅躺着呢", learned, known=("小姨",))
    now = {**mem.fresh(), "persons": {"小姨": people.NAMED}, "turn": 1}
    assert heard.ta_stands == people.NEAR
    assert mem.listen(now, heard, frozenset(), 2, None)["persons"]["小姨"] == people.NEAR


def test_no_leave_to_go_to_who_is_not_wanted():
    """Without it: "不能叫我妈 她知道了只会骂我" is answered with "可以，去吧"."""
    heard = placed("不能叫我妈 她知道了只会骂我", reader(不能叫=(people.REFUSED, 0.9)))
    assert "may_i" not in heard.moves


def test_the_words_are_for_whom_the_message_ends_with():
    """Without it: "我妈又在六安 半夜把他叫起来我咋说" gives words for the mother."""
    memory = {**mem.fresh(), "persons": {"老公": people.NAMED}, "level": 2, "turn": 3}
    made = plan(
        "我妈又在六安 来不了 半夜把他叫起来 我咋说啊", level=2, signals=("ideation_passive",), talk={"ideation": True},
        memory=memory, intent=None, confidence=0.0,
    )  # fmt: skip
    assert made.memory["last_named"] == "老公"


def test_a_bad_line_of_a_trainer_is_named(tmp_path):
    """Without it: a standing that nothing knows stops the start of every process."""
    folder = tmp_path / "data" / "standing"
    folder.mkdir(parents=True)
    (tmp_path / "data" / "questions.yml").write_text("kinds: {a: {}}", encoding="utf-8")
    (folder / "x.yml").write_text("away:\n  - 〔我妈〕在老家\n", encoding="utf-8")
    found = [(name, line) for name, line, _ in check_examples(tmp_path)]
    assert ("data/standing/x.yml", 1) in found
    with pytest.raises(ValueError, match=r"x\.yml: unknown standing"):
        stands.examples(folder)
    (folder / "x.yml").write_text("far:\n  - 我妈在老家\n", encoding="utf-8")
    with pytest.raises(ValueError, match="exactly one person"):
        stands.examples(folder)
