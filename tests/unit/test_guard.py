"""Nothing harmful leaves the house, whoever wrote it."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.conversation.guard import SAFE_MORE, SAFE_TEXT, Guard, load_never_say, safe_text

ROOT = Path(__file__).resolve().parents[2]
NEVER = ROOT / "data" / "never_say.yml"


@pytest.fixture(scope="module")
def guard():
    return Guard.load(NEVER, {"12356", "110", "120", "01082951332"})


def test_the_list_is_long_enough_and_explains_itself():
    """Without it: whole kinds of harmful sentences are not looked for."""
    entries = load_never_say(NEVER)
    assert len(entries) >= 80
    assert all(e.why and e.title for e in entries)


@pytest.mark.parametrize(
    ("text", "group"),
    [
        ("你要想开点", "minimise"), ("想太多了吧", "minimise"), ("一切都会好的", "minimise"),
        ("比你惨的人多了，别人比你惨", "minimise"), ("我完全理解你的感受", "minimise"),
        ("对得起父母吗", "guilt"), ("你走了孩子怎么办", "guilt"), ("为父母想想", "guilt"),
        ("这样太自私了", "guilt"), ("死都不怕还怕活着", "guilt"),
        ("你能答应我不伤害自己吗", "promise_from_person"), ("跟我保证", "promise_from_person"),
        ("我会替你保密", "secrecy"), ("我不会告诉你妈", "secrecy"), ("绝不报警", "secrecy"),
        ("警察十分钟就到", "outcome"), ("他肯定没事", "outcome"), ("我会永远陪你", "outcome"),
        ("我是真人", "fake_human"), ("我以前也这样过", "fake_human"), ("我好心疼", "fake_human"),
        ("你这是抑郁症", "diagnosis"), ("吃点药就好，吃药吧", "diagnosis"),
        ("这个喝了会死", "method"), ("要多少片", "method"), ("没那么痛苦的方法", "method"),
        ("你没有想自杀吧", "leading"), ("千万别做傻事", "leading"),
        ("你必须下来", "command"), ("冷静一点", "command"), ("不然我就报警", "command"),
        ("这个我们管不了", "abandon"), ("祝您生活愉快", "abandon"),
        ("限时优惠，赶快下单", "selling"), ("你的风险等级很高", "internals"),
        ("想 開 點", "minimise"), ("對得起父母嗎", "guilt"), ("我會替你保密", "secrecy"),
    ],
)  # fmt: skip
def test_harmful_sentences_are_blocked(guard, text, group):
    """Without it: a sentence that hurts, lies or teaches a method reaches the customer."""
    found = guard.judge(text, level=3)
    assert not found.ok
    assert found.reason == f"never_say:{group}"
    assert found.message_zh


def test_length_and_questions(guard):
    """Without it: someone in distress gets a wall of text or is interrogated."""
    assert guard.judge("嗯" * 61, 3).reason == "length"
    assert guard.judge("你在哪？和谁在一起？", 3).reason == "questions"
    assert guard.judge("嗯" * 60, 3).ok


def test_digits_only_from_the_registry(guard):
    """Without it: a mistyped hotline number is sent to someone in danger."""
    assert guard.judge("可以打 12356，有人听你说", 3).ok
    assert guard.judge("可以打 010-82951332", 3).ok
    assert guard.judge("可以打 12365", 3).reason == "digits"
    assert guard.judge("看看 help.example.com", 3).reason == "link"


def test_no_sentence_twice(guard):
    """Without it: the customer sees the same canned line and stops believing anyone is there."""
    assert guard.judge("我在听。", 3, used={"我在听。"}).reason == "repeated"
    assert guard.judge("我在听。", 3, now=["我在听。"]).reason == "repeated"


def test_wording_fits_the_level(guard):
    """Without it: a voucher is offered to someone who wants to die, or a buyer of socks is asked about suicide."""
    assert guard.judge("这单有券可以用", 3).reason == "level"
    assert guard.judge("这单有券可以用", 0).ok
    assert guard.judge("你有想过自杀吗", 0).reason == "level"
    assert guard.judge("你有想过自杀吗", 2).ok


def test_direct_question_and_plain_care_pass(guard):
    """Without it: the guard blocks the very question that saves lives."""
    for text in ("你是不是有不想活、想自杀的念头？", "谢谢你告诉我，这些话不容易说出口。", "现在你身边有人吗？"):
        assert guard.judge(text, 3).ok, text


def test_replacements_pass_the_guard(guard):
    """Without it: the replacement for a blocked sentence is itself blocked and the customer hears nothing."""
    for level in range(5):
        for text in (SAFE_TEXT[level], *SAFE_MORE[level]):
            assert guard.judge(text, level).ok, text
        said: set[str] = set()
        for _ in range(4):
            text = safe_text(level, said)
            assert text not in said
            said.add(text)


@pytest.mark.parametrize("level", range(5))
def test_when_all_was_said_the_same_words_never_come_twice_running(level):
    """Without it: whoever writes on and on in danger reads one and the same sentence under every message."""
    said = []
    for _ in range(40):
        said.append(safe_text(level, said))
    assert set(said) == {SAFE_TEXT[level], *SAFE_MORE[level]}
    assert all(text not in said[place - 3 : place] for place, text in enumerate(said) if place >= 3)
