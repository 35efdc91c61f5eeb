"""What follows from a case's events, in the same transaction: commands, timers, alerts, indexes.

So that no event can be written whose consequence was forgotten, or the other way round.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.cases import events as e
from bot.cases import ladder
from bot.cases.codec import to_dict
from bot.cases.evolve import evolve
from bot.cases.notice import KIND as NOTICE
from bot.cases.notice import notice_owed
from bot.cases.policy import HIGH, SETTLED_HOLDS
from bot.cases.types import Alert, Case
from bot.store.alarms import drop_alert, raise_alert
from bot.store.base import Options
from bot.store.change import Change, dumps
from bot.store.commands import call, link_command, order_command

LINKED_BY = (
    e.CaseOpened, e.CustomerNamed, e.CaseReopened, e.CaseAbsorbed, e.LevelRaised, e.LevelLowered, e.CaseClosed,
    e.CaseMerged,
)  # fmt: skip
"""Events after which other shops' cases of the same person must be told."""
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
        place = case.level * 1e11 - (case.requested_at or case.opened_at)
        for index, listed in ((keys.open_cases(), case.status == "open"), (keys.waiting_cases(), ladder.waiting(case))):
            if listed:
                change.do("ZADD", index, place, case.case_id)
            else:
                change.do("ZREM", index, case.case_id)
        self._ladder(case)
        if self.options.link and any(isinstance(event, LINKED_BY) for event in self.happened):
            link_command(change, case, self.now)
        change.feed("case", case_id=case.case_id, chat_id=chat_id, level=case.level, escalation=case.escalation)
        return case

    def _ladder(self, case: Case) -> None:
        due = ladder.rung_due(case)
        if due is None:
            self.change.no_timer(f"ladder:{case.case_id}")
        else:
            self.change.timer(f"ladder:{case.case_id}", "ladder", due, {"case_id": case.case_id})
        words = ladder.words_due(case)
        if words is None:
            self.change.no_timer(f"words:{case.case_id}")
        else:
            self.change.timer(f"words:{case.case_id}", "words", words, {"case_id": case.case_id})

    def _effect(self, case: Case, event: e.Event, chat_id: str) -> None:
        change, keys = self.change, self.change.keys
        match event:
            case e.CaseOpened() | e.CustomerNamed():
                change.do("HSET", keys.case_of_customer(), case.customer_id, case.case_id)
            case e.EscalationRequested() | e.EscalationLouder() | e.EscalationReturned():
                self._danger(case, chat_id)
                call(change, case, chat_id, self.now, self.options)
            case e.LevelRaised() if event.level >= HIGH:
                # Who has the case and has spoken under a call as urgent as this one is there: nothing to ring for.
                if case.escalation != "accepted" or ladder.words_due(case) is not None:
                    self._danger(case, chat_id)
            case e.FirstWords() | e.ContactMade() if case.escalation == "accepted" and case.spoke_at:
                drop_alert(change, f"danger-{case.case_id}")  # raised anew when the danger rose after the acceptance
            case e.EscalationAccepted() | e.CaseReassigned() | e.CaseClosed() | e.CaseMerged():
                for kind in SEEN_WITH_CASE:
                    drop_alert(change, f"{kind}-{case.case_id}")
                if isinstance(event, e.CaseClosed):
                    self._no_follow_ups(case)
                    self._notice(case, chat_id)
                elif isinstance(event, e.CaseMerged):
                    for item in case.follow_ups:  # the case that goes on makes the promises now
                        change.no_timer(f"follow_up:{case.case_id}:{item.kind}")
            case e.HoldRequested() | e.HoldChanged() | e.HoldReleased():
                self._hold(case, event)
            case e.HoldAppealed():
                self._ask_people(case, f"appeal-{event.order_id}", "hold_appeal", event.order_id, chat_id)
            case e.AppealRefused():
                drop_alert(change, f"appeal-{event.order_id}")
            case e.ClaimChanged():
                claim = case.claim(event.order_id)
                row = {**to_dict(claim), "case_id": case.case_id, "shop_id": case.shop_id} if claim else {}
                change.do("HSET", keys.claims(), event.claim_id, dumps(row))
                change.do("ZADD", keys.claim_order(), "NX", event.at, event.claim_id)
            case e.CaseLinked() if event.status == "open" and event.level >= HIGH > case.level:
                detail = f"{event.shop_id}: {event.level}"
                self._ask_people(case, f"multi_shop-{case.case_id}", "multi_shop", detail, chat_id)
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

    def _notice(self, case: Case, chat_id: str) -> None:
        """Who was spoken of outside is to be told afterwards (PIPL art. 18): a task for people."""
        if notice_owed(case):
            alert_id = f"{NOTICE}-{case.case_id}-{case.reopened}"
            alert = Alert(alert_id, NOTICE, case.shop_id, chat_id, self.now, 0, case.case_id)
            raise_alert(self.change, alert)

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

    def _ask_people(self, case: Case, alert_id: str, kind: str, detail: str, chat_id: str) -> None:
        chat_id = chat_id or (case.chats[-1] if case.chats else "")
        level = max(case.level, case.level_elsewhere)
        raise_alert(self.change, Alert(alert_id, kind, case.shop_id, chat_id, self.now, level, case.case_id, detail))

    def _hold(self, case: Case, event: e.HoldRequested | e.HoldChanged | e.HoldReleased) -> None:
        change, keys, order_id = self.change, self.change.keys, event.order_id
        hold = case.hold(order_id)
        state = hold.state if hold else "released"
        change.do("SREM" if state in SETTLED_HOLDS else "SADD", keys.unconfirmed_holds(), order_id)
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
            drop_alert(change, f"appeal-{order_id}")
        elif event.state != "failed":
            change.no_timer(watch)
            drop_alert(change, f"hold-{order_id}")
