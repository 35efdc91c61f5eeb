"""How our own question was answered, by example: one small machine a topic, taught by several authors.

Lists of answers fail on strangers: "中", "备着 在床下", "喺手袋", "我妈牧区的 来不了", "说了三回了你光问". So for each
topic of :mod:`bot.conversation.inquiry` a kernel machine (:mod:`bot.conversation.intents`) on `data/answered` says
which answer a message is, that it complains of being asked again (`told`), or that it answers something else (`other`).
Figures with the authors kept apart: `python -m benchmarks answered`.

`python -m bot.conversation.replied` trains them, in seconds; `zaoan train` does so when needed.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np

from bot.conversation import intents, kept
from bot.conversation.answered import DENIAL
from bot.conversation.hearing import DATA
from bot.conversation.insisted import EXPLAINED
from bot.conversation.meanings import kept_meanings

EXAMPLES = DATA / "answered"
ANY, TOLD, OTHER = "any", "told", "other"
#: From this probability on an answer is believed; a complaint, and an answer after which nothing more is asked, from
#: this one.
SURE, SURER = 0.7, 0.8
MUST_BE_SURER = frozenset({TOLD, "none", "no", "clear"})
#: What every complaint of being asked again says in one way or another; without it "在听吗" would be one.
COMPLAINS = re.compile(
    r"说|讲|講|问|問|答|写|寫|回|看|听|聽|遍|次|又|重复|重複|前面|上面|刚才|頭先|复读|跳针|again|already|told|said|ask|read|above"
    r"|earlier|repeat|listen|times",
    re.IGNORECASE,
)
BEFORE = re.compile(
    r"过了|過了|过啦|過|了吗|了啊|咗|[两三四五六七八九十百几\d]+(?:遍|次|回)|又|还问|重复|重複|前面|上面|刚才|刚刚|頭先|复读|跳针|没看|沒看|看没看"
    r"|冇睇|不看|头一句|第一句|again|already|told|said|above|earlier|repeat|times|don.?t read|not listening",
    re.IGNORECASE,
)
#: What a longer message must say for "I am safe": "等谷子晒干进仓 他闲下来了" only sounds like it.
SAFE, SAFE_BRIEF = "safe", 10
SAFE_CUE = re.compile(
    r"安全|没事|沒事|冇事|在家|家里|家裡|屋|床|沙发|沙發|坐|躺|宿舍|旁边|旁邊|身边|身邊|陪|还好|還好|还行|没有|沒有|冇|不会|不會|能|可以|嗯|退|离开|離開|下来|下來|回来了"
    r"|\b(?:safe|ok|okay|fine|home|yes|here|bed|inside)\b",
    re.IGNORECASE,
)
PARCEL = re.compile(r"物流|快递|快遞|单|單|货|貨|退回|拦截|攔截|包裹")
#: A longer message tells more than an answer; what it tells is read as usual.
LONGEST = 60
#: Who explains that nobody wants to die takes more words ("不是我！是柳如烟！我写短剧的……"); a long one must be surer.
LONGEST_DENIAL, SUREST = 140, 0.9
#: A no that says what it was in place of danger ("不是，我是去捐一个肾给我弟"), from so many characters and this
#: probability on: of authors unseen 4 of 240 halves of a no are taken for one.
CERTAIN, EXPLAINS = 0.97, 12

Example = tuple[str, str, str, str]


def examples(folder: Path = EXAMPLES) -> list[Example]:
    """(topic, class, text, author) of `data/answered/<author>.yml`; ValueError naming the file when it is malformed."""
    wanted = "`topic.answer` with a list of examples each is wanted"
    found: list[Example] = []
    for key, text, author, file in kept.examples(folder, wanted):
        topic, dot, kind = key.partition(".")
        if not dot:
            raise ValueError(f"{file}: {wanted}")
        found.append((topic, kind, text, author))
    return found


def of_topic(rows: Sequence[Example], topic: str) -> list[Example]:
    """The examples that teach one topic's machine: its own, and those that answer any question or none."""
    return [row for row in rows if row[0] in {topic, ANY}]


def topics(rows: Sequence[Example]) -> list[str]:
    """Every topic that has examples."""
    return sorted({row[0] for row in rows} - {ANY})


def fit(rows: Sequence[Example]) -> dict[str, intents.IntentModel]:
    """One machine a topic."""
    texts = sorted({row[2] for row in rows})
    known = dict(zip(texts, kept_meanings(texts, path().with_name("answers-meanings.npz")), strict=True))
    made = {}
    for topic in topics(rows):
        part = of_topic(rows, topic)
        words = [row[2] for row in part]
        made[topic] = intents.fit(words, [row[1] for row in part], np.stack([known[t] for t in words]))
    return made


def path() -> Path:
    """Where the trained machines live."""
    from bot.risk.files import models_dir

    return models_dir() / "intents" / "answers.npz"


def fingerprint() -> str:
    """Hash of what the machines are made from."""
    return kept.hash_of((*sorted(EXAMPLES.glob("*.yml")), Path(intents.__file__), Path(__file__)))


def stale() -> bool:
    """True when there are no machines of the present examples."""
    return kept.stale(path(), fingerprint)


def build() -> Path:
    """Trains all and writes them."""
    arrays = {f"{t}.{key}": value for t, made in fit(examples()).items() for key, value in made.arrays().items()}
    return kept.write(path(), fingerprint(), arrays)


@lru_cache(maxsize=1)
def reader() -> dict[str, intents.IntentModel]:
    """What `build` wrote; empty where nothing was trained: lists alone read answers then."""
    arrays = kept.read(path()) or {}
    names = sorted({k.partition(".")[0] for k in arrays})
    return {
        t: intents.IntentModel({k.removeprefix(f"{t}."): v for k, v in arrays.items() if k.startswith(f"{t}.")})
        for t in names
    }


def answered(asked: Sequence[str], text: str) -> dict[str, str]:
    """{topic: answer} for the topics our last sentence asked for, as far as sure; `told` and `other` are answers, too.
    The encoder's pass is the one that read the intent."""
    machines = reader()
    if not machines or not text.strip():
        return {}
    found = {}
    for topic in asked:
        long = len(text) > LONGEST
        if topic in machines and len(text) <= (LONGEST_DENIAL if topic == DENIAL else LONGEST):
            guess = machines[topic].guesses([text])[0]
            if topic == SAFE and guess.name == "yes" and len(text) > SAFE_BRIEF and not _safe(text):
                continue
            if guess.name == TOLD and not (COMPLAINS.search(text) and BEFORE.search(text)):
                continue
            if topic == DENIAL and guess.name == "clear" and guess.confidence >= CERTAIN and len(text) >= EXPLAINS:
                found[topic] = EXPLAINED
            elif guess.confidence >= (SUREST if long else SURER if guess.name in MUST_BE_SURER else SURE):
                found[topic] = guess.name
    return found


def _safe(text: str) -> bool:
    return bool(SAFE_CUE.search(text)) and not PARCEL.search(text)


if __name__ == "__main__":
    sys.stdout.write(f"{build().name}\n")
