"""A talk full of personal data through door, worker and tracker: only the transcript holds it."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.cases.types import Reply, Suggestion
from bot.conversation.engine import neutral
from bot.store import Options, Store
from bot.store.rasa_tracker import ZaoanTrackerStore
from tests.redis.conftest import reading
from tests.redis.door_kit import OUTGOING, SECRETS, open_door, open_shop, soon, write_settings
from tests.scan import ORDER, PLANTED, RECEIVER, TEXTS, everything, found_in, leaks


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


SECRET_SETTINGS = {
    "ZAOAN_PAGE_SECRET": "page-secret-0123456789", "ZAOAN_SMTP_PASSWORD": "mail-secret-0123456789",
    "ZAOAN_METRICS_TOKEN": "metrics-secret-0123456789", "ZAOAN_PERSON_KEY": "person-secret-0123456789-0123456789",
}  # fmt: skip
FAILING = {
    # Nobody listens on port 9; user and password in an address are a usual slip.
    "ZAOAN_PAGE_URL": "http://paging:page-password-0123@127.0.0.1:9/page", "ZAOAN_SMTP_HOST": "127.0.0.1",
    "ZAOAN_SMTP_PORT": "9", "ZAOAN_SMTP_USER": "zaoan", "ZAOAN_SMTP_FROM": "zaoan@desk.example",
    "ZAOAN_SMTP_TO": "always@desk.example", "ZAOAN_LOG_LEVEL": "DEBUG",
}  # fmt: skip


async def test_no_secret_in_the_workers_log_on_its_worst_day(world: Any, tmp_path: Path) -> None:
    """Whoever reads a log of failures could call people, or speak for the shop."""
    store = world.store
    store.clock = time.time
    write_settings(tmp_path / "door", world.url)
    env = {"ZAOAN_VAR": str(tmp_path / "door"), "ZAOAN_REDIS_URL": world.url, **SECRET_SETTINGS, **FAILING}
    log = tmp_path / "worker.log"
    # A store that calls, as the door has one: messages, a hold, a page, a mail, a link.
    calling = await Store.connect(world.url, Options(page=True, mail=True, link=True))
    await calling.set_owner("demo", "c1", "bot", "test")
    inbound = replace(world.inbound("难过"), occurred_at=time.time())
    await calling.accept_turn(inbound, reading(3, ("ideation_active",)), [ORDER])
    async for turn in calling.turns("brain"):
        await calling.finish_turn(turn, [Reply("我在")])
        break
    worker = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot.worker", env={**os.environ, **env}, stdout=log.open("ab"), stderr=log.open("ab")
    )
    try:
        await soon(lambda: asyncio.to_thread(log.read_text), lambda text: "started" in text, 20)
        for kind in ("message", "hold", "page", "mail"):
            await soon(lambda: asyncio.to_thread(log.read_text), lambda text, kind=kind: _failed(text, kind), 20)
    finally:
        worker.terminate()
        await worker.wait()
        await calling.close()
    told = log.read_text()
    secrets = [*SECRET_SETTINGS.values(), *SECRETS.values(), OUTGOING, "page-password-0123"]
    secrets += [str(urlsplit(world.url).password)]
    assert [secret for secret in secrets if secret in told] == []


def _failed(text: str, kind: str) -> bool:
    return any("command_unconfirmed" in line and f'"{kind}"' in line for line in text.splitlines())


async def test_what_people_write_down_is_in_no_log(shop: Any, people: Any, world: Any, capfd: Any) -> None:
    """What was told to the police, and the address card itself, would lie open in a log file."""
    await shop.post({**shop.message(), "type": "order.updated", "order": {**ORDER, **RECEIVER, "customer_id": "u1"}})
    await shop.say("难过 3")
    helper, agent = people["interventionist"], people["agent"]
    case = "/cases/demo/" + (await helper.get("/desk"))[1]["cases"][0]["id"]
    words = " ".join(PLANTED.values())
    acts = [
        (agent, "/chats/demo/c1/messages", {"text": words}), (agent, "/chats/demo/c1/hold", {"reason": words}),
        (agent, "/chats/demo/c1/escalate", {"reason": words, "urgency": "now"}), (helper, case + "/accept", {}),
        (helper, case + "/contacts", {"whom": "police", "told": words}),
        (helper, case + "/contacts/1/confirm", {"responder": words}), (helper, case + "/words", {"how": "phone"}),
        (helper, case + "/address", {"reason": words}), (agent, "/holds/demo/S1/appeal", {"by": "customer"}),
        (helper, "/holds/demo/S1/refuse", {"reason": words}), (agent, "/claims/demo/S1", {"amount_fen": 1}),
        (agent, "/claims/demo/S1/move", {"to": "submitted", "reason": words}),
        (people["admin"], "/claims/demo/S1/move", {"to": "refused", "reason": words}),
        (helper, case + "/lower", {"level": 2, "reason": words}), (helper, case + "/release", {"reason": words}),
        (helper, case + "/close", {"disposition": "other", "reason": words}),
    ]  # fmt: skip
    for person, path, body in acts:
        status, _ = await person.do(path, body)
        assert status in (200, 202, 502), path
    captured = capfd.readouterr()
    assert "address_shown" in captured.out + captured.err
    assert found_in(captured.out + captured.err) == []
    feed = str(await world.store.feed("demo", limit=500))
    assert found_in(feed) == []
