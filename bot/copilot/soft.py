"""The policy of the first card where the reader is unsure: never pass by, never sell, ask gently. Pure.

A level is a line drawn through a probability. Below it (levels 0 and 1) the reader may still have seen something: a
probability that is not low, a soft signal, a hardship, an arrangement for the time after. Then the first card meets
the person, says that the shop matter is taken care of and asks about the person, in one message; a question about
dying is put only from level 1 on and only where the sign is heavy. The same holds at level 2 where everything around
it is banter: one question that leaves both answers open.

Held by tests/unit/test_copilot_soft.py; why: docs/decisions/0023-first-card.md.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from bot.copilot.cards import LONGEST, QUESTION, Deck, Sign, Words, answer, render, without_question
from bot.copilot.lead import MEETS
from bot.copilot.types import Candidate, Moment

UNSURE, SURELY_SHOP = 0.25, 0.4
"""The second where examples surely hear an ordinary question of the shop, and no sign and no feeling stands beside it.
From this probability of level 2 or more (the reader's calibrated score) a message of level 0 is not passed by."""
BACK, STILL, ADDED = 0.25, 0.4, 0.55
"""From so much left of earlier messages (`Moment.lingers`) the door stays open: to who takes it back or sounds us out,
to who brings no matter of the shop, and, once two messages were felt, whatever comes."""
HEAVY = 0.5
"""From this one at level 1 the question is put plainly beside any sign; without a sign it leaves both answers open."""
LIGHT = 0.9
"""Below this one a message of level 2 among banter may be asked about in both directions."""
FAINT, LAUGHED = 0.3, 0.8
"""Where a level 2 or 3 stands on words alone (「急得要上吊」): below this probability of the learned readers in the
whole talk, or below the second beside laughter, the question leaves both answers open."""
MANY = 4
"""So many kinds of quiet signs in one window weigh like a heavy one."""
MOST_GENTLE = 2
"""So often the person is asked gently in a talk of level 0; more would be pestering."""
#: Questions of the shop whose answer must not be the last word (docs/safety/labels.md: product danger).
CAREFUL = frozenset({"ask_effect", "ask_strength", "ask_hard_to_get", "evade_purpose"})
LOW = 0.05
"""Below this one a mere remark about such goods is left to the story."""
GENTLE, PLAIN = "utter_ask_more", "utter_ask_suicide_directly"
#: Whoever asks this before they speak gets a straight answer, which is the story's.
SOUNDS = frozenset({"ask_family", "ask_police"})
ANSWERS = frozenset({"utter_answer_question", "utter_answer_plain"})
STRAIGHT = "utter_answer_plain"
NOT_COMPOSED = CAREFUL | SOUNDS
#: Hardships told in the messages just before that somebody should meet, however calm the next question is.
JUST_TOLD = 2
_HARD = frozenset({"out_of_work", "parted", "pet_gone", "bereaved", "exam_lost", "newborn_alone", "burden", "shamed"})
#: Losses that a learned reader takes for a wish: met, and asked about gently, until something is said in words.
_LOSSES = frozenset({"pet_gone", "bereaved"})
#: Signals of a message that are no mere words.
_DONE = frozenset({"preparation", "attempt_past", "self_injury", "goodbye"})
#: Signs by which a person is asked about once the message itself is merry.
_LOUD = frozenset({"leaving", "kept_away", "burden"})


def sign_of(words: Words, known: Deck, back: int = 1) -> Sign | None:
    """The first kind of quiet sign in the message, else in the `back` messages before it."""
    return next(_signs(words, known, back), None)


def heavy_of(words: Words, known: Deck, back: int = 3) -> Sign | None:
    """A heavy sign in the message or before it: what was arranged three messages ago is not over by small talk."""
    found = list(_signs(words, known, back))
    heavy = next((one for one in found if one.heavy), None)
    return heavy or (found[0] if len({one.name for one in found}) >= MANY and found[0].plain else None)


def _signs(words: Words, known: Deck, back: int) -> Iterator[Sign]:
    for text in (words.text, *reversed(words.earlier[-back:] if back else ())):
        yield from (sign for sign in known.signs if sign.rule.holds(text, (), words))


def doubt(moment: Moment, sign: Sign | None, heavy: bool = False, quiet: bool = False, shop: bool = False) -> str:
    """ "" (nothing to ask about) | gentle | both (in jest or not?) | plain. `moment.merry`: laughter or good news in
    the message itself; `quiet`: it is a plain matter of the shop with nothing felt in it, told after a trouble;
    `shop`: examples surely hear an ordinary question in it."""
    if moment.mode not in {"service", "support"} or moment.level > 1:
        return ""
    loud = sign is not None and sign.name in _LOUD
    if moment.level == 1 and quiet:
        return ""
    if moment.level == 0:
        if moment.merry and not loud:
            return ""
        unsure = SURELY_SHOP if shop else UNSURE
        return "gentle" if sign or moment.score >= unsure or moment.signals else ""
    if moment.score >= HEAVY and not sign:
        return "both"
    return "plain" if heavy or (sign is not None and sign.plain and moment.score >= HEAVY) else "gentle"


def first_card(moment: Moment, words: Words, known: Deck, planned: Sequence[Candidate]) -> Candidate | None:
    """The card that goes before all others where there is doubt; None where there is none."""
    if moment.mode in {"care", "other"} and (_banter(moment, words, known) or _faint(moment, words, known)):
        text = render(known.played["other" if moment.mode == "other" else "self"], words.fill, words.said)
        return Candidate(text, "question", GENTLE, "soft") if text else None
    risky = moment.heard in CAREFUL and (words.asks or moment.score >= LOW)
    if risky and any(one.action == "utter_ask_purpose" for one in planned):
        return _joined([_plain_text(planned)], known.careful, words.said, GENTLE)
    if grieving := _grieving(moment, words, known):
        return grieving
    heavy = heavy_of(words, known, 3 if moment.level else 1)
    sign = sign_of(words, known, 3 if moment.level else 0)
    if sign is None and not moment.level and not moment.merry and not _asked(words.said, known):
        # "公司上周把我们组都裁了 / 28寸装得下一床被子不": nobody has met it yet
        before = sign_of(words, known, JUST_TOLD)
        sign = before if before is not None and before.name in _HARD else None
    quiet = quiet_matter(moment, words, known) and not heavy
    how = doubt(moment, heavy or sign, heavy is not None, quiet, bool(words.kind))
    if how != "plain" and (still := _still_open(moment, words, known, planned)):
        return still
    if not how or (moment.level == 0 and _asked(words.said, known) >= MOST_GENTLE):
        return None
    told = next((one for one in planned if one.action in MEETS), None) if words.storied else None
    if told and how != "plain" and QUESTION.search(told.text):
        return replace(told, source="soft")  # the story meets this very hardship and asks already
    own = sign or Sign("", known.calls, False, known.unsure["meet"], known.unsure["ask"], known.unsure["plain"])
    meets = [render(own.meet, words.fill, words.said), render(known.unsure["meet"], words.fill, words.said)]
    # Goods are not promised to somebody who may want them for themselves; who is leaving is no matter of the shop.
    does = (
        ""
        if heavy
        else _done(words, known)
        if words.about or words.matter or any(about for _, about in words.before)
        else ""
    )
    if not sign and not told:  # only the probability: the answer itself, and a question beside it
        meets, does = [without_question(answer(words, known)) or _plain_text(planned), meets[0]], ""
    if told and without_question(told.text):
        meets.insert(0, without_question(told.text))
    straight = next((one for one in planned if one.action in ANSWERS), None)
    if straight and how != "plain" and without_question(straight.text):
        meets.insert(0, without_question(straight.text))  # "这些话谁看得到" is answered before anybody is asked
    who = heavy or own
    asks, action = (who.plain or known.unsure["plain"], PLAIN) if how == "plain" else (who.ask, GENTLE)
    asks = known.unsure["both"] if how == "both" else asks
    for meet in (*filter(None, meets), ""):
        for done in dict.fromkeys((does, "")):
            if found := _joined([meet, done], (*asks, *known.unsure["ask"]), words.said, action):
                return found
    return None


def _joined(parts: Sequence[str], asks: Sequence[str], said: Collection[str], action: str) -> Candidate | None:
    """The parts and the first question that was not put yet, as one message."""
    head = "".join(parts)
    for ask in asks:
        text = head + ask
        fits = len(text) <= LONGEST and len(QUESTION.findall(text)) == 1
        if fits and ask not in said and text not in said:
            return Candidate(text, "question", action, "soft")
    return None


def _done(words: Words, known: Deck) -> str:
    """The shop matter beside a trouble, in a few words: this message's, else the one that it goes on with."""
    for about in (words.about, *(some for _, some in words.before)):
        if found := next((known.handled[one] for one in about if one in known.handled), ""):
            return found
    return known.handled["other"] if words.matter else ""


def _plain_text(planned: Sequence[Candidate]) -> str:
    return next((without_question(one.text) for one in planned if without_question(one.text)), "")


def _asked(said: Collection[str], known: Deck) -> int:
    """How many of our gentle questions were put in this talk."""
    every = {ask for sign in known.signs for ask in sign.ask} | set(known.unsure["ask"]) | set(known.lingering.asks())
    return sum(any(text.endswith(ask) for ask in every) for text in set(said))


def quiet_matter(moment: Moment, words: Words, known: Deck) -> bool:
    """A plain matter of the shop with nothing felt in it: who told of a trouble before is not asked again with it. What
    only examples hear as one is none after a quiet sign."""
    felt = moment.score >= UNSURE or moment.signals or moment.lingers >= STILL
    if felt or not moment.matter or sign_of(words, known, 0):
        return False
    return bool(words.about) or bool(words.kind and sign_of(words, known, 3) is None)


def _grieving(moment: Moment, words: Words, known: Deck) -> Candidate | None:
    """A death was told and danger only felt, or "没了" taken for a wish: nobody is asked about their own death for
    having buried a dog."""
    told = moment.worded and moment.learned >= LAUGHED
    if moment.level != 2 or moment.mode != "care" or moment.grave or told or moment.score >= LIGHT:
        return None
    loss = next((one for one in _signs(words, known, 1) if one.name in _LOSSES), None)
    return _joined([render(loss.meet, words.fill, words.said)], loss.ask, words.said, GENTLE) if loss else None


def _still_open(moment: Moment, words: Words, known: Deck, planned: Sequence[Candidate]) -> Candidate | None:
    """The card after a message that was felt and not believed: the matter is answered and the door stays open, also
    for who takes it back. A danger that is somebody else's is asked about as theirs."""
    if moment.level > 1 or moment.mode not in {"service", "support"}:
        return None
    door, near = known.lingering, " ".join((*words.earlier[-2:], words.text))
    back, sounds = door.back.search(words.text), moment.heard in SOUNDS or door.sounds.search(words.text)
    felt_now = moment.score >= UNSURE
    other = next((rule for rule in door.others if rule.holds(near, (), words)), None)
    matter = bool(words.about) or moment.matter
    holds = moment.lingers >= (BACK if back or sounds else ADDED if matter else STILL)
    holds = holds and bool(back or sounds or not matter or moment.times > 1)
    if not (holds or (felt_now and other)) or (felt_now and not other):
        return None
    if not (back or sounds or other) and _asked(words.said, known):
        return None  # they were asked, and this is what they had to say
    asks = other.say if other else door.joke if back and known.playful.search(words.text) else door.ask
    straight = [one for one in planned if one.action == STRAIGHT]
    calm = replace(words, hushed=True)
    told = without_question(answer(calm, known)) or _done(words, known) if words.about or not back else ""
    told = _plain_text(straight or planned) if sounds else told
    meets = [] if other else [told]
    for meet in (*filter(None, meets), ""):
        if found := _joined([meet], asks, words.said, GENTLE):
            return found
    return None


def _banter(moment: Moment, words: Words, known: Deck) -> bool:
    """Everything around a level 2 sounds like play, and the reader is not sure of it."""
    return moment.level == 2 and moment.score < LIGHT and not moment.grave and _plays(words, known)


def _plays(words: Words, known: Deck) -> bool:
    return bool(known.playful.search(" ".join((*words.earlier[-3:], words.text))))


def _faint(moment: Moment, words: Words, known: Deck) -> bool:
    """A level 2 or 3 by words of the lists that the learned readers find ordinary; what was done is no mere word."""
    if moment.level not in {2, 3} or (moment.level == 3 and _DONE & set(moment.signals)):
        return False
    return moment.learned < (LAUGHED if moment.level == 3 and _plays(words, known) else FAINT)
