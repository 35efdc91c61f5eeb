"""The people of a talk: who is near, asked, on the way, here, refused or dead, and who of them is in danger."""

from __future__ import annotations

import pytest

from bot.conversation import aid, circle
from bot.conversation import memory as mem
from bot.conversation import persons as people
from bot.conversation.hearing import hear
from bot.conversation.plan import plan


def after(*texts: str, other: bool = False) -> dict:
    """The talk's memory after these messages at level 3; `other`: who writes speaks for somebody else."""
    memory = mem.fresh()
    for text in texts:
        heard = hear(text, memory=memory)
        memory = mem.listen(memory, heard, (), 3)
        if other:
            memory["speaks_for"] = "other"
            circle.settle(memory, heard)
        aid.note(memory, heard, other)
    return memory


@pytest.mark.parametrize(
    ("texts", "name"),
    [
        (("门口传达室老魏灯还亮着。他没睡",), "老魏"),
        (("太太不會來。我說的是阿賢，他在附近",), "阿贤"),
        (("坐在这里等小徐来量血压",), "小徐"),
        (("李奶奶 三楼的 可是很晚了", "她在三楼我在五楼"), "李奶奶"),
        (("改成我室友小庄 就住我隔壁那间", "他打游戏戴耳机的"), "小庄"),
        (("下铺阿凯是老乡 跟他说过一次",), "阿凯"),
        (("大学室友老潘同城，每周打球",), "老潘"),
        (("我同学陈默在楼下",), "陈默"),
        (("隔壁的阿May好人嚟", "阿芳喺隔篱"), "阿芳"),
        (("樓下王伯未瞓",), "王伯"),
        (("My friend Lena lives next door",), "Lena"),
        (("my supervisor is kind",), "your supervisor"),
    ],
)
def test_who_is_named_is_kept_and_used(texts, name):
    """Without it: the doorman with his light on is passed over and "is there anybody near you" is asked again."""
    assert after(*texts)["person"] == name


@pytest.mark.parametrize(
    "text",
    [
        "老板你好 老师傅说的",
        "小时候的事 小心点",
        "阿里旺旺 阿胶糕",
        "小程序打不开",
        "老家的房子",
        "小金额 小米手机",
        "小文件 老实人",
        "There is only Chinese. Monday is fine.",
    ],
)
def test_a_word_that_looks_like_a_name_is_none(text):
    """Without it: 阿胶 or Monday is asked to come and sit beside somebody."""
    assert after(text)["person"] is None


@pytest.mark.parametrize(
    ("text", "name", "standing"),
    [
        ("好了小徐推着血压车来了", "小徐", people.HERE),
        ("我敲了 里面有声音 李奶奶出来了", "李奶奶", people.HERE),
        ("妈妈抱我了", "妈妈", people.HERE),
        ("三个室友都在旁边 能撤回吗", "室友", people.HERE),
        ("我老公喺我旁邊", "老公", people.HERE),
        ("嫂子上来了 坐他边上呢", "嫂子", people.HERE),
        ("auntie is here with us", "your auntie", people.HERE),
        ("我姐说马上过来", "姐姐", people.COMING),
        ("auntie is coming up", "your auntie", people.COMING),
        ("我给我哥打了电话", "哥哥", people.ASKED),
        ("我叫醒了我妈", "妈妈", people.ASKED),
        ("我打不通我妈", "妈妈", people.SILENT),
        ("我爸不接电话", "爸爸", people.SILENT),
        ("太太帶孩子回娘家了", "太太", people.FAR),
        ("儿子一听就要给我换院", "儿子", people.REFUSED),
        ("你又叫我喊儿子", "儿子", people.REFUSED),
        ("也怕這些話以後被我太太拿去爭小孩", "太太", people.REFUSED),
        ("不许找我老婆孩子", "老婆", people.REFUSED),
        ("她不会陪我去的，我老婆不肯来", "老婆", people.REFUSED),
        ("我没说叫朋友呀", "朋友", people.REFUSED),
        ("唔好搵我老豆 唔好話畀阿媽知", "妈妈", people.REFUSED),
        ("don't call my mother please", "your mother", people.REFUSED),
        ("我阿媽舊年走咗喇…你叫佢點陪我 我就係冇阿媽喺度", "妈妈", people.GONE),
        ("我爸爸在天上", "爸爸", people.GONE),
        ("阿珍要是在 听了要笑死的", "阿珍", people.GONE),
        ("男朋友上个月分了", "男朋友", people.GONE),
        ("my grandmother died last year", "your grandmother", people.GONE),
        ("东西我和嫂子收走了", "嫂子", people.NAMED),
    ],
)
def test_how_somebody_stands(text, name, standing):
    """Without it: who is dead or refused is offered again, and who has just come is asked for."""
    assert hear(text).persons.get(name) == standing


def test_whoever_was_refused_stays_so_until_they_come():
    """Without it: "no, not my wife" is forgotten as soon as she is mentioned in the next room."""
    assert after("别叫我老婆", "老婆在隔壁睡着")["person"] is None
    assert after("别叫我老婆", "我老婆醒了过来了 抱着我")["person"] == "老婆"


@pytest.mark.parametrize(
    "texts",
    [
        ("叔叔 我的挖掘机可以寄两份吗", "叔叔你没听懂", "叔叔怎么办"),
        ("客服小姐姐 谢谢你", "姐姐你别走"),
        ("小同志你们的老花镜", "小同志你不要急着打发我"),
        ("阿姨，我睡不着", "阿姨再见"),
        ("哥哥，你在吗"),
    ],
)
def test_what_the_customer_calls_us_is_nobody_to_fetch(texts):
    """Without it: a boy of eleven who calls us 叔叔 is told to tell 叔叔 first and see a doctor with him."""
    memory = after(*([texts] if isinstance(texts, str) else texts))
    assert memory["person"] is None and not memory["persons"]


def test_my_own_uncle_is_one_all_the_same():
    """Without it: a child who calls us 叔叔 could never name the uncle next door."""
    assert after("叔叔你好", "我叔叔在隔壁")["person"] == "叔叔"


@pytest.mark.parametrize(
    ("texts", "name", "sex"),
    [
        (("就我同屋的老顾 他就坐我对面床上 他有点想不开", "他只听食堂嫂子的 她就在楼下"), "老顾", "他"),
        (
            ("是我的学生，一个十三岁的男孩，他写了想好的地方", "他奶奶住同一条街，今晚先找奶奶可以吗", "是男孩"),
            "学生",
            "他",
        ),
        (("我打不通我妈", "她昨晚发语音说你好好过", "我舅舅在抚顺 他肯打"), "妈妈", "她"),
        (("my friend gave me her rice cooker", "It is my friend Anya. She wants to die"), "Anya", "她"),
        (("My brother says he wants to die", "my mother is here, she cries"), "your brother", "他"),
        (("我弟發訊息說不想活了", "她不知道，我媽還在睡"), "弟弟", "他"),
        (("我細佬話唔想喺度", "阿媽瞓咗 佢唔知"), "细佬", "他"),
    ],
)
def test_the_one_in_danger_keeps_name_and_sex(texts, name, sex):
    """Without it: the workmate's friend is called 她 five times because a woman from the canteen was named."""
    memory = after(*texts, other=True)
    assert memory["whom"]["name"] == name and memory["ta"] == sex
    assert name not in memory["persons"] and memory["person"] != name


def test_a_correction_of_she_and_he_holds():
    """Without it: "他在这 不是她" is read and the next reply says 她 again."""
    memory = after("我朋友说不想活了，她把门锁了", "不是她 是他", "嫂子在，她陪着", other=True)
    assert memory["ta"] == "他"
    assert after("我家里人说不想活了 他不开门", "是我妈不是他", other=True)["ta"] == "她"


def test_nothing_said_is_no_sex():
    """Without it: a friend of whom nothing was said is called 他."""
    assert after("我朋友说不想活了", other=True)["ta"] is None


def test_helpers_of_who_speaks_for_another_have_their_own_place():
    """Without it: the sister-in-law who sits beside him is not used, and "who is near" is asked again."""
    memory = after("老顾想不开", "嫂子上来了 坐他边上呢", other=True)
    assert aid.helpers(memory) == {"beside": "嫂子"} | ({"ta": memory["ta"]} if memory["ta"] else {})
    memory = after("我的学生写了遗书", "他奶奶住同一条街 对他好", "他爸爸下手很重", other=True)
    assert "奶奶" in aid.helpers(memory).values() and memory["persons"]["爸爸"] == people.HURTS


def test_your_sister_is_said_in_english_only():
    """Without it: a Chinese sentence asks whether your sister can come."""
    assert not circle.readable("your sister", {"language": "zh"}) and circle.readable("your sister", {"language": "en"})
    assert not circle.readable("嫂子", {"language": "en"})


def step(memory, text, level=3):
    """The plan after one more message of somebody who speaks of their own danger."""
    talk = {"own": 1, "ruled": []}
    return plan(text, level=level, signals=[], talk=talk, memory=memory, intent=None, confidence=0.0)


def test_who_has_come_is_not_asked_for():
    """Without it: the nurse stands there with her trolley and is asked for once more."""
    known = {**mem.fresh(), "turn": 4, "told": {"suicide": 2}, "speaks_for": "self",
             "asked": {"suicide": [2], "companion_refer": [3], "refer": [3]},
             "persons": {"小徐": "named"}, "last_refer": 3, "level": 3}  # fmt: skip
    made = step(known, "好了小徐推着血压车来了 我讲给她听去")
    assert made.step not in {"companion", "companion_refer"} and "here" in made.memory["told"]
    assert made.memory["person"] == "小徐"


def test_a_call_that_came_is_nobody_at_the_door():
    """Without it: "my mother's message came" ends the questions as if she sat beside them."""
    assert hear("我妈来了电话").persons["妈妈"] != people.HERE
    assert hear("她来了吗 我妈来了就好了").persons["妈妈"] != people.HERE


@pytest.mark.parametrize(
    "text", ["养老钱都没了", "老毛病了", "老同学周末聚", "每天念感谢大哥", "社区医生下午来", "小孙女礼拜天来"]
)
def test_part_of_a_word_is_no_name(text):
    """Without it: the money for old age (养老钱) is asked to come over."""
    assert not {"老钱", "老毛", "周末", "谢大哥", "区医生", "小孙"} & set(hear(text).persons)
