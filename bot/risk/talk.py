"""The reader of a whole talk: what is now known of this customer, turn by turn.

The level never falls by itself once there was a disclosure. It rises with a single message, with
pieces that fit together (a wish earlier, means now), and with quiet signs that add up
(data/lexicon/signs.yml). A question about a product's danger that an ordinary purpose explains
falls back (labelling guide).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Any

from bot.risk import pieces
from bot.risk.felt import listed, not_below, strongly, sure
from bot.risk.grade import is_later
from bot.risk.known import QUIET, Strongest, Turn, row
from bot.risk.near import at_hand_and_soon, at_least, runs_out, silent_behind_a_door, still_bleeding
from bot.risk.normalise import normalise
from bot.risk.reader import Reader, context_signals
from bot.risk.signs import load_signs
from bot.risk.steady import asks_for_words, calm
from bot.risk.types import Context, Signal, Verdict
from bot.risk.whose import Sides, stops_order, tells_of_death

_WISH = frozenset({"ideation_active", "ideation_passive"})
_ACTS = frozenset({"method", "plan", "preparation", "intent", "means_seeking"})
_PRODUCT_ONLY = frozenset({"means_seeking", "method", "time", "location", "restricted_item", "night"})
_SUFFERING = frozenset({"distress", "life_event", "illness", "isolation", "burden"})
#: A purpose taken back in the same breath: "就问问 地里其实也没几棵草".
_NO_PURPOSE = re.compile(
    r"其实.{0,4}(?:没|不)|(?:啥|什么)也没有|没几(?:棵|只|个|亩)|(?:也|又)没(?:什么|啥)(?:草|虫|老鼠|地)|就问问|随便问"
)
#: "我做了件傻事", and later what it was.
_FOOLISH = re.compile(r"(?:做|干)了(?:一)?(?:件|个)?(?:傻|蠢|糊涂)事")
_TAKEN = re.compile(
    r"(?:吃|吞|喝)(?:了|下去)(?!火锅|饭|顿|亏|蛋糕|奶茶).{0,16}(?:不该|好多|很多|一把|全|都|后悔|难受|怕|疼|晕)|(?:割|划)了(?:自己|手|腕|胳膊)"
)
#: Words that are a farewell of the one who writes them and a death of the one they are said of.
LEFT = frozenset({"走了", "走咗", "不在了", "没了"})
#: A farewell in "你们好好的", an answer in "我好好的 在屋里".
KINDLY = frozenset({"好好的"})
#: What a learned reader may have felt only because of the calm words.
FELT_DANGER = frozenset({"in_progress", "goodbye", "intent", "plan", "preparation", "method", "location"})
#: "半小时前 吃下去了" from somebody who spoke of the wish needs no name of what it was; a meal does not count.
_SWALLOWED = re.compile(
    r"(?:已经|都|全|刚|刚才|早就?|小时前|分钟前|钟头前)[^，。]{0,4}(?:吃|吞|喝|咽|食)(?:下去|落去|进去|下肚|光|完)?(?:了|咗)"
)
_MEAL = re.compile(r"饭|面条?|粥|早餐|晚餐|宵夜|夜宵|水果|火锅|外卖|奶茶|咖啡|感冒|降压|胃药|医生开|没吃|不吃")
#: What makes a time or a place one of danger, besides acts and wishes.
_GRAVE_BESIDE = frozenset({"goodbye", "intent", "in_progress", "self_injury", "attempt_past", "refusal"})
#: Hours and minutes, not days.
_SOON = re.compile(
    r"今晚|今夜|今天|今日|现在|而家|马上|这就|立刻|等会|待会|一会儿?就|(?:半|几|个把)(?:个)?(?:小时|钟头)|几分钟"
)
#: "我说最后一次", "最后问一遍": somebody who is not listened to, no farewell.
_SAID_ONCE_MORE = re.compile(r"(?:说|讲|问|答|解释|强调)(?:你|您)?最后一?[次遍回]|最后(?:再|一次|一遍)?(?:说|讲|问)")
#: P(≥ 2) from which a message that is read as an emergency by itself is one, once a wish was told.
NOW_SURE = 0.85
#: Characters up to which "再见" is the whole message.
LAST_WORD = 12
#: Characters up to which a message is the whole answer to a question of ours.
SHORT_ANSWER = 8
#: Messages kept in the state for reading together, and how much of each.
RECENT, RECENT_CHARS = 5, 90


@dataclass(slots=True)
class State:
    """What the store keeps between turns (JSON-able through `to_dict`); `ruled`: the signals of the last message
    that words of the lists gave, so that nobody takes for told what was only felt; `stops`: it was asked that an order
    be stopped; `spoken`: the signals of the whole talk whose words mean it by themselves."""

    level: int = 0
    turn: int = 0
    seen: dict[str, int] = field(default_factory=dict)
    signs: dict[str, int] = field(default_factory=dict)
    ideation: bool = False
    third_party: bool = False
    explained: bool = False
    final: bool = False
    message_level: int = 0
    noticed: int = 0
    felt: int = 0
    recent: list[str] = field(default_factory=list)
    strongest: Strongest = field(default_factory=Strongest)
    other: int = 0
    own: int = 0
    text: str = ""
    text_whole: str = ""
    steady: bool = False
    ruled: tuple[str, ...] = ()
    stops: bool = False
    spoken: list[str] = field(default_factory=list)

    @classmethod
    def from_dict(cls, raw: dict[str, Any] | None) -> State:
        """Tolerates missing keys, so that older states can still be read."""
        if not raw:
            return cls()
        return cls(
            int(raw.get("level", 0)), int(raw.get("turn", 0)), dict(raw.get("seen", {})),
            dict(raw.get("signs", {})), bool(raw.get("ideation", False)),
            bool(raw.get("third_party", False)), bool(raw.get("explained", False)),
            bool(raw.get("final", False)), int(raw.get("message_level", 0)),
            int(raw.get("noticed", 0)), int(raw.get("felt", 0)), list(raw.get("recent", [])),
            Strongest.from_list(raw.get("strongest")), int(raw.get("other", 0)), int(raw.get("own", 0)),
            stops=bool(raw.get("stops", False)), spoken=list(raw.get("spoken", [])),
        )  # fmt: skip

    def to_dict(self) -> dict[str, Any]:
        """The stored form."""
        return {
            "level": self.level, "turn": self.turn, "seen": self.seen, "signs": self.signs,
            "ideation": self.ideation, "third_party": self.third_party,
            "explained": self.explained, "final": self.final,
            "message_level": self.message_level, "noticed": self.noticed, "felt": self.felt,
            "recent": self.recent, "strongest": self.strongest.to_list(),
            "other": self.other, "own": self.own, "ruled": list(self.ruled), "stops": self.stops, "spoken": self.spoken,
        }  # fmt: skip


class TalkReader:
    """Reads a chat turn by turn; the state between turns is a small JSON-able dict."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._signs = load_signs()
        self._known = reader.known()

    def read_turn(
        self, text: str, context: Context | None, state: dict[str, Any] | None
    ) -> tuple[Verdict, dict[str, Any]]:
        """The verdict (level = what is now known of this customer; signals = this message's) and
        the state to keep. `state` is None on the first message."""
        now = State.from_dict(state)
        context = context or Context()
        # once something was noticed, no message of this talk is waved through by the first stage
        message = self._reader.read(text, context, whole=bool(now.level or now.ideation or now.signs or now.seen))
        now.turn += 1
        now.noticed += message.stage != "first"
        now.text, now.text_whole = text[:RECENT_CHARS], text
        message, now.steady = self._steadied(text, context, message, now)
        now.ruled = tuple(sorted({s.name for s in message.signals if listed(s)}))
        now.stops = stops_order(text, now.stops)
        now.spoken = sorted({*now.spoken, *(s.name for s in message.signals if sure(s))})
        now.message_level = message.level
        folded = normalise(text).text[:600]
        level, reasons = at_least(text, folded, now.recent, context.category or "", *self._level(folded, message, now))
        level, reasons = self._pieces(folded, message, now, level, reasons)
        if level == 0 and context.minor and "give_away" in now.signs:
            level, reasons = 1, (*reasons, "未成年人在送走自己的东西")
        self._note(message, now, level)
        if now.text:
            now.recent = [*now.recent, now.text][-RECENT:]
        signals = message.signals
        if level >= 1:
            known = {s.name for s in signals}
            signals += tuple(s for s in context_signals(context, level, known) if s.name not in now.seen)
            for s in signals:
                now.seen.setdefault(s.name, now.turn)
        now.level = self._kept(message, now, level)
        verdict = Verdict(
            level, max(message.score, (0.0, 0.1, 0.6, 0.9, 0.97)[level]), signals,
            now.third_party, message.ms, message.stage, (*message.reasons, *reasons),
        )  # fmt: skip
        return verdict, now.to_dict()

    @staticmethod
    def _pieces(
        folded: str, message: Verdict, now: State, level: int, reasons: tuple[str, ...]
    ) -> tuple[int, tuple[str, ...]]:
        """The level with what this message adds to what the talk told (:mod:`bot.risk.pieces`)."""
        before = (normalise(one).text for one in now.recent)  # folded only when somebody may be on a height
        level, why = pieces.raised(
            folded, before, level, now.level, wish=now.ideation, grave=message.level >= 3,
            names=set(now.ruled), seen=set(now.seen),
        )  # fmt: skip
        return level, (*reasons, why) if why else reasons

    def _steadied(self, text: str, context: Context, message: Verdict, now: State) -> tuple[Verdict, bool]:
        """Where danger is known, what says that somebody came or that they sit safely is taken away and the rest is
        read by itself; rules that found danger, and a rest that is grave, leave the message as it stands."""
        facts = self._reader.facts(text)
        named = {s.name for s in message.signals if listed(s)} & FELT_DANGER
        if now.level >= 2 and named <= {"goodbye"} and message.level > 2 and asks_for_words(text):
            # "半夜把他叫起来 我咋说啊 说我不想活了？": who asks how to say it is about to be with somebody
            signals = tuple(
                s for s in message.signals if s.name not in FELT_DANGER or (listed(s) and s.name != "goodbye")
            )
            why = ("在问该说哪一句话，不是告别",)
            return replace(message, level=min(message.level, 2), signals=signals, reasons=why), True
        if now.third_party or now.other:
            return message, False  # "她在家 一个人" of somebody else calms nothing
        if now.level < 2:  # "没事 家里人都陪着我" of a mourner raises nothing
            return message, message.level < 2 and (found := calm(text)) is not None and not found.rest
        if facts is None or facts.floor >= 2 or (found := calm(text)) is None:
            return message, False
        rest = self._reader.read(found.rest, context, whole=True) if found.rest else None
        level = max(facts.floor, rest.level if rest else 0)
        if level >= 3:
            return message, False
        now.text = found.rest[:RECENT_CHARS]
        signals = tuple(s for s in message.signals if s.rule != "learned" or s.name not in FELT_DANGER)
        kept = min(level, message.level)
        score = min(message.score, rest.score) if rest else 0.0
        third = any(s.name == "third_party" for s in signals)
        why = ("有人在身边或在安全处，其余另读",)
        return Verdict(kept, score, signals, third, message.ms, message.stage, why), True

    def _kept(self, message: Verdict, now: State, level: int) -> int:
        """The level that the next message starts from. What only the learned readers felt colours this
        message; it stays when rules see it too, when it is felt twice, or from level 3 on."""
        if level <= now.level or level >= 3:
            return level
        named = {s.name for s in message.signals if listed(s)}
        if named & (_SUFFERING if level == 1 else _WISH | _ACTS | _SUFFERING | {"self_injury", "goodbye"}):
            return level
        if message.level < level:  # quiet signs, assent or the window raised it: the talk itself says so
            return level
        if level == 2 and strongly(message):
            now.felt += 1
            return level
        now.felt += level == 2
        return level if level == 2 and now.felt >= 2 else now.level

    # -- the level ------------------------------------------------------------------------------

    def _level(self, folded: str, message: Verdict, now: State) -> tuple[int, tuple[str, ...]]:
        """What is known after this message, and why it differs from the message's own level."""
        reasons: list[str] = []
        found = {s.name for s in message.signals}
        added = self._add_signs(folded, now)
        learned = self._learned(message, now)
        # A farmer in haste ("后天打药 赶不赶得上") sounds much like somebody in danger.
        if learned is not None and now.level < 2 and not (now.signs or now.own) and self._farms(folded):
            learned = min(learned, 1)
        level = max(now.level, self._alone(message, now, learned))
        if self._explains(folded, message, now):
            return (1 if "distress" in now.seen else 0), ("已说明正常用途",)
        if now.level >= 1 and level < 2 and self._signs.assent.search(folded):
            level, now.ideation = 2, True
            reasons.append("对询问的肯定回答")
        if learned is not None and learned > level:
            level = learned
            reasons.append("连着前面几句一起读")
        if added and level < 3:
            raised = self._signs_level(now, level)
            if raised > level:
                level = raised
                reasons.append("迹象累积：" + "、".join(now.signs))
        if level < 4 and _TAKEN.search(folded) and any(_FOOLISH.search(t) for t in (*now.recent, now.text)):
            level = 4
            reasons.append("先说做了傻事，现在说吃下或割了")
        if silent_behind_a_door(folded, now.recent) or (level >= 1 and still_bleeding(folded, now.recent)):
            level, reasons = 4, ["锁着门不应，还留了话；或自己弄的伤还在流血"]
        if now.level >= 2 or (now.ideation and level >= 2):
            raised, why = self._together(folded, found, message, now)
            if raised > level:
                level = raised
                reasons.append(why)
        return level, tuple(reasons)

    def _alone(self, message: Verdict, now: State, learned: int | None) -> int:
        """The message's own level. From the second turn on, what only the learned reader of single
        messages felt needs the reader of talks to agree: it has heard what went before."""
        facts = self._reader.facts(now.text_whole)
        if learned is None or facts is None or now.turn == 1 or message.level < 2:
            return message.level
        return max(facts.floor, min(message.level, max(learned, not_below(message))))

    def _learned(self, message: Verdict, now: State) -> int | None:
        """The level of the trained reader of talks; None when there is none, or when nothing was noticed
        so far: a talk in which every message was cleared needs no second reading."""
        known = self._known
        if now.steady:
            return None
        facts = self._reader.facts(now.text_whole) if message.stage != "first" else None
        if known is None or (facts is None and not (now.level or now.signs or now.noticed)):
            return None
        alone = facts.logits if facts is not None and facts.logits is not None else QUIET
        together = alone
        if now.recent:
            read = self._reader.window_logits([*now.recent[-(RECENT - 1) :], now.text])
            together = read if read is not None else alone
        turn = Turn(
            alone, together, facts.floor if facts is not None else 0, len(now.signs), now.explained, now.final,
            facts is not None and facts.purpose, now.turn,
        )  # fmt: skip
        level: int = known.level(row(turn, now.strongest))
        now.strongest.take(alone, together, turn.floor)
        if facts is not None and facts.denied and now.level < 2:
            return min(level, 1)  # the words of the wish, but denied, with nothing disclosed before
        # what is only felt rises a step at a time
        return min(level, max(now.level, message.level) + 1)

    def _explains(self, folded: str, message: Verdict, now: State) -> bool:
        """True when a level 2 that came from a product question is explained by a purpose."""
        if now.level != 2 or now.ideation or message.level >= 2 or now.signs:
            return False
        serious = {n for n in now.seen if n in _WISH or n in _ACTS or n in ("goodbye", "self_injury")}
        return serious <= _PRODUCT_ONLY and self._told_purpose(folded)

    def _farms(self, folded: str) -> bool:
        """Whether the message itself speaks of fields, orchards, weeds and pests (the first list of purposes)."""
        return bool(self._signs.purpose[0].search(folded)) and not _NO_PURPOSE.search(folded)

    def _told_purpose(self, folded: str) -> bool:
        """Whether the message tells an ordinary purpose and does not take it back in the same breath."""
        return any(p.search(folded) for p in self._signs.purpose) and not _NO_PURPOSE.search(folded)

    def _add_signs(self, folded: str, now: State) -> bool:
        """Notes the quiet signs of this message; True when a new kind came."""
        if self._signs.ordinary.search(folded):
            now.explained = True
        if self._signs.final.search(folded):
            now.final = True
        new = [k for k, p in self._signs.kinds.items() if k not in now.signs and p.search(folded)]
        for kind in new:
            now.signs[kind] = now.turn
        return bool(new)

    def _signs_level(self, now: State, level: int) -> int:
        weighty = {"give_away", "hand_over", "no_future", "calm", "switch_off", "tidy", "cancel"}
        kinds = len(weighty & now.signs.keys())
        turns = len(set(now.signs.values()))
        need = 5 if now.explained else 3 if level == 0 else 2
        if kinds >= need and turns >= 2:
            if level >= 2 and not now.explained and now.final and kinds >= 4:
                return 3
            return max(level, 2)
        return level

    def _together(self, folded: str, found: set[str], message: Verdict, now: State) -> tuple[int, str]:
        """Pieces from different messages that make more than each alone."""
        strong = found if message.level >= 1 else set()
        wish = now.ideation or bool(strong & _WISH)
        if now.level >= 3 and message.level >= 3 and self._parting(message, folded):
            return 4, "高危之后的告别"
        if (now.level >= 3 or wish) and message.level >= 4 and message.score >= NOW_SURE:
            return 4, "说过念头之后，这一句自己就像紧急"
        if now.level >= 2 and wish and _SWALLOWED.search(folded) and not _MEAL.search(folded):
            return 4, "说过念头之后已经吃下去"
        if now.level >= 3 and (runs_out(folded) or at_hand_and_soon(folded, now.recent)):
            return 4, "高危之后：时间将到" if runs_out(folded) else "高危之后：东西在手边，时间将到"
        # A place or an hour makes an emergency where the lists heard it and a deed or a wish beside it: "窗口这棵桂花",
        # "明早他才回，没人接怎么办" are a place and an hour. "今晚" as the whole answer says it.
        ruled = set(now.ruled)
        beside = bool(ruled & (_ACTS | _WISH | _GRAVE_BESIDE)) or len(folded) <= SHORT_ANSWER
        soon = "time" in ruled and not is_later(folded) and (_SOON.search(folded) or len(folded) <= SHORT_ANSWER)
        if now.level >= 3 and message.level >= 3 and soon and beside:
            return 4, "高危之后说到此时此地"
        # A hint beside a message that is only felt ("刚打了又删了") is no preparation, "我怕死" felt as a wish is none.
        meant = {s.name for s in message.signals if sure(s) or message.level >= 3} & strong
        if wish and message.level >= 2 and (meant & _ACTS or "attempt_past" in meant):
            return 3, "先说过念头，现在说到方式、准备或以前做过"
        spoken = {s.name for s in message.signals if listed(s)} & strong
        if spoken & _WISH and message.level >= 2 and now.seen.keys() & (_ACTS - {"method"}):
            return 3, "先打听过方式，现在说到念头"
        if now.ideation and self._signs.how_much.search(folded):
            return 3, "说过念头之后追问分量"
        return 0, ""

    @staticmethod
    def _parting(message: Verdict, folded: str) -> bool:
        """A farewell of the writer's own, in words of the lists: "我先生走了" tells of a death, "我说最后一次" of
        impatience, and what a learned reader felt as one ("别往心里去") is weighed by the reader of talks."""
        # "再见", "走了" at the end of a longer message end the chat; by themselves, after a plan, they are a last word
        brief = len(folded) <= LAST_WORD
        said = {s.text for s in message.signals if s.name == "goodbye" and (sure(s) or (brief and listed(s)))}
        if _SAID_ONCE_MORE.search(folded):
            said = {text for text in said if "最後一" not in text and "最后一" not in text}
        others = not said - KINDLY or (tells_of_death(folded) and said <= LEFT)
        return bool(said) and not others

    def _note(self, message: Verdict, now: State, level: int) -> None:
        for s in message.signals:
            if message.level >= 1:
                now.seen.setdefault(s.name, now.turn)
        names = {s.name for s in message.signals}
        if message.level >= 2 and names & (_WISH | {"self_injury", "burden", "intent", "goodbye"}):
            now.ideation = True
        if message.level >= 3:
            now.ideation = True
        sides = Sides(now.own, now.other, now.third_party)
        sides = sides.after(now.text_whole, message, known=now.level, level=level, turn=now.turn)
        now.own, now.other, now.third_party = sides.own, sides.other, sides.third_party


def signal_names(signals: tuple[Signal, ...]) -> set[str]:
    """Names of signals."""
    return {s.name for s in signals}
