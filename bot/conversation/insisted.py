"""Who was asked, says plainly and more than once that they do not want to die, and tells nothing grave. Pure.

Shouting ("我今晚就死给这堆盖子看"), a dare, a panic attack or a trade with sharp tools can be read as high danger, and
no single no takes that away (:mod:`bot.conversation.explained`): "唔係想死，係還" is no relief. But whoever answers the
direct question with a clear no, says it again in other words, and lets nothing grave fall in between, is driven off
by more questions about day and way. From then on the bot says that it believes them and that a colleague still has a
look, and speaks of what they came for. The level and the alert stay: only a person lowers them.

A clear no is heard by words, and by example where strangers put it otherwise ("我是拍视频的 台词", "去看他，坟上"); one
that the examples take for half a no ("没事了 都安排好了") counts for nothing (`memory["denies"]`). One that says what
it was instead ("不是，我是去捐一个肾给我弟") counts twice, unless a wish was spoken outright.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

FACT = "insisted"
#: Clear words, where a bare "没有" or "没事" is not enough.
CLEAR = re.compile(
    r"(?:不|没|没有|冇|唔|唔系|不是|没人|没有人)(?:是)?(?:真的?)?(?:想|要|谂住|会|敢|舍得)(?:去|寻)?(?:死|自杀|轻生)"
    r"|我?敢死|怕死|惜命|(?:说|讲)(?:过|清楚)了[，。,]?(?:没有|不会|不想|冇|唔会)(?=$|[，。！!])"
    r"|我(?:是|就是)?(?:给人|替人)[^，。,]{1,8}的(?:嘛|啊|呀|呢|哈|[，。！!])"
    r"|没有没有|真的?没有(?!办法|人|用|钱|意思)|没那(?:回|种)?(?:事|意思|想法|念头)|(?:是|我们|都是?|就)?(?:闹着?玩|玩的|大冒险|整蛊)"
    r"|(?:自杀|自殺|寻死|轻生)的?(?:念头|想法|打算)[，。,]?我?(?:现在|目前|如今)?(?:是)?(?:一点|完全|真的?)?(?:都|也)?(?:没有|没得|冇)(?=[，。,！!]|$)"
    r"|(?:讲话|说话)(?:就)?(?:这样|这么)|夸张(?:而已|的|啦)|口头禅"
    r"|(?:^|[，。 ]|我)(?:现在|人|很|都)?(?:安全得很|好得很|好着呢)(?=$|[，。！])|(?:好几年|这些年)都?(?:很|挺)?安全"
    r"|\b(?:not suicidal|don.?t want to die|just (?:a )?(?:joke|game|kidding)|didn.?t mean (?:it|that))\b",
    re.IGNORECASE,
)
#: What an explanation says in words: that it is not so; or, where nothing grave is felt, what it is.
SAYS_NO = re.compile(
    r"不是|没有|没想|没要|没打算|不想|不会|冇|唔系|唔是|误会|想多|搞错|听错|玩笑|闹着?玩|(?:说|讲|问|指)的(?:就)?是|意思是|夸张|口头禅"
    r"|\b(?:not|no|never|don.?t|didn.?t|isn.?t|won.?t|i mean|meant|only|just)\b",
    re.IGNORECASE,
)
TELLS_WHAT = re.compile(
    r"我(?:们)?(?:就)?是|这(?:就)?是|那(?:就)?是|是(?:我|为|给|个|一)|\b(?:i.?m|it.?s|it is|i am|we are|that.?s)\b",
    re.IGNORECASE,
)
#: What a no is followed by when it is none: "唔係想死，係還", "不想死也不想活".
SPOILS = re.compile(
    r"没人(?:打扰|找|知道)|(?:这里|地方|绳|刀|药|炭|它|东西)[^，。]{0,3}(?:安全|好得很|好着呢)|还(?:债|命|给|她|他|一条)|[系是]还(?:$|[，。\s])|(?<!不是)(?<!唔系)(?<!没有)不想活|活(?:够|腻)|没意思|撑不|熬不|顶唔|但是|可是|不过(?!来)|只是(?!(?:很|好|太|真的?)?(?:想|挂住|惦记)(?:他|她|它|牠|佢|家|我?妈|我?爸))|解脱|消失|骗你|睡很久|别叫我|是我自己"
)
#: Signals in words of the lists that no insisting takes away, and those after which it starts anew.
NEVER = frozenset({"in_progress", "attempt_past", "self_injury", "other_at_risk"})
GRAVE = NEVER | {"ideation_active", "ideation_passive", "intent", "plan", "preparation", "goodbye", "method", "burden"}
#: What a plan, a day and things handed over are signals of, too, when somebody moves house or goes to hospital; words
#: of a wish; words of the talk so far beside which one explanation is not enough.
MATTER = frozenset({"plan", "preparation", "method"})
WISHES = frozenset({"ideation_active", "ideation_passive", "intent", "goodbye", "burden"})
OUTRIGHT = NEVER | {"ideation_active", "intent", "means_seeking", "goodbye"}
EXPLAINED = "explained"
#: Facts after which a no is one about the writer, while somebody else may be in danger; what lives in stories and
#: phrases only is nobody.
ANOTHER = frozenset({"not_me", "another", "for_another"})
FICTION = re.compile(
    r"剧|戏|演|编的|假的|假人|角色|人设|小说|漫画|动漫|台词|道具|群演|片场|剧组|口头禅|梗|歌词|游戏|电影|玩偶|夸张|比喻|玩笑"
    r"|\b(?:novel|script|play|story|characters?|(?:video )?games?|pixels|song|lyrics|movie|role|joke)\b"
    r"|figure of speech",
    re.IGNORECASE,
)
#: A dead one who is missed: "不想死，只是很想牠" is mourning and no half-hearted no.
MISSED = re.compile(r"(?:很|好|太|真的?|就是|只是)(?:想|挂住|惦记)(?:他|她|它|牠|佢|我?妈|我?爸)")
#: Their own death in its own time, of who is old and has explained themselves: what the children are to find then.
IN_ITS_TIME = re.compile(
    r"我(?:死|走|没|老)了(?:以后|之后)?(?:他|她|孩子|儿子|女儿|家里|人家|谁|你们)|人总(?:是)?要死|百年|后事"
)
#: What dies there, and no joke or habit of speech about oneself.
FIGURES = re.compile(
    r"角色|人设|人物|群演|演死人|片场|拍戏|小人儿|皮套|(?:电脑|手机|直播)里(?:演|扮)|戏里|剧里|剧中|剧本|台词|小说|漫画|动漫|假人|玩偶|游戏(?:里|角色|人物|中)|副本里|电影里|虚拟"
    r"|\b(?:novel|script|characters?|(?:video )?games?|pixels|movie|avatar|NPC)\b",
    re.IGNORECASE,
)
DIES = re.compile(
    r"死|没了|不在了|演|扮|杀青|毕业|\b(?:die[sd]?|dead|dying|deleted|killed|gone)\b|character", re.IGNORECASE
)
#: Messages that say it is a figure in a game or a play that dies, after which even an "I die at nine" is one: the
#: writer has put it right twice, calmly, and people have been called since the first.
FIGURE = 2
#: An attempt of years ago, told by who has lived well since, is no danger by itself.
LONG_AGO = re.compile(r"[两二三四五六七八九十\d]+年(?:前|了|过去)|当年|那年|小时候|\byears ago\b", re.IGNORECASE)
LATELY = re.compile(
    r"昨|前天|上周|上个?月|上个?礼拜|刚|这几天|今[天早晚]|又(?:试|割|吞)|\b(?:yesterday|last (?:week|month|night))\b",
    re.IGNORECASE,
)
ABOUT_GOODS = re.compile(r"[?？]|吗|几天|多少|发货|到不到|退|运费")
#: Facts of the talk beside which nobody is taken at their word.
PAST = frozenset({"attempt_past", "past_tried"})
TOLD = frozenset({"swallowed", "brink", "past_tried", "child_along"})
#: The direct questions, and a plain yes to one: "想过 好多回".
DIRECT = frozenset({"suicide", "confirm", "safety_direct", "intent_now"})
YES = re.compile(
    r"^(?:嗯+|是(?:的|啊|呀)?|有|对|我)?[，。,\s…]*(?:我)?(?:想过|有过|想(?:的|啊|呀|嘛)|有想|常想|天天(?:都)?想|一直(?:都)?想|好多(?:次|回))"
    r"(?!.{0,4}(?:没|不是|开玩笑|吃|买|退))"
)
#: Questions a no to which refuses help, not the wish.
OF_HELP = frozenset({"companion", "companion_refer", "refer", "refer_check", "emergency_check", "human_help", "people",
                     "get_through", "if_worse", "violence", "place"})  # fmt: skip
#: How often it is said, and the level that the message by itself may have.
TIMES, MOST = 2, 3
#: Steps that name the danger outright, of the writer or of another; a no is an answer to them only.
ASKS = ("suicide", "emergency", "other_suicide", "other_emergency")
#: Below high danger also the open door: "我演死人的，横店群演" answers "心里难受吗".
DOOR = "door"
#: Steps that are not taken in the same breath as a clear no, below level 4.
NOT_AFTER_NO = frozenset({"emergency", "other_emergency", "if_worse"})


def _says_what(words: str, text: str, felt: int) -> bool:
    """Whether an explanation says that it is not so, or, with nothing grave felt, what it is. English needs the
    spaces of `text`, which `words` lacks."""
    return any(SAYS_NO.search(one) or (felt < 2 and TELLS_WHAT.search(one)) for one in (words, text))


def asked(memory: Mapping[str, Any]) -> int:
    """The first turn in which the danger was named to them, 0 when never."""
    names = ASKS if memory["level"] > 2 else (*ASKS, DOOR)
    return min((turns[0] for name in names if (turns := memory["asked"].get(name))), default=0)


def note(
    now: dict[str, Any], text: str, ruled: Collection[str], talk: Mapping[str, Any], level: int, other: bool
) -> None:
    """Count a clear no in the memory `now`, which holds the message; keep the fact when it was said often enough.
    `text`: the message, simplified; `ruled`: its signals in words of the lists; `talk`: the talk reader's state;
    `other`: it is about somebody else's danger, where only examples tell a no ("他在吃泡面，没有人要死") from a worry.
    What is told or strongly felt afterwards ends it."""
    told, turn, first = now["told"], now["turn"], asked(now)
    if "spoken" in talk:  # hints ("在阳台收衣服") are no words of danger
        ruled = set(ruled) & set(talk["spoken"])
    words = "".join(text.split())
    by_example = now.get("denies") or ""
    felt = int(talk.get("message_level") or 0)
    if by_example == EXPLAINED and not _says_what(words, text, felt):
        by_example = ""  # "楼上还有半瓶旧的 我喊堂哥去拿" sounds like an explanation and denies nothing
    explains = by_example == EXPLAINED and level <= MOST
    half = by_example == "half" and not MISSED.search(words)
    listed = not other and any(CLEAR.search(one) for one in (words, text)) and not half
    if by_example == "clear" and now.get("pending") in OF_HELP:
        by_example = ""  # "打不得 通话他也要翻" refuses a call, not the wish
    # at level 4 a no must stand in clear words or explain itself: "进我这门的都得踩一脚粪" only sounds like one
    sounds = {EXPLAINED} if level > MOST else {"clear", EXPLAINED}
    shown = by_example in sounds and not (GRAVE - MATTER if explains else GRAVE) & set(ruled)
    if (other or ANOTHER & told.keys()) and not FICTION.search(words):
        listed = shown = explains = False  # "不是我，是楼上小裴" denies nothing of her
    clear = (listed or shown) and not any(SPOILS.search(one) for one in (words, text))
    if not clear and first and turn > first and WISHES & set(ruled):
        now["wished"] = turn
    # a way and a day told once the danger was named are a yes, whatever else the message sounds like
    said_yes = bool(first) and max(told.get("suicide", 0), told.get("decided", 0)) > first
    if now.get("pending") in DIRECT and YES.search(text.strip()) and not clear:
        now["answered_yes"] = turn
    said_yes = said_yes or bool(now.get("answered_yes"))
    explained = explains or (FACT in told and bool(now.get("explained_no")))
    if explained:  # a day and a thing handed over are no yes where they were explained
        said_yes = said_yes and bool(now.get("wished"))
    figure = not said_yes and _figure(now, words, text, ruled, felt, first)
    if PAST & set(ruled):  # the last attempt told of decides
        now["long_ago"] = bool(LONG_AGO.search(words)) and not LATELY.search(words)
    past = PAST if now.get("long_ago") else frozenset()
    never = (NEVER - past) & set(talk.get("spoken") or ())
    beaten = "violence" in now["hurt_by"]
    out = beaten or (TOLD - past) & told.keys() or (not figure and (said_yes or never))
    ends = (GRAVE - MATTER if explained else GRAVE) - past
    # what is merely felt in a question about the goods does not outweigh three plain noes
    often = int(now.get("clear_noes") or 0) > TIMES and felt == MOST and bool(ABOUT_GOODS.search(words))
    natural = (
        figure or often or (bool(now.get("explained_no")) and now.get("age") == "elder" and IN_ITS_TIME.search(words))
    )
    grave = not clear and (bool(ends & set(ruled)) or felt > MOST or (felt == MOST and not natural))
    if clear and not first and felt <= MOST and not never:
        now["no_turn"] = turn  # said before anybody asked: it is asked then, and no ambulance sent for the word
    if out or level < 2 or not first or grave:
        now["clear_noes"] = 0
        told.pop(FACT, None)
        return
    if clear and felt <= MOST:
        now["no_turn"] = turn
        outright = OUTRIGHT & set(talk.get("spoken") or ())
        now["explained_no"] = bool(now.get("explained_no") or (explains and not outright))
        now["clear_noes"] = int(now.get("clear_noes") or 0) + (TIMES if explains and not outright else 1)
    if now.get("clear_noes", 0) >= TIMES or figure:
        told.setdefault(FACT, turn)
        told.setdefault("suicide_denied", turn)


def _figure(
    now: dict[str, Any], words: str, text: str, ruled: Collection[str], felt: int, first: int
) -> bool:  # fmt: skip
    """Count in `now` the calm messages that say who dies is a figure; whether there were enough. A wish of their own,
    or an act, in words of the lists starts the count anew."""
    if GRAVE & set(ruled) and now["turn"] > first:
        now["figures"] = 0
    elif (
        first
        and now["turn"] > first
        and felt < 2
        and any(FIGURES.search(one) and DIES.search(one) for one in (words, text))
    ):
        now["figures"] = int(now.get("figures") or 0) + 1
    return int(now.get("figures") or 0) >= FIGURE


def new(memory: Mapping[str, Any]) -> bool:
    """Whether this very message decided it."""
    return memory["told"].get(FACT) == memory["turn"]


def instead(chosen: str, danger: str, memory: Mapping[str, Any]) -> str:
    """The step beside a message that is a clear no: no emergency number in the same breath, unless at level 4."""
    no = memory.get("no_turn") == memory["turn"] and danger != "imminent"
    if not (no and chosen in NOT_AFTER_NO):
        return chosen
    return "quiet" if memory["asked"].get("suicide") else "suicide"


def holds(memory: Mapping[str, Any]) -> bool:
    """Whether the talk goes on about what they came for."""
    return FACT in memory["told"] and not new(memory)
