"""Which direct question a message means, where no pattern of `data/questions.yml` hears one.

Patterns carry over badly to what strangers ask (`python -m benchmarks asked`), so the kinds are learned, too, by the
kernel machine of :mod:`bot.conversation.intents` on the examples of `data/asked`, by several authors. Two of them:
*which* tells the kinds apart; *whether* tells a question of any kind from everything else that customers say. Where
either is unsure the message counts as no question: a wrong answer is worse than none.

`python -m bot.conversation.meant` trains both, in seconds after the first time; `zaoan train` does so when needed.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from bot.conversation import intents, kept
from bot.conversation.hearing import DATA, simplify
from bot.conversation.meanings import kept_meanings

Array = np.ndarray[Any, np.dtype[Any]]
EXAMPLES = DATA / "asked"
#: The kind of whatever is none of the kinds, and of whatever is some.
NONE, SOME = "none", "some"
#: From so much on a kind is believed: small, since more than a hundred share the whole. On authors not trained on
#: about one in fifteen of what is then heard is heard wrongly (`python -m benchmarks asked`).
SURE = 0.07
#: By so much a question must outweigh everything else.
WEIGHT = 0.0
#: What a question has and a statement mostly has not; of the examples nearly three in four, of statements few.
MARKED = re.compile(
    r"[?？]|吗|嘛(?!的)|怎(?!么(?:都|也|着))|咋(?!都|也)|点(?:样|解|算|讲)|(?<!没)(?:什么|啥|咩)(?!都|也)|乜|谁(?!都|也)|边(?:个|度)"
    r"|哪(?!里?都|儿都|也|怕)|几(?:点|时|天|个|级)|多少|多久|能不能|能否|该(?:怎|不该|去|先|找|说|打|咋)|不知道|唔知|不晓得|不懂|还是[^，。算别]{1,8}$"
    r"|定系|有用没|(?:不|没|未|吧|呢|呀|么)$|有没有|有冇|([\u4e00-\u9fa5])[不唔]\1"
    r"|\b(?:what|how|why|who|where|when|which|can|could|will|would|do|does|did|if|whether|am i|do.?n.?t know)\b",
    re.IGNORECASE,
)
#: What a message without such a mark must reach: "想消失 那种谁都不记得我的消失" asks nothing.
UNMARKED_SURE, UNMARKED_WEIGHT = 0.1, 1.0
#: From so much on a kind stands before another that a pattern heard. Of 41 such lines by authors not trained on the
#: examples were right in 38 and the patterns in 3.
OUTRIGHT, OUTRIGHT_WEIGHT = 0.15, 0.5
#: What most people ask once they have told it, and how sure these must be: as frequent as they are, they are believed
#: sooner, with or without the mark of a question ("我哪有钱看心理医生"). Of 403 lines by an author not learned from 106
#: were heard rightly in place of 74, 18 wrongly in place of 10.
FREQUENT = frozenset(
    "what_to_say say_emergency hotline_ask why_care why_ask line_night line_private line_trace cost_care am_i_ill "
    "taken_away take_child police_how police_seen arrest how_long_come will_better my_fault worth deserve understand "
    "means_put report_me who_reads_detail contact_me no_secret affect_record work_know "
    "tp_means tp_ask_direct tp_tell_who tp_overreact tp_wake believe_me line_real "
    "tell_family call_police family_sad will_scold line_use debt_after meds_ask tp_first tp_police_worse tp_bluff "
    "tp_agree tp_what_send tp_answer_them tp_hate_me tp_my_blame tp_watch tp_found tp_said_yes".split()
)
#: The surer it is that something is asked, the less sure its kind need be: pairs of share and weight, of one's own
#: questions and of those for another. Of 132 lines by an author not learned from, of the kinds of the last two rows, 73
#: are heard so and 7 wrongly; of 2,854 messages of danger that ask nothing 4 are taken for a question.
FREQUENT_SURE = ((0.03, 0.5), (0.02, 1.0))
FOR_ANOTHER_SURE = ((0.06, 0.5), (0.03, 1.0))
#: A few words ("你不说就算了") mean too little.
FREQUENT_SHORTEST = 8
#: Of the labelled messages of danger reading every so-manieth is an example of no question.
EVERY = 10
#: Shorter messages mean too little by themselves.
SHORTEST = 4

Example = tuple[str, str, str]


def examples(folder: Path = EXAMPLES) -> list[Example]:
    """(text, kind, author) of `data/asked/<author>.yml`; ValueError naming the file when it is malformed."""
    rows = kept.examples(folder, "kinds with a list of examples each are wanted")
    return [(text, kind, author) for kind, text, author, _ in rows]


def others() -> list[Example]:
    """A sample of what customers say otherwise, as examples of no question; patterns of questions are left out."""
    from bot.conversation.questions import asked, is_open
    from bot.risk.data import load_utterances

    sample = [u for n, u in enumerate(load_utterances()) if n % EVERY == 0]
    return [(u.text, NONE, "utterances") for u in sample if not asked(u.text, u.third_party) and not is_open(u.text)]


@dataclass(frozen=True, slots=True)
class Guess:
    """The likeliest kind, how much of the whole it has (0-1), and by how much a question outweighs the rest."""

    kind: str
    share: float
    weight: float

    def believed(self, sure: float = SURE, weight: float = WEIGHT) -> str | None:
        """The kind where both are sure enough."""
        return self.kind if self.share >= sure and self.weight >= weight else None


@dataclass(frozen=True, slots=True)
class Asked:
    """The two trained machines."""

    which: intents.IntentModel
    whether: intents.IntentModel

    def guesses(self, texts: Sequence[str], meanings: Array | None = None) -> list[Guess]:
        """One guess a text; `meanings` spares the encoder when they are there already."""
        meanings = intents.meanings(texts) if meanings is None else meanings
        scores = self.whether.scores(texts, meanings)
        some = self.whether.names.index(SOME)
        return [
            Guess(which.name, which.confidence, float(row[some] - row[1 - some]))
            for which, row in zip(self.which.guesses(texts, meanings), scores, strict=True)
        ]


def fit(rows: Sequence[Example], rest: Sequence[Example]) -> Asked:
    """Train on examples of questions (and of what only looks like one) and on messages that are none."""
    kinds = [row for row in rows if row[1] != NONE]
    some = [(text, NONE if kind == NONE else SOME, author) for text, kind, author in (*rows, *rest)]

    def machine(part: Sequence[Example]) -> intents.IntentModel:
        texts = [text for text, _, _ in part]
        return intents.fit(texts, [kind for _, kind, _ in part], kept_meanings(texts))

    return Asked(machine(kinds), machine(some))


def path() -> Path:
    """Where the trained reader lives."""
    from bot.risk.files import models_dir

    return models_dir() / "intents" / "questions.npz"


def fingerprint() -> str:
    """Hash of what the reader is made from."""
    from bot.risk import data as utterances

    return kept.hash_of(
        (*sorted(EXAMPLES.glob("*.yml")), DATA / "questions.yml", Path(intents.__file__), Path(__file__)),
        utterances.fingerprint(),
    )


def stale() -> bool:
    """True when there is no reader of the present examples."""
    return kept.stale(path(), fingerprint)


def arrays(made: Asked) -> dict[str, Any]:
    """Both machines as one set of named arrays."""
    parts = {"which": made.which.arrays(), "whether": made.whether.arrays()}
    return {f"{name}.{key}": value for name, part in parts.items() for key, value in part.items()}


def of_arrays(kept_arrays: Mapping[str, Any] | None) -> Asked | None:
    """The machines of :func:`arrays`; None of None."""
    if kept_arrays is None:
        return None
    parts = [
        intents.IntentModel({k.removeprefix(f"{name}."): v for k, v in kept_arrays.items() if k.startswith(f"{name}.")})
        for name in ("which", "whether")
    ]
    return Asked(*parts)


def build() -> Path:
    """Trains both and writes them."""
    return kept.write(path(), fingerprint(), arrays(fit(examples(), others())))


@lru_cache(maxsize=1)
def reader() -> Asked | None:
    """What `build` wrote; None where nothing was trained: patterns alone hear questions then."""
    return of_arrays(kept.read(path()))


def meant(text: str, outright: bool = False) -> str | None:
    """The kind that the message means, None when it is none or unsure. `outright`: a pattern has heard a kind already,
    so only what is surer than a pattern counts. The encoder's pass is the one that read the intent."""
    known = reader()
    if known is None or len(text.strip()) < SHORTEST:
        return None
    guess = known.guesses([text])[0]
    return guess.believed(OUTRIGHT, OUTRIGHT_WEIGHT) if outright else decided(text, guess)


def often_asked(text: str) -> str | None:
    """The kind that the message means of those that most people ask once they have told it; only for a talk about
    danger, since a parcel that is late sounds like some of them. None when it is none of these."""
    known = reader()
    if known is None or len(text.strip()) < FREQUENT_SHORTEST:
        return None
    guess = known.guesses([text])[0]
    lines = FOR_ANOTHER_SURE if guess.kind.startswith("tp_") else FREQUENT_SURE
    sure = any(guess.believed(share, weight) for share, weight in lines)
    return guess.kind if sure and guess.kind in FREQUENT else None


def decided(text: str, guess: Guess, sure: float = SURE) -> str | None:
    """The kind that is believed of a message; one that bears no mark of a question must be surer."""
    if MARKED.search(simplify(text)):
        return guess.believed(sure)
    return guess.believed(max(sure, UNMARKED_SURE), UNMARKED_WEIGHT)


if __name__ == "__main__":
    sys.stdout.write(f"{build().name}\n")
