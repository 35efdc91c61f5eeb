# ruff: noqa: UP006, UP035, UP045  (Rasa reads these annotations at run time)
"""Reads the intent of a message with :mod:`bot.conversation.intents`."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict, List, Optional

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.conversation import intents
from bot.conversation.learned import STATEMENTS, SUPPOSED
from bot.conversation.meanings import kept_meanings
from bot.conversation.scope import current

FILE = "intents.npz"
INTENT_RANKING = "intent_ranking"
#: Places of the ranking that are written into the tracker with every message.
KEPT = 5
#: Where a talk is about danger a longer message is read clause by clause, too: "老师发视频了 …我先去接她们吧" takes
#: a step in its last one. The message carries how sure it is of that.
TURNS, STEP = "zaoan_turns", "accept_help"
GRAVE, CLAUSES_MOST, CLAUSE_LEAST = 2, 5, 3


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class IntentReader(GraphComponent):
    """Character runs and sentence meaning, one kernel machine."""

    def __init__(self, storage: ModelStorage, resource: Resource, model: intents.IntentModel | None = None) -> None:
        self._storage = storage
        self._resource = resource
        self._model = model

    @classmethod
    def create(
        cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource,
        execution_context: ExecutionContext,
    ) -> IntentReader:  # fmt: skip
        """A reader that knows nothing yet."""
        return cls(model_storage, resource)

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """The settings stand in bot/conversation/intents.py, where the benchmark uses them, too."""
        return {}

    @staticmethod
    def fingerprint_addon(config: Dict[str, Any]) -> Optional[str]:
        """Retrain when the classifier's own module changes, which Rasa cannot see."""
        return Path(intents.__file__).read_text(encoding="utf-8")

    def train(self, training_data: TrainingData) -> Resource:
        """Learn from every example with an intent."""
        rows = [(str(m.get(TEXT)), str(m.get(INTENT))) for m in training_data.intent_examples if m.get(TEXT)]
        texts = [t for t, _ in rows]
        self._model = intents.fit(texts, [i for _, i in rows], kept_meanings(texts))
        with self._storage.write_to(self._resource) as folder:
            np.savez_compressed(Path(folder) / FILE, **self._model.arrays())
        return self._resource

    @classmethod
    def load(
        cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource,
        execution_context: ExecutionContext, **kwargs: Any,
    ) -> IntentReader:  # fmt: skip
        """Read what `train` wrote."""
        with model_storage.read_from(resource) as folder, np.load(Path(folder) / FILE, allow_pickle=False) as kept:
            return cls(model_storage, resource, intents.IntentModel({k: kept[k] for k in kept.files}))

    def process(self, messages: List[Message]) -> List[Message]:
        """Set intent and ranking of each message with text."""
        asked = [m for m in messages if m.get(TEXT)]
        if self._model is None or not asked:
            return messages
        for message, guess in zip(asked, self._model.guesses([str(m.get(TEXT)) for m in asked]), strict=True):
            ranking = [{"name": n, "confidence": round(p, 4)} for n, p in guess.ranking[:KEPT]]
            message.set(INTENT, dict(ranking[0]), add_to_output=True)
            message.set(INTENT_RANKING, ranking, add_to_output=True)
            scope = current()
            if scope is not None and scope.level >= GRAVE:
                message.set(TURNS, self._turns(str(message.get(TEXT))))
        return messages

    def _turns(self, text: str) -> float:
        """How surely one clause of the message, asked or supposed ones left out, takes a step towards help."""
        parts = [p.strip() for p in STATEMENTS.split(text) if p and not SUPPOSED.search(p)]
        parts = [p for p in parts if len(p) >= CLAUSE_LEAST][-CLAUSES_MOST:]
        if self._model is None or len(parts) < 2:
            return 0.0
        return max(dict(guess.ranking).get(STEP, 0.0) for guess in self._model.guesses(parts))
