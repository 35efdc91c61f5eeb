"""Scope: which hits really speak of the person's own present wish.

Negation, hyperbole and titles drop a hit; a past told as over turns it into history.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.risk.lexicon import Hit, Lexicon
from bot.risk.normalise import Normal

#: Signals that an innocent phrase can cover or a negation undo.
_DANGER = frozenset(
    {
        "ideation_active", "ideation_passive", "method", "means_seeking", "plan", "intent",
        "in_progress", "goodbye", "other_at_risk", "attempt_past", "preparation", "self_injury",
        "time", "location", "burden",
    }
)  # fmt: skip
_NEGATABLE = frozenset({"ideation_active", "method", "in_progress", "plan", "attempt_past", "self_injury"})
_NEGATION = re.compile(
    r"(?:没有?|不是|不会|并不|绝不|不可能|不至于|不敢|从没|没打算|不打算|并没有?|又不是|不用|怎么会|"
    r"谁要|谁会|哪会|才不|以为我?|不准|不许|不要|别)(?:真的?|想过|要|去|打算|说|再|有|会|我|你|他|她|是|真要)*$"
)
_KEEPS = re.compile(r"(?:不是不|不敢不|没法不|没有不|不是没|谁要是|不是(?:不想|第一|头一|说说|开玩笑|玩梗))$")
_PAST = re.compile(
    r"以前|之前|那时候|那时|那会儿?|当时|去年|前年|大前年|小时候|曾经|当年|那年|那阵子?|那段|有过|早年|几年前|"
    r"[一二两三四五六七八九十0-9]+年前|年轻时|年轻的时候|高中的?时候|高三的?时候|大学时|上学那|从前|过去"
)
_OVER = re.compile(
    r"(?:现在|如今|这两年|今年|后来|已经|早就|早|都)[^想]{0,8}(?:好了|好多了|好起来|走出来|不那样|没那样|不想了|"
    r"没了|没有了|过去了|康复|痊愈|好转|不再|挺过|熬过|稳定|想开|放下|活得|开心|好好|结婚|复学|毕业|上班|"
    r"不了|不会了|出院|停药|毕了业|找到|开店|当了|有了|挺好|不错|不疼)|(?:好起来了|走出来了|挺过来|熬过来|"
    r"都过去了|翻篇|想开了|缓过来|痊愈|康复|活过来|捡回|活到了?现在|还好没|幸好没|谢谢当时|感谢当时|"
    r"没犯|稳定[一二两三四五六七八九十0-9]+年|[半一二两三四五六七八九十0-9]+年(?:多)?(?:没|没有)(?:了|再|犯)|没再|现在想想|现在回头|现在看|现在过得)"
)
_AGAIN = re.compile(
    r"(?:现在|最近|今天|这次|这回|这几天|昨晚)?(?:又|还是|仍|依然|再次|还)(?:是)?(?:想|有|开始|冒|在想|不想活|来了|"
    r"说|去|在|提|找|买)|比那时候更|压不住|压不下去"
)


@dataclass(frozen=True, slots=True)
class Scope:
    """Hits that stand, and what was found around them."""

    hits: tuple[Hit, ...]
    past_over: bool
    purpose: bool
    dropped: int


def apply_scope(normal: Normal, hits: list[Hit], lexicon: Lexicon) -> Scope:
    """Drops what is negated, idiomatic or about a thing; notes past crises told as over."""
    text = normal.text[:4000]
    strong = [m.span() for p in lexicon.innocent_strong for m in p.finditer(text)]
    kept = [h for h in hits if h.name not in _DANGER or not _covered(h, strong)]
    soft = [m.span() for p in lexicon.innocent_soft for m in p.finditer(text)]
    if soft:
        other = {h.name for h in kept if h.sure and h.name in _DANGER}
        if other <= {"ideation_active"}:
            kept = [h for h in kept if h.name != "ideation_active"]
    kept = [h for h in kept if not (h.name in _NEGATABLE and _negated(text, h))]
    past = bool(_PAST.search(text)) and bool(_OVER.search(text)) and not _AGAIN.search(text)
    purpose = any(p.search(text) for p in lexicon.purpose)
    return Scope(tuple(kept), past, purpose, len(hits) - len(kept))


def _covered(hit: Hit, spans: list[tuple[int, int]]) -> bool:
    """True when the idiom holds the hit, or most of it."""
    for start, end in spans:
        shared = min(end, hit.end) - max(start, hit.start)
        if shared > 0 and shared * 2 >= hit.end - hit.start:
            return True
    return False


def _negated(text: str, hit: Hit) -> bool:
    before = text[max(0, hit.start - 6) : hit.start]
    return bool(_NEGATION.search(before)) and not _KEEPS.search(before)
