"""Rasa's wording generator: picks an unused variant that fits the moment and fills it in.

Numbers come from the hotline registry only, at the moment of speaking. Replies to somebody
who writes traditional characters are written so, too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from rasa.core.nlg.generator import NaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import BotUttered, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.conversation import variants as var
from bot.conversation import wording
from bot.conversation.guard import Guard
from bot.conversation.nlg_fill import line_values
from bot.conversation.nlu.risk_carrier import KEY
from bot.conversation.scope import current
from bot.referral import Registry, load

ROOT = Path(__file__).resolve().parents[2]
LEVELS = {"calm": 0, "distress": 1, "ideation": 2, "high": 3, "imminent": 4}
STATUS_ZH = {"unpaid": "还没付款", "paid": "已付款，还没发出", "shipped": "已经在路上", "delivered": "显示已签收"}


@lru_cache(maxsize=1)
def registry() -> Registry:
    """The hotline registry, read once."""
    return load(ROOT / "data" / "hotlines.yml")


@lru_cache(maxsize=1)
def guard() -> Guard:
    """The outgoing guard with the registry's numbers, read once."""
    return Guard.load(ROOT / "data" / "never_say.yml", registry().numbers())


def filling(plan: Mapping[str, Any], memory: Mapping[str, Any], at: datetime | None,
            orders: Sequence[Mapping[str, Any]] = ()) -> dict[str, str]:  # fmt: skip
    """Values for the placeholders of the wording."""
    fill = line_values(
        registry(), memory.get("region"), at, memory.get("age"), LEVELS[plan["danger"]], memory.get("referred", {})
    )
    if (
        memory.get("person")
        and plan["who"] == "self"
        and not _may_hurt(str(memory["person"]), memory.get("hurt_by") or ())
    ):
        fill["person"] = str(memory["person"])
    if "parenthood" in plan["topics"]:
        fill["child"] = "孩子"
    moving = next((o for o in orders if o.get("status") in STATUS_ZH), None)
    if moving:
        fill["order_status"] = STATUS_ZH[str(moving["status"])]
    return fill


#: Who may be the danger when this was told (field notes 3.7: a person decides how they are reached).
FAMILY = {
    "parents": ("妈妈", "爸爸", "哥哥", "姐姐", "爷爷", "奶奶"),
    "marriage": ("老公", "老婆", "对象"),
    "bullying": ("同学", "室友", "舍友", "老师"),
}


def _may_hurt(person: str, told: Sequence[str]) -> bool:
    return any(person in FAMILY.get(topic, ()) for topic in told)


class ZaoanNLG(NaturalLanguageGenerator):
    """Chooses among the domain's variants by the moment (see :mod:`bot.conversation.variants`)."""

    def __init__(self, endpoint_config: Any = None, domain: Domain | None = None) -> None:
        self._own: Mapping[str, Any] = domain.responses if domain else {}
        self._parsed: dict[str, tuple[var.Variant, ...]] = {}

    async def generate(
        self, utter_action: str, tracker: DialogueStateTracker, output_channel: str, **kwargs: Any
    ) -> dict[str, Any] | None:
        """A message for this utterance, or None when everything fitting was said already."""
        responses = self._own or kwargs.get("domain_responses") or {}
        if utter_action not in responses:
            return None
        if utter_action not in self._parsed:
            self._parsed[utter_action] = var.parse(responses[utter_action])
        moment, memory = moment_of(tracker, utter_action)
        said = [*memory.get("said", ()), *(e.text for e in _spoken(tracker) if e.text)]
        language = str(memory.get("language") or "zh")
        if language == "yue":
            # names of lines come from the registry in simplified characters: "情绪通" in a Cantonese sentence
            moment = replace(moment, fill={k: _to(str(v), "s2hk") for k, v in (moment.fill or {}).items()})
        found = None if language == "zh" else wording.choose(language, utter_action, moment, said)
        if found is None and language in wording.READS_CHINESE:
            found = choose_sayable(self._parsed[utter_action], moment, said, memory)
        if found is None:
            return None
        text, variant = found
        shown = [x for x in registry().lines if x.number in text]
        numbers = [x.id for x in shown if x.region == (memory.get("region") or "mainland")]
        return {"text": text, "esc": variant.esc, "lines": numbers, "does": list(variant.does)}


def moment_of(tracker: DialogueStateTracker, utter_action: str) -> tuple[var.Moment, Mapping[str, Any]]:
    """What the wording of an utterance must fit now, and the talk's memory."""
    plan, memory = _known(tracker)
    scope = current()
    at = scope.at if scope else None
    moment = var.Moment(
        heard=plan["heard"], step=plan["step"], topics=tuple(plan["topics"]), who=plan["who"],
        age=memory.get("age") or "", mode=plan["mode"], danger=plan["danger"],
        goods="yes" if plan.get("goods") else "no",
        night=at is not None and (at.hour < 6 or at.hour >= 22),
        fill=filling(plan, memory, at, scope.orders if scope else ()),
        seed=f"{tracker.sender_id}/{memory.get('turn')}/{utter_action}",
    )  # fmt: skip
    return moment, memory


def _known(tracker: DialogueStateTracker) -> tuple[dict[str, Any], Mapping[str, Any]]:
    scope = current()
    if scope is not None and scope.plan is not None:
        return scope.plan.to_dict(), scope.plan.memory
    kept = tracker.latest_message.parse_data.get(KEY) if tracker.latest_message else None
    if kept:
        return kept, kept.get("memory") or {}
    slots = tracker.current_slot_values()
    empty = {"heard": "", "topics": [], "mode": "service", "danger": "calm", "who": "self", "step": "none"}
    return {**empty, **{k: v for k, v in slots.items() if k in empty and v}}, {}


def _spoken(tracker: DialogueStateTracker) -> list[BotUttered]:
    """What was said in this turn already."""
    said: list[BotUttered] = []
    for event in reversed(tracker.events):
        if isinstance(event, UserUttered):
            break
        if isinstance(event, BotUttered):
            said.append(event)
    return said


def choose_sayable(
    options: Sequence[var.Variant], moment: var.Moment, said: Sequence[str], memory: Mapping[str, Any]
) -> tuple[str, var.Variant] | None:
    """Choose, and turn into the customer's own script when they write traditional characters."""
    if not memory.get("traditional"):
        return var.choose(options, moment, set(said))
    kind = {"hongkong": "s2hk", "macau": "s2hk", "taiwan": "s2tw"}.get(memory.get("region") or "", "s2hk")
    plain = {_to(text, "t2s") for text in said} | set(said)
    found = var.choose(options, moment, plain)
    return (_to(found[0], kind), found[1]) if found else None


def _to(text: str, kind: str) -> str:
    from bot.conversation.hearing import _converter

    converted: str = _converter(kind).convert(text)
    return converted
