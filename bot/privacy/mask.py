"""Personal data in a customer's words becomes a placeholder. Pure.

Used for everything that leaves the transcript: what Rasa hears and keeps, suggestions, exports.
Danger is always read in the original text, and the people who help see the original in the chat.

Masking is generous with numbers and careful with words: a masked order number costs nothing, a
masked feeling would cost a fitting answer. Province, city and district stay readable, because the
hotline of the region is chosen by them; what finds a door (road, house, flat) goes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.privacy.names import names

LABELS = {
    "phone": "[电话]",
    "id_number": "[证件号]",
    "email": "[邮箱]",
    "bank_card": "[卡号]",
    "account": "[账号]",
    "plate": "[车牌]",
    "address": "[地址]",
    "name": "[姓名]",
}
"""What stands in place of each kind."""

# Between the digits of a number people put spaces, dashes, dots and, to slip past filters, invisible characters.
_GAP = r"[\s\-–—.·_\u200b-\u200f\u2060]{0,2}"
_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_HAN_DIGIT = "零〇一二三四五六七八九幺壹贰叁肆伍陆柒捌玖"

_CARS = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_NUMBERS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("email", re.compile(r"[A-Za-z0-9._%+\-]{1,64}@[A-Za-z0-9\-]{1,63}(?:\.[A-Za-z0-9\-]{1,63}){1,4}")),
    ("id_number", re.compile(rf"(?<!\d)[1-9](?:{_GAP}\d){{16}}{_GAP}[\dXx](?![\dA-Za-z])")),
    ("bank_card", re.compile(rf"(?<!\d)[1-9](?:{_GAP}\d){{14,18}}(?!\d)")),
    ("phone", re.compile(rf"(?<![\dA-Za-z])(?:\+?86{_GAP})?1[3-9](?:{_GAP}\d){{9}}(?!\d)")),
    ("phone", re.compile(rf"(?<!\d)0\d{{2,3}}{_GAP}[2-9]\d{{6,7}}(?!\d)")),
    ("phone", re.compile(rf"(?<![{_HAN_DIGIT}])[幺一壹](?:{_GAP}[{_HAN_DIGIT}]){{10}}(?![{_HAN_DIGIT}])")),
    # Hong Kong, Macau and Taiwan, with their country code or in their usual groups.
    ("phone", re.compile(rf"\+?(?:852|853|886){_GAP}\d(?:{_GAP}\d){{7,9}}(?!\d)")),
    ("phone", re.compile(rf"(?<!\d)09\d{{2}}{_GAP}\d{{3}}{_GAP}\d{{3}}(?!\d)")),
    # A Chinese passport or travel permit.
    ("id_number", re.compile(r"(?<![A-Za-z0-9])[EGDSPHCegdsphc][A-Za-z]?\d{8}(?!\d)")),
    ("account", re.compile(r"(?i)(?:微信|wechat|weixin|[vw]x)(?:号|id)?[\s:：是为]{0,3}(?P<part>[a-z][\w\-]{5,19})")),
    ("account", re.compile(r"(?i)(?:qq|扣扣|企鹅)(?:号)?[\s:：是为]{0,3}(?P<part>[1-9]\d{4,10})(?!\d)")),
    ("plate", re.compile(rf"[{_CARS}][A-HJ-NP-Z][·\s]?[A-HJ-NP-Z0-9]{{5,6}}(?![A-Z0-9])")),
)  # fmt: skip

_ORDER_NUMBER = re.compile(r"(?:订单|单号|快递|运单|物流|货号)[^\d]{0,6}$")

_HAN = r"\u4e00-\u9fa5"
_PLACE = "大道|大街|路|街|巷|胡同|小区|社区|花园|公寓|苑|家园|新村|大厦|广场|村|屯|庄|城|府|宿舍|湾|邨"
_NUM = r"[0-9零〇一二三四五六七八九十百]{1,5}[A-Za-z甲乙丙丁]?(?:[\-—][0-9]{1,4})?|[A-Za-z]\d{0,3}|[东西南北]"
_UNIT = "号楼|号院|号|弄|栋|幢|座|单元|室|楼|层|组|队|门|房|户|排"
_ROOM = rf"(?:{_NUM})(?:{_UNIT})"
_DOOR = re.compile(rf"{_ROOM}(?:[，,、\s]{{0,2}}{_ROOM}){{0,5}}(?:[，,、\s\-—]{{0,2}}[0-9]{{2,4}}(?![0-9]))?")
_HOUSE = re.compile(
    r"(?:[0-9]{1,3}|[A-Za-z])(?:号楼|栋|幢|座)[，,\s]{0,2}(?:[0-9]{1,2}单元[，,\s]{0,2})?[0-9]{2,4}(?:室|号|房)?"
)
_ROAD_END = re.compile(rf"(?:{_PLACE})[，,、\s]{{0,2}}$")
_RUN_END = re.compile(rf"[{_HAN}A-Za-z0-9]{{1,24}}[，,、\s]{{0,2}}$")
_LOOK_BACK = 28
_BEFORE_DOOR = re.compile(
    "省|自治区|市|区|县|旗|州|镇|乡|街道|住在|家在|人在|我在|就在|地址|寄到|送到|发到|来到|现在|[在到去是住]|[：:]"
)


@dataclass(frozen=True, slots=True)
class Found:
    """One piece of personal data: kind (a key of LABELS) and its place, code points of the original text."""

    kind: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Masked:
    """The text with placeholders, and what they stand for."""

    text: str
    found: tuple[Found, ...]


def mask(text: str) -> Masked:
    """Replace personal data by placeholders; the same text again if there is none. Never raises."""
    # One character for one, so that every place found is a place in the original.
    flat = text.translate(_WIDE)
    taken: list[Found] = []
    for item in (*_numbers(flat), *_addresses(flat), *(Found("name", a, b) for a, b in names(flat))):
        if all(item.end <= other.start or item.start >= other.end for other in taken):
            taken.append(item)
    taken.sort(key=lambda item: item.start)
    parts, at = [], 0
    for item in taken:
        parts += [text[at : item.start], LABELS[item.kind]]
        at = item.end
    return Masked("".join([*parts, text[at:]]), tuple(taken))


def _numbers(text: str) -> Iterator[Found]:
    for kind, pattern in _NUMBERS:
        for found in pattern.finditer(text):
            if kind in ("bank_card", "id_number") and _ORDER_NUMBER.search(
                text[max(0, found.start() - 12) : found.start()]
            ):
                continue
            place = "part" if "part" in pattern.groupindex else 0
            yield Found(kind, found.start(place), found.end(place))


def _addresses(text: str) -> Iterator[Found]:
    """From the door outwards: a house number, and before it the road or the estate."""
    for door in _DOOR.finditer(text):
        start = door.start()
        before = text[max(0, start - _LOOK_BACK) : start]
        road = _ROAD_END.search(before)
        if road:
            run = _RUN_END.search(before)
            begin = run.start() if run else road.start()
            # Keep the region and the words that lead up to the address: only what finds the door goes.
            leads = [m.end() for m in _BEFORE_DOOR.finditer(before, begin, road.start())]
            yield Found("address", start - len(before) + max(leads, default=begin), door.end())
        elif _HOUSE.match(door.group()):
            yield Found("address", start, door.end())
