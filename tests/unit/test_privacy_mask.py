"""Personal data goes, meaning stays."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.privacy import mask


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("打我电话13812345678吧", "打我电话[电话]吧"),
        ("１３８ １２３４ ５６７８", "[电话]"),
        ("138-1234-5678", "[电话]"),
        ("13\u200b812345678", "[电话]"),
        ("+86 138.1234.5678 找我妈", "[电话] 找我妈"),
        ("幺三八一二三四五六七八", "[电话]"),
        ("座机0571-88886666", "座机[电话]"),
        ("身份证330106199003074512", "身份证[证件号]"),
        ("33010619900307451x", "[证件号]"),
        ("卡号6222 0212 3456 7890 123", "卡号[卡号]"),
        ("发到abc.d@163.com", "发到[邮箱]"),
        ("微信号：zaoan_2026", "微信号：[账号]"),
        ("加我vx zhangsan88", "加我vx [账号]"),
        ("qq 123456789", "qq [账号]"),
        ("车牌浙A12345", "车牌[车牌]"),
        ("我在浙江省杭州市西湖区文三路123号2栋301室", "我在浙江省杭州市西湖区[地址]"),
        ("我住在幸福小区3栋2单元501", "我住在[地址]"),
        ("3栋2单元501", "[地址]"),
        ("送到建设大道88号，谢谢", "送到[地址]，谢谢"),
        ("我叫王小明，今年十六", "我叫[姓名]，今年十六"),
        ("我叫欧阳娜娜", "我叫[姓名]"),
        ("叫我小丽", "叫我[姓名]"),
        ("你好我是李雷", "你好我是[姓名]"),
        ("收货人：王小明 13812345678", "收货人：[姓名] [电话]"),
    ],
)  # fmt: skip
def test_what_names_a_person_is_masked(text: str, left: str) -> None:
    """A customer's number, name or door would stand in logs and trackers for a quarter of a year."""
    assert mask(text).text == left


@pytest.mark.parametrize(
    "text",
    [
        "我是高中生 活不下去了", "我是高三的", "我是单身", "我是安徽人", "我是真的想死", "我叫了救护车", "我叫车了",
        "我叫外卖了", "我是不想活了", "在吗 12356 是什么", "打了400-161-9995没人接", "我16岁", "晚上11点30分",
        "订单号 2834567890123456789", "我在杭州", "我在浙江省杭州市西湖区", "3号发货吗", "路上堵车了3号能到吗",
        "要100片",
        "我是孤儿", "我是白天上班", "我就是明白了", "这个农药多少钱一瓶 5瓶包邮吗", "2026年1月15日",
        "我是抑郁症", "110", "120",
    ],
)  # fmt: skip
def test_ordinary_words_and_cries_for_help_stay(text: str) -> None:
    """A masked age, place or feeling would cost the customer a fitting answer."""
    assert mask(text) == type(mask(""))(text, ())


@given(st.text(max_size=200))
def test_spans_fit_any_text(text: str) -> None:
    """A message in a strange script would end the turn with an error instead of an answer."""
    masked = mask(text)
    assert all(0 <= item.start < item.end <= len(text) for item in masked.found)


def test_a_long_message_costs_milliseconds() -> None:
    """One crafted message of many letters would hold up every other customer."""
    for text in (
        "1 3 " * 8000,
        "路" * 20000,
        "一" * 20000,
        "我叫王" * 8000,
        "a." * 10000 + "@",
        "9" * 20000,
        "路1号" * 6000,
    ):
        started = time.perf_counter()
        mask(text)
        assert time.perf_counter() - started < 2, text[:6]
