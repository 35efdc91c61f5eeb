"""How a person who is spoken of stands to the customer: near, on the way, here, refused, dead. Pure.

Read from the words before and after the name, or from what is said of 她, 他, 佢. Somebody dead, violent, refused or
feared is never asked in.
"""

from __future__ import annotations

import re

#: Standings, the hardest last: a hurt or a death is not undone by a later mention.
NAMED, ASKED, NEAR, COMING, HERE = "named", "asked", "near", "coming", "here"
FAR, SILENT, REFUSED, HURTS, GONE = "far", "silent", "refused", "hurts", "gone"
KINDS = (HERE, NEAR, COMING, ASKED, FAR, REFUSED, HURTS, GONE, SILENT, NAMED)
LASTING = frozenset({HURTS, GONE})
#: Who may be asked in, or is already on the way or there.
OPEN = frozenset({NAMED, ASKED, NEAR, COMING, HERE})
#: What a refused person does or the customer does with them; nothing else makes them askable again.
ACTS = frozenset({ASKED, COMING, HERE, HURTS, GONE})

#: Before a name: it is somebody else's relation, or somebody dead, or refused.
_OTHERS = re.compile(
    r"(?:[他她佢你您]|你们|孩子(?:他|她)?|人家|警察|老板|什么|像我们?)的?(?:那个)?$|(?:会不会|是不是要?|你们|"
    r"别)[^，。,]{0,3}(?:告诉|通知|传到|联系)我?$"
)
_DEAD_BEFORE = re.compile(
    r"(?:(?:去世|过世|离世|走了|死了|死去|不在了)的(?:那个)?我?|(?:没了|失去了?|死了|少了|想去陪|去陪|"
    r"去找死去的)我?的?)$"
)
_NOT_BEFORE = re.compile(
    r"(?:别|不要|不用|不想|不愿|不准|不许|不能让|唔好|唔使|没有|没|冇|哪来的|边个|甭|莫|不(?!是)|没说过?(?:要)?)"
    r"(?:再|去|给|跟|和|同|让|叫|喊|找|告诉|联系|打给|惊动|通知|话畀){0,3}我?的?$"
)
#: After a name: refused, too young to be asked, or one whose knowing is feared.
_NOT_AFTER = re.compile(
    r"^(?:们|那边|那里)*(?:就|也|都|更|还)*(?:不能|不可以|不敢|没法|唔可以)(?:跟|和)?(?:说|讲|告诉|知道|让|叫)|"
    r"^(?:就|还是|那边?|也|都|又)?(?:免了|算了|不行|唔得|不可以)(?!的?话)|"
    r"^(?:们)?个(?:鬼|屁|头(?![绪高矮不大小很])|毛|锤子)|"
    r"^(?:今年|才|只有|刚|还|都)*(?:[一二三四五六七八九]|十[一二三]?|\d|1[0-3])(?:岁|个月)|^(?:上|读|"
    r"还在)(?:小学|幼儿园|初中)|"
    r"^放学|^(?:心脏|身体|身子|腿脚|血压)[^，。]{0,3}(?:不好|唔好|差)"
)
_FETCHED = re.compile(r"(?:接|送|哄|带|喂)我?$")
#: Said of whoever was spoken of last.
_TA_REFUSED = re.compile(
    r"(?:不能|不可以|唔可以|不好|别再?)(?:再)?(?:找|叫|喊|告诉|搵)[她他佢]|[她他佢](?:是|也|肯定|又)?(?:不会|"
    r"不肯|唔会|唔肯)(?:来|陪|帮|理|管|嚟)|"
    r"(?:别|不要|不用|甭|不想|不愿|唔想|唔好|不准|不许|怕|不能|不可以|唔可以|唔畀)(?:再|让|给|去|先)*(?:叫|喊|找|告诉|吵|惊动|麻烦|打扰|"
    r"嘈醒|叫醒|让)?[她他佢](?:们|哋)?(?:先|再)?"
    r"(?:醒|知道|操心|担心|难过|为难|来|受罪|累|过来|上来|回来|陪|骂|打|嫌|笑|看|睇|听|晓得|$|[，。,！!])|(?:叫|喊|找|"
    r"告诉)[她他佢](?:干啥|"
    r"干嘛|干什么|干吗|做什么|有什么用|有啥用|没用|做咩)|"
    r"[她他佢][^，。]{0,5}(?:受不了|受不住|经不起|唔顶得)"
)
_TA_NEAR = re.compile(
    r"[她他佢](?:们)?(?:人|就|也|都|已经|刚|马上|说|现在|在|正|会|要|赶)*(?:(?:在)?(?:隔壁|里屋|楼下|楼上|客厅|"
    r"门口|家|[一二三四五六七八九]楼)|醒了|没睡|起来了|灯亮)"
)
_TA_HERE = re.compile(
    r"(?<![叫让请喊找等])[她他佢](?:们)?(?:人|就|也|都|已经|刚|现在|正|自己|终于)*(?:(?:来|到|进来|过来|上来|"
    r"下来|出来|赶到|"
    r"嚟)(?:了|咗|啦|喇)(?!电话|吗|么|就好)|(?:在|喺)我?(?:旁边|身边|边上|跟前)(?![^，。]{0,2}(?:睡|瞓))|"
    r"(?:抱|拉|握|牵|搂|陪|守|坐)(?:着|在|住)?(?:我|了我|旁边)|(?:开了?门|看见我|看到我))|门开了.{0,2}[她他]看"
)
_TA_COMING = re.compile(
    r"(?<![叫让请喊找等])[她他佢](?:们)?(?:人|就|也|都|已经|刚|马上|说|现在|在|正|会|要|赶|这就)*(?:过来|上来|"
    r"赶来|路上|来陪|来接|过嚟|来)"
)
_TA_FAR = re.compile(
    r"[她他佢](?:人)?(?:在|住|喺)(?:[^，。]{0,4})(?:老家|外地|国外|乡下|出差|另一个(?:区|城市)|很远|好远)|"
    r"住得?(?:也)?(?:不近|远|好远)"
)
_MOTHER_IS_ME = re.compile(r"我(?:就)?是(?:他|她|孩子)?(?:的)?$")
#: After a name.
_DEAD = re.compile(
    r"^(?:已经|都|也|就|刚)?[^，。,.!！?？他她我钱款骗赔输亏]{0,9}?(?:去世|过世|离世|病逝|死了|没了|不在了|"
    r"(?<![收拿带搬抱接赶逃溜先])走了|走咗|走的|走得|走好几)"
    r"|^[^他她我]{0,8}?走了[^，。]{0,4}(?:天|礼拜|星期|周|月|年)"
    r"|^(?:要是|如果|若)(?:还)?(?:在|活着)|^在(?:天上|天堂|那边)"
)
#: A love that ended: nobody to be asked in.
_PARTNERS = frozenset("男朋友 女朋友 男友 女友 对象 老公 老婆 丈夫 妻子 太太 媳妇 爱人 婆娘".split())
_PARTED = re.compile(r"^[^，。,我]{0,6}(?:分了|分手|离了|离婚|跟别人(?:走|跑|好|在一起)|把我(?:拉黑|删)|不要我|甩了)")
_HURTING = re.compile(
    r"^(?:就|又|老|总|天天|昨天|今天|刚|都|喝了酒|喝酒|一喝酒)*(?:把我[^，。,]{0,6})?(?:的)?[^，。,!！?？我]{0,9}"
    r"(?:骂|打(?:死|残|断)?我|打了我|打人|下手|打(?:他|她|孩子)|动手|撕|吼|扇|踢|踹|掐|砸|摔|赶我|逼我|嫌我|欺负|看不起我|"
    r"不要我|不管我|不理我|出轨|害我)"
)
#: "我爸晓得了会不会打死我": nobody to be told.
_WOULD_HIT = re.compile(
    r"(?:们)?(?:会|要是)?(?:晓得|知道)(?:了|咗)?(?:会(?:不会|唔会)?|肯定|要|得)?(?:打(?:死|断)|打我(?!电话)|骂|杀|扒|赶我(?!去)|气死)"
)
_RESCUES = re.compile(r"急救|救护车|120|110|119|热线|抓的药")
#: "我脸上是我老公打的"; "我姐打的120" called for help.
_BRUISED = re.compile(
    r"^(?:(?:就|都)?[是係系])$"
    r"|(?:伤|脸上?|手上?|腿上?|胳膊上?|身上|眼睛|脖子上?|青|紫|疤)[^，。]{0,4}(?:是|被|都是)(?:我)?$"
)
_HIT = re.compile(
    r"^(?:给)?(?:打|扇|踢|踹|掐|抓|砸)[的嘅](?!热线|药|娃娃|急|毛衣|工|饭|车|包|折|招呼|石膏|针|点滴|绷带|电话|\d|急救|报警)"
)
#: "我男朋友跟我闺蜜在一起了": nobody to sit beside.
_WITH_PARTNER = re.compile(
    r"(?:男朋友|女朋友|男友|女友|对象|老公|老婆|丈夫|妻子|先生|太太|男人|[他她佢])(?:都|就|又|还|竟然|居然|早就)?(?:跟|和|同|与)(?:我)?(?:的|最好的)?$"
)
_TAKEN_UP = re.compile(r"^(?:都|就|早就|又)?(?:在一起|好上|好了|搞|睡|上床|出轨|跑|私奔|谈|结婚|领证|劈腿|暧昧)")
_FAR = re.compile(
    r"^[们]?(?:[，,]?(?:他|她|佢)?)(?:都|又|还|也|常年|一直|人)?(?:在|喺)?"
    r"(?:外地|外头|国外|外面打工|打工|出差|老家|乡下|内地|大陆|娘家|不在家|不在|上班|上夜班|值班|返工|值夜班|"
    r"坐牢|还?没下班|还?没回来)"
    r"|^[^，。,!！]{0,5}回(?:了)?(?:娘家|老家|乡下)|^(?:要)?(?:等)?(?:到)?(?:周|礼拜|"
    r"星期)[一二三四五六日天末].{0,2}(?:才)?(?:来|回)|^(?:要)?(?:下周|下个?月|明天|后天|过年).{0,2}才(?:来|回)|"
    r"^[^，。,!！]{0,6}没(?:回(?:来|过)|(?:来|打)(?:过|个)?(?:电话|信))"
)
_FAR_SOON = re.compile(r"^[^。!！?？]{0,10}[，,]?(?:他|她|佢)(?:人)?(?:在|喺)(?:老家|外地|国外|乡下|上班|出差)")
#: Whose house is no refuge, and words beside which none is.
_NO_SHELTER = frozenset(
    "前夫 前妻 前任 前男友 前女友 老公 丈夫 老婆 男朋友 女朋友 男友 继父 后爸 后爹 老板 领导".split()
)
_NO_REFUGE = re.compile(r"打我|摸|弄死|恶心|道歉|走了|去世|吗|么$|不敢|欺负|脱|喝酒")
#: Who offered a place to go to: "陈嬢嬢看到过我的伤，喊我去她那".
_TAKES_IN = re.compile(
    r"[^，。,.！!？?不没]{0,9}[，,]?(?:(?:喊|叫|让|劝)我(?:先)?(?:去|到|上|搬去|住)(?:她|他)(?:家|那)"
    r"|(?:肯|愿意)?收留我|说(?:可以|能)?住她?家)"
)
_NEAR = re.compile(
    r"^[们]?(?:已经|就|都|也|现在|人)?(?:(?:睡)?(?:在|喺)[^，。,]{0,4}(?:隔壁|楼下|楼上|对面|里屋|客厅|厨房|"
    r"隔篱房?|家|屋|床)"
    r"|(?:住|住在|就住)?我?(?:隔壁|楼下|楼上|对面)|住[^，。,]{0,3}(?:近|不远|小区)|(?:等会儿?|要|会)*(?:来陪|"
    r"起来了|醒了|开了门|开门)"
    r"|(?:的)?灯(?:还)?(?:亮|开)|(?:还)?(?:没|未)(?:睡|瞓)|[一二三四五六七八九\d]+楼)"
)
#: Somebody is here: "小徐推着血压车来了", "李奶奶出来了", "妈妈抱我了"; a call that came is no person.
_HERE = re.compile(
    r"^(?:们)?(?:人|就|也|都|已经|刚|现在|真的|终于|马上|自己|开门|醒了|这会儿?|(?:推|端|抱|拿|提|"
    r"带)着?[^，。,我]{1,6})*"
    r"(?:(?:来|到|进来|进屋|过来|上来|下来|出来|赶来|赶到|嚟|返嚟|回来)(?:了|咗|啦|喇|到了)(?!电话|消息|信|"
    r"短信|脾气|就好|再说|吗|么|没|[^，。,]{0,3}(?:电话|就好))"
    r"|(?:就|正)?(?:在|喺)我?(?:旁边|身边|边上|跟前|面前)(?![^，。]{0,2}(?:睡|瞓))|(?:正)?(?:抱|拉|握|牵|搂|陪|"
    r"守|坐)(?:着|在|住|"
    r"紧)?(?:我|了我|旁边|[他她]边|边上|身边)|开了?门(?:了|看)|看见我)"
)
_COMING = re.compile(
    r"^(?:们)?(?:人|就|也|都|已经|刚|现在|说|讲|答应|马上|正|这就|自己|会|要|立刻|在)*(?:[^，。,没不]{0,4})?"
    r"(?:(?:过来|赶来|赶过来|上来|下来|来接|过嚟|开车)(?!了|咗|吗|么|就好|行)|(?:在)?(?:来的)?路上|往这(?:边|"
    r"里)|出门了|动身)"
)
_SILENT = re.compile(
    r"^(?:们)?(?:的)?(?:手机|电话|微信)?(?:也|都|又|一直|还是|就是|总|那边)*(?:不接|没接|冇听|唔听|打不通|不回|"
    r"没回|冇覆|关机|关了机|联系不上|不理人|不应)"
)
#: Before a name: who was told, woken or called just now.
_ASKED_BEFORE = re.compile(
    r"(?:(?:我|刚|已经|刚刚|先)(?:去)?(?:给|跟|和|同|畀|打给|发给|叫醒|叫了|喊了|告诉了?|通知了?|敲了)|"
    r"打(?:了)?(?:电话)?给|发(?:了)?(?:消息|微信)?给|叫(?:醒了?|了)|喊了|告诉了)(?:我)?$"
)
_ASKED_AFTER = re.compile(
    r"^(?:的门|家的门)?(?:都|已经|刚)?[^，。,不没]{0,3}(?:打了|发了|说了|讲了|打过|发过|打电话了|发消息了|喇|咗)"
)
_SILENT_BEFORE = re.compile(r"(?:打不通|联系不上|找不到|叫不应|叫不醒|打唔通|搵唔到)(?:我)?(?:的)?$")
#: A person whom we offered and who was not wanted: "你又叫我喊儿子", "又提到太太了", "点解又叫我搵老公".
_OFFERED = re.compile(
    r"(?:又|老是?|总是?|一直|怎么还|干嘛|点解|几遍|三遍)(?:是|又)?(?:在)?(?:叫|让|要|劝|喊|逼)(?:我|"
    r"您)?(?:去)?(?:叫|喊|找|搵|请|联系|告诉|陪)?(?:我)?$"
    r"|又(?:提|说|讲|问)(?:到|起|了)?(?:我)?$|(?:你|您)(?:叫|让|喊)(?:我)?(?:叫|喊|找|搵|请)(?:我)?$"
)
_UNWILLING = re.compile(
    r"^(?:们)?(?:她|他|佢)?(?:是|也|都|才|根本|肯定|又)*(?:不会|不肯|不愿意?|唔会|唔肯|不可能)(?:来|陪|帮|理|"
    r"管|去|嚟|听|信|过来)"
    r"|^(?:们)?一?(?:听|知道|晓得)(?:了|到|见)?就(?:要|会|得)|^[^，。]{0,4}(?:不能|唔好|别)(?:找|叫|喊|"
    r"搵)(?:她|他|佢)?|^会更?(?:糟|坏|惨|严重)|^(?:知道|晓得)了?会"
)
_FEARED = re.compile(r"(?:(?:怕|驚|惊)[^，。]{0,6}(?:被|让|给)?|不想(?:让|被|给)?|别让|不能让)(?:我)?(?:的)?$")
#: Not yet so: "等她来了", "要不要叫我妈".
_IF = re.compile("(?:要是|如果|等|要不要|能不能|想|让|请)(?:我)?(?:的)?$")
#: Told of once: "跟阿珍一起看着开的", "以前阿珍".
_ONCE = re.compile("^一起[^，。]{0,8}的(?!时候)|^(?:要是|如果)(?:还)?在|^(?:从前|以前|那时候|当年)")
_ONCE_BEFORE = re.compile("(?:以前|从前|当年|那时候|那年)(?:我)?(?:跟|和|同)?(?:我)?$")
#: No mother of theirs: "坏妈妈", and our own colleagues: "真人同事".
_NOBODY = re.compile(
    "(?:啥|哪来的?|哪有|没有|冇|坏|好|当|做|个|后|真人|店里的?|你们的?|什么|没有(?:替|帮|为)?|不是(?:替|帮|为)?)$"
)
_OWN_COLLEAGUE = re.compile(
    r"(?:我|我们|咱|单位|公司|部门|厂里?|学校|科室|隔壁|男|女|老|[一两几]个|跟|和|同|有|是)的?$"
)
_FEARED_AFTER = re.compile(r"^(?:们)?(?:会|就|要)*(?:知道|晓得|发现|听到|看到|拿去|拿来|抢|争|带走|骂|打|笑话|看不起)")
#: Words for a person that are also how one calls whoever answers.
_CALLING = frozenset({"姐姐", "哥哥", "阿姨", "叔叔", "老师", "闺女", "妹妹", "同学", "朋友"})
#: Words that are often nobody of the customer's.
_VAGUE = frozenset({"妈妈", "爸爸", "同事", "朋友", "同学", "奶奶", "女儿", "儿子", "学生"})
_CALL_END = re.compile(r"^(?:在吗|在嘛|在不在|我|你|您|请|帮|，|,|。|!|！|~|～|$)")


def standing(tight: str, name: str, at: int, end: int, theirs: bool = False) -> str | None:
    """The standing of a person named at `at` to `end`, None where it is nobody of theirs; `theirs`: whose mother
    it is matters not, because the talk is about them."""
    before, after = tight[max(0, at - 8) : at], tight[end : end + 16]
    if name.startswith("我"):
        before = tight[max(0, at - 8) : at + 1]
    mine = before.endswith("我")
    stem = before.removesuffix("我")
    if theirs:
        before = re.sub("[他她佢]的?$", "", before)
        stem = before
    if _OTHERS.search(before) or _MOTHER_IS_ME.search(before):
        return None
    if name == "老师" and after.startswith("傅"):
        return None
    if _NOBODY.search(before) and name in _VAGUE and not mine:
        return None
    if name == "同事" and not (mine or _OWN_COLLEAGUE.search(before)):
        return None  # we speak of ours in every other sentence: "哪来的同事", "记着，请同事看"
    if _ONCE.match(after) or _ONCE_BEFORE.search(before):
        return GONE if re.match("(?:要是|如果)", after) else None
    if name in _CALLING and not mine and (at == 0 or before[-1:] in "的了吧啊，。！,!") and _CALL_END.match(after):
        return None  # "姐姐 我昨天买的…", "不会的闺女"
    if _WOULD_HIT.match(after):
        return REFUSED  # "我爸晓得了会不会打死我"
    if re.match(r"(?:们)?(?:会)?(?:看见|看到|听见|笑话|晓得)(?!过)", after):
        return None  # spoken of as who might see it
    if _DEAD_BEFORE.search(before) or _DEAD.match(after) or (name in _PARTNERS and _PARTED.match(after)):
        return GONE
    if (
        _HURTING.match(after)
        or (_BRUISED.search(stem) and _HIT.match(after) and not _RESCUES.search(tight))
        or (_WITH_PARTNER.search(stem) and _TAKEN_UP.match(after))
    ):
        return HURTS
    if _TAKES_IN.match(after) and name not in _NO_SHELTER and not _NO_REFUGE.search(tight):
        return NEAR  # "喊我去她那，我没脸去": the door is open
    if _refused(before, stem, after):
        return REFUSED
    asked = re.match("[^，。,！!？?]{0,8}[吗么没]", after)
    if _HERE.match(after) and not _IF.search(stem):
        return HERE
    if not asked and not _IF.search(stem):
        if _SILENT.match(after) or _SILENT_BEFORE.search(before) or _SILENT_BEFORE.search(stem):
            return SILENT
        if _COMING.match(after):
            return COMING
        if _ASKED_BEFORE.search(stem) and (_ASKED_AFTER.match(after) or re.search("(?:了|醒)$", stem)):
            return ASKED
    if _NEAR.match(after):
        return NEAR
    if _FAR.match(after) or _FAR_SOON.match(after):
        return FAR
    return NAMED


def _refused(before: str, stem: str, after: str) -> bool:
    if _OFFERED.search(before) or _OFFERED.search(stem) or _UNWILLING.match(after):
        return True
    if (_FEARED.search(before) or _FEARED.search(stem)) and _FEARED_AFTER.match(after):
        return True
    return bool(
        _NOT_BEFORE.search(stem) or _NOT_BEFORE.search(before) or _NOT_AFTER.match(after) or _FETCHED.search(before)
    )


def of_ta(tight: str) -> str:
    """What a message says of whoever was spoken of last, "" where nothing: "别吵她", "她在隔壁", "她坐我旁边了"."""
    if _TA_REFUSED.search(tight):
        return REFUSED
    if _TA_FAR.search(tight):
        return FAR
    if re.search("[没不唔未][^，。]{0,3}(?:来|到|醒|在)|来[了]?[吗么]|(?:来|到)了就好", tight):
        return ""
    near = ((_TA_HERE, HERE), (_TA_COMING, COMING), (_TA_NEAR, NEAR))
    return next((said for pattern, said in near if pattern.search(tight)), "")


#: Who is here when the customer says so in English.
_ENGLISH_HERE = (
    r"\b{who}(?:'s| is| are| has| just)*(?: now| already)? (?:here|with (?:me|us|her|him|them)|next to (?:me|"
    r"her|him)|came|arrived|opened|sits?|sitting|holding)\b|\bwith (?:me|her|him|us) and {who}\b|\b(?:i (?:am|"
    r"sit|.m)|sitting) with {who}\b"
)
_ENGLISH_COMING = (
    r"\b{who}(?:'s| is| are)?(?: now| already)? (?:coming|comes|on (?:her|his|their|the) way|will come|running|"
    r"driving)\b"
)
_ENGLISH_NOT = (
    r"\b(?:don't|do not|not|never|can't|cannot|won't) (?:want (?:to )?)?(?:call|tell|wake|ask|text|want|"
    r"involve|bother) (?:my )?{who}\b|\b{who} (?:must|may|can)(?:not|'t| not) know\b|\b{who} (?:won't|will not|"
    r"doesn't|does not) (?:come|help|care|answer)\b"
)
_ENGLISH_GONE = (
    r"\b{who} (?:died|passed away|is dead|killed (?:her|him)self)\b|\b(?:my )?late {who}\b|\blost my {who}\b"
)


def english_standing(text: str, name: str) -> str:
    """How somebody named in an English message stands to the customer."""
    who = re.escape(name.removeprefix("your "))
    for pattern, standing in (
        (_ENGLISH_GONE, GONE), (_ENGLISH_NOT, REFUSED), (_ENGLISH_HERE, HERE),
        (_ENGLISH_COMING, COMING),
    ):  # fmt: skip
        if re.search(pattern.replace("{who}", who), text.replace("’", "'"), re.IGNORECASE):
            return standing
    return NAMED
