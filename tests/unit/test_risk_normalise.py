"""Hidden spellings are folded, innocent twins are not, and every span leads back to the original."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.risk.folding import fold, fold_mapped
from bot.risk.normalise import normalise

HIDDEN = [
    ("上学好累 好想紫砂", "自杀"),
    ("自.杀", "自杀"),
    ("自\u200b杀", "自杀"),
    ("自 sha 算了", "自杀"),
    ("zs的念头压不住", "自杀"),
    ("bu xiang huo le", "不想活"),
    ("不想huo了", "不想活"),
    ("不想火了", "不想活"),
    ("有点想44", "想死"),
    ("想4", "想死"),
    ("好想亖", "想死"),
    ("割wan", "割腕"),
    ("g腕了", "割腕"),
    ("yao都咽下去了", "药都"),
    ("好多xue", "好多血"),
    ("我不想活了", "不想活"),
    ("做人好攰 唔想再捱落去", "不想再熬下去"),
    ("覺得消失了也沒關係", "觉得消失了也没关系"),
    ("ＴＩＲＥＤ　ｏｆ　ｌｉｖｉｎｇ", "tiredofliving"),
    ("死死死死死了算了", "死了算了"),
    ("💊全吃了", "药全吃了"),
]
INNOCENT = [
    ("紫砂壶收到了", "自杀"),
    ("想要紫砂的杯子", "自杀"),
    ("发zs要几天", "自杀"),
    ("想4个 不要3个", "死"),
    ("s码有吗 想要s码", "死"),
    ("重开订单", "死"),
    ("不想或者想都行", "活"),
    ("条楼梯扶手", "跳楼"),
]


@pytest.mark.parametrize(("text", "wanted"), HIDDEN)
def test_hidden_spelling_is_read(text: str, wanted: str) -> None:
    """Someone who hides the word from a filter would go unseen."""
    assert wanted in normalise(text).text


@pytest.mark.parametrize(("text", "unwanted"), INNOCENT)
def test_innocent_twin_stays(text: str, unwanted: str) -> None:
    """A buyer of a teapot would be treated as suicidal."""
    assert unwanted not in normalise(text).text


@pytest.mark.parametrize("text", [t for t, _ in HIDDEN + INNOCENT])
def test_spans_lead_back(text: str) -> None:
    """The agent would see the wrong words marked as evidence."""
    normal = normalise(text)
    assert len(normal.starts) == len(normal.ends) == len(normal.text) == len(normal.breaks)
    for i in range(len(normal.text)):
        start, end = normal.span(i, i + 1)
        assert 0 <= start < end <= len(text)
    last = 0
    for start in normal.starts:
        assert start >= last or start >= 0
        last = start


def test_evidence_of_a_half_pinyin_word_is_the_word_as_typed() -> None:
    """The evidence shown must be what the customer typed, not our rewriting of it."""
    text = "疼不疼 割 wan 的话"
    normal = normalise(text)
    at = normal.text.index("割腕")
    start, end = normal.span(at, at + 2)
    assert text[start:end] == "割 wan"


def test_fold_is_the_same_with_and_without_offsets_for_plain_text() -> None:
    """The first stage would clear what the full reader marks."""
    text = "麻煩幫我查一下　訂單 ＡＢＣ 到哪了"
    assert fold(text) == normalise(text).text


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="我好Ａ妳 ，。！\n\u200b\u0301。😭死", max_size=14))
def test_pauses_do_not_depend_on_what_follows(text: str) -> None:
    """The same words would be read otherwise when a ligature stands behind them and the long way is taken."""
    short, long = fold_mapped(text), fold_mapped(text + "ﬀ")
    size = len(short.text)
    assert long.text == short.text + "ff"
    assert (long.starts[:size], long.ends[:size]) == (short.starts, short.ends)
    assert long.breaks[:size] == short.breaks
