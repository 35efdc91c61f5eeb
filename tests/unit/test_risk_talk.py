"""The level of a talk: it adds up, it does not fall by itself, and product questions are forgiven."""

from __future__ import annotations

import json

from bot.risk import Context, Reader, TalkReader

TALK = TalkReader(Reader(None))


def play(*texts: str, context: Context | None = None) -> list[int]:
    """Levels turn by turn; the state goes through JSON as in the store."""
    state = None
    levels = []
    for text in texts:
        verdict, state = TALK.read_turn(text, context, state)
        state = json.loads(json.dumps(state))
        levels.append(verdict.level)
    return levels


def test_a_denial_after_a_disclosure_does_not_lower() -> None:
    """Someone who takes fright at their own words would be let go."""
    assert play("我不想活了 安眠药都攒够了", "开玩笑的 没想死") == [3, 3]


def test_a_product_question_falls_when_the_purpose_is_told() -> None:
    """A farmer's safety question would stay on record as danger."""
    levels = play("这个人要是误喝了会不会死", "果园里用的 怕孩子碰到")
    assert levels[0] in (0, 2)
    assert levels[1] == 0


def test_a_short_yes_to_our_question_counts() -> None:
    """The honest answer to the question we ask would be missed."""
    assert play("压得喘不上气 天天哭", "嗯。。想的")[-1] == 2


def test_quiet_signs_add_up() -> None:
    """A farewell in small steps would pass unseen."""
    levels = play("鱼缸送楼下小孩了", "会员都退了吧 以后用不上了", "账本交给我弟了 密码也写给他了", "闹钟全关掉啦")
    assert levels[0] == 0
    assert max(levels) >= 2


def test_moving_house_is_not_a_farewell() -> None:
    """Everybody who moves house would be asked whether they want to die."""
    levels = play("猫送朋友养了", "会员退了吧 要搬家去上海", "钥匙交给房东了")
    assert max(levels) <= 1


def test_a_wish_and_later_a_means_make_it_high() -> None:
    """The pieces of a plan told in two messages would never be put together."""
    assert play("我不想活了", "安眠药都攒够了")[-1] >= 3
