"""kill -9 in the middle: what was accepted is answered, by the conversation or by the fixed safe text."""

from __future__ import annotations

import time
import uuid

import pytest

from bot.cli.client import replies_after
from tests.machine import Machine, now


@pytest.mark.parametrize("module", ["bot.conversation.brain", "actions.server", "bot.worker"])
def test_a_killed_part_costs_nothing(machine: Machine, module: str) -> None:
    """A process that dies mid-talk must not leave a person in danger without an answer or an alarm."""
    client, chat = machine.client(), f"k-{uuid.uuid4().hex[:10]}"
    client.introduce(chat, f"u-{chat}")
    client.event("chat.handover", chat, now(), to="bot")
    machine.kill(module)
    sent = client.say(chat, "药我已经吞下去了", now(), f"u-{chat}")
    assert sent.level == 4
    deadline = time.monotonic() + 60
    while True:
        view = client.view(chat)
        assert view is not None
        mine = next(x for x in view["transcript"] if x["message_id"] == sent.message_id)
        if [x for x in replies_after(view, mine["seq"]) if x["status"] == "sent"]:
            break
        assert time.monotonic() < deadline, machine.logs()
        time.sleep(0.1)
    assert view["case"]["escalation"] == "requested"
    machine.wait_ready()
