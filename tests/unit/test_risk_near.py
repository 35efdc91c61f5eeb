"""Means at hand and a time that runs out make the highest level of somebody already known to be in high danger."""

from __future__ import annotations

import pytest

from bot.risk.near import at_hand_and_soon


@pytest.mark.parametrize(
    ("text", "before"),
    [
        ("抽屉里有东西 天亮前我就走了", []),
        ("刚才是骗你的，东西就在跟前", ["他六点以前到家"]),
        ("等他们都睡了就好", ["药在枕头下面"]),
        ("the thing is in my drawer. before dawn", []),
    ],
)
def test_at_hand_and_soon(text, before):
    """A boy with "it" in the drawer until dawn would be asked about his past and told of staff counselling."""
    assert at_hand_and_soon(text, before)


@pytest.mark.parametrize(
    ("text", "before"),
    [
        ("东西就在跟前", []),
        ("六点以前能到吗", []),
        ("东西我交给姐姐了，天亮前她不走", ["药在枕头下面"]),
        ("六点以前回家吃饭", ["东西在桌上，锁起来了"]),
    ],
)
def test_one_alone_or_put_away_is_not(text, before):
    """Whoever has given it to their sister would be sent an ambulance for having told so."""
    assert not at_hand_and_soon(text, before)
