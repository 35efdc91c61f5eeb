"""The level of a talk: it adds up, it does not fall by itself, and product questions are forgiven."""

from __future__ import annotations

import json

import pytest

from bot.risk import Context, Reader, TalkReader
from bot.risk.felt import strongly
from bot.risk.talk import State
from bot.risk.types import Signal, Verdict
from bot.risk.whose import claims_own

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


def test_a_message_like_an_emergency_after_high_danger_is_one() -> None:
    """A last "等她们睡熟我就出门" from somebody with a plan would be answered as one more sad sentence."""
    grave = Verdict(4, 0.95, (), False, 0.0, "full", ())
    faint = Verdict(4, 0.6, (), False, 0.0, "full", ())
    known = State(level=3, ideation=True)
    assert TALK._together("出门了", set(), grave, known)[0] == 4
    assert TALK._together("出门了", set(), faint, known)[0] == 0
    assert TALK._together("出门了", set(), grave, State(level=2, ideation=True))[0] == 4
    assert TALK._together("出门了", set(), grave, State(level=2))[0] == 0


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


def told(*texts: str) -> list[tuple[bool, bool]]:
    """Turn by turn: is the talk about another person, and has the writer spoken of an own wish?"""
    state = None
    found = []
    for text in texts:
        _, state = TALK.read_turn(text, None, state)
        state = json.loads(json.dumps(state))
        found.append((bool(state["third_party"]), bool(state["own"])))
    return found


def test_a_talk_about_another_stays_about_them() -> None:
    """A mother or a son would be asked in the third message whether they want to die themselves."""
    for texts in (
        ("我室友坐在天台边上说要跳 我在她后面", "她不让我过去 一直哭", "我现在腿软"),
        ("我男朋友说分手就死给我看", "他老这样", "他又发 说别来了 来了也晚了"),
        ("我弟发消息说不想活了", "他一个人租房 我在外地", "我也快撑不住了"),
        ("我爹把你家的药藏炕洞里了", "昨儿跟我哥干仗 说活腻了", "我今晚搁这住"),
    ):
        assert told(*texts)[-1] == (True, False), texts


def test_who_came_for_another_and_speaks_of_an_own_wish_is_heard() -> None:
    """ "A friend" is often the writer; both would be lost if the talk could never turn to them."""
    assert told("我朋友说不想活了", "其实是我自己想死") == [(True, False), (False, True)]
    assert told("我弟说不想活了", "他走了我也不想活了")[-1] == (False, True)


def test_an_own_wish_is_not_handed_to_a_relative_who_is_named() -> None:
    """Somebody in danger would be thanked for looking after another and never asked."""
    for texts in (
        ("我不想活了", "我妈说她也不想管我"),
        ("我跟老公吵架了 不想活了",),
        ("他说分手 我就去死",),
        ("不想活了",),
    ):
        assert told(*texts)[-1] == (False, True), texts


def test_a_mourner_is_not_taken_for_somebody_who_looks_after_another() -> None:
    """Who lost a son to suicide and wishes to follow would be treated as a worried relative."""
    assert told("我儿子去年跳楼走了", "不想活了")[-1] == (False, True)


@pytest.mark.parametrize(
    "text",
    [
        "我说的是我自己呀，不是她", "没人死！要死的是我 行了吧", "欠钱的是我，想死的也是我",
        "行吧，不装了，没有朋友，是我", "是我，我自己累",
        "There is no 'they'. It's ME.", "I'm the one you're asking about",
    ],
)  # fmt: skip
def test_who_says_that_they_speak_of_themselves_is_believed(text):
    """Somebody who had to say it twice left the chat: the bot went on asking about "her"."""
    assert claims_own(text)


@pytest.mark.parametrize("text", ["说的是我妈", "想死的是我家绿萝", "是我朋友", "不是我，是我姐", "他说是我逼的"])
def test_who_speaks_of_another_is_not_taken_for_them(text):
    """A mother at the door would be asked about herself."""
    assert not claims_own(text)


def test_a_sister_who_is_named_does_not_turn_a_talk_about_oneself() -> None:
    """A widow would be asked about her sister, and her own order would not be held."""
    assert told("我不想活了", "有个妹妹在台中，她有小孩，怕吓到她")[-1] == (False, True)


def test_who_wishes_to_go_together_speaks_of_themselves() -> None:
    """A carer with everything prepared for two would be treated as a worried relative, and nothing held."""
    assert told("照顾他八年了 我也七十了", "不想拖累孩子 想跟老伴一块走了算了 药都备好了")[-1] == (False, True)
    assert told("我奶奶说想跟爷爷一块走 药都备好了")[-1] == (True, False)


def test_a_note_left_by_a_friend_last_night_is_the_friend_s() -> None:
    """Who worries for a friend met in a game would be asked about their own suicide."""
    assert told("是我打游戏认识的一个朋友，昨晚留言说不想活了，后来就不回我")[-1] == (True, False)
    assert told("昨晚留言说不想活了", "不是我啊，是我朋友")[-1][0]


def test_a_foolish_thing_and_then_what_was_swallowed_is_an_emergency() -> None:
    """Somebody who swallowed something and is afraid would be asked about a damaged parcel."""
    assert play("客服，我做了件傻事", "我吃了不该吃的东西，一下子吃了好多，现在有点后悔")[-1] == 4
    assert play("我做了件傻事 地址填错了", "午饭吃了再改")[-1] == 0


def test_a_minor_who_gives_things_away_is_looked_at() -> None:
    """A boy who leaves his headphones to his deskmate would be shown to nobody."""
    assert play("我17 这耳机不要了 留给我同桌吧", context=Context(minor=True)) == [1]
    assert play("我17 这耳机不要了 留给我同桌吧") == [0]


def test_marks_of_one_s_own_making_are_no_claim_about_whose_danger_it_is() -> None:
    """A girl who says that she cut herself would be answered as if she had been mistaken for somebody else."""
    assert not claims_own("我手臂上有印子 是我自己划的") and claims_own("是我，我自己累")


def test_what_others_think_of_one_is_no_wish() -> None:
    """Who says that she does not mean to die would be read as planning it."""
    assert play("划一下能好点", "不想打电话 你是不是觉得我要自杀 我真没有")[-1] <= 2
    assert play("你听懂没有！我想死所以吃了 刚才吃的")[-1] == 4


def test_a_farmer_in_haste_is_no_danger_by_feeling_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who scolds the shop about a spray for his orchard would be asked about suicide."""
    talk = TalkReader(Reader(None))
    monkeypatch.setattr(talk, "_learned", lambda message, now: 2)
    verdict, _ = talk.read_turn("我给果树打草 后天就得打 赶不赶得上", None, None)
    assert verdict.level <= 1
    verdict, _ = talk.read_turn("地里啥也没有 你别问打草干嘛", None, None)
    assert verdict.level == 2


def test_eaten_after_the_wish_is_an_emergency_without_a_name_for_it() -> None:
    """Without it: "half an hour ago, it is down" from somebody who spoke of dying gets a counselling line."""
    assert play("不想活了", "已经做了 半小时前 吃下去了")[-1] == 4
    assert play("不想活了", "我都吃了 别问了")[-1] == 4


def test_a_meal_after_the_wish_is_a_meal() -> None:
    """Without it: who ate their supper after all gets an ambulance."""
    assert play("不想活了", "刚吃了点饭 好一点")[-1] < 4
    assert play("不想活了", "晚饭已经吃完了")[-1] < 4


def test_a_time_in_a_plain_sentence_is_no_tonight() -> None:
    """Without it: "he is back only tomorrow morning, what if nobody answers" sends police to a customer in bed."""
    levels = play("不想活了 安眠药都攒够了", "阿凯在上班呀 明早才回 打通没人接怎么办")
    assert levels[-1] == 3


def test_a_place_or_an_hour_beside_nothing_grave_is_no_emergency() -> None:
    """An old lady at her window would be sent the police for a tree outside (q17); "tonight" still counts."""
    before = ("老天怎么不收我 活够了呀 药都攒着",)
    assert play(*before, "窗口这棵桂花还是我跟阿珍一起看着开的")[-1] == 3
    assert play(*before, "我今晚就从楼上跳下去")[-1] == 4


def test_saying_it_for_the_last_time_is_no_farewell() -> None:
    """Who explains for the third time would be taken for somebody who takes leave (q07)."""
    before = ("我不想活了 安眠药都攒够了",)
    assert play(*before, "我说最后一次 不要给我打电话")[-1] == 3
    assert play(*before, "谢谢你们 永别了")[-1] == 4


def test_the_state_says_what_the_lists_heard() -> None:
    """What was only felt would be taken for an answer, and the question for the time or the way left unasked."""
    _, state = TALK.read_turn("我不想活了 今晚就吃药", None, None)
    assert {"ideation_active", "time"} <= set(state["ruled"])
    _, state = TALK.read_turn("嗯", None, state)
    assert state["ruled"] == []


def felt(level: int, score: float, *signals: Signal) -> Verdict:
    """A message as a learned reader would read it."""
    return Verdict(level, score, tuple(signals), False, 1.0, "full", ())


@pytest.mark.parametrize(
    ("text", "rule", "level"),
    [
        ("相机还是留着吧 先不退 我打给阿健了 再见", "goodbye/h1", 3),
        ("再见", "goodbye/h1", 4),
        ("相机留给你们 下辈子再见 不用回", "goodbye/7", 4),
    ],
)
def test_the_end_of_a_chat_is_no_last_word(text: str, rule: str, level: int) -> None:
    """Who has found somebody to call and says goodbye would be told to dial the emergency number."""
    word = Signal("goodbye", 0, 2, text[:2], rule)
    now = State(level=3, turn=4, ideation=True, text=text, text_whole=text)
    raised, _ = TALK._together(text.replace(" ", ""), {"goodbye"}, felt(3, 0.9, word), now)
    assert max(3, raised) == level


def test_a_hint_beside_a_feeling_is_no_preparation() -> None:
    """ "刚打了又删了" of a lamp would stand for a plan, and its sender be asked for the day of it."""
    now = State(level=2, turn=4, ideation=True)
    hint, plain = (
        Signal("preparation", 0, 1, "删", "preparation/h2"),
        Signal("preparation", 0, 1, "写", "preparation/2"),
    )
    assert TALK._together("刚打了又删了", {"preparation"}, felt(2, 0.9, hint), now)[0] == 0
    assert TALK._together("信写好了", {"preparation"}, felt(2, 0.9, plain), now)[0] == 3


@pytest.mark.parametrize(
    ("level", "score", "due"), [(4, 0.9, True), (3, 0.86, True), (3, 0.7, False), (2, 0.9, False), (2, 0.97, True)]
)
def test_a_message_felt_strongly_is_neither_talked_down_nor_forgotten(level: int, score: float, due: bool) -> None:
    """ "我过会儿就不在了 不用回了" after plain shop talk would be answered with a parcel."""
    verdict = felt(level, score)
    assert strongly(verdict) is due
    assert (TALK._kept(verdict, State(turn=3), 2) == 2) is due
