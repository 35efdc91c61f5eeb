"""What a message says, apart from danger: the move, the facts told, the topics. Pure.

The patterns live in `data/heard.yml` and `data/regions.yml`, so that a trainer can extend
them. Danger is never read here (that is `bot.risk`): a miss costs a less fitting answer, not
a missed alarm.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from bot.conversation import circle
from bot.conversation import persons as people
from bot.risk.whose import claims_own, disclaims_own, names_another

DATA = Path(__file__).resolve().parents[2] / "data"

YES = re.compile(
    r"^(嗯+|恩+|是(的|啊|呀)?|对(啊|的|呀)?|有(点|的|过|啊|吧)*|想(的|过|啊)?|会(的|啊)?|系(呀|啊)?|yes|yeah|en)"
    r"(?=$|[^a-z\u4e00-\u9fa5]|想|有|不想活|是|经常|一直|最近|很)",
    re.IGNORECASE,
)
NO = re.compile(
    r"^(我?没(有|想|过)?|没有没有|没没没?|不不不?|不是不是|不(是|想|会|了)?|冇|唔(系|想)|no|没啥|没什么|不至于|哪有|怎么会)(?=$|[^a-z\u4e00-\u9fa5]|啊|呀|啦|过|想|的|呢|就)",
    re.IGNORECASE,
)
#: What is sold to ring by itself: "烟雾报警器会报警吗".
ALARM = re.compile(
    r"报警器|(?:烟雾|燃气|煤气|感应|摄像|门锁|电瓶|防盗|探测|水浸|低电|手环|手表|摔倒|电动车|胎压|监测|监护|血压|心率)[^，。？?]{0,12}报警"
)
#: "我说了你会不会报警 我有报警器" asks about us, too.
ASKS_US = re.compile(r"(?:你们?|您|客服|平台|店家)[^，。？?]{0,6}报警|我[^，。？?]{0,6}说[^，。？?]{0,6}报警")
AGE = re.compile(r"(?:我|今年|才|刚满|刚|都)?(\d{1,2})(?:岁|啊|周岁|了|$|，|,)")
CHINESE_AGE = re.compile(
    r"(十[一二三四五六七八九]|二十[一二三四五六七八九]?|[三四五六七八]十[一二三四五六七八九几好]?几?)岁?"
)
SCHOOL = (
    (re.compile("小学|[一二三四五六]年级"), "child"),
    (re.compile("初[一二三中]|高[一二三中]|中考|高考|班主任|中学|职高|中专|晚自习"), "teen"),
    (re.compile("警察叔叔|小朋友|说这种话是不是坏小孩|我是不是坏小孩"), "child"),
    (re.compile("我今年长高?了.{1,3}厘米|我不想长高|不用长高了"), "child"),
    (re.compile(r"同桌|班里|我们班|家长会|跟同学打赌|考了?\d{1,3}分|操场"), "teen"),
    (
        re.compile(
            "考研|大[一二三四]|大学|研究生|公司|加班|房贷|老公|老婆|离婚|我(儿子|女儿|闺女|孩子|娃)|四十好几|打工"
        ),
        "adult",
    ),
    (re.compile("退休|老伴|人老了|这把年纪|养老|儿女|孙子|孙女|老头子|老太婆|养老"), "elder"),
)
#: Characters that only Cantonese is written with; 冇 alone is used in other dialects, too.
CANTONESE = re.compile(
    r"[嘅嗰喺嚟咗哋唔㗎啱嘢睇諗嬲攰搵畀]|佢[哋嘅]|係咪|而家|點[解做搞樣算]|冇人|幾時|屋企|聽[日朝]|傾下|琴日|返工"
)
#: Everyday words by which English is told from pinyin and shop codes.
ENGLISH = frozenset(
    "i i'm im you my me the a an to is are was not no don't dont can't cant want and it this that what how when "
    "where why do have has just please help feel life anymore live die kill myself alone hi hello thanks sorry "
    "there there's she she's he he's with they from".split()
)
QUESTION_END = re.compile(r"(吗|么|嘛|不|没|？|\?)[\s。.~～]*$")
_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")}


@dataclass(frozen=True, slots=True)
class Heard:
    """One message as understood.

    `moves` in order of precedence; `yes` is True or False for a plain answer, else None; `persons` are
    {name: standing} as in :mod:`bot.conversation.persons`, `person` the best of them to ask in, `ta` 他 or 她
    where one is written, `said_of_ta` the message where it speaks of somebody by a pronoun, `ta_stands` what examples
    surely hear of that one; `mentions` where the names stand in `tight`, a comma after each "谢谢"; `age_band`
    child|teen|adult|elder; `us` what the customer calls whoever answers; `plain`, `tight`: the message simplified,
    with and without its spaces; `traditional` None where the script does not show; `region` as in the hotline registry;
    `language` zh|yue|en where the message shows it.
    """

    moves: tuple[str, ...] = ()
    facts: frozenset[str] = frozenset()
    topics: tuple[str, ...] = ()
    yes: bool | None = None
    person: str | None = None
    ta: str | None = None
    said_of_ta: str = ""
    us: frozenset[str] = frozenset()
    plain: str = ""
    tight: str = ""
    persons: Mapping[str, str] = field(default_factory=dict)
    mentions: tuple[people.Mention, ...] = ()
    ta_stands: str = ""
    age_band: str | None = None
    region: str | None = None
    traditional: bool | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Patterns:
    """The compiled lists of `data/heard.yml` and `data/regions.yml`."""

    moves: Mapping[str, tuple[re.Pattern[str], ...]]
    facts: Mapping[str, tuple[re.Pattern[str], ...]]
    topics: Mapping[str, tuple[re.Pattern[str], ...]]
    regions: Mapping[str, tuple[re.Pattern[str], ...]]
    persons: tuple[str, ...] = field(default=())


def compile_patterns(heard: Mapping[str, Any], regions: Mapping[str, Any]) -> Patterns:
    """Compile the lists; re.error names a bad pattern."""

    def group(raw: Mapping[str, list[str]]) -> dict[str, tuple[re.Pattern[str], ...]]:
        return {k: tuple(re.compile(p, re.IGNORECASE) for p in v) for k, v in raw.items()}

    persons = sorted(map(str, heard["persons"]), key=len, reverse=True)
    return Patterns(
        group(heard["moves"]), group(heard["facts"]), group(heard["topics"]), group(regions), tuple(persons)
    )


@lru_cache(maxsize=1)
def patterns() -> Patterns:
    """The project's own lists, read once."""
    with (DATA / "heard.yml").open(encoding="utf-8") as heard, (DATA / "regions.yml").open(encoding="utf-8") as regions:
        return compile_patterns(yaml.safe_load(heard), yaml.safe_load(regions))


#: "There is none" as it is said from Shaanxi to Guangdong; the lists know one of them.
NONE = re.compile("么有|么得|莫得|木有|冇得|毛得(?!病)")

#: Wu, as it is written in Shanghai; read as Mandarin where one of these words shows it.
WU = re.compile("侬|阿拉|呒没|勿是|勿晓|勿要")
WU_WORDS = (
    ("呒没", "没有"),
    ("勿", "不"),
    ("侬", "你"),
    ("阿拉", "我们"),
    ("个事体", "的事"),
    ("事体", "事"),
    ("搭我讲", "跟我说"),
)
WU_TA = re.compile("伊(?![朗犁利斯甸藤兹妹]|拉克)")

#: 我 and 没 as they are written in Shaanxi; 金额, 余额 and 什么人 stay (as in data/lexicon/spellings.yml).
QIN_I = re.compile(
    r"(?<![金余面差总全限数名定超税份配租保巨大小缺满足款前])额(?=[走不想要是就在也都给把跟咋问死活]|自己|么(?:有|事|人|在|说|打|想))"
)
QIN_NO = re.compile(r"(?<![什怎那这多要甚没有])么(?=有|事(?!$)|人(?!$)|在|想|说|打)")


def _mandarin(text: str) -> str:
    """Dialect words as the lists are written."""
    plain = NONE.sub("没有", text.replace("俺", "我"))  # "不是他 是俺": who speaks is heard in every list
    if QIN_I.search(plain):
        plain = QIN_NO.sub("没", QIN_I.sub("我", plain))
    if WU.search(plain):
        for word, same in WU_WORDS:
            plain = plain.replace(word, same)
        plain = WU_TA.sub("他", plain)
    return plain


def hear(text: str, known: Patterns | None = None, memory: Mapping[str, Any] | None = None) -> Heard:
    """Understand one message; never raises on any text. `memory`: the talk's before the message, for the names that
    were told and for what the customer calls us."""
    lists = known or patterns()
    narrow = unicodedata.normalize("NFKC", text).strip()
    plain = _mandarin(simplify(narrow))
    tight = "".join(plain.split())

    tongue = language(narrow)
    readings = readings_of(plain)

    def hits(group: Mapping[str, tuple[re.Pattern[str], ...]]) -> list[str]:
        return [name for name, found in group.items() if any(p.search(one) for one in readings for p in found)]

    yes = _yes_or_no(plain)
    regions = hits(lists.regions)
    facts = set(hits(lists.facts))
    if "purpose_plain" in facts and QUESTION_END.search(plain) and not _tells_purpose(plain, lists):
        facts.discard("purpose_plain")  # "打虫管用不" asks; it does not tell a purpose
    topics = hits(lists.topics)
    if claims_own(plain):  # one list for who reads danger and who answers (data/whose.yml)
        facts.add("is_me")
        topics.insert(0, "is_me")
    elif disclaims_own(plain):
        facts.add("not_me")
    elif names_another(plain):
        facts.add("another")
    moves = hits(lists.moves)
    if ALARM.search(tight) and not ASKS_US.search(tight):
        moves = [m for m in moves if m != "ask_police"]
    if NOBODY_THERE.search(plain):
        moves = [m for m in moves if m != "accept_help"]
        facts -= {"stand_down", "someone"}
    kept = memory or {}
    us = circle.called(plain) | frozenset(kept.get("us") or ())
    whom = kept.get("whom") or {}
    names = [n for n in (*(kept.get("persons") or ()), whom.get("name"), *(whom.get("also") or ())) if n]
    places: list[people.Mention] = []
    if tongue == "en":
        named = people.english(narrow, names)
    else:
        places = people.mentions(
            "".join(spaced(plain).split()), lists.persons, us, names, kept.get("speaks_for") == "other"
        )
        places = _whole(places, spaced(plain))
        named = people.together(places)
    return Heard(
        moves=tuple(moves),
        facts=frozenset(facts),
        topics=tuple(topics),
        yes=yes,
        person=people.best(named),
        persons=named,
        mentions=tuple(places),
        said_of_ta=tight if re.search("[他她佢]", tight) else "",
        us=us,
        plain=plain,
        tight=tight,
        ta=next((c for c in tight if c in "他她"), None),
        age_band=age_band(tight),
        region=regions[0] if regions else None,
        traditional=script(narrow),
        language=tongue,
    )


def _whole(found: list[people.Mention], text: str) -> list[people.Mention]:
    """Without names across a space: "没得钱 医生能咋个" speaks of no doctor called 钱."""
    at = [n for n, c in enumerate(text) if not c.isspace()]
    return [one for one in found if not re.search(r"\s", text[at[one.start] : at[one.end - 1]])]


def spaced(plain: str) -> str:
    """The text in which persons are looked for: nobody's name begins with the thanks before it."""
    return plain.replace("谢谢", "谢谢，")


#: Who does not pick up, or waits below: nobody is on the way. "我这就去找我妈了 她在下面等我", "打给我妈了 没人接".
NOBODY_THERE = re.compile(
    r"(?:没人|没有人|都没|也没|就是没|冇人)接|不接(?!我)|没打通|打不通|已?关机|(?:在)?(?:下面|那边|那头|天上|地下)等(?:着)?我|(?:去)?(?:下面|天上|那边|地下)(?:找|陪|见)"
)


def paused(plain: str) -> str:
    """The text with a comma where its writer put a space between two words: "好多了 没事了 照发吧"."""
    return re.sub(r"(?<=[\u4e00-\u9fff…~])[ \t\u3000]+(?=[\u4e00-\u9fff])", "，", plain)


#: Words of the southwest, the north and Hunan as the lists are written; read beside the text as it stands.
DIALECT = tuple(
    (re.compile(pattern), word)
    for pattern, word in (
        ("莫(?=[要走挂理问管劝说发送来催给把得叫喊怕哭漏再])|甭|嫑", "别"),
        ("啥子|哪样(?!东西)|么子|嘛(?=事|时候|玩意)", "什么"),
        ("咋个|咋(?=[办说样弄整])|啷个|乍", "怎么"),
        ("晓得", "知道"),
        ("有没得", "有没有"),
        ("没得", "没有"),
        ("恁个|恁么|介么", "这么"),
        ("屋头|屋里头|屋企", "家里"),
        ("等哈", "等下"),
        ("一哈子?", "一下"),
        ("得行", "可以"),
        ("老汉儿?(?=[打骂晓知说不])", "爸"),
        ("婆娘", "老婆"),
        ("娃儿|崽崽?|伢", "孩子"),
        ("俺", "我"),
        ("恼火", "难受"),
    )
)


def readings_of(plain: str) -> list[str]:
    """The ways a text is searched: Chinese without its spaces, with a comma where it pauses, and with words of dialect
    as the lists are written; other languages as they stand."""
    if not re.search("[\u4e00-\u9fff]", plain):
        return [plain]
    told = paused(plain)
    standard = told
    for pattern, word in DIALECT:
        standard = pattern.sub(word, standard)
    return list(dict.fromkeys(["".join(plain.split()), "".join(told.split()), "".join(standard.split())]))


def _tells_purpose(plain: str, lists: Patterns) -> bool:
    """Whether a purpose is told in a clause of its own: "我们馆用的，攀岩馆。承重多少，有报告没" tells and asks."""
    parts = [p for p in re.split(r"[，,。.！!？?；;\s]+", plain) if p]
    return any(
        p.search(part) for part in parts[:-1] if not QUESTION_END.search(part) for p in lists.facts["purpose_plain"]
    )


def _yes_or_no(plain: str) -> bool | None:
    """A plain yes or no among the first few words; later ones belong to something else."""
    for part in [p for p in re.split(r"[\s,，。.!！…~～?？]+", plain) if p][:3]:
        if NO.search(part):
            return False
        if YES.search(part):
            return True
    return None


def age_band(text: str) -> str | None:
    """The age somebody tells about themselves, roughly; None when nothing points to one."""
    if own := re.search(r"我(?:也|都|今年|快)?([二三四五六七八九])十", text):
        return "elder" if own.group(1) in "六七八九" else "adult"
    if re.search(r"(他|她|弟|妹|孩子?|娃|儿子|女儿|闺女|孙)[^，。 ]{0,6}(\d|[一二三四五六七八九十])", text):
        return None
    told = AGE.search(text) if re.search(r"岁|我\d|才\d|都\d|刚满", text) else None
    years = int(told.group(1)) if told else _chinese_years(text)
    if years is not None:
        if years < 14:
            return "child"
        return "teen" if years < 18 else "elder" if years >= 60 else "adult"
    if re.search(
        r"(孩子?|娃|儿子|女儿|闺女|崽|仔|囡)[^，。]{0,4}(小学|初[一二三]|初中|高[一二三]|高中|中考|高考|[一二三四五六]年级)",
        text,
    ):
        return None  # their child's class
    if re.search(r"从(小学|初中|高中|大学)|(小学|初中|高中)(的?时候|起|开始|毕业|同学)", text):
        return None  # told of years ago
    return next((band for pattern, band in SCHOOL if pattern.search(text)), None)


def _chinese_years(text: str) -> int | None:
    found = CHINESE_AGE.search(text)
    if not found or not re.search(r"岁|刚满|今年|好几|我.{0,2}[二三四五六七八九]十.{0,2}了", text):
        return None
    tens, _, units = found.group(1).partition("十")
    return (_DIGITS.get(tens, 1) if tens else 1) * 10 + _DIGITS.get(units[:1], 0)


#: English words for each Chinese character beside which the characters are only quoted.
QUOTING = 4


def language(text: str) -> str | None:
    """zh, yue or en where a message shows it, None for a number, "ok" or pinyin."""
    if CANTONESE.search(text):
        return "yue"
    words = re.findall(r"[a-z']+", text.lower().replace("’", "'"))
    english = len(words) >= 2 and bool(ENGLISH & set(words))
    if chinese := len(re.findall(r"[\u4e00-\u9fa5]", text)):
        # "I can read 药, it is medicine?" is English about a sign
        return "en" if english and len(words) >= QUOTING * chinese else "zh"
    return "en" if english else None


@lru_cache(maxsize=4096)
def simplify(text: str) -> str:
    """Traditional characters to simplified ones."""
    return _converter("t2s").convert(text)


#: Characters that belong to both scripts, whatever a converter makes of them.
BOTH = frozenset(
    "台里后只余谷系表范云干斗几丑冬叶制采卷合周回家才杯杆板核梁欲沈浮涂准游溪熏症注凶占吁同向吊伙佣修升卜厘吃啰夸夫姜娘岳巨巴布并幸"
)


def script(text: str) -> bool | None:
    """True for traditional characters, False for simplified, None where a text shows neither; the more numerous count.
    Cantonese words without either are taken for traditional; beside simplified ones they are dialect ("冇收到东西")."""
    chars = [c for c in text if "\u4e00" <= c <= "\u9fff" and c not in BOTH]
    old = sum(simplify(c) != c for c in chars)
    new = sum(_converter("s2t").convert(c) != c for c in chars if simplify(c) == c)
    if old or new:
        return old >= new
    # 冇 alone is said in Hunan and Jiangxi, too
    return True if re.search(r"[嘅嗰喺嚟咗哋啲佢唔㗎]", text) else None


def is_traditional(text: str) -> bool:
    """Whether the text is written in traditional characters."""
    return bool(script(text))


@lru_cache(maxsize=4)
def _converter(kind: str) -> Any:
    import opencc

    return opencc.OpenCC(kind)
