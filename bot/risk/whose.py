"""Whose danger a message tells of: the writer's own or another person's. Pure, by rules.

A relative who "says" something does not make a talk one about the relative, and a learned feeling of danger does
not tell whose it is. So only the subject of a clause in which a lexicon rule found a wish counts (labelling guide,
speaking for another).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from bot.risk.felt import listed
from bot.risk.files import read_yaml
from bot.risk.normalise import normalise
from bot.risk.types import Signal, Verdict

OWN, OTHER = "own", "other"
WISH = frozenset({"ideation_active", "ideation_passive"})
#: Signals that speak of a wish or an act by which somebody dies or is hurt.
SPOKEN = frozenset(
    {"ideation_active", "ideation_passive", "intent", "self_injury", "preparation", "plan", "goodbye", "burden",
     "attempt_past", "in_progress", "method"}
)  # fmt: skip
_BREAK = re.compile(r"[\s,，。.!！?？;；、…~～]+")
#: A clause that goes on with what the one before said of somebody.
_GOES_ON = re.compile(
    r"^(?:昨[天晚夜]|今[天晚早]|刚[才刚]?|前天|后来|突然|忽然|一直|就|又|还|還|老|总|也)*(?:留言|发消息|发微信|跟我|给我|对我)*"
    r"(?:说|說|話|写|寫|发|發|要(?!是|不|么)|让|讓)"
)
#: Words that somebody else said, at the head of a clause.
_HEARSAY = re.compile(
    r"^(?:就|又|老|总|还|都|刚才|昨[天晚]|今[天晚]|突然)*(?:说|讲)(?!真|实|句|白|到底|起|不定|什么|啥|了|出|过|给|说|话|好)"
)
#: What makes a said wish the writer's own: "说不想活了你们也不信", "说想死是真的".
_MEANT = re.compile(r"你们?|没人|没有人|冇人|谁|不信|唔信|是真的|玩笑|当回事|当真|认真|有(?:什么)?用")
#: Words of one's own that outweigh any relative named in the same message.
_MYSELF = re.compile(
    r"(?:带|抱|拉)(?:着|上)?(?:他|她|孩子|娃|老伴).{0,2}一(?:起|块)|其实(?:是|就是)?我(?:自己)?|"
    r"我(?:自己)?(?:才是|也)(?:想|不想|要|活)|我(?:就|也)?(?:跟|陪)(?:着)?(?:他|她).{0,3}(?:死|去死|走)|"
    r"我(?:们|俩|倆)?(?:[两仨三]个?|娘[儿俩仨]*|母子|母女|父子|父女|夫妻|全家)*(?:俩|倆|仨)?(?:就|都|干脆)?一(?:起|块|道)(?:走|死|上路|了断|解脱)|"
    r"(?<![说說])(?:想|要|不如|就|我)(?:跟|和|同|陪)(?:着)?(?:老伴|老公|老婆|老头子|孩子|娃|他|她).{0,2}一(?:起|块|道)(?:走|死|去)"
)
#: The traditional and Cantonese characters among the words of `data/whose.yml`.
_SIMPLE = str.maketrans(
    "說講沒別這該裝誰們過係唔嘅佢妳學師媽爺親個實問兒閨孫會誤錯認難擔嬸嫲囝對長護妺嗰緊諗細喺俺",
    "说讲没别这该装谁们过是不的他你学师妈爷亲个实问儿闺孙会误错认难担婶奶仔对长护妹那在想细在我",
)
#: Signals by which who spoke for another shows danger of their own; what they prepare or fear is for the other.
_OUTRIGHT = frozenset({"ideation_active", "ideation_passive", "intent", "self_injury", "in_progress"})
#: "我问老顾你是不是不想活了", "我说你别死": what was said to the other; `{0,14}` reaches over a name.
_SAID_TO_THEM = re.compile(r"我(?:就|又|刚|直接|也|去|都|已经)*(?:问|問|说|說|讲|講|劝|勸)[^，。,.!！?？]{0,14}?[你妳]")
#: Exhaustion of somebody who looks after another: their burden, not yet a wish.
_WORN = re.compile(r"撑|撐|熬|扛|累|顶不住|受不了|坚持不")

#: The dead are mourned: the danger in such a talk is the mourner's.
_MOURNED = re.compile(r"走了|去世|过世|離世|离世|没了|死了|去年|那年|忌日|头七")
_QUOTED = re.compile("[「“『]")
_CHINESE = re.compile("[\u4e00-\u9fff]")


@lru_cache(maxsize=1)
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Who may be the subject of a clause, and what is told of another without a spoken wish."""
    kin = read_yaml("lexicon/words.yml")["kin"]
    other = rf"(?:{kin}|女兒|兒子|媽媽?|群友|妹子|粉丝|客人|有个人|(?<![没沒冇老还還總总])有人|他|她|佢)(?!们|哋)"
    subject = rf"(?P<other>我?{other})|(?P<own>(?<![给給跟和对對叫让讓问問谢找陪])我(?!们))"
    does = "藏|存[了着药藥]|攒|攢|吞|割[腕了]|跳楼|遗书|遺書|紙條|纸条|不吃不喝|寻短|自杀|自殺|失联|想不开"
    about = rf"{other}.{{0,24}}?(?:{does})"
    return re.compile(subject), re.compile(about)


def told_of_another(text: str) -> bool:
    """Whether the message reports of somebody what people in danger do, however mildly it is put."""
    return bool(_patterns()[1].search(text)) and not _MOURNED.search(text)


def tells_of_death(folded: str) -> bool:
    """Whether somebody near is said to have died: "我先生走了" (folded text)."""
    return bool(_departed().search(folded))


@lru_cache(maxsize=1)
def _departed() -> re.Pattern[str]:
    kin = read_yaml("lexicon/words.yml")["kin"]
    return re.compile(
        rf"(?:{kin}|先生|太太|他|她)(?:都|已经|也|就|刚|突然)*(?:走了|走咗|不在了|没了|去世|过世|离世)"
        rf"|(?:突然|一下子)(?:就)?(?:走|没|去)(?:的|了)|(?:走|没|过世)(?:了|的)?[，。]?(?:已经|都|快)?[一二三四五六七八九十百\d]+(?:多)?(?:天|周|个月|年)了"
    )


def claims_own(text: str) -> bool:
    """Whether the writer says outright that they speak of themselves; nothing else in the talk outweighs it."""
    return bool(_outright("is_me").search(_plain(text)))


def disclaims_own(text: str) -> bool:
    """Whether the writer says outright that they do not speak of themselves: "不是我啊，是我朋友", "Not me"."""
    words = _plain(text)
    return bool(_outright("not_me").search(words)) and not _outright("not_about_us").search(words)


def names_another(text: str) -> bool:
    """Whether the writer answers with somebody else, without a "not me": "是我弟". After "who is near?" it is no more
    than an answer; the caller of this knows what was asked."""
    words = _plain(text)
    found = _outright("names_another").search(words)
    if found is None:
        return False
    rest = words[: found.start()] + words[found.end() :]
    # "我在桥上了 … 收货电话那个人 是我姐" says who is to be called
    return "我" not in rest or bool(re.search("我(?:很|挺|还)?(?:安全|没事|没有事|好好的)", rest))


def reports(text: str) -> bool:
    """Whether the message brings what somebody else wrote, said or did before dying, however short: "学生在周记里写了
    座位可以给别人", "She said after Sunday I will not be tired". A love that ended is no such report."""
    words = _plain(text)
    return bool(_outright("reports").search(words)) and not _outright("ended").search(words)


def _plain(text: str) -> str:
    # a converter to simplified characters makes 系 of 係, too
    return re.sub("系(?=[我他她佢])|(?<=不)系", "是", text.translate(_SIMPLE)).replace("’", "'")


@lru_cache(maxsize=8)
def _outright(key: str) -> re.Pattern[str]:
    lists = read_yaml("whose.yml")
    found = "|".join(lists[key]).replace("{other}", lists["other"]).replace("{friend}", lists["friend"])
    return re.compile(found, re.IGNORECASE)


@lru_cache(maxsize=2)
def _english() -> tuple[re.Pattern[str], re.Pattern[str]]:
    lists = read_yaml("whose.yml")
    own, other = ("|".join(lists[key]).replace("{friend}", lists["friend"]) for key in ("english_own", "english_other"))
    return re.compile(own, re.IGNORECASE), re.compile(other, re.IGNORECASE)


def _whose_english(text: str) -> str | None:
    """The side of an English message of danger: "I want to die" is one's own, "my friend gave away her things" is not.
    What stands in quotation marks was said, or is to be said, by somebody."""
    words = re.sub('["“][^"”]{0,120}["”]', " ", text.replace("’", "'"))
    own, other = (pattern.search(words) for pattern in _english())
    return OWN if own else OTHER if other else None


def whose(text: str, signals: Iterable[Signal], about_other: bool) -> str | None:
    """OWN or OTHER when a rule-backed wish has a subject, else None. `about_other`: the talk is already about
    another; then the tiredness of the one who looks after them is no wish of their own."""
    if not re.search("[\u4e00-\u9fff]", text):
        return OWN if claims_own(text) else OTHER if disclaims_own(text) else _whose_english(text)
    spoken = [s for s in signals if s.name in SPOKEN and listed(s) and s.end > s.start]
    if not spoken:
        return None
    if _MYSELF.search(text) or claims_own(text):
        return OWN
    if about_other and disclaims_own(text):
        return OTHER
    if all("/h" in s.rule for s in spoken) and (about_other or not told_of_another(text)):
        return None  # "四楼", "走了", "没有人喝了": half a word beside another's name tells of nobody's wish
    found = set()
    for signal in spoken:
        side = _subject(text, signal)
        if side == OWN and about_other and not _own_wish(text, signal):
            continue
        found.add(side)
    if found == {None} and not about_other:  # "我跟老公吵架了 不想活了": who opened the sentence goes on
        first = _patterns()[0].search(text)
        return OWN if first and first.lastgroup == OWN and not _QUOTED.search(text) else None
    return OWN if OWN in found else OTHER if OTHER in found else None


def _own_wish(text: str, signal: Signal) -> bool:
    """Whether a signal of who speaks for another is a wish of their own: outright, no exhaustion, and nothing that
    they said to the other."""
    if signal.name not in _OUTRIGHT or _WORN.search(signal.text) or "/h" in signal.rule:
        return False
    start = max((m.end() for m in _BREAK.finditer(text, 0, signal.end)), default=0)
    return not _SAID_TO_THEM.search(text, min(start, signal.start), signal.end)


def stops_order(text: str, before: bool = False) -> bool:
    """Whether the writer has asked the shop to stop an order: "能先别发吗", "幫我把那個單停了"; `before`: they had
    until now. "别取消，照发" takes it back."""
    words = "，".join(normalise(part).text for part in _BREAK.split(text) if part)
    if _stop_order()[1].search(words):
        return False
    return before or bool(_stop_order()[0].search(words))


@lru_cache(maxsize=1)
def _stop_order() -> tuple[re.Pattern[str], re.Pattern[str]]:
    words = read_yaml("lexicon/words.yml")
    asks = words["stop_order"] + (
        "|(?:单|单子|订单|包裹|快递|件|货)[^，。！!？?别]{0,6}"
        "(?:停(?!产|售|电|业)了?|拦|扣(?!款|费|钱|了[^，。]{0,3}款)|截(?!图)|取消|别发|先不发)|先别发"
    )
    return re.compile(asks), re.compile(words["keep_order"])


@lru_cache(maxsize=1)
def _told_me() -> re.Pattern[str]:
    """ "她昨天发我", at the end of a clause: what follows and begins with "you" are that person's words."""
    kin = read_yaml("lexicon/words.yml")["kin"]
    return re.compile(
        rf"(?:{kin}|朋友|室友|同学|他|她)[^，。！!？?我]{{0,8}}?(?:发(?:给)?我|发来|(?:跟|对|给|回)我(?:说|讲|发|留言|写)?|说|讲|留言)"
        r"(?:了|过|的|一句|句)?(?:消息|微信|短信)?[：:，, ]*$"
    )


def _subject(text: str, signal: Signal) -> str | None:
    """The nearest subject before the signal in its clause, or in the one it goes on from. The "I" of a quoted
    note is its author, so a quotation belongs to the person named before it."""
    quote = max(text.rfind(mark, 0, signal.end) for mark in "「“『")
    if quote >= 0 and not re.search("[」”』]", text[quote : signal.start]):
        return OTHER if OTHER in {m.lastgroup for m in _patterns()[0].finditer(text[:quote])} else None
    start = max((m.end() for m in _BREAK.finditer(text, 0, signal.start)), default=0)
    if start and text[start : start + 1] in "你妳" and _told_me().search(text[:start]):
        return OTHER  # "她昨天发我 你走了我就不活了"
    told = _HEARSAY.match(text[start:]) and not _MEANT.search(text[start:])
    if told and not _patterns()[0].search(text[: signal.start]):
        return OTHER  # "说早走一天给屋头省一天的钱": somebody's words, nobody named
    subjects = [(m.start(), m.lastgroup) for m in _patterns()[0].finditer(text, start, signal.end)]
    before = [side for at, side in subjects if at <= signal.start]
    if subjects:
        return before[-1] if before else subjects[0][1]
    if start and _GOES_ON.search(text[start:]):
        return next((m.lastgroup for m in reversed([*_patterns()[0].finditer(text[:start])])), None)
    return None


def _only_quoted(text: str) -> bool:
    """Whether an English message speaks of dying only in words it quotes: 'if I ask "do you want to die"'."""
    if re.search("[\u4e00-\u9fff]", text):
        return False
    rest = re.sub('["“][^"”]{0,120}["”]', " ", text)
    return rest != text and not re.search(r"\b(?:die|dead|kill|suicid\w*|live|alive|end)\b", rest, re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Sides:
    """About whom a talk is: `own` and `other` are the turns since which a wish of the writer's, or somebody else in
    danger, is known (0: never). It stays about another until the writer speaks of an own wish by a rule; then `other`
    keeps that there is somebody else, too, and `own` sends the question to the writer."""

    own: int = 0
    other: int = 0
    third_party: bool = False

    def after(self, text: str, message: Verdict, *, known: int, level: int, turn: int) -> Sides:
        """The sides after a message. `known`: the talk's level before it, `level`: after it."""
        grave = message.level >= 2
        denied = disclaims_own(text) or (not self.own and level >= 2 and names_another(text))
        # A relative who is named in a talk that is already about the writer's own danger does not turn it.
        # "你这个小同志" felt as somebody else names nobody
        spoken_of = any(s.name == "third_party" and listed(s) for s in message.signals) or not _CHINESE.search(text)
        spoken_of = spoken_of or any(m.lastgroup == OTHER for m in _patterns()[0].finditer(text))
        mentioned = message.third_party and spoken_of and bool(known < 2 or self.other or self.third_party or denied)
        side = whose(text, message.signals, bool(self.other)) if grave else None
        told = grave and side != OWN and told_of_another(text)
        # what the other wrote or did is the news, whatever only felt like danger
        told = told or (level >= 2 and side != OWN and not self.own and reports(text))
        own, other = self.own, self.other
        if side == OTHER or (mentioned and side != OWN and level >= 2 and not own) or told:
            other = other or turn
        ruled = [s for s in message.signals if listed(s)]
        named = any(s.name in WISH for s in ruled)
        # half a word in what the talk as a whole does not take for danger proves no wish of the writer's
        sure = level >= 2 or any(s.name in SPOKEN and "/h" not in s.rule for s in ruled)
        unsaid = side is None and grave and named and not other and not _only_quoted(text)
        if sure and (side == OWN or unsaid):
            own = own or turn
        if claims_own(text):
            own = turn
        elif denied and level >= 2:
            own, other = 0, other or turn  # believed, until a wish of their own is spoken
        return Sides(own, other, not own and bool(other or mentioned or self.third_party))
