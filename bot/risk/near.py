"""Two things of different messages that together are an emergency. Pure.

What lies at hand and a time that is running out, told by somebody who is known to be in high danger; a wound of one's
own making that goes on bleeding; a locked door, silence behind it, and words of farewell.

"抽屉里有东西，天亮前我就走了": neither is an act; both together are what the guide calls
imminent (level 4), also where the one was said a few messages before the other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_THING = "东西|那个|那样|它|刀|药|绳|炭|瓶|针"
_SPOT = "跟前|面前|眼前|手边|手上|手里|抽屉|枕头|床头|床底|桌上|兜里|包里|口袋|旁边|身边"
#: Named without a name, within reach.
AT_HAND = re.compile(
    rf"(?:{_THING})[^，。,！!？?]{{0,6}}(?:在|放|摆|搁|藏|躲|收)[^，。,！!？?]{{0,4}}(?:{_SPOT})"
    rf"|(?:{_SPOT})(?:里|下|头)?(?:面)?(?:有|放着|藏着|就是)(?:个|一)?(?:{_THING})"
    r"|\b(?:it|the (?:thing|bag|bottle)) is (?:right )?(?:here|in front of me|next to me|in (?:my|the) drawer)\b",
    re.IGNORECASE,
)
#: Put away, given away, or not there.
AWAY = re.compile(r"不在|没有东西|收走|拿走|交给|给了|扔|锁(?:起|了|上)|放回去|还没到|没到|takeaway|gaveit")
#: A time within hours.
SOON = re.compile(
    r"(?:今晚|今夜|今天|天亮|天明|天光|早上|早晨)(?:以|之)?前"
    r"|[一二三四五六七八九十两\d]{1,3}点(?:钟|半)?(?:以|之)?前"
    r"|等(?:他|她|他们|她们|大家|家里人?|爸|妈|爸妈|爸爸|妈妈|老公|老婆|孩子|人)们?都?(?:睡|走|出门|上班)"
    r"|(?:零点|午夜)(?:以后|之后|一?到点|整|前|一过|就|(?=[，。,.!！]|$))|过了(?:零点|午夜|十二点)"
    r"|天一亮|(?:待会|一会|过会)儿?就|(?:今晚|今夜)(?:就|我就|走|结束|完)|before (?:dawn|sunrise|they wake|morning)",
    re.IGNORECASE,
)

#: Their own time runs out within hours: "我就到天亮前", "过了今晚就都清净了".
RUNS_OUT = re.compile(
    r"我(?:也)?(?:就|只|最多)(?:撑|活|等|待|留|陪)?(?:得)?到(?:天亮|天光|今晚|今夜|半夜|凌晨|明早|早上|[一二三四五六七八九十两\d]{1,3}点)(?:钟|半)?(?:以?前|为止|吧|了)?(?=$|[，。,！!？?…\s])"
    r"|(?:过(?:了|完)|熬过)今(?:晚|夜|天)(?:我)?就(?:都|再也|什么都)?(?:没了|不在了|清净|干净|解脱|没有我|不用再?(?:醒|起|见|活|撑|还))"
    r"|(?:明天|明早|天亮)(?:以后|之后|起)?(?:就)?(?:没有我(?:了|这个?人|$|[，。])|没我这个人|见不到我了|找不到我了|不会有我了)",
)
#: "今夜 我 没了", three words of somebody who writes no more.
GONE_TONIGHT = re.compile(
    r"今(?:晚|夜|黑|日|天)?[\s，,]*(?:就)?[\s，,]*我[\s，,]*(?:就|要|也)?[\s，,]*(?:没了|沒了|不在了|冇咗)(?=$|[\s，。,.!！])"
)
#: Something that is no drink was drunk, or something swallowed, a moment ago, and what it does.
DRANK = re.compile(
    r"(?:刚|刚刚|刚才|已经)?(?:把)?(?:你们)?(?:家)?(?:那|这|整)(?:个|一)?(?:瓶|盒|罐|桶|包|袋)(?:都|全)?(?:喝|吞|咽|灌|吃)(?:了|光|完|下)"
    r"|(?:喝|吞|咽)(?:了|下)(?:你们)?(?:家)?(?:那|这|一整|整)(?:个|一)?(?:瓶|盒|罐|桶|包|袋)"
)
HARMS = re.compile(
    r"(?:嘴|口|喉咙|嗓子|胃|肚子|食道)(?:里|巴)?(?:好|很|有点|一直|在|火)?(?:烧|辣|疼|痛|麻|烂|起泡)"
    r"|后悔|吐(?:血|沫|不出)|看不清|站不(?:稳|住)|发麻"
)
#: The poison is named in the message that says that somebody has just swallowed it.
POISON = re.compile(
    r"除草|草甘|农药|杀虫|老鼠药|鼠药|洁厕|消毒(?:水|液)|漂白|清洁剂|疏通剂|通厕|洗(?:衣|厕)液|敌敌畏|百草"
)
TOOK = re.compile(
    r"(?:刚|刚刚|刚才|已经|都|全|自己)[^，。,]{0,4}(?:喝|吞|灌|吃)(?:了|下|进|光|完)|(?:喝|吞|灌)(?:下去|进去|光|完)了"
    r"|(?:喝|吞|灌)了(?:半|一|整|好|那|你)"
)
#: Medicine was taken, by somebody of whom danger is known, and what it does to them.
DOSED = re.compile(
    r"(?:药|安眠|片|那[个些瓶盒])[^，。,不没]{0,3}(?:都|全|已经|刚)?(?:吃|吞|喝|咽)(?:了|完|光|下)|(?:吃|吞|喝)(?:了|完|光)(?:那|好多|很多|一把|整|半|几)"
)
WOOZY = re.compile(
    r"(?:有点|好|很|开始|越来越|有些)(?:犯)?(?:困|晕|迷糊|恶心|想吐|飘|沉|木|麻|睁不开)|头(?:好|很|有点)?(?:晕|重|昏)|眼皮(?:打架|重|抬不)|睁不开眼|天旋地转|想吐|吐了"
)
#: Asked in general, or of animals and plants.
NO_ONE = re.compile(
    r"要是|如果|万一|假如|会不会|会怎|没(?:喝|吞|吃)|别(?:喝|吃)|怕[^，。]{0,6}(?:喝|吃)"
    r"|猫|狗|鸡|鸭|羊|牛|猪|鱼|虾|鸟|虫|蚁|蟑|草[都也]|苗|花[都也]|管道|下水|马桶|泡"
)
#: Over the edge of a height, or sitting on it.
ON_THE_EDGE = re.compile(
    r"(?:楼顶|天台|屋顶|顶楼|桥|窗台|窗户|栏杆|护栏|阳台)[^。！!？?]{0,8}(?:坐|站|蹲|趴|骑)(?:在|到|了)?(?:这|那|它|的)?"
    r"(?:边|沿|外)(?:上|边|沿|儿|头|面|侧|了|$)"
    r"|(?:坐|站|骑|蹲)(?:在|到|了)(?:楼顶|天台|屋顶|顶楼|桥|窗台|栏杆|护栏|阳台)(?:的|上)?(?:边|沿|外)"
    r"|\b(?:roof|bridge|balcony)\b[^.!?]{0,12}\b(?:other side of the rail|over the rail|(?:on|at) the edge)\b",
    re.IGNORECASE,
)
SIGHTS = re.compile(r"拍|照片|直播|风景|看日|看烟|修|装|刷|洗|晾|晒|作业|工人|安全绳|吊|猫|鸟|花")
FOOD = re.compile(r"酒|饮|奶|茶|食|零|果|酱|糖|咖啡|水产|粮|保健|蜂蜜|醋")
#: Pills or the like kept together for a day of one's own.
SAVED = re.compile(
    r"\b(?:pills?|meds|tablets|medication)\b[^.!?,%]{0,20}\b(?:saved|stashed|hoarded|put (?:aside|away)|stockpiled)\b"
    r"|\b(?:saved up|stashed|hoarded|stockpiled|been saving(?: up)?)\b[^.!?%]{0,20}"
    r"\b(?:pills?|meds|tablets|medication)\b",
    re.IGNORECASE,
)
#: A wound that goes on.
BLEEDS = re.compile(
    r"(?:还在|一直|仲喺度|不停)(?:流|淌|出血|渗)|(?:血)?止不住|血(?:还在|一直|流了|流得|流到)|(?:毛巾|纸巾|床单|袖子).{0,4}(?:湿透|都是血|全是血|红了)"
    r"|(?:still|won.?t stop|keeps?) bleeding",
    re.IGNORECASE,
)
#: One's own making.
OWN_WOUND = re.compile(
    r"(?:手腕|手臂|胳膊|大腿|手)[^，。,]{0,4}(?:我)?(?:自己)?(?:弄|划|割|切)|自己(?:弄|划|割)的|(?:割|划)(?:了|开了)?(?:手|腕|自己)"
    r"|cut (?:my|myself)",
    re.IGNORECASE,
)
#: Somebody behind a door who does not answer, and what they left as a last word.
BEHIND = re.compile(r"(?:反?锁|关)(?:在|着|了)?[^，。,]{0,4}(?:卫生间|厕所|浴室|洗手间|房间?|屋|里面|门)")
SILENT = re.compile(
    r"(?:叫|喊|敲|拍)[^，。,]{0,5}(?:不应|没应|不答|没人应|不理|不开)|(?:里头|里面|屋里)?没(?:有)?(?:声|动静|反应|回应)"
)
LAST = re.compile(
    r"照顾好|好好照顾|对不起[^，。,]{0,4}(?:你们|孩子|爸|妈)?$|保重|来世|下辈子|别怪我|不怪你|遗书|存折|密码(?:是|在)|再见|永别"
)


def still_bleeding(text: str, before: Iterable[str]) -> bool:
    """Whether a wound of the writer's own making goes on bleeding, as this message and the last ones tell."""
    texts = [text, *before]
    return bool(BLEEDS.search(text)) and any(OWN_WOUND.search(one) for one in texts)


def silent_behind_a_door(text: str, before: Iterable[str]) -> bool:
    """Whether somebody sent a last word, is locked in and does not answer; this message tells at least one of it."""
    texts = [text, *before]
    told = [any(one.search(each) for each in texts) for one in (BEHIND, SILENT, LAST)]
    return all(told) and any(one.search(text) for one in (BEHIND, SILENT, LAST))


def poisoned(text: str, before: Iterable[str], category: str) -> bool:
    """Whether something that is no food of this shop was drunk a moment ago, and burns or is regretted; this message
    tells at least one of it, or names the poison. An accident is an emergency, too."""
    if FOOD.search(category):
        return False
    texts = [text, *before]
    if POISON.search(text) and TOOK.search(text) and not NO_ONE.search(text):
        return True
    told = any(DRANK.search(one) for one in texts) and any(HARMS.search(one) for one in texts)
    return told and bool(DRANK.search(text) or HARMS.search(text))


def dosed(text: str, before: Iterable[str]) -> bool:
    """Whether medicine was taken and is felt; this message tells at least one of it. For who is in danger already."""
    texts = [text, *before]
    told = any(DOSED.search(one) for one in texts) and any(WOOZY.search(one) for one in texts)
    return told and bool(DOSED.search(text) or WOOZY.search(text)) and not NO_ONE.search(text)


def on_the_edge(text: str) -> bool:
    """Whether somebody is said to sit or stand on the edge of a height."""
    return bool(ON_THE_EDGE.search(text)) and not SIGHTS.search(text)


def saved_up(text: str) -> bool:
    """Whether pills were saved up, in English."""
    return bool(SAVED.search(text))


def at_least(
    text: str, folded: str, before: Iterable[str], category: str, level: int, reasons: tuple[str, ...]
) -> tuple[int, tuple[str, ...]]:
    """Level and reasons, raised where something harmful was drunk, somebody is on the edge of a height, or pills are
    being saved, whatever was felt."""
    if level < 4 and poisoned(folded, before, category):
        return 4, (*reasons, "刚喝下或吞下，正在伤身")
    if 2 <= level < 4 and on_the_edge(text):
        return 4, (*reasons, "人在高处边上")
    if 2 <= level < 4 and dosed(folded, before):
        return 4, (*reasons, "药已经吃下，人不对劲")
    if level < 3 and GONE_TONIGHT.search(text):
        return 3, (*reasons, "说今晚自己就没了")
    if level < 3 and saved_up(text):
        return 3, (*reasons, "攒下了药")
    return level, reasons


def runs_out(text: str) -> bool:
    """Whether the message says that the writer's own time ends within hours; told by somebody in high danger."""
    return bool(RUNS_OUT.search(text))


def at_hand_and_soon(text: str, before: Iterable[str]) -> bool:
    """Whether this message tells one of the two, and it or the last ones the other. Simplified text."""
    if AWAY.search(text):
        return False
    near, soon = bool(AT_HAND.search(text)), bool(SOON.search(text))
    if not (near or soon):
        return False
    told = [one for one in before if not AWAY.search(one)]
    near = near or any(AT_HAND.search(one) for one in told)
    soon = soon or any(SOON.search(one) for one in told)
    return near and soon
