"""Choosing one wording among the variants of an utterance. Pure.

A variant in `bot/domain/responses_*.yml` looks like

    - text: 你妈妈走了以后，家里一定处处都是她。
      metadata: {esc: reflection, topic: grief, age: [adult, elder]}

Every key beside `esc` and `does` is a condition; a variant fits when all its conditions hold, and the one
with the most telling conditions wins. Texts already said in this case are out.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.conversation import inquiry, reach, suits
from bot.conversation.shop_facts import FACTS

#: How much each condition says about the fit.
WEIGHTS = {
    "heard": 16,
    "step": 12,
    "topic": 6,
    "named": 6,
    "who": 3,
    "age": 2,
    "mode": 2,
    "danger": 1,
    "night": 1,
    "need": 3,
    "goods": 5,
    "told": 9,
    "reach": 5,
    "lasting": 8,
    "about": 60,
    "also": 8,
    "order": 4,
    "form": 2,
    "asks": 16,
    "reply": 16,
    "brief": 1,
    "way": 40,
    "life": 12,
    "fear": 10,
    "within": 20,
}
#: The ESC strategies of Liu et al. 2021 that a bot may use; self-disclosure is not one of them.
STRATEGIES = (
    "question", "restatement", "reflection", "affirmation", "suggestion", "information", "other",
)  # fmt: skip
#: Steps whose own wording outranks every other condition.
EMERGENCY = frozenset({"emergency", "other_emergency"})
#: Steps whose own words go before all that fits the moment otherwise.
OWN_WORDS = EMERGENCY | {"other_down", "other_edge", "other_found", "other_arrived", "other_saved"}
#: What a sentence loses that asks beside its own what was told or asked.
ASKED_AGAIN = 8.0
#: Needed values that make a wording answer this very message; they outweigh a topic.
MIRRORS = {"pain": 8, "echo": 4, "person": 1, "beside": 9, "key": 12, "spot": 9}
#: Gaps that take up the customer's own words (a colour, a day, a thing), or say what the shop itself has told.
CLOSE = {
    "home_line": 20,
    "relay": 20,
    "line_hk": 20,
    "emergency_hk": 20,
    "consular": -2,
    "mention": 8,
    "asked": 8,
    "thing": 1,
    "spec": 2,
    "due": 2,
    **dict.fromkeys(FACTS, 6),
}
#: Acts that a sentence may carry beside its own; how completeness at level 4 is measured.
ACTS = ("keep_distance", "ask_companion", "ask_location", "ask_suicide_directly", "promise_followup", "stay_with")
PLACEHOLDER = re.compile(r"\{(\w+)\}")


#: Help that only a school has, and what naming it costs for who is not at one ("学校心理老师" to a woman of 52).
SCHOOL, ELSEWHERE = re.compile(r"学校|學校|心理老师|心理老師|辅导员|輔導員|\bschool\b", re.IGNORECASE), 40.0


@dataclass(frozen=True, slots=True)
class Variant:
    """One wording; `when` maps a condition to the values that satisfy it, `does` names the acts of :data:`ACTS`
    that the sentence carries beside its own."""

    text: str
    esc: str
    when: Mapping[str, tuple[str, ...]]
    does: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Moment:
    """What the wording must fit. `topics` and `about` (matters of `data/shop_talk.yml`) best first; `order`: the
    state of the order meant; `form`: asks | tells; `told`: what this message told; `lasting`: what is known of
    the talk (`has_doctor`, `swallowed` …); `reach`: near | far | unknown, where who speaks for another is; `asks`: the
    kind of question to be answered now (`data/questions.yml`); `reply`: how our own question or proposal was taken
    (`data/replies.yml`); `brief`: the message was a few words; `named`: things the message names (`data/named.yml`);
    `fill` holds values for placeholders; `shut`: topics of :mod:`bot.conversation.inquiry` not to be asked now;
    `asking`: the utterance is nothing but a question, so one that was answered or asked is left out; `way`: voice |
    text | person, how this person reaches help, `hush`: they can neither speak up nor shout, `life`, `fear`
    and `within` of `data/reach.yml`; `bare`: the talk is of a height and of no thing at hand; `school`: somebody at
    school, or of whom nothing else is known, may be sent to a teacher; `states`: no question may be asked."""

    heard: str = ""
    step: str = "none"
    topics: tuple[str, ...] = ()
    who: str = "self"
    age: str = ""
    mode: str = "service"
    danger: str = "calm"
    night: bool = False
    goods: str = "no"
    told: tuple[str, ...] = ()
    reach: str = "unknown"
    lasting: tuple[str, ...] = ()
    about: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    order: str = ""
    form: str = ""
    asks: tuple[str, ...] = ()
    reply: str = ""
    brief: str = "no"
    fill: Mapping[str, str] = None  # type: ignore[assignment]
    seed: str = ""
    shut: frozenset[str] = frozenset()
    asking: bool = False
    way: str = "voice"
    hush: bool = False
    school: bool = True
    bare: bool = False
    life: tuple[str, ...] = ()
    fear: tuple[str, ...] = ()
    within: str = ""
    states: bool = False


def parse(raw: Iterable[Mapping[str, Any]]) -> tuple[Variant, ...]:
    """Variants from a Rasa response list."""
    found = []
    for row in raw:
        meta = dict(row.get("metadata") or {})
        esc = str(meta.pop("esc", "other"))
        does = meta.pop("does", ())
        does = (does,) if isinstance(does, str) else tuple(map(str, does))
        when = {k: tuple(map(_word, v)) if isinstance(v, list) else (_word(v),) for k, v in meta.items()}
        found.append(Variant(str(row.get("text") or ""), esc, when, does))
    return tuple(found)


def _word(value: Any) -> str:
    return {True: "yes", False: "no"}.get(value, str(value)) if isinstance(value, bool) else str(value)


def score(variant: Variant, moment: Moment) -> float | None:
    """How well a variant fits; None when a condition does not hold."""
    total = 0.0
    if moment.who == "other" and {"topic", "told", "named", "life"} & variant.when.keys() and "who" not in variant.when:
        return None  # what the absent person went through is not the caller's own feeling
    if moment.who == "other" and "pain" in variant.when.get("need", ()) and "who" not in variant.when:
        return None
    if moment.step in OWN_WORDS and moment.step in variant.when.get("step", ()):
        total += 30.0  # the words that bring somebody to safety go before the fitting ones
    for key, allowed in variant.when.items():
        if key == "also":
            if not set(allowed) & set(moment.about):
                return None
            total += WEIGHTS[key]
            continue
        if key in {"topic", "about", "named", "life"}:
            ranked = {"topic": moment.topics, "about": moment.about, "named": moment.named, "life": moment.life}[key]
            place = next((i for i, t in enumerate(ranked) if t in allowed), None)
            if place is None:
                return None
            if key == "about" and "also" in variant.when:  # answers both, in whichever order they came
                place = min([place, *(i for i, t in enumerate(ranked) if t in variant.when["also"])])
            # Of several matters the first is answered, however well the words for a later one fit.
            total += WEIGHTS[key] - (20 * min(place, 2) if key == "about" else min(place, 4))
            continue
        if key in {"told", "lasting", "asks", "fear"}:
            if not set(allowed) & set(getattr(moment, key)):
                return None
        elif key == "need":
            if not all(moment.fill and moment.fill.get(n) for n in allowed):
                return None
            total += sum(MIRRORS.get(n, 0) for n in allowed)
            total += sum(CLOSE.get(n, 0) for n in allowed)
        else:
            actual = (
                "yes" if key == "night" and moment.night else "no" if key == "night" else getattr(moment, key, None)
            )
            if actual not in allowed:
                return None
        total += WEIGHTS.get(key, 1)
    return total


def choose(variants: Sequence[Variant], moment: Moment, said: Collection[str] = ()) -> tuple[str, Variant] | None:
    """The rendered text and its variant, or None when nothing fits that was not said already."""
    best: list[tuple[str, Variant]] = []
    top = -100.0
    if moment.asking and moment.who == "other":
        # the caller is not asked in place of the one they speak of, whatever was asked of that one already
        variants = [v for v in variants if "other" in v.when.get("who", ())] or variants
    for variant in variants:
        fit = score(variant, moment)
        if fit is None or fit < top:
            continue
        text = render(variant.text, moment.fill or {})
        if text is None or text in said or _quoted_before(variant.text, said):
            continue
        if moment.states and ("？" in text or "?" in text):
            continue
        if "way" not in variant.when and reach.unusable(text, moment.way, moment.hush):
            continue  # no call is asked of who cannot make one, no shout of who must not be heard
        if moment.bare and suits.OF_A_THING.search(text):
            fit -= suits.LOSES
            if fit < top:
                continue
        if not moment.school and SCHOOL.search(text):
            fit -= ELSEWHERE
            if fit < top:
                continue
        if moment.shut:
            fit -= _asked_again(variant.text, moment)
            if fit < top:
                continue
        if fit > top:
            best, top = [], fit
        best.append((text, variant))
    if not best:
        return None
    digest = hashlib.sha256(moment.seed.encode()).digest()
    return best[int.from_bytes(digest[:4], "big") % len(best)]


#: A question of theirs said back; a sentence around one is no new sentence around the next.
ASKED = "{asked}"


def _quoted_before(wording: str, said: Collection[str]) -> bool:
    """Whether the same words already stood around another question of theirs."""
    if ASKED not in wording:
        return False
    before, _, after = wording.partition(ASKED)
    return any(text.startswith(before) and text.endswith(after) for text in said)


def _asked_again(wording: str, moment: Moment) -> float:
    """What a sentence loses for asking what is not to be asked now; infinite where it must not be said at all."""
    topics = inquiry.of_wording(wording)
    shut = topics & moment.shut
    if not shut:
        return 0.0
    if not moment.asking:
        return ASKED_AGAIN
    if moment.step in EMERGENCY and shut < topics:
        return ASKED_AGAIN
    return math.inf


#: Who is spoken of, in wording that does not know them yet.
THEY = re.compile(r" ?TA ?")
#: "你", but not in "你们" or "您".
YOU = re.compile(r"你(?!们)")
QUOTED = re.compile(r"(“[^”]*”)")


def render(text: str, fill: Mapping[str, str]) -> str | None:
    """The text with its placeholders filled; None when a value is missing.

    `fill["ta"]` (她, 他) replaces "TA"; `fill["polite"]` turns 你 into 您 for an elder, but never in the
    customer's own words.
    """
    for name in PLACEHOLDER.findall(text):
        if not fill.get(name):
            return None
    if fill.get("ta"):
        text = THEY.sub(fill["ta"], text)
    if fill.get("polite"):
        # what is put into the customer's mouth stays as they would say it
        parts = QUOTED.split(text)
        text = "".join(part if part.startswith("“") else YOU.sub("您", part) for part in parts)
    return PLACEHOLDER.sub(lambda m: fill[m.group(1)], text)
