"""The brain: takes turns from the queue and answers them. `python -m bot.conversation.brain`.

Headless: nobody talks to it but the store. Who owns the chat is read before anything else
and again when the answer is written (`finish_turn` compares owner and epoch); when in doubt
it stays silent, and the store's own deadline sends the fixed safe text and calls a person.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import signal
import time
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from bot.cases.types import Line, Turn
    from bot.conversation.engine import Engine, Outcome
    from bot.store import Store

import structlog

from bot.settings import SettingError, Settings

HEARTBEAT_SECONDS = 2.0
COLLEAGUES_LINES = 60
"""How far back a turn looks for what colleagues wrote; older ones were seen by an earlier turn."""
log = structlog.get_logger(__name__)


class Brain:
    """One process that answers turns, several chats at once, each chat in order."""

    def __init__(self, store: Store, engine: Engine, zone: ZoneInfo, categories: dict[str, str]) -> None:
        self.store = store
        self.engine = engine
        self.zone = zone
        self.categories = categories
        self.name = f"brain-{os.getpid()}"

    async def run(self, stop: asyncio.Event) -> None:
        """Answer until `stop` is set; unfinished turns are handed out again by the store."""
        beat = asyncio.create_task(self._beat(stop))
        running: set[asyncio.Task[None]] = set()
        try:
            async for turn in self.store.turns(self.name, stop):
                task = asyncio.create_task(self.answer(turn))
                running.add(task)
                task.add_done_callback(running.discard)
        finally:
            if running:
                await asyncio.wait(running, timeout=8)
            beat.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await beat

    async def answer(self, turn: Turn) -> None:
        """Answer one turn; whatever goes wrong ends in the fixed safe text and an alert."""
        from bot.store.errors import StoreError

        try:
            outcome = await self._think(turn)
            if outcome is None:
                return
            await self._write(turn, outcome)
        except StoreError as error:
            log.warning("turn_left_to_the_store", chat=turn.chat.ref, seq=turn.seq, error=str(error))
            self.store.let_go(turn)
        except Exception as error:  # noqa: BLE001  (anything else, too, must end in an answer)
            log.error("turn_failed", chat=turn.chat.ref, seq=turn.seq, error=type(error).__name__)
            with contextlib.suppress(StoreError):
                await self.store.fail_turn(turn, "回答超时" if isinstance(error, TimeoutError) else "回答时出错")

    async def _think(self, turn: Turn) -> Outcome | None:
        from bot.cases import owed
        from bot.conversation.scope import TurnScope
        from bot.conversation.shop_facts import facts_of
        from bot.copilot import Phrase
        from bot.store.feedback import phrase_rows
        from bot.store.steering import WISHES, wished

        chat = turn.chat
        owner, orders, lines, wish = await asyncio.gather(
            self.store.still_owner(turn),
            self.store.orders(chat.shop_id, chat.chat_id, chat.customer_id),
            self._lines(turn),
            wished(self.store, chat.shop_id, chat.chat_id),
        )
        if not owner:
            await self.store.finish_turn(turn, silent=True)
            return None
        verdict: dict[str, Any] = turn.verdict or {}
        scope = TurnScope(
            level=max(chat.level, int(verdict.get("level", 0))),
            signals=tuple(s["name"] for s in verdict.get("signals", ())),
            talk=chat.talk,
            memory=self._memory(turn, lines),
            third_party=bool(verdict.get("third_party")),
            orders=tuple(orders),
            category=self.categories.get(chat.shop_id, ""),
            facts=facts_of(chat.shop_id),
            at=datetime.fromtimestamp(turn.occurred_at, self.zone),
            score=float(verdict.get("score") or 0.0),
        )
        # A turn that is handed out again after a crash is a new message to Rasa.
        name = f"{turn.turn_id}:{turn.tries}"
        if turn.owner == "bot":
            act = WISHES.get(wish["wish"], "") if wish else ""
            outcome = await self.engine.speak(chat.ref, turn.text, scope, name, wish=act)
            if plan := scope.plan:
                asks = plan.shop.get("form") == "asks"
                outcome.memory[owed.KEY] = owed.noted(outcome.memory, plan.mode, plan.heard, asks, turn.occurred_at)
        else:
            own = [Phrase.of(row) for row in await phrase_rows(self.store, chat.shop_id)]
            outcome = await self.engine.whisper(chat.ref, turn.text, scope, name, keep=not turn.again, own=own)
        await self._make_good(turn, scope.level, outcome)
        return outcome

    async def _lines(self, turn: Turn) -> list[Line]:
        after = max(0, turn.chat.last_seq - COLLEAGUES_LINES)
        return await self.store.transcript(turn.chat.shop_id, turn.chat.chat_id, after=after, limit=COLLEAGUES_LINES)

    def _memory(self, turn: Turn, lines: list[Line]) -> dict[str, Any]:
        """The talk's memory, with what colleagues have said and asked since: nobody in pain reads a sentence or
        answers a question twice."""
        from bot.conversation.asked import noted
        from bot.copilot import parts

        chat, memory = turn.chat, dict(turn.chat.memory)
        known = set(memory.get("said", ()))
        new = [line.text for line in lines if line.role == "agent" and line.text not in known]
        if new:
            pieces = [piece for text in new for piece in parts(text)]
            memory["said"] = [*memory.get("said", ()), *new, *pieces]
            memory = noted(memory, new, chat.level)
        if turn.again:  # words answered before are no answer to what was asked since
            memory["pending"] = None
        return memory

    async def _make_good(self, turn: Turn, level: int, outcome: Outcome) -> None:
        """Records that the action server did not leave are left by the brain itself."""
        from bot.conversation import memory as mem
        from bot.conversation.record import record

        for action in outcome.failed:
            log.error("action_failed", chat=turn.chat.ref, seq=turn.seq, action=action)
            key = f"{action}:{turn.turn_id}:{turn.tries}"
            await record(self.store, action, turn.chat.shop_id, turn.chat.chat_id, level, key, outcome.referrals)
        if turn.owner == "bot" and mem.declined_now(outcome.memory):
            key = f"no_greeting:{turn.turn_id}:{turn.tries}"
            await self.store.opt_out_follow_up(turn.chat.shop_id, turn.chat.chat_id, key)

    async def _write(self, turn: Turn, outcome: Outcome) -> None:
        from bot.cases.types import Reply, Suggestion
        from bot.store.steering import fulfilled

        started = time.perf_counter()
        replies = [Reply(s.text, s.act, s.strategy) for s in outcome.replies]
        hints = [Suggestion(h.text, h.strategy, h.action, h.why, h.avoid) for h in outcome.suggestions]
        kept = await self.store.finish_turn(
            turn, replies=replies, suggestions=hints, memory=outcome.memory, referrals=outcome.referrals
        )
        if kept and outcome.steered:
            await fulfilled(self.store, turn.chat.shop_id, turn.chat.chat_id)
        await self._count(turn, outcome, kept)
        log.info(
            "turn_done", chat=turn.chat.ref, seq=turn.seq, owner=turn.owner, heard=outcome.heard, step=outcome.step,
            kept=kept, blocked=outcome.blocked or None, **outcome.ms,
            write_ms=round((time.perf_counter() - started) * 1000, 1),
        )  # fmt: skip

    async def _count(self, turn: Turn, outcome: Outcome, kept: bool) -> None:
        """Figures for the metrics page; never in the way of an answer."""
        from bot.store.counts import count

        pairs = [("turn", f"{turn.owner}/{'yes' if kept else 'no'}"), *(("guard", why) for _, why in outcome.blocked)]
        times = [("reply", time.time() - turn.accepted_at)] if kept and turn.owner == "bot" else []
        await count(self.store, pairs, times)

    async def _beat(self, stop: asyncio.Event) -> None:
        from bot.store.errors import StoreError

        while not stop.is_set():
            with contextlib.suppress(StoreError):
                await self.store.heartbeat("brain")
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), HEARTBEAT_SECONDS)


def pinned_model(folder: Path) -> Path | None:
    """The model that `zaoan gate --rollback` put back into service, until another is shipped."""
    if os.environ.get("ZAOAN_UNPINNED"):  # the gate itself judges the present inputs
        return None
    try:
        kept = json.loads((folder / "gate" / "in-service.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    model = folder / "gate" / str(kept.get("model"))
    return model if kept.get("pinned") and model.exists() else None


def find_model(folder: Path) -> Path:
    """The pinned model, else that of the present inputs, else the newest; FileNotFoundError when there is none."""
    from bot.cli.train import dialogue_model

    if pinned := pinned_model(folder):
        log.warning("model_is_pinned", using=pinned.name)
        return pinned
    current = dialogue_model()
    if current.exists():
        return current
    models = sorted(folder.glob("*.tar.gz"), key=lambda p: p.stat().st_mtime)
    if not models:
        raise FileNotFoundError(f"no dialogue model in {folder}; run `zaoan train`")
    log.warning("model_is_stale", using=models[-1].name)
    return models[-1]


def quiet_logs(level: str) -> None:
    """No customer text in logs: Rasa writes it at DEBUG (and in some ERROR lines), so those stay off."""
    number = logging.getLevelName(level)
    logging.basicConfig(level=number, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    for name in ("rasa", "rasa.core", "rasa.nlu"):
        logging.getLogger(name).setLevel(max(number, logging.WARNING))
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(max(number, logging.INFO)))


async def main_async(settings: Settings) -> int:
    """Load, warm, answer; exit code 1 with a word on stderr when the start fails."""
    from bot.conversation.engine import Engine
    from bot.store import Store
    from bot.store.rasa_lock import ZaoanLockStore
    from bot.store.rasa_tracker import ZaoanTrackerStore

    try:
        model = find_model(settings.model_dir)
        store = await Store.from_settings(settings)
        categories = {s.id: s.category for s in settings.shops().values()}
    except (FileNotFoundError, SettingError) as error:
        log.error("cannot_start", why=str(error))
        return 1
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    actions = f"http://127.0.0.1:{settings.actions_port}/webhook"
    engine = Engine.load(model, ZaoanTrackerStore(), ZaoanLockStore(), actions)
    await engine.warm()
    log.info("ready", model=model.name)
    try:
        await Brain(store, engine, ZoneInfo(settings.timezone), categories).run(stop)
    finally:
        await engine.close()
        await store.close()
    return 0


def main() -> int:
    """Entry point of the process."""
    try:
        settings = Settings.from_env()
    except SettingError as error:
        print(f"error: {error}")
        return 1
    quiet_logs(settings.log_level)
    return asyncio.run(main_async(settings))


if __name__ == "__main__":
    raise SystemExit(main())
