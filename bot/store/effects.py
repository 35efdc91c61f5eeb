"""What follows from a case's events, in the same transaction: commands, timers, alerts, indexes.

So that no event can be written whose consequence was forgotten, or the other way round.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.cases import events as e
from bot.cases import ladder
from bot.cases.codec import to_dict
from bot.cases.evolve import evolve
from bot.cases.policy import HIGH
from bot.cases.types import Alert, Case
from bot.store.base import Options
from bot.store.change import Change, dumps

SEEN_WITH_CASE = ("danger",)
"""Alerts that are answered by accepting the case; others are answered one by one."""


@dataclass(slots=True)
class CaseEdit:
    """A case while a decision is made: events go in, :meth:`write` puts them and what follows into the change."""

    change: Change
    case: Case | None
    now: float
    options: Options
    happened: list[e.Event] = field(default_factory=list)

    def happen(self, event: e.Event) -> Case:
        """One more event."""
        self.case = evolve(self.case, event)
        self.happened.append(event)
        return self.case

    def write(self, chat_id: str = "") -> Case | None:
        """Put document, events, indexes and effects into the change; `chat_id` is where a console should look."""
        case = self.case
        if case is None or not self.happened:
            return case
        change, keys = self.change, self.change.keys
        change.document(keys.case(case.case_id), case.version, to_dict(case), "case")
        for event in self.happened:
            change.do("XADD", keys.case_events(case.case_id), "*", "e", dumps(e.event_to_dict(event)))
            self._effect(case, event, chat_id)
        if case.status == "open":
            change.do("ZADD", keys.open_cases(), case.level * 1e11 - case.opened_at, case.case_id)
        else:
            change.do("ZREM", keys.open_cases(), case.case_id)
        self._ladder(case)
        change.feed("case", case_id=case.case_id, chat_id=chat_id, level=case.level, escalation=case.escalation)
        return case

    def _ladder(self, case: Case) -> None:
        due = ladder.rung_due(case)
        if due is None:
            self.change.no_timer(f"ladder:{case.case_id}")
        else:
            self.change.timer(f"ladder:{case.case_id}", "ladder", due, {"case_id": case.case_id})

    def _effect(self, case: Case, event: e.Event, chat_id: str) -> None:
        change, keys = self.change, self.change.keys
        match event:
            case e.CaseOpened() | e.CustomerNamed():
                change.do("HSET", keys.case_of_customer(), case.customer_id, case.case_id)
            case e.EscalationRequested():
                self._danger(case, chat_id)
                page(change, case, chat_id, 0, self.now, self.options)
            case e.EscalationLouder():
                self._danger(case, chat_id)
                page(change, case, chat_id, event.rung, self.now, self.options)
            case e.LevelRaised() if event.level >= HIGH:
                self._danger(case, chat_id)
            case e.EscalationAccepted() | e.CaseClosed():
                for kind in SEEN_WITH_CASE:
                    drop_alert(change, f"{kind}-{case.case_id}")
                if isinstance(event, e.CaseClosed):
                    self._no_follow_ups(case)
            case e.HoldRequested() | e.HoldChanged() | e.HoldReleased():
                self._hold(case, event)
            case e.FollowUpScheduled():
                change.timer(
                    f"follow_up:{case.case_id}:{event.kind}", "follow_up", event.due_at,
                    {"case_id": case.case_id, "kind": event.kind, "chat_id": event.chat_id},
                )  # fmt: skip
                change.feed("follow_up", case_id=case.case_id, kind=event.kind, state="scheduled")
            case e.FollowUpDone():
                change.no_timer(f"follow_up:{case.case_id}:{event.kind}")
                change.feed("follow_up", case_id=case.case_id, kind=event.kind, state=event.how)
            case e.FollowUpsDeclined():
                self._no_follow_ups(case)

    def _no_follow_ups(self, case: Case) -> None:
        # A closed case keeps its promises unless the customer declined them.
        if case.opted_out:
            for item in case.follow_ups:
                self.change.no_timer(f"follow_up:{case.case_id}:{item.kind}")

    def _danger(self, case: Case, chat_id: str) -> None:
        raise_alert(
            self.change,
            Alert(f"danger-{case.case_id}", "danger", case.shop_id, chat_id, self.now, case.level, case.case_id),
        )

    def _hold(self, case: Case, event: e.HoldRequested | e.HoldChanged | e.HoldReleased) -> None:
        change, keys, order_id = self.change, self.change.keys, event.order_id
        hold = case.hold(order_id)
        state = hold.state if hold else "released"
        change.feed("hold", case_id=case.case_id, order_id=order_id, state=state)
        watch = f"unconfirmed:{order_id}"
        if isinstance(event, e.HoldRequested):
            change.do("HSET", keys.hold_case(), order_id, case.case_id)
            order_command(change, case, "hold", order_id, event.reason, event.expires_at, self.now)
            data = {"case_id": case.case_id, "order_id": order_id}
            change.timer(watch, "unconfirmed", self.now + self.options.unconfirmed_seconds, data)
            change.timer(f"hold_expiry:{order_id}", "hold_expiry", event.expires_at, data)
        elif isinstance(event, e.HoldReleased):
            change.no_timer(watch)
            change.no_timer(f"hold_expiry:{order_id}")
            order_command(change, case, "release", order_id, event.reason, 0.0, self.now)
            drop_alert(change, f"hold-{order_id}")
        elif event.state != "failed":
            change.no_timer(watch)
            drop_alert(change, f"hold-{order_id}")


def order_command(
    change: Change, case: Case, kind: str, order_id: str, reason: str, expires_at: float, now: float
) -> None:
    """Put a hold or release into the order's lane; the key is one per request, the same across its retries."""
    key = f"{kind}-{case.case_id}-{order_id}-{case.events}"
    payload = {"order_id": order_id, "case_id": case.case_id, "reason": reason, "expires_at": expires_at}
    put_command(change, kind, f"order:{order_id}", key, payload, now)


def page(change: Change, case: Case, chat_id: str, rung: int, now: float, options: Options) -> None:
    """Call people by the paging address, if there is one. No customer text, no name."""
    if not options.page:
        return
    payload = {
        "case_id": case.case_id, "chat_id": chat_id or (case.chats[-1] if case.chats else ""), "level": case.level,
        "urgency": case.urgency, "rung": rung, "audience": ladder.audience(rung),
    }  # fmt: skip
    put_command(change, "page", f"case:{case.case_id}", f"page-{case.case_id}-{case.events}-{rung}", payload, now)


def put_command(change: Change, kind: str, lane: str, key: str, payload: dict[str, object], now: float) -> None:
    """Append a command to the outbox."""
    item = {"command_id": key, "kind": kind, "lane": lane, "key": key, "created_at": now, "payload": payload}
    change.queue("outbox", lane, key, item, now)


def raise_alert(change: Change, alert: Alert) -> None:
    """Put an alert before people; raising it again renews it and keeps its place in time."""
    change.do("HSET", change.keys.alerts(), alert.alert_id, dumps(to_dict(alert)))
    change.do("ZADD", change.keys.alert_order(), "NX", alert.at, alert.alert_id)
    change.feed(
        "alert", alert_id=alert.alert_id, kind=alert.kind, chat_id=alert.chat_id, level=alert.level,
        case_id=alert.case_id,
    )  # fmt: skip


def drop_alert(change: Change, alert_id: str) -> None:
    """Take an alert away, if it is there."""
    change.do("HDEL", change.keys.alerts(), alert_id)
    change.do("ZREM", change.keys.alert_order(), alert_id)
