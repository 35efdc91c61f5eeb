"""What Zaoan's reading of danger is measured against, on the same folds: thirty keywords, plain character
n-grams with logistic regression, and spaCy's text categoriser."""

from __future__ import annotations

import random
from typing import Any

import numpy as np

from bot.risk import data as utterances
from bot.risk import train
from bot.risk.linear import fit

Array = np.ndarray[Any, np.dtype[Any]]
_THIRTY = (
    "自杀 想死 去死 不想活 活不下去 轻生 自尽 跳楼 割腕 上吊 遗书 遗言 安眠药 农药 烧炭 了结 解脱 自残 "
    "寻死 跳河 结束生命 死了算了 活着没意思 一了百了 服毒 吞药 绝望 再见了 永别 抑郁症"
)
KEYWORDS = tuple(_THIRTY.split())
#: More epochs gain nothing on author folds and cost a minute each.
EPOCHS = 3
_ENSEMBLE = {
    "@architectures": "spacy.TextCatEnsemble.v2",
    "tok2vec": {
        "@architectures": "spacy.HashEmbedCNN.v2", "pretrained_vectors": None, "width": 64, "depth": 2,
        "embed_size": 4000, "window_size": 1, "maxout_pieces": 3, "subword_features": False,
    },
    "linear_model": {
        "@architectures": "spacy.TextCatBOW.v2", "exclusive_classes": True, "ngram_size": 3, "no_output_layer": False,
    },
}  # fmt: skip


def keyword_levels(p: train.Prepared) -> Array:
    """The usual filter: level 3 when a word is there."""
    return np.array([3 * any(w in u.text for w in KEYWORDS) for u in p.items])


def ngram_logits(p: train.Prepared) -> Array:
    """Plain n-grams + logistic regression on raw text, [messages, 4], unseen authors."""
    texts = [u.text for u in p.items]
    logits = np.zeros((len(texts), 4))
    for test in utterances.folds(p.items, train.FOLDS):
        held = set(test)
        rest = [i for i in range(len(texts)) if i not in held]
        model = fit([texts[i] for i in rest], p.levels[rest])
        for i in test:
            logits[i] = np.minimum.accumulate(model.logits(texts[i]))
    return logits


def spacy_probabilities(p: train.Prepared, folds: int = train.FOLDS) -> Array:
    """P(level = 0 … 4) by spaCy's ensemble of bag of n-grams and a small convolution, [messages, 5]."""
    import spacy
    from spacy.training import Example
    from spacy.util import fix_random_seed, minibatch

    texts = [u.text for u in p.items]
    result = np.zeros((len(texts), 5))
    for test in utterances.folds(p.items, folds):
        fix_random_seed(0)
        shuffle = random.Random(0).shuffle
        nlp = spacy.blank("zh")  # one token a character
        nlp.add_pipe("textcat", config={"model": _ENSEMBLE})
        held = set(test)
        examples = [
            Example.from_dict(nlp.make_doc(texts[i]), {"cats": {str(k): float(p.levels[i] == k) for k in range(5)}})
            for i in range(len(texts))
            if i not in held
        ]
        optimizer = nlp.initialize(lambda chosen=examples: chosen)
        for _ in range(EPOCHS):
            shuffle(examples)
            for batch in minibatch(examples, 64):
                nlp.update(batch, sgd=optimizer, drop=0.2)
        for i, doc in zip(test, nlp.pipe([texts[i] for i in test], batch_size=256), strict=True):
            result[i] = [doc.cats[str(k)] for k in range(5)]
    return result
