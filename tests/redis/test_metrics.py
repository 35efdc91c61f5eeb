"""What the metrics page tells, and to whom."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from bot.cases.types import Alert
from bot.store.alarms import raise_alert
from bot.store.change import Change
from bot.store.counts import count, histogram, observe
from tests.redis.door_kit import Engineer, open_door

ROOT = Path(__file__).parents[2]


@pytest.fixture
async def shop(world: Any, tmp_path: Path) -> AsyncIterator[Engineer]:
    """A shop before an open door."""
    async with open_door(tmp_path, world.url, world.store) as engineer:
        yield engineer


async def _scrape(shop: Engineer, **headers: str) -> tuple[int, dict[tuple[str, ...], float]]:
    async with shop.http.get(shop.url + "/metrics", headers=headers) as answer:
        text = await answer.text()
        if answer.status != 200:
            return answer.status, {}
        families = text_string_to_metric_families(text)
        return 200, {
            (s.name, *(s.labels[key] for key in sorted(s.labels))): s.value
            for family in families
            for s in family.samples
        }


async def test_the_figures_that_decide_a_night_are_there(shop: Engineer, world: Any) -> None:
    """A waiting person, a silent worker and a hold without confirmation would be seen by nobody."""
    await world.store.put_order("demo", None, "u1", {"order_id": "A1", "status": "paid"})
    await world.store.set_owner("demo", "c1", "bot", "kefu")
    await shop.say("不想活了 4")
    await shop.say("在吗 0", chat="c2")
    world.clock.advance(90)
    await observe(world.store, "reply", 0.7)
    await count(world.store, [("guard", "never_say"), ("turn", "bot/yes")])
    status, seen = await _scrape(shop)
    assert status == 200
    assert seen["zaoan_up",] == 1
    assert seen["zaoan_messages_total", "4"] == 1
    assert seen["zaoan_verdict_seconds_count",] == 2
    assert seen["zaoan_turns_waiting", "demo"] == 2
    assert seen["zaoan_turn_age_seconds", "demo"] == 90
    assert seen["zaoan_alerts_open", "danger", "demo"] == 1
    assert seen["zaoan_alert_age_seconds", "demo"] == 90
    assert seen["zaoan_cases_open", "4", "demo"] == 1
    assert seen["zaoan_cases_waiting", "demo"] == 1
    assert seen["zaoan_holds_unconfirmed", "demo"] == 1
    assert seen["zaoan_outbox_commands", "hold", "demo"] == 1
    assert seen["zaoan_rung_late_seconds", "demo"] >= 30
    assert seen["zaoan_timer_late_seconds", "demo"] > 0
    assert seen["zaoan_guard_blocks_total", "never_say"] == 1
    assert seen["zaoan_reply_seconds_bucket", "1"] == 1
    assert seen["zaoan_reply_seconds_bucket", "0.5"] == 0
    assert "c1" not in str(seen)


async def test_strangers_and_proxies_need_the_token(shop: Engineer, world: Any, tmp_path: Path) -> None:
    """Behind a proxy every visitor of the net comes "from this machine"."""
    stranger = {"X-Forwarded-For": "203.0.113.9"}
    assert (await _scrape(shop))[0] == 200
    assert (await _scrape(shop, **stranger))[0] == 403
    assert (await _scrape(shop, **stranger, Authorization="Bearer "))[0] == 403
    async with open_door(tmp_path / "two", world.url, world.store, metrics_token="t" * 24) as other:
        assert (await _scrape(other, **stranger, Authorization="Bearer " + "t" * 24))[0] == 200
        assert (await _scrape(other, **stranger, Authorization="Bearer " + "x" * 24))[0] == 403


async def test_without_redis_the_page_still_answers(tmp_path: Path) -> None:
    """When everything is on fire the page that says so would be down as well."""
    async with open_door(tmp_path, "redis://127.0.0.1:1/0") as shop:
        status, _ = await shop.say("在吗 0")
        assert status == 503
        found, seen = await _scrape(shop)
    assert (found, seen["zaoan_up",]) == (200, 0)
    assert seen["zaoan_webhooks_refused_total", "503"] == 1


def test_buckets_add_up() -> None:
    """A histogram with a hole would show a quick bot while customers wait."""
    rows = {("reply_bucket", "0.5"): 2.0, ("reply_bucket", "+Inf"): 1.0, ("reply_sum", ""): 41.0}
    buckets, total = histogram(rows, "reply")
    assert buckets[-1] == ("+Inf", 3.0)
    assert total == 41.0


async def test_dashboard_and_alarms_ask_only_for_what_is_served(shop: Engineer) -> None:
    """An alarm on a misspelt figure never rings."""
    await shop.say("在吗 1")
    _, seen = await _scrape(shop)
    served = {name for name, *_ in seen} | {"zaoan_guard_blocks_total", "zaoan_webhooks_refused_total",
                                            "zaoan_heartbeat_age_seconds", "zaoan_turns_total"}  # fmt: skip
    rules = yaml.safe_load((ROOT / "deploy/prometheus/alerts.yml").read_text(encoding="utf-8"))
    asked = [rule["expr"] for group in rules["groups"] for rule in group["rules"]]
    board = yaml.safe_load((ROOT / "deploy/grafana/zaoan.json").read_text(encoding="utf-8"))
    asked += [target["expr"] for panel in board["panels"] for target in panel.get("targets", ())]
    names = {name for text in asked for name in re.findall(r"zaoan_\w+", text)}
    assert names, "they ask for something"
    assert not names - served


async def test_open_alerts_are_counted_however_many_there_are(shop: Engineer, world: Any) -> None:
    """In the night when thousands wait, the figure would stand still at two thousand."""
    await world.store.know_shop("demo")
    keys = world.store.keys("demo")
    for begin in range(0, 2500, 500):
        change = Change(keys)
        for number in range(begin, begin + 500):
            kind, level = ("silence", 3) if number % 5 else ("bot_failed", 0)
            raise_alert(change, Alert(f"{kind}-c{number}", kind, "demo", f"c{number}", world.clock() - number, level))
        await world.store.commit(change)
    await world.store.see_alert("demo", "bot_failed-c0", "kefu")
    await world.store.see_alert("demo", "silence-c2499", "kefu")
    _, seen = await _scrape(shop)
    assert seen["zaoan_alerts_open", "silence", "demo"] == 1999
    assert seen["zaoan_alerts_open", "bot_failed", "demo"] == 499
    assert seen["zaoan_alert_age_seconds", "demo"] == 2498
