"""Sentences for the person at the keyboard only: `data/cards.yml`, read and chosen. Pure.

The bot never says them, since they may hold blanks (`【填几天】`): what no system knows and a colleague fills in.
What is said back of the customer's own words comes from closed lists (persons, things, days) or from a short request
of a fixed form (:func:`asked_for`), never from free text. Nothing here judges danger.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from bot.copilot import counter

FILE = Path(__file__).resolve().parents[2] / "data" / "cards.yml"
LONGEST = 60
"""Characters of one message, as the outgoing guard counts them."""
BLANK = re.compile(r"【填([^【】]{0,12})】")
"""A gap that a colleague fills in. Nothing with one left is ever sent (console, page and door)."""
GAP = re.compile(r"\{(\w+)\}")
QUESTION = re.compile(r"[?？]")
_SENTENCE = re.compile(r"[^。！？!?]+[。！？!?]*")
#: Wishes that are said back: how they begin, what they may hold, and what never comes back from us.
_BEGINS = re.compile(
    r"^(?:那|就|请|麻烦|帮我|给我|能不能|可不可以|可以|能)*((?:(?:再|多)(?:来|加|配|要|寄|拿|补|放|包|发)|加|换|改成|补|配|备注|送到|寄到|放到|放在)"
    r"[\u4e00-\u9fff]{1,9}?)(?:吧|吗|嘛|呗|哈|啊|呀|行不行?|行吗|可以吗|就行|就好|好了|谢谢)*$"
)
_NEVER = re.compile(
    r"[我你您他她它谁哪什么怎几不没别死活杀药毒刀绳炭楼跳割命血疼痛哭骂滚想走离弃终]|客服|老板|机器|电话|号码|地址|链接|一次|机会"
)


@dataclass(frozen=True, slots=True)
class Words:
    """What a card may go by.

    Attributes:
        text: the customer's message; earlier: those before it, oldest first.
        about: matters of `data/shop_talk.yml`, the most telling first; before: the last messages with theirs, the
            latest first.
        order: state of the order meant; category: what the shop sells; asks: the message is a question; matter: it
            wants something of the shop; chat: it is a greeting, thanks or the like.
        story: what the story's first answer says; storied: the hardship told has wording of its own in the stories.
        fill: values of `{thing}`, `{spec}`, `{due}`.
        said: sentences of this talk, which do not come again.
        hushed: nothing is celebrated or laughed with, whatever the words are.
        kind, perhaps: the question of the counter that examples hear surely, and the one they hear at all.
    """

    text: str
    earlier: tuple[str, ...] = ()
    about: tuple[str, ...] = ()
    before: tuple[tuple[str, tuple[str, ...]], ...] = ()
    order: str = ""
    category: str = ""
    asks: bool = False
    matter: bool = False
    chat: bool = False
    story: str = ""
    storied: bool = False
    fill: Mapping[str, str] = field(default_factory=dict)
    said: Collection[str] = frozenset()
    hushed: bool = False
    kind: str = ""
    perhaps: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of a list: when it holds and what is said then."""

    when: re.Pattern[str] | None
    unless: re.Pattern[str] | None
    about: frozenset[str]
    order: frozenset[str]
    category: str
    asks: bool
    say: tuple[str, ...]
    first: bool = False

    def holds(self, text: str, about: Collection[str], words: Words) -> bool:
        """Whether all of the row's conditions hold for `text` and its matters, this message's or an earlier one's."""
        if self.when and not self.when.search(text):
            return False
        if self.unless and self.unless.search(" ".join((*words.earlier[-2:], words.text))):
            return False
        if self.about and not self.about & set(about):
            return False
        if self.order and (words.order or "none") not in self.order:
            return False
        return not (self.category and self.category not in words.category) and (not self.asks or words.asks)


@dataclass(frozen=True, slots=True)
class Sign:
    """One kind of quiet sign (see :mod:`bot.copilot.soft`)."""

    name: str
    rule: Rule
    heavy: bool
    meet: tuple[str, ...]
    ask: tuple[str, ...]
    plain: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lingering:
    """What is asked after a message that was felt and not believed: `back` takes it back, `sounds` sounds us out,
    `others` tell of somebody else, with what is asked then."""

    back: re.Pattern[str]
    sounds: re.Pattern[str]
    ask: tuple[str, ...]
    joke: tuple[str, ...]
    others: tuple[Rule, ...]

    def asks(self) -> Iterable[str]:
        """Every question."""
        yield from (*self.ask, *self.joke, *(one for rule in self.others for one in rule.say))


@dataclass(frozen=True, slots=True)
class Deck:
    """The compiled file."""

    people: tuple[tuple[str, str], ...]
    openers: tuple[Rule, ...]
    answers: tuple[Rule, ...]
    forms: tuple[Rule, ...]
    confirms: tuple[str, ...]
    rest: Mapping[str, tuple[str, ...]]
    signs: tuple[Sign, ...]
    unsure: Mapping[str, tuple[str, ...]]
    careful: tuple[str, ...]
    playful: re.Pattern[str]
    played: Mapping[str, tuple[str, ...]]
    handled: Mapping[str, str]
    calls: Rule
    hush: re.Pattern[str]
    lingering: Lingering

    def texts(self) -> Iterable[str]:
        """Every sentence of the file, for whoever checks them."""
        for rule in (*self.openers, *self.answers, *self.forms, self.calls):
            yield from rule.say
        for sign in self.signs:
            yield from (*sign.meet, *sign.ask, *sign.plain)
        for some in (*self.rest.values(), *self.unsure.values(), *self.played.values(), self.confirms, self.careful):
            yield from some
        yield from (*self.handled.values(), *self.lingering.asks())


def rule_of(row: Mapping[str, Any]) -> Rule:
    """One row, compiled; KeyError or re.error when it is wrong."""
    when, unless = row.get("when"), row.get("unless")
    return Rule(
        re.compile(str(when)) if when else None, re.compile(str(unless)) if unless else None,
        frozenset(row.get("about", ())), frozenset(row.get("order", ())), str(row.get("cat", "")),
        bool(row.get("asks", False)), tuple(map(str, row["say"])), bool(row.get("first", False)),
    )  # fmt: skip


def compile_deck(raw: Mapping[str, Any]) -> Deck:
    """The whole file, compiled; KeyError, TypeError or re.error when it is wrong."""

    def lines(part: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
        return {name: tuple(map(str, some)) for name, some in part.items()}

    signs = tuple(
        Sign(
            str(row["name"]), rule_of({**row, "say": ()}), bool(row.get("heavy", False)), tuple(row["meet"]),
            tuple(row["ask"]), tuple(row.get("plain", ())),
        )
        for row in raw["signs"]
    )  # fmt: skip
    playful, still = raw["playful"], raw["lingering"]
    return Deck(
        tuple(sorted(raw["people"].items(), key=lambda pair: -len(pair[0]))),
        tuple(map(rule_of, raw["openers"])), tuple(map(rule_of, raw["answers"])), tuple(map(rule_of, raw["forms"])),
        tuple(raw["confirms"]), lines(raw["rest"]), signs, lines(raw["unsure"]), tuple(raw["careful"]["ask"]),
        re.compile(playful["when"]),
        lines({"self": playful["self"], "other": playful["other"]}), dict(raw["handled"]), rule_of(raw["calls"]),
        re.compile(str(raw["hush"])),
        Lingering(
            re.compile(still["back"]), re.compile(still["sounds"]), tuple(still["ask"]), tuple(still["joke"]),
            tuple(map(rule_of, still["others"])),
        ),
    )  # fmt: skip


def deck(path: Path = FILE) -> Deck:
    """The project's own cards; a changed file counts from the next message on."""
    return _read(str(path), path.stat().st_mtime_ns)


@lru_cache(maxsize=2)
def _read(path: str, stamp: int) -> Deck:
    return compile_deck(yaml.safe_load(Path(path).read_text(encoding="utf-8")))


def blanks(text: str) -> list[str]:
    """What is still to be filled in, in order."""
    return BLANK.findall(text)


def filled(text: str) -> str:
    """The text as it may look once it is filled in: for guards that judge what a customer would read."""
    return BLANK.sub(lambda m: m.group(1) or "某", text)


def person(text: str, known: Deck) -> str:
    """How to call the person that a message is about, "" when nobody of the list is named."""
    return next((name for word, name in known.people if word in text), "")


def asked_for(text: str) -> str:
    """A small wish of a fixed form ("再配两个漂"), to be said back; "" when there is none that is safe."""
    for part in reversed([p for p in re.split(r"[，,。.！!？?；;~～\s]+", text.strip()) if p]):
        found = _BEGINS.match(part)
        if found and not _NEVER.search(found.group(1)):
            return found.group(1)
    return ""


def render(options: Sequence[str], fill: Mapping[str, str], said: Collection[str] = ()) -> str:
    """The first sentence all of whose gaps can be filled and that was not said yet, else ""."""
    for text in options:
        if all(fill.get(name) for name in GAP.findall(text)):
            made = GAP.sub(lambda m: fill[m.group(1)], text)
            if made not in said and len(made) <= LONGEST:
                return made
    return ""


def answer(words: Words, known: Deck) -> str:
    """The composed answer to an ordinary message: what is met first, the answer, the next step; "" without one."""
    who = person(words.text, known) or person(" ".join(words.earlier[-1:]), known)
    fill = {**words.fill, "who": who}
    body = _body(words, known, fill)
    head = _opener(words, known, fill, LONGEST - len(body or words.story))
    if not body and (not words.story or not head or head[:2] in words.story):
        return ""
    made = (head if head[:2] not in body else "") + (body or words.story)
    return "" if made in words.said else made


def subdued(words: Words, known: Deck) -> bool:
    """Whether nothing may be celebrated or laughed with: a quiet sign or a hard word stands here or just before."""
    near = (words.text, *words.earlier[-3:])
    return words.hushed or any(
        known.hush.search(text) or any(s.rule.holds(text, (), words) for s in known.signs) for text in near
    )


def _opener(words: Words, known: Deck, fill: Mapping[str, str], room: int) -> str:
    if subdued(words, known):
        return ""
    for rule in known.openers:
        if rule.holds(words.text, words.about, words):
            head = render(rule.say, fill, words.said)
            if head and len(head) <= room:
                return head
    return ""


def _body(words: Words, known: Deck, fill: Mapping[str, str]) -> str:
    """What is asked now goes before what was asked a moment ago, which a mere remark goes on with."""

    def found(text: str, about: Collection[str], rules: Iterable[Rule]) -> str:
        made = (render(rule.say, fill, words.said) for rule in rules if rule.holds(text, about, words))
        return next((one for one in made if one), "")

    if danger := found(words.text, words.about, [rule for rule in known.answers if rule.first]):
        return danger
    kinds = counter.answers()
    if sure := render(kinds.get(words.kind, ()), fill, words.said):
        return sure
    if now := found(words.text, words.about, known.answers):
        return now
    if wish := asked_for(words.text):
        return render(known.confirms, {**fill, "asked": wish}, words.said)
    if perhaps := render(kinds.get(words.perhaps, ()), fill, words.said):
        return perhaps
    if form := found(words.text, (), known.forms):
        return form
    if words.chat:
        return ""
    # What was told to be wrong a moment ago is still wrong; of other matters only that they are in hand is said.
    for text, about in words.before:
        if then := found(text, (), [rule for rule in known.answers if rule.when and not rule.about]):
            return then
        if not words.asks and (done := next((known.handled[one] for one in about if one in known.handled), "")):
            return render([done.rstrip("。") + "，有准信马上告诉您。"], fill, words.said)
    return render(known.rest["asks" if words.asks else "tells"], fill, words.said) if _open(words) else ""


def _open(words: Words) -> bool:
    """A matter that no list knows, so that its answer is left to the person."""
    return words.matter and not words.about


def without_question(text: str) -> str:
    """The text without the sentences that ask."""
    return "".join(one for one in _SENTENCE.findall(text) if not QUESTION.search(one))


def nothing_left(text: str) -> bool:
    """Whether no blank is left to be filled in."""
    return BLANK.search(text) is None
