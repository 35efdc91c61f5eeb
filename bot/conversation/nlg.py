"""Rasa's wording generator: picks an unused variant that fits the moment and fills it in.

Numbers come from the hotline registry only, at the moment of speaking. Replies to somebody
who writes traditional characters are written so, too.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import structlog
from rasa.core.nlg.generator import NaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import BotUttered, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.conversation import (
    aid,
    circle,
    inquiry,
    lost,
    mention,
    onward,
    places,
    questions,
    reach,
    shop_plan,
    take_up,
    wondered,
    wording,
)
from bot.conversation import memory as mem
from bot.conversation import persons as people
from bot.conversation import variants as var
from bot.conversation.alongside import CHECK, PROBES
from bot.conversation.guard import CRISIS_TALK, Guard
from bot.conversation.learned import STILL_HOLDS
from bot.conversation.lines import registry
from bot.conversation.named import named
from bot.conversation.nlg_fill import both_regions, english_values, home_values, likely_regions, line_values
from bot.conversation.nlu.risk_carrier import KEY
from bot.conversation.plan import LASTING
from bot.conversation.scope import current
from bot.conversation.suits import nothing_at_hand
from bot.referral import ABROAD

log = structlog.get_logger(__name__)
ROOT = Path(__file__).resolve().parents[2]
#: Answers to direct questions, and to the second one of a message.
ANSWER, ALSO = "utter_answer_question", "utter_answer_also"
#: What gives a number. Who asks once more when every wording was used hears one of them again, said to be so.
#: Questions about the one who was named last: what to say to them, whether they will scold.
OF_ONE = frozenset({"what_to_say", "will_scold", "late_ok", "if_not_heard", "will_they_tell", "show_note"})
NUMBERS = frozenset({"utter_refer_hotline", "utter_refer_emergency"})
#: What is about the emergency number, which costs nothing to call.
URGENT = frozenset({"utter_refer_emergency", "utter_ask_emergency_called", "utter_safety_step"})
ASKS_NUMBER = frozenset({"ask_line", "ask_helpline"})
ONCE_MORE = ("再说一遍：", "号码再给您一次：", "还是这里：", "再写一次：", "您往上翻也有，再发一遍：", "就是这个：")
#: Utterances that are nothing but a question about safety.
QUESTION = ("utter_ask_suicide", "utter_ask_way", "utter_ask_safety", "utter_ask_means", "utter_ask_companion",
            "utter_ask_location", "utter_ask_when", "utter_ask_past")  # fmt: skip
#: By mode, what gives way to the answer of a question that nothing else answers.
STAND_INS = {"utter_stay_with": "care", "utter_support_third_party": "other"}
#: General sentences that give way where a question is owned up to that nobody here can answer.
OWNED = frozenset({"utter_thank_disclosure", "utter_reflect_feeling"})
#: Moves that are thanked for, and how many turns apart thanks are said.
TOLD_AGAIN = frozenset({"disclose", "open_up", "taken_back"})
THANKS_APART = 3
LEVELS = {"calm": 0, "distress": 1, "ideation": 2, "high": 3, "imminent": 4}


@lru_cache(maxsize=1)
def guard() -> Guard:
    """The outgoing guard with the registry's numbers, read once."""
    return Guard.load(ROOT / "data" / "never_say.yml", registry().numbers())


#: What shows that somebody goes to school, and people who are met there.
AT_SCHOOL = frozenset({"exam", "school_mates", "bullying", "has_counsellor", "ta_child"})
SCHOOL_PEOPLE = ("老师", "老師", "辅导员", "輔導員", "班主任", "同学", "同學", "室友", "舍友", "同桌", "导师")


def filling(plan: Mapping[str, Any], memory: Mapping[str, Any], at: datetime | None) -> dict[str, str]:
    """Values for the placeholders of the wording that belong to the person (the shop's: `shop_plan.values`)."""
    level = LEVELS[plan["danger"]]
    where = places.of_danger(memory, plan["who"])
    fill = line_values(registry(), where, at, memory.get("age"), level, memory.get("referred", {}))
    if places.from_home(memory, plan["who"], registry().foreign):
        # a line of the other country cannot be called from here, and helps those who are there
        fill = {k: v for k, v in fill.items() if not k.startswith(("line", "main_", "text_"))} | home_values(registry())
    if places.from_abroad(memory, plan["who"], registry().foreign, ABROAD):
        fill["relay"] = fill["emergency_both"]
    if not {"cannot_hear", "cannot_speak"} & reach.barriers(memory) and fill.get("sms_registered"):
        fill = {k: v for k, v in fill.items() if not k.startswith("sms")}  # only for who is registered
    if not where and memory.get("language") == "en":
        fill |= english_values(registry(), at, memory.get("age"))
    if regions := _likely(memory, plan["who"]):
        # nobody told where they are: the mainland's way to write to the police reaches nobody in Taiwan
        fill = {k: v for k, v in fill.items() if k != "police" and not k.startswith(("sms", "text_"))}
        fill |= both_regions(registry(), regions, at, memory.get("age"), level)
    own = plan["who"] == "self"
    for key in ("person", "far"):
        if own and circle.readable(memory.get(key), memory):
            fill[key] = str(memory[key])
    if own and ((plan.get("asks") or ("",))[0] in OF_ONE or plan.get("heard") == "how_to_tell"):
        # what to say to the wife is no sentence for the colleague who was named before
        whom = memory.get("last_named")
        fit = memory["persons"].get(whom) not in {people.HURTS, people.GONE} and circle.readable(whom, memory)
        fill = {k: v for k, v in fill.items() if k not in {"person", "far"}} | ({"person": str(whom)} if fit else {})
    if not own:
        fill |= {k: v for k, v in aid.helpers(memory).items() if v}
    if plan.get("echo") and sayable(str(plan["echo"])):
        fill["echo"] = str(plan["echo"])
        if plan.get("pain"):
            fill["pain"] = fill["echo"]
    if (words := wondered.words(memory)) and sayable(words):
        fill["asked"] = words
    if memory.get("age") == "elder" and own:
        fill["polite"] = "yes"
    if "parenthood" in plan["topics"]:
        fill["child"] = "孩子"
    return fill


def _likely(memory: Mapping[str, Any], who: str) -> tuple[str, ...]:
    where = places.of_danger(memory, who)
    return likely_regions(where, str(memory.get("language") or "zh"), bool(memory.get("traditional")))


def sayable(words: str) -> bool:
    """Whether a customer's words may stand in a sentence of ours."""
    return guard().wording(words).ok and not CRISIS_TALK.search(words)


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
        plan, kept = _known(tracker)
        now, before = _acts(tracker)
        wanted = instead(utter_action, plan, kept, now)
        if take_up.takes_up(wanted, plan, kept, now) and (made := self._taken_up(tracker, responses)):
            return made
        if take_up.stays_again(wanted, plan, now, before):
            return None
        if wanted == take_up.MIRROR and plan["mode"] == "other" and take_up.MIRROR in before:
            return None  # a caller wants to know what to do; their worry is said back every second time at most
        if wanted not in responses:
            if wanted:
                log.error("no_such_utterance", utterance=wanted)
            return None
        if wanted not in self._parsed:
            self._parsed[wanted] = var.parse(responses[wanted])
        asks = tuple(plan.get("asks") or ())
        asks = asks[1:] if utter_action == ALSO else asks[:1]
        made = self._said(wanted, *moment_of(tracker, wanted, asks), tracker)
        asked_number = plan["heard"] in ASKS_NUMBER and utter_action == "utter_answer_plain"
        if asked_number and not (made and made["lines"]):
            name = "utter_refer_hotline"  # every answer of its own was used: the number is what was asked for
            self._parsed.setdefault(name, var.parse(responses[name]))
            made = self._said(name, *moment_of(tracker, name), tracker) or made
        if made is None and utter_action == ANSWER and asks:  # nothing left to say: a colleague is asked
            made = self._said(wanted, *moment_of(tracker, wanted, (questions.OPEN,)), tracker)
        if made is None and wanted != utter_action and utter_action in {*STAND_INS, take_up.MIRROR}:
            self._parsed.setdefault(utter_action, var.parse(responses[utter_action]))
            made = self._said(utter_action, *moment_of(tracker, utter_action), tracker)
        if made and wanted == ANSWER != utter_action:
            made["as"] = ANSWER
        return made

    def _taken_up(self, tracker: DialogueStateTracker, responses: Mapping[str, Any]) -> dict[str, Any] | None:
        """A sentence for the thing that this message named, or None where it named none or all was said."""
        things = named(str(tracker.latest_message.text or "")) if tracker.latest_message else ()
        if take_up.TAKE_UP not in responses:
            return None
        self._parsed.setdefault(take_up.TAKE_UP, var.parse(responses[take_up.TAKE_UP]))
        moment, memory = moment_of(tracker, take_up.TAKE_UP)
        if memory and memory["told"].get(STILL_HOLDS) == memory["turn"]:
            things = (STILL_HOLDS, *things)
        if not things:
            return None
        made = self._said(take_up.TAKE_UP, replace(moment, named=things), memory, tracker)
        return {**made, "as": take_up.TAKE_UP} if made else None

    def _said(
        self, utter_action: str, moment: var.Moment, memory: Mapping[str, Any], tracker: DialogueStateTracker
    ) -> dict[str, Any] | None:
        said = [*memory.get("said", ()), *(e.text for e in _spoken(tracker) if e.text)]
        language = str(memory.get("language") or "zh")
        words = (moment.fill or {}).get("echo", "")
        if words and any(words in text for text in said[-3:]):  # said back once in a reply is enough
            moment = replace(moment, fill={k: v for k, v in moment.fill.items() if k not in {"echo", "pain"}})
        if language == "yue":
            # names of lines come from the registry in simplified characters: "情绪通" in a Cantonese sentence
            moment = replace(moment, fill={k: _to(str(v), "s2hk") for k, v in (moment.fill or {}).items()})
        found = None if language == "zh" else wording.choose(language, utter_action, moment, said)
        if found is None and language in wording.READS_CHINESE:
            found = choose_sayable(self._parsed[utter_action], moment, said, memory)
        if found and "echo" in (moment.fill or {}) and not guard().wording(found[0]).ok:
            # the customer's words and ours make something together that must not go out
            plain = {k: v for k, v in (moment.fill or {}).items() if k not in {"echo", "pain"}}
            moment = replace(moment, fill=plain)
            found = None if language == "zh" else wording.choose(language, utter_action, moment, said)
            if found is None and language in wording.READS_CHINESE:
                found = choose_sayable(self._parsed[utter_action], moment, said, memory)
        if found is None and utter_action in NUMBERS and language in wording.READS_CHINESE:
            found = self._once_more(utter_action, moment, said, memory)
        if found is None:
            return None
        text, variant = found
        where = places.of_danger(memory, moment.who) or "mainland"
        here = {ABROAD, where, *_likely(memory, moment.who)}
        if "line_hk" in (moment.fill or {}):
            here.add("hongkong")
        numbers = [x.id for x in registry().named(text) if x.region in here]
        return {"text": text, "esc": variant.esc, "lines": numbers, "does": list(variant.does)}

    def _once_more(
        self, utter_action: str, moment: var.Moment, said: Sequence[str], memory: Mapping[str, Any]
    ) -> tuple[str, var.Variant] | None:
        """A number that was given already, announced as such: nobody who asks for one goes without."""
        for words in ONCE_MORE:
            words = traditional(words, str(memory.get("region") or "")) if memory.get("traditional") else words
            heard = [text.removeprefix(words) for text in said if text.startswith(words)]
            while found := choose_sayable(self._parsed[utter_action], moment, heard, memory):
                if guard().judge(words + found[0], 2, set(said)).ok:
                    return words + found[0], found[1]
                heard.append(found[0])  # too long with the words before it
        return None


def instead(utter_action: str, plan: Mapping[str, Any], memory: Mapping[str, Any], said: Collection[str] = ()) -> str:
    """The utterance that is said in place of another; "" where nothing is.

    A question beside something graver is answered where a staying sentence would stand, and thanks are not said
    again three turns running: a sentence that takes up the message stands there. `said`: utterances of this reply.
    """
    heard, asks = plan["heard"], tuple(plan.get("asks") or ())
    if utter_action == ALSO:
        return ANSWER if len(asks) > 1 else ""
    if plan["step"] == lost.STEP and utter_action == "utter_normal_service":
        return ""  # "知道了" and "我没听懂" do not stand in one reply
    answering = heard in {questions.DIRECT, questions.UNKNOWN}
    if asks == (questions.OPEN,) and not answering and plan["step"] not in var.EMERGENCY:
        if ANSWER in said and utter_action in OWNED:
            return ""  # nothing general after the question was owned up to
        first = utter_action == "utter_thank_disclosure" and heard in TOLD_AGAIN
        if utter_action in OWNED and not (first and mem.since(memory, "thanked") > THANKS_APART):
            return ANSWER
    if asks and not answering and STAND_INS.get(utter_action) == plan["mode"] and plan["step"] not in var.EMERGENCY:
        return utter_action if asks == (questions.OPEN,) and ANSWER in said else ANSWER
    if asks and heard in TOLD_AGAIN and utter_action == take_up.MIRROR and plan["mode"] == "care":
        return ANSWER  # who asks beside the first disclosure is thanked, and answered where the mirror would stand
    if utter_action == take_up.MIRROR and plan["mode"] == "other" and memory and aid.has_news(memory):
        return ""  # who names the neighbour with the key hears what to ask of them, not how they feel
    if heard in TOLD_AGAIN and memory and mem.since(memory, "thanked") <= THANKS_APART:
        if utter_action == "utter_thank_disclosure":
            return "utter_reflect_feeling"
        if utter_action == "utter_reflect_feeling" and not (heard != "taken_back" and plan["danger"] == "high"):
            return ""  # said in place of the thanks
    return utter_action


def moment_of(
    tracker: DialogueStateTracker, utter_action: str, asks: tuple[str, ...] | None = None
) -> tuple[var.Moment, Mapping[str, Any]]:
    """What the wording of an utterance must fit now, and the talk's memory; `asks` in place of what was asked."""
    plan, memory = _known(tracker)
    scope = current()
    at = scope.at if scope else None
    told = memory.get("told") or {}
    topics = tuple(plan["topics"])
    if utter_action == "utter_answer_plain" and "parenthood" in memory.get("topics", ()) and "parenthood" not in topics:
        topics = (*topics, "parenthood")  # a mother with a baby in her arms is answered as one, whatever she asks
    orders, category, facts = (scope.orders, scope.category, scope.facts) if scope else ((), "", {})
    fill = filling(plan, memory, at) | shop_plan.values(plan, memory, orders, category, facts)
    if plan["mode"] == "care" and plan["danger"] != "imminent" and tracker.latest_message:
        dear = mention.DEAR if plan["danger"] == "high" else None
        fill |= {"mention": mention.of(str(tracker.latest_message.text or ""), dear)}
    shop = plan.get("shop") or {}
    line = utter_action == "utter_refer_hotline"  # the one sentence that may name a doctor beside it
    open_care = line and onward.care_open({**mem.fresh(), **memory}, plan["danger"])
    lasting = (set(told) & LASTING) | ({"care_open"} if open_care else set())
    moment = var.Moment(
        heard=plan["heard"], step=(scope.beside if scope else "") or plan["step"], topics=topics, who=plan["who"],
        age=memory.get("age") or "", mode=plan["mode"], danger=plan["danger"],
        goods="yes" if plan.get("goods") else "no",
        night=at is not None and (at.hour < 6 or at.hour >= 22),
        told=tuple(plan.get("told") or ()), lasting=tuple(sorted(lasting)),
        reach=_nearness(told),
        asks=tuple(plan.get("asks") or ())[:1] if asks is None else asks,
        reply=str(plan.get("reply") or ""), brief="yes" if plan.get("brief") else "no",
        about=tuple(shop.get("about") or ()), form=str(shop.get("form") or ""), order=fill.pop("order", ""), fill=fill,
        seed=f"{tracker.sender_id}/{memory.get('turn')}/{utter_action}",
        shut=inquiry.shut(memory) if memory.get("level", 0) >= inquiry.CARE else frozenset(),
        asking=utter_action.startswith(QUESTION),
        way=reach.way(memory, emergency=utter_action in URGENT or plan["danger"] == "imminent"),
        school=_at_school(memory), bare=nothing_at_hand(memory),
        hush=reach.hushed(memory), fear=reach.fears(memory), life=_life(memory, plan["who"]),
        within=reach.within(memory), states=bool(scope and scope.beside and scope.beside not in {CHECK, *PROBES}),
    )  # fmt: skip
    return moment, memory


def _nearness(told: Mapping[str, int]) -> str:
    """near | far | unknown: how far who speaks for another is from them, by what was told last."""
    far, near = told.get("far_from", 0), told.get("near_to", 0)
    return "unknown" if not (far or near) else "far" if far >= near else "near"


def _at_school(memory: Mapping[str, Any]) -> bool:
    """Whether a teacher or a school's counsellor is anybody to be sent to."""
    known = AT_SCHOOL & {*(memory.get("topics") or ()), *(memory.get("told") or ())}
    named = any(word in name for name in memory.get("persons") or () for word in SCHOOL_PEOPLE)
    return memory.get("age") in {"child", "teen"} or bool(known) or named


def _life(memory: Mapping[str, Any], who: str) -> tuple[str, ...]:
    """The life of the person in danger, as far as it says which care fits."""
    abroad = ("abroad",) if places.of_danger(memory, who) in registry().foreign else ()
    return (*abroad, *reach.lives(memory))


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


def _acts(tracker: DialogueStateTracker) -> tuple[frozenset[str], frozenset[str]]:
    """The utterances of this reply so far, and those of the reply before it."""
    replies: list[set[str]] = [set(), set()]
    turn = 0
    for event in reversed(tracker.events):
        if isinstance(event, UserUttered):
            turn += 1
            if turn == len(replies):
                break
        elif isinstance(event, BotUttered):
            kept = event.metadata or {}
            replies[turn] |= {str(kept[key]) for key in ("utter_action", "as") if kept.get(key)}
    return frozenset(replies[0]), frozenset(replies[1])


def choose_sayable(
    options: Sequence[var.Variant], moment: var.Moment, said: Sequence[str], memory: Mapping[str, Any]
) -> tuple[str, var.Variant] | None:
    """Choose, and turn into the customer's own script when they write traditional characters."""
    if not memory.get("traditional"):
        return var.choose(options, moment, set(said))
    plain = {_to(text, "t2s") for text in said} | set(said)
    found = var.choose(options, moment, plain)
    return (traditional(found[0], str(memory.get("region") or "")), found[1]) if found else None


def traditional(text: str, region: str = "") -> str:
    """A sentence of ours in the characters of a region (hongkong, macau, taiwan; Hong Kong's where none is known)."""
    return _to(text, "s2tw" if region == "taiwan" else "s2hk")


def _to(text: str, kind: str) -> str:
    from bot.conversation.hearing import _converter

    converted: str = _converter(kind).convert(text)
    return converted
