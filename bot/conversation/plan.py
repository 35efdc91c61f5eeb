"""One turn's plan: how the message is to be answered, before any wording is chosen. Pure.

From the verdict, the talk state, the memory and the classifier's intent it derives

* `mode`  - service, support (level 1), ask (a risky product question), care, other (third party)
* `danger`- calm, distress, ideation, high, imminent
* `heard` - the intent that the rules in data/stories answer
* `step`  - the step of the ladder that follows the answer, or "none"
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from bot.conversation import (
    aid,
    beaten,
    circle,
    duties,
    explained,
    insisted,
    lost,
    onward,
    questions,
    reach,
    replies,
    rescue,
    settled,
    shop_plan,
)
from bot.conversation import memory as mem
from bot.conversation.answered import ANSWERS, by_example, told_again
from bot.conversation.echo import echo
from bot.conversation.hearing import hear
from bot.conversation.ladder import Ladder, ladder
from bot.conversation.learned import HOLDS_MOST, NOTHING, SHUT, STILL_HOLDS, Learned
from bot.conversation.moves import STANDS_DOWN, TROUBLES
from bot.conversation.one_move import heard_move
from bot.conversation.persons import GONE, HURTS
from bot.conversation.product import CAREFUL_GOODS, SUFFERING, asks_purpose, bare_question
from bot.conversation.shop_plan import COMPLAINTS, MOVE_SURE, SHOP
from bot.conversation.shop_talk import ASKS, listen
from bot.conversation.speaker import speaks_for_another
from bot.conversation.steps import DISTRESS_INTENTS, GRAVE, NEWS, step_for
from bot.conversation.wondered import beside, by_piece, unasked
from bot.risk.felt import by_rule
from bot.risk.steady import asks_for_words, spoiled

DANGER = ("calm", "distress", "ideation", "high", "imminent")

#: Signals of a blow or of suffering, felt or told, and moves that end a talk.
TROUBLED = SUFFERING | GRAVE
QUICK = frozenset({"thanks", "bye", "ask_bot", "ask_human", "hold_complaint"})
#: From this probability on a clause is a step towards help (of 29 such messages by a stranger 8, of 90 others 2).
TURNS_SURE = 0.35
#: Turns after the direct question in which an evasive answer still belongs to it.
EVADING = 3
#: Facts that count as an answer only after the question; elsewhere signals tell them.
ASKED_FOR = {
    "suicide": {"suicide", "confirm", "safety_direct"}, "suicide_denied": {"suicide", "confirm", "safety_direct"},
    "way": {"way"}, "when": {"when", "safety_direct"}, "place": {"place", "emergency"},
}  # fmt: skip
#: The steps that give way to what still holds them.
SETTLES = onward.IDLE | {onward.CARE, onward.CHECK, onward.PEOPLE, "if_worse", "past"}
#: What is known of the talk as a whole, for wording (the condition `lasting`).
LASTING = frozenset(
    {"has_doctor", "has_counsellor", "swallowed", "help_called", "help_there", "means_near", "way", "brink", "locked",
     "safe", "no_numbers", "order_lead", "unknown_who", "ta_unsaid", "ta_child", "ta_state", "ta_fine", "decided",
     "care_open", "whereabouts", "hurt_home", "order_stopped", "purpose_plain", STILL_HOLDS}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Plan:
    """How one message is answered. `memory` already holds the message."""

    mode: str
    danger: str
    who: str
    heard: str
    step: str
    goods: bool
    topics: tuple[str, ...]
    memory: dict[str, Any]
    told: tuple[str, ...] = ()
    echo: str = ""
    pain: bool = False
    asks: tuple[str, ...] = ()
    reply: str = ""
    brief: bool = False
    shop: Mapping[str, Any] = field(default_factory=dict)

    def for_a_person(self) -> Plan:
        """The same where a person speaks: what only the bot says of itself ("I cannot answer that") is no card."""
        asks, instead = self.asks, {questions.UNKNOWN: "tell"}
        if asks == (questions.OPEN,):
            asks, instead[questions.DIRECT] = (), "misheard"  # "又没答": the colleague says sorry and reads up
        heard = instead.get(self.heard, self.heard)
        step = "none" if self.step == lost.STEP else self.step
        return replace(self, asks=asks, heard=heard, step=step, memory=unasked(self.memory))

    def to_dict(self) -> dict[str, Any]:
        """JSON form, carried with the message through Rasa."""
        return {
            "mode": self.mode, "danger": self.danger, "who": self.who, "heard": self.heard, "step": self.step,
            "goods": self.goods, "topics": list(self.topics), "memory": self.memory, "told": list(self.told),
            "echo": self.echo, "pain": self.pain, "asks": list(self.asks), "reply": self.reply, "brief": self.brief,
            "shop": dict(self.shop),
        }  # fmt: skip


def plan(
    text: str,
    *,
    level: int,
    signals: Iterable[str],
    talk: Mapping[str, Any] | None,
    memory: Mapping[str, Any] | None,
    intent: str | None,
    confidence: float,
    third_party: bool = False,
    categories: Iterable[str] = (),
    open_categories: Iterable[str] = (),
    steps: Ladder | None = None,
    learned: Learned = NOTHING,
    turns: float = 0.0,
) -> Plan:
    """Plan the answer to one message.

    `level` is what is known of the customer after this message (0-4); `signals` are this
    message's; `talk` is the state kept by the talk reader; `categories` are those of the
    shop and the orders, `open_categories` those of orders not yet shipped; `learned` is what reads by example;
    `turns`: how surely one clause of the message takes a step towards help.
    """
    stairs = steps or ladder()
    names = frozenset(signals)
    before = {**mem.fresh(), **dict(memory or {})}
    said, text = text, settled.in_chat(text, before)
    heard = learned.believed(hear(text, memory=before), said, level, before["told"])
    heard = learned.placed(heard, () if before["whom"] else before["persons"])
    for_words = level >= 2 and asks_for_words(said)
    nears_help = turns >= TURNS_SURE and not spoiled(said)  # "他坐我旁边 一直骂我" is no step towards help
    nears_help = nears_help and not for_words and not SHUT & set(heard.persons.values())
    nears_help = nears_help and not learned.asked(said)
    if nears_help and level >= 2 and before["level"] >= 2 and not heard.moves and not third_party:
        heard = replace(heard, moves=("accept_help",))
    bare = bare_question(text, level, heard, names, before)
    if bare:
        names -= GRAVE | {"distress"}  # what is felt in a question about goods tells nothing about the asker yet
    talk = talk or {}
    if for_words:
        names -= {"time"}  # "半夜把他叫起来 我咋说啊" names the hour of a talk
    sure = by_rule(talk, said)
    now = mem.listen(memory, heard, names, level, sure)
    heard = by_example(now, before, heard, learned, said)
    other = speaks_for_another(before, now, talk, third_party, names, level, heard, learned.odds(said))
    if other:
        circle.settle(now, heard)
        heard = rescue.unasked(heard)
    if other and level >= 2 and talk.get("stops"):
        now["told"].setdefault("order_stopped", now["turn"])  # the hold is asked for with the case (cases.policy)
    aid.keep(now, heard, other)
    ruled = names if sure is None else names & sure
    settled.note(now, text, names, level, other, ruled)
    rescue.note(now, said, level, other)
    if (
        2 <= level <= HOLDS_MOST
        and not other
        and not ruled & NEWS
        and learned.holds
        and not now["hurt_by"]
        and learned.holds(said)
    ):
        now["told"][STILL_HOLDS] = now["turn"]
    cornered = level >= 2 and not other and beaten.near(now, heard.plain)
    if cornered:
        heard = beaten.unheard(heard)
        beaten.forget(now)
    reach.settle(now, before, heard, text, other)
    duties.note(now, ruled, "" if for_words else heard.tight)
    goods = any(word in c for c in categories for word in CAREFUL_GOODS)
    wants = bool((goods_talk := listen(text)).matters or goods_talk.asks or goods_talk.thing)
    measured = bool({"asks_means", "asks_amount"} & set(heard.topics))
    explained.note(now, text, level=level, ruled=ruled, seen=talk.get("seen") or {}, asks_goods=wants, means=measured)
    explained.note_denial(now, talk, level, heard.plain, ruled, other)
    if served := explained.holds(now, level):
        level, other = 0, False  # people still see the level; the talk is about the goods again
    elif explained.believed(now, other):
        level, other = 1, False
    shop_plan.remember(now, goods_talk, level)
    probing = bool(now["asked"].get("purpose")) and "purpose_plain" not in now["told"]
    watched = probing or bool(now["asked"].get("suicide"))  # who was asked is not taken for a mere shopper
    at_least = shop_plan.feels(intent, confidence, level or int(watched), goods_talk)
    # Of a clear shop matter only words of the lists make a trouble: "拼图没拆，能退吗" is no sigh.
    clear = bool(goods_talk.matters) or "purpose_plain" in now["told"]
    felt = ruled if clear and level <= 1 else names
    if shop_plan.HURT_BY_GOODS & set(goods_talk.matters):
        felt -= {"illness", "distress"}  # "手套都烧穿了 痛得我要命" is told of the goods
    suffering = bool(felt & SUFFERING) or (intent in DISTRESS_INTENTS and at_least)
    closing = now["support"] and now["turn"] - now["support"] <= 4 and intent in {"thanks", "bye"}
    shopping = intent in SHOP and confidence >= MOVE_SURE
    # What follows told trouble and is no clear shop matter still belongs to it ("没有想不开 就是想他").
    near = level == 1 and now["support"] and now["turn"] - now["support"] <= 2
    matter = clear and not goods_talk.stories and not felt & SUFFERING
    near = near and int(talk.get("message_level") or 0) >= 1  # "盖子封紧点 莫漏" goes on with no sorrow
    still = near and not shopping and "order_talk" not in heard.facts and not matter
    told = bool(TROUBLES & set(heard.topics)) and not shopping and intent not in COMPLAINTS
    told = told and (watched or not shop_plan.light(level, goods_talk))
    spoken = int(talk.get("message_level") or 0) >= 1
    told = told or (level == 1 and spoken and shop_plan.goes_on(goods_talk, now) and not shopping)
    suffering = suffering or told or "hurt" in heard.topics or (level <= 1 and bool(closing or still))
    suffering = suffering or (level < 2 and lost.turns_inward(before, said))
    # at level 1 a mere remark goes on with the trouble; what asks, or belongs to the parcel, is a shop matter
    remark = level == 1 and not goods_talk.asks and not shop_plan.PARCEL & set(goods_talk.matters) and not shopping
    suffering = suffering or (remark and not (QUICK & set(heard.moves)) and bool(felt & TROUBLED))
    mode = "service" if served else _mode(level, talk, names, other, probing, suffering, shopping, now)
    # "要是能就这么一直睡着 多省心" sounds like somebody who was hung up on; a wish is no question unless it asks
    told_only = bool(names & mem.WISH) or bool({"relief", "accept_help"} & set(heard.moves))
    known = learned.asked if level >= 2 and not wants and (learned.kind or learned.often) else learned.kind
    if level < 2 and learned.kind is not None:  # an angry buyer sounds much like somebody who asks what to say
        sure_kind = learned.kind
        known = lambda one, _: sure_kind(one, True) if ASKS.search(one) else None  # noqa: E731
    kind = None if told_only and not ASKS.search(text) else known
    asks = questions.heard(text, mode == "other", now["told"], heard.moves, kind) if level else ()
    asks = by_piece(asks, said, mode == "other", now["told"], heard.moves, kind) if level >= 2 else asks
    asks = questions.of_given_lines(asks, said, before)
    order = shop_plan.order_of(text, mode, level, goods or measured, names, talk)
    asks = questions.with_order(questions.not_to_who_hurts(asks, now), order)
    reply = replies.read(text, before, mode == "other") if level >= 2 else ""
    if bare and (mode == "care" or level < 2):
        mode = "ask"
    danger = DANGER[duties.gravity(now, level)]
    if bare:
        move = "means_question"
    elif mode in shop_plan.SHOP_MODES:
        move = shop_plan.heard_in_shop(mode, level, heard, goods_talk, now, intent, confidence)
        if sounding := next((m for m in heard.moves if m in {"ask_police", "ask_family"}), None):
            move = sounding  # who sounds us out before speaking gets a straight answer
        asks = tuple(a for a in asks if a in questions.AT_LEVEL_ONE and mode == "support" and not shopping)
        if asks and (move not in {"ask_family", "swallowed"} or len(asks) > 1):
            move = questions.DIRECT
    else:
        move = heard_move(
            mode, heard, names, before, now, intent, confidence, level, text, asks, reply, ruled, goods_talk
        )
        takes_back = {"calm_denial", "prank"} & set(heard.moves)  # "刚才是气话" says nothing twice
        again = told_again(now, ruled, asks) and not takes_back
        move = "misheard" if insisted.new(now) or again else move
        asks = beside((questions.OPEN,) if move == questions.UNKNOWN else asks, said, move, now)
        asks = () if move == "prank" else asks
        move, asks = rescue.first(now, move, asks)
        if move == replies.REPLY:
            replies.note(now, reply, heard.persons)
    reply = reply if move == replies.REPLY else ""
    if move == "tell_grief" and "grief" not in now["topics"]:
        move = "tell_distress"  # "晚上想 不在了" mourns nobody: words of mourning want a death that was told
    move = "complain_service" if (mode, move, goods) == ("service", "hold_complaint", False) else move
    risky = "means_seeking" in names or "asks_means" in heard.topics
    awaited = any(word in c for c in open_categories for word in CAREFUL_GOODS)
    own_goods = awaited and "order_talk" in heard.facts and "way" in now["told"] and "multi_shop" not in names
    calmer = move in STANDS_DOWN and before["level"] >= 2
    calmer = calmer and ("stand_down" in heard.facts or (move == "accept_help" and bool(now["person"])))
    still = {"in_progress", "other_at_risk"} & names or "brink" in now["told"]
    if calmer and not still and not ruled & (GRAVE - {"time"}):
        names -= GRAVE  # "我去敲书房的门，孩子先给他抱": what is only felt in it sends nobody the emergency number
    if calmer and level >= 4 and ("arrived" in heard.facts or not names & GRAVE):
        now["told"].setdefault("stood_down", now["turn"])
        if "arrived" in heard.facts:
            now["told"].pop("brink", None)  # who is in a neighbour's flat stands at no window
    if move == "may_i" and heard.persons:
        lost_ones = {n for n, s in heard.persons.items() if {s, before["persons"].get(n)} & {HURTS, GONE}}
        theirs = [n for n in heard.persons if n not in lost_ones]
        if theirs:
            now["person"] = theirs[-1]  # "我先给奶奶看行吗": whom they propose themselves, whoever was named before
        else:  # "我去找我妈好不好", who is dead: nobody is told to go there
            move = "tell"
            now["told"].pop("companion", None)
    purpose = asks_purpose(mode, move, names, goods, risky, now)
    shown = names - ({"distress"} - ruled) if mode == "ask" else names  # "大家都不敢上" of a rope is no sorrow
    step = step_for(stairs, mode, danger, move, shown, before, now, suffering, purpose, heard, own_goods,
                    bool(set(asks[:1]) & questions.questions().quiet) and not ruled & NEWS, reply)  # fmt: skip
    lost.note(now, mode, move, said)
    step = lost.step(step, now, move, level)
    if now["told"].get(STILL_HOLDS) == now["turn"] and step in SETTLES and stairs.open("get_through", now):
        step = "get_through"  # what holds somebody is where tonight can be got through
    step = beaten.STEP if cornered and beaten.safe_to_say(now) and stairs.open(beaten.STEP, now) else step
    step = "none" if bare and level < 2 else step  # no danger is known: it is not answered, and nobody is asked
    if move in SHOP - {"ack", "small_talk", "thanks", "bye", "greet"}:
        now["shop"], now["shop_turn"] = move, now["turn"]
    if mode == "support":
        now["support"] = now["turn"]
    about_goods = "order_talk" in heard.facts and move in {"disclose", "threat", "means_question"}
    topics = settled.spared(heard.topics, now)
    meant = mode in {"care", "other", "support"} and move not in SHOP
    back = echo(text, str(now["language"]), grave=level >= 2) if meant else None
    return Plan(
        mode, danger, "other" if other else "self", move, step, about_goods, topics, now, _just_told(before, now),
        back.words if back else "", bool(back and back.pain), asks, reply, len(text.strip()) <= questions.BRIEF,
        shop_plan.conditions(mode, move, goods_talk, goods, now, intent if confidence >= MOVE_SURE else None, order),
    )  # fmt: skip


def _just_told(before: Mapping[str, Any], now: Mapping[str, Any]) -> tuple[str, ...]:
    """The answers in this message, for wording that takes them up: what was asked, or said in so many words."""
    new = [fact for fact in ANSWERS if now["told"].get(fact) == now["turn"]]
    if now["level"] >= 4 or "brink" in now["told"]:
        return tuple(fact for fact in new if fact not in ASKED_FOR or fact == "place")
    return tuple(fact for fact in new if fact not in ASKED_FOR or before["pending"] in ASKED_FOR[fact])


def _mode(
    level: int, talk: Mapping[str, Any], names: frozenset[str], other: bool, probing: bool, suffering: bool,
    shopping: bool, memory: Mapping[str, Any],
) -> str:  # fmt: skip
    if level >= 2 and other:
        return "other"
    if level >= 3:
        return "care"
    if level == 2:
        wish = talk.get("ideation") or {"hint", "suicide"} & memory["told"].keys()
        product = "means_seeking" in names or "means_seeking" in (talk.get("seen") or ()) or probing
        return "ask" if product and not wish else "care"
    asked = "suicide" in memory["asked"] and "suicide_denied" not in memory["told"]
    # Who was just asked and evades is not sent back to the shop counter by one mild sentence.
    if asked and (suffering or (not shopping and mem.since(memory, "suicide") <= EVADING)):
        return "care"
    if probing and suffering:
        return "ask"
    return "support" if suffering else "service"
