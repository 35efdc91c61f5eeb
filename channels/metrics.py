"""`GET /metrics` for Prometheus: numbers, never a name or a word of a customer.

Open to this machine itself, and to whoever shows `Authorization: Bearer ZAOAN_METRICS_TOKEN`. A call
that came through a proxy is not from this machine, whatever its address says.

What one process knows (requests, time to the verdict) is counted here; what several share (queues,
alerts, replies) is read from Redis at each scrape, so that any door tells the same.
"""

from __future__ import annotations

import hmac
import ipaddress
from collections.abc import Iterator
from dataclasses import dataclass, field

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse, text

from bot.store.counts import counts, histogram
from bot.store.errors import StoreError
from bot.store.gauges import Standing, standing
from channels.door import Door, door_of

metrics = Blueprint("metrics")
_PROXY_HEADERS = ("x-forwarded-for", "forwarded", "x-real-ip", "via")
_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_VERDICT_BUCKETS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0)


def _registry() -> CollectorRegistry:
    return CollectorRegistry(auto_describe=True)


@dataclass(slots=True)
class Meters:
    """What one door process counts itself."""

    registry: CollectorRegistry = field(default_factory=_registry)
    messages: Counter = field(init=False)
    refused: Counter = field(init=False)
    verdict: Histogram = field(init=False)

    def __post_init__(self) -> None:
        self.messages = Counter(
            "zaoan_messages", "Customer messages accepted, by the level then known", ["level"], registry=self.registry
        )
        self.refused = Counter(
            "zaoan_webhooks_refused", "Webhooks not accepted, by status", ["status"], registry=self.registry
        )
        self.verdict = Histogram(
            "zaoan_verdict_seconds", "From the webhook's arrival to verdict and message on disk",
            buckets=_VERDICT_BUCKETS, registry=self.registry,
        )  # fmt: skip
        for level in range(5):
            self.messages.labels(str(level))

    def answered(self, status: int, level: int | None, seconds: float) -> None:
        """One webhook was answered."""
        if status == 202 and level is not None:
            self.messages.labels(str(level)).inc()
            self.verdict.observe(seconds)
        elif status >= 400:
            self.refused.labels(str(status)).inc()


def meters_of(request: Request) -> Meters:
    """The meters of this door."""
    ctx = request.app.ctx
    if not hasattr(ctx, "meters"):
        ctx.meters = Meters()
    found: Meters = ctx.meters
    return found


def may_read(request: Request, token: str) -> bool:
    """Whether this call may see the figures."""
    given = request.headers.get("authorization", "")
    if token and hmac.compare_digest(given.encode(), f"Bearer {token}".encode()):
        return True
    if any(name in request.headers for name in _PROXY_HEADERS):
        return False
    try:
        return ipaddress.ip_address(request.ip).is_loopback
    except ValueError:
        return False


@metrics.get("/metrics")
async def read_metrics(request: Request) -> HTTPResponse:
    """Prometheus text; 403 for a stranger. Without Redis: `zaoan_up 0` and this process's own figures."""
    if not may_read(request, door_of(request).settings.metrics_token):
        return text("only from this machine, or with the token\n", 403)
    own = generate_latest(meters_of(request).registry)
    shared = CollectorRegistry(auto_describe=False)
    shared.register(_Shared(await _shared(door_of(request))))
    return HTTPResponse(generate_latest(shared) + own, content_type=_TYPE, headers={"Cache-Control": "no-store"})


class _Shared:
    """Hands prepared figures to the client library."""

    def __init__(self, families: list[Metric]) -> None:
        self._families = families

    def collect(self) -> Iterator[Metric]:
        """The figures."""
        return iter(self._families)


async def _shared(door: Door) -> list[Metric]:
    up = GaugeMetricFamily("zaoan_up", "1 when the store answers")
    try:
        store = await door.store()
        beats, rows = await store.heartbeats(), await counts(store)
        shops = {shop: await standing(store, shop) for shop in await store.shops()}
    except StoreError:
        up.add_metric([], 0)
        return [up]
    up.add_metric([], 1)
    age = GaugeMetricFamily("zaoan_heartbeat_age_seconds", "Since a process was last heard of", labels=["part"])
    for part, seconds in sorted(beats.items()):
        age.add_metric([part], round(seconds, 3))
    blocked = CounterMetricFamily("zaoan_guard_blocks", "Sentences the guard kept back, by reason", labels=["reason"])
    turns = CounterMetricFamily("zaoan_turns", "Turns finished, by who owned the chat and whether it was of use",
                                labels=["owner", "kept"])  # fmt: skip
    for (name, label), number in sorted(rows.items()):
        if name == "guard":
            blocked.add_metric([label], number)
        elif name == "turn":
            owner, _, kept = label.partition("/")
            turns.add_metric([owner, kept], number)
    buckets, total = histogram(rows, "reply")
    reply = HistogramMetricFamily("zaoan_reply_seconds", "From a message on disk to its answer in the outbox")
    reply.add_metric([], buckets, total)
    return [up, age, blocked, turns, reply, *_by_shop(shops)]


_FIGURES = (
    ("zaoan_turns_waiting", "Customer messages without an answer yet", "turns"),
    ("zaoan_turn_age_seconds", "Age of the oldest of them", "turn_age"),
    ("zaoan_command_age_seconds", "Age of the oldest command not confirmed", "command_age"),
    ("zaoan_outbox_retries", "Repeated tries of the commands now waiting", "retries"),
    ("zaoan_alert_age_seconds", "Age of the oldest alert nobody has acknowledged", "alert_age"),
    ("zaoan_cases_waiting", "Cases for which a person was called and none has come", "waiting"),
    ("zaoan_case_wait_seconds", "How long the longest of them waits", "waiting_age"),
    ("zaoan_rung_late_seconds", "How late the next, louder call is", "rung_late"),
    ("zaoan_holds_unconfirmed", "Holds the platform has not confirmed", "holds_unconfirmed"),
    ("zaoan_timer_late_seconds", "How late the earliest timer is", "timer_late"),
)


def _by_shop(shops: dict[str, Standing]) -> Iterator[Metric]:
    for name, help_text, attribute in _FIGURES:
        family = GaugeMetricFamily(name, help_text, labels=["shop"])
        for shop, one in shops.items():
            family.add_metric([shop], round(float(getattr(one, attribute)), 3))
        yield family
    alerts = GaugeMetricFamily("zaoan_alerts_open", "Alerts nobody has acknowledged", labels=["shop", "kind"])
    commands = GaugeMetricFamily("zaoan_outbox_commands", "Commands not confirmed", labels=["shop", "kind"])
    cases = GaugeMetricFamily("zaoan_cases_open", "Open cases by level", labels=["shop", "level"])
    for shop, one in shops.items():
        for kind in sorted({"danger", "bot_failed", *one.alerts}):
            alerts.add_metric([shop, kind], one.alerts[kind])
        for kind in sorted({"message", "hold", "release", "page", *one.commands}):
            commands.add_metric([shop, kind], one.commands[kind])
        for level in range(5):
            cases.add_metric([shop, str(level)], one.cases[level])
    yield from (alerts, commands, cases)
