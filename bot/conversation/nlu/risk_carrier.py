# ruff: noqa: UP006, UP035, UP045  (Rasa reads these annotations at run time)
"""Carries what is known of danger into the tracker: entities that fill slots, and the intent
that the rules answer.

Last in the pipeline. In the brain it takes verdict and memory of the turn from
:mod:`bot.conversation.scope`; in `rasa shell` it reads the message itself. Where there is no
conversation at all (`rasa test nlu`) it leaves the classifier's intent alone, so that the
figures are the classifier's.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Dict, List, Optional

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.core.events import BotUttered, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import ENTITIES, INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.conversation import held, lights, meant, replied, stands, theirs
from bot.conversation import memory as mem
from bot.conversation.learned import Learned
from bot.conversation.nlu.intent_reader import TURNS
from bot.conversation.plan import Plan, plan
from bot.conversation.scope import current
from bot.risk import Reader, TalkReader

KEY = "zaoan"
"""Name under which the plan stands in a message's parse data."""


@lru_cache(maxsize=1)
def talk_reader() -> TalkReader:
    """The danger reader for talks without a brain; loaded on first use."""
    return TalkReader(Reader.load())


def entities_of(made: Plan) -> list[dict[str, Any]]:
    """The slots that rules and stories look at, as entities."""
    values = {
        "danger": made.danger, "mode": made.mode, "who": made.who, "step": made.step,
        "goods": "yes" if made.goods else "no",
    }  # fmt: skip
    return [{"entity": k, "value": v, "extractor": "RiskCarrier"} for k, v in values.items()]


def remembered(tracker: DialogueStateTracker) -> tuple[dict[str, Any], dict[str, Any]]:
    """Memory and talk state of a conversation without a brain, from its own events."""
    events = list(tracker.events)
    for index in range(len(events) - 1, -1, -1):
        event = events[index]
        if isinstance(event, UserUttered) and event.parse_data.get(KEY):
            kept: dict[str, Any] = event.parse_data[KEY]
            said = [e for e in events[index + 1 :] if isinstance(e, BotUttered)]
            memory = mem.speak(
                kept["memory"],
                None if kept["step"] == "none" else kept["step"],
                [e.text or "" for e in said],
                [line for e in said for line in e.metadata.get("lines", ())],
                [str(e.metadata.get("utter_action")) for e in said],
            )
            return memory, kept["talk"]
    return mem.fresh(), {}


LEARNED = Learned(
    kind=meant.meant,
    often=meant.often_asked,
    theirs=theirs.log_odds,
    answer=replied.answered,
    doubted=held.doubted,
    told=held.told,
    stands=stands.stands,
    holds=lights.holds,
)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class RiskCarrier(GraphComponent):
    """Turns verdict, memory and the classifier's intent into slots and the final intent."""

    @classmethod
    def create(
        cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource,
        execution_context: ExecutionContext,
    ) -> RiskCarrier:  # fmt: skip
        """Nothing is stored with the model: word lists are read at start."""
        return cls()

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """No settings."""
        return {}

    def process(  # noqa: D102
        self,
        messages: List[Message],
        tracker: Optional[DialogueStateTracker] = None,
    ) -> List[Message]:
        for message in messages:
            if message.get(TEXT) and (current() is not None or (tracker is not None and tracker.events)):
                self._carry(message, tracker)
        return messages

    def _carry(self, message: Message, tracker: Optional[DialogueStateTracker]) -> None:
        text = str(message.get(TEXT))
        intent = message.get(INTENT) or {}
        name, sure = intent.get("name"), float(intent.get("confidence") or 0.0)
        scope = current()
        if scope is not None:
            made = plan(
                text, level=scope.level, signals=scope.signals, talk=scope.talk, memory=scope.memory,
                intent=name, confidence=sure, third_party=scope.third_party, categories=scope.categories,
                open_categories=scope.open_categories, learned=LEARNED, turns=float(message.get(TURNS) or 0.0),
            )  # fmt: skip
            scope.plan = made = made.for_a_person() if scope.whispers else made
            kept = made.to_dict()
            kept.pop("memory")  # the store keeps it; in the tracker it would be copied with every turn
        else:
            assert tracker is not None  # noqa: S101  (checked by the caller)
            memory, talk = remembered(tracker)
            verdict, talk = talk_reader().read_turn(text, None, talk or None)
            made = plan(
                text, level=verdict.level, signals=[s.name for s in verdict.signals], talk=talk, memory=memory,
                intent=name, confidence=sure, third_party=verdict.third_party, learned=LEARNED,
            )  # fmt: skip
            kept = {**made.to_dict(), "talk": talk, "level": verdict.level}
        message.set(KEY, kept, add_to_output=True)
        message.set(INTENT, {"name": made.heard, "confidence": 1.0 if made.heard != name else sure}, add_to_output=True)
        message.set(ENTITIES, [*message.get(ENTITIES, []), *entities_of(made)], add_to_output=True)
