# ruff: noqa: UP006, UP035, UP045  (Rasa reads these annotations at run time)
"""The safety policy: whatever the rules answer, the next step of the ladder follows in the same turn.

It outranks every other policy (`is_no_user_prediction`, see Rasa's ensemble) whenever the slot
`step` holds a step that was not yet taken after the customer's last message. It reads slots
and the actions of this turn only, so its cost does not grow with the talk.
"""

from __future__ import annotations

from typing import Any, Dict, List, Optional

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

from bot.conversation.ladder import next_action

#: Confidence of what follows only when no rule says anything.
SOFT = 0.2


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=True)
class SafetyPolicy(Policy):
    """Predicts the ladder's next action; abstains in ordinary shop talk."""

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """Priority matters only against another policy of the same kind."""
        return {"priority": 10}

    def train(
        self,
        training_trackers: List[TrackerWithCachedStates],
        domain: Domain,
        **kwargs: Any,
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
        cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource,
        execution_context: ExecutionContext, **kwargs: Any,
    ) -> SafetyPolicy:  # fmt: skip
        """A policy is its ladder."""
        return cls(config, model_storage, resource, execution_context)

    def predict_action_probabilities(
        self, tracker: DialogueStateTracker, domain: Domain,
        rule_only_data: Optional[Dict[str, Any]] = None, **kwargs: Any,
    ) -> PolicyPrediction:  # fmt: skip
        """Certain of the ladder's action, or silent."""
        done: List[str] = []
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
