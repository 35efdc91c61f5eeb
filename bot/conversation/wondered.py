"""The question of a message that nothing of ours answers, in the customer's own words. Pure.

A stranger's next question is one that no kind of `data/questions.yml` and no example fits (question 29 of
`benchmarks/vera/rubric.yml`; 128 of 240 turns with a question in played talks). A comforting sentence in its place
tells that nobody read it. So it is said back and owned up to: a person will have to answer. Only what asks for an
answer counts: no retort ("报什么警"), no cry ("活着有什么意思"), nothing that repeats our own question.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from bot.cases.owed import UNANSWERED
from bot.conversation.hearing import language
from bot.conversation.questions import OPEN, SOFT, fitting, searched

#: Moves in whose answer a general sentence may give way to owning up to the question.
BESIDE = frozenset({"tell", "answer", "disclose", "open_up", "tell_distress", "tell_grief", "tell_doctor", OPEN,
                    "open_question"})  # fmt: skip
#: From one message that is owned up to so many turns to the next: who asks in every line is not told each time.
APART = 2
#: The questions that a person is told of (`bot/cases/owed.py`), at most so many and so long.
MOST, SHOWN = 4, 60
#: Characters of a clause that may be said back, and of one that is a question at all.
SHORTEST, LONGEST = 3, 15
#: Fewer characters than these look silly in quotation marks (“正常”, “会说”): the answer goes without them.
SAID_BACK = 5
LONGEST_ENGLISH = 24
_CHINESE = re.compile("[\u4e00-\u9fff]")

_CUT = re.compile(r"(?<=[?？])|[\s，,。.！!；;…~～、：:（）()“”\"「」『』—]+")
_PIECES = re.compile(r"(?<=[?？])\s*|[。！!；;…~～、\n，,]+|(?<=[\u4e00-\u9fff0-9])\s+|(?<=[a-z])[.]\s+", re.IGNORECASE)
#: Questions of one message that are read by themselves, the last ones.
LAST = 3
_CUT_ENGLISH = re.compile(r"(?<=[?!.;…])\s+|\n+|,\s+(?=(?:and|but|so)\b)")
_WH = (
    r"怎么(?!样)|怎样|咋(?!样|说)|点样|点解|几时|什么时候|啥时候?|多久|多少|多长|多远|哪个|哪家|哪天|哪里|哪儿|哪边|边个|边度|谁|几点|几天|几年|几个|"
    r"(?:什么|啥|咩)(?!用|意思|意义|办法|事|关系|都|也)"
)
#: What asks for an answer (simplified characters, no spaces).
_ASKS = re.compile(
    r"(?:吗|么|咩|未|冇)[呀啊的]?[?？]*$|(?:[能行成好准对用得管通完到了来有])不[?？]*$|"
    r"是不是|会不会|能不能|要不要|该不该|算不算|管不管|有没有|用不用|可不可以|行不行|办不办|肯不肯|准不准|认不认|给不给|收不收|还不还|"
    r"系咪|会唔会|使唔使|得唔得|可唔可以|有冇|算唔算|"
    rf"(?:{_WH})|(?:还是|定系).{{1,6}}[?？]$|.{{2,}}[?？]$"
)
#: A retort, a cry, an order or our own question said back; also where the words that ask stand for "any" and "none".
_NO_QUESTION = re.compile(
    r"^(?:你|您|侬)(?:们)?(?:都|就|还|又|也|在|老|总|刚|刚才|到底|这是|是不是|怎么|咋|为什么|为啥|问|说|讲|听|懂|看|管|别|要|认|凭|是(?:谁|啥|什么)|算|知道|晓得|有完|烦)|"
    r"(?:干什么|干嘛|干啥|做咩|做什么|弄啥|弄啥咧|咋子|做啥)[?？]*$|"
    r"(?:什么|啥子?|咩)(?:玩意|叫|鬼|东西|警|人|学|班|家|忙|急|好|心|火|单|词|字|[^，]{0,2}啊)[?？]*$|^(?:什么|啥子?|吓|喂|哈)|(?:报|叫|打|去|上|有|算|装|喊|咒|催|急|怕|慌)(?:什么|啥|个啥|哪门子)|"
    r"^离|^(?:叫|找|请|靠)谁|(?:没|有没有?|未)(?:看|听|读|搞|弄)(?:懂|明白|清楚?)|^抢我|"
    r"没有没有|(?:慢|等|过|这|那|好|上|前|晚|早|有)几|几[天年次个遍回下](?:没|不|都|就|了|也|要)|有脸|看啥|弄啥|做啥|干啥|多少遍|几遍|会不会答|答不答|(?:没|未)定|忘了|才几|十几|几[十百千万]|给谁看|^(?:问|看|听|让|叫)(?!你|您|一下|题)|又没说|没有(?:打算|想过?|要)?(?:做|什么|谁)|(?:没|不|唔|冇|别|莫|甭)(?:准备|打算|有|管|用|必|论|知道?|晓得|记得|清楚|敢|想|会|能|问|要|得|是)?(?:什么|啥|谁|哪|怎|咋|多少|几|边)|"
    r"(?:什么|啥|谁|哪(?:里|儿|个)?|怎么?样?|咋|咩|边个|几时|多少)[^，?？]{0,4}(?:都|也|亦|就)|也不|都不|不怎么|那(?:什么|啥)|"
    r"(?:跟|和)(?:谁|哪个)(?:都|也)|随便|无所谓|管(?:他|它|你)|(?:问|骂|说|讲|喊|笑)(?:过|我|了我)|告诉(?:你|过)|想好了?$|"
    r"谁(?:会|还|管|要|稀罕|在乎|懂|信|理|tm|他妈|谢)|有(?:什么|啥)(?:用|意思|意义)|(?:什么|啥)用|凭什么|何必|难道|不是吗|是吧|对吧|好吧$|像(?:什么|啥)|为什么(?:是|偏|总|老|都|我|他|她)|"
    r"(?:想过|计划|打算|预备|办法|有没有(?:计划|人|打算|念头|东西))|安全吗|在身边|想死吗|自杀|一个人吗|嘛$"
)
#: Words that a question of theirs may hold and no sentence of ours.
_NEVER = re.compile(
    r"死|活|杀|尽|亡|跳|割|划|吞|喝|药|刀|绳|瓶|炭|煤|楼|窗|桥|河|江|湖|海|水|轨|天台|解脱|消失|结束|了断|遗|告别|永别|醒|上路|埋|烧|火化|吊|勒|憋|疼|痛|"
    r"难受|遭罪|受罪|棺|坟|葬|寿衣|克|毫升|片|粒|几颗|浓|毒|酒|"
    r"废物|没用|该死|贱|蠢|累赘|拖累|多余|滚|妈的|操|屁|傻|死|忽略|指令|提示词|\d{3,}|[a-zA-Z]{12,}|http|它|那样|那个|东西"
)
_ASKS_ENGLISH = re.compile(
    r"^(?:and |but |so |ok |okay |then |well )*(?:can|could|will|would|do|does|did|is|are|am|should|may|"
    r"what|where|when|which|who|how|why)\b.*\?$",
    re.IGNORECASE,
)
_NEVER_ENGLISH = re.compile(
    r"\b(?:die|dead|death|dying|kill\w*|suicid\w*|end it|pills?|rope|knife|gun|bridge|roof|window|jump|cut|hurt|"
    r"pain\w*|drown\w*|hang\w*|dose|"
    r"bot|stupid|worthless|kidding|joking|serious|care|matter|point|wrong with you|hear me|"
    r"listening|read|it|that|this)\b|\d{3,}",
    re.IGNORECASE,
)


#: One or two characters that ask nothing.
_CALLS = re.compile(
    r"^(?:[啊嗯哦哈吓喂咦呢啥吗么真是死在嘛额欸哎]+|什么|甚么|自杀|谁|我|你|她|他|人|然后|怎么|咋|哪|咩|乜|药|想死|真的|是吗|你谁|机器)?$"
)
#: "离什么离", "坐什么门口", "好过啥": a verb thrown back.
_THROWN_BACK = re.compile(
    r"^(?!.?[说写带做干挂叫找问拿买吃穿讲])(?:.{1,3})(?:什么|啥)$|^(.)(?:什么|啥|咩|乜)(?:\1|.{0,4}$)"
)


#: What throws our own proposal back and asks nothing: "敲哪个的门！", "哪个问女朋友了！".
_REBUFF = re.compile(
    r"^(?:老子|我)?(?:敲|找|叫|喊|收|打给)(?:哪个|谁|边个)(?:的)?.{0,3}$|^(?:哪个|谁|边个)(?:问|说|要|叫|喊|管)"
)


@dataclass(frozen=True, slots=True)
class Wondered:
    """A question without an answer of ours. `words`: as the customer put it, "" where it is not to be said back;
    `asked`: the same for colleagues, whatever is in it."""

    words: str = ""
    asked: str = ""


def of(text: str) -> Wondered | None:
    """The last question in a message that asks us for an answer, the last that may be said back where there is one;
    None where there is none. Never raises."""
    if not _CHINESE.search(text) or language(text) == "en":
        return _english(text)
    found = None
    parts = [part for part in _CUT.split(text.strip()) if part]
    for place, part in enumerate(parts):
        words = searched(part)
        bare = words.rstrip("?？")
        echoes = len(bare) < SHORTEST and place + 1 < len(parts)  # "失眠？去年就开始了" says our word back
        if echoes or not _asks(words, bare) or (_REBUFF.search(bare.rstrip("！!")) and not words.endswith(("?", "？"))):
            continue
        fits = len(bare) <= LONGEST and not _NEVER.search(bare)
        if fits or found is None:
            found = Wondered(part.strip().rstrip("?？") if fits else "", part.strip()[:SHOWN])
    return found


def _asks(words: str, bare: str) -> bool:
    if words != bare and len(bare) < SHORTEST:  # "报？" of somebody who types two characters
        return not _CALLS.match(bare)
    retort = _NO_QUESTION.search(words) or _THROWN_BACK.search(bare)
    return len(bare) >= SHORTEST and bool(_ASKS.search(words)) and not retort


def by_piece(
    asks: tuple[str, ...], text: str, other: bool, known: Collection[str], moves: Collection[str],
    kind: Callable[[str, bool], str | None] | None,
) -> tuple[str, ...]:  # fmt: skip
    """The kinds asked; where none was heard, what examples are outright sure of in the question by itself: "他在大门口
    坐着，一句话不说，我去看病会不会被遣返" means three things at once as it stands."""
    if asks not in {(), (OPEN,)} or kind is None or not set(moves) <= SOFT:
        return asks
    parts = [part.strip() for part in _PIECES.split(text) if part and part.strip()]
    if len(parts) < 2:
        return asks  # read as it stands already
    for part in [one for one in parts if _is_asked(one)][-LAST:]:
        if found := fitting(kind(part, True), other, known):
            return found
    return asks


def _is_asked(part: str) -> bool:
    if not _CHINESE.search(part):
        return bool(_ASKS_ENGLISH.search(part))
    words = searched(part)
    return len(words) > SHORTEST and _asks(words, words.rstrip("?？"))


def beside(asks: tuple[str, ...], text: str, move: str, now: dict[str, Any]) -> tuple[str, ...]:
    """The kinds asked, or :data:`OPEN` where a question stands that none fits; noted in the talk's memory `now`.

    Danger is known (level 2 and up), the message has another `move`, and the last one owned up to is
    :data:`APART` turns ago."""
    if asks not in {(), (OPEN,)} or now["level"] < 2:
        return asks
    found = of(text)
    last = int((now.get("wondered") or {}).get("turn") or -APART)
    if found is None or (not asks and (move not in BESIDE or now["turn"] - last < APART)):
        return asks
    now["wondered"] = {"turn": now["turn"], "words": found.words}
    known = now.get(UNANSWERED) or []
    now["wondered"]["new"] = found.asked not in known
    now[UNANSWERED] = [*(one for one in known if one != found.asked), found.asked][-MOST:]
    return (OPEN,)


def unasked(memory: Mapping[str, Any]) -> dict[str, Any]:
    """The memory where a person speaks: the question of this very message is theirs; what the bot left open stays."""
    kept, waiting = memory.get("wondered") or {}, list(memory.get(UNANSWERED) or ())
    mine = kept.get("turn") == memory.get("turn")
    return {**memory, "wondered": {}, UNANSWERED: waiting[:-1] if mine and kept.get("new") else waiting}


def words(memory: Mapping[str, Any]) -> str:
    """The question of this very message as it may be said back, "" for none."""
    kept = memory.get("wondered") or {}
    said = str(kept.get("words") or "") if kept.get("turn") == memory.get("turn") else ""
    return said if len(said) >= SAID_BACK or not _CHINESE.search(said) else ""


def _english(text: str) -> Wondered | None:
    found = None
    for part in (p.strip() for p in _CUT_ENGLISH.split(text)):
        if _ASKS_ENGLISH.search(part):
            fits = len(part) <= LONGEST_ENGLISH and not _NEVER_ENGLISH.search(part)
            found = Wondered(part.rstrip("?") if fits else "", part[:SHOWN])
    return found
