"""Answers one turn with the trained model: speaks (takeover) or whispers (copilot).

Knows Rasa, the guard and the memory, but no store and no queue: `brain` feeds it.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import structlog
from rasa.core.agent import Agent
from rasa.core.channels.channel import OutputChannel, UserMessage
from rasa.core.lock_store import InMemoryLockStore, LockStore
from rasa.core.tracker_store import InMemoryTrackerStore, TrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, BotUttered, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from bot.conversation import (
    alongside,
    counter,
    explained,
    held,
    inquiry,
    lights,
    lingering,
    parties,
    quick,
    quick_yaml,
    reach,
    replied,
    stands,
    wording,
)
from bot.conversation import memory as mem
from bot.conversation.disclosure import must_disclose, welcomed
from bot.conversation.endpoint import ActionEndpoint, quicken
from bot.conversation.guard import safe_text
from bot.conversation.ladder import ladder
from bot.conversation.meant import meant
from bot.conversation.named import things
from bot.conversation.nlg import guard, registry
from bot.conversation.offers import Offers
from bot.conversation.plan import DANGER
from bot.conversation.scope import TurnScope, entered
from bot.conversation.spoken import stated, taken
from bot.copilot import Candidate, Hint, Phrase
from bot.privacy import mask

log = structlog.get_logger(__name__)

DEADLINE_SECONDS = 6.0
"""A turn that takes longer is given up; the customer gets the fixed safe text."""
MAX_MESSAGES = 3
STAYS = "utter_stay_with"  # gives way where a reply is full and something must be asked
#: The question that a wish leaves open, so that the answer is understood.
WISH_STEPS = {"utter_ask_companion": "companion", "utter_ask_safety_now": "safety_now",
              "utter_ask_means_access": "means"}  # fmt: skip
NLG = "bot.conversation.nlg.ZaoanNLG"


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence to send or to offer. `lines` are registry ids it names, `does` further acts it carries."""

    text: str
    action: str
    strategy: str
    lines: tuple[str, ...] = ()
    does: tuple[str, ...] = ()

    @property
    def act(self) -> str:
        """The utterance with all acts of the sentence: `utter_stay_with+keep_distance+ask_companion`."""
        return "+".join((self.action, *self.does))


@dataclass(slots=True)
class Outcome:
    """What came out of a turn. `blocked` holds (action, reason) of sentences the guard refused; `steered`: the
    desk's wish is among the replies."""

    replies: list[Said] = field(default_factory=list)
    suggestions: list[Hint] = field(default_factory=list)
    memory: dict[str, Any] = field(default_factory=dict)
    referrals: list[str] = field(default_factory=list)
    actions: list[str] = field(default_factory=list)
    blocked: list[tuple[str, str]] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    ms: dict[str, float] = field(default_factory=dict)
    step: str = "none"
    heard: str = ""
    steered: bool = False


class Collector(OutputChannel):
    """Keeps what the bot says, in order, with the utterance's name."""

    def __init__(self) -> None:
        self.said: list[Said] = []

    @classmethod
    def name(cls) -> str:
        """Rasa's name of the channel."""
        return "zaoan"

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Take one message of the bot."""
        text = (message.get("text") or "").strip()
        if text:
            self.said.append(
                Said(
                    text,
                    str(message.get("utter_action") or ""),
                    str(message.get("esc") or "other"),
                    tuple(message.get("lines") or ()),
                    tuple(message.get("does") or ()),
                )
            )


def neutral(text: str) -> str:
    """What Rasa may hear: no command (a leading slash becomes a full-width one), no personal data."""
    text = mask(text).text
    bare = text.lstrip()
    return text.replace("/", "／", 1) if bare.startswith("/") else text


class Engine:
    """A loaded model with its stores."""

    def __init__(self, agent: Agent, endpoint: ActionEndpoint | None) -> None:
        self.agent = agent
        self.endpoint = endpoint
        self._offers: Offers | None = None

    @classmethod
    def load(
        cls, model: Path, tracker_store: TrackerStore | None = None, lock_store: LockStore | None = None,
        actions_url: str | None = None,
    ) -> Engine:  # fmt: skip
        """Load a model file; stores default to memory. Raises when the model cannot be loaded."""
        quicken()
        quick.quicken()
        quick_yaml.quicken()
        endpoint = ActionEndpoint(url=actions_url) if actions_url else None
        agent = Agent(
            tracker_store=tracker_store or InMemoryTrackerStore(Domain.empty()),
            lock_store=lock_store or InMemoryLockStore(),
            generator=EndpointConfig(type=NLG),
            action_endpoint=endpoint,
        )
        with quick_yaml.trusted():
            agent.load_model(model)
        if agent.processor is None:
            raise RuntimeError(f"model {model.name} cannot be loaded")
        return cls(agent, endpoint)

    async def warm(self) -> None:
        """Make the first customer not wait for dictionaries and word lists."""
        scope = TurnScope(level=0, signals=(), talk={}, memory={})
        with entered(scope):
            await self._processor.parse_message(UserMessage("你好，在吗", sender_id="warm"))
        guard().wording("你好")
        meant("你好，在吗")  # asked for from level 1 on, so that the message above did not need these
        counter.reader()
        lights.machine()
        stands.machine()
        held.machines()  # a reader that cannot be read is logged now, not in the first talk about danger
        replied.reader()
        things()
        explained.lists()
        inquiry.catalogue()  # needed from level 2 on
        parties.lists()
        reach.lists()
        # Read only when every Chinese sentence was said: the first to get there would hold up all chats for seconds.
        wording.sets()

    async def close(self) -> None:
        """Give connections back."""
        if self.endpoint:
            await self.endpoint.close()

    @property
    def _processor(self) -> Any:
        return self.agent.processor

    async def speak(
        self, sender_id: str, text: str, scope: TurnScope, message_id: str, wish: str = ""
    ) -> Outcome:  # fmt: skip
        """Answer a customer whose chat the bot owns. TimeoutError after the deadline. `wish` is an act that a
        person at the desk wants said with this reply."""
        started = time.perf_counter()
        out = Collector()
        with entered(scope):
            async with asyncio.timeout(DEADLINE_SECONDS):
                message = UserMessage(neutral(text), out, sender_id, input_channel="zaoan", message_id=message_id)
                async with self.agent.lock_store.lock(sender_id):
                    tracker = await self._converse(message)
            rasa = time.perf_counter() - started
            outcome = self._finish(scope, out.said)
            outcome.actions = _done_since_message(tracker)
            if wish:
                await self._obey(tracker, outcome, scope, wish)
            else:
                await self._beside(tracker, outcome, scope)
            # The first words say that a program speaks even where three messages are needed for a life: it makes a
            # fourth. The reminder after two hours can wait for a turn that has room.
            if must_disclose(scope) and (not welcomed(scope) or len(outcome.replies) < MAX_MESSAGES):
                await self._disclose(tracker, outcome, scope, bare_greeting=len(text.strip()) <= 5)
            outcome.referrals = [registry().line(i).number for r in outcome.replies for i in r.lines]
            outcome.memory = self._remember(scope, outcome)
        outcome.ms = {"rasa": round(rasa * 1000, 1), "turn": round((time.perf_counter() - started) * 1000, 1)}
        return outcome

    async def _converse(self, message: UserMessage) -> DialogueStateTracker:
        """What `MessageProcessor.handle_message` does for a message; the tracker as it was saved, so that it need
        not be read again."""
        processor = self._processor
        tracker: DialogueStateTracker = await processor.log_message(message, should_save_tracker=False)
        tracker = await processor.run_action_extract_slots(message.output_channel, tracker)
        await processor._run_prediction_loop(message.output_channel, tracker)
        await processor.save_tracker(tracker)
        return tracker

    async def whisper(
        self, sender_id: str, text: str, scope: TurnScope, message_id: str,
        keep: bool = True, own: Sequence[Phrase] = (),
    ) -> Outcome:  # fmt: skip
        """Suggest answers to the person who owns the chat; no action runs, nothing the bot would have
        said enters the tracker, only the customer's message does, and with `keep=False` not even that:
        the message is one that the bot has answered. `own` are the merchant's approved phrases."""
        started = time.perf_counter()
        outcome = Outcome()
        scope.whispers = True
        with entered(scope):
            async with asyncio.timeout(DEADLINE_SECONDS):
                async with self.agent.lock_store.lock(sender_id):
                    message = UserMessage(neutral(text), None, sender_id, input_channel="zaoan", message_id=message_id)
                    tracker = await self._processor.log_message(message, should_save_tracker=False)
                    tracker = await self._processor.run_action_extract_slots(Collector(), tracker)
                    planned = [_candidate(one, "story") for one in await self._imagine(tracker)]

                    async def wording(name: str) -> Candidate | None:
                        made = await self._wording(name, tracker)
                        return _candidate(made, "act") if made else None

                    self._offers = self._offers or Offers(self._processor.domain.responses)
                    outcome.suggestions = await self._offers.gather(
                        text, tracker, scope, planned, wording, own, outcome.blocked
                    )
                    if keep:
                        tracker.update(ActionExecuted(ACTION_LISTEN_NAME), self._processor.domain)
                        await self._processor.save_tracker(tracker)
        if scope.plan:
            outcome.step, outcome.heard = scope.plan.step, scope.plan.heard
        outcome.memory = dict(scope.plan.memory) if scope.plan else dict(scope.memory)
        outcome.memory["pending"] = None  # the next question is the person's
        outcome.memory[lingering.KEY] = lingering.after(outcome.memory, scope.score, scope.level)
        outcome.ms = {"turn": round((time.perf_counter() - started) * 1000, 1)}
        return outcome

    async def _obey(self, tracker: DialogueStateTracker, outcome: Outcome, scope: TurnScope, wish: str) -> None:
        """Say what the desk asked for: in vetted words, under the guard, and in place of a question of our own."""
        if any(one.action == wish for one in outcome.replies):
            outcome.steered = True
            return
        made = await self._wording(wish, tracker)
        if made is None or not guard().judge(made.text, scope.guard_level, [r.text for r in outcome.replies]).ok:
            log.warning("wish_not_said", action=wish)
            return
        asks = "？" in made.text
        others = [one for one in outcome.replies if not (asks and "？" in one.text)]
        outcome.replies = [*others[: MAX_MESSAGES - 1], made]
        outcome.step = WISH_STEPS.get(wish, outcome.step)
        outcome.steered = True

    async def _beside(self, tracker: DialogueStateTracker, outcome: Outcome, scope: TurnScope) -> None:
        """Where the reply has room: a line or somebody who can treat it, before its question, or a last question."""
        if scope.plan is None:
            return
        asks = any("？" in one.text or "?" in one.text for one in outcome.replies)
        if not (name := alongside.due(ladder(), scope.plan, asks, any(one.lines for one in outcome.replies))):
            return
        full = len(outcome.replies) >= MAX_MESSAGES
        stays = next((one for one in outcome.replies if one.act == STAYS), None)
        if full and (name not in alongside.PROBES or stays is None):
            return
        scope.beside = name
        made = await self._wording(ladder().steps[name].say[0], tracker)
        scope.beside = ""
        said = [one.text for one in outcome.replies]
        if made is None or not guard().judge(made.text, scope.guard_level, scope.plan.memory["said"], said).ok:
            return
        if full and stays is not None:
            outcome.replies.remove(stays)  # "I am here" gives way to the question that nobody has asked yet
        outcome.replies.insert(alongside.place([one.text for one in outcome.replies]), made)
        outcome.actions.append(name)

    async def _disclose(
        self, tracker: DialogueStateTracker, outcome: Outcome, scope: TurnScope, bare_greeting: bool
    ) -> None:
        """Say that a program speaks, at the start and every two hours (Order No. 21 of 2026, Art 18)."""
        hello = await self._wording("utter_welcome", tracker)
        if hello is None or not guard().judge(hello.text, scope.guard_level).ok:
            return
        greeting = (
            bare_greeting
            and outcome.heard == "greet"
            and [r.action for r in outcome.replies] == ["utter_normal_service"]
        )
        outcome.replies = [hello] if greeting else [hello, *outcome.replies]

    async def _imagine(self, tracker: DialogueStateTracker) -> list[Said]:
        """What the bot would say, worked out on a copy."""
        copy = tracker.copy()
        said: list[Said] = []
        for _ in range(10):
            action, prediction = self._processor.predict_next_with_tracker_if_should(copy)
            if action.name() == ACTION_LISTEN_NAME:
                break
            copy.update_with_events(prediction.events, self._processor.domain)
            copy.update(action.event_for_successful_execution(prediction))
            if action.name().startswith("utter_"):
                found = await self._wording(action.name(), copy)
                if found:
                    said.append(found)
                    copy.update(BotUttered(found.text))
        return said

    async def _wording(self, name: str, tracker: DialogueStateTracker) -> Said | None:
        made = await self._processor.nlg.generate(
            name, tracker, "zaoan", domain_responses=self._processor.domain.responses
        )
        return Said(made["text"], name, made["esc"], tuple(made["lines"]), tuple(made["does"])) if made else None

    def _finish(self, scope: TurnScope, said: list[Said]) -> Outcome:
        """Guard, disclosure, at most three messages; never nothing."""
        outcome = Outcome(failed=list(scope.failed))
        memory = scope.plan.memory if scope.plan else scope.memory
        if scope.plan:
            outcome.step, outcome.heard = scope.plan.step, scope.plan.heard
        long = list(memory.get("said", ()))
        before = set(long)
        asked = False
        for one in said:
            found = guard().judge(one.text, scope.guard_level, before, [r.text for r in outcome.replies])
            question = "？" in one.text or "?" in one.text
            if found.ok and question and asked and (told := stated(one.text)) and one.lines:
                one, question = replace(one, text=told), False  # a number is not lost with its question
            if found.ok and question and asked:
                found_reason = "second_question"
            elif found.ok:
                outcome.replies.append(one)
                asked = asked or question
                continue
            else:
                found_reason = found.reason
            outcome.blocked.append((one.action, found_reason))
            log.warning("sentence_blocked", action=one.action, reason=found_reason)
        if not outcome.replies:
            level = min(4, scope.spoken_level)
            own = wording.safe_text(str(memory.get("language") or "zh"), DANGER[level], before)
            outcome.replies.append(Said(own or safe_text(level, long), "safe_text", "affirmation"))
        outcome.replies = outcome.replies[:MAX_MESSAGES]
        return outcome

    def _remember(self, scope: TurnScope, outcome: Outcome) -> dict[str, Any]:
        base = scope.plan.memory if scope.plan else scope.memory
        spoken = [r.action for r in outcome.replies]
        step = None if outcome.step == "none" or not taken(outcome.step, spoken) else outcome.step
        memory = mem.speak(
            base, step, [r.text for r in outcome.replies], [i for r in outcome.replies for i in r.lines],
            [*spoken, *outcome.actions],
        )  # fmt: skip
        if "utter_welcome" in spoken or outcome.heard == "ask_bot":
            memory["welcomed"] = scope.at.isoformat() if scope.at else "yes"
        memory[lingering.KEY] = lingering.after(memory, scope.score, scope.level)
        return memory


def _candidate(said: Said, source: str) -> Candidate:
    return Candidate(said.text, said.strategy, said.action, source)


def _done_since_message(tracker: DialogueStateTracker) -> list[str]:
    done: list[str] = []
    for event in reversed(tracker.events):
        if isinstance(event, UserUttered):
            break
        if isinstance(event, ActionExecuted) and str(event.action_name).startswith("action_"):
            done.insert(0, str(event.action_name))
    return [a for a in done if a not in {ACTION_LISTEN_NAME, "action_extract_slots"}]
