"""Whose danger it is: a correction in any words, in four ways of writing, switches at once and for good."""

from __future__ import annotations

import pytest

from bot.conversation.plan import plan
from bot.risk import Reader
from bot.risk.talk import TalkReader
from bot.risk.whose import claims_own, disclaims_own, names_another, reports

NOT_ME = """
不是我啊，是我朋友
不是我
不是我。是我的学生，一个十三岁的男孩
您误会了，不是我。是我的学生
不是我 是老顾 我没事
我说的是我弟
是我妈不是他，也不是我
想死的不是我，是她
不想活的是我女儿
我没事，是我妈
我安全啊 是我老公
你搞错人了，是我同学
我是她妈妈，她不肯开门
我是替我妹妹问的
不是我要自杀，是我弟
是我闺蜜想不开
都说了不是我
我担心的是她
我說的是我弟弟 不是我
我講的是我室友啦
你搞錯了，說的是我妹
不好意思，不是我，是我同事
哎哟 俺没有 说的是孩子 俺家小舵
不是俺 是孩子
您誤會了，是我學生
唔係我 係我細佬
唔係我啊，係我阿媽
我講緊我個女呀
佢唔係我
係佢唔係我
No, not me, I am okay
Not me in danger.
It's not me, it's my friend
It is my friend Anya.
I meant my friend
I am asking for my friend
I'm worried about my sister
You not understand me, I am not sick, it is my friend
Me? No, nothing, I am not in danger. It is Anya
this is not about me
She is the one who wants to die
I'm talking about my brother
""".strip().splitlines()

STILL_ME = """
不是我不想活 是活不下去
又不是我的错
不是我，是他们逼我的
这个不是我买的
签收的是我妈
骂我的是我爸，他喝酒
放不下的是我妈
说的就是我自己
我说的是我自己呀，不是她
没死！要死的是我
不是朋友，是我
我不想活了 不是我妈的错
想死的是我家绿萝
你背的是表，不是我。就到这里。
我不是我媽親生的
I want to die
she left me and I want to die
it's me, not my friend
don't leave me, not again
I can call my friend
""".strip().splitlines()


@pytest.mark.parametrize("text", NOT_ME)
def test_who_says_that_it_is_somebody_else_is_believed(text):
    """Without it: a daughter, a workmate, a teacher is told to move away from the danger they only report."""
    assert disclaims_own(text) and not claims_own(text)


@pytest.mark.parametrize("text", STILL_ME)
def test_a_not_that_corrects_something_else_turns_nothing(text):
    """Without it: somebody who wants to die is thanked for looking after another and never asked."""
    assert not disclaims_own(text)


@pytest.mark.parametrize(
    "text",
    ["没有替朋友问呀 是我 你老是弄错", "不是我朋友，是我", "唔係朋友，係我", "我講嘅就係我自己", "I mean myself"],
)
def test_who_takes_the_friend_back_is_heard_as_themselves(text):
    """Without it: somebody who hid behind "a friend" and then dared to say "me" is asked about TA again."""
    assert claims_own(text)


def test_a_bare_answer_names_another():
    """Without it: "是我弟", to the question whether they think of suicide, is no answer."""
    assert names_another("是我弟") and names_another("It is Anya.") and not names_another("骂我的 是我爸")


@pytest.mark.parametrize(
    ("text", "brought"),
    [
        ("是学生在周记里写了一句话，说下周一的座位可以给别人", True),
        ("她昨晚发语音说以后别往家打了 你好好过", True),
        ("我跟你说他有点想不开", True),
        ("She said to me after Sunday I will not be tired", True),
        ("now she gives it to me for free", True),
        ("他发消息说分手 别找我了", False),
        ("我老公说我像在交代遗言", False),
        ("He said he doesn't love me, we broke up", False),
    ],
)
def test_what_another_wrote_before_dying_is_the_news(text, brought):
    """Without it: a teacher who brings a pupil's note is asked whether they think of suicide; or a broken heart is."""
    assert reports(text) == brought


@pytest.fixture(scope="module")
def reader() -> TalkReader:
    """Rules only: what is learned comes and goes with training."""
    return TalkReader(Reader(None))


def sides(reader, *texts):
    """Of whom each reply speaks, at level 3, as the memory and the talk reader keep it."""
    state, memory, seen = None, None, []
    for text in texts:
        verdict, state = reader.read_turn(text, None, state)
        names = [s.name for s in verdict.signals]
        made = plan(text, level=3, signals=names, talk=state, memory=memory, intent=None, confidence=0.0,
                    third_party=verdict.third_party)  # fmt: skip
        memory = made.memory
        seen.append(made.who)
    return seen


@pytest.mark.parametrize(
    "texts",
    [
        ("他在家里说不想活了，我好怕", "不是我，是我弟", "我自己也快撑不住了", "他把药吃下去了", "怎么打110"),
        (
            "Hello, I feel very sad today",
            "Not me, it's my friend Anya",
            "She said yes, she wants to die",
            "I am scared",
        ),
        ("我很難過 睡不著", "不是我啦 是我室友", "她說想跳下去", "我該說什麼"),
        ("好唔掂呀", "唔係我 係我細佬", "佢話唔想喺度", "我驚到震"),
        ("心里堵得慌", "您误会了，不是我。是我的学生", "他写了想好的地方", "今晚去了说什么"),
    ],
)
def test_a_talk_about_another_stays_so(reader, texts):
    """Without it: after the third message the friend in the dormitory is asked about her own suicide again."""
    assert set(sides(reader, *texts)[1:]) == {"other"}


@pytest.mark.parametrize(
    "texts",
    [
        ("不是我，是我朋友", "其实就是我自己想死"),
        ("我弟说不想活了", "他要是死了 我也不想活了"),
        ("Not me, it's my friend", "She said it, but I want to die too"),
        ("唔係我 係我朋友", "其實係我自己想死"),
    ],
)
def test_an_own_wish_turns_it_back(reader, texts):
    """Without it: who came for another and then speaks of dying themselves is never asked."""
    assert sides(reader, *texts)[-1] == "self"


def test_what_was_asked_of_the_other_is_no_wish_of_ones_own(reader):
    """Without it: the workmate who dared to ask "do you want to die" is asked the same a minute later."""
    told = sides(reader, "老顾说他不想活了", "我问了 我说老顾你是不是不想活了 他哭了")
    assert told == ["other", "other"]
    told = sides(reader, "My friend said she wants to die", 'If I ask "do you want to die", is it bad?')
    assert told == ["other", "other"]


def test_who_can_come_is_not_whose_danger_it_is():
    """Without it: "是我室友", to "who is near you", makes the room-mate the one in danger."""
    asked = {
        "turn": 3,
        "pending": "companion",
        "speaks_for": "self",
        "told": {"suicide": 2},
        "asked": {"companion": [3]},
    }
    made = plan("是我室友", level=3, signals=[], talk={"own": 2}, memory=asked, intent=None, confidence=0.0)
    assert made.who == "self" and made.memory["person"] == "室友"


def test_who_is_to_be_called_is_not_whose_danger_it_is():
    """Without it: a parent on a bridge who says whom to call is thanked for looking after her sister."""
    assert not names_another("我在桥上了 孩子在家 麻烦把收货电话那个人叫一下 是我姐")
    assert names_another("我安全啊 我在墨尔本 是我妈")
