"""Whom the customer speaks of, and whether that person may be asked in. Pure.

A person is never asked in whom the customer refused, who hurt them, who is dead, or who is somebody else's
("他妈妈"). Who is only far away can still be telephoned. Used by `hearing`; kept in the talk's memory.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

#: Standings, the hardest last: a hurt or a death is not undone by a later mention.
NAMED, NEAR, FAR, REFUSED, HURTS, GONE = "named", "near", "far", "refused", "hurts", "gone"
LASTING = frozenset({HURTS, GONE})

#: Short names of relations, as they are said to somebody else.
FULL = {"妈": "妈妈", "爸": "爸爸", "姑": "姑姑", "姨": "阿姨", "舅": "舅舅", "叔": "叔叔", "婶": "婶婶",
        "哥": "哥哥", "姐": "姐姐", "弟": "弟弟", "妹": "妹妹", "阿妈": "妈妈", "阿爸": "爸爸"}  # fmt: skip
_SURNAMES = (
    "张李王刘陈杨赵黄周吴徐孙马胡朱郭林罗郑梁谢宋唐许邓冯韩曹曾彭萧蔡潘田董袁余蒋杜苏魏程吕丁任卢姜崔谭廖范汪陆金石"
)
NEIGHBOUR = re.compile(rf"[{_SURNAMES}](?:阿姨|大爷|大妈|师傅|老师|姐|哥|叔|姨|婶|嫂)")
ENGLISH = re.compile(
    r"(?:friend|colleague|sister|brother|neighbou?r|flatmate|roommate|cousin|boss)s?,? (?:is )?([A-Z][a-z]{1,11})\b"
    r"|(?:[Mm]essage|[Tt]ext|[Cc]all|[Ww]ake|[Tt]ell|[Aa]sk|[Pp]hone|[Mm]ean|[Oo]nly|[Tt]exted|[Tt]old) "
    r"([A-Z][a-z]{1,11})\b(?!['’])"
)
ENGLISH_KIN = re.compile(
    r"\bmy (mum|mom|mother|dad|father|sister|brother|wife|husband|friend|roommate|flatmate|neighbou?r|cousin)\b"
)
#: Before a name: it is somebody else's relation, or somebody dead, or refused.
_OTHERS = re.compile(
    r"(?:[他她佢你您]|你们|孩子(?:他|她)?|人家|警察|老板|什么|像我们?)的?(?:那个)?$|(?:会不会|是不是要?|你们|别)[^，。,]{0,3}(?:告诉|通知|传到|联系)我?$"
)
_DEAD_BEFORE = re.compile(
    r"(?:(?:去世|过世|离世|走了|死了|死去|不在了)的(?:那个)?我?|(?:没了|失去了?|死了|少了|想去陪|去陪|去找死去的)我?的?)$"
)
_NOT_BEFORE = re.compile(
    r"(?:别|不要|不用|不想|不愿|不准|不许|不能让|唔好|唔使|没有|没|冇|哪来的|边个|甭)"
    r"(?:再|去|给|跟|和|同|让|叫|找|告诉|联系|打给|惊动|通知|话畀){0,3}我?的?$"
)
#: After a name: refused, too young to be asked, or one whose knowing is feared.
_NOT_AFTER = re.compile(
    r"^(?:们|那边|那里)*(?:就|也|都|更|还)*(?:不能|不可以|不敢|没法|唔可以)(?:跟|和)?(?:说|讲|告诉|知道|让|叫)|^(?:就|还是)?(?:免了|算了)|"
    r"^(?:今年|才|只有|刚|还|都)*(?:[一二三四五六七八九]|十[一二三]?|\d|1[0-3])(?:岁|个月)|^(?:上|读|还在)(?:小学|幼儿园|初中)|"
    r"^放学|^(?:心脏|身体|身子|腿脚|血压)[^，。]{0,3}(?:不好|唔好|差)"
)
_FETCHED = re.compile(r"(?:接|送|哄|带|喂)我?$")
#: Said of whoever was spoken of last.
_TA_REFUSED = re.compile(
    r"(?:别|不要|不用|甭|不想|不愿|唔想|唔好|不准|不许|怕)(?:再|让|给|去)*(?:叫|喊|找|告诉|吵|惊动|麻烦|打扰|嘈醒|叫醒|让)?[她他佢](?:们|哋)?"
    r"(?:醒|知道|操心|担心|难过|为难|来|受罪|累|骂|打|嫌|笑|$|[，。,！!])|(?:叫|喊|找|告诉)[她他佢](?:干啥|干嘛|干什么|干吗|做什么|有什么用|有啥用|没用|做咩)|"
    r"[她他佢][^，。]{0,5}(?:受不了|受不住|经不起|唔顶得)"
)
_TA_NEAR = re.compile(
    r"[她他佢](?:们)?(?:人|就|也|都|已经|刚|马上|说|现在|在|正|会|要|赶)*(?:(?:在)?(?:隔壁|里屋|楼下|楼上|客厅|门口|路上|旁边|身边|家)|过来|上来|来了|到了|"
    r"醒了|没睡|起来了|进来了|过嚟|来)"
)
_TA_FAR = re.compile(
    r"[她他佢](?:人)?(?:在|住|喺)(?:[^，。]{0,4})(?:老家|外地|国外|乡下|出差|另一个(?:区|城市)|很远|好远)|住得?(?:也)?(?:不近|远|好远)"
)
_MOTHER_IS_ME = re.compile(r"我(?:就)?是(?:他|她|孩子)?(?:的)?$")
#: After a name.
_DEAD = re.compile(
    r"^(?:已经|都|也|就|刚)?[^，。,.!！?？他她我]{0,9}?(?:去世|过世|离世|病逝|死了|没了|不在了|走了|走咗|走的|走得|走好几)"
    r"|^[^他她我]{0,8}?走了[^，。]{0,4}(?:天|礼拜|星期|周|个月|年)"
)
_HURTING = re.compile(
    r"^(?:就|又|老|总|天天|昨天|今天|刚|都|喝了酒|喝酒|一喝酒)*(?:把我[^，。,]{0,6})?(?:的)?[^，。,!！?？我]{0,5}"
    r"(?:骂|打我|打了我|打人|动手|撕|吼|扇|踢|踹|掐|砸|摔|赶我|逼我|嫌我|欺负|看不起我|不要我|不管我|不理我|出轨|害我)"
)
_FAR = re.compile(
    r"^[们]?(?:[，,]?(?:他|她|佢)?)(?:都|又|还|也|常年|一直|人)?(?:在|喺)?"
    r"(?:外地|外头|国外|外面打工|打工|出差|老家|乡下|内地|大陆|不在家|不在|上班|上夜班|值班|返工|值夜班|坐牢|还?没下班|还?没回来)"
    r"|^[^，。,!！]{0,6}没(?:回(?:来|过)|(?:来|打)(?:过|个)?(?:电话|信))"
)
_FAR_SOON = re.compile(r"^[^。!！?？]{0,10}[，,]?(?:他|她|佢)(?:人)?(?:在|喺)(?:老家|外地|国外|乡下|上班|出差)")
_NEAR = re.compile(
    r"^[们]?(?:已经|就|都|也|现在|人)?(?:(?:睡)?(?:在|喺)[^，。,]{0,4}(?:隔壁|楼下|楼上|对面|里屋|旁边|身边|客厅|家|屋|床)"
    r"|(?:住|住在)?(?:隔壁|楼下|楼上|对面)|住[^，。,]{0,3}(?:近|不远|小区)|(?:等会儿?|马上|要|会)*(?:过来|来了|到了|来陪|起来了|进来|上来|在上来|醒了|开了门|开门))"
)
#: Words for a person that are also how one calls whoever answers.
_CALLING = frozenset({"姐姐", "哥哥", "阿姨", "叔叔", "老师", "闺女", "妹妹", "同学", "朋友"})
_CALL_END = re.compile(r"^(?:在吗|在嘛|在不在|我|你|您|请|帮|，|,|。|!|！|~|～|$)")
SHE = frozenset(
    "妈妈 太太 妻子 母亲 女友 姑姑 阿姨 婶婶 姐姐 妹妹 女儿 闺女 奶奶 外婆 姥姥 老婆 女朋友 闺蜜 表姐 家姐 阿姐 嫂子 "
    "小姨 外孙女 孙女 侄女 外甥女 表妹 堂姐 堂妹".split()
)
HE = frozenset(
    "爸爸 丈夫 老头子 父亲 男友 舅舅 叔叔 哥哥 弟弟 儿子 爷爷 外公 老公 男朋友 表哥 姐夫 大伯 外孙 先生 孙子 侄子 外甥 "
    "表弟 堂哥 堂弟".split()
)


def mentions(tight: str, names: Sequence[str]) -> dict[str, str]:
    """{name: standing} of everybody spoken of, in the order of the text; `names` longest first."""
    found: dict[int, tuple[str, int]] = {}
    taken: set[int] = set()
    for name in names:
        for hit in re.finditer(re.escape(name), tight):
            if taken.isdisjoint(range(*hit.span())):
                taken.update(range(*hit.span()))
                found[hit.start()] = (name, hit.end())
    for hit in NEIGHBOUR.finditer(tight):
        if taken.isdisjoint(range(*hit.span())):
            found[hit.start()] = (hit.group(0), hit.end())
    told: dict[str, str] = {}
    for at in sorted(found):
        name, end = found[at]
        standing = _standing(tight, name, at, end)
        if standing:
            bare = name.removeprefix("我")
            bare = FULL.get(bare, bare)
            before = told.pop(bare, None)
            told[bare] = before if before in LASTING | {REFUSED} and standing == NAMED else standing
    return told


def english(text: str) -> dict[str, str]:
    """The same for English: a name after a relation or after "message", "call"; else "your sister"."""
    names = [a or b for a, b in ENGLISH.findall(text)]
    kin = [f"your {k.lower()}" for k in ENGLISH_KIN.findall(text)]
    dead = re.search(r"\b(died|passed away|dead|left me)\b", text)
    return dict.fromkeys([*kin, *names], GONE if dead else NAMED)


def _standing(tight: str, name: str, at: int, end: int) -> str | None:
    before, after = tight[max(0, at - 8) : at], tight[end : end + 16]
    if name.startswith("我"):
        before = tight[max(0, at - 8) : at + 1]
    mine = before.endswith("我")
    stem = before.removesuffix("我")
    if _OTHERS.search(before) or _MOTHER_IS_ME.search(before):
        return None
    if name in _CALLING and not mine and (at == 0 or before[-1:] in "的了吧啊，。！,!") and _CALL_END.match(after):
        return None  # "姐姐 我昨天买的…", "不会的闺女"
    if re.match(r"(?:们)?(?:会)?(?:看见|看到|听见|笑话|晓得)", after):
        return None  # spoken of as who might see it
    if _DEAD_BEFORE.search(before) or _DEAD.match(after):
        return GONE
    if _HURTING.match(after):
        return HURTS
    if _NOT_BEFORE.search(stem) or _NOT_BEFORE.search(before) or _NOT_AFTER.match(after) or _FETCHED.search(before):
        return REFUSED
    if _NEAR.match(after):
        return NEAR
    if _FAR.match(after) or _FAR_SOON.match(after):
        return FAR
    return NAMED


#: Names of the same person: who lost their husband has lost 老伴 and 先生, too.
SAME = (
    frozenset("老伴 老公 丈夫 先生 老头子 爱人 老婆 妻子 太太 媳妇".split()),
    frozenset("男朋友 女朋友 对象 男友 女友".split()),
)


def merged(known: Mapping[str, str], told: Mapping[str, str]) -> dict[str, str]:
    """What is known after a message: the last mentioned stands last."""
    new = dict(known)
    for name, standing in told.items():
        before = new.pop(name, None)
        lost = any(name in same and any(known.get(o) == GONE for o in same) for same in SAME)
        keeps = before in LASTING or (before in {REFUSED, FAR, NEAR} and standing == NAMED)
        new[name] = GONE if lost else str(before) if keeps else standing
    return new


def of_pronoun(tight: str, known: Mapping[str, str]) -> dict[str, str]:
    """{name: standing} where a message that names nobody speaks of who was named last: "别吵她", "她在隔壁"."""
    said = REFUSED if _TA_REFUSED.search(tight) else FAR if _TA_FAR.search(tight) else ""
    if not said and _TA_NEAR.search(tight) and not re.search("[没不唔未][^，。]{0,3}(?:来|到|醒|在)|来[吗么]", tight):
        said = NEAR
    ta = next((c for c in tight if c in "他她"), None)
    open_ones = (n for n in reversed(list(known)) if known[n] not in LASTING and n not in GONE_TO)
    who = next((n for n in open_ones if pronoun(n) in {None, ta}), None)
    return {who: said} if said and who and not (known[who] == REFUSED and said == FAR) else {}


#: Who is gone to, not asked to come.
GONE_TO = frozenset("心理老师 老师 班主任 辅导员 医生 社工".split())


def best(known: Mapping[str, str], wanted: frozenset[str] = frozenset({NAMED, NEAR})) -> str | None:
    """Who is to be asked in: somebody near before somebody only named, the last mentioned first."""
    fit = [n for n, s in known.items() if s in wanted and n not in GONE_TO]
    near = [n for n in fit if known[n] == NEAR]
    found = near or fit
    return found[-1] if found else None


def pronoun(name: str | None) -> str | None:
    """她 or 他 where the relation tells it."""
    return "她" if name in SHE else "他" if name in HE else None
