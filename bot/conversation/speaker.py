"""Whose danger a talk is about: the writer's own, or somebody else's. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from bot.conversation import memory as mem
from bot.conversation import parties, theirs
from bot.conversation.hearing import Heard
from bot.risk.whose import tells_of_death

#: The writer in a message of danger, outright ("有几道是我自己弄的", "我活得挺忙"), and the level it has by itself.
FIRST = re.compile(
    r"我自己(?!的?(?:孩|娃|儿|女|家|店))"
    r"|(?<![不唔勿非])(?:是|就)我(?![弟哥姐妹妈爸朋室同老们家男女儿外孙学爷奶表堂邻婆公的])"
    r"|(?:想|要|不如)(?:就)?(?:跟|陪|找|随)(?:着|了)?[他她](?:一起|一道)?(?:去|走)"
    r"|我(?:不想活|想死|活着(?!呢|呀|好)|活得(?!好|挺好|很好|不错|蛮好)|死了|撑不|熬不|一个人)"
    r"|我(?:都|已经|偷偷)?(?:攒|囤|备|藏)(?:着|好|了)[^，。]{0,4}(?:东西|那个|药|它)(?![^，。]{0,6}(?:给|喂)[他她])"
    r"|等[^，。！？]{1,12}我就(?:走|不在|没)了?(?=$|[，。！ ])"
    r"|\bI.?m (?:up |out |sitting |standing |already )?(?:on|at|over) the (?:(?:outside|edge|top|other side) of the )?"
    r"(?:balcony|roof|rooftop|bridge|ledge|edge|window ?sill|railing|tracks)\b(?!.{0,20}\bwith (?:him|her|them)\b)",
    re.IGNORECASE,
)
GRAVE = 2
#: What is none of these of a child before a locked door: "家里就我一个人", "他们来了也是我翻译".
IN_PASSING = re.compile(
    r"我自己(?:跑过去|过去|去找[他她]|打(?:电话|车|1\d\d|(?=$|[，。！ ]))|开车|骑车|守着?|上去看|进去看|敲)"
    r"(?![^，。]{0,6}(?:死|跳|刀|针|割|药|了断|完))|"
    r"(?:就)?我一个人(?:在(?:家|屋|店)里?)?(?=$|[，。！!,. ])"
    r"|(?:是|就)我(?:翻译|报|打电话|接|开门|照顾|守|陪|一个人(?=$|[，。！!,. ]))"
)
#: Somebody who cannot speak yet, or was not born.
INFANT = re.compile(
    r"[一二三四五六七八九十两半\d]个半?月(?!前|后|没|了|的?工资|就)|刚出生|新生儿|满月|喂给[她他]|吸奶|月子|产后|喂奶|吃奶|奶瓶|奶粉|尿不湿|尿布|哄睡|拍嗝|孕|胎心|没保住|流产"
    r"|\b(?:newborn|months old|pregnan\w+|miscarr\w+)\b",
    re.IGNORECASE,
)
#: Log odds under which "不是我" in the message speaks of something else ("呛了 你还叫我找婆婆").
OWN_FOR_SURE = -2.0
#: Log odds over which it is another's although nobody else's danger was put in words.
THEIRS_FOR_SURE = 1.0
#: Signals of a farewell or of danger under way that the message of another bears, too.
SHARED = frozenset({"goodbye", "in_progress"})
#: Signals that turn a talk about another to the writer; to be alone in the house is none.
WISHES = frozenset({"ideation_active", "ideation_passive", "intent", "self_injury", "burden", "goodbye",
                    "in_progress", "method", "plan"})  # fmt: skip
#: Steps after which "是我弟" tells who could come, not whose danger it is.
WHO_ASKED = frozenset({"companion", "companion_refer", "caller_companion", "get_through", "refused"})


def speaks_for_another(
    before: Mapping[str, Any], now: dict[str, Any], talk: Mapping[str, Any], third_party: bool,
    names: frozenset[str], level: int, heard: Heard, odds: float | None = None,
) -> bool:  # fmt: skip
    """Whether it is somebody else's danger: what the lists say, weighed with what examples say of every message
    (`odds`, :mod:`bot.conversation.theirs`). An outright word ("不是我，是我朋友") stands. Kept in `now`: `for_them`,
    what was decided; `said_yes`, that the direct question got a yes; `death_told`, `third_said`."""
    told = dict(now["told"])
    listed = _listed(before, now, talk, third_party, names, level, heard)
    if now["told"].get("another") == now["turn"]:
        told["another"] = now["turn"]
    now["third_said"] = bool(before.get("third_said") or third_party)
    now["death_told"] = bool(before.get("death_told") or (tells_of_death(heard.tight) and "third_party" not in names))
    theirs.note(now, odds, int(talk.get("message_level") or 0))
    was = before.get("for_them")
    now["infant"] = bool(before.get("infant") or INFANT.search(heard.tight))
    if level < 2 or odds is None:
        other = listed
    elif now["infant"]:  # what is told of who cannot speak yet misleads: another is spoken of outright, or not at all
        relayed = now["parties"]["reported"] == now["turn"]  # "她生完三个月，老说她死了我们还轻松点"
        other = listed and (relayed or bool(was) or bool({"for_another", "not_me"} & {*told, *now["told"]}))
    else:
        words = [
            found for found in FIRST.finditer(heard.plain) if not (was and IN_PASSING.match(heard.plain, found.start()))
        ]
        # "老婆跟人走了，真不想活了": the other is gone from the sentence, and the wish is the writer's
        left = now["parties"]["left"] == now["turn"] and now["parties"]["own"] == now["turn"]
        first = (bool(words) or (left and not was)) and int(talk.get("message_level") or 0) >= GRAVE
        fixed = _said_outright(told, before, now, heard, odds, listed)
        fixed = False if fixed is None and first and not listed else fixed
        state = {**talk, "own": first or talk.get("own")}
        other = theirs.about_another(now, state, listed, was) if fixed is None else fixed
        if other and fixed is None and not was and not (listed or now["whose"] or now["third_said"]):
            other = odds > THEIRS_FOR_SURE  # "都改成她的" tells of no danger of hers: it is who hands things over
        if other and was is False and fixed is None:  # a father-in-law who shouts turns no talk: another's danger does
            other = bool(talk.get("other")) or told.get("for_another") == now["turn"]
        hurt = "violence" in now["hurt_by"] and not {"for_another", "not_me", "another"} & told.keys()
        if hurt:
            other = False  # "他现在睡着了 在隔壁" of who was just hit by him
        elif was and not other and fixed is None and not (first or names & WISHES):
            other = True  # nor does a child who says where they stand, before a locked door, become the one behind it
    afresh = third_party and int(talk.get("message_level") or 0) >= 3  # a farewell of theirs, a roof, a swallowing
    afresh = afresh or now["told"].get("for_another") == now["turn"]
    if other and was is False and before.get("own_told") and not afresh and not _takes_back(before, heard):
        other = False  # "我说的是老陈", who could come; "那是我老伴做的饭": no word takes the own wish back
        now["told"] = {k: t for k, t in told.items() if k not in {"not_me", "another"}} | {
            k: t for k, t in before["told"].items() if k not in told
        }
    own = level >= 2 and not other and not was and bool(talk.get("own") or now["told"].keys() & {"hint", "suicide"})
    now["own_told"] = bool(before.get("own_told") or own) and not before.get("theirs_told")
    now["theirs_told"] = bool(before.get("theirs_told") or (level >= 2 and other))
    now["for_them"] = other if level >= 2 else was
    if other == bool(was) and other != listed:
        now["told"] = {**told, **now["told"]}  # what the lists made forget when they turned, alone, is still known
    if other != listed:
        now["speaks_for"] = "other" if other else "self"
        if other != bool(was):
            (_forget_oneself if other else _forget_the_other)(now)
    return other


#: A wish that was heard as theirs and is said not to be.
TAKES_BACK = re.compile(
    r"(?<!是)(?<!可能)(?:不|唔|勿)(?:是|系|係)(?:说|讲|讲紧)?我(?:自己|本人)?[啊呀啦喇嘛囉啰哦喔呢]?"
    r"(?=$|[，。！!,. ])|不说我了|"
    r"(?:想死|不想活|唔想生|有事|出事|危险)(?:的|嗰|𠮶|那)?(?:个|個)?(?:人)?(?:就)?(?:是|系|係)(?:我)?(?:的|家)?(?!我)"
    r"[\u4e00-\u9fa5]{1,4}(?=$|[，。！!,. ])|"
    r"(?:不|唔)(?:是|系|係)我要(?:人)?陪|替我?[^，。！？ ]{1,4}问的"
    r"|(?:说|讲|问)的(?:就)?(?:是|系)我(?:弟|妹|姐|哥|爸|妈|女儿|儿子|闺女|老公|老婆|朋友|同学|室友|同事)"
    r"[^，。！？]{0,8}[，。！ ]?[^，。！？]{0,8}(?:跳|死|楼顶|桥|割|吞|遗书|不想活)"
    r"|我(?:可|又|自己)?(?:没事|好好的|没想|冇事|冇谂)[^，。！？]{0,6}[，。！ ]*(?:是|系)(?!(?:他|她|佢)们?[逼害不])"
    r"|\bnot (?:about )?me\b|\bisn.?t me\b|\bnot myself\b|\bI.?m (?:fine|ok|okay)\b",
    re.IGNORECASE,
)
#: Our questions to which "我说的是我妈" tells that it was never the writer.
OWN_ASKED = frozenset({"suicide", "confirm", "safety_direct"})


def _takes_back(before: Mapping[str, Any], heard: Heard) -> bool:
    """Whether somebody whose own wish was heard says that it is another's: in so many words, or as the answer to our
    direct question."""
    return bool(TAKES_BACK.search(heard.plain)) or before["pending"] in OWN_ASKED


def _said_outright(
    told: Mapping[str, int], before: Mapping[str, Any], now: dict[str, Any], heard: Heard, odds: float, listed: bool
) -> bool | None:
    """What was said in so many words and nothing felt outweighs; None where nothing was. `told`: the facts as the
    message left them, before the lists turned."""
    me, not_me, turn = told.get("is_me", 0), max(told.get("not_me", 0), told.get("another", 0)), now["turn"]
    if not_me == turn and not_me > me:
        return listed if odds > OWN_FOR_SURE or _takes_back(before, heard) else None
    if me and me >= not_me:
        return False  # "是我" stands until they speak of another in so many words
    spoken_for = {"for_another", "not_me", "another"} & told.keys()
    if "mourned" in now["told"] or (now["death_told"] and not (listed and spoken_for)):
        return False
    asked = before["pending"] in {"suicide", "confirm", "safety_direct"}
    yes = asked and before.get("for_them") is False and (heard.yes is True or told.get("suicide") == turn)
    if yes or (before.get("said_yes") and not not_me):
        now["said_yes"] = True
        return False
    return True if listed and now["parties"]["reported"] else None  # "我夜班走不开" turns nothing


def _listed(
    before: Mapping[str, Any], now: dict[str, Any], talk: Mapping[str, Any], third_party: bool,
    names: frozenset[str], level: int, heard: Heard,
) -> bool:  # fmt: skip
    """The same by the lists. What all messages together say of it (:mod:`bot.conversation.parties`, kept as `parties`
    and `whose`) comes first; where they leave it open, what was read and heard so far decides."""
    now["parties"] = known = parties.hear(before.get("parties"), heard.plain, now["turn"])
    now["whose"] = verdict = parties.verdict(known)
    if known["reported"] == now["turn"]:
        # "我妈最近老说 我走了你就轻松了" is said outright, and of no dead mother
        now["told"]["another"] = now["turn"]
        now["told"].setdefault("for_another", now["turn"])
    other = _so_far(before, now, talk, third_party, names, level, "caller_shaken" in heard.moves)
    if level < 2:
        return other
    if verdict != parties.OTHER and _mourns(now, names, heard):
        return False  # "我妈走了以后他就不对头": the mother died, the father is in danger
    told = _told(verdict, known, talk, other, now)
    if told is None or told == other:
        return other
    now["speaks_for"] = "other" if told else "self"
    if before["speaks_for"] == now["speaks_for"]:
        return told  # known before: what was told since is not forgotten
    if told:
        now["told"]["not_me"] = now["turn"]
        _forget_oneself(now)
    else:
        _forget_the_other(now)
    return told


def _mourns(now: dict[str, Any], names: frozenset[str], heard: Heard) -> bool:
    """Whether the one they speak of has died ("不是我，是她", "突然走的"): who mourns is the one to be asked."""
    told = now["told"]
    if "for_another" in told or told.get("another") == now["turn"]:
        return False
    if "mourned" not in told and tells_of_death(heard.tight) and "third_party" not in names:
        told["mourned"] = now["turn"]
        told.pop("not_me", None)
        _forget_the_other(now)
    if "mourned" in told:
        now["speaks_for"] = "self"
    return "mourned" in told


def _told(
    verdict: str, known: Mapping[str, Any], talk: Mapping[str, Any], other: bool, now: Mapping[str, Any]
) -> bool | None:
    """What the messages decide; None: nothing. A wish of the writer's that a rule heard is outweighed only by a
    correction; somebody in danger who is taken for a helper is the worse mistake."""
    if verdict == parties.SELF:
        said = max(known["own"], known["mine"])
        return False if (said or known["fixed"]) and now["told"].get("not_me", 0) <= said else None
    if verdict == parties.OTHER:
        sure = known["fixed"] or not talk.get("own") or (known["third"] and known["relation"])
        return True if sure else None
    if verdict == parties.UNCLEAR and known["third"] and not known["own"] and not talk.get("own"):
        return True  # "站在楼顶 不肯下来": somebody else, who is not named
    if verdict in {parties.MOURNS, parties.BOTH}:
        return False
    return None


def _so_far(
    before: Mapping[str, Any], now: dict[str, Any], talk: Mapping[str, Any], third_party: bool,
    names: frozenset[str], level: int, shaken: bool,
) -> bool:  # fmt: skip
    """Whose danger it is by what was read. Somebody who has told of their own keeps being heard as themselves, even
    when a mother or a friend is mentioned; who came for another may turn out to be in danger, too.
    Where the talk reader kept whose wish was spoken (`own`, `other`), what it kept decides."""
    told, turn = now["told"], now["turn"]
    if told.get("another") == turn and before["pending"] not in WHO_ASKED:
        told["not_me"] = turn  # "是我弟", to the question whether they think of suicide themselves
    if level < 2:
        if told.get("not_me") == turn:
            now["speaks_for"] = "other"  # said before any danger was heard, and not to be said twice
        return False
    known = before["speaks_for"]
    along = told.get("child_along") == turn or (known != "other" and "other_at_risk" in names)
    if told.get("is_me") == turn or along:
        if known == "other":
            _forget_the_other(now)
        now["speaks_for"] = "self"
        return False
    # "不是我，是我朋友" switches at once and stands until a wish of their own is spoken after it.
    if told.get("not_me") == turn and known != "other":
        _forget_oneself(now)
    if "not_me" in told and int(talk.get("own") or 0) <= told["not_me"]:
        now["speaks_for"] = "other"
        return True
    if known == "other" and 0 < int(talk.get("own") or 0) <= told.get("for_another", 0):
        now["speaks_for"] = "other"  # what was taken for their own was in the report about the other
        return True
    if talk.get("own") and known == "other":
        now["speaks_for"] = "self"
        _forget_the_other(now)
        return False
    spoke = known == "self" or (before["flagged"] and known != "other")
    # A relative who is merely named ("有个妹妹在台中") takes nothing from a wish that was told as one's own.
    merely = "third_party" not in names or (known != "other" and {"hint", "suicide"} & before["told"].keys())
    if spoke and told.get("for_another") != turn and told.get("not_me") != turn and merely:
        now["speaks_for"] = "self"  # who was heard as themselves stays so until they speak of another in so many words
        return False
    mourns = "grief" in now["topics"] and known != "other" and "for_another" not in now["told"]
    asked = bool(before["asked"].get("suicide")) and known != "other" and "for_another" not in now["told"]
    if (mourns or asked) and "third_party" not in names:
        now["speaks_for"] = "self"  # who mourns, or was asked about themselves, speaks of themselves
        return False
    if talk.get("other") and not talk.get("own"):
        now["speaks_for"] = "other"
        return True
    if told.get("for_another") == turn and "third_party" in names and known != "self" and not names & mem.WISH - SHARED:
        now["speaks_for"] = "other"  # "我室友刚发了个定位在桥上": the place and the farewell are the other's
        return True
    if known == "self" or talk.get("own"):
        now["speaks_for"] = "self"
        return False
    if "own" in talk and known == "other":
        return True
    third_party = bool(third_party or talk.get("third_party"))
    for_them = "for_another" in told and not {"hint", "suicide"} & before["told"].keys()
    # "我自己也快撑不住了" of who worries for another is their exhaustion; a spoken wish is their own danger.
    own = names & (mem.HINTS - {"ideation_passive"} if shaken else mem.HINTS)
    other = third_party or for_them or "third_party" in names or (known == "other" and not own)
    if other or level >= 3 or {"hint", "suicide"} & now["told"].keys():
        now["speaks_for"] = "other" if other else "self"
    return other


def _forget_oneself(now: dict[str, Any]) -> None:
    """What was taken for the writer's own belongs to nobody known: the other is asked about afresh."""
    for fact in ("suicide", "way", "when", "hint", "safe", "means_none", "means_near", "thing", "suicide_denied",
                 "companion", "companion_none", "companion_declined", "stepped_back", "settled", "brink"):  # fmt: skip
        if now["told"].get(fact, now["turn"]) != now["turn"]:
            del now["told"][fact]


def _forget_the_other(now: dict[str, Any]) -> None:
    """What was told of another answers nothing about the writer: they are asked themselves."""
    for fact in ("suicide", "way", "when", "hint", "safe", "means_none", "means_near", "thing", "suicide_denied"):
        if now["told"].get(fact, now["turn"]) != now["turn"]:
            del now["told"][fact]
