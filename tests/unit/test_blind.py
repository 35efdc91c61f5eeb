"""The blind comparison: moments, sheets, answers and figures."""

from __future__ import annotations

import asyncio
import json
import re
from pathlib import Path
from types import SimpleNamespace

import pytest

from benchmarks.blind import moments as mo
from benchmarks.blind import score as sc
from benchmarks.blind import sheets as sh
from benchmarks.blind import suggest
from benchmarks.blind.answers import Answer, BadAnswer, Mark, read_answers
from benchmarks.blind.moments import Moment
from benchmarks.blind.replies import SOURCES
from benchmarks.blind.retrieval import Retrieval, known
from bot.conversation.scope import TurnScope
from bot.risk.types import Context, Verdict


def moment(name: str, level: int = 0, source: str = "slow", text: str = "在吗") -> Moment:
    return Moment(name, source, f"t-{name}", 1, level, "茶具", 9, mo.digest_of(text), text, ("早",), ())


def replies(names: list[str]) -> dict[str, dict[str, str]]:
    return {source: {name: f"{source} to {name}" for name in names} for source in SOURCES}


def answer(best: str, sums: dict[str, tuple[int, int, int]] | None = None, unsafe: str = "") -> Answer:
    marks = {source: Mark((sums or {}).get(source, (0, 0, 0))) for source in SOURCES}
    if unsafe:
        marks[unsafe] = Mark(marks[unsafe].empathy, ("minimise",))
    return Answer(best, marks)


def test_the_moments_are_the_ones_that_were_announced() -> None:
    """Figures could be of fewer moments, or of one kind of talk only, and nobody would notice."""
    found = mo.load_bare()
    assert len(found) == len({one.id for one in found}) == 126
    assert sum(one.source == "case" for one in found) == mo.FROM_CASES
    for kind, wanted in mo.WANTED.items():
        assert sum(one.source == kind for one in found) == sum(wanted.values()), kind
    assert {one.level for one in found} == {0, 1, 2, 3, 4}
    assert all(not one.text and not one.history for one in found if one.source == "case")


def test_the_choice_of_moments_can_be_repeated() -> None:
    """A choice that nobody can repeat could have been made to please."""
    turn = {"text": "好几个字的话", "level_min": 0, "level_max": 1}
    cases = [
        {"id": f"c{n}", "shop": {"category": "茶具"}, "orders": [], "local_time": "2026-01-01T09:00:00+08:00",
         "turns": [turn] * 9}
        for n in range(16)
    ]  # fmt: skip
    first, again = (mo.choose(cases, mo.own_talks()) for _ in range(2))
    assert first == again
    assert len(first) == 126
    assert first != mo.choose(cases, mo.own_talks(), seed=1)


def test_a_changed_talk_is_noticed(tmp_path: Path) -> None:
    """Replies written to other words than those the rater reads would be judged as ours."""
    kept = tmp_path / "moments.jsonl"
    mo.write([moment("m001")], kept)
    assert mo.load(None, kept) == [moment("m001")]
    kept.write_text(kept.read_text(encoding="utf-8").replace("在吗", "在不"), encoding="utf-8")
    with pytest.raises(ValueError, match="m001"):
        mo.load(None, kept)


def test_every_moment_has_the_usual_and_the_found_reply() -> None:
    """A source without replies would lose unseen."""
    names = {one.id for one in mo.load_bare()}
    for source in ("usual", "retrieval"):
        rows = mo.lines(mo.HERE / f"{source}.jsonl")
        assert {row["id"] for row in rows} == names
        assert all(row["text"].strip() for row in rows)


def test_retrieval_answers_with_a_sentence_of_the_library() -> None:
    """The baseline would be something else than what it is called."""
    pairs = known()
    baseline = Retrieval(pairs[:400])
    text, fit = pairs[3]
    assert baseline.answer(text) in fit


def test_sheets_hide_the_source_and_differ(tmp_path: Path) -> None:
    """A rater who can tell the source judges the name, not the words; one order for all lets the place decide."""
    names = [f"m{n:03d}" for n in range(40)]
    key = sh.make([moment(name, level=3) for name in names], replies(names), tmp_path)
    orders = []
    for rater in sh.RATERS:
        rows = mo.lines(tmp_path / f"{rater}.jsonl")
        orders.append([row["id"] for row in rows])
        assert sorted(orders[-1]) == names
        for row in rows:
            assert set(row) == {"id", "shop", "hour", "orders", "earlier", "message", *sh.LETTERS}
            for letter, source in zip(sh.LETTERS, key["order"][rater][row["id"]], strict=True):
                assert row[letter] == f"{source} to {row['id']}"
        assert {next(iter(one)) for one in key["order"][rater].values()} == set(SOURCES)
    assert orders[0] != orders[1] != orders[2] != orders[0]
    assert key["order"]["r1"] != key["order"]["r2"]


def test_sheets_need_every_reply(tmp_path: Path) -> None:
    """An empty reply on a sheet would count against its source."""
    short = replies(["m001"])
    short["ours"] = {}
    with pytest.raises(ValueError, match="ours has no reply to m001"):
        sh.make([moment("m001")], short, tmp_path)


KEY = {"order": {"r1": {"m001": ["usual", "ours", "retrieval"]}}}
GOOD = {"id": "m001", "best": "B", "A": [0, 0, 0, ["minimise", "selling"]], "B": [2, 1, 1, []], "C": [1, 0, 0]}


def test_answers_go_back_to_their_source(tmp_path: Path) -> None:
    """The letters would be counted for the wrong writer."""
    path = tmp_path / "r1.answers.jsonl"
    path.write_text(json.dumps(GOOD) + "\n\n", encoding="utf-8")
    found = read_answers(path, KEY)["m001"]
    assert found.best == "ours"
    assert found.marks["ours"] == Mark((2, 1, 1))
    assert found.marks["usual"].errors == ("minimise", "selling")
    assert found.marks["retrieval"] == Mark((1, 0, 0))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"best": "D"}, "best"),
        ({"A": [3, 0, 0, []]}, "0, 1 or 2"),
        ({"A": [True, 0, 0, []]}, "0, 1 or 2"),
        ({"A": [0, 0]}, r"r1.answers.jsonl:1.A"),
        ({"B": None}, r":1.B"),
        ({"C": [0, 0, 0, ["rude"]]}, "rude"),
        ({"C": [0, 0, 0, "minimise"]}, "unknown"),
        ({"id": "m009"}, "no such moment"),
    ],
)
def test_answers_that_cannot_be_counted_are_refused(tmp_path: Path, change: dict[str, object], says: str) -> None:
    """A slip of a rater would become a figure."""
    path = tmp_path / "r1.answers.jsonl"
    path.write_text(json.dumps(GOOD | change), encoding="utf-8")
    with pytest.raises(BadAnswer, match=says):
        read_answers(path, KEY)


@pytest.mark.parametrize(
    ("text", "says"),
    [("", "no answer to m001"), (f"{json.dumps(GOOD)}\n{json.dumps(GOOD)}", "twice"), ("{", "no JSON")],
)
def test_missing_and_double_answers_are_refused(tmp_path: Path, text: str, says: str) -> None:
    """Moments would be left out, or count double, and nobody would know."""
    path = tmp_path / "r1.answers.jsonl"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadAnswer, match=says):
        read_answers(path, KEY)


def test_fleiss_kappa_is_that_of_the_textbook() -> None:
    """Agreement would look better or worse than it is (Fleiss 1971's kind of table, worked by hand)."""
    # two items, three raters: aab, bbb. P = (1/3 + 1) / 2; shares a 2/6, b 4/6; Pe = 4/36 + 16/36
    assert sc.fleiss(["aab", "bbb"]) == pytest.approx((2 / 3 - 20 / 36) / (1 - 20 / 36))
    assert sc.fleiss(["aaa", "bbb"]) == pytest.approx(1.0)
    assert sc.fleiss(["aaa", "aaa"]) is None
    assert sc.fleiss(["a", "b"]) is None
    assert sc.fleiss([]) is None


def test_interval_holds_the_mean_and_narrows_with_more_moments() -> None:
    """A preference by chance would be told as one that is sure."""
    few, many = [0.0, 1.0] * 5, [0.0, 1.0] * 200
    (low, high), (near_low, near_high) = sc.interval(few), sc.interval(many)
    assert low < 0.5 < high
    assert high - low > 3 * (near_high - near_low)
    assert sc.interval([1.0] * 8) == (1.0, 1.0)


def test_figures_by_level_and_source() -> None:
    """Good shopping answers would hide bad ones to people in danger."""
    moments = {"m001": moment("m001", 0, "ordinary"), "m002": moment("m002", 1, "case"), "m003": moment("m003", 4)}
    warm = {"ours": (2, 1, 0)}
    answers = {
        "r1": {"m001": answer("usual"), "m002": answer("ours", warm), "m003": answer("ours", warm, "usual")},
        "r2": {"m001": answer("usual"), "m002": answer("ours", warm), "m003": answer("ours", warm, "usual")},
        "r3": {"m001": answer("ours"), "m002": answer("usual"), "m003": answer("ours", warm, "retrieval")},
    }
    groups = sc.figures(answers, moments)["groups"]
    assert groups["level 0"]["sources"]["usual"]["preferred"] == pytest.approx(2 / 3)
    assert groups["level 2+"]["sources"]["ours"]["preferred"] == 1.0
    assert groups["all"]["sources"]["ours"]["preferred"] == pytest.approx(6 / 9)
    assert groups["all"]["sources"]["ours"]["most_raters"] == 2
    assert groups["level 1"]["sources"]["ours"]["empathy_sum"] == pytest.approx(2.0)
    assert groups["level 2+"]["sources"]["ours"]["empathy"]["emotional"] == 2.0
    usual = groups["level 2+"]["sources"]["usual"]
    assert (usual["unsafe_any"], usual["unsafe_most"], usual["errors"]) == (1, 1, {"minimise": 2})
    assert groups["all"]["sources"]["retrieval"]["unsafe_most"] == 0
    assert groups["all"]["sources"]["ours"]["unsafe_any"] == 0
    assert groups["example cases"]["moments"] == 1
    assert groups["own talks"]["moments"] == 2


def test_system_counts_short_choices_and_guard_hits() -> None:
    """The duty of three strategies, and of none that the guard refuses, would be held on paper only."""
    some = [["reflection", "utter_reflect_feeling", "嗯"]]
    turns = [
        {"talk": "a", "turn": 1, "level": 0, "strategies": 1, "suggestions": some, "hits": []},
        {"talk": "a", "turn": 2, "level": 1, "strategies": 3, "suggestions": some * 3, "hits": []},
        {"talk": "a", "turn": 3, "level": 3, "strategies": 2, "suggestions": some * 2, "hits": ["digits: 1"]},
        {"talk": "a", "turn": 4, "level": 3, "strategies": 0, "suggestions": [], "hits": []},
    ]
    found = sc.system(turns)
    assert found["three_strategies"] == pytest.approx(1 / 3)
    assert found["short"] == [["a", 3], ["a", 4]]
    assert found["guard_hits"] == [["a", 3, "digits: 1"]]
    assert found["without"] == [["a", 4]]


def test_a_talk_is_played_once_to_its_last_moment() -> None:
    """Each message would be read twice, with a memory that no customer has."""
    early, late = moment("m001"), moment("m002")
    late = Moment(**{**{n: getattr(late, n) for n in Moment.__slots__}, "talk": early.talk, "turn": 2})
    [(last, texts, wanted)] = suggest.talks_of([late, early])
    assert last == late
    assert texts == ["早", "在吗"]
    assert wanted == {1: "m001", 2: "m002"}


def test_each_message_is_read_and_answered_with_what_came_before() -> None:
    """Our reply would be one to a customer who had said nothing yet."""
    seen = []

    class Reader:
        def read_turn(self, text: str, context: Context, state: dict[str, int] | None) -> tuple[Verdict, object]:
            seen.append((text, context.hour, state))
            return Verdict(len(seen), 0.5, (), False, 1.0), {"turn": len(seen)}

    class Engine:
        async def whisper(self, sender: str, text: str, scope: TurnScope, message_id: str) -> SimpleNamespace:
            seen.append((sender, scope.level, dict(scope.memory)))
            hint = SimpleNamespace(text="我在看你写的每一句。", strategy="reflection", action="utter_reflect_feeling")
            return SimpleNamespace(suggestions=[hint], memory={"n": message_id}, heard="tell", ms={"turn": 1.0})

    loop = asyncio.new_event_loop()
    rows = suggest.play(SimpleNamespace(reader=Reader(), engine=Engine(), loop=loop), moment("m001"), ["早", "在吗"])
    loop.close()
    assert seen == [
        ("早", 9, None), ("blind:t-m001", 1, {}), ("在吗", 9, {"turn": 1}), ("blind:t-m001", 3, {"n": "1"}),
    ]  # fmt: skip
    assert [(row["turn"], row["level"], row["strategies"], row["hits"]) for row in rows] == [
        (1, 1, 1, []),
        (2, 3, 1, []),
    ]
    assert rows[0]["suggestions"] == [["reflection", "utter_reflect_feeling", "我在看你写的每一句。"]]


def test_the_guard_is_asked_about_what_was_let_through() -> None:
    """A suggestion that must never be said would count as fine."""

    class One:
        def __init__(self, text: str) -> None:
            self.text = text

    assert suggest.hits([One("我在看你写的每一句。")], 3) == []
    assert [re.split(":", hit)[0] for hit in suggest.hits([One("现在下单有优惠"), One("x" * 90)], 3)] == [
        "level",
        "length",
    ]


def test_the_fresh_set_is_mild_and_shares_no_talk_with_the_first() -> None:
    """Wording made with a moment before one's eyes would be praised for fitting it."""
    first = {one.talk for one in mo.load_bare(mo.HERE / "moments.jsonl")}
    fresh = mo.load_bare(mo.HERE / "fresh" / "moments.jsonl")
    assert not first & {one.talk for one in fresh}
    assert {level: sum(one.level == level for one in fresh) for level in (0, 1)} == {0: 30, 1: 18}
    assert mo.choose_fresh(mo.own_talks(), first) == fresh
