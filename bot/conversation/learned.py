"""What is heard by example, beside the lists; the plan takes whichever of these it is given. Pure.

Each is made by several authors' examples and believed only where it is sure (:mod:`bot.conversation.meant`,
:mod:`bot.conversation.theirs`, :mod:`bot.conversation.replied`, :mod:`bot.conversation.held`,
:mod:`bot.conversation.stands`). Without them, as in most unit tests, the lists alone decide.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

from bot.conversation import persons as people
from bot.conversation.about import about
from bot.conversation.hearing import Heard, hear, spaced

#: What an example of `data/held` may tell: professionals are there or called, somebody of their own is with them, they
#: are away from it, they are found and safe; or none of it.
KINDS, NONE = ("help", "with", "away", "safe"), "none"
#: Facts of the lists after which nobody urges any more, and the kinds of `data/held` that bear each out.
HELD = {
    "help_called": ("help", "safe"), "help_there": ("help", "safe"),
    "with_someone": ("with", "help", "safe"), "here": ("with", "help", "safe"),
    "stepped_back": ("away", "safe", "with", "help"), "means_none": ("away", "safe"),
}  # fmt: skip
#: What each kind tells where the lists heard nothing; `away` of who stood at an edge is a step back from it.
GIVES = {"help": "help_called", "safe": "help_there", "with": "with_someone", "away": "means_none"}
#: Moves of the lists that say the same.
HELD_MOVES = frozenset({"help_called", "at_hospital"})
#: Characters of a message that is one report.
LONGEST = 60
CLAUSES = re.compile(r"[，。！!？?；;…\s]*[，。！!？?；;…]+\s*|(?<=[\u4e00-\u9fff0-9])\s+")
#: The same with the question mark kept, and what is asked or supposed ("If I call the police they come with a gun").
STATEMENTS = re.compile(r"(?<=[?？])\s*|[，。！!；;…]+\s*|(?<=[\u4e00-\u9fff0-9])\s+|(?<=[a-z])[.,]\s+", re.IGNORECASE)
SUPPOSED = re.compile(
    r"[?？]|要是|如果|假如|万一|会不会|会唔会|要不要|该不该|能不能|是不是|(?:吗|么|咩)$"
    r"|\b(?:if|should|would|will they|can i)\b",
    re.IGNORECASE,
)
#: Somebody at work or asleep is no help on its way ("媳妇白天在医院学吸痰 这会儿打呼噜呢"), unless it was called.
ROUTINE = re.compile(r"打呼|睡(?:着|了|得|熟)|学得|白天|上(?:夜|白)?班|值(?:夜)?班|下班")
CALLED = re.compile(r"110|120|119|999|911|警|急救|救护|白车|打了|打通|接通|叫了|赶|到了|来了|在路上")
#: So outright that no example makes it doubtful: "打了110了 他还是不接"; what is only supposed is none.
CALLED_OUT = re.compile(
    r"(?<![没不要])(?:打|报|拨)(?:了|咗)(?:110|120|119|999|警察)(?:了|咗|喇)"
    r"|(?:110|120|119|999)(?:我|也|都|已经|刚)*(?:打|报|拨)(?:了|通|咗)(?![吗么没])"
    r"|(?<![没不要敢])报(?:了|咗)?警(?:了|咗)(?![吗么没会他她])"
    r"|(?<![没不])(?:在|正在)(?:打|拨)(?:着)?(?:110|120|119)(?![吗么?？])|(?:110|120|119)[^，。没不要]{0,4}(?:在打|打着)(?:了|呢|的)?"
    r"|(?:110|120|119)(?:那边)?(?:都|已经|就)?(?:说|讲)?(?:会|马上)?(?:派|来)人|已经?(?:派|出)(?:了)?警|转(?:到|给|去)?[^，。]{1,5}(?:派出所|警察|公安)(?:了|去了)"
    r"|(?:警察|民警|救护车|急救车|消防)(?:已经|己经|都|就|也|正)*在(?:路上|赶来|来的路上)(?:了)?(?![吗么])"
)
#: Words of the message beside which it was no call that brings anybody: it did not get through, was hung up, was long
#: ago, or was not made at all.
NO_CALL = re.compile(
    r"不通|没(?:人|有人)接|占线|忙音|挂(?:了|掉|断)|没(?:拨|打)|(?:打|拨|讲|说)了?一半|(?:他们|警察|人家)(?:也|都)?不管|不来|不肯来|不出警|也没用|不敢(?:打|报|拨|说|讲)"
    r"|(?:打|报|拨)[^，。]{0,3}不敢|[断掉]了? ?我不敢|其实|骗|假的|以前|上次|那次|去年|前年"
    r"|空号|打错|撤(?:销|案)|让(?:他|她)们(?:走|回|别)|打着玩|按不了|取消|不归|差点|没说|没敢|算了|别来|躲|不知道谁|查酒驾|演习|要赶|说我|在打我|打过来|早就|收钱|转给警察"
    r"|(?:房东|邻居|楼下有人|有人)[^，。给帮]{0,2}(?:报|打)(?:了)?(?:警|110|120)了"
    r"|之前|你们(?:报|打|拨)|你(?:报|打|拨)|[吗么咩]$|\b(?:hung up|no answer|last (?:time|year)|didn.?t)\b",
    re.IGNORECASE,
)
ONLY_SUPPOSED = re.compile(r"要是|如果|假如|万一|要不要|是不是|怕|等.{0,6}(?:再|就)|会不会|别|不想|不要")
#: Clauses of a long message that are read together, how far on the next begin, how often at most; the end weighs
#: most.
TOGETHER, STRIDE, MANY = 3, 2, 6
#: From this level on it is asked whether they are to be believed.
GRAVE = 2
#: From so much on somebody is dead or violent for good; below it the stretch must hold such a word, too.
FOR_GOOD = 0.9
LASTS = {
    people.GONE: re.compile(
        r"去世|过世|离世|病逝|(?<![骗赔输亏花])没了|走了[^，。]{0,3}[年月天]|不在了|葬|坟|头七|三七|离了|分手|分了|离婚|再婚|跑了|嫁"
    ),
    people.HURTS: re.compile(r"打|骂|逼|堵|砸|踹|扇|掐|踢|威胁|欺负|羞辱|赶我|滚|吼|拿我"),
}
#: Who once was theirs.
EXES = frozenset("前夫 前妻 前任 前男友 前女友".split())
#: Something that still holds them was named (:mod:`bot.conversation.lights`), and up to which level it is taken up.
STILL_HOLDS, HOLDS_MOST = "still_holds", 3
#: Whom nobody goes to.
SHUT = frozenset({people.REFUSED, people.HURTS, people.GONE, people.SILENT})
#: From so much on a standing is believed against the lists, where they hear one, and where they hear none; and of
#: whoever is only 他 or 她 (`python -m benchmarks standing`: authors unseen).
AGAINST, WHERE_NONE, OF_TA = 0.7, 0.5, 0.7


@dataclass(frozen=True, slots=True)
class Learned:
    """Readers by example. `kind(text, outright)`: the kind of a plain question; `often(text)`: the same of those that
    most people ask once they have told it; `theirs(text)`: log odds that a
    message of danger is about somebody else; `answer(topics, text)`: {topic: answer} of a message after our
    question for `topics`, as far as it is sure;
    `doubted(text)`: help, company or distance in the message is only spoken of, not there; `told(pieces)`: the kinds
    of it that the message, whole or in pieces, surely tells; `stands(stretches)`: how the person of each stretch
    (:func:`about`) stands to the writer, and how surely; `holds(text)`: it names something that still holds its
    writer."""

    kind: Callable[[str, bool], str | None] | None = None
    often: Callable[[str], str | None] | None = None
    theirs: Callable[[str], float | None] | None = None
    answer: Callable[[Sequence[str], str], dict[str, str]] | None = None
    doubted: Callable[[str], bool] | None = None
    told: Callable[[Sequence[str]], frozenset[str]] | None = None
    stands: Callable[[Sequence[str]], list[tuple[str, float]]] | None = None
    holds: Callable[[str], bool] | None = None

    def asked(self, text: str, outright: bool = False) -> str | None:
        """The kind of a plain question in a talk about danger."""
        found = self.kind(text, outright) if self.kind else None
        return found or (self.often(text) if self.often and not outright else None)

    def odds(self, text: str) -> float | None:
        """`theirs` of the text, None where nothing was trained."""
        return self.theirs(text) if self.theirs else None

    def believed(self, heard: Heard, text: str, level: int, known: Collection[str] = ()) -> Heard:
        """The message without what it only seems to tell of help, company or distance, and with what it surely
        tells. `known`: facts of the talk."""
        if level < GRAVE:
            return heard
        said = [clause for clause in CLAUSES.split(text) if not ONLY_SUPPOSED.search(clause)]
        if any(CALLED_OUT.search(clause) for clause in said) and not NO_CALL.search(text.strip()):
            moves = heard.moves if "help_called" in heard.moves else (*heard.moves, "help_called")
            return replace(heard, facts=heard.facts | {"help_called"}, moves=moves)
        facts = HELD.keys() & heard.facts
        if facts and self.doubted is not None and all(map(self.doubted, _told_in(text))):
            moves = tuple(move for move in heard.moves if move not in HELD_MOVES)
            return replace(heard, facts=heard.facts - facts, moves=moves)
        kinds = self.told(_pieces(text)) if self.told else frozenset()
        if ROUTINE.search(text) and not CALLED.search(text):
            kinds -= {"help"}
        given = {GIVES[kind] for kind in kinds}
        if "away" in kinds and "brink" in known:
            given.add("stepped_back")
        moves = heard.moves
        if "help" in kinds and not {"help_called", "help_there"} & {*known, *heard.facts}:
            moves = (*moves, "help_called")  # who has just called hears so, not a question
        return replace(heard, facts=heard.facts | given, moves=moves) if given else heard

    def placed(self, heard: Heard, known: Collection[str] = ()) -> Heard:
        """The message with the people in it where they stand; `known`: who was told of before."""
        if self.stands is None or not heard.plain:
            return heard
        text = spaced(heard.plain)
        if heard.mentions:
            at = [n for n, c in enumerate(text) if not c.isspace()]
            starts = {at[one.start] for one in heard.mentions}
            stretches = [
                about(text, at[one.start], at[one.end - 1] + 1, starts - {at[one.start]}) for one in heard.mentions
            ]
            found = self.stands(stretches)
            if not found:
                return heard
            mentions = tuple(
                one._replace(stands=surer(one.stands, *guess, text, one.name in EXES))
                for one, guess, text in zip(heard.mentions, found, stretches, strict=True)
            )
            persons = people.together(mentions)
            moves = heard.moves
            if all(stands in SHUT for stands in persons.values()):  # "不能叫我妈 她知道了只会骂我" asks no leave to go
                moves = tuple(move for move in moves if move not in {"may_i", "accept_help"})
            return replace(heard, mentions=mentions, persons=persons, person=people.best(persons), moves=moves)
        ta = re.search("[他她佢](?!们|哋)", text)
        if ta is None or not known or heard.persons:
            return heard
        guesses = self.stands([about(text, ta.start(), ta.end(), ())])
        sure = next((name for name, share in guesses if share >= OF_TA and name != people.NAMED), "")
        # 他 may be somebody who was never named: nobody is dead or violent for good by a pronoun
        return replace(heard, ta_stands={people.HURTS: people.REFUSED, people.GONE: ""}.get(sure, sure))


def surer(by_lists: str, by_example: str, share: float, stretch: str = "", ex: bool = False) -> str:
    """Which of two readings is believed; nobody dead, violent or unwanted is asked in for what examples hear."""
    if by_lists in people.LASTING | {people.REFUSED}:
        return by_lists
    if ex and by_example in people.OPEN:
        return by_lists  # "前夫就等着我出事" brings nobody
    if by_example in people.LASTING and share < FOR_GOOD:
        told = LASTS[by_example].search(stretch)
        if not (share >= AGAINST and told):
            return people.REFUSED if by_example == people.HURTS and share >= AGAINST else by_lists
    return by_example if share >= (WHERE_NONE if by_lists == people.NAMED else AGAINST) else by_lists


def _told_in(text: str) -> list[str]:
    """What is asked about: the message, or of a long one, which tells of more, the clauses that seem to tell so."""
    if len(text) <= LONGEST:
        return [text]
    parts = [part for part in CLAUSES.split(text) if HELD.keys() & hear(part).facts]
    return parts or [text]


def _pieces(text: str) -> list[str]:
    """What a message states, without what it asks or supposes; of a long one every few clauses together: "是表姐打的
    人家理了 问了地址" says what none says."""
    clauses = [part.strip() for part in STATEMENTS.split(text) if part.strip() and not SUPPOSED.search(part)]
    if len(text) <= LONGEST:  # as it stands where it supposes nothing: its meaning was read already
        return [text] if not SUPPOSED.search(text) else [" ".join(clauses)] if clauses else []
    return [" ".join(clauses[at : at + TOGETHER]) for at in range(0, max(1, len(clauses) - 1), STRIDE)][-MANY:]


NOTHING = Learned()
