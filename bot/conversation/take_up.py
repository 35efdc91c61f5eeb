"""When a general sentence gives way to one that takes up what this message named, and when a move is not made twice
running. Pure.

A reply that could follow any message reads as a form letter (question 29 of `benchmarks/vera/rubric.yml`). So the
thing that the customer named stands where a mirror, a second thanks or "I am here" would, once in a reply; and
"I am here" is not said again in the very next reply beside something else. Nothing here touches a step of the
ladder, a number or an emergency.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from bot.conversation import variants as var
from bot.conversation.moves import PLAIN

#: The utterance that holds the wording (`bot/domain/responses_named.yml`).
TAKE_UP = "utter_take_up"
MIRROR, THANKS, STAY = "utter_reflect_feeling", "utter_thank_disclosure", "utter_stay_with"
#: Moves of somebody who tells something.
TELLING = frozenset({"tell", "answer", "disclose", "open_up", "tell_distress", "tell_grief", "tell_doctor"})
#: Moves that a mirror must answer in their own words, whatever else was named beside them.
ITSELF = frozenset(
    {"refuse_talk", "refuse_place", "refuse_police", "refuse_call", "afraid_tell", "fear_family", "anger", "ask_record",
     "caller_shaken", "guilt_caller", "hold_complaint", "line_busy", "thanks", "bye", "taken_back", "complain_quality",
     "complain_service", "threaten_complaint"}
)  # fmt: skip
#: Modes of a talk with somebody who suffers.
SUFFERS = frozenset({"support", "ask", "care"})
#: Steps in which staying is said for its own sake.
STAYS = var.EMERGENCY | {"human_help", "care_accept"}


def takes_up(utter: str, plan: Mapping[str, Any], memory: Mapping[str, Any], said: Collection[str]) -> bool:
    """Whether what was named may stand in place of `utter`. `said` are the utterances of this reply so far."""
    if plan["who"] != "self" or plan["mode"] not in SUFFERS or plan["step"] in var.EMERGENCY or TAKE_UP in said:
        return False
    heard = plan["heard"]
    if utter == MIRROR:
        return heard not in ITSELF
    if utter == THANKS:  # the first thanks are said
        return heard in TELLING and bool((memory.get("asked") or {}).get("thanked"))
    if utter == STAY:
        return heard in TELLING | PLAIN and MIRROR not in said and plan["step"] not in STAYS
    return False


def stays_again(utter: str, plan: Mapping[str, Any], said: Collection[str], before: Collection[str]) -> bool:
    """Whether "I am here" would be said in two replies running beside something else that answers. `before` are the
    utterances of the reply before this one."""
    general = plan["heard"] in TELLING | PLAIN and plan["step"] not in STAYS
    return utter == STAY and general and bool(said) and STAY in before
