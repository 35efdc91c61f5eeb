"""A talk full of personal data through door, worker and tracker: only the transcript holds it."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from pathlib import Path
from typing import Any

from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.cases.types import Reply, Suggestion
from bot.conversation.engine import neutral
from bot.store.rasa_tracker import ZaoanTrackerStore
from tests.redis.door_kit import open_door, open_shop, soon
from tests.scan import ORDER, RECEIVER, TEXTS, everything, found_in, leaks


async def test_logs_tracker_feed_and_queues_hold_no_personal_data(world: Any, tmp_path: Path, capfd: Any) -> None:
    """A copied log or tracker would be a list of people who wanted to die, with their doors."""
    store, trackers = world.store, ZaoanTrackerStore(Domain.empty(), url=world.url)
    store.clock = time.time
    async with (
        open_door(tmp_path / "door", world.url, store) as engineer,
        open_shop(tmp_path / "shop", engineer.url) as buyer,
    ):
        rows = (tmp_path / "door" / "shops.json").read_text().replace("http://127.0.0.1:9/shop", buyer.url + "/shop")
        (tmp_path / "door" / "shops.json").write_text(rows)
        env = {
            **os.environ,
            "ZAOAN_VAR": str(tmp_path / "door"),
            "ZAOAN_REDIS_URL": world.url,
            "ZAOAN_LOG_LEVEL": "DEBUG",
        }
        log = tmp_path / "worker.log"
        worker = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot.worker", env=env, stdout=log.open("ab"), stderr=log.open("ab")
        )
        try:
            event = {**engineer.message(), "type": "chat.handover", "to": "bot"}
            assert (await engineer.post(event))[0] == 202
            await engineer.post({**engineer.message(), "type": "order.updated", "order": {**ORDER, **RECEIVER}})
            for number, text in enumerate(TEXTS):
                assert (await engineer.say(f"{text} {min(number, 4)}"))[0] == 202
            async for turn in store.turns("brain"):
                heard = neutral(turn.text)
                events = [
                    UserUttered(heard, {"name": "tell"}, parse_data={"text": heard}),
                    ActionExecuted("action_listen"),
                ]
                await trackers.save(DialogueStateTracker.from_events(turn.chat.ref, events))
                await store.finish_turn(turn, [Reply("我在")], [Suggestion(f"听到了：{heard}")], {"heard": heard})
                if turn.seq >= 4 and turn.text.startswith("遗书"):
                    break
            outbox = store.keys("demo").items("outbox")
            await soon(lambda: store.redis.hlen(outbox), lambda left: left < 3, 15)
        finally:
            worker.terminate()
            await worker.wait()
    seen = await everything(store.redis)
    assert leaks(seen) == {}
    lines = next(content for key, content in seen.items() if ":lines:" in key)
    assert len(found_in(lines)) == 5, "people who help see what was written"
    assert await store.case_of_chat("demo", "c1"), "danger was read in the original"
    captured = capfd.readouterr()
    assert found_in(log.read_text() + captured.out + captured.err) == []
    assert "started" in log.read_text()
