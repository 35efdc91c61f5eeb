"""What this talk remembers, so that nothing told is asked again and no sentence is said twice.

Pure. The memory is a small JSON dict kept by the store with the chat:

    {"turn": 7, "told": {"alone": 5}, "asked": {"companion": [5]}, "pending": "companion",
     "said": ["…"], "inquired": {"come": [5]}, "topics": ["debt"], "persons": {"姑姑": "near"}, "person": "姑姑",
     "far": None, "whom": {}, "us": [], "last_named": None, "ta": "她", "age": "adult", "region": "mainland",
     "referred": {"mental_health_cn": 5}, "last_refer": 5, "promised": 6, "refused": 3,
     "moves": [["tell"], …], "flagged": 4, "language": "zh"}

Numbers are turns of the customer, from 1; `flagged` is the turn since which the level is 2 or more, `high`
3 or more, `gravest` the last in which a way, a time or something at hand was told; `open`: what our last question
asked for (:mod:`bot.conversation.answered`).
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Mapping
from typing import Any

from bot.conversation import answered, circle, inquiry
from bot.conversation import persons as people
from bot.conversation.hearing import Heard

Memory = dict[str, Any]

#: Sentences remembered in one case; more than any talk seen has needed.
MAX_SAID = 2000
#: Signals that answer the direct question: a wish spoken out, or more than a wish.
WISH = frozenset({"ideation_active", "intent", "plan", "preparation", "goodbye"})
#: Topics in which the people closest may be the danger; nobody is sent to them by the bot.
HURT_BY = frozenset({"parents", "marriage", "bullying", "violence"})
#: Who has a spouse, children or a job of their own is no minor, whatever a word beside it sounds like.
GROWN = re.compile(
    r"(?<![说講讲他她])我(?:的|家)?(?:老婆|老公(?!是)|太太(?![难累痛疼苦])|媳妇|妻子|丈夫|儿子|女儿|闺女|婆婆|岳母|孙[子女])"
    r"|(?<![他她有])我老婆(?:孩子|小孩)|我[^，。]{0,4}上工|(?:辞职|辭職)(?:在家)?(?:顾|顧|照|带|帶)"
    r"|(?:^|[？?。，])我(?:都|已经|今年)?[三四五六七八]十[一二三四五六七八九]?(?:多)?岁|\bmy (?:husband|wife|kids)\b",
    re.IGNORECASE,
)
AT_SCHOOL = re.compile("上学|老师|同学|班主任|作业|考试|放学")
#: What is being done to oneself or to them right now: nobody is asked whether it is meant.
ACTS = re.compile(
    r"(?<![不没别冇未])割(?:了(?!草|胶|韭|麦|稻|肉|地)|开|下去)|血(?:止不|流不|流个|一直[流出]|流?了?(?:好多|很多|一地|不停|满))|(?<![不没鼻])流血"
    r"|(?:药|片|瓶|农药)[^，。不没]{0,4}(?:吃|吞|喝)(?:了|下去|完)|(?<![不没别])(?:吞|喝)下去了|^我?(?:都|已经|全)?(?:吃|吞|喝)(?:了|完了)$"
    r"|(?:炭|火|煤)[^，。不没]{0,2}(?:点|烧)(?:着|上)?了|(?<![不没别])要跳了|^我?跳了|(?:进来了?|正|又|还)在?打我了?$|救命(?=$|[啊呀，。！!])"
    r"|\b(?:i cut (?:myself|my)|i.m bleeding|i (?:took|swallowed) (?:all|them|it|the pills)|i.m jumping)\b",
    re.IGNORECASE,
)
#: The same of who is spoken of.
TA_ACTS = re.compile(
    r"叫不醒|[搖摇](?:唔|不)醒|(?:没有?|冇)(?:呼吸|气了)|身上(?:都)?冰凉|满身是血|躺(?:在)?地上[^，。]{0,3}不动"
    r"|^(?!.*(?:消息|电话|微信|信息|短信|发)).*(?:没有?|冇)(?:反应|反應|知觉)|(?:真|已经|都)(?:把药)?(?:吞|割腕|跳)了"
    r"|(?:^|他|她|佢|人)[^，。没要想快会敢说]{0,3}(?:跳(?:了(?!绳|舞|槽|一|好)|下去了)|(?:掉|翻)下去了)(?![吗么没])"
    r"|(?:药|农药)[^，。不没]{0,4}(?:吃|吞|喝)(?:了|光|下去)|割腕了|(?<![不没鼻])流血|血(?:止不|一直流|流不)|心跳(?:停|没)|[摸探]不到(?:脉|心跳|气)|还有(?:气|呼吸|心跳|脉搏)|昏(?:过去|迷)|抽搐|口吐白沫"
    r"|\b(?:won.?t wake|not breathing|unconscious|is bleeding|took (?:all|the) pills)\b",
    re.IGNORECASE,
)
#: Who swallowed something and sleeps is not resting.
ASLEEP = re.compile(r"(?:她|他|TA|ta|佢|孩子|娃)[^，。不没]{0,4}(?:睡(?:了|着|過去|过去)|瞓(?:咗|着)|迷糊|犯困|很困)")
#: What is kept from ordinary talk.
LASTING = frozenset({"grown", "purpose_plain", "away", "no_greeting", "no_numbers", "has_doctor", "has_counsellor"})
#: Facts of which the last mention counts.
NEWEST = frozenset({"just_listen", "not_me", "is_me", "another", "for_another"})
#: Something was swallowed, whatever it was.
TAKEN = re.compile(
    r"(?:吃|吞|喝|咽|食|飲|饮)(?:下去|落去|进去|光|完)(?:了|咗)|都(?:吃|吞|喝)了"
    r"|\b(?:took|swallowed|taken) (?:all|them|it|the)\b",
    re.IGNORECASE,
)
#: What is heard but no fact about the customer.
PASSING = frozenset({"push_order"})
#: Signals after which the talk is about wanting to die, whatever the product.
HINTS = frozenset({"ideation_passive", "ideation_active", "self_injury", "burden"})
#: A wish in words of the lists, after which an earlier no no longer counts.
WISHED = frozenset({"ideation_passive", "ideation_active"})
#: Signals that answer "have you thought how".
WAY = frozenset({"method", "plan"})
#: Signals beside which a time is the time of it, and steps that ask for one.
TIMED = frozenset({"ideation_active", "plan", "method", "intent", "preparation", "goodbye", "in_progress"})
#: A day told in English, which no list of times knows.
DAY = re.compile(
    r"\b(?:the )?\d{1,2}(?:st|nd|rd|th)\b|\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|\b(?:tonight|tomorrow)\b",
    re.IGNORECASE,
)
WHEN_ASKED = frozenset({"when", "way", "safety_direct", "confirm", "suicide"})


def fresh() -> Memory:
    """The memory of a chat in which nothing was said yet."""
    return {
        "turn": 0, "told": {}, "asked": {}, "pending": None, "said": [], "topics": [], "person": None,
        "age": None, "region": None, "referred": {}, "last_refer": 0, "promised": 0, "refused": 0,
        "inquired": {}, "open": [], "open_turned": False,
        "traditional": False, "speaks_for": None, "level": 0, "support": 0, "shop": None,
        "shop_turn": 0,
        "welcomed": None, "hurt_by": [], "flagged": 0, "persons": {}, "far": None, "ta": None,
        "whom": {}, "us": [],
        "language": "zh",
        "refusals": 0, "high": 0, "gravest": 0, "wondered": {}, "unanswered": [], "lost": 0,
    }  # fmt: skip


def listen(
    memory: Mapping[str, Any] | None, heard: Heard, signals: Iterable[str], level: int,
    ruled: Iterable[str] | None = None,
) -> Memory:  # fmt: skip
    """The memory after a message of the customer: one turn further, with what was told in it.

    `ruled`: the signals that words of the lists gave. What a learned reader only felt ("复诊在九天后" as a time)
    answers no question of ours, so the ladder still asks it; None: all of `signals`.
    """
    new = {**fresh(), **copy.deepcopy(dict(memory or {}))}
    new["turn"] += 1
    turn = new["turn"]
    new["level"] = level
    new["flagged"] = (new["flagged"] or turn) if level >= 2 else 0
    new["high"] = (new["high"] or turn) if level >= 3 else 0
    told: dict[str, int] = new["told"]
    names = set(signals)
    sure = names if ruled is None else names & set(ruled)

    def note(*facts: str) -> None:
        for fact in facts:
            told.setdefault(fact, turn)

    unsure = {"purpose_plain"} if level >= 2 or "means_seeking" in names else set()
    if "stale" in heard.facts and not heard.region:
        unsure.add("place")  # an address that no longer holds
    if level < 2:
        unsure |= heard.facts - LASTING  # "送医院" or "一个人" in ordinary talk answers nothing we asked
    note(*(heard.facts - unsure - PASSING))
    # whose danger it is may be put right more than once: the last word counts
    told.update(dict.fromkeys(heard.facts & (NEWEST if level else frozenset()), turn))
    doing = {"in_progress"} if level >= 4 else set()  # below that "坐在", "喝了" are words of an ordinary day
    no = answered.plain_no(new, heard)
    if no and new["pending"] != "safety_direct":
        note("suicide_denied")
    if sure & (WISH | doing) and level >= 2 and "not_to_die" not in heard.facts and not no:
        note("suicide")
    if level >= 2 and sure & (WAY | doing):
        note("way")
    if level >= 2 and "time" in sure and (names & TIMED or new["pending"] in WHEN_ASKED):
        note("when")
    if level >= 2 and ("attempt_past" in sure or "attempt" in heard.topics):
        note("past_tried")
    if names & HINTS:
        note("hint")
    if "not_to_die" in heard.facts and level >= 2:
        note("suicide_denied")
    if heard.region and level >= 2:
        note("place")
    open_wish = names & {"ideation_passive", "ideation_active"} and "not_to_die" not in heard.facts and not no
    if new["pending"] in {"suicide", "confirm"} and open_wish and heard.yes is not False:
        note("suicide")  # "有时候想最好别醒" answers the question
    if "accept_help" in heard.moves and level >= 2 and (heard.person or new["person"]):
        note("companion")
    note(*answered.facts(new, heard, level))
    if "not_swallowed" in heard.facts and "swallowed" not in heard.moves and not TAKEN.search(heard.tight):
        told.pop("swallowed", None)  # "我没吃东西啊 我喝的酒"
    if told.get("means_near") == turn:
        told.pop("means_none", None)
    if told.get("someone") == turn:
        told.pop("companion_none", None)
    if level >= 4 and "in_progress" in names and TAKEN.search(heard.tight) and "not_swallowed" not in heard.facts:
        note("swallowed")  # "半小时前 吃下去了"
    if names & HINTS and told.get("suicide_denied") == turn and "not_to_die" not in heard.facts and not no:
        del told["suicide_denied"]  # "没想过怎么弄 就是想消失" denies a plan, not the wish
    if (
        sure & WISHED
        and not no
        and told.get("suicide_denied", turn) != turn
        and "not_to_die" not in heard.facts
        and level >= 2
    ):
        del told["suicide_denied"]  # "没有", and later "明早不醒也可以": plan and day are asked after all
    if "no_way" in heard.facts and level >= 2:
        note("way_none")
        if told.get("way") == turn and "method" not in names:
            del told["way"]  # "没得哪样打算 也没挑日子": the word is there, the plan is not
    if level >= 2 and new["pending"] in WHEN_ASKED and DAY.search(heard.plain):
        note("when")
    if level >= 4 and {"in_progress"} & names:
        told.pop("safe", None)
    if heard.topics:
        new["topics"] = [*[t for t in new["topics"] if t not in heard.topics], *heard.topics][-6:]
    # Who is named where a death is told is the one who died, unless they are said to be near or far.
    died = "grief" in heard.topics and people.GONE not in heard.persons.values()
    told_of = {n: people.GONE if died and s == people.NAMED else s for n, s in heard.persons.items()}
    if heard.said_of_ta and len(told_of) < 2:
        of_ta = people.of_pronoun(heard.said_of_ta, told_of or new["persons"], heard.ta_stands)
        told_of |= {n: s for n, s in of_ta.items() if n not in told_of or s == people.REFUSED}
    if people.REFUSED in told_of.values() and len(told_of) == 1 and told.get("companion") == turn:
        del told["companion"]  # "表姐在家 我怕她骂我" brings nobody
    circle.merge(new, told_of, heard.ta, heard.us, heard.tight)
    new["hurt_by"] = sorted({*new["hurt_by"], *(t for t in heard.topics if t in HURT_BY)})
    if not (new["age"] == "elder" and heard.age_band == "adult"):  # a son or a husband makes nobody younger
        new["age"] = heard.age_band or new["age"]
    if GROWN.search(heard.tight) and not AT_SCHOOL.search(heard.tight):
        note("grown")
    if level >= 3 and ACTS.search(heard.tight):
        told["acting"] = turn
    if level >= 3 and (TA_ACTS.search(heard.tight) or ("swallowed" in told and ASLEEP.search(heard.tight))):
        told["ta_acting"] = turn
    if "minor" in names and new["age"] is None and not {"years_ago", "grown"} & (heard.facts | told.keys()):
        new["age"] = "teen"
    new["region"] = heard.region or new["region"]
    new["traditional"] = new["traditional"] if heard.traditional is None else heard.traditional
    # who writes Cantonese goes on reading it, though one message shows only traditional characters
    if not (new["language"] == "yue" and heard.language == "zh" and heard.traditional is not False):
        new["language"] = heard.language or new["language"]
    if {"refuse_talk", "refuse_place"} & set(heard.moves):
        new["refused"] = turn
    new["refusals"] += level >= 2 and "refuse_talk" in heard.moves
    if "refuse_place" in heard.moves:
        note("refused_place")
    return new


def speak(
    memory: Mapping[str, Any],
    step: str | None,
    sentences: Iterable[str],
    referrals: Iterable[str] = (),
    actions: Iterable[str] = (),
) -> Memory:
    """The memory after our reply: what was asked, said, referred to and offered."""
    new = {**fresh(), **copy.deepcopy(dict(memory))}
    turn = new["turn"]
    spoken = list(sentences)
    asks = [one for one in spoken if "？" in one or "?" in one]
    if step in DIRECT and asks and not any(inquiry.topics(one) & ASKS_DIRECTLY for one in asks):
        step = None  # another question stood in its place; it is still to be asked
    new["pending"] = step if step in ASKING else None
    done = set(actions)
    direct = step == INTENT_NOW and any("thoughts" in inquiry.topics(one) for one in asks)
    for name in (step, *ALSO.get(step or "", ()), *(("suicide", "confirm") if direct else ())):
        if name:
            new["asked"].setdefault(name, []).append(turn)
    if "care_beside" in done:
        new["asked"].setdefault("human_help", []).append(turn)
    if "promise_beside" in done:
        for name in ("promise", "promise_beside"):
            new["asked"].setdefault(name, []).append(turn)
    for name in PROBED & done:
        new["asked"].setdefault(name, []).append(turn)
        new["pending"] = name
    if "check_beside" in done:
        new["asked"].setdefault("refer_check", []).append(turn)
        new["pending"] = "refer_check"
    if "utter_refer_hotline" in done or "utter_refer_emergency" in done:
        new["last_refer"] = turn
        new["asked"].setdefault("refer" if "utter_refer_hotline" in done else "refer_emergency", []).append(turn)
    if "utter_thank_disclosure" in done:
        new["asked"].setdefault("thanked", []).append(turn)
    for line in referrals:
        new["referred"][line] = turn
    if "utter_answer_plain" in done and any(not line.startswith(EMERGENCY_LINES) for line in referrals):
        new["last_refer"] = turn  # an answer that names a line is a referral, too
        new["asked"].setdefault("refer", []).append(turn)
    if {"utter_promise_followup", "promise_beside"} & done or step == "care_accept":
        new["promised"] = turn
    inquiry.note(new, spoken)
    answered.opened(new, spoken)
    new["proposed"] = circle.proposed(new["persons"], spoken)
    new["said"] = [*new["said"], *spoken][-MAX_SAID:]
    return new


#: Steps that ask directly about suicide, and what such a question asks for.
DIRECT = frozenset({"suicide", "confirm", "safety_direct"})
INTENT_NOW = "intent_now"
ASKS_DIRECTLY = frozenset({"thoughts", "safe", "ta_thoughts", "ta_safe"})
#: Ids of the registry's emergency lines begin so.
EMERGENCY_LINES = ("police", "ambulance", "emergency")
#: Steps that ask what another step would ask, too.
ALSO = {
    "means": ("safety",), "emergency": ("safety", "safety_now", "place"), "safety": ("safety_now",),
    "companion_refer": ("companion",), "promise_refer": ("promise",), "confirm": ("suicide",),
    "safety_direct": ("suicide", "safety_now"), "care_promise": ("promise", "human_help"),
    "care_accept": ("promise", "human_help", "care_promise"),
}  # fmt: skip
#: Steps whose question may stand beside another step (:mod:`bot.conversation.alongside`).
PROBED = frozenset({"way", "intent"})
#: Steps that leave a question open.
ASKING = frozenset(
    {"purpose", "suicide", "door", "lost", "way", "safety", "safety_now", "means", "companion", "companion_refer",
     "place", "when", "emergency", "confirm", "safety_direct",
     "other_emergency", "other_state", "caller_companion", "listen", "emergency_check", "refer_check", "human_help",
     "care_promise", "care_accept", "get_through", "violence", "other_plan", "other_means", "past",
     "intent", "intent_now", "other_intent"}
)  # fmt: skip


def declined_now(memory: Mapping[str, Any]) -> bool:
    """Whether this very message asked for no more greetings."""
    return bool(memory.get("told", {}).get("no_greeting")) and memory["told"]["no_greeting"] == memory.get("turn")


def times(memory: Mapping[str, Any], step: str) -> int:
    """How often this step was taken in the chat."""
    return len(memory["asked"].get(step, ()))


def since(memory: Mapping[str, Any], step: str) -> int:
    """Turns since this step was last taken; a large number when never."""
    asked = memory["asked"].get(step)
    return memory["turn"] - asked[-1] if asked else 10**6
