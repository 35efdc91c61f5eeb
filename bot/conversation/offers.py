"""Candidates for the person at the keyboard: from the stories, from the library, from the merchant.

The choice itself is pure (`bot.copilot`); this is what needs Rasa: what the bot would say is predicted on
a copy of the tracker, wording is chosen by the same generator that speaks.
"""

from __future__ import annotations

import math
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from rasa.shared.core.trackers import DialogueStateTracker

from bot import copilot
from bot.conversation import counter, inquiry, lingering, shop_plan
from bot.conversation import variants as var
from bot.conversation.explained import DOUBT
from bot.conversation.hearing import simplify
from bot.conversation.nlg import guard, moment_of, traditional
from bot.conversation.scope import TurnScope
from bot.conversation.shop_plan import CHATTY, LIGHT_HEARTED, SHOP
from bot.conversation.shop_talk import listen, lists
from bot.conversation.wording import READS_CHINESE
from bot.copilot import cards
from bot.copilot.advice import RESERVE, SEARCHED, further
from bot.copilot.library import match

Wording = Callable[[str], Awaitable[copilot.Candidate | None]]
#: Signals of a message that keep a card of level 0 from passing a person by.
SOFT = frozenset(
    {"distress", "life_event", "illness", "isolation", "burden", "goodbye", "preparation", "ideation_passive",
     "ideation_active", "self_injury", "attempt_past"}
)  # fmt: skip
#: Signals of a talk after which nothing is taken for banter.
GRAVE = frozenset({"in_progress", "goodbye", "plan", "preparation", "attempt_past", "self_injury", "intent"})
ASKED = re.compile(r"(?:[吗么呢没不？?]|多少|几[个天点]|怎么[办弄]|哪[个款里])[呀啊哈]*$")
"""How a message ends that wants an answer; a question word inside a remark wants none."""
#: The direct question, and the one that follows where the wish was told unasked.
DIRECT, SAFETY = "utter_ask_suicide_directly", "utter_ask_safety_now"
#: What was put to the customer, or told by them, after which no first question is due.
PUT = frozenset({"suicide", "confirm", "safety_direct", "safety_now", "safety", "emergency"})
DENIED = frozenset({"suicide_denied", "not_to_die"})
WINDOW, UNREAD = 4, -8.0
"""Where the window's logits begin in the talk's `strongest` (bot/risk/known.py), and the logit of what was not read."""
LATEST = 3
"""So many messages back a remark may go on with."""


def unasked(memory: Mapping[str, Any], other: bool = False) -> str:
    """The question that nobody has put yet to a customer in danger, or to who fears for another (`other`); "" where one
    was put or answered."""
    if other:
        return "" if any(name.startswith(inquiry.OTHER) for name in memory.get("inquired", ())) else SAFETY
    told = memory.get("told", {}).keys()
    if PUT & memory.get("asked", {}).keys() or DENIED & told:
        return ""
    return SAFETY if "suicide" in told else DIRECT


def learned(talk: Mapping[str, Any]) -> float:
    """The most that the learned readers made of any message or window of the talk, 0-1; 1 where the encoder read none,
    so that nobody is doubted because a file is missing."""
    strongest = list(talk.get("strongest") or ())
    if len(strongest) < WINDOW + 4 or max(strongest[0], strongest[WINDOW]) <= UNREAD:
        return 1.0
    return 1 / (1 + math.exp(-max(strongest[1], strongest[WINDOW + 1])))


def moment_for(scope: TurnScope, text: str = "") -> copilot.Moment:
    """The part of a turn that suggestions go by."""
    if scope.plan is None:
        return copilot.Moment(scope.level, score=scope.score)
    heard = scope.plan.heard
    about = scope.plan.shop.get("about") or [""]
    matter = heard in SHOP - CHATTY and about[0] not in {"apology", "ok_then", "keep_it"}
    return copilot.Moment(
        scope.level, scope.plan.mode, scope.plan.danger, matter, heard, scope.score,
        tuple(sorted(SOFT & set(scope.signals))), bool(LIGHT_HEARTED & set(listen(text).asides)),
        bool(GRAVE & set(scope.talk.get("seen") or ())), *lingering.left(scope.plan.memory),
        bool(DOUBT & set(scope.talk.get("spoken") or ())), learned(scope.talk),
    )  # fmt: skip


def words_for(text: str, scope: TurnScope, planned: Sequence[copilot.Candidate]) -> cards.Words:
    """What the cards for the person alone go by: the message, the ones before it, and values of closed lists."""
    made, text = scope.plan, simplify(text)
    memory = made.memory if made else scope.memory
    earlier = tuple(simplify(str(one)) for one in scope.talk.get("recent") or ())[-LATEST - 1 :]
    earlier = earlier[:-1] if earlier and text.startswith(earlier[-1]) else earlier[-LATEST:]
    heard = listen(text)
    fill = shop_plan.values(made.to_dict(), memory, scope.orders, scope.category, {}) if made else {}
    kinds = " ".join((scope.category, *(str(o.get("category") or "") for o in scope.orders)))
    story = next((one.text for one in planned if one.action == "utter_normal_service"), "")
    storied = bool(made and lists().groups["stories"].keys() & set(made.shop.get("about") or ()))
    kept = {name: value for name, value in fill.items() if name in {"thing", "spec", "due"}}
    now, said = moment_for(scope), frozenset(memory.get("said", ()))
    kind, perhaps = counter.kinds(text) if now.level <= 1 else ("", "")
    if memory.get("traditional"):
        said |= {simplify(one) for one in said}
    return cards.Words(
        text, earlier, heard.matters, tuple((one, listen(one).matters) for one in reversed(earlier[-2:])),
        fill.get("order", ""), kinds, heard.asks, now.matter or bool(heard.matters or ASKED.search(text)),
        now.heard in CHATTY and not heard.matters, story, storied, kept | _named(heard.thing), said,
        kind=kind, perhaps=perhaps,
    )  # fmt: skip


class Offers:
    """Gathers candidates for one loaded domain."""

    def __init__(self, responses: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
        names = {name for some in SEARCHED.values() for name in some}
        parsed = {name: var.parse(rows) for name, rows in responses.items() if name in names}
        # A sentence with a gap to fill is for the generator, which knows what goes in.
        self._variants = {
            (name, one.text): one
            for name, some in parsed.items()
            for one in some
            if not var.PLACEHOLDER.search(one.text)
        }
        self._library = copilot.Library((name, text, one.esc) for (name, text), one in self._variants.items())

    async def gather(
        self, text: str, tracker: DialogueStateTracker, scope: TurnScope, planned: Sequence[copilot.Candidate],
        wording: Wording, own: Sequence[copilot.Phrase], blocked: list[tuple[str, str]],
    ) -> list[copilot.Hint]:  # fmt: skip
        """Three to five hints for a customer's `text`.

        `planned` is what the bot would say, `wording` makes the wording of an act, `own` are the merchant's
        phrases; (action, reason) of what the guard refuses is added to `blocked`.
        """
        now = moment_for(scope, text)
        said = set((scope.plan.memory if scope.plan else scope.memory).get("said", ()))

        def usable(one: copilot.Candidate) -> bool:
            # a card's blanks are filled in by a person, so what is judged is what a customer would read
            whole = cards.filled(one.text) if one.source in {"card", "soft"} else one.text
            found = guard().judge(whole, scope.guard_level, said)
            if not found.ok:
                blocked.append((one.action, found.reason))
            elif not copilot.fits(one, now):
                blocked.append((one.action, "gate"))
                return False
            return found.ok

        async def made(names: Sequence[str]) -> list[copilot.Candidate]:
            return [one for name in names if (one := await wording(name)) is not None and usable(one)]

        memory = scope.plan.memory if scope.plan else scope.memory
        front = copilot.lead(planned, now)
        if not front and now.mode in {"care", "other"} and (question := unasked(memory, now.mode == "other")):
            front = copilot.asking(planned, now, next(iter(await made([question])), None))
        ours = []
        if memory.get("language", "zh") in READS_CHINESE:
            words = words_for(text, scope, planned)
            ours = [_in_script(one, scope) for one in copilot.personal(now, words, planned)]
        candidates = [*ours, *([front] if front else []), *planned]
        candidates += [*self._found(text, tracker, scope, now), *match(text, own)]
        fit = [one for one in candidates if usable(one)]
        fit += await made(further(now, {one.action for one in planned}))
        if copilot.short_of(fit):
            have = {one.action for one in fit}
            fit += await made([name for name in RESERVE[now.mode] if name not in have])
        return copilot.pick(fit, now)

    def _found(
        self, text: str, tracker: DialogueStateTracker, scope: TurnScope, now: copilot.Moment
    ) -> list[copilot.Candidate]:
        """Vetted sentences that share words with the message and whose conditions hold."""
        memory = scope.plan.memory if scope.plan else scope.memory
        if not _chinese(scope):
            return []
        said = set(memory.get("said", ()))

        @lru_cache(maxsize=8)
        def moment(action: str) -> var.Moment:
            return moment_of(tracker, action)[0]

        # Of a mild trouble only sentences about that trouble are found; in danger any that fits the moment is.
        mild = now.mode == "support"

        def sayable(action: str, words: str) -> bool:
            one = self._variants[action, words]
            telling = not mild or bool({"topic", "about"} & one.when.keys())
            return telling and words not in said and var.score(one, moment(action)) is not None

        return self._library.search(text, SEARCHED[now.mode], sayable, fewest=2 if mild else 1)


def _named(thing: str) -> dict[str, str]:
    return {"thing": thing} if len(thing) > 1 else {}


def _in_script(one: copilot.Candidate, scope: TurnScope) -> copilot.Candidate:
    """The card in traditional characters for who writes so."""
    memory = scope.plan.memory if scope.plan else scope.memory
    return (
        replace(one, text=traditional(one.text, str(memory.get("region") or ""))) if memory.get("traditional") else one
    )


def _chinese(scope: TurnScope) -> bool:
    """The library is searched and written in simplified Chinese."""
    memory = scope.plan.memory if scope.plan else scope.memory
    return not memory.get("traditional") and memory.get("language", "zh") == "zh"
