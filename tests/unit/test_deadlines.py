"""What must not be put off is not put off, whatever the customer does."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest

from bot.conversation import memory as mem
from bot.conversation.ladder import ladder
from bot.conversation.plan import plan


def steps(*messages: tuple[str, int, tuple[str, ...]], intent: str | None = None) -> list[str]:
    """The step of every reply; each message is (text, level, signals)."""
    memory, taken = mem.fresh(), []
    for text, level, signals in messages:
        talk = {"ideation": True, "third_party": False}
        made = plan(text, level=level, signals=signals, talk=talk, memory=memory, intent=intent, confidence=0.0)
        taken.append(made.step)
        said = ladder().steps[made.step].say if made.step in ladder().steps else ()
        memory = mem.speak(made.memory, made.step, [], actions=said)
    return taken


ASKED = {"suicide", "confirm", "safety_direct"}
WISH = ("ideation_active",)


@pytest.mark.parametrize("answer", ["别问了", "滚", "你是机器人吗", "谢谢", "晚安 我睡了", "没事了", "嗯", "不许报警"])
@pytest.mark.parametrize("level", [2, 3])
def test_asked_directly_within_three_replies_whatever_is_answered(answer, level):
    """Without it: somebody who evades is never asked the one question that matters."""
    first = ("最近老想着死了算了", level, ("ideation_passive",))
    taken = steps(first, *[(answer, level, ())] * 2)
    assert ASKED & set(taken), taken


def test_who_has_said_it_is_asked_once_and_not_again():
    """Without it: the same question three times sounds like a form."""
    taken = steps(("我不想活了", 2, WISH), ("嗯", 2, ()), ("嗯", 2, ()), ("嗯", 2, ()), ("嗯", 2, ()))
    assert sum(step in ASKED for step in taken) == 1


def test_a_number_comes_by_the_fourth_reply():
    """Without it: an hour of kind words and no way to a person."""
    taken = steps(("不想活了", 2, WISH), ("嗯", 2, ()), ("唉", 2, ()), ("……", 2, ()))
    assert any("utter_refer_hotline" in ladder().steps[s].say for s in taken), taken


def test_no_number_is_pushed_on_who_has_just_refused_to_call():
    """Without it: "别给我甩电话" is answered with a telephone number."""
    taken = steps(("不想活了", 2, WISH), ("别再给我发电话了", 2, ()), ("别给我甩热线", 2, ()), ("不想打电话", 2, ()))
    assert not any("utter_refer_hotline" in ladder().steps[s].say for s in taken[1:]), taken


def test_imminent_danger_goes_before_every_duty():
    """Without it: somebody on a roof is asked whether they think of suicide."""
    assert steps(("我在楼顶 现在就跳", 4, ("in_progress", "method")))[0] == "emergency"


def test_who_evades_the_direct_question_is_not_sent_back_to_the_counter():
    """Without it: "少来这套" after the question is answered with "您想看哪件"."""
    made = steps(("活着干嘛", 2, ("ideation_passive",)), ("少来这套", 0, ()))
    assert made[1] != "none"


def test_who_wants_no_greeting_is_promised_none():
    """Without it: "明早别来问候" is answered with "明早见"."""
    taken = steps(("不想活了", 2, WISH), ("嗯", 2, ()), ("嗯", 2, ()), ("明早别来问候我了 谢谢", 2, ()))
    assert not taken[-1].startswith("promise"), taken


@pytest.mark.parametrize(("text", "declined"), [("明早别来问候我了", True), ("你明早会来问候吗", False)])
def test_a_declined_greeting_is_taken_off_the_list(text, declined):
    """Without it: the words "好，不打扰你" are said and the greeting comes all the same."""
    from bot.conversation.brain import Brain
    from bot.conversation.engine import Outcome

    off: list[str] = []

    class Store:
        async def opt_out_follow_up(self, shop_id: str, chat_id: str, key: str) -> None:
            off.append(f"{shop_id}:{chat_id}")

    memory = plan(text, level=2, signals=(), talk={"ideation": True}, memory={}, intent=None, confidence=0.0).memory
    turn = SimpleNamespace(owner="bot", chat=SimpleNamespace(shop_id="demo", chat_id="c", ref="demo:c"),
                           turn_id="t", tries=1, seq=1)  # fmt: skip
    brain = Brain(Store(), None, ZoneInfo("Asia/Shanghai"), {})
    asyncio.run(brain._make_good(turn, 2, Outcome(memory=memory)))
    assert off == (["demo:c"] if declined else [])
