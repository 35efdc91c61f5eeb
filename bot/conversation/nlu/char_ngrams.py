# ruff: noqa: UP006, UP035, UP045  (Rasa reads these annotations at run time)
"""Characters in runs of one to three, across word borders, as sparse features.

jieba's cuts of crisis language are unreliable (药都准备好了 → 药都/准备/好), and Rasa's own
`char_wb` counts never cross a cut, so 不想|活|了 yields no 想活. This featurizer looks at the
folded text itself.
"""

from __future__ import annotations

import json
import math
import unicodedata
from collections import Counter
from pathlib import Path
from typing import Any, Dict, List, Optional, Type

import numpy as np
import scipy.sparse
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.featurizers.sparse_featurizer.sparse_featurizer import SparseFeaturizer
from rasa.nlu.tokenizers.tokenizer import Tokenizer
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.conversation.hearing import simplify

FILE = "grams.json"


def fold(text: str) -> str:
    """One width, one case, one script, no spaces; digits all alike."""
    plain = simplify(unicodedata.normalize("NFKC", text).lower())
    return "".join("0" if c.isdigit() else c for c in plain if not c.isspace())


def grams(text: str, longest: int = 3) -> list[str]:
    """Every run of one to `longest` characters of the folded text, with its borders marked."""
    padded = f"^{fold(text)}$"
    return [padded[i : i + n] for n in range(1, longest + 1) for i in range(len(padded) - n + 1)]


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class CharNgramFeaturizer(SparseFeaturizer, GraphComponent):
    """Adds weighted character runs of the whole message as sentence features."""

    @classmethod
    def required_components(cls) -> List[Type]:
        """None is needed, but a tokenizer must stand before for Rasa's own components."""
        return [Tokenizer]

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """`longest` run and the fewest messages a run must occur in."""
        return {**SparseFeaturizer.get_default_config(), "longest": 3, "min_messages": 2}

    @staticmethod
    def fingerprint_addon(config: Dict[str, Any]) -> Optional[str]:
        """Retrain when the folding changes, which Rasa cannot see."""
        return fold("测试 Ａ1")

    def __init__(
        self, config: dict[str, Any], name: str, storage: ModelStorage, resource: Resource,
        vocabulary: dict[str, int] | None = None, weights: np.ndarray | None = None,
    ) -> None:  # fmt: skip
        super().__init__(name, config)
        self._storage = storage
        self._resource = resource
        self._vocabulary: dict[str, int] = vocabulary or {}
        self._weights = weights if weights is not None else np.zeros(0)

    @classmethod
    def create(
        cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource,
        execution_context: ExecutionContext,
    ) -> CharNgramFeaturizer:  # fmt: skip
        """A featurizer that knows nothing yet."""
        return cls(config, execution_context.node_name, model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        """Learn which runs occur, and how rare each is."""
        texts = [str(m.get(TEXT)) for m in training_data.training_examples if m.get(TEXT)]
        seen: Counter[str] = Counter()
        for text in texts:
            seen.update(set(grams(text, self._config["longest"])))
        kept = sorted(g for g, n in seen.items() if n >= self._config["min_messages"])
        self._vocabulary = {g: i for i, g in enumerate(kept)}
        self._weights = np.array([math.log((1 + len(texts)) / (1 + seen[g])) + 1 for g in kept])
        self.persist()
        return self._resource

    def persist(self) -> None:
        """Write the runs and their weights."""
        with self._storage.write_to(self._resource) as folder:
            rows = {"grams": list(self._vocabulary), "weights": self._weights.round(5).tolist()}
            (Path(folder) / FILE).write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def load(
        cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource,
        execution_context: ExecutionContext, **kwargs: Any,
    ) -> CharNgramFeaturizer:  # fmt: skip
        """Read what `persist` wrote."""
        with model_storage.read_from(resource) as folder:
            rows = json.loads((Path(folder) / FILE).read_text(encoding="utf-8"))
        words = {g: i for i, g in enumerate(rows["grams"])}
        return cls(config, execution_context.node_name, model_storage, resource, words, np.array(rows["weights"]))

    def process(self, messages: List[Message]) -> List[Message]:
        """Add the features to each message."""
        for message in messages:
            self._featurize(message)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Add the features to every example."""
        self.process(training_data.training_examples)
        return training_data

    def _featurize(self, message: Message) -> None:
        text = message.get(TEXT)
        if not text:
            return
        counts: Counter[int] = Counter()
        for gram in grams(text, self._config["longest"]):
            index = self._vocabulary.get(gram)
            if index is not None:
                counts[index] += 1
        columns = np.fromiter(counts.keys(), dtype=np.int32, count=len(counts))
        values = np.sqrt(np.fromiter(counts.values(), dtype=np.float64, count=len(counts)))
        values = values * self._weights[columns] if len(columns) else values
        length = float(np.linalg.norm(values)) or 1.0
        shape = (1, max(1, len(self._vocabulary)))
        row = scipy.sparse.csr_matrix((values / length, (np.zeros_like(columns), columns)), shape=shape)
        self.add_features_to_message(None, row.tocoo(), TEXT, message)

    @classmethod
    def validate_config(cls, config: Dict[str, Any]) -> None:
        """Nothing can be wrong that Rasa does not find itself."""
