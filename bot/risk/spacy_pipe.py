"""The lexicon as a spaCy pipeline, for people who look at spans with spaCy's tools (displacy, Scorer).

`nlp = signal_pipeline()`; `nlp("…").spans["signals"]` holds one span a hit, over characters of the
text as sent. The reader itself does not go through spaCy: its Matcher (3.4) has no counted gaps
(`.{0,6}`), one line of the lexicon would become hundreds of patterns, and making the Doc alone costs
fifty times the first stage. The spans are the same ones, so nothing is read twice in two ways.
"""

from __future__ import annotations

from typing import Any


def signal_pipeline() -> Any:
    """A blank Chinese pipeline, one token a character, with the component `zaoan_signals`."""
    import spacy
    from spacy.language import Language
    from spacy.tokens import Doc

    def characters(vocab: Any) -> Any:
        return lambda text: Doc(vocab, words=list(text), spaces=[False] * len(text))

    if not Language.has_factory("zaoan_signals"):
        Language.component("zaoan_signals", func=_add_signals)
    nlp = spacy.blank("zh")
    nlp.tokenizer = characters(nlp.vocab)
    nlp.add_pipe("zaoan_signals")
    return nlp


def _add_signals(doc: Any) -> Any:
    from spacy.tokens import Span

    from bot.risk.lexicon import load_lexicon
    from bot.risk.normalise import normalise
    from bot.risk.scope import apply_scope

    lexicon = load_lexicon()
    normal = normalise(doc.text)
    spans = []
    for hit in apply_scope(normal, lexicon.search(normal.text, normal.breaks), lexicon).hits:
        start, end = normal.span(hit.start, hit.end)
        spans.append(Span(doc, start, end, label=hit.name))
    doc.spans["signals"] = spans
    return doc
