"""Names that people give of themselves: "我叫…", "我是…", "收货人…". Pure.

A Chinese name cannot be told from other words by its shape, so only what follows such a lead is
looked at, and after "我是" only a surname with a given name that ends there. A name that slips
through stays where the customer's other words are; a feeling taken for a name would be lost.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_SINGLE = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢"
    "姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤温康施文"
    "牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷曲"
    "盛冉翁蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席"
    "卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝封谈匡鞠惠荆乐冀胥"
    "陳張劉黃趙吳孫馬許鄧馮葉蔣盧鍾譚陸範賈韋鄒閻賴龔錢嚴溫莊關蘭單紀"
)
_DOUBLE = "欧阳|上官|皇甫|令狐|诸葛|司徒|司马|申屠|夏侯|尉迟|公孙|轩辕|慕容|宇文|长孙|东方|独孤|南宫|歐陽|諸葛"
_SURNAME = rf"(?:{_DOUBLE}|[{_SINGLE}])"
# Characters that begin or make up other words after a lead, and are rare in given names.
_NOT_GIVEN = "的了吗呢吧啊呀嘛哦不没有在就都也还很太个们这那哪什么怎想要会能去来到说着过给跟和与是被把让对从向你我他她它活死车钱货单药"  # noqa: E501
_NOT_BARE = _NOT_GIVEN + "一二三四五六七八九十中大小生人员学校年岁级班科师座号家店上下前后里外病症者族"
_HAN = r"\u4e00-\u9fa5"
_GIVEN = rf"[{_HAN}]"
_END = rf"(?![{_HAN}])"
_AFTER = rf"(?=[^{_HAN}]|$|今年|是|住|在|电话|手机|我|，)"

_CALLED = re.compile(
    rf"(?:我(?:的名字)?(?:就)?叫做?|名字(?:是|叫)|本名|真名(?:是|叫)?)[\s:：]{{0,2}}(?P<name>{_SURNAME}{_GIVEN}{{1,2}}){_AFTER}"
)
_NICK = re.compile(rf"(?:我叫|叫我)(?P<name>(?:小|阿|老){_GIVEN}{{1,2}}){_END}")
_FORM = re.compile(
    rf"(?:收货人|收件人|联系人|姓名|户名|寄件人)[\s:：是为]{{0,3}}(?P<name>{_SURNAME}{_GIVEN}{{1,2}}|[{_HAN}]{{2,4}}(?=[，,\s:：\d]|$))"
)
_AM = re.compile(rf"(?:^|[^{_HAN}]|你好|您好)我(?:就)?是(?P<name>{_SURNAME}{_GIVEN}{{1,2}}){_END}")
_ENGLISH = re.compile(r"(?i)(?:my name is|i am called)\s+(?P<name>[A-Za-z]{2,20}(?:\s+[A-Z][a-z]{1,20})?)")

_COMMON = frozenset(
    """高中 高三 高一 高二 高考 高兴 高危 单身 单亲 单纯 白领 白痴 白天 白费 安全 安静 安心 方便 金牛 金融 成年 成人
    文科 文盲 严重 严肃 时候 时常 万念俱灰 万分 毛病 路人 路过 解脱 解决 明天 明白 明显 常年 全部 全职 全家 应该 应届
    连续 连累 易怒 左右 关心 关于 黄昏 马上 石头 江湖 温柔 康复 莫名 平时 平常 平凡 向来 包袱 包容 管理 房东 房奴
    农民 农村 司机 古怪 简单 项目 商家 师傅 和平 边缘 沙雕 荣幸 明星 封闭 谈判 时间 乐观 何必 何苦 任性 任何 尤其
    阳性 游客 华人 甘心 成绩 成心 苗条 白天 蓝领 牛马 余生 空巢 江苏 安徽 云南 湖北 海南 吉林 宁夏 金华 温州 康定
    汉族 独生 独居 孤儿 寡妇 夏天 石油 唐山 包工 钟点 齐全 成都 桂林 柳州 梅州 连云""".split()
)


def names(text: str) -> Iterator[tuple[int, int]]:
    """Places of names, code points. Full-width letters should be narrowed before."""
    for pattern, barred in ((_CALLED, _NOT_GIVEN), (_NICK, _NOT_GIVEN), (_FORM, ""), (_AM, _NOT_BARE), (_ENGLISH, "")):
        for found in pattern.finditer(text):
            name = found.group("name")
            if any(char in barred for char in name[1:]) or name[:2] in _COMMON or name in _COMMON:
                continue
            yield found.span("name")
