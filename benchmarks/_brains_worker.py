"""One brain of `benchmarks.brains`: the product's own, with a stopwatch around each turn."""

from __future__ import annotations

import asyncio
import os
import time
from typing import Any

Turned = tuple[str, int, float, float, int]
"""Chat, seq, when it was done (time.time()), ms from taking it to its answer on disk, calls of the action server."""


def serve(name: str, ready: Any, wanted: Any, done: Any, answers: Any) -> None:
    """Answer turns until `done` reaches `wanted`; the rows of all that this process answered go to `answers`."""
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    from zoneinfo import ZoneInfo

    from bot.conversation.brain import Brain, find_model, quiet_logs
    from bot.conversation.engine import Engine
    from bot.settings import Settings
    from bot.store import Store
    from bot.store.rasa_lock import ZaoanLockStore
    from bot.store.rasa_tracker import ZaoanTrackerStore

    quiet_logs("ERROR")
    rows: list[Turned] = []

    class Timed(Brain):
        calls: dict[str, int]

        async def answer(self, turn: Any) -> None:
            began = time.perf_counter()
            await super().answer(turn)
            ms = (time.perf_counter() - began) * 1000
            rows.append((turn.chat.chat_id, turn.seq, time.time(), ms, self.calls.pop(turn.turn_id, 0)))
            with done.get_lock():
                done.value += 1

        async def _write(self, turn: Any, outcome: Any) -> None:
            self.calls[turn.turn_id] = sum(not act.startswith("action_listen") for act in outcome.actions)
            await super()._write(turn, outcome)

    async def run() -> None:
        settings, stop = Settings.from_env(), asyncio.Event()
        store = await Store.from_settings(settings)
        url = f"http://127.0.0.1:{settings.actions_port}/webhook"
        engine = Engine.load(find_model(settings.model_dir), ZaoanTrackerStore(), ZaoanLockStore(), url)
        await engine.warm()
        brain = Timed(store, engine, ZoneInfo(settings.timezone), {})
        brain.name, brain.calls = name, {}

        async def watch() -> None:
            while done.value < wanted.value:  # noqa: ASYNC110 - other processes count too
                await asyncio.sleep(0.02)
            stop.set()

        with ready.get_lock():
            ready.value += 1
        watcher = asyncio.create_task(watch())
        await brain.run(stop)
        await watcher
        await engine.close()
        await store.close()

    asyncio.run(run())
    answers.put((name, rows))
