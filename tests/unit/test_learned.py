"""What is heard by example: answers to our own questions, whose danger it is, whether help is truly there."""

from __future__ import annotations

from typing import Any

import pytest

from bot.conversation import answered, held, inquiry, replied, theirs
from bot.conversation import memory as mem
from bot.conversation.check_answers import check_examples
from bot.conversation.hearing import hear
from bot.conversation.learned import KINDS, Learned
from bot.conversation.plan import Plan, plan


def talk(*turns: tuple[str, str], says: dict[str, str], step: str = "safety", level: int = 3) -> Plan:
    """The plan of the last message of turns (message, our reply), where the examples hear `says`."""
    memory: dict[str, Any] = mem.fresh()
    made = None
    learned = Learned(answer=lambda asked, _: {t: a for t, a in says.items() if t in asked})
    for text, ours in turns:
        made = plan(
            text, level=level, signals=("ideation_passive",), talk={"ideation": True, "ruled": []}, memory=memory,
            intent=None, confidence=0.0, learned=learned,
        )  # fmt: skip
        memory = mem.speak(made.memory, step, [ours])
    assert made is not None
    return made


ASKED = "手边有没有会伤到自己的东西？"


def test_every_answer_that_is_taught_means_something():
    """A trainer's new class that no code knows would be learned and thrown away."""
    assert {f"{t}.{a}" for t, a, _, _ in replied.examples()} == answered.KINDS


def test_every_answer_is_taught_by_several_authors():
    """One person's words teach one person's words."""
    by_answer: dict[tuple[str, str], set[str]] = {}
    for topic, answer, _, author in replied.examples():
        by_answer.setdefault((topic, answer), set()).add(author)
    assert {k for k, authors in by_answer.items() if len(authors) < 3} == set()


def test_what_is_taught_answers_a_question_that_we_ask():
    """A topic that no sentence of ours asks for would never be read."""
    asked = {*inquiry.catalogue(), *(inquiry.OTHER + name for name in inquiry.catalogue()), *answered.OF_STEP.values()}
    assert set(replied.topics(replied.examples())) <= asked | {answered.DENIAL}


def test_a_place_is_the_answer_to_what_is_within_reach():
    """Without it: "备着 在床下" counts as nothing, and who has it at hand is asked a third time."""
    told = talk(("我撑不住了", ASKED), ("备着 在床下", ""), says={"means": "near"}).memory["told"]
    assert "means_near" in told


def test_examples_stand_before_what_a_list_half_heard():
    """Without it: "就我跟月亮 手边么有" is answered with "东西还在"."""
    told = talk(("我撑不住了", ASKED), ("有 是给猫的 早就扔了", ""), says={"means": "none"}).memory["told"]
    assert "means_none" in told and "means_near" not in told


def test_who_told_it_before_is_apologised_to_and_not_asked_again():
    """Without it: "说了三回了你光问" is followed by the same question in other words."""
    made = talk(("我撑不住了", ASKED), ("我头一句就说了 你看没看", ""), says={"means": "told"})
    assert made.heard == "misheard" and made.step == "quiet"
    assert "told_before" in made.told and "means" in inquiry.shut(made.memory)


def test_below_danger_nothing_is_read_as_an_answer():
    """Without it: "今晚" of a parcel is the day of dying."""
    assert "when" not in talk(("几点送到", "哪天要用？"), ("今晚", ""), says={"when": "soon"}, level=1).memory["told"]


@pytest.mark.parametrize("text", ["在听吗", "没人跟我说话", "网上都屏蔽了 你告诉我呗"])
def test_no_complaint_without_a_word_of_it(text, monkeypatch):
    """Without it: "在听吗" gets "问重了，对不住"."""

    class Sure:
        def guesses(self, texts):
            return [type("G", (), {"name": replied.TOLD, "confidence": 0.99})()]

    monkeypatch.setattr(replied, "reader", lambda: {"means": Sure()})
    assert replied.answered(["means"], text) == {}
    assert replied.answered(["means"], "说了三遍了") == {"means": "told"}


def noted(*odds: float, level: int = 3, **more: Any) -> dict[str, Any]:
    now = {**mem.fresh(), **more}
    for one in odds:
        theirs.note(now, one, level)
    return now


def test_danger_is_the_writers_until_the_messages_say_otherwise():
    """A cow, a baby or a teacher who is named would turn the talk away from who is in danger."""
    assert not theirs.about_another(noted(-3.0, -2.0), {}, rule=True)
    assert not theirs.about_another(noted(-3.0, 1.0), {"own": 2}, rule=True)


def test_danger_of_another_is_heard_where_every_message_tells_of_them():
    """A brother at sea would be asked whether he thinks of dying himself."""
    assert theirs.about_another(noted(4.0, 5.0), {"other": 1}, rule=False)


def test_without_a_reader_the_lists_decide():
    """A fresh clone whose readers are not trained yet would know nobody else."""
    assert theirs.about_another(mem.fresh(), {}, rule=True) and not theirs.about_another(mem.fresh(), {}, rule=False)


def test_a_mourner_stays_who_is_asked():
    """ "我女儿走了，她才七岁" would be answered with how to speak to the child."""
    memory = mem.fresh()
    for text in ("我女儿走了 我每天对着她照片", "她才七岁"):
        made = plan(
            text, level=2, signals=("life_event",), talk={"ruled": [], "message_level": 2}, memory=memory, intent=None,
            confidence=0.0, learned=Learned(theirs=lambda _: 6.0),
        )  # fmt: skip
        memory = mem.speak(made.memory, None, ["嗯。"])
    assert made.mode == "care"


def test_a_dialect_no_is_a_no():
    """ "手边么有" would be heard as "手边有"."""
    assert hear("手边么有").plain == "手边没有"


def denied(*answers: str, ruled: tuple[str, ...] = ()) -> dict[str, Any]:
    """The memory of who was asked and then answered what the examples take for `answers`."""
    memory: dict[str, Any] = {**mem.fresh(), "turn": 1, "level": 3, "flagged": 1, "asked": {"suicide": [1]}}
    for answer in answers:
        made = plan(
            "去看他，坟上", level=3, signals=ruled, talk={"ruled": list(ruled), "message_level": 1}, memory=memory,
            intent=None, confidence=0.0, learned=Learned(answer=lambda asked, _, a=answer: dict.fromkeys(asked, a)),
        )  # fmt: skip
        memory = mem.speak(made.memory, None, ["嗯。"])
    return memory


def test_who_denies_clearly_twice_in_words_of_their_own_is_believed():
    """A mother who buys shoes for a grave would be told to leave the thing and call an ambulance."""
    assert "insisted" in denied("clear", "clear")["told"]
    assert "insisted" not in denied("clear")["told"]


def test_half_a_denial_is_none():
    """ "没事了 都安排好了" would end the questions of whoever has arranged it all."""
    assert "insisted" not in denied("half", "half")["told"]
    assert "insisted" not in denied("clear", "clear", ruled=("ideation_active",))["told"]


def test_who_cannot_call_for_another_hears_of_another_way():
    """Who holds a door with one hand would be told for the third time to telephone."""
    memory: dict[str, Any] = {
        **mem.fresh(), "turn": 3, "level": 4, "flagged": 1, "speaks_for": "other",
        "asked": {"other_emergency": [2], "refer_emergency": [2]}, "told": {"not_me": 1, "call_declined": 3},
    }  # fmt: skip
    made = plan(
        "电话我没手打", level=4, signals=(), talk={"ruled": [], "other": 1}, memory=memory, intent=None, confidence=0.0,
        third_party=True,
    )  # fmt: skip
    assert made.mode == "other" and made.step == "other_way"


def test_the_hour_named_when_asked_is_an_emergency():
    """ "你问，我答你，有。九点。" of a man of eighty would be taken for a refusal and left in peace."""
    memory: dict[str, Any] = {
        **mem.fresh(), "turn": 3, "level": 3, "flagged": 1, "high": 1, "asked": {"suicide": [1], "way": [3]},
        "open": ["way", "when"], "pending": "way",
    }  # fmt: skip
    made = plan(
        "我没有讲没有。你问，我答你，有。九点。家什擦好包好了。", level=3, signals=(), memory=memory,
        talk={"ruled": [], "ideation": True}, intent=None, confidence=0.0,
    )  # fmt: skip
    assert made.step == "emergency"


def test_a_baby_is_nobody_in_danger():
    """A mother who asks whether her milk was harmful would be told to call an ambulance for him."""
    memory: dict[str, Any] = mem.fresh()
    for text in ("吸奶器是不是坏的", "她五十三天了 我都喂给她了"):
        made = plan(
            text, level=3, signals=("ideation_passive",), talk={"ruled": [], "message_level": 2}, memory=memory,
            intent=None, confidence=0.0, learned=Learned(theirs=lambda _: 5.0),
        )  # fmt: skip
        memory = mem.speak(made.memory, None, ["嗯。"])
    assert "infant" in memory and made.mode == "care"


def test_a_slip_in_a_trainers_answers_is_named_with_its_line(tmp_path):
    """Training, and with it the start of the shop, would stop at a file that nobody looked at."""
    (tmp_path / "data" / "answered").mkdir(parents=True)
    (tmp_path / "data" / "questions.yml").write_text("kinds: {}\n", encoding="utf-8")
    (tmp_path / "data" / "answered" / "me.yml").write_text("means.near:\n- 备着\nmeans.here:\n- 在\n", encoding="utf-8")
    (tmp_path / "data" / "mentions.yml").write_text("- 猫\n", encoding="utf-8")
    found = [(file, line) for file, line, _ in check_examples(tmp_path)]
    assert found == [("data/answered/me.yml", 3), ("data/mentions.yml", 1)]


def doubting(text: str, doubt: bool) -> Plan:
    """The plan of one message about another in danger, where the examples do or do not doubt that help is there."""
    memory = mem.fresh() | {"speaks_for": "other", "level": 3, "flagged": 1, "turn": 1}
    return plan(
        text, level=4, signals=("in_progress", "third_party"), talk={"ideation": True, "other": True, "ruled": []},
        memory=memory, intent=None, confidence=0.0, third_party=True, learned=Learned(doubted=lambda _: doubt),
    )  # fmt: skip


def test_police_that_are_only_feared_do_not_silence_the_number():
    """A man behind a locked door; his friend fears the police, is taken to have called them, and hears no number."""
    afraid = "叫了保安他明天就得走人 警察来了他的账也翻出来 我一个人守门"
    assert doubting(afraid, True).step == "other_emergency"
    assert "help_there" not in doubting(afraid, True).memory["told"]


def test_help_that_is_there_is_believed():
    """Without it: "call 120 now" to somebody who stands beside the ambulance."""
    there = doubting("救护车来了 在楼下", False)
    assert "help_there" in there.memory["told"] and there.step != "other_emergency"


def test_a_long_message_is_asked_clause_by_clause():
    """A lineman with three questions wrote "打110干啥" among them, and was told that the ambulance has him in care."""
    asked: list[str] = []

    def doubted(text: str) -> bool:
        asked.append(text)
        return "干啥" in text

    learned = Learned(doubted=doubted)
    long = (
        "在家呢 吉林 啥安全不安全的 报警报了110干啥 "
        + "我架了二十七年线就剩这双手了 你就跟我说一句这病到后来怎样，" * 2
    )
    heard = hear(long)
    assert "help_called" in heard.facts
    assert "help_called" not in learned.believed(heard, long, 4).facts
    assert asked == ["报警报了110干啥"]


def test_help_that_is_there_is_taught_by_several_authors_with_twins():
    """One person's words teach one person's words; without twins every ambulance that is feared is one that came."""
    rows = held.examples()
    assert len({author for _, _, author in rows}) >= 3
    assert 0.4 < sum(not kinds for kinds, _, _ in rows) / len(rows) < 0.6
    assert {kind for kinds, _, _ in rows for kind in kinds} == set(KINDS)


def test_unknown_kind_of_held_is_named_by_check(tmp_path):
    """A trainer's slip would stop the next start in place of the check."""
    (tmp_path / "data" / "held").mkdir(parents=True)
    (tmp_path / "data" / "questions.yml").write_text("kinds: {}\n", encoding="utf-8")
    (tmp_path / "data" / "held" / "x.yml").write_text("help+with:\n  - a\nhlp:\n  - b\n", encoding="utf-8")
    assert [(line, "hlp" in what) for _, line, what in check_examples(tmp_path)] == [(3, True)]
    with pytest.raises(ValueError, match="hlp"):
        held.examples(tmp_path / "data" / "held")


def test_help_that_only_examples_know_stops_the_urging():
    """A report like "表姐打的 人家理了 记了门牌" was answered with "ask somebody else to call 110", three times."""
    text = "是表姐打的 人家理了 记了门牌"
    assert "help_called" not in hear(text).facts
    sure = Learned(told=lambda _: frozenset({"help"}))
    found = sure.believed(hear(text), text, 4)
    assert "help_called" in found.facts
    assert "help_called" in found.moves
    assert "help_called" not in sure.believed(hear(text), text, 4, {"help_called"}).moves
    assert "help_called" not in sure.believed(hear(text), text, 1).facts


def test_who_stood_at_an_edge_and_is_away_from_it_has_stepped_back():
    """Somebody who came down would be asked, reply after reply, to come down."""
    sure = Learned(told=lambda _: frozenset({"away"}))
    text = "又下来了"
    assert "stepped_back" in sure.believed(hear(text), text, 3, {"brink"}).facts
    assert "means_none" in sure.believed(hear(text), text, 3, {"suicide"}).facts


def test_a_long_report_is_read_a_few_clauses_at_a_time():
    """Of a message of ten clauses the whole says nothing, and "问了地址" alone says nothing either."""
    read: list[str] = []

    def told(pieces):
        read.extend(pieces)
        return frozenset()

    text = (
        "没出面，是表姐打的，人家理了，问了地址，说派人去。她自己也骑车过去了。"
        "我现在手上没事可做，等，身份证被扣，这个归谁管，派出所管吗"
    )
    Learned(told=told).believed(hear(text), text, 4)
    assert "人家理了 问了地址 说派人去" in read
    assert len(read) <= 6
