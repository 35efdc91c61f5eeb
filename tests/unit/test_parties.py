"""Whose danger a whole talk tells of: the writer's own, another's, both, nobody's that lives, or nobody can say."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from bot.conversation import parties
from bot.conversation.hearing import simplify
from bot.conversation.plan import plan

DATA = Path(__file__).resolve().parents[1] / "data"
#: Shares of the talks (simplified, traditional, Cantonese, English) that must be read right. The rules were written
#: on "build" only; "away" was put aside and says how talks are read that they were not written on.
LEAST = {"build": 0.95, "away": 0.8}


def after(*messages: str) -> dict:
    known = None
    for turn, message in enumerate(messages, 1):
        known = parties.hear(known, simplify(message), turn)
    return known or parties.fresh()


def right(talk: dict) -> bool:
    """Somebody else who is never named may be read as "unclear" or as another without a name."""
    known = after(*talk["messages"])
    found = parties.verdict(known)
    nameless = talk["who"] == "unclear" and found == parties.OTHER and not known["relation"]
    return found == talk["who"] or nameless


@pytest.mark.parametrize("part", sorted(LEAST))
def test_who_is_in_danger_is_found(part: str) -> None:
    """A grandmother is asked about her own suicide, or a cook who names everybody is sent to help a "her"."""
    talks = [json.loads(line) for line in (DATA / f"parties-{part}.jsonl").read_text(encoding="utf-8").splitlines()]
    missed = Counter(t["who"] for t in talks if not right(t))
    share = 1 - sum(missed.values()) / len(talks)
    print(f"{part}: {share:.0%} of {len(talks)}, missed {dict(missed)}")
    assert share >= LEAST[part]


@pytest.mark.parametrize(
    ("messages", "who"),
    [
        (("跟他说是师父给的", "么有她！就额一个！额不想活了"), "self"),
        (("哥哥说不要了 活够了", "我丈夫在家 走不开"), "other"),
        (("写了纸条 不想活了", "不是我写的 是我孙子"), "other"),
        (("对床的床空了五周", "她是自杀走的 我老梦见她"), "mourns"),
        (("我妈走了一年了", "我想去找她"), "self"),
        (("同学骂我去死", "我也这么想"), "self"),
        (("我弟说不想活了", "我自己也快撑不住了"), "other"),
        (("老婆说想死", "我也不想活了 一起走吧"), "both"),
        (("药没了 一整瓶",), "unclear"),
        (("三十八码有货吗", "老公说颜色不好看"), ""),
    ],
)
def test_the_subject_decides(messages: tuple[str, ...], who: str) -> None:
    """Without it the dead are asked about, and who left out a subject is taken for the one in danger."""
    assert parties.verdict(after(*messages)) == who


def test_a_correction_holds_for_the_whole_talk() -> None:
    """ "不是我 是我孙子" holds for one message, and the grandmother is asked about herself again."""
    talk = ["说不想活了", "不是我 是我孙子", "他把药藏起来了", "我好怕", "我该咋办"]
    assert [parties.verdict(after(*talk[:n])) for n in range(2, 6)] == ["other"] * 4
    talk = ["我朋友想跳桥", "那个朋友就是我", "老魏要来陪我", "他说他也难受想死"]
    assert [parties.verdict(after(*talk[:n])) for n in range(2, 5)] == ["self"] * 3


def test_what_was_told_of_the_other_is_kept_while_the_talk_goes_on() -> None:
    """The worried brother is asked again, turn after turn, what he told already."""
    memory, talk = None, {"own": 0, "other": 0}
    for text in ("我弟说想死 电话关机", "他一个人在家 我妈在路上", "他把药都藏起来了", "然后呢"):
        made = plan(text, level=3, signals=[], talk=talk, memory=memory, intent=None, confidence=0.0)
        memory = made.memory
        assert made.who == "other"
    assert memory is not None
    assert memory["told"]["alone"] == 2
    assert memory["whom"]["name"] == "弟弟"


def test_who_is_only_a_name_in_the_talk_of_somebody_in_danger_is_not_asked_about() -> None:
    """A cook with everything on the table is told to look after a "her"."""
    memory = None
    for text in ("鞋寄给小龙 是额徒弟", "额这边用不上了 酒楼把额撵了", "老韩额也发了话 说师兄对不住"):
        made = plan(text, level=3, signals=["third_party", "goodbye"], talk={"own": 0, "other": 1}, memory=memory,
                    intent=None, confidence=0.0, third_party=True)  # fmt: skip
        memory = made.memory
    assert made.who == "self"


@pytest.mark.parametrize(
    ("text", "whose"),
    [
        ("我妈最近老说 我走了你就轻松了", "other"),
        ("媳妇昨晚讲我要是没了你再找一个", "other"),
        ("我妈说我走了她就轻松了", ""),
        ("我跟老师说 我不想活了", "self"),
        ("我妈说 别想不开 可我真的不想活了", "both"),
    ],
)
def test_what_somebody_is_reported_to_say_is_theirs(text: str, whose: str) -> None:
    """A daughter who tells what her mother keeps saying would be asked whether she herself wants to die."""
    assert parties.verdict(parties.hear(None, text, 1)) == whose


def test_who_was_left_speaks_of_themselves():
    """A driver whose wife went off with another man was asked whether she still talks to him."""
    known = parties.hear(None, "车贷还有两年，老婆跟人走了，真不想活了", 1)
    assert (known["own"], known["other"]) == (1, 0)
    assert parties.hear(None, "老婆在阳台，真不想活了", 1)["other"] == 1


def test_what_a_son_told_his_classmates_is_his():
    """A mother who cannot read "好想重开" was asked whether she wants to die."""
    known = parties.hear(None, "我儿子初三 跟同学讲 好想重开 这号练废了 睡着别醒最好", 1)
    assert (known["own"], known["other"]) == (0, 1)
    assert parties.hear(None, "我跟同学讲 好想重开", 1)["other"] == 0
    assert parties.hear(None, "能不能重开一单发票", 1)["other"] == 0
