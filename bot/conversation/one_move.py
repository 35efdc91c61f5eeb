"""The one thing a customer did with a message, in the words of the rules (data/stories). Pure.

Most messages do several things; what is answered is what a person would answer first: an emergency, a question to us,
a refusal, a step towards help, news, in that order as far as the talk allows.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.conversation import memory as mem
from bot.conversation import questions, replies, shop_plan
from bot.conversation.hearing import Heard
from bot.conversation.learned import SHUT
from bot.conversation.lines import unlisted
from bot.conversation.moves import (
    ABOUT_US,
    EASED,
    IN_CRISIS,
    LATER,
    MORE_THAN_A_CORRECTION,
    MOVES,
    OTHER_ONLY,
    PARTING,
    PLAIN,
    REPORTED,
    TOO_SHORT,
    URGENT,
    WHO_COMES,
)
from bot.conversation.product import SUFFERING
from bot.conversation.shop_plan import MOVE_SURE, SHOP, SHOP_SURE
from bot.conversation.shop_talk import ShopTalk
from bot.conversation.steps import GRAVE

#: A message in which nothing of the shop was heard.
NO_TALK = ShopTalk()


def heard_move(
    mode: str, heard: Heard, names: frozenset[str], before: Mapping[str, Any], now: Mapping[str, Any],
    intent: str | None, confidence: float, level: int, text: str, asks: tuple[str, ...] = (), reply: str = "",
    ruled: frozenset[str] | None = None, goods: ShopTalk = NO_TALK,
) -> str:  # fmt: skip
    """The move that is answered: a key of data/heard.yml or an intent of the classifier.

    `ruled`: the signals that words of the lists gave; `goods`: the message as far as the shop goes.
    """
    sure = intent if intent and confidence >= MOVE_SURE else None
    sure = IN_CRISIS.get(sure, sure) if sure else None
    if len(text.strip()) <= TOO_SHORT or (sure in LATER and before["level"] < 2):
        sure = None
    moves = [m for m in replies.without(reply, text, heard) if mode == "other" or m not in OTHER_ONLY]
    if before["level"] < 2 and not before["asked"]:
        moves = [m for m in moves if m not in LATER]
    if {"ask_bot", "ask_human"} <= set(moves):
        moves.remove("ask_bot")  # "有真人的话跟我说说话" asks for one
    if unlisted(text):
        moves = ["unlisted", *moves]
    if before["level"] < 2 <= level:
        moves = [m for m in moves if m not in {"thanks", "bye"}]  # "唔該。有時都想落去陪下佢" is no mere thanks
    news = bool(names & GRAVE)
    weighs = GRAVE if "presence" in moves else GRAVE | SUFFERING  # "你还没走啊" asks for us, however sadly
    fresh_fact = answered_ours(before, now)
    first = (
        now["told"].get("suicide") == now["turn"]
        or (before["level"] < 3 <= level and bool(names & weighs) and not fresh_fact)
        or ("attempt" in heard.topics and "refuse_talk" not in moves)
    )
    if mode == "other":
        # The report itself is the news; "这辈子谢谢你" in it is the other's farewell, no thanks to us.
        moves = [m for m in moves if m in REPORTED] if news or before["level"] < 2 else moves
        moves = [m for m in moves if m != "hold_complaint" or "at_hospital" not in moves]  # "拉回来了 人抱着呢"
        if before["level"] < 2 or set(moves) & MORE_THAN_A_CORRECTION:
            moves = [m for m in moves if m != "misheard"]
        if questions.comes_first(asks, moves):
            return questions.DIRECT
        move = next((m for m in moves if m in MOVES), None)
        if not news and replies.counts(reply, move, False, news):
            return replies.REPLY
        open_question = move is None and not news and before["level"] >= 2 and questions.is_open(text)
        return move or (str(sure) if sure in MOVES else questions.UNKNOWN if open_question else "tell")
    if urgent := next((m for m in moves if m in URGENT), None):
        return urgent
    felt = bool(now.get("felt_only")) and before["level"] < 2 and not (ruled or frozenset()) & (GRAVE | SUFFERING)
    if felt and mode == "care" and goods.matters and not now["told"].get("suicide"):
        return "shop_in_care"  # "刻字的杯子寄出了還可以攔下來嗎": nobody is thanked for a disclosure they did not make
    if "threat" in heard.topics and level >= 3:
        return "threat"
    if "taken_back" in moves:
        return "taken_back"
    if "accept_help" in moves and {"stand_down", "stepped_back"} & heard.facts:
        return "accept_help"  # who came down, or goes to somebody, is met there, whatever the words sound like
    if "held_off" in heard.facts and before["level"] >= 2 and not names & {"in_progress", "plan", "time"}:
        return "relief"  # "今天还没划" is a step
    if now["told"].get("here") == now["turn"] and not asks:
        return "accept_help"
    if "goodbye" in names and level >= 3 and not PARTING & set(moves):
        return "disclose"
    if "prank" in moves and before["level"] >= 2:
        return "prank"  # "骗你的 看你们会不会报警": the confession is met, whatever is asked beside it
    if "presence" in moves and "accept_help" in moves and not heard.person:
        return "presence"
    if sure == "calm_denial" and not moves and level < 4 and not names & (ruled or frozenset()) & GRAVE:
        return "calm_denial"
    if EASED & set(moves) and news and not names & GRAVE & (ruled or frozenset()):
        news = first = False  # "警察来了 没事了 谢谢": what was only felt turns no thanks into news
    calls = next((m for m in ("injection", "presence") if m in moves), "") if before["level"] >= 2 and level < 4 else ""
    if calls == "injection" or (calls and len(text.strip()) <= TOO_SHORT * 2):
        return calls  # "你别走" is met before anything else
    means = (
        bool({"asks_means"} & set(heard.topics))
        or (level >= 2 and "where_else" in heard.topics)
        or (
            "asks_amount" in heard.topics
            and not asks
            and bool(mode == "ask" or {"way"} & now["told"].keys() or before["asked"].get("purpose"))
        )
    )
    if means and "ask_bot" not in moves and not names & (GRAVE - {"ideation_active", "ideation_passive", "method"}):
        return "means_question"
    if questions.comes_first(asks, moves) and not (first and before["level"] < 2):
        return questions.DIRECT
    plain = next((m for m in moves if m in PLAIN), None)
    if "swallowed" in now["told"] and "what_now" in moves:
        plain = "what_now"
    if first or news or set(moves) & MORE_THAN_A_CORRECTION:
        moves = [m for m in moves if m not in {"misheard"} | ({"why_place"} if "accept_help" in moves else set())]
        plain = next((m for m in moves if m in PLAIN), None) if plain in {"misheard", "why_place"} else plain
    question = next((m for m in moves if m in ABOUT_US), None)
    if question and before["level"] >= 2 and level < 4 and not plain:
        return question  # a question about us is answered, also beside a disclosure
    if plain and not (first and before["level"] < 2):
        return plain
    if (first and not (replies.refuses(reply) and before["level"] >= 2 and "suicide" in before["told"])) or (
        news
        and names & {"plan", "method", "attempt_past", "in_progress", "preparation", "other_at_risk"}
        and not ({"refuse_talk", "hold_complaint"} & set(moves) or (level >= 4 and replies.refuses(reply)))
        and not (level < 4 and {"bye", "thanks"} & set(moves))
    ):
        return "disclose"
    if "means_seeking" in names and not names & mem.HINTS and not {"hold_complaint", "refuse_talk"} & set(moves):
        return "means_question"
    if replies.counts(reply, next((m for m in moves if m in MOVES), None), fresh_fact, bool(names & mem.WAY)):
        return replies.REPLY
    # A felt shade of the old wish does not turn "我睡了" or "说的胡话" into something new.
    if names & (GRAVE - {"ideation_passive", "time", "in_progress"}) or ("in_progress" in names and level >= 4):
        moves = [m for m in moves if m not in {"calm_denial", "relief", "thanks", "bye", "presence", "silent"}]
    answered = fresh_fact and (heard.yes is not None or heard.facts or now["told"].get("when") == now["turn"])
    for move in moves:
        if move == "silent" and (heard.yes is not None and fresh_fact):
            break
        if move in {"refuse_talk", "anger", "thanks", "silent"} and answered:
            break
        if move == "calm_denial" and level < 4 and now["told"].get("safe") == now["turn"]:
            break  # "现在没事" answers our question
        if move in MOVES:
            return move
    if "push_order" in heard.facts and mode == "care" and set(moves) <= EASED and not names & (GRAVE - {"time"}):
        return "shop_in_care"  # "没事了 那大瓶的照发吧": it stays where it is, and so do we
    if before["pending"] in WHO_COMES and {"way", "thing"} & heard.facts and heard.yes is not False:
        return "disclose"  # "嗯 那瓶就是给我自己买的" is no yes to the question who could come
    if shop_plan.waits(now, level, heard.facts) and mode == "care" and not names & (GRAVE - {"time"}):
        return "shop_in_care"
    if mode == "ask" and intent in {"evade_purpose", "ask_effect", "ask_strength"} and confidence >= SHOP_SURE:
        return "means_question" if intent != "evade_purpose" else "evade_purpose"
    if fresh_fact:
        return "answer"
    if news:
        return "tell"
    if names & {"life_event", "illness"} and before["asked"]:
        return "open_up"
    shut = sure == "accept_help" and SHUT & set(heard.persons.values())  # "前夫就等着我出事" is no step towards him
    if sure in MOVES and sure not in OTHER_ONLY and not shut:
        return str(sure)
    spoken = bool(goods.matters and (goods.asks or goods.thing or "order_talk" in heard.facts))
    if sure in SHOP and level < 4 and not names & SUFFERING and spoken and sure not in {"greet", "ack", "small_talk"}:
        return "shop_in_care"
    return questions.UNKNOWN if before["level"] >= 2 and questions.is_open(text) else "tell"


def answered_ours(before: Mapping[str, Any], now: Mapping[str, Any]) -> bool:
    """Whether the message told something we had asked for."""
    wanted = {
        "suicide": {"suicide"}, "way": {"way"}, "safety": {"safe", "means_none"}, "means": {"means_none", "means_near"},
        "companion": {"companion", "companion_none", "alone"}, "place": {"place"}, "when": {"when"},
        "emergency": {"place", "safe"},
    }  # fmt: skip
    wanted["companion_refer"] = wanted["companion"]
    new = {fact for fact, turn in now["told"].items() if turn == now["turn"]}
    asked = set(before["asked"])
    return any(new & facts for step, facts in wanted.items() if step in asked)
