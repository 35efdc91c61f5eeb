"""The people of this talk: who is in danger, who can help, and how far each of them is. Pure.

One small model, fed by every message and kept in the memory:

    "persons": {"嫂子": "here", "老婆": "refused"}      everybody but the one in danger, with a standing (persons.py)
    "whom": {"name": "老顾", "sex": "他"}                who is in danger, where the writer speaks for another
    "sexes": {"小庄": "他"}                              what was said, or what the relation tells
    "us": ["叔叔"]                                       what the customer calls whoever answers; nobody to be fetched
    "proposed": ["妈妈"]                                 whom our last reply named
    "offered": ["表姐"]                                  named when we asked who could come, or as good to them

The steps that choose replies read `person` (whom to ask in or to use), `far` (whom to telephone) and `ta`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from bot.conversation import persons as people
from bot.conversation.names import NICKNAME, NO_NICKNAME, is_kin

#: What one calls whoever answers, at the beginning of a piece; "我叔叔" and "李叔叔" are persons.
CALLS = re.compile(
    r"(?:^|(?<=[\s，。,.!！?？~～…、]))(?:客服|警察)?(小姐姐|小哥哥|小同志|同志|叔叔|阿姨|姐姐|哥哥|大哥|大姐|"
    r"大叔|老师傅?|师傅|老板娘?|妹妹|妹子|闺女|亲爱的)"
    r"(?=$|[\s，。,.!！?？~～…、]|你|您|请|帮|在吗|怎么办|再见|谢谢|是不是|我|能|可以|别|不要|那|那么|好)"
)
#: The same after the customer's own words: "客服小姐姐", "谢谢阿姨", "不会的闺女".
CALLED = re.compile(
    r"客服(小?姐姐|小?哥哥|妹妹|同志)|(?:谢谢|辛苦|多谢|再见|晚安|你好|您好|的|了|吧)(小姐姐|小哥哥|小同志|"
    r"叔叔|阿姨|姐姐|哥哥|闺女)(?=$|[\s，。,.!！?？~～])"
)
#: Topics of our questions to which a name is the answer, and words that go to somebody.
ASKED_WHO = frozenset({"with", "come"})
TAKES_UP = (
    r"(?<![别不没])(?:叫|喊|找|搵|问|告诉|打给|发给|跟|和|同|联系|等)(?:了|下|一下|一声)?(?:我)?|"
    r"(?:call|text|ask|tell|message)(?:ed|ing)?(?:my)?"
)
#: After a name: who is good to them.
KIND = re.compile(
    r"^(?:人|对我|还|也|就|都|一直|最|很|挺|特别|真|蛮|才|是)*(?:好(?!像|多|几|烦|凶|面)|疼我|懂我|护着我|向着我|听我说|信我|关心我|支持我)"
)
WOULD = r"可以|能(?!不)|会(?:来|的|吧)|吧|行|应该|说(?:来|过来|好|行)|can|could|might|maybe"
#: Words for somebody who may be a child; a helper only where something grown-up is told of them.
CHILDREN = frozenset("儿子 女儿 闺女 学生 阿女 阿仔 孙子 孙女 外孙 外孙女 徒弟 弟弟 妹妹 细佬 细妹 重孙子".split())
#: Words that tell what somebody is, in the message itself.
_HE = re.compile(r"男孩|男生|男的|小伙|男同学|男人|老头|大叔|儿子|(?<!不)是个?男|\bboy\b|\bguy\b|\bman\b")
_SHE = re.compile(r"女孩|女生|女的|姑娘|女同学|女人|妇女|老太|女儿|(?<!不)是个?女|\bgirl\b|\bwoman\b|\blady\b")
_NOT_SHE = re.compile(
    r"(?:不是|唔系|又不是|并不是)她|不是女|(?:not|isn't|no,?) (?:she|her|a girl)\b|\bhe(?:,| ) ?not (?:she|her)\b"
)
_NOT_HE = re.compile(
    r"(?:不是|唔系|又不是|并不是)他(?!们|自己)|不是男|(?:not|isn't|no,?) (?:he|him|a boy)\b|\bshe(?:,|"
    r" ) ?not (?:he|him)\b"
)
#: What the one in danger is said to do; whoever does it is no helper.
_DOES = re.compile(
    r"^(?:们|的)?[^，。!！?？]{0,12}?(?:想不开|不想活|想死|要死|自杀|寻死|寻短|遗书|告别|好好过|关机|失联|"
    r"联系不上|不回|不接|打不通|锁|吞|割|跳|楼顶|天台|"
    r"就?要走(?![了]?了吗)|长歇|吃了|喝了|送人|分给|都分|哭|不吃|不说话|撑不|没意思|座位|周记|写了|留了|发了|藏|攒)"
)
#: After these the one in danger is named: a correction, or the first report.
_IS = re.compile(
    r"(?<![她他佢])(?<![她他佢]就)(?:是|说的是|讲的是|担心的是|问的是|就是|就|我是[问说讲]的?)(?:我(?:的|家)?)?(?:一?个|那个|班上?的|同屋的|隔壁的?)?$"
    r"|(?:it is|it's|its|about|mean|meant|for|worried about) (?:my )?(?:(?:best |good |close )?[a-z]+ )?$",
    re.IGNORECASE,
)


#: A pronoun that begins a report refers to whoever was named before it: "她生弟弟四十天了".
_LEADS = re.compile(r"^(?:嗯|恩|好|那|就是|其实|因为|[，。,.!！…~、\s])*([她他])(?!们|的|家)")


#: Relations that name nobody where a name stands beside them: "隔壁是小雨 我同学"; many at once keep nobody company.
VAGUE = frozenset({"同学", "同事", "朋友", "室友", "舍友", "邻居", "老师", "网友", "同桌"})


#: Many, who are around her and know of nothing: "老师同学都在旁边".
CROWD = frozenset({"同学", "同事", "老师"})


def called(text: str) -> frozenset[str]:
    """What the customer calls whoever answers, in this message; `text` simplified, with its spaces."""
    found = {hit.group(1) for hit in CALLS.finditer(text)}
    found |= {next(g for g in hit.groups() if g) for hit in CALLED.finditer(text)}
    return frozenset(found | {w.removeprefix("小") for w in found if w in {"小姐姐", "小哥哥"}})


def whom(text: str, named: Iterable[str], known: Collection[str] = ()) -> str | None:
    """Who of those named in this message is in danger: who is corrected to, else the first who does what people in
    danger do, else, of a first report, whoever was named first. None where the message names nobody."""
    names = [n for n in named if n]
    places = {n: at for n in names if (at := _place(text, n)) >= 0}
    ordered = sorted(places, key=lambda n: places[n])
    for name in ordered:
        if _IS.search(text[: places[name]]):
            return name
    for name in ordered:
        if _DOES.match(text[places[name] + _length(text, name, places[name]) :]):
            return name
    return ordered[0] if ordered and not known else None


#: What somebody wrote, found by the writer; and who is meant, said outright.
_WROTE = re.compile(
    r"^的?(?:本子|日记|备忘录|遗书|纸条|字条|信|朋友圈|聊天记录|搜索记录|手机)(?:里|上|本)?[^。我]{0,8}(?:写|记|搜|说|发)"
)
_MEANT = re.compile(r"我?(?:说|讲|问|指)的(?:就|可)?是(?:我(?:们)?(?:家)?)?$")


def _written_or_meant(text: str, name: str) -> bool:
    """Whether the name is who wrote it ("翻到我爸的本子，写着…") or who is meant ("我说的是我爸")."""
    at = _place(text, name)
    if at < 0:
        return False
    return bool(_WROTE.match(text[at + _length(text, name, at) :]) or _MEANT.search(text[:at]))


def spellings(name: str) -> tuple[str, ...]:
    """A name as it may stand in the text: 妈妈 is also 我妈."""
    short = name[0] if len(name) == 2 and name[0] == name[1] else name
    english = name.removeprefix("your ")
    return tuple(dict.fromkeys((name, english, f"我{short}", short)))


def _place(text: str, name: str) -> int:
    return next((at for s in spellings(name) if (at := text.find(s)) >= 0), -1)


def _length(text: str, name: str, at: int) -> int:
    return next(len(s) for s in spellings(name) if text.startswith(s, at))


def sex_said(text: str, whom_name: str | None, known: str | None, helpers: Iterable[str]) -> str | None:
    """她 or 他 for the one in danger. A correction ("不是她", "是男孩") outweighs what was known; else what is known
    stays; the relation tells it, or the pronoun that no helper in the message explains."""
    english = {"she": "她", "her": "她", "he": "他", "him": "他"}
    told = people.pronoun(whom_name)
    if told and known == told:
        return told  # "是那个小人儿，不是她" of a daughter
    if _NOT_SHE.search(text) and not _NOT_HE.search(text):
        return "他"
    if _NOT_HE.search(text) and not _NOT_SHE.search(text):
        return "她"
    if told:
        return told
    boy, girl = bool(_HE.search(text)), bool(_SHE.search(text))
    if boy != girl and not (known and any(_SHE.search(h) or _HE.search(h) for h in helpers)):
        return known if known and not re.search("(?<!不)是[^，。]{0,6}(?:男|女)", text) else "他" if boy else "她"
    if known:
        return known
    explained = {people.pronoun(h) for h in helpers} - {None}
    seen = [c for c in re.sub("[他她]们|其他|他妈的", "", text) if c in "他她"]
    seen += [english[w] for w in re.findall(r"\b(she|her|he|him)\b", text.lower())]
    free = [c for c in seen if c not in explained] or seen
    return max(sorted(set(free), key=free.index), key=free.count) if free else None


def settle(now: dict[str, Any], heard: Any) -> None:
    """The writer speaks for another: keep in the memory `now` who that is, take them out of those who could help, and
    let 她 or 他 be theirs. `heard`: the message (:class:`bot.conversation.hearing.Heard`)."""
    text, named, plain = heard.tight, heard.persons, heard.plain
    before = dict(now.get("whom") or {})
    words = text if re.search("[\u4e00-\u9fff]", text) else plain
    also = set(before.get("also") or ())
    helps = {n for n, told in ((now.get("aid") or {}).get("who") or {}).items() if told}
    plainly_them = next((n for n in named if n not in also and _written_or_meant(words, n)), None)
    new = plainly_them or whom(words, [n for n in named if n not in also and n not in helps], known=before)
    lead = _LEADS.search(text)
    if not before and lead and (earlier := [n for n in now["persons"] if people.pronoun(n) == lead.group(1)]):
        new = earlier[-1]
    if new is None and not before and not named:
        new = next((n for n, s in now["persons"].items() if s in {people.NAMED, people.SILENT}), None)
    name = before.get("name")
    if new and name and new != name:
        corrected = new == plainly_them or bool(_IS.search(words[: max(0, _place(words, new))]))
        plainly = "不是" in words and not _is_proper(new)  # "不是……是妈妈在里面"
        if corrected and (_is_proper(new) or not _is_proper(name) or plainly):
            also.add(name)  # "我工友" was 老顾 all along
            name = new
    name = name or new
    if name and _is_proper(name) and name not in people.INTRODUCES:
        # "my friend" of the first message is the Anya of the third, unless somebody by that word has come since
        vague = {n for n, s in now["persons"].items() if n in people.INTRODUCES or n == "your friend"}
        also |= {n for n in vague if now["persons"][n] in {people.NAMED, people.FAR, people.SILENT}}
    sex = sex_said(plain, name, before.get("sex"), [n for n in {*named, *now["persons"]} if n != name])
    now["whom"] = {"since": before.get("since", now["turn"]), "name": name, "sex": sex, "also": sorted(also)}
    for gone in (name, *also):
        now["persons"].pop(gone, None)
    refresh(now)
    now["ta"] = sex


def _is_proper(name: str) -> bool:
    """Whether it is a name of one's own, which says more than a relation."""
    return name not in people.SHE | people.HE and not name.startswith("your ")


def proposed(names: Iterable[str], sentences: Iterable[str]) -> list[str]:
    """Whom our sentences name, of `names`."""
    spoken = list(sentences)
    return sorted(n for n in names if any(n.removeprefix("your ") in one for one in spoken))


def _not_taken_up(now: Mapping[str, Any], name: str, stands: str, tight: str) -> bool:
    """Whether we had just named this person and the answer names them without a word of going to them: "婆婆 就是她说
    我剪坏的"."""
    if stands != people.NAMED or name not in (now.get("proposed") or ()):
        return False
    to = "|".join(re.escape(s) for s in spellings(name))
    return not re.search(
        rf"(?:{TAKES_UP})(?:{to})|(?:{to})(?:{WOULD})|^(?:嗯|好|行|可以|得|中|ok|yes)", tight, re.IGNORECASE
    )


def _kind(name: str, tight: str) -> bool:
    return any(KIND.match(tight[hit.end() :]) for s in spellings(name) for hit in re.finditer(re.escape(s), tight))


def merge(
    now: dict[str, Any], told: Mapping[str, str], ta: str | None, us: Collection[str] = (), tight: str = ""
) -> None:
    """Keep in the memory `now` what a message tells of people; `ta`: the first 他 or 她 in it, `us`: what the customer
    calls whoever answers, `tight`: its words."""
    for name in set(us) - set(now["us"]) - set(told):
        now["persons"].pop(name, None)  # taken for a person until now
    now["us"] = sorted(us)
    if ASKED_WHO & set(now.get("open") or ()) and (hit := NICKNAME.match(tight)) and hit.group(1) not in NO_NICKNAME:
        told = {**told, **({} if told else {hit.group(1): people.NAMED})}
    spoken_of = [n for n in told if n not in us]
    if not spoken_of and ta:  # "今晚吃完饭我跟她怎么说": the wife, not the colleague named last
        spoken_of = [n for n in now["persons"] if people.pronoun(n) == ta]
    if spoken_of:
        now["last_named"] = next((n for n in reversed(spoken_of) if n not in VAGUE), spoken_of[-1])
        # "他肯听的 我妈又在六安 半夜把他叫起来 我咋说": whoever the message ends with
        last = next((c for c in reversed(re.sub("[他她]们|其他|他妈的|吉他", "", tight)) if c in "他她"), None)
        if last and people.pronoun(now["last_named"]) not in {None, last}:
            same = (n for n in reversed(list(now["persons"])) if people.pronoun(n) == last)
            now["last_named"] = next(same, now["last_named"])
    told = {n: people.REFUSED if _not_taken_up(now, n, s, tight) else s for n, s in told.items()}
    asked = bool(ASKED_WHO & set(now.get("open") or ()))
    offered = {n for n, s in told.items() if s == people.NAMED and (asked or _kind(n, tight))}
    now["offered"] = sorted({*(now.get("offered") or ()), *offered})
    now["persons"] = people.merged(now["persons"], told)
    if people.HERE in told.values():
        now["here_since"] = now["turn"]
    endangered = now.get("whom") or {}
    for name in (endangered.get("name"), *(endangered.get("also") or ())):
        now["persons"].pop(name, None)
    refresh(now)
    if endangered:
        now["ta"] = endangered.get("sex")
    else:
        sexes = [p for n in told if (p := people.pronoun(n))]
        # "奶奶手机里…他说过完中秋": of several who are named it is the one that the message goes on about
        now["ta"] = ta if ta in sexes else next(iter(sexes), None) or now["ta"] or ta


def refresh(now: dict[str, Any]) -> None:
    """Whom to ask in and whom to telephone, after the standings have changed.

    A relation who was merely named is nobody to be sent to: the mother-in-law who blames, the son before his
    examination, the wife who must not know. Relations are proposed once they are near, on the way, good to the writer,
    or named when we asked who could come; a friend, a neighbour, a doctor also when only named."""
    offered = set(now.get("offered") or ())
    fit = {n: s for n, s in now["persons"].items() if s != people.NAMED or n in offered or not is_kin(n)}
    now["person"] = people.best(fit)
    now["far"] = people.best(
        {n: s for n, s in now["persons"].items() if n in offered or not is_kin(n)}, frozenset({people.FAR})
    )


def readable(name: Any, memory: Mapping[str, Any]) -> bool:
    """Whether a name can stand in a sentence of the talk's language: "your sister" belongs to English only."""
    english = memory.get("language") == "en"
    return bool(name) and (str(name).isascii() if english else not str(name).startswith("your "))
