"""Scope: which hits really speak of the person's own present wish.

Negation, hyperbole and titles drop a hit; a past told as over turns it into history.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from bot.risk.folding import Normal
from bot.risk.lexicon import Hit, Lexicon

#: Signals that an innocent phrase can cover or a negation undo.
_DANGER = frozenset(
    {
        "ideation_active", "ideation_passive", "method", "means_seeking", "plan", "intent",
        "in_progress", "goodbye", "other_at_risk", "attempt_past", "preparation", "self_injury",
        "time", "location", "burden",
    }
)  # fmt: skip
_NEGATABLE = frozenset({"ideation_active", "method", "in_progress", "plan", "attempt_past", "self_injury"})
_WISH = frozenset({"ideation_active", "ideation_passive"})
#: A crisis told as past is history, whatever it was; what others would suffer is not.
_TELLABLE = _DANGER - {"other_at_risk", "attempt_past"}
_PRESENT = _DANGER | {"distress", "isolation"}
_NEGATION = re.compile(
    r"(?:没有?|不是|不会|并不|绝不|不可能|不至于|不敢|从没|没打算|不打算|并没有?|又不是|不用|怎么会|"
    r"谁要|谁会|哪会|才不|以为我?|你们?(?:是不是)?(?:觉得|认为|怀疑|怕|当)我?|是不是(?:觉得|怀疑)我?|"
    r"不准|不许|不要|别)(?:真的?|想过|要|去|打算|说|再|有|会|我|你|他|她|是|真要)*$"
)
_KEEPS = re.compile(
    r"(?:不是不|不敢不|没法不|没有不|不是没|(?:懂|明白|知道|听见|看见|清楚)没有?我?|"
    r"谁要是|不是(?:不想|第一|头一|说说|开玩笑|玩梗))$"
)
_PAST = re.compile(
    r"以前|之前|那时候|那时|那会儿?|当时|去年|前年|大前年|小时候|曾经|当年|那年|那阵子?|那段|有过|早年|几年前|"
    r"[一二两三四五六七八九十0-9]+年前|年轻时|年轻的时候|高中的?时候|高三的?时候|大学时|上学那|从前|过去"
)
_OVER = re.compile(
    r"(?:现在|如今|这两年|今年|后来|已经|早就|早|都)[^想]{0,8}(?:好了|好多了|好起来|走出来|不那样|没那样|不想了|"
    r"没了|没有了|过去了|康复|痊愈|好转|不再|挺过|熬过|稳定|想开|放下|活得|开心|好好|结婚|复学|毕业|上班|"
    r"不了|不会了|出院|停药|毕了业|找到|开店|当了|有了|挺好|不错|不疼)|(?:好起来了|走出来了|挺过来|熬过来|"
    r"(?:一点点|慢慢|一步步|硬)[^，。]{0,3}(?:拉|拽|捞|带)(?:了)?(?:我)?(?:回来|出来)|都过去了|翻篇|想开了|缓过来|痊愈|康复|活过来|捡回|活到了?现在|还好没|幸好没|谢谢当时|感谢当时|"
    r"没犯|稳定[一二两三四五六七八九十0-9]+年|[半一二两三四五六七八九十0-9]+年(?:多)?(?:没|没有)(?:了|再|犯)|没再|现在想想|现在回头|现在看|现在过得)"
)
_AGAIN = re.compile(
    r"(?:现在|最近|今天|这次|这回|这几天|昨晚)?(?:又|还是|仍|依然|再次|还)(?:是)?(?:想|有|开始|冒|在想|不想活|来了|"
    r"说|去|在|提|找|买)|比那时候更|压不住|压不下去"
)


#: Opens a clause about a time that is over. "…之前" of a deadline or of sleep is none.
_THEN = re.compile(
    r"以前|(?<![点号天底日完试课着班年死走晚睡学赶亮家秒钟周卖买发货款])之前|有(?:一)?段时间(?!了)|那时候?|那会儿?|当时|去年|前年|小时候|曾经|"
    r"当年|[那前][一两]?[两几]?年|那阵子?|那段|那回|早年|初一那年|[一二两三四五六七八九十几0-9]+年前|年轻(?:时|的时候)|"
    r"头[一两几]年|[初高大][一二三](?:那年|的?时候)|[一二三四五六七八九十]+岁(?:那年|时|让|的时候)|不再"
)
#: Opens the present after such a clause.
_SINCE = re.compile(
    r"现在|如今|后来|今年|这两年|至今|幸好|多亏|还好|这次来|今天|救回来又|又活|被.{0,8}?(?:牵|拉|劝|救)|拉的|昨天|"
    r"戒了|出院|改了|陪了我|[一二两三四五六七八九十0-9]+年了|做了[一二两三四五六七八九十]年"
)
#: "想死那阵", "想死是去年".
_THEN_AFTER = re.compile(r"(?:的)?(?:那阵|那会|那时|那年|那段|是去年|是前年|是以前|的日子)")
#: What would be said of a crisis that goes on.
_STILL = re.compile(
    r"(?:现在|最近|今年|今天|刚才|这几天|这次|这回)(?:我)?(?:又|还是?|仍|更|也|每天|天天|就?想(?:死|走|不))|又(?:想|来了|开始想|到了)|"
    r"换(?:个|了)?(?:高(?!薪)|地方|法子|办法|方式)|再(?:试|死|做)一?(?:次|回)|不会(?:再)?(?:失败|被)|锁好?(?:了)?门|"
    r"又(?:起|冒|动|有)(?:了|出)?(?:那个|这个|那种)?(?:念头|心思|想法)|这次(?!来|买|的(?:货|单|包))|今[年天](?:再|还)来|"
    r"还是(?:想|会想|每天)|手又?痒|再做|还想|更想|没变|工具还在|没有变|第[三四]回|第[三四]次|下次|这回|在找|在看那"
)
#: The sentence of despair that no idiom around it may hide.
_PLAIN = re.compile(
    r"(?:我|真的?|都|也|实在|要|快|就|已经|^)活不(?:下去|落去)|(?:我|俺|真的?|实在|就是)不想活(?!动)(?:着|下去|了)|"
    r"我(?:想|要)杀(?:死|了|掉)?我自己(?!的)"
)
#: The only thing missing is a comfort: "没空调活不下去" is about the comfort.
_COMFORT = re.compile(
    r"(?:没有?|离了|离开|断了|少了|不吃|不喝|戒了|缺了)(?:.{0,4})(?:空调|奶茶|咖啡|网|wifi|手机|快乐水|冰|辣|螺蛳粉|火锅|你家|"
    r"你们|这款|风扇|暖气|防晒|外卖|可乐|零食|甜|碳水|猫|她|他|老伴|它|耳机|面膜)(?:.{0,4})$"
)


#: The wish itself is denied, with nothing disclosed in the message (guide: not ideation by itself).
_DENIED = re.compile(
    r"(?:没有?|并没|不是|不会|没在|没打算|不打算|才不|又不)(?:真的?|要|去|想过|想要|想|说|是)?"
    r"(?:想不开|想死|要死|寻死|轻生|自杀|不想活|做傻事|干傻事|想走那步)"
    r"|(?:想死|寻死|自杀)(?:倒|还|也|那)?(?:不至于(?!.{0,3}(?:没|不))|谈不上|说不上)"
)


@dataclass(frozen=True, slots=True)
class Scope:
    """Hits that stand, and what was found around them. `denied`: the wish to die is denied; `plain`: the
    sentence of despair itself stands there ("我活不下去了"), or a rule of clauses that brings its own guards.
    `aside`: hits inside hyperbole and copypasta (data/lexicon/jest.yml), no longer among `hits`; whoever reads the
    whole sentence as dangerous puts them back (`whole`)."""

    hits: tuple[Hit, ...]
    past_over: bool
    purpose: bool
    dropped: int
    denied: bool = False
    plain: bool = False
    aside: tuple[Hit, ...] = ()

    @property
    def whole(self) -> Scope:
        """With what was set aside among the hits again."""
        return replace(self, hits=(*self.hits, *self.aside), aside=())


def apply_scope(normal: Normal, hits: list[Hit], lexicon: Lexicon) -> Scope:
    """Drops what is negated, idiomatic or about a thing; notes past crises told as over."""
    text = normal.text[:4000]
    past = bool(_PAST.search(text)) and bool(_OVER.search(text)) and not _AGAIN.search(text)
    kept = hits
    if any(h.name in _DANGER for h in hits):
        kept = _standing(text, hits, lexicon)
        if not _STILL.search(text):
            standing = [h for h in kept if not (h.name in _TELLABLE and _told(text, h, kept))]
            past = past or len(standing) < len(kept)
            kept = standing
    aside = _in_jest(text, kept, lexicon)
    kept = [h for h in kept if h not in aside]
    purpose = lexicon.purpose.match(text)
    return Scope(
        tuple(kept),
        past,
        purpose,
        len(hits) - len(kept) - len(aside),
        bool(_DENIED.search(text)),
        any(h.firm or _plain(text, h) for h in kept),
        tuple(aside),
    )


def _in_jest(text: str, hits: list[Hit], lexicon: Lexicon) -> list[Hit]:
    """Hits that hyperbole holds, or all of danger where the message is copypasta with its punch line."""
    danger = [h for h in hits if h.name in _DANGER]
    if not danger or lexicon.jest_unless.match(text):
        return []
    if lexicon.jest_whole.match(text):
        return danger
    spans = lexicon.jest.spans(text)
    return [h for h in danger if _meets(h, spans) and not _plain(text, h)]


def _standing(text: str, hits: list[Hit], lexicon: Lexicon) -> list[Hit]:
    """Hits that no idiom covers, no comfort explains and no negation undoes."""
    strong = lexicon.innocent_strong.spans(text)
    kept = [h for h in hits if h.name not in _DANGER or _plain(text, h) or not _covered(h, strong)]
    if lexicon.innocent_soft.match(text):
        other = {h.name for h in kept if h.sure and h.name in _DANGER}
        if other <= {"ideation_active"}:
            kept = [h for h in kept if h.name != "ideation_active" or _plain(text, h)]
    kept = [h for h in kept if h.name not in _WISH or not _comfort(text, h)]
    return [h for h in kept if not (h.name in _NEGATABLE and _negated(text, h))]


def _plain(text: str, hit: Hit) -> bool:
    """True when the hit is the plain sentence itself and not what a missing comfort is said to do."""
    match = hit.name in _WISH and _PLAIN.search(text, max(0, hit.start - 2), min(len(text), hit.end + 3))
    return bool(match) and not _comfort(text, hit)


def _comfort(text: str, hit: Hit) -> bool:
    return bool(_COMFORT.search(text[max(0, hit.start - 12) : hit.start]))


def _told(text: str, hit: Hit, hits: list[Hit]) -> bool:
    """True when the hit lies in a clause about a time that is over, and the present that follows
    holds no danger and no distress of its own."""
    then = [m.end() for m in _THEN.finditer(text, max(0, hit.start - 40), hit.start + 1)]
    if _THEN_AFTER.match(text, hit.end):
        then.append(hit.start)
    if not then or _SINCE.search(text[then[-1] : hit.start]):
        return False
    since = _SINCE.search(text, hit.end)
    if since is None:
        return False
    return not any(h.sure and h.start >= since.start() and h.name in _PRESENT for h in hits)


def _covered(hit: Hit, spans: list[tuple[int, int]]) -> bool:
    """True when the idiom holds the hit, or most of it."""
    for start, end in spans:
        shared = min(end, hit.end) - max(start, hit.start)
        if shared > 0 and shared * 2 >= hit.end - hit.start:
            return True
    return False


def _meets(hit: Hit, spans: list[tuple[int, int]]) -> bool:
    """True when the hyperbole holds most of the hit, or the hit ("再…我就…") most of the hyperbole."""
    return any(
        2 * (min(end, hit.end) - max(start, hit.start)) >= min(end - start, hit.end - hit.start) for start, end in spans
    )


def _negated(text: str, hit: Hit) -> bool:
    before = text[max(0, hit.start - 6) : hit.start]
    return bool(_NEGATION.search(before)) and not _KEEPS.search(before)
