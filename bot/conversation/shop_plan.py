"""What an ordinary message is answered to: the matter, the wording's conditions and the values to fill in. Pure.

Beside :mod:`bot.conversation.plan`, which decides whether a message is ordinary at all. Nothing here is used once
the talk has turned to danger: outside the modes `service` and `support` the result is empty.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from bot.conversation.hearing import Heard
from bot.conversation.questions import ORDER, order_asked
from bot.conversation.shop_talk import ShopTalk, name_of, order_meant
from bot.conversation.steps import DISTRESS_INTENTS

#: Below this the classifier's intent is not trusted in a shop talk.
SHOP_SURE = 0.22
#: A move in a crisis talk must be clearer, since the wrong answer hurts more.
MOVE_SURE = 0.5

#: Product questions after which the purpose is asked.
RISKY_QUESTIONS = frozenset({"ask_effect", "ask_strength", "ask_hard_to_get", "evade_purpose"})
#: Intents of the classifier that are about the shop.
SHOP = frozenset(
    {"greet", "ask_logistics", "ask_stock", "ask_price", "ask_size", "ask_material",
     "ask_usage", "ask_storage", "ask_custom", "ask_install", "ask_return", "ask_exchange",
     "ask_invoice", "change_address", "cancel_order", "place_order", "recommend", "complain_quality",
     "complain_service", "threaten_complaint", "small_talk", "ack", "thanks", "bye", "tell_purpose",
     "ask_strength", "ask_effect", "ask_hard_to_get", "evade_purpose"}
)  # fmt: skip
#: Topics that belong to a shop matter as well as to a hard life.
LIGHT = frozenset({"hurt", "anger", "work", "sleepless"})
#: A question about risky goods must be clearer than a question about socks.
RISKY_SURE = 0.3
#: Themes that an unclear next message most likely goes on with.
STICKY = frozenset(
    {"ask_logistics", "ask_stock", "ask_custom", "ask_return", "ask_exchange", "tell_purpose",
     "complain_quality", "complain_service", "threaten_complaint"}
)  # fmt: skip
COMPLAINTS = frozenset({"complain_quality", "complain_service", "threaten_complaint"})
#: A short message that says that nothing is to be complained of ("没漏发，是我攥着的", "没生气。也不退").
NOTHING_WRONG = re.compile(r"(?:没|沒|冇|不是|不用|不必|不需要|唔使)(?:有)?(?:给我)?(?:生气|坏|漏|少发|补|投诉|怪你)")
CORRECTS = 24
#: In a shop talk only these moves count; the rest is everyday speech there.
SERVICE_MOVES = frozenset({"injection", "ask_bot", "ask_human", "ask_who_reads", "swallowed", "ask_helpline"})
#: A hardship found by its words needs little more from the classifier.
WITH_STORY = 0.1
#: Below this a matter found by its words is believed before the classifier.
WORDS_FIRST = 0.5
SHOP_MODES = frozenset({"service", "support"})
#: Turns for which a thing, a matter or a story that was named goes on.
GOES_ON = 3
THING_STAYS = 8
STATUS_ZH = {"unpaid": "还没付款", "paid": "已付款，还没发出", "shipped": "已经在路上", "delivered": "显示已签收"}

#: The intent that goes with a matter, so that rules and the next turns know it, too.
INTENT_OF: Mapping[str, str] = {
    **dict.fromkeys(("when_arrive", "stuck", "not_received", "deadline", "rush", "courier", "from_where", "place_note",
                     "pack", "nudge", "reach"), "ask_logistics"),
    **dict.fromkeys(("return", "cannot_return", "return_freight", "refund_when"), "ask_return"),
    **dict.fromkeys(("broken", "missing", "wrong_item", "hazard", "compensate", "unwell"), "complain_quality"),
    **dict.fromkeys(("coupon", "gift_free", "freight", "points", "bulk", "price_drop", "price"), "ask_price"),
    **dict.fromkeys(("body", "fit_run", "size_which", "fits_in", "fit_tight"), "ask_size"),
    **dict.fromkeys(("restock", "have_spec", "spare_part", "choose_spec"), "ask_stock"),
    **dict.fromkeys(("fabric", "smell", "genuine"), "ask_material"),
    **dict.fromkeys(("wash", "how_to", "included", "how_many", "dilute", "works"), "ask_usage"),
    **dict.fromkeys(("preserve", "expire"), "ask_storage"),
    **dict.fromkeys(("install", "warranty"), "ask_install"),
    **dict.fromkeys(("gift_card", "engrave", "ironing", "gift_wrap", "no_price"), "ask_custom"),
    **dict.fromkeys(("send_to", "change_address"), "change_address"),
    **dict.fromkeys(("combine", "change_order", "order_it", "how_pay"), "place_order"),
    **dict.fromkeys(("which_better", "for_elder", "taste"), "recommend"),
    **dict.fromkeys(("ok_then", "keep_it", "apology"), "ack"),
    "exchange": "ask_exchange", "uncomfortable": "ask_exchange", "cancel": "cancel_order", "invoice": "ask_invoice",
    **dict.fromkeys(("praise", "joke", "good_news", "happy_event"), "small_talk"), "happy_event": "small_talk",
}  # fmt: skip
#: Answers that were vetted for what they say: no word list changes them.
VETTED = frozenset(
    {"ask_effect", "ask_strength", "ask_hard_to_get", "evade_purpose", "hold_complaint", "injection", "ask_bot",
     "ask_human", "ask_who_reads", "swallowed", "ask_helpline", "complain_service", "threaten_complaint"}
)  # fmt: skip
#: Where goods are to be handled with care, only what belongs to the parcel is answered by its words.
PARCEL = frozenset(
    {"not_received", "refund_when", "broken", "missing", "wrong_item", "cannot_return", "return_freight", "exchange",
     "cancel", "return", "change_order", "change_address", "send_to", "place_note", "stuck", "deadline", "rush",
     "when_arrive", "pack", "combine", "freight", "courier", "invoice", "coupon", "points", "bulk", "ok_then",
     "price_drop", "price", "nudge", "apology", "dilute", "recycle", "reach", "compensate", "hazard",
     "how_pay", "order_it", "works"}
)  # fmt: skip
#: Troubles that are a loss of somebody.
GRIEVING = frozenset({"remember", "only_me_left", "parent_gone", "pet_gone"})
#: Talk that shows an ordinary mood, whatever single words in it may look like.
LIGHT_HEARTED = frozenset(
    {"good_news", "happy_event", "joke", "praise", "kid_asks", "kid_story", "pet_story", "spouse_story"}
)
#: Matters in which the goods did the hurting.
HURT_BY_GOODS = frozenset({"hazard", "unwell"})
#: Small things that are met warmly beside a trouble.
MILD = frozenset({"praise", "kid_asks", "old_friends"})
#: Remarks that are taken up whatever the goods are.
KEPT = frozenset({"weather", "kid_asks", "old_friends"})
#: Troubles that a more telling one told before explains.
GENERAL = frozenset({"weary", "failing"})
#: Matters that a joke or a remark goes on with.
GOING_ON = frozenset({"ask_return", "ask_exchange", "ask_stock", "ask_logistics", "ask_custom", "cancel_order"})
#: Moves that ask for nothing, so that a remark beside them is taken up.
CHATTY = frozenset({"greet", "small_talk", "ack", "thanks", "bye"})
#: Things of the dead are no laughing matter.
SOLEMN = frozenset({"grief"})


def feels(intent: str | None, confidence: float, level: int, talk: ShopTalk) -> bool:
    """Whether the classifier's word alone makes it a talk about suffering.

    At level 0 it must be sure (grief less so), and nothing ordinary may stand in the message: a joke about
    overtime is no distress.
    """
    if level > 0:
        return confidence >= SHOP_SURE
    if talk.matters or LIGHT_HEARTED & set(talk.asides):
        return False
    if talk.stories:
        return confidence >= WITH_STORY
    return confidence >= (SHOP_SURE if intent == "tell_grief" else MOVE_SURE)


def light(level: int, talk: ShopTalk) -> bool:
    """Whether a single topic word ("坟", "没了") is no reason for words of comfort."""
    return level == 0 and bool(talk.matters or LIGHT_HEARTED & set(talk.asides))


def goes_on(talk: ShopTalk, memory: Mapping[str, Any]) -> bool:
    """Whether a message at level 1 tells of a hardship, or goes on with one told just before."""
    return bool(talk.stories) or (_near(memory, "story_turn") and not talk.matters)


def heard_in_shop(
    mode: str, level: int, heard: Heard, talk: ShopTalk, now: Mapping[str, Any], intent: str | None, confidence: float
) -> str:
    """The matter of an ordinary message: the classifier's, made clearer by the words where it was unsure."""
    named = next((INTENT_OF[m] for m in talk.matters if m in INTENT_OF), None)
    move = _by_classifier(mode, heard, now, intent, confidence, named, talk)
    if move in COMPLAINTS and NOTHING_WRONG.search(heard.plain) and len(heard.tight) <= CORRECTS:
        return named if named and named not in COMPLAINTS else "unclear"
    if move in VETTED - {"complain_service"}:
        return move
    if mode == "support":
        return named if named and not talk.stories and move in DISTRESS_INTENTS else move
    if named and (confidence < WORDS_FIRST or intent not in SHOP):
        return named
    if move == "unclear":
        aside = next((INTENT_OF[a] for a in talk.asides if a in INTENT_OF), None)
        going = str(now["shop"]) if now["shop"] in GOING_ON and now["turn"] - now["shop_turn"] <= GOES_ON else None
        return (going if talk.asides else None) or aside or move
    return move


def _by_classifier(
    mode: str,
    heard: Heard,
    now: Mapping[str, Any],
    intent: str | None,
    confidence: float,
    named: str | None,
    talk: ShopTalk,
) -> str:
    for move in heard.moves:
        # "单子取消吧" is a wish, "单子怎么取消了" a complaint: where the wish is named the classifier decides.
        held = move == "hold_complaint" and (intent == move or (confidence < MOVE_SURE and not named))
        if move == "ask_who_reads" and (named or talk.asks):
            continue  # "我问的是快递 又不是问谁看得到": the parcel is asked about
        if move in SERVICE_MOVES or held:
            return move
    if intent in SERVICE_MOVES | {"hold_complaint"} and confidence >= MOVE_SURE:
        return intent
    known = intent if confidence >= SHOP_SURE and (intent in SHOP or intent in DISTRESS_INTENTS) else None
    if mode == "support":
        # "没拿 说我偷 信？" from somebody in trouble is no question about the parcel, however the classifier leans
        spoken = bool(talk.matters or talk.thing or "order_talk" in heard.facts)
        least = SHOP_SURE if spoken and known not in COMPLAINTS else MOVE_SURE
        if known in SHOP - {"greet", "ack"} and confidence >= least:
            return known
        on = talk.matters or (spoken and (talk.asks or now["turn"] - now["shop_turn"] <= 1))
        near = now["shop"] if on and now["shop"] in STICKY and now["turn"] - now["shop_turn"] <= 3 else None
        told_before = _near(now, "story_turn") and not (talk.asks or talk.matters)
        if (
            near
            and not talk.stories
            and not told_before
            and set(heard.topics) <= LIGHT
            and "grief" not in now["topics"]
        ):
            return str(near)  # the trouble is part of the shop matter
        mourns = intent == "tell_grief" or GRIEVING & {*talk.stories, now.get("story")}
        return "tell_grief" if mourns and "grief" in {*now["topics"][-3:], str(intent)[5:]} else "tell_distress"
    if "purpose_plain" in heard.facts and "purpose" in now["asked"]:
        return "tell_purpose"
    if known in DISTRESS_INTENTS:
        known = None
    if known in RISKY_QUESTIONS and confidence < RISKY_SURE:
        known = None
    # A question goes on with its theme, a complaint as well; a mere remark is no second request.
    goes_on = talk.asks or now["shop"] in COMPLAINTS
    near = now["shop"] if goes_on and now["shop"] in STICKY and now["turn"] - now["shop_turn"] <= 2 else None
    return known or near or "unclear"


def about(
    mode: str, move: str, talk: ShopTalk, goods: bool, memory: Mapping[str, Any], sure: str | None = None
) -> tuple[str, ...]:
    """Values of the condition `about`, the most telling first; empty where the wording was vetted for the move."""
    if mode not in SHOP_MODES:
        return ()
    matters = [m for m in talk.matters if not goods or m in PARCEL]
    solemn = bool(SOLEMN & set(memory["topics"][-2:]))
    asides = [a for a in talk.asides if a in KEPT or not (goods or solemn)]
    if memory["level"]:
        asides = [a for a in asides if a != "happy_event"]  # not every wedding is one's own
    if mode == "support":
        return tuple(dict.fromkeys([*_troubles(asides, talk, memory), *matters, *asides]))
    if move in VETTED or move == "tell_purpose":
        return ()
    if not matters and sure == move and move not in CHATTY:
        return ()  # "等快递等到升天" asks for the parcel
    return tuple(dict.fromkeys([*matters, *asides, *talk.stories]))


def _troubles(asides: Sequence[str], talk: ShopTalk, memory: Mapping[str, Any]) -> list[str]:
    """Which trouble is met first at level 1: the one told now, a general one after one told before; where
    something good was told and the trouble lies in the past, the good."""
    kept = [memory["story"]] if memory.get("story") and _near(memory, "story_turn") else []
    glad = "good_news" in asides or _near(memory, "bright_turn")
    if glad and (talk.past or not talk.stories):
        return ["good_news"]
    if not talk.stories:
        return [*(a for a in asides if a in MILD), *kept]
    if set(talk.stories) <= GENERAL and kept:
        return [*kept, *talk.stories]
    return list(talk.stories)


def _near(memory: Mapping[str, Any], key: str) -> bool:
    return bool(memory.get(key)) and memory["turn"] - int(memory[key]) <= GOES_ON


def conditions(
    mode: str, move: str, talk: ShopTalk, goods: bool, memory: Mapping[str, Any], sure: str | None = None,
    order: str = "",
) -> dict[str, Any]:  # fmt: skip
    """The part of a plan that ordinary wording goes by; outside the shop modes only for a question about the order
    (`order`: its matter), else {}. `sure`: the classifier's intent where it is sure of it."""
    if order:
        return {"about": [order], "form": "asks", "thing": talk.thing, "wanted": True}
    if mode not in SHOP_MODES:
        return {}
    return {
        "about": list(about(mode, move, talk, goods, memory, sure)), "form": "asks" if talk.asks else "tells",
        "thing": talk.thing, "spec": talk.spec, "due": talk.due, "wanted": bool(talk.matters or talk.asks),
    }  # fmt: skip


def order_of(text: str, mode: str, level: int, harmful: bool, names: Collection[str], talk: Mapping[str, Any]) -> str:
    """The matter of the order that somebody in danger, or who fears for another, asks about; "" where nothing is asked
    or where the goods themselves may be what harms (`harmful`, or means were asked for in the talk)."""
    means = "means_seeking" in names or "means_seeking" in (talk.get("seen") or ())
    if level < 2 or mode not in {"care", "other"} or harmful or means:
        return ""
    return order_asked(text)


def remember(memory: dict[str, Any], talk: ShopTalk, level: int) -> None:
    """Keep the thing and the hardship that were named; from level 2 on only that the order was meant."""
    if level >= 2:
        if PARCEL & set(talk.matters) or (talk.asks and (talk.matters or talk.thing)):
            memory["matter_turn"] = memory["turn"]
        return
    # A thing in a story is no goods; one that is asked for or wanted is.
    if talk.thing and (talk.matters or talk.asks) and (len(talk.thing) > 1 or not memory.get("thing")):
        memory["thing"], memory["thing_turn"] = talk.thing, memory["turn"]
    if told := [one for one in talk.stories if one not in GENERAL]:
        memory["story"], memory["story_turn"] = told[0], memory["turn"]
    if "good_news" in talk.asides:
        memory["bright_turn"] = memory["turn"]


def waits(memory: Mapping[str, Any], level: int, facts: Collection[str]) -> bool:
    """Whether this message is about the order, from somebody who was asked about suicide already: it gets a word about
    the order, since who is only ever asked on leaves (question 29 of VERA-MH)."""
    asked = bool((memory.get("asked") or {}).get("suicide"))
    return "push_order" in facts or (2 <= level <= 3 and asked and memory.get("matter_turn") == memory["turn"])


def values(
    plan: Mapping[str, Any], memory: Mapping[str, Any], orders: Sequence[Mapping[str, Any]], category: str,
    facts: Mapping[str, str],
) -> dict[str, str]:  # fmt: skip
    """What is filled in and compared while nobody is in danger: `thing`, `spec`, `due`, `order_status`, `order` (the
    state of the order meant) and the shop's own facts; only `order_status` otherwise."""
    shop = plan.get("shop") or {}
    calm = plan["mode"] in SHOP_MODES and plan["danger"] in {"calm", "distress"}
    named = str(shop.get("thing") or "")
    order = order_meant(orders, named or str(memory.get("thing") or ""))
    fill = {"order_status": STATUS_ZH.get(str(order.get("status")), "")} if order else {}
    if not calm:
        kept = str(memory.get("thing") or "") if ORDER in (plan.get("asks") or ()) else ""
        if ORDER in (plan.get("asks") or ()) and (thing := named or kept or name_of("", orders)):
            fill["thing"] = thing
        return {name: value for name, value in fill.items() if value}
    near = memory.get("turn", 0) - memory.get("thing_turn", 0) <= THING_STAYS
    kept = str(memory.get("thing") or "") if near else ""
    wanted = bool(shop.get("wanted")) and (len(named) > 1 or not kept)
    fill |= {"thing": (named if wanted else kept) or name_of("", orders, category)}
    fill |= {name: str(shop.get(name) or "") for name in ("spec", "due")}
    fill |= {"order": str(order.get("status") or "")} if order else {}
    return {name: value for name, value in {**facts, **fill}.items() if value}
