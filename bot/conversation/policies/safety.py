"""The safety policy: whatever the rules answer, the next step of the ladder follows in the same turn.

It outranks every other policy (`is_no_user_prediction`, see Rasa's ensemble) whenever the slot
`step` holds a step that was not yet taken after the customer's last message. It reads slots
and the actions of this turn only, so its cost does not grow with the talk.
"""

from __future__ import annotations

from typing import Any, Dict, List, Optional, Text, Tuple  # noqa: UP035  (Rasa reads annotations at run time)

from rasa.core.policies.policy import Policy, PolicyPrediction
from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, UserUttered
from rasa.shared.core.generator import TrackerWithCachedStates
from rasa.shared.core.trackers import DialogueStateTracker

from bot.conversation.ladder import ladder

#: Messages in one reply (field notes 7.12).
MAX_MESSAGES = 3
#: Steps that come before any answer to what was said.
FIRST = frozenset({"emergency"})
#: Modes in which somebody may be in danger.
WATCHED = frozenset({"care", "ask", "other"})


#: Where no rule fits at all, somebody is still answered.
LAST_RESORT = "utter_stay_with"
#: Confidence of what follows only when no rule says anything.
SOFT = 0.2


def next_action(step: Optional[str], mode: Optional[str], done: List[str]) -> Tuple[Optional[str], bool]:  # noqa: UP006, UP045
    """The ladder's wish and whether it outranks the rules. Pure.

    `done` are the actions since the customer's last message, in order. `(None, False)` means
    that the ladder has nothing to say.
    """
    stairs = ladder()
    if not step or step == "none" or step not in stairs.steps:
        if mode in WATCHED:
            return (ACTION_LISTEN_NAME if done else LAST_RESORT), False
        return None, False
    say = stairs.steps[step].say
    todo = [a for a in say if a not in done]
    said = sum(a.startswith("utter_") for a in done)
    left = sum(a.startswith("utter_") for a in todo)
    begun = any(a in done for a in say if a != LAST_RESORT) or step in FIRST
    if begun or (done and said + left >= MAX_MESSAGES):
        fits = [a for a in todo if not a.startswith("utter_") or said < MAX_MESSAGES]
        return (fits[0] if fits else ACTION_LISTEN_NAME), True
    if not done:
        return LAST_RESORT if mode in WATCHED else None, False  # the rules answer first
    # The rules go on while there is room for the step; when they are done, it follows.
    return (todo[0] if todo else ACTION_LISTEN_NAME), False


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=True)
class SafetyPolicy(Policy):
    """Predicts the ladder's next action; abstains in ordinary shop talk."""

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:  # noqa: UP006
        """Priority matters only against another policy of the same kind."""
        return {"priority": 10}

    def train(
        self, training_trackers: List[TrackerWithCachedStates], domain: Domain, **kwargs: Any  # noqa: UP006
    ) -> Resource:
        """Nothing is learned: the ladder is a file, read at start."""
        self.persist()
        return self._resource

    def persist(self) -> None:
        """Leave a mark, since Rasa asks for a stored resource."""
        with self._model_storage.write_to(self._resource) as folder:
            (folder / "safety_policy.txt").write_text("see bot/conversation/ladder.yml\n", encoding="utf-8")

    @classmethod
    def load(
        cls, config: Dict[Text, Any], model_storage: ModelStorage, resource: Resource,
        execution_context: ExecutionContext, **kwargs: Any,
    ) -> SafetyPolicy:  # fmt: skip
        """A policy is its ladder."""
        return cls(config, model_storage, resource, execution_context)

    def predict_action_probabilities(
        self, tracker: DialogueStateTracker, domain: Domain,
        rule_only_data: Optional[Dict[Text, Any]] = None, **kwargs: Any,  # noqa: UP006, UP045
    ) -> PolicyPrediction:  # fmt: skip
        """Certain of the ladder's action, or silent."""
        done: List[str] = []  # noqa: UP006
        for event in reversed(tracker.events):
            if isinstance(event, UserUttered):
                break
            if isinstance(event, ActionExecuted) and event.action_name not in {ACTION_LISTEN_NAME, None}:
                done.insert(0, str(event.action_name))
        else:
            done = []
        wanted, certain = next_action(tracker.get_slot("step"), tracker.get_slot("mode"), done)
        scores = self._default_predictions(domain)
        if wanted is None or wanted not in domain.action_names_or_texts or tracker.latest_message is None:
            return self._prediction(scores)
        scores[domain.index_for_action(wanted)] = 1.0 if certain else SOFT
        return PolicyPrediction(
            scores, type(self).__name__, self.priority, is_no_user_prediction=certain, hide_rule_turn=False
        )
