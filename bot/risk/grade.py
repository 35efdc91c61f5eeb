"""Signals → the lowest level the labelling guide allows (the floor).

Each step names the guide's sentence it follows. Rules only; the learned reader may raise.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.risk.scope import Scope

_NOW = re.compile(
    r"今晚|今夜|现在|马上|这就|待会|等会|一会儿|天一?亮|今天|今儿|今日|这会儿|等下|半夜|tonight|rightnow|就在刚|数到"
)
#: Tonight, or hours and minutes from now. "今天", "现在", "马上" are said of parcels too.
_TONIGHT = re.compile(
    r"今晚|今夜|待会|等会|一会儿|等下|天一?亮|半夜|夜里|就现在|现在就|这会儿|tonight|数到|"
    r"[0-9一二两三四五六七八九十半]+个?(?:小时|分钟|钟头)(?:后|之后|以后)"
)
#: A farewell that names a later day, or another life as people do in thanks, is not the last word yet (guide: 3
#: while the talk goes on, 4 as the last word).
_LATER = re.compile(
    r"(?<!今晚)(?<!今夜)(?<!天亮)(?:以后|之后)|月底|月初|年底|下周|下礼拜|下个?月|明年|那天|定在|到时候?|过完|"
    r"下辈子|来世|来生|(?:收到|看到|打开|读到)的?时|出来再|生日|清明|除夕|春节|[0-9一二三四五六七八九十]+号"
)
#: An attempt of these days (guide: a past attempt with a present wish is 3, within days 4).
_RECENT = re.compile(
    r"昨天|昨晚|昨夜|前天|前晚|今早|今天早上|今天上午|前几天|[两三几]天前|刚刚?(?:才)?(?:出院|从医院|缝|被?(?:救|拉|劝|抢救|洗胃))"
)
#: A wish that is to be done at once: "不活了 就现在".
_AT_ONCE = re.compile(
    r"就(?:是)?(?:现在|今晚|今夜|这会儿)(?:吧|了)?$|"
    r"(?:现在|今晚|今夜)就(?:要|想|去|让我)*(?:死|走(?!路|访)|跳(?!槽|绳|舞))|"
    r"(?:想|要|打算|准备)(?:在)?(?:今晚|今夜)(?:就)?(?:走(?!路|访)|死|跳(?!槽|绳|舞)|结束)"
)
#: A present after a past attempt that is not over.
_AGAIN = re.compile(
    r"又(?:想|来了|到了|在看|开始)|还是?想|还想|更想|再(?:做|试|死|来)(?:一次|一回|$)?|会再|这次|这回|所以这|第[二三四]回|第[二三四]次|下次|手又?痒|"
    r"工具还在|换(?:个|了)?(?:高(?!薪)|地方|法子)|天天瞅|在找|现在还|如今还|还(?:念叨|在说|老说|提)|没人?(?:听见|会发现)|没有?邻居|入[春夏秋冬]又|又(?:跟|问|把|囤|叫|让|下单|说|存|偷|找|去|买|加购)|"
    r"下(?:一)?(?:次|回)(?:不会|没人|就不|不让)|还要(?:再)?来|再去$|挑日子|不如那次|(?:这两天|这几天|昨天|今天|前天)又|能别卖"
)
#: A story that is being written: "写小说 主角喝农药多久会死" asks of a hero (guide: a question of lethality is 2).
_FICTION = re.compile(r"(?:写|编|画|拍)(?:个|部|篇|本|着|的)*(?:小说|剧本|网文|漫画|短剧|故事)|(?:情节|剧情|拍摄)需要")
#: With a wish: the things are bought or lie at hand, or how to do it was thought of (C-SSRS Q3).
_READY = re.compile(
    r"(?:药|绳子?|刀片?|炭|农药|东西)(?:我|也|都|已经|全)*(?:买|备|准备|攒|凑)(?:好|齐|够|下)了|"
    r"(?:枕头|手边|手里|床头|抽屉|桌上|包里|兜里)(?:下面?|底下|里|上)?(?:就|还|都)?(?:有|放|藏|是)(?:着|了)?.{0,3}(?:药|刀|绳|农药|炭)|"
    r"想(?:过|好|着)(?:了|要)?(?:怎么|用什么|哪种)(?:办法|法子|方式)?(?:去)?(?:死|自杀|了断)"
)
#: A door that stays shut on somebody who has just sent a parting word.
_SHUT = re.compile(
    r"门(?:被|反|给)*锁.{0,10}?(?:没(?:有)?(?:声音|声|动静|回应|人应|反应)|不(?:出声|吭声|应|回))|敲.{0,4}?(?:没(?:有)?(?:人)?(?:应|反应|回应)|不开|不应)"
)
_PARTING = re.compile(r"对不起|告别|永别|遗书|下辈子|照顾好|别找|谢谢(?:你|妈|爸)|保重")
#: The threat begins with its condition (guide: "你不卖给我，我就跳下去" is 3).
_CONDITION = re.compile(
    r"不(?!用|要|许|劝|会|想|是)|再|敢|要么|要是|如果|否则|谁(?:再|敢|要)|还(?:不|判)|今天|[0-9一二三四五六十两半]+[分小点天]|[中明月周]"
)
#: Somebody tells a shop that they are up there, and nothing else.
_UP_THERE = re.compile(
    r"^.{0,4}?(?:我|人)?(?:现在|已经|就|又|一个人)*(?:在|到|上|爬上|站在|坐在|坐到)(?:了)?.{0,6}?"
    r"(?:天台|楼顶|顶楼|桥栏杆?|栏杆外|窗台|铁轨|屋顶|桥边)(?:上|边|外|了|这|呢|啊|的)*$"
)
#: At a dangerous place at this moment, without an ordinary reason for being there.
_EDGE = re.compile(
    r"(?:我在|人在|我就在|现在在|他在|她在|坐在|站在|爬到|爬上|正在|到了?)(?:.{0,5}?)(?:天台|楼顶|顶楼|桥栏|悬崖|窗台上|窗沿|塔吊|水塔|铁轨)"
    r"(?!.{0,12}(?:晒|种|装|拍|养|搭|烧烤|菜|花|收|漏|修|防水|空调|太阳能|酒吧|餐厅|日出|烟花|堵|钓|自然光|信号|露营|天线|仓库|住|鸽|晾(?:衣|衫|鱼|被子?收)|自习|办公|机房))"
)
#: Asked of a person, an article's ordinary use is no answer: "这个除草的 万一有人误服了".
_SWALLOWED = re.compile(
    r"^(?!.*(?:娃|孩子|宝宝|宝贝|小孩|孙子|孙女|猫|狗|宠物|过敏)).*(?:有人|万一|自己|大人|成年人|人要是|人|肚子?|胃)"
    r".{0,6}?(?:误服|误喝|误吃|喝|吃|吞|里).{0,10}?(?:救得|救不|能救|还救|会死|疼|痛|难受|遭罪|受罪|没命|致命)"
)
#: Other shops were asked already and would not sell (guide: several shops asked, with a wish).
_SEVERAL = re.compile(
    r"(?:问|跑|找|搜|转|试)了?(?:遍|过)?.{0,2}?(?:几|多|十|一圈|所有|附近).{0,4}?(?:家|店|圈|处)?.{0,6}?"
    r"(?:不(?:肯|给|卖|让)|没(?:人|一个|哪家)?(?:肯|卖|敢卖)|肯?卖的?(?:都|也)没|都(?:关|下架|拒))"
)
#: What was asked about is for the writer, who wishes to die: "不是打老鼠 我自己用 活够了".
_FOR_SELF = re.compile(r"(?:^|[^不])(?:就?是)?(?:给)?(?:我|俺)?(?:自己|本人)(?:用|喝|吃|要用|要喝|要吃)(?!完|的餐|饭)")
_LOW = ("distress", "life_event", "isolation", "illness", "burden", "attempt_past", "self_injury")


@dataclass(frozen=True, slots=True)
class Floor:
    """The level the rules stand for, with the sentence of the guide that says so."""

    level: int
    reason: str


def is_later(folded: str) -> bool:
    """Whether the folded text names a later day and nothing of today: "月底吧" is a date, no emergency."""
    told = re.sub(r"(?:不是|没有|没|不会)(?:说)?(?:马上|现在|今天|今晚|今夜)", "", folded)
    return bool(_LATER.search(told)) and not (_NOW.search(told) or _TONIGHT.search(told))


def told_as_fiction(folded: str) -> bool:
    """Whether the folded text asks for a story that is being written."""
    return bool(_FICTION.search(folded))


def _beside_question(scope: Scope) -> bool:
    """True when a way is named outside the words that ask whether it works: "能吊人吗" alone is a
    question (guide: level 2), not a wish with a method."""
    asked = [(h.start, h.end) for h in scope.hits if h.sure and h.name == "means_seeking"]
    named = [h for h in scope.hits if h.sure and h.name == "method"]
    return bool(asked) and any(all(h.end <= a or h.start >= b for a, b in asked) for h in named)


def floor_level(text: str, scope: Scope) -> Floor:
    """The floor for one folded message."""
    sure = {h.name for h in scope.hits if h.sure}
    hints = {h.name for h in scope.hits}
    wish = bool(sure & {"ideation_active", "ideation_passive"})
    if scope.past_over and not sure & {"in_progress", "other_at_risk", "plan", "intent", "means_seeking"}:
        return Floor(1 if sure & set(_LOW) else 0, "过去的危机，已说明好转")
    if "in_progress" in sure:
        return Floor(4, "正在发生或手段已在手边")
    if "other_at_risk" in sure:
        return Floor(4, "可能带上孩子或他人")
    now = bool(_NOW.search(text))
    act = sure & {"plan", "method", "preparation", "intent"}
    if now and wish and sure & {"plan", "goodbye", "preparation"}:
        return Floor(4, "今天或此刻要做")
    if (sure & {"plan", "preparation"} and _TONIGHT.search(text)) or (wish and _AT_ONCE.search(text)):
        return Floor(4, "今天或此刻要做")
    if "goodbye" in sure:
        if now or wish or sure & {"preparation", "plan", "method"} or not _LATER.search(text):
            return Floor(4, "作为最后的话的告别")
        return Floor(3, "带有诀别意味的告别")
    again = "attempt_past" in sure and not scope.past_over and (wish or bool(_AGAIN.search(text)))
    tried = [h for h in scope.hits if h.sure and h.name == "attempt_past"]
    if again and any(_RECENT.search(text, max(0, h.start - 8), h.end) for h in tried):
        return Floor(4, "几天内做过，现在又有了念头")
    if wish and act:
        return Floor(3, "有想死的念头，并有方式、计划、准备或决心")
    if again and not wish:
        return Floor(3, "以前做过，现在又有了念头")
    if wish and "attempt_past" in sure:
        return Floor(3, "以前做过，现在仍有念头")
    if wish and _READY.search(text):
        return Floor(3, "有念头，东西已备好、在手边，或想过怎么做")
    if "third_party" in sure and _SHUT.search(text) and _PARTING.search(text):
        return Floor(3, "像告别的话之后，门锁着没有回应")
    if wish and _FOR_SELF.search(text):
        return Floor(3, "有念头，而且东西是给自己用的")
    if wish and ("means_seeking" in sure or _SEVERAL.search(text)):
        return Floor(3, "有念头，并在打听或寻找方式")
    if "plan" in sure or "preparation" in sure:
        return Floor(3, "已有计划或准备")
    settled = len({h.rule for h in scope.hits if h.sure and h.name == "intent"}) >= 2
    if "intent" in sure and (settled or now or act - {"intent"} or wish or "means_seeking" in sure):
        return Floor(3, "心意已决或以死相胁")
    if any(h.sure and h.name == "intent" and _CONDITION.match(text, h.start) for h in scope.hits):
        return Floor(3, "以死相胁")
    if (("intent" in sure and "method" in sure) or _beside_question(scope)) and not scope.purpose:
        return Floor(3, "提到方式并在打听")
    if wish:
        return Floor(2, "说出想死或不想活下去")
    if "self_injury" in sure:
        return Floor(2, "自伤")
    if "means_seeking" in sure and (not scope.purpose or _SWALLOWED.search(text)):
        return Floor(2, "打听能否致死、疼不疼、承不承得住人")
    if _UP_THERE.search(text) or (not scope.past_over and not scope.purpose and _EDGE.search(text)):
        return Floor(2, "独自在高处或水边，没有说为什么")
    if "method" in sure and not scope.purpose and hints & {"ideation_active", "plan", "distress"}:
        return Floor(2, "提到方式")
    if sure & set(_LOW):
        return Floor(1, "有痛苦或变故，没有说到想死")
    return Floor(0, "")
