"""Words and names by which customers speak of people, and whether it is 她 or 他. Pure."""

from __future__ import annotations

import re

#: Short names of relations, as they are said to somebody else.
FULL = {"妈": "妈妈", "爸": "爸爸", "姑": "姑姑", "姨": "阿姨", "舅": "舅舅", "叔": "叔叔", "婶": "婶婶",
        "娘": "妈妈", "爹": "爸爸", "老娘": "妈妈", "老爹": "爸爸", "爷": "爷爷", "奶": "奶奶", "姊": "姐姐",
        "姊姊": "姐姐",
        "哥": "哥哥", "姐": "姐姐", "弟": "弟弟", "妹": "妹妹", "阿妈": "妈妈", "阿爸": "爸爸"}  # fmt: skip
SURNAMES = (
    "张李王刘陈杨赵黄周吴徐孙马胡朱郭林罗郑梁谢宋唐许邓冯韩曹曾彭萧蔡潘田董袁余蒋杜苏魏程吕丁任卢姜崔谭廖范汪陆金石顾侯邵孟段雷钱汤尹黎"
    "易贺赖龚庞樊兰殷施陶洪翟颜倪严牛芦季俞章鲁葛伍韦申尤毕聂焦柳邢岳齐梅莫庄辛祝左涂祁舒耿牟卜詹纪靳盛童欧甄项曲阳裴席查屈鲍覃霍翁"
    "隋植甘景柏柯阮桂高方何沈夏白江叶戴邹熊秦薛阎钟武乔常康史龙万文毛郝孔秋覃简古"
)
_TITLES = (
    "奶奶|爷爷|阿姨|叔叔|大爷|大妈|大叔|大姐|大哥|大伯|伯伯|伯|婆婆|嫂子|大嫂|二嫂|大婶|二婶|三婶|[大二三四幺]娘|[大二三四幺]叔|幺爸|嬢嬢|孃孃|娘娘|嬢|孃|老汉|师傅|老师|医生|大夫|医师|护士|护工|社工|主任|主管|经理|教练|"
    "书记|支书|村长|队长|站长|所长|班长|店长|婶子|"
    "先生|太太|小姐|姐|哥|叔|姨|婶|嫂|太(?![多少大小过晚早累难好远近高低长短贵便慢快吵冷热重轻久阳平空])"
)
#: "李奶奶", "老魏", "小徐", "阿贤"; 老, 小 and 阿 begin many words that are no names.
NEIGHBOUR = re.compile(
    rf"(?<!感)(?<!社)[{SURNAMES}](?:{_TITLES})|(?<!养)老(?![是石实文武高方常万白易简古])[{SURNAMES}](?!子|土|历|板|病)"
    rf"|小(?![石白方文万龙易高康古区黄雷麦金])[{SURNAMES}](?!序|子|时|鱼|龙虾|朋|女)"
    r"|(?<![\u4e00-\u9fa5])(?P<twice>(?![谢哈嗯呵妈爸哥姐弟妹爷奶好嘿啊哎呜常天慢轻多拜您你我大小问看试刚偷买听想说等找叫打聊学走坐吃喝帮玩])[\u4e00-\u9fa5])(?P=twice)[姐哥叔姨](?![姐哥叔夫])"
    r"|阿(?![里胶莫司迪富拉尔根布斯姨妈爸公婆弟哥姐妹伯嫂爷叔姆们们仔女森卡什联])[\u4e00-\u9fa5]"
)
#: "蓮姐喺隔籬", "找泉哥": a given name with a title, where it stands as one.
GIVEN_TITLE = re.compile(
    r"(?:^|(?<=[，。,！!？? 跟找和同叫喊有搵等问是]))"
    r"((?![大小表堂家阿学师我他她佢你的个二三四五老空帅女男前房那这啥])"
    r"[\u4e00-\u9fa5][姐哥嫂叔姨婶](?!姐|哥|叔|们|夫|妹|弟))"
    r"(?=在|喺|就|会|识|说|讲|住|也|都|还|仲|来|嚟|人|吧|[，。,！!？? ]|$)"
)
#: A nickname as the answer to who could come: "小穗", "就阿檀吧".
NICKNAME = re.compile(r"^(?:就|有|嗯|那|我?叫|找|还有|只有)?([小阿老][\u4e00-\u9fa5])(?:吧|了|呗|在|咯|啊)?$")
NO_NICKNAME = frozenset(
    "小时 小孩 小心 小事 小区 小店 小猫 小狗 老婆 老公 老师 老板 老家 老样 老子 老人 老了 小的 老的 阿姨 阿妈".split()
)
#: "小雨", "小敏": what friends are called; rain, snow and shops begin so, too.
LITTLE = re.compile(
    r"(?<![下有中阵大转])小(?:雨(?![天夹转伞衣靴鞋])|雪(?![天花糕])|安(?![全排装检])|美(?![好满女人])|超(?![市人])|燕(?![麦窝子])|梅(?![花子])"
    r"|华(?![为而])|静(?![音电])|波(?![动浪折])|博(?![主士物])|英(?![语文])|军(?![队人绿装])"
    r"|宇(?!宙)|勇(?![气敢])|兰(?!花)|杰(?!作)|欣(?!慰)|佳(?![节作])|峰(?!值)|芳(?!香)"
    r"|[敏曼琳琴霞丽娜婷玲萍莉娟伟磊鹏凯斌涛辉晨辰轩涵萌倩颖慧瑶彤悦怡蓉蕊楠妮莹瑜浩航哲睿菲])"
)
#: Around such a word where it is somebody's: what they do, or who goes to them; and where it is the weather or oneself.
LITTLE_AFTER = re.compile(
    r"^(?:她|他|说|讲|在|来|陪|和|跟|是我|也|还|叫|给|没|刚|打|发|回|人|让|答应|知道|到|抱|拉|住|睡|去|走|就住|就在|离)"
)
LITTLE_BEFORE = re.compile(
    r"(?:跟|和|给|找|叫|问|让|告诉|室友|朋友|同学|同事|闺蜜|邻居|隔壁|同桌|隔壁是|就是|发给|打给)$"
)
NO_LITTLE = re.compile(r"(?:外面|今天|明天|昨天|天气|阵|场|阴|我叫|叫我|我是|名字是?|我名|本人)$")
#: Longer words that begin like a relation.
LONGER = re.compile("(?:[我俺]娘家|我奶[茶粉瓶]|我爷们|大姨妈|小姑娘|物业[费公]|前任[主领])")
#: A given name after what the person is: "室友小雨", "我同学陈默", "护工阿May".
GIVEN = re.compile(
    r"(?:室友|舍友|朋友|同学|同事|闺蜜|邻居|老乡|工友|护工|门卫|保安|学生|表[哥姐弟妹]|堂[哥姐弟妹]|同桌|下铺|"
    r"上铺|合租的|同屋的?|隔壁的?|楼下的?|发小|"
    r"前台|店长|领班|组长)(?:是|叫|名叫|，叫)?(?:((?:小|阿|老|大)[\u4e00-\u9fa5])"
    rf"|([{SURNAMES}][\u4e00-\u9fa5]{{1,2}})(?=在|说|就|是|会|能|还|人|住|来|[，。,.！!？?]|$))"
)
#: No given name follows: "同学小声说", "邻居小孩".
NO_GIVEN = re.compile(
    r"^(?:周[末一二三四五六日]|小(?:声|孩|区|心|时|组|卖|超|饭|吃|餐|商|诊|药|广|店|哥|姐|妹|弟|伙|狗|猫|学|事|额|票|号)|大(?:家|声|概|爷|妈|叔|姐|哥|人|学|"
    r"半)|老(?:师|板|是|家|婆|公|人|说|喜|爱|爸|妈)|阿(?:姨|妈|爸))"
)
_KIN = (
    "friend|colleague|coworker|sister|brother|neighbou?r|flatmate|housemate|roommate|classmate|cousin|boss|"
    "supervisor|teacher|partner|"
    "girlfriend|boyfriend|aunt|auntie|uncle|mum|mom|mother|dad|father|wife|husband|daughter|son|grandma|"
    "grandmother|grandpa|grandfather|"
    "student|niece|nephew|warden|landlord|landlady|coach|manager"
)
#: Words with a capital that are no names.
_NO_NAME = (
    "Chinese|English|Russian|French|German|Spanish|Japanese|Korean|Mandarin|Cantonese|Monday|Tuesday|Wednesday|"
    "Thursday|Friday|Saturday|Sunday|"
    "January|February|March|April|May|June|July|August|September|October|November|December|China|Wuhan|Beijing|"
    "Shanghai|Hong|God|Sorry|Please|"
    "She|He|They|It|The|This|That|You|We|My|But|And|So|What|Who|How|When|Why|Can|Could|Will|Not|No|Yes|Me|Is|"
    "If|Her|Him|Only|Now|I"
)
_PROPER = rf"(?!(?:{_NO_NAME})\b)[A-Z][a-z]{{1,11}}"
ENGLISH = re.compile(
    rf"(?:{_KIN})s?,? (?:is |is called |called |named |name is )?({_PROPER})\b"
    rf"|(?:[Mm]essage|[Tt]ext|[Cc]all|[Ww]ake|[Tt]ell|[Aa]sk|[Pp]hone|[Mm]ean|[Oo]nly|[Tt]exted|[Tt]old|"
    rf"[Ww]ith|[Ii]t is|[Ii]t.s|[Hh]er name is|[Hh]is name is) "
    rf"({_PROPER})\b(?!['’])"
)
ENGLISH_KIN = re.compile(
    rf"\b(?:[Mm]y (?:best |good |close |older |younger )?|[Tt]he |dormitory |dorm )({_KIN})\b(?! {_PROPER})|"
    rf"\b(auntie)\b"
)
#: A relation by its one character, before what that person does: "舅说警察在路上了".
BARE = re.compile(r"(?:^|(?<=[，。,！!？? ]))([舅姑姨叔婶哥姐弟妹妈爸])(?=说|讲|接|已经|刚|叫|让|打)")
#: Relations that stand before the person's own name.
INTRODUCES = frozenset(
    "室友 舍友 朋友 同学 同事 闺蜜 邻居 老乡 工友 护工 门卫 保安 学生 同桌 同屋 表哥 表姐 表弟 表妹 堂哥 堂姐 堂弟 "
    "堂妹 发小".split()
)


SHE = frozenset(
    "妈妈 太太 妻子 母亲 女友 姑姑 阿姨 婶婶 姐姐 妹妹 女儿 闺女 奶奶 外婆 姥姥 老婆 女朋友 闺蜜 表姐 家姐 阿姐 嫂子 "
    "小姨 外孙女 孙女 侄女 外甥女 表妹 堂姐 堂妹 舅妈 姑妈 姨妈 婆婆 岳母 前妻 前女友 弟媳 学姐 学妹 师姐 师妹 "
    "大姐 二姐 姑娘 女生 后妈 继母 干妈 大姨 二姨 三姨 四姨 大姑 二姑 三姑 小姑 小姑子 大姑姐 大嫂 二嫂 弟妹 婶子 "
    "大婶 二婶 三婶 伯母 表姑 表姨 表嫂 "
    "亲家母 儿媳 儿媳妇 丈母娘 闺密 大女儿 小女儿 三姐 三妹 小妹 阿婆 阿嬷 "
    "your-sister your-mum your-mom your-mother your-wife your-girlfriend your-daughter your-aunt your-auntie "
    "your-grandma "
    "your-grandmother your-niece your-landlady".split()
)
HE = frozenset(
    "爸爸 丈夫 老头子 父亲 男友 舅舅 叔叔 哥哥 弟弟 儿子 爷爷 外公 老公 男朋友 表哥 姐夫 大伯 外孙 先生 孙子 侄子 外甥 "
    "继父 后爸 后父 干爹 大舅 二舅 三舅 二叔 三叔 四叔 小叔子 大伯哥 小舅子 "
    "伯父 表叔 女婿 老丈人 哥们 大儿子 小儿子 三哥 阿公 "
    "表弟 堂哥 堂弟 公公 岳父 前夫 前男友 妹夫 学长 学弟 师兄 师弟 大哥 二哥 伯伯 姑父 姨父 姥爷 细佬 "
    "your-brother your-dad your-father your-husband your-boyfriend your-son your-uncle your-grandpa your-grandfather "
    "your-nephew".split()
)


#: Relations that are chosen, not born or married into.
_CHOSEN = frozenset(
    "闺蜜 学姐 学妹 师姐 师妹 学长 学弟 师兄 师弟 姑娘 女生 阿姨 叔叔 大姐 大哥 先生 your-landlady".split()
)


def is_kin(name: str) -> bool:
    """Whether the name is that of a relation by birth or marriage, or of a partner: often the reason, the fear or the
    one to be spared."""
    word = name.replace(" ", "-")
    return word in (SHE | HE) - _CHOSEN or word in _MORE_KIN


_MORE_KIN = frozenset(
    "老伴 爱人 对象 媳妇 婆娘 孩子 小孩 爹 娘 老爸 老妈 老爹 老娘 "
    "后妈 后爸 继母 继父 细妹 阿妈 阿爸 儿媳 女婿 儿媳妇 后父 亲戚 亲家 亲家母 小姑子 小叔子 大伯哥 "
    "小舅子 大姑姐 丈母娘 老丈人 "
    "孩子他爸 孩子他妈 孩子她爸 孩子她妈 孩子爸 孩子妈 娃他爸 娃他妈 大儿子 小儿子 大女儿 小女儿 阿公 阿婆 阿嬷 "
    # exes, and whoever one works under: not to be sent to either unless they are near, coming, or offered
    "前夫 前妻 前任 前男友 前女友 领导 主管 经理 店长 组长 班长 站长 护士长 线长 总监 导师 教练".split()
)


KIN_WORDS = frozenset(re.sub(r"[?]", "", _KIN).split("|"))


def pronoun(name: str | None) -> str | None:
    """她 or 他 where the relation tells it."""
    word = (name or "").replace(" ", "-")
    title = (
        next((t for t in sorted(_SEXED, key=len, reverse=True) if word.endswith(t)), None)
        if word[:1] in SURNAMES
        else None
    )
    word = title or word
    return "她" if word in SHE else "他" if word in HE else _SEXED.get(word)


#: Titles after a surname: 李奶奶, 王叔.
_SEXED = dict.fromkeys("奶奶 阿姨 大妈 大姐 婆婆 嫂子 太太 小姐 姐 姨 婶 嫂 娘 嬢 孃".split(), "她") | dict.fromkeys(
    "爷爷 叔叔 大爷 大叔 大哥 伯伯 先生 哥 叔 伯".split(), "他"
)
