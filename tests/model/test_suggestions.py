"""What the trained model offers to the person at the keyboard."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from bot.conversation.nlg import guard
from bot.copilot import Phrase
from bot.copilot.cards import filled
from tests.model.test_talks import Talk, engine, loop, talk  # noqa: F401 -- fixtures

ROOT = Path(__file__).resolve().parents[2]
TALKS = 40


def dialogues() -> list[dict[str, Any]]:
    """Labelled talks of one author, danger and ordinary shopping mixed."""
    rows = (ROOT / "data" / "dialogues" / "d_a.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(row) for row in rows[:TALKS]]


def whisper(one: Talk, text: str, level: int, signals: tuple[str, ...], **more: Any) -> Any:
    scope = one.scope(level, signals)
    made = one.engine.whisper(one.sender, text, scope, str(one.turn), **more)
    out = one.loop.run_until_complete(made)
    return out, scope


def test_three_ways_to_go_on_in_nearly_every_turn(talk: Any) -> None:  # noqa: F811
    """The agent would have one sentence, three times, in the minute that matters; or a buyer of cat food would be
    offered crisis talk."""
    turns = short = ordinary = 0
    for row in dialogues():
        context = row["context"]
        third = any(
            turn["signals"] and any(s["name"] == "third_party" for s in turn["signals"]) for turn in row["turns"]
        )
        one = talk(category=context["category"], orders=tuple(context["orders"]), third_party=third)
        for turn in row["turns"]:
            names = tuple(dict.fromkeys(s["name"] for s in turn["signals"]))
            out, scope = whisper(one, turn["text"], turn["level"], names)
            one.memory = out.memory
            assert out.suggestions, turn
            said = list(one.memory["said"])
            for hint in out.suggestions:
                # a blank is refused until the agent has filled it in; the rest is judged as the customer will read it
                assert guard().judge(filled(hint.text), scope.guard_level, said).ok, hint
                assert hint.why
                assert hint.avoid
            strategies = {hint.strategy for hint in out.suggestions}
            if turn["level"] >= 1:
                turns += 1
                short += len(strategies) < 3
            else:
                ordinary += 1
            # The agent takes the first: it is not to be offered again.
            one.memory["said"] = [*said, out.suggestions[0].text]
    print(f"turns at level 1 and up: {turns}, with fewer than three strategies: {short}; at level 0: {ordinary}")
    assert turns > 100
    assert short / turns <= 0.01


def test_the_shops_own_phrase_comes_first_in_the_shop_and_never_in_danger(talk: Any) -> None:  # noqa: F811
    """The shop's own answer would be missing, or would be the answer to a wish to die."""
    own = [Phrase("1", "下午五点前付的款当天发出。", "service", when=("发货",)),
           Phrase("2", "今晚满减，别错过哦。", "sell", when=("不想活", "发货"))]  # fmt: skip
    out, _ = whisper(talk(), "什么时候发货", 0, (), own=own)
    assert out.suggestions[0].action == "phrase:1"
    out, _ = whisper(talk(), "不想活了 还发货干嘛", 2, ("ideation_active",), own=own)
    assert not [hint for hint in out.suggestions if hint.action.startswith("phrase:")]
    assert ("phrase:1", "gate") in out.blocked


def test_sentences_are_found_by_what_was_said(talk: Any) -> None:  # noqa: F811
    """The loss of a mother would be answered like any tiredness."""
    out, _ = whisper(talk(), "妈妈上个月走了 家里空空的", 1, ("life_event",))
    mirrored = [hint.text for hint in out.suggestions if hint.action == "utter_reflect_feeling"]
    assert any(set("妈走空亲") & set(text) for text in mirrored), mirrored


def test_words_to_go_on_with_leave_no_trace(talk: Any) -> None:  # noqa: F811
    """After a take-back the bot would have heard the same sentence twice."""
    one = talk()
    one.say("我不想活了", 2, "ideation_active")
    before = one.loop.run_until_complete(one.engine.agent.tracker_store.retrieve(one.sender))
    events = len(before.events)
    scope = one.scope(2, ("ideation_active",))
    out = one.loop.run_until_complete(one.engine.whisper(one.sender, "我不想活了", scope, "again", keep=False))
    after = one.loop.run_until_complete(one.engine.agent.tracker_store.retrieve(one.sender))
    assert len(after.events) == events
    assert len({hint.strategy for hint in out.suggestions}) >= 3
    assert not {hint.text for hint in out.suggestions} & set(one.heard)


def test_the_desks_wish_is_said_with_the_next_reply(talk: Any) -> None:  # noqa: F811
    """The one who watches could only hope that the bot asks who is near."""
    one = talk()
    one.say("我不想活了", 2, "ideation_active")
    scope = one.scope(2, ())
    made = one.engine.speak(one.sender, "心里堵得慌", scope, "wish", wish="utter_ask_companion")
    out = one.loop.run_until_complete(made)
    assert out.steered
    assert "utter_ask_companion" in [reply.action for reply in out.replies]
    assert sum("？" in reply.text for reply in out.replies) == 1
    assert out.memory["pending"] == "companion"
