"""What a customer asks us outright, so that it gets an answer and not a comforting sentence. Pure.

The kinds stand in `data/questions.yml`, their answers in `bot/domain/responses_answers.yml` under the condition
`asks`. Danger is never read here (that is `bot.risk`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import yaml

from bot.conversation.hearing import DATA, language, patterns, simplify
from bot.conversation.shop_talk import lists as shop_lists

FILE = DATA / "questions.yml"
#: The kind of a question to us that no other kind fits: a colleague is asked, and that is said.
OPEN = "unknown"
#: The kind of a question about the order from somebody in danger, or who fears for another (`order` of the file).
ORDER = "order"
#: Kinds whose words a question about the order has, too: "订单取消了没" is none about a licence.
NOT_BESIDE_ORDER = frozenset({"licence", "affect_record", "step_back", "how_long_come", "will_return", "delete",
                              "money_back", "human_when", "after_death", "record_med"})  # fmt: skip
#: Somebody is telephoning them at this moment.
RINGS = "someone_rings"
#: The intents under which the rules answer.
DIRECT, UNKNOWN = "direct_question", "open_question"
#: Kinds that are answered in ordinary talk, too, where somebody sounds us out before they speak.
SOUNDING = frozenset({"who_reads_detail", "kept_long", "delete", "who_decides", "affect_record"})
#: Kinds answered at level 1: also what asks about us and about themselves.
AT_LEVEL_ONE = SOUNDING | {
    "call_abroad",
    "human_when", "you_scold", "you_think", "worth", "am_i_ill", "will_better", "line_private", "what_to_say",
    "will_scold", "doctor_how", "cost_care", "violence_do", "sleep_how", "show_note", "may_cry", "who_are_you",
    "cost_ambulance", "say_emergency", "you_call", "arrest", "taken_away", "police_how",
    "no_secret", "remember_me", "scripted", "what_are_you", "call_you", "why_care", "money_back", "labour", "shelter",
    "leave_now", "blackmail", "take_down", "my_fault", "deserve", "ended_pregnancy", "what_counts", "night_why",
    "drink_why", "meds_ask", "record_med", "work_know", "shared_phone", "contact_me", "line_trace", "line_dialect",
    "line_hangup", "early_visit", "take_child", "bad_parent", "peers", "faith", "after_death", "exam_go",
    "will_return", "visa", "report_kin", "quit_arrest", "will_they_tell", "licence", "phone_taken", "in_news",
    "which_dept", "other_hospital", "text_channel",
}  # fmt: skip
#: Plain questions of `data/heard.yml` that say more of the moment than another question beside them.
PLAIN_FIRST = frozenset({"may_i", "ask_which", "ask_language", "how_call", "may_enter", "unlisted"})
#: Kinds that say more than any plain question: "这么晚叫她行吗" is none of opening hours.
BEFORE_PLAIN = frozenset(
    {RINGS, "tp_meds",
     "who_find", "late_ok", "where_go", "what_to_say", "if_no_answer", "if_not_heard", "call_you", "no_secret",
     "shelter", "will_they_tell", "work_know", "leave_now", "tp_diary", "english_words", "call_there", "embassy",
     "sms_write", "hear_door", "paper", "licence", "phone_taken", "in_news", "which_dept", "other_hospital",
     "text_channel", "arrest", "taken_away", "take_along", "tell_or_not", "tell_first", "same_officers", "wound_see",
     "which_hospital", "baby_down", "lift", "leave_words", "no_id", "bring_what", "chinese_line",
     "tp_door_say", "tp_excuse", "tp_letter", "tp_explain", "tp_eased", "doctor_scold",
     "tp_address", "tp_police_order", "tp_call_them", "tp_who_asks", "tp_helper_say", "tp_promise", "tp_tell_who",
     "tp_violent", "tp_wake", ORDER}
)  # fmt: skip
#: Moves beside which a question may be heard by example: who thanks us, or is angry, and asks wants the answer.
SOFT = frozenset({"thanks", "anger", "misheard", "presence", "caller_shaken", "guilt_caller", "help_called"})
#: A message of so few characters is "a few words".
BRIEF = 8
#: Characters that two questions may share.
SHARED = 4
#: What is meant by {goods}, beside the names of `data/shop_talk.yml` that have two characters or more.
_GOODS = ("订单", "单子", "这单", "那单", "快递", "包裹", "货(?!车)", "件(?!事)", "裙", "灯", "棋", "鞋", "衣裳")
#: Who is meant by {who}, beside the persons of `data/heard.yml`.
_PRONOUNS = "他们|她们|佢哋|他|她|佢|TA"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of question. `quiet`: nothing is asked after the answer; `only`: self | other | ""; `needs`: a fact
    that must be known."""

    name: str
    zh: str
    ask: tuple[re.Pattern[str], ...]
    unless: tuple[re.Pattern[str], ...] = ()
    quiet: bool = False
    only: str = ""
    needs: str = ""


@dataclass(frozen=True, slots=True)
class Questions:
    """All kinds in order of precedence, and what tells a question to us from a cry."""

    kinds: tuple[Kind, ...]
    marks: tuple[re.Pattern[str], ...] = ()
    to_us: tuple[re.Pattern[str], ...] = ()
    rhetorical: tuple[re.Pattern[str], ...] = ()
    order: Mapping[str, tuple[re.Pattern[str], ...]] = field(default_factory=dict)
    order_unless: tuple[re.Pattern[str], ...] = ()
    unanswered: tuple[re.Pattern[str], ...] = ()

    @property
    def quiet(self) -> frozenset[str]:
        """Kinds after whose answer nothing is asked."""
        return frozenset(k.name for k in self.kinds if k.quiet)


def parse(raw: Mapping[str, Any], persons: Iterable[str], things: Iterable[str] = ()) -> Questions:
    """The lists from decoded YAML; KeyError or re.error when they are wrong. `things`: names of goods for {goods}."""
    goods = "|".join((*map(re.escape, things), *_GOODS))
    who = f"(?:我?(?:{'|'.join(map(re.escape, persons))})|{_PRONOUNS})"

    def compiled(rows: Iterable[str]) -> tuple[re.Pattern[str], ...]:
        return tuple(
            re.compile(str(row).replace("{who}", who).replace("{goods}", goods), re.IGNORECASE) for row in rows
        )

    kinds = tuple(
        Kind(
            str(spec.get("as", name)), str(spec["zh"]), compiled(spec["ask"]), compiled(spec.get("unless", ())),
            bool(spec.get("quiet")), str(spec.get("only", "")), str(spec.get("needs", "")),
        )
        for name, spec in raw["kinds"].items()
    )  # fmt: skip
    rest, order = raw["open"], raw.get("order") or {}
    return Questions(
        kinds, compiled(rest["ask"]), compiled(rest["to_us"]), compiled(rest["rhetorical"]),
        {str(matter): compiled(rows) for matter, rows in order.items() if matter != "unless"},
        compiled(order.get("unless", ())), compiled(rest.get("unanswered", ())),
    )  # fmt: skip


@lru_cache(maxsize=1)
def questions() -> Questions:
    """The project's own lists, read once."""
    things = (name for name in shop_lists().things if len(name) > 1)
    return parse(yaml.safe_load(FILE.read_text(encoding="utf-8")), patterns().persons, things)


def asked(text: str, other: bool, known: Collection[str] = (), lists: Questions | None = None) -> tuple[str, ...]:
    """The kinds asked in one message, in the order of the text; at most two. `other`: the writer speaks for
    somebody else; `known`: facts of the talk. Never raises."""
    lists = lists or questions()
    words = searched(text)
    found: list[tuple[int, int, str]] = []
    for kind in lists.kinds:
        if (kind.only and kind.only != ("other" if other else "self")) or (kind.needs and kind.needs not in known):
            continue
        hit = next((h for p in kind.ask if (h := p.search(words))), None)
        if hit is None or any(p.search(words) for p in kind.unless):
            continue
        # "为什么要打110 警察会抓我吗" are two questions that share a word
        if all(min(hit.end(), end) - max(hit.start(), start) <= SHARED for start, end, _ in found):
            found.append((hit.start(), hit.end(), kind.name))
    return tuple(name for _, _, name in sorted(found))[:2]


def heard(
    text: str, other: bool, known: Collection[str], moves: Collection[str],
    by_example: Callable[[str, bool], str | None] | None,
) -> tuple[str, ...]:  # fmt: skip
    """The kinds that a message asks, at most two: by pattern and by example, unless another move in it is answered
    already; :data:`OPEN` where they say that we left a question unanswered and none is known. `by_example` is told
    whether a pattern heard something: where it is surer it stands first; what the pattern heard is answered, too."""
    found = asked(text, other, known)
    if by_example is not None and set(moves) <= SOFT:
        likely = fitting(by_example(text, bool(found)), other, known)
        first = found if FIRST_WORDS in found else likely  # "头一句话怎么说" is asked in so many words
        found = tuple(dict.fromkeys((*first, *likely, *found)))[:2]
    return found or ((OPEN,) if unanswered(text) else ())


def unanswered(text: str, lists: Questions | None = None) -> bool:
    """Whether a message says that we did not answer what was asked."""
    words = searched(text)
    return any(p.search(words) for p in (lists or questions()).unanswered)


def fitting(name: str | None, other: bool, known: Collection[str], lists: Questions | None = None) -> tuple[str, ...]:
    """A kind that was heard otherwise than by patterns, where it may be asked by this writer in this talk; else ()."""
    kinds = [kind for kind in (lists or questions()).kinds if kind.name == name]
    side = {"", "other" if other else "self"}
    return (name,) if name and any(k.only in side and (not k.needs or k.needs in known) for k in kinds) else ()


def order_asked(text: str, lists: Questions | None = None) -> str:
    """Which matter of an order the message asks about ("cancel", "exchange", "when_arrive"), or "". For talks about
    danger, where the wide lists of `data/shop_talk.yml` would hear an order in "我这个人也坏了"."""
    lists = lists or questions()
    words = searched(text)
    if any(p.search(words) for p in lists.order_unless):
        return ""
    return next((matter for matter, some in lists.order.items() if any(p.search(words) for p in some)), "")


def with_order(asks: tuple[str, ...], order: str) -> tuple[str, ...]:
    """The kinds of a message; of one that asks about the order (`order`: its matter): that first, and one other."""
    if not order:
        return asks
    return (ORDER, *(kind for kind in asks if kind not in NOT_BESIDE_ORDER))[:2]


#: What to say to somebody: the question that people in need ask most.
FIRST_WORDS = "what_to_say"
#: Kinds about a line that was given, and words that name one.
OF_LINES = ("line_", "if_no_answer", "after_call")
LINE_NAMED = re.compile(
    r"热线|專線|专线|熱線|12356|1925|18111|援助|号码|號碼|那个号|你们的?电话|hotline|helpline|\bline\b", re.IGNORECASE
)


def of_given_lines(kinds: tuple[str, ...], text: str, memory: Mapping[str, Any]) -> tuple[str, ...]:
    """The kinds without those about a line where none was given or named: "电话打不通 微信拉黑我" is a lost love."""
    if memory.get("last_refer") or LINE_NAMED.search(text):
        return kinds
    return tuple(kind for kind in kinds if not kind.startswith(OF_LINES))


#: Answers that calm, which are none where the emergency number was just named.
CALMING = frozenset({"panic_do", "sleep_how", "eat_how", "night_why"})


def not_to_who_hurts(kinds: tuple[str, ...], memory: Mapping[str, Any]) -> tuple[str, ...]:
    """The kinds without "somebody rings" where they were hurt by their own: nobody is told to pick up for who beats
    them; at level 4 without breathing and sleep ("手 抖 救护 响？")."""
    hurt = memory["hurt_by"] or "violence" in memory["topics"]
    edge = CALMING if memory["level"] >= 4 else frozenset()
    return tuple(kind for kind in kinds if not (hurt and kind == RINGS) and kind not in edge)


def comes_first(kinds: Collection[str], moves: Collection[str]) -> bool:
    """Whether a direct question is what the message is answered by, whatever plain question was heard beside it."""
    return bool(kinds) and (bool(BEFORE_PLAIN & set(kinds)) or not PLAIN_FIRST & set(moves))


def is_open(text: str, lists: Questions | None = None) -> bool:
    """Whether a message asks us something that no kind fits. A cry in the form of a question is none."""
    lists = lists or questions()
    words = searched(text)
    last = [part for part in re.split(r"(?<=[？?。！!；;])", words) if part]
    tail = last[-1] if last else ""

    def some(group: tuple[re.Pattern[str], ...]) -> bool:
        return any(p.search(tail) for p in group)

    return some(lists.marks) and some(lists.to_us) and not some(lists.rhetorical)


def searched(text: str) -> str:
    """The text as the lists are written: simplified, without spaces, full-width comma and question mark."""
    narrow = unicodedata.normalize("NFKC", text).strip()
    plain = simplify(narrow)
    if not re.search("[\u4e00-\u9fff]", plain) or language(plain) == "en":
        return plain.replace("’", "'")
    return "".join(plain.split()).replace(",", "，").replace("?", "？")  # as the lists are written
