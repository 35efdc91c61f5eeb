"""Which step of the ladder follows the answer to one message. Pure.

The order of steps is written in `ladder.yml`; here stands what makes it wait, jump or fall silent.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from bot.conversation import duties, edge, inquiry, insisted, onward, reach, third
from bot.conversation import memory as mem
from bot.conversation import persons as people
from bot.conversation.deadlines import overdue
from bot.conversation.hearing import Heard
from bot.conversation.ladder import Ladder
from bot.conversation.questions import DIRECT
from bot.conversation.replies import REPLY
from bot.conversation.settled import somebody_comes
from bot.risk.grade import is_later

#: Moves after which a customer may not come back tonight.
LEAVING = frozenset({"bye", "thanks", "calm_denial", "accept_help", "relief"})
#: Signals that say something new and grave about the customer.
GRAVE = frozenset(
    {"ideation_passive", "ideation_active", "method", "plan", "time", "intent", "preparation", "goodbye",
     "attempt_past", "in_progress", "self_injury", "burden", "other_at_risk"}
)  # fmt: skip
#: Those after which nobody is sent to a clinic in the same breath.
NEWS = frozenset({"time", "intent", "preparation", "goodbye", "in_progress", "plan", "method"})
#: Signals beside a risky question after which it is asked about directly at once.
WEARY = frozenset({"distress", "life_event", "burden"})
#: What is told without being asked for anything.
OPENING = frozenset({"tell", "disclose", "open_up", "shop_in_care"})
#: Standings of a person who may be asked in or telephoned, and how often somebody is asked for in a talk.
ASKABLE = frozenset({"named", "near", "far"})
COMPANION_MOST = 4
#: Messages that asked for no more questions after which the ladder asks nothing.
REFUSED_ENOUGH = 2
#: Turns for which "没听说有打算" outweighs a way or a time that is only felt.
LATELY = 3
#: Turns in which who asked only to be listened to is asked nothing.
JUST_LISTEN = 3
#: Steps that give a number, and plain answers that have just given one.
GIVING = frozenset({"refer", "companion_refer", "promise_refer"})
NUMBERED = frozenset({"ask_line", "ask_hours", "ask_cost", "unlisted", "what_now"})
#: Facts after which the worst moment is over for now: the emergency script gives way to company, care.
BACK = frozenset({"stood_down", "stepped_back", "help_called", "help_there", "settled"})
#: Below this level, who was asked and evaded is listened to: no number, no ladder ("再赔我就老实去电子厂").
CARED_FROM, MILD = 2, frozenset({"suicide", "confirm", "stay", "listen", "door", "quiet", "none"})
#: Steps that ask two things in one question: which may be asked already, which is left, and what asks that alone.
HALVES = {
    "safety": ("means", "safe", ("safety_now",)), "safety_direct": ("safe", "thoughts", ("suicide", "confirm")),
}  # fmt: skip
#: Words for somebody else in a first line.
ANOTHER = re.compile(
    r"[他她佢]|孩子|娃|老人|阿姨|大爷|叔|[这那]人|有个?人|别个|客人|同学|室友|\b(?:he|she|they|him|her|boss)\b",
    re.IGNORECASE,
)
#: Troubles told beside a risky question that make it more than one.
SORROWS = frozenset({"exam", "school_mates", "bullying", "violence", "parents", "debt", "dunned", "cheated", "jobless",
                     "divorce", "love", "grief", "lonely", "burden", "empty", "tired"})  # fmt: skip
#: Intents of the classifier that tell of suffering.
DISTRESS_INTENTS = frozenset({"tell_distress", "tell_grief"})


def step_for(
    stairs: Ladder, mode: str, danger: str, move: str, names: frozenset[str], before: Mapping[str, Any],
    memory: Mapping[str, Any], suffering: bool, asks_purpose: bool, heard: Heard, own_goods: bool,
    hushed: bool = False, reply: str = "",
) -> str:  # fmt: skip
    """The step's name, or "none" where nothing is to follow. `before` is the memory before the message; `hushed`:
    after the answer to a direct question nothing is asked; `reply`: how our own question was taken."""
    chosen = _chosen(stairs, mode, danger, move, names, before, memory, suffering, asks_purpose, heard, own_goods,
                     hushed, reply)  # fmt: skip
    if mode == "care" and memory["level"] < CARED_FROM and not {"suicide", "hint"} & memory["told"].keys():
        return chosen if chosen in MILD else "listen" if stairs.open("listen", memory) else "stay"
    chosen = onward.step(chosen, stairs, mode, danger, move, before, memory, heard, reply, bool(names & NEWS))
    chosen = edge.step(chosen, stairs, mode, danger, move, memory, heard, reply)
    if insisted.new(memory):
        return "quiet"  # who is believed is asked nothing in the same breath
    chosen = duties.probe(chosen, stairs, mode, danger, move, memory)
    chosen = duties.step(chosen, stairs, mode, danger, move, memory)
    chosen = insisted.instead(onward.owed(chosen, stairs, mode, danger, move, memory), danger, memory)
    return _still_open(chosen, stairs, memory)


def _still_open(step: str, stairs: Ladder, memory: Mapping[str, Any]) -> str:
    """The step that asks what is left where half of its question was asked or told already: it would have no words."""
    shut = inquiry.shut(memory) if step in HALVES else frozenset()
    done, left, instead = HALVES.get(step, ("", "", ()))
    if done not in shut or left in shut:
        return step
    return next((other for other in instead if stairs.open(other, memory)), step)


def _chosen(
    stairs: Ladder, mode: str, danger: str, move: str, names: frozenset[str], before: Mapping[str, Any],
    memory: Mapping[str, Any], suffering: bool, asks_purpose: bool, heard: Heard, own_goods: bool,
    hushed: bool, reply: str,
) -> str:  # fmt: skip
    told = memory["told"]
    if mode == "service":
        return "purpose" if asks_purpose else "none"
    if mode == "support" and asks_purpose:
        return "purpose"
    if mode == "support":
        return (
            "listen"
            if move in DISTRESS_INTENTS and stairs.open("listen", memory) and mem.times(memory, "listen") < 1
            else "none"
        )
    if mode == "ask":
        strong = bool({"means_seeking"} & names) or "means_seeking" in (memory.get("seen") or ())
        # A weary word beside the question makes it more than a question; an illness or living alone does not.
        if ((suffering and names & WEARY) or set(heard.topics) & SORROWS) and stairs.open("suicide", memory):
            return "suicide"
        if stairs.open("purpose", memory) and not (mem.times(memory, "purpose") and (strong or danger == "ideation")):
            return "purpose"
        if stairs.open("suicide", memory):
            return "suicide"
        asked = memory["asked"].get("suicide") and not {"purpose_plain", "suicide_denied"} & told.keys()
        return stairs.next("ideation", memory) if asked and danger == "ideation" else "stay"
    if mode == "other":
        # "十五号以后用不着了" is no hour, and "没说咋弄 没备啥" no way: nobody is sent the ambulance for it
        later = {"time"} if is_later(heard.tight) else set()
        lately = any(memory["turn"] - told.get(fact, -9) <= LATELY for fact in ("way_none", "means_none"))
        none = {"method", "time"} if lately and "way" not in told and danger != "imminent" else set()
        return third.step(stairs, danger, move, names - later - none, before, memory, hushed)
    if somebody_comes(memory) and "companion" not in told:
        told = {**told, "companion": memory["turn"]}  # who is on the way is not asked for again
        memory = {**memory, "told": told}
    order = danger if danger in {"ideation", "high", "imminent"} else "ideation"
    back = bool(BACK & told.keys()) and (not names & GRAVE or "arrived" in heard.facts)
    # Who stands where one falls, or has swallowed something, gets the number in the first reply, whatever the level.
    brink = order != "imminent" and (heard.facts & {"brink"} or move == "swallowed")
    graver = order == "imminent" and before["level"] < 4 and mem.since(memory, "emergency") > 2
    if (order == "imminent" or brink) and (graver or not memory["asked"].get("emergency")) and not back:
        return "emergency"
    calm = {fact for fact in ("here", "stepped_back", "stood_down") if told.get(fact) == memory["turn"]}
    acts = told.get("acting") == memory["turn"] and order in {"high", "imminent"} and not calm
    if acts and memory["asked"].get("emergency") and stairs.open("acting", memory):
        return "acting"  # who has begun is not asked whether it is meant
    edge = bool({"brink", "swallowed"} & told.keys())
    if move == "misheard" and heard.person and not {"companion", "companion_none"} & told.keys():
        return "companion"  # "老婆在隔壁屋": who was named beside the correction
    if told.get("here") == memory["turn"] and "swallowed" not in told:
        # Somebody has just come: nothing is asked, they are left to one another.
        parting = {"bye", "thanks"} & set(heard.moves)
        if parting and stairs.open("promise", memory):
            return "promise"
        fresh = order != "imminent" and not memory["asked"].get("refer") and stairs.open("refer", memory)
        return "refer" if fresh else "stay"
    waits = told.get("coming") == memory["turn"] and move not in {DIRECT, REPLY} and "swallowed" not in told
    if waits and (order == "imminent" or memory["asked"].get("refer")):
        return "stay"  # whoever is on the way is waited for
    if order == "imminent" or edge:
        if order != "imminent" and not memory["asked"].get("suicide") and "swallowed" not in told:
            return "safety_direct"
        return _at_the_edge(stairs, move, memory, heard, hushed, reply, bool(names & GRAVE))
    # What is only felt in a line that names somebody else ("他说看不住他的") may be about them: the door fits both.
    aside = "hint" not in told or bool(heard.persons or ANOTHER.search(heard.plain))
    first = memory.get("felt_only") and not memory["asked"].get("suicide") and aside
    anew = order == "ideation" or (order == "high" and before["level"] < 2)
    if first and anew and move in OPENING and stairs.open("door", memory):
        return "door"  # a harmless first line is not met with the question; the next reply asks it
    leaving = move in stairs.winding_down
    if move == "accept_help" and reach.within(memory) == "calling":
        return "care_accept" if stairs.open("care_accept", memory) else "stay"  # "闺女电话来了 我接了啊"
    # After an answer nothing is asked; but who only ever asks us is not left unasked: every second answer goes on.
    hushed = hushed and move == DIRECT and bool(before["pending"] or not memory["asked"])
    late = overdue(stairs, order, move, memory, move in stairs.quiet or leaving or hushed, leaving)
    if hushed:
        return late if late not in GIVING and late else "quiet"
    if move == REPLY and not reply.endswith("_evade"):
        return late if late and late not in GIVING else _after_reply(stairs, reply, memory)
    if late and not (late in GIVING and move in NUMBERED):
        return late
    listening = memory["turn"] - told.get("just_listen", -9) <= JUST_LISTEN
    if listening and not names & GRAVE and memory["asked"].get("suicide") and move not in stairs.winding_down:
        return "quiet"  # who asked to be heard is heard, not sent to one more person
    if move == "means_question" and order == "high" and "suicide" in told and stairs.open("safety_direct", memory):
        return "safety_direct"
    if move == "means_question":
        step = "safety" if mem.times(memory, "safety") < 4 and mem.since(memory, "safety_now") > 1 else "stay"
        return (
            step if order != "ideation" or "suicide" in told else "suicide" if stairs.open("suicide", memory) else step
        )
    if move in stairs.winding_down and not (
        move == "presence" and mem.times(memory, "suicide") == 0 and "suicide" not in told
    ):
        # Who leaves without ever having had a number takes one along; who only comforts himself is not sent off.
        leaving = move in LEAVING and order in {"ideation", "high"} and not memory["asked"].get("refer")
        if leaving and stairs.open("promise_refer", memory) and stairs.open("promise", memory):
            return "promise_refer"
        cared_for = memory["asked"].get("human_help") or memory["asked"].get("care_promise")
        if move != "presence" and not cared_for and stairs.open("care_promise", memory):
            return "care_accept" if move == "accept_help" else "care_promise"
        return "promise" if stairs.open("promise", memory) else "stay"
    if move == "answer" and told.get("place") == memory["turn"] and mem.times(memory, "companion"):
        return "promise" if stairs.open("promise", memory) else "stay"  # telling the place is accepting help
    cared = {"has_doctor", "has_counsellor"} & told.keys() and memory["asked"].get("suicide")
    if (
        (move == "tell_doctor" or cared)
        and stairs.open("human_help", memory)
        and not stairs.presses("human_help", memory)
    ):
        return "human_help"  # the person who knows them already, earlier than planned, before any stranger
    if move in {"refuse_call", "line_busy"} and not stairs.presses("companion", memory):
        return "companion" if stairs.open("companion", memory) and mem.since(memory, "companion_refer") > 3 else "quiet"
    if move in stairs.quiet:
        wants_number = move in {"refuse_talk", "refuse_place", "refuse_police", "ask_human"}
        return (
            "refer" if wants_number and not memory["asked"].get("refer") and stairs.open("refer", memory) else "quiet"
        )
    if move == "disclose" and order == "ideation" and "way" in told and before["pending"] == "suicide":
        return "quiet"  # the first yes is given room; the next turn asks on
    if memory["refusals"] >= REFUSED_ENOUGH and not names & GRAVE:
        return stairs.next("refused_twice", memory)  # who said twice that they want no questions gets none
    if memory["refused"] and memory["turn"] - memory["refused"] <= 2 and order == "ideation":
        return stairs.next("refused", memory)
    if "violence" in heard.topics and stairs.open("violence", memory) and memory["asked"].get("suicide"):
        return "violence"
    named = [n for n, s in heard.persons.items() if s in ASKABLE and n not in before["persons"]]
    calls = "phone_kin" in heard.topics and (memory["far"] or memory["person"]) and mem.since(memory, "companion") > 2
    wanted = not {"companion", "companion_none", "companion_declined"} & told.keys() or bool(named)
    askable = not stairs.steps["companion"].asks <= inquiry.shut(memory)  # else the step would have nothing to say
    if (named or calls) and wanted and askable and "companion" not in told and memory["asked"].get("suicide"):
        fresh = not memory["asked"].get("refer") and stairs.open("companion_refer", memory)
        step = "companion_refer" if fresh else "companion"
        return step if mem.times(memory, "companion") < COMPANION_MOST else stairs.next(order, memory)
    elsewhere = bool({"away", "stale"} & told.keys()) and not mem.times(memory, "place")
    if order == "high" and elsewhere and stairs.open("place", memory):
        return "place"
    if "means_near" in told and memory["asked"].get("refer") and not mem.times(memory, "get_through"):
        return "get_through"
    # A passive or half-spoken wish is asked about once more in other words.
    step = stairs.next(order, memory)
    if step in GIVING and move in NUMBERED:
        return "companion" if stairs.open("companion", memory) else "stay"
    planned = {"way", "means_near", "when"} & told.keys() and "suicide_denied" not in told
    if step == "place" and not planned:
        step = stairs.next(order, {**memory, "told": {**told, "place": 0}})  # asked of who has a plan, not of the weary
    if step == "safety" and "safe" in told and stairs.open("means", memory):
        return "means"  # they said that they are safe: what is within reach is still unknown
    if step == "safety" and order == "high" and own_goods and stairs.open("means", memory):
        return "means"  # the goods were named and have not arrived: what else is within reach
    if (
        heard.person
        and order != "ideation"
        and step in {"place", "when", "past", "refer_check", "stay"}
        and stairs.open("companion", memory)
        and not stairs.presses("companion", memory)
    ):
        return "companion"
    if (
        step == "stay"
        and mem.since(memory, "promise") > 6
        and mem.times(memory, "stay") >= 3
        and stairs.open("promise", memory)
    ):
        return "promise"
    return step


def _after_reply(stairs: Ladder, reply: str, memory: Mapping[str, Any], edge: bool = False) -> str:
    """What follows the smaller step that a refusal, or a yes, was answered with: mostly nothing, so that it counts."""
    what, _, how = reply.partition("_")
    asked_lately = mem.since(memory, "companion") <= (1 if edge else 3)
    if how != "yes" and what in {"line", "emergency"} and not asked_lately and stairs.open("companion", memory):
        return "companion"
    pressed = stairs.presses("emergency_check", memory) and "swallowed" not in memory["told"]
    if edge and how != "yes" and what == "companion" and "call_declined" not in memory["told"] and not pressed:
        return "emergency_check" if stairs.open("emergency_check", memory) else "quiet"
    return "quiet"


def _goes(memory: Mapping[str, Any]) -> bool:
    """Whether a goodbye is one for good: the thing, the hour or the place was told, and nobody is with them."""
    told = memory["told"]
    ready = {"means_near", "when", "brink", "way"} & told.keys()
    calm = {"here", "coming", "stood_down", "stepped_back", "settled", "means_none", "help_called",
            "help_there"} & told.keys()  # fmt: skip
    return bool(ready) and not calm and mem.since(memory, "emergency") > 2 and mem.since(memory, "acting") > 1


def _at_the_edge(
    stairs: Ladder, move: str, memory: Mapping[str, Any], heard: Heard, hushed: bool = False, reply: str = "",
    grave: bool = False,
) -> str:  # fmt: skip
    """Level 4, on a roof, or something swallowed: company, the call and distance until one of them is there."""
    told = memory["told"]
    refuses = {"refuse_call", "refuse_talk"} & set(heard.moves)
    if move == DIRECT and (hushed or refuses):
        return "quiet"
    if move == REPLY and not reply.endswith("_evade"):
        return _after_reply(stairs, reply, memory, edge=True)
    helped = {"help_called", "help_there"} & told.keys()
    if "swallowed" in told:  # what was swallowed goes on working, whatever else is better
        memory = {**memory, "told": {**told, "safe": 0}}
        if helped:
            return "companion" if stairs.open("companion", memory) else "quiet"
        if told.get("here") == memory["turn"] and stairs.open("emergency_check", memory):
            return "emergency_check"  # who has come can make the call
        if heard.person or move in stairs.winding_down:
            asks = "companion" if heard.person and move not in stairs.winding_down else "emergency_check"
            return asks if mem.since(memory, asks) > 1 or asks == "companion" else "stay"
        if move in stairs.quiet:
            return "emergency_check" if mem.since(memory, "emergency_check") > 1 else "quiet"
        return stairs.next("imminent", memory)
    if told.get("stepped_back") == memory["turn"]:
        return "companion" if "companion" not in told and mem.since(memory, "companion") > 1 else "stay"
    back = BACK & told.keys()
    if move in {"bye", "thanks"} and _goes(memory) and stairs.open("acting", memory):
        return "acting"  # "娃睡了 我也去了" of who waited for that is a farewell
    if move in stairs.winding_down or move == "prank":
        # "骗你的" from a roof, "我这就去找我妈了" of a dead one: who stands there has to have come back first
        helped = "accept_help" in heard.moves and "brink" not in told
        if move == "prank" and not back and stairs.open("safety_direct", memory):
            return "safety_direct"
        helped = helped or (move == "prank" and not {"brink", "acting"} & told.keys())
        if (move == "presence" or not back) and not helped:
            return stairs.next("imminent", memory)
        if move == "prank" and not memory["asked"].get("refer") and stairs.open("refer", memory):
            return "refer"
        if helped and not back:
            return "stay"
        cared_for = memory["asked"].get("human_help") or told.get("stepped_back") == memory["turn"]
        if not cared_for and stairs.open("care_promise", memory):
            return "care_accept" if move == "accept_help" else "care_promise"
        return "promise" if stairs.open("promise", memory) else "stay"
    if move in {"refuse_call", "line_busy"} and not back and not mem.times(memory, "emergency_check"):
        return "emergency_check"  # who cannot or will not dial is helped to have it dialled, once
    if move in (stairs.quiet | {"refuse_call", "line_busy"}) - {"misheard"}:
        return "quiet"
    far = any(standing == people.FAR for standing in heard.persons.values())  # who is far can be rung
    near = heard.person or far or ("awake" in heard.facts and memory["person"])
    if near and not {"companion", "companion_declined"} & told.keys() and mem.since(memory, "companion") > 1:
        return "companion"
    if not grave and mem.times(memory, "emergency_check"):
        memory = {**memory, "told": {**told, "call_declined": 0}}  # said and asked once; again only with something new
    if memory["refusals"] >= REFUSED_ENOUGH and not grave:
        return "stay"
    step = stairs.next("back_from_the_edge" if back else "imminent", memory)
    if step == "refer" and ("line_busy" in heard.moves or "busy_line" in memory["topics"]):
        # "热线有个屁用 没人接": no line is named again to who sits there with it; somebody of their own is
        return "companion" if stairs.open("companion", memory) else "stay"
    return step
