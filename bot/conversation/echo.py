"""A few of the customer's own words, to be said back to them (restatement, Liu et al. 2021). Pure.

What is said back shows that the message was read. Only words that are safe in a bot's mouth: nothing of
dying, means, places to fall from, no insult to themselves, no number, no question to us. Better no words
than the wrong ones.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.conversation.hearing import simplify

SHORTEST, LONGEST = 3, 14
LONGEST_ENGLISH = 30

_CUT = re.compile(r"[，,。.！!？?…；;：:、~～\s（）()“”\"「」—\-]+")
_CUT_ENGLISH = re.compile(r"[,.!?…;:()\"“”]+|\b(?:and|but|because|so)\b")
#: Nothing of this may come back from us (compared in simplified characters).
_NEVER = re.compile(
    r"死|活|杀|尽|亡|跳|割|划|吞|喝|药|刀|绳|瓶|炭|楼|窗|桥|河|江|海|轨|天台|解脱|消失|结束|了断|遗|告别|永别|醒不|不醒|别醒|"
    r"走了$|该走|要走|上路|今晚|明天|几点|到货|收到|退|单|货|快递|物流|发出|发货|地址|电话|热线|号码|报警|警察|\d|\[|［|"
    r"废物|没用|该死|贱|蠢|累赘|拖累|多余|丢人现眼|滚|妈的|操|屁|傻|你|您|机器人|客服|老板|店|谢谢|对不起|忽略|指令|自己动手|"
    r"办法|法子|方式|东西|准备|安排|交代|备着|备好|想好|定了|打算|想过|谂过|哈哈|嘻|呵|走得|不难受|难受的$|信|留住|会员|注销|卡|"
    r"[跟陪][^，。]{0,6}去$|不劝",
    re.IGNORECASE,
)
_WHO = (
    r"(?:我|俺|我们|自己|爸妈?|妈妈?|爸爸|老公|老婆|婆婆|公公|老师|同学|室友|舍友|老板|领导|同事|男朋友|女朋友|对象|他们?|她们?|佢|家里|"
    r"公司|班里|学校里?|身边|屋里)"
)
_TIME = (
    r"(?:最近|现在|今天|昨天|天天|每天|晚上|半夜|一直|整天|已经|总是|老是|又|都|也|就是?|真的|真係?|真系|实在|好像|心里|其实|"
    r"有点|好|很|太|真)"
)
_LONG = r"(?:[半一两二三四五六七八九十几好多]+(?:个月|年|天|个星期|周|夜)|很久|好久)?"
#: Where danger is known only a clause that is a complaint of suffering from end to end is said back. A list of what may
#: not be said was tried against 9,000 labelled messages and let plans, places and hints through.
_SUFFERING = re.compile(
    rf"(?:{_WHO}|{_TIME})*(?:"
    r"累(?:坏|死)?|攰|辛苦|难受|难过|委屈|害怕|慌|心慌|孤单|孤独|冷清|没劲|唔开心|崩溃|撑不住|撑唔住|熬不动|压抑|想哭|在哭|哭了?|哭不出来|睡不着|失眠|"
    r"喘不过气|一个人|没脸见人|没人[理管懂听陪帮疼爱]我?|没人在乎我?|没人(?:跟我)?说话|冇人[理锡]我?|不理我|不要我|骂我|打我|说我|怪我|看不起我|"
    r"逼我|孤立我|欺负我|挨骂|挨打|吵架|吵|太静|"
    rf"被(?:裁|裁员|骂|打|骗|孤立|欺负|分手|催债|冤枉|嫌弃){_LONG}|失业{_LONG}|分手{_LONG}|离婚{_LONG}|没考上|没考好|考砸|挂科|"
    rf"生病{_LONG}|病{_LONG}|欠(?:了)?(?:一屁股|很多|好多)?债|跟{_WHO}(?:吵架|吵|闹翻)"
    r")了?",
)

_NEVER_ENGLISH = re.compile(
    r"\b(die|dead|death|kill|suicid|end it|pills?|rope|knife|gun|bridge|roof|window|jump|cut|plan|how|tonight|"
    r"you|your|order|cancel|number|hotline|police|bot|stupid|worthless|here anymore|thanks?|sorry|yes|no|please|"
    r"what|why)\b|\d",
    re.IGNORECASE,
)
_QUESTION = re.compile(
    r"(吗|么|呢|吧|嘛|咩|不|没|咋|怎么|什么|啥|谁|哪|几|为什么|点解|邊|边个)$|怎么|什么|为啥|是不是|要不要|该不该|会不会|能不能"
)
_DENIAL = re.compile(
    r"^(不|没|别|甭|无|唔|冇|不是|没有|谁|哪|算了|随便|好|行|嗯|哦|是的|可以|反正|就是说|其实|那|说了|我说|都说)"
)
#: What may be said back where nothing of suffering is told: where somebody is and who is there.
_WHERE = re.compile(r"在|住|喺|回|叫醒|敲|坐|睡|醒|来了|家$")
_NO_FACT = re.compile(r"想|问|说|讲|知道|要|以为|觉得|像|年级|岁")
#: Words of suffering: what is said back first.
_PAIN = re.compile(
    r"累|难受|难过|委屈|哭|泪|怕|慌|疼|痛|苦|攰|辛苦|孤|一个人|没人|没谁|冇人|太静|安静|冷清|想(?:他|她|家|妈|爸|奶奶|老头|念)|"
    r"睡不着|失眠|半夜|骂|打我|打了我|撕|吵|骗|欠|债|裁|失业|分手|离婚|去世|过世|不在了|病|孤立|没人理|没人管|没人懂|不理我|"
    r"烦|崩|撑|熬|没脸|丢脸|空|没意思|没劲|看不起|压|喘|挂了|考砸|没考|成绩|拖咗|唔开心|cry|alone|tired|hurt|scared|miss|lost|afraid",
    re.IGNORECASE,
)
_FIRST = re.compile(
    r"我|家|妈|爸|奶奶|爷爷|外婆|姥姥|室友|舍友|老师|哥|姐|弟|妹|老伴|老公|老婆|孩子|女儿|儿子|闺女|朋友|同学|他|她|佢|\bmy\b|\bI\b"
)


@dataclass(frozen=True, slots=True)
class Echo:
    """Words to be said back; `pain`: they tell of suffering."""

    words: str
    pain: bool


def echo(text: str, language: str | None = "zh", grave: bool = False) -> Echo | None:
    """The clause that says most of what the writer carries, or None. Never raises.

    `grave`: danger is known (level 2 and up). Then only a plain complaint of suffering is said back.
    """
    if language == "en":
        return _english(text)  # its words of pain are a closed list already
    best: tuple[int, str, bool] | None = None
    for place, part in enumerate(p for p in _CUT.split(text.strip()) if p):
        plain = simplify(part)
        part, plain = _bare(part), _bare(plain)
        if not SHORTEST <= len(part) <= LONGEST or _NEVER.search(plain) or _QUESTION.search(plain):
            continue
        pain = bool(_PAIN.search(plain))
        if grave and not _SUFFERING.fullmatch(plain):
            continue
        if _DENIAL.match(plain) and not (pain and plain.startswith(("没人", "没谁", "不敢", "不想让", "冇人"))):
            continue
        first = bool(_FIRST.search(plain))
        if not pain and (not first or len(part) < 4 or not _WHERE.search(plain) or _NO_FACT.search(plain)):
            continue
        worth = 6 * pain + 2 * first + min(len(part), 8) // 2 + min(place, 2)
        if best is None or worth > best[0]:
            best = (worth, part, pain)
    return Echo(best[1], best[2]) if best else None


def _bare(part: str) -> str:
    """Without the little words at both ends that are not said back."""
    part = re.sub(
        r"^(?:其实|其實|反正|然后|但是|可是|所以|因为|而且|不过|可(?!以)|但|唉|哎|嗯|啊|呀|真的|真係|只是)+(?=.{3})",
        "",
        part,
    )
    return re.sub(r"(?:了吧|啊|呀|啦|嘛|呢|吧|哦|喔|呗|嗯|而已|㗎|喇|囉|囖)+$", "", part)


def _english(text: str) -> Echo | None:
    for part in (p.strip() for p in _CUT_ENGLISH.split(text)):
        bare = re.sub(r"^(?:well|just|like|ok|okay|then|i mean) ", "", part, flags=re.IGNORECASE)
        if 6 <= len(bare) <= LONGEST_ENGLISH and not _NEVER_ENGLISH.search(bare) and _PAIN.search(bare):
            return Echo(bare, True)
    return None
