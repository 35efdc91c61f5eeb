"""Words by which `aid` hears who can get to somebody in danger, and what is told of that one. Pure.

Written for simplified text with Cantonese words as they are; one clause at a time.
"""

from __future__ import annotations

import re

CLAUSE = re.compile(r"[\s，。,.!！?？;；、…~～：:“”\"]+(?![a-z])|(?<=[a-z])[,.;!?]\s*", re.IGNORECASE)
#: Somebody else is the subject; the writer is.
TA = re.compile(
    r"^(?:我知道|听说|今天|昨天|昨晚|现在|刚才|今晚|而家|就|只|但|"
    r"可|不过|因为)*(?:他|她|佢|TA|he\b|she\b|they\b)",
    re.I,
)
KIN_OF_MINE = re.compile(
    r"我(?:的|家)?(?:妈|爸|姐|哥|弟|妹|儿|女|老婆|老公|媳妇|孩|娃|"
    r"孙|徒弟|学生|奶|爷|外|姑|姨|舅|表|堂|同|室友|朋友|闺蜜|太太|先生)"
)
OWN = re.compile(
    r"^(?:因为|但|可|那|就|要是|如果|让我好好读书)*(?:我|俺|本人)(?!(?:的|"
    r"家)?(?:妈|爸|姐|哥|弟|妹|儿子|女儿|老婆|老公|徒弟|学生))|\bi(?:.?m|"
    r" am)\b",
    re.I,
)
SAYS = re.compile(r"(?:说|讲|话|看见|看到|发现|says?|saw)(?:刚|他|她|佢|在)")
#: Who answers for a place and is often named by it alone.
ROLES = re.compile(
    "村医|物业|看更|管理员|楼长|网格员|值班(?:员|室|的)|宿管|门卫|保安|前台|房东|landlady|landlord|caretaker|doorman"
)
#: What makes somebody the one to be sent.
HAS_KEY = re.compile(
    r"(?:有|拿|带|放|留|备用|管|存)[^，。]{0,12}(?:钥匙|锁匙|锁鑰|房卡|"
    r"门卡)|(?:钥匙|锁匙|房卡)[^，。]{0,4}(?:在|放)|\b(?:spare|has "
    r"(?:a|the|his|her)) keys?\b",
    re.IGNORECASE,
)
NEAR = re.compile(
    r"隔壁|对门|对面|隔篱|楼上|楼下|一层楼|同层|同一(?:层|栋|个)|本市|同城|"
    r"附近|跟前|值班|一条街|一个院|一个(?:办公室|车间|宿舍|班)|天天见|常去"
    r"|(?:在|喺|住)[^，。]{0,4}(?:那(?:边|个?村)|村|小区|学校|宿舍|厂里?|楼里?|单位|公司|院里|这边|客厅|家|屋)"
    r"|(?:[一二两三五十半\d]+|几)(?:来|多)?(?:分钟|步路)|(?:在|喺度|喺)$|过来$|(?:晚上|马上|就)过来"
    r"|next door|downstairs|upstairs|nearby|same (?:floor|building)|lives? close",
    re.IGNORECASE,
)
FAR = re.compile(
    r"外地|外头|外面打工|打工|国外|老家|乡下|出差|一样远|住得远|离得远|好远|很远|"
    r"(?:[一二两三半\d]+|几)个?(?:月|年|礼拜)[^，。]{0,3}(?:来|回)一?(?:次|趟)"
    r"|返工|上班|看店|上夜班|不在家|\bfar away\b|\babroad\b"
)
#: Named only to say that it leads nowhere.
NO_USE = re.compile(
    r"(?:说|讲|告诉|找|叫)(?:她|他|佢|了|咗)?[^，。]{0,3}(?:有)?(?:啥|"
    r"什么|咩|乜)用|(?:去|来|能)(?:个|了|咗)?(?:啥|干啥|做咩)$|没用|冇用"
    r"|不懂$|不管|帮不(?:上|了)|不(?:让|准|许)[^，。]{0,4}(?:进|来|管)|"
    r"不认$|讲不通|指望不上|(?:净系|就|只|光)(?:识|会|知道)(?:讲|说)|唔好(?:叫|搵)"
    r"|会(?:打|骂)(?:她|他|佢|人)|爆$|脾气(?:爆|大|坏)|喝(?:多|醉)|坐牢|走了|走咗|no use|useless"
)
#: Between the one in danger and the helper named beside it.
AT_ODDS = re.compile(r"吵过架|不让(?:他|她|佢)?进门|翻脸|不来往|绝交|断绝|不说话了")
#: Too frail to be sent.
OLD = re.compile(
    r"经不起|受不(?:了|起)|心脏|走不动|腿脚|瘫|眼睛?(?:看不|瞎)|耳(?:背|"
    r"聋)|[七八九]十(?:多|几|来|[一二三四五六七八九])?(?:岁|了|$)"
)
#: Can be told at least: a telephone, an address of ours, somebody they listen to.
REACHABLE = re.compile(
    r"电话|微信|手机号|whatsapp|wechat|\bnumber\b|认得|认识|识佢|熟|"
    r"听(?:他|她|佢)?的|就听|信得过|心软|人(?:很|挺|蛮|都)?好|帮过|看过(?:他|"
    r"她)|照顾|(?:跟|对)(?:他|她|佢)好|关系好"
    r"|最(?:爱|信|听|要好)|开车|骑(?:车|摩托)|还没睡|没睡|有(?:他|她)",
    re.IGNORECASE,
)
#: Has got to them; not yet, or told to go.
THERE = re.compile(
    r"(?:上去|过去|进去|到|赶到|来|上来|开门|开了门|爬上去|拉住|抱住|拉回来)(?:了|"
    r"咗)|(?:坐|陪|守|站)(?:在)?(?:他|她|佢)|跟(?:他|她)说话|在说话|"
    r"拍门|(?:got|is) (?:there|in|with (?:him|her))",
    re.IGNORECASE,
)
NOT_YET = re.compile(
    r"(?:没|还没|不敢|唔敢|想|要|让|叫|请|等|能不能|可以|快|马上)[^，。]{0,4}(?:上去|过去|进去|到|来)|电话|回来"
)
#: Nobody answers behind the door.
NO_ANSWER = re.compile(
    r"没动静|冇反应|(?:敲门?|拍门|喊|叫)(?:了|咗)?[^，。]{0,4}(?:没|"
    r"冇|不)(?:有)?(?:人)?(?:应|回应|声音|反应|答应)|敲门没人应"
)
ASKS = re.compile(r"谁有|有没有|有冇|吗$|么$|没有钥匙|没钥匙|冇锁匙")
#: The age told in a clause; a single figure only beside 岁.
AGE = re.compile(
    r"(?<![\d一二三四五六七八九十年月上下第])(\d{1,2}|[一二三四五六七八九]?十[一二三四五六七八九]?)"
    r"(?:岁|周岁|(?:多|来|几)岁|(?:了|啦|咋|呀|啊)?$)"
    r"|([一二两三四五六七八九])岁|\b(?:is|am|i.m|she.s|he.s|turned|aged?) (\d{1,2})\b",
    re.IGNORECASE,
)
GRADES = (
    (re.compile("幼儿园|没断奶|月子里|吃奶|[一二三四五六七八九十两\\d]个月(?:大|$)"), 4),
    (re.compile("小学|[一二三四五六]年级"), 10),
    (re.compile("初[一二三中]"), 14),
    (re.compile("高[一二三中](?!生活)"), 16),
    (re.compile("大[一二三四](?:了|$)|大学生"), 20),
)
KID = re.compile("孩子|娃|宝宝|小孩|儿子|女儿|闺女|仔|囡")
#: Brothers and sisters who are younger than the writer.
YOUNGER = frozenset("弟弟 妹妹 细佬 细妹 表弟 表妹 堂弟 堂妹 阿女 阿仔 孙子 孙女 外孙 外孙女 侄子 侄女".split())
#: A child writes: no adult is in the house.
CHILD_OWN = re.compile(
    r"家里(?:就|只有|只剩)(?:我|俺)[^。]{0,24}(?:没有|没|冇)大人(?!说|管)"
    r"|(?:我|俺|我们)(?:家里?|这里|身边)都?(?:没有|没|冇)大人(?!说|管)"
)
#: They bought nothing here: no order leads anywhere.
NO_ORDER = re.compile(
    r"(?:没|不是|冇)(?:有)?(?:在|喺|跟)?(?:你们?|你哋|贵店|这家?)(?:店|家)?[^，。]{0,3}(?:买|下单|拍)"
)
#: A writer who is no child.
ADULT_OWN = re.compile(
    r"我(?:老婆|老公|媳妇|儿子|女儿|闺女|孙|徒弟|先生|太太|丈夫|妻子)|我是(?:班主任|"
    r"老师|护工|他妈|她妈|他爸|她爸|宿管)|(?:我|俺)(?:的)?(?:厂|公司|单位|店)"
    r"|我(?:在)?(?:外地)?(?:上班|出差|开车|请假|打工)|住院钱我|我们班(?:的)?(?:学生|"
    r"孩子)|我厂里|my (?:wife|husband|son|daughter|staff)"
)
#: What is told of the one in danger.
IN_PLACE = re.compile(
    r"(?:在|喺|到|往|躲|锁)(?!线|外地)[^，。]{0,6}(?:家|屋|房|床|宿舍|"
    r"学校|单位|公司|厂|店|车库|车里|阳台|水库|湖|江|河|海|桥|楼顶|天台|医院|养老院|"
    r"办公室|里面|门里|里头|炕|地铁|车站|酒店|宾馆)"
    r"|住(?:在)?(?!院)[\u4e00-\u9fa5]{2}|在(?:家|屋)(?:呢|里|$)|"
    r"\b(?:at home|in (?:her|his|the) (?:room|flat|house))\b"
)
ASLEEP = re.compile(
    r"睡(?:着|了|下|觉)|瞓(?:咗|紧|着)|在睡|(?:没|不)吃饭|答应(?:了)?一声|"
    r"应(?:了)?一声|(?:肯|在|还)说话|叫得应|醒着|asleep|\bawake\b"
)
WATCHED = re.compile(
    r"(?:妈|爸|爹|娘|奶|爷|哥|姐|老婆|老公|同事|室友|[\u4e00-\u9fa5]{1,3})"
    r"(?:在)?(?:看着|守着|陪着|睇住)(?:他|她|佢|$)|有人(?:看|守|陪)着"
)
#: The one in danger is all right as the writer sees it; their own "没事" is not that.
FINE = re.compile(
    r"(?:^|她|他|佢|孩子|娃|闺女|儿子|女儿|[爸妈爷奶哥姐弟妹]|老公|老婆|老伴|人)(?:现在|就|真的?|都|其实|挺|又|这会儿)?"
    r"(?:没事(?:儿)?(?:$|了|啊|呢|的)|好好的(?=$|了|呢|啊|着)|好好嘅|好着(?:呢|哩|嘞|咧)|冇事|平安(?![夜扣险符果]))"
    r"|\b(?:he|she) (?:is|was) not (?:dying|suicidal)"
    r"|\b(?:nobody|no one)(?:.s| is) (?:dying|in danger)\b(?! (?:but|except|yet|unless)|\?)"
    r"|(?<!不是)(?<!以为)(?<!以为是)(?:虚惊一场|是场误会)(?!.{0,4}(?:吗|结果|真))"
    r"|\b(?:he|she)(?:.s| is) (?:fine|all right|alright|safe|ok(?:ay)?)\b",
    re.IGNORECASE,
)
#: What ends it, whatever was said before.
WORSE = re.compile(
    r"跑(?:出去|了)|找不到|不见了|爬上|叫不醒|没(?:有)?呼吸|没反应"
    r"|又(?:要|在|爬|锁|拿|喝|吃|割|说)|吐了|抽搐|发紫|翻白眼|锁(?:了|在|门|着)|她喝了|他喝了"
    r"|\b(?:ran (?:off|out|away)|can.?t find|not breathing|won.?t wake|unconscious|locked)\b",
    re.IGNORECASE,
)
#: What was taken or done, after which looking well is no sign of safety.
TOOK = re.compile(
    r"(?:吃|吞|喝|灌)(?:了|下|过)[^，。]{0,6}(?:药|片|农药|瓶|除草|毒)|割(?:了|腕|脉)"
    r"|\b(?:swallowed|overdos\w*|took (?:all|the|his|her) pills)\b"
)
#: Words beside which "好好的" is hearsay, a memory or a hope.
NOT_FINE = re.compile(
    r"[说讲话发回装骗问愿祝吧]|看(?:着|起来|上去|似)|好像|平时|以前|之前|刚才|本来|原来|白天|早上|上午|昨[天晚]|前[天几]|要是|希望|但愿|保佑|只要|应该|可能|就[好行]|好好的(?:一个|怎么|咋|就|啊|时候|照片)|[吗么?？]|\b(?:says?|said|told|texted|if|hope|wish|pray|think|guess|when|apparently)\b"
)
#: They are where the writer is.
SEEN = re.compile(
    r"(?<![不没唔冇想要是])(?<!没有)(?<!手机)(?<!照片)(?<!东西)(?:搁|在|喺)(?:我|俺)(?:身边|跟前|旁边|旁|面前|隔篱|怀里|家)|我(?:就|正)?(?:搁|在|喺)(?:她|他|佢)(?:身边|旁边|跟前|屋里|房里)"
    r"|(?:她|他|人|孩子|闺女|儿子)(?:刚)?(?:回来|到家|进门|上楼|进屋)了"
    r"|\b(?:next to|beside|with) me\b|came home|right here"
    r"|\b(?:he|she)(?:.s| is) laughing|here in the (?:hall|room|house|kitchen)",
    re.IGNORECASE,
)
ALONE = re.compile(r"(?:他|她|佢)?(?:自己)?一个人(?:在|住|喺)|独居|单独(?:在|住)|\balone\b")
UNSAID = re.compile(
    r"(?:没|没有|冇|从没|未)(?:跟|同|和)?(?:我|人)?(?:直接|讲出|开)?(?:说|"
    r"讲|提|话)(?:过|出口|到|死|那|这|幾时|几时)|没说$|hasn.?t (?:said|"
    r"told)|never (?:said|told)"
)
#: Who or where they are is not known.
UNKNOWN = re.compile(
    r"(?:不知道|不清楚|唔知|不晓得|不认得|查不到)[^，。]{0,4}(?:他|她|佢|"
    r"TA|对方)?(?:现在|人|到底|具体)?(?:是谁|系边个|住哪|住边|在哪(?:儿|里|"
    r"座|个)?(?:住|城)?|叫(?:什么|啥)|真名|地址|住址|的?电话)"
    r"|(?:真名|真名字|城市|地址|住址|具体住哪|住哪|姓名|电话)(?:都|也)?[^，。]{0,3}(?:不知道|不清楚|唔知|没有|不晓得)"
    r"|没(?:有)?(?:留|写)(?:真)?名|没写(?:是)?谁|匿名|地址[^，。]{0,4}(?:搬|"
    r"换|旧|以前的|是假)|旧地址|够不着(?:他|她)|(?:只|就)(?:有|"
    r"知道)(?:一个|他的?|她的?)?(?:邮箱|游戏id|网名|id|qq|快递单号|昵称)"
    r"|电话换了|没有(?:他|她)(?:的)?(?:电话|地址|住址|联系方式)|don.?t know "
    r"(?:who|where) (?:he|she|they)|no (?:address|idea where)",
    re.IGNORECASE,
)
NO_WAY = re.compile(r"不知道|不清楚|唔知|够不着")
#: The order is a trace of them: they bought, sent or got something here.
ONLY_TRACE = re.compile(
    r"(?:他|她|佢|别人|有人|人家|员工|前男友|前夫|网友|同学|朋友)[^，。]{0,8}(?:寄|"
    r"送我|送给我|买|下单|下的|拍)|寄给我|收到(?:一|你们|了)?[^，。]{0,6}(?:箱|"
    r"条|份|个|件|盒|包裹|礼)|寄件|下单信息|你们(?:那边|店)?[^，。]{0,4}(?:有|能查|的单|这单|地址)"
    r"|快递单|单号|收件地址|寄过来|(?:sent|ordered|bought) (?:me|it|this)",
    re.IGNORECASE,
)
CITIES = frozenset(
    "北京 上海 天津 重庆 广州 深圳 东莞 佛山 南京 杭州 宁波 温州 苏州 武汉 长沙 "
    "成都 西安 郑州 济南 青岛 沈阳 大连 长春 哈尔滨 石家庄 太原 合肥 南昌 福州 厦门 "
    "昆明 贵阳 南宁 柳州 海口 兰州 西宁 银川 乌鲁木齐"
    " 新疆 西藏 云南 贵州 四川 广东 广西 湖南 湖北 河南 河北 山东 山西 陕西 甘肃 "
    "江苏 浙江 江西 福建 安徽 辽宁 吉林 黑龙江 海南 内蒙古 香港 澳门 台湾 台北 高雄 "
    "肇庆 抚顺 大同 慈溪 沙田 英国 德国 法国 美国 日本 加拿大 澳洲".split()
)
CITY = re.compile(f"(?:在|住|喺|到|回|去)(?:了)?({'|'.join(sorted(CITIES, key=len, reverse=True))})")
