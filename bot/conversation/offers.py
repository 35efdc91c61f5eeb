"""Candidates for the person at the keyboard: from the stories, from the library, from the merchant.

The choice itself is pure (`bot.copilot`); this is what needs Rasa: what the bot would say is predicted on
a copy of the tracker, wording is chosen by the same generator that speaks.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from rasa.shared.core.trackers import DialogueStateTracker

from bot import copilot
from bot.conversation import variants as var
from bot.conversation.nlg import guard, moment_of
from bot.conversation.scope import TurnScope
from bot.conversation.shop_plan import CHATTY, SHOP
from bot.copilot.advice import RESERVE, SEARCHED, further
from bot.copilot.library import match

Wording = Callable[[str], Awaitable[copilot.Candidate | None]]


def moment_for(scope: TurnScope) -> copilot.Moment:
    """The part of a turn that suggestions go by."""
    if scope.plan is None:
        return copilot.Moment(scope.level)
    heard = scope.plan.heard
    about = scope.plan.shop.get("about") or [""]
    matter = heard in SHOP - CHATTY and about[0] not in {"apology", "ok_then", "keep_it"}
    return copilot.Moment(scope.level, scope.plan.mode, scope.plan.danger, matter)


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
        now = moment_for(scope)
        said = set((scope.plan.memory if scope.plan else scope.memory).get("said", ()))

        def usable(one: copilot.Candidate) -> bool:
            found = guard().judge(one.text, scope.guard_level, said)
            if not found.ok:
                blocked.append((one.action, found.reason))
            elif not copilot.fits(one, now):
                blocked.append((one.action, "gate"))
                return False
            return found.ok

        async def made(names: Sequence[str]) -> list[copilot.Candidate]:
            return [one for name in names if (one := await wording(name)) is not None and usable(one)]

        front = copilot.lead(planned, now)
        candidates = [*([front] if front else []), *planned, *self._found(text, tracker, scope, now), *match(text, own)]
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
        # The library is searched and written in simplified Chinese.
        if memory.get("traditional") or memory.get("language", "zh") != "zh":
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
