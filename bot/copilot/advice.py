"""What stands beside a suggestion, and which acts are worth offering in which kind of talk. Pure."""

from __future__ import annotations

from bot.copilot.types import Moment

#: Why an act is offered, and what not to do beside it.
ADVICE: dict[str, tuple[str, str]] = {
    "utter_normal_service": ("正常答他的事", "先别谈别的"),
    "utter_suggest_clarify": ("问清楚好办事", "一次只问一件"),
    "utter_suggest_warm": ("让人觉得被认真对待", "别用套话"),
    "utter_ask_purpose": ("问用途，不下判断", "别讲效果、用量，也别质问"),
    "utter_reflect_feeling": ("先让他觉得被听见", "别劝、别比惨、别说会好的"),
    "utter_thank_disclosure": ("说出来很难，先谢他", "别急着追问细节"),
    "utter_ask_suicide_directly": ("直接问不会让人更想死，只会让人敢说", "别用“没有吧”这类引导"),
    "utter_ask_way": ("只问有没有想过怎么做", "不问细节，不复述方法"),
    "utter_ask_safety_now": ("先弄清这一刻安不安全", "别一次问好几个"),
    "utter_ask_means_access": ("离危险的东西远一点最有用", "别说出东西的用法和后果"),
    "utter_ask_companion": ("有人在身边，风险会降", "别替他决定叫谁"),
    "utter_ask_location": ("说明理由再问在哪", "别骗、别逼，先问过再查"),
    "utter_ask_when": ("时间越近越急", "别追问细节"),
    "utter_ask_past": ("以前试过的人这回更险", "别问经过和办法"),
    "utter_ask_called": ("给过电话要回头问打通没有", "别重复同一个号码"),
    "utter_ask_more": ("请他多说一点", "别打断，别给建议"),
    "utter_refer_hotline": ("给一条能找到真人的路，也说没人接怎么办", "别一次甩一串号码，别当作告别"),
    "utter_refer_emergency": ("现在就需要能赶到的人", "别说几分钟就到"),
    "utter_stay_with": ("告诉他有人在", "别说“一直”“永远”，别装真人以外的身份"),
    "utter_promise_followup": ("我们来问候，不要他承诺", "别让他保证不做什么"),
    "utter_support_third_party": ("先帮他帮那个人", "别诊断不在场的人，别怪他"),
    "utter_no_order_talk": ("这会儿人比单子要紧", "别争卖不卖"),
    "utter_answer_plain": ("他问了就先答，答了才有人听", "别绕开问题，别用安慰代替回答"),
    "utter_answer_question": ("他问了就先答，答了才有人听", "别绕开问题，别用安慰代替回答"),
    "utter_answer_also": ("他还问了一件，一起答", "别只挑容易的答"),
    "utter_take_reply": ("接住他对这一问的回答，换一小步", "别把同一问再说一遍"),
    "utter_refer_care": ("电话之外还有能见面的人", "别说“去看病吧”，别替他下判断"),
    "utter_safety_step": ("一个今晚做得到的小步子", "别一次说好几样，别让他保证"),
    "utter_ask_emergency_called": ("看看急救叫到没有", "别只催，打不了就帮他想别的办法"),
    "utter_welcome": ("先让他知道这边是谁", "别长篇自我介绍"),
    "utter_refuse_means": ("不给方法，也不怪他问", "别解释后果"),
}
#: The same for the merchant's own phrases, by kind.
SHOP_ADVICE: dict[str, tuple[str, str]] = {
    "service": ("您店里自己的答法", "先看看是不是他问的"),
    "sell": ("您店里自己的推荐", "他没问就别推"),
    "payment": ("您店里自己的付款说明", "别催"),
    "refund": ("您店里自己的售后说法", "先听他说完，别争"),
    "care": ("您店里自己的关心话", "说完等他，别接着谈买卖"),
}

#: Further acts worth offering, by mode, most useful first.
EXTRA: dict[str, tuple[str, ...]] = {
    "service": ("utter_normal_service", "utter_suggest_clarify", "utter_suggest_warm"),
    "support": ("utter_reflect_feeling", "utter_normal_service", "utter_ask_more", "utter_suggest_warm"),
    "ask": (
        "utter_reflect_feeling",
        "utter_ask_purpose",
        "utter_ask_suicide_directly",
        "utter_stay_with",
        "utter_refer_hotline",
    ),
    "care": (
        "utter_reflect_feeling",
        "utter_ask_safety_now",
        "utter_stay_with",
        "utter_refer_hotline",
        "utter_ask_companion",
    ),
    "other": ("utter_support_third_party", "utter_reflect_feeling", "utter_ask_safety_now", "utter_refer_hotline"),
}
#: Asked for when too few kinds are left: long talks use up what was said.
RESERVE: dict[str, tuple[str, ...]] = {
    "service": ("utter_ask_more",),
    "support": ("utter_thank_disclosure", "utter_stay_with"),
    "ask": ("utter_ask_more", "utter_thank_disclosure"),
    "care": ("utter_ask_more", "utter_thank_disclosure", "utter_ask_means_access"),
    "other": ("utter_ask_companion", "utter_stay_with", "utter_ask_more"),
}
#: Acts whose wording is searched by the customer's own words, by mode.
SEARCHED: dict[str, tuple[str, ...]] = {
    "service": (),  # an ordinary matter is found by its own words (data/shop_talk.yml), not by chance
    "support": ("utter_reflect_feeling",),
    "ask": ("utter_reflect_feeling",),
    "care": ("utter_reflect_feeling", "utter_stay_with", "utter_thank_disclosure"),
    "other": ("utter_support_third_party",),
}


def further(moment: Moment, have: set[str]) -> list[str]:
    """Acts to try beside what the bot would say (`have`)."""
    names = list(EXTRA[moment.mode])
    if moment.danger == "imminent":
        names.insert(0, "utter_refer_emergency")
    return [name for name in names if name not in have]


def advice_of(action: str, kind: str) -> tuple[str, str]:
    """(why now, what to avoid)."""
    return SHOP_ADVICE.get(kind, ("", "")) if kind else ADVICE.get(action, ("", ""))
