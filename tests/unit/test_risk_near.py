"""Means at hand and a time that runs out make the highest level of somebody already known to be in high danger."""

from __future__ import annotations

import pytest

from bot.risk.near import at_hand_and_soon, at_least, poisoned, runs_out, silent_behind_a_door, still_bleeding


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


@pytest.mark.parametrize(
    ("text", "before"),
    [
        ("还在流 有点冷", ["纱布最快多久到", "手腕 我自己弄的", "毛巾都湿透了"]),
        ("it wont stop bleeding", ["i cut myself"]),
    ],
)
def test_a_wound_of_ones_own_that_goes_on_bleeding(text, before):
    """Who asks for gauze with a wet towel round the wrist would be asked how they came to that decision."""
    assert still_bleeding(text, before)
    assert not still_bleeding(text, ["切菜切到了，菜刀太快"])


def test_a_last_word_from_behind_a_door():
    """ "门锁怎么从外面开", after a last word from behind it, would be a question about a lock."""
    before = ["我老婆锁在卫生间", "刚给我发了句 照顾好女儿"]
    assert silent_behind_a_door("叫她不应 里头没声", before)
    assert silent_behind_a_door("那门锁怎么从外面开，敲了不开", before)
    assert not silent_behind_a_door("叫她不应 里头没声", ["猫锁在卫生间了"])
    assert not silent_behind_a_door("锁多少钱", before)


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("明天星期一。我就到天亮前", True),
        ("我只撑到天亮", True),
        ("过了今晚就不用再醒了", True),
        ("明天起就没有我这个人了", True),
        ("我就到早上九点半上班", False),
        ("过了今晚就打折了", False),
        ("明天就没有我要的尺码了", False),
    ],
)
def test_ones_own_time_runs_out(text, ends):
    """A boy who gives himself until dawn would be asked about his past; a size sold out tomorrow is no emergency."""
    assert runs_out(text) is ends


@pytest.mark.parametrize(
    ("text", "before", "category", "found"),
    [
        ("有点后悔嘴里好烧", ["刚把你们那瓶喝了"], "清洁", True),
        ("刚把那瓶喝了喉咙痛", [], "农药", True),
        ("要不要紧啊", ["刚把你们那瓶喝了"], "清洁", False),
        ("有点后悔嘴里好辣", ["刚把你们那瓶吃了"], "辣酱食品", False),
        ("后悔买了", ["那瓶收到了"], "清洁", False),
    ],
)
def test_something_harmful_was_drunk(text, before, category, found):
    """Who drank a cleaner and regrets it was asked what should be done with the order."""
    assert poisoned(text, before, category) is found


def test_pills_saved_up_are_heard_in_english():
    """A woman who waits for her sister's wedding was told how returns work."""
    assert at_least("got pills saved up already", "gotpillssavedupalready", [], "", 0, ())[0] == 3
    assert at_least("my meds are on time, saved 20% on the pill box", "x", [], "", 0, ())[0] == 0


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("你们家那个除草的，奶奶刚才喝了", True),
        ("我娃刚才喝了洁厕液 不小心", True),
        ("除草剂喝了会怎么样", False),
        ("刚才打完药 管道疏通剂也灌进去了", False),
        ("洗衣液没喝 就是闻了闻", False),
        ("除草剂猫喝了一口", False),
    ],
)
def test_a_poison_that_was_just_swallowed_is_an_emergency(text, found):
    """A child of eleven whose grandmother drank it read: first do not call, ask your parents over."""
    assert poisoned(text, [], "农资") is found


@pytest.mark.parametrize(
    ("text", "level", "wanted"),
    [
        ("我在我们单位楼顶，坐边上了", 3, 4),
        ("他骑在栏杆外面", 2, 4),
        ("我在我们单位楼顶，坐边上了", 1, 1),
        ("天台边上站着拍照呢", 3, 3),
        ("坐在桥边", 3, 4),
    ],
)
def test_who_sits_on_the_edge_of_a_height_and_is_in_danger_is_at_level_four(text, level, wanted):
    """From the edge of a roof they wrote that the shoes are warm, and were asked whether they will do it tonight."""
    assert at_least(text, text, [], "", level, ())[0] == wanted


@pytest.mark.parametrize(
    ("text", "before", "level", "wanted"),
    [
        ("有点困", ["药吃了", "刚才"], 2, 4),
        ("药吃了 头好晕", [], 3, 4),
        ("有点困", ["药吃了"], 0, 0),
        ("有点困", ["药没吃"], 2, 2),
        ("有点困 上了一天班", ["嗯"], 2, 2),
    ],
)
def test_who_took_something_and_grows_drowsy_is_at_level_four(text, before, level, wanted):
    """Who wrote "药吃了", "刚才" and "有点困" of one night were three questions from us, and no ambulance."""
    assert at_least(text, text, before, "宠物用品", level, ())[0] == wanted


@pytest.mark.parametrize(
    ("text", "level"),
    [("加急 要 今夜 我 没了 鞋 到", 3), ("今晚我就不在了", 3), ("今晚我没了胃口", 0), ("今晚货没了", 0)],
)
def test_who_says_that_tonight_they_are_gone_is_at_level_three(text, level):
    """A cleaner who types one word at a time was asked "how did you come to plan this", and then about shoes."""
    assert at_least(text, "x", [], "", 0, ())[0] == level
