"""Messages that nobody here understands are not answered as if they were."""

from __future__ import annotations

from bot.conversation import memory as mem
from bot.conversation.plan import Plan, plan


def talk(*texts: str, intents: tuple[str, ...] = ()) -> list[Plan]:
    """The plans of a chat; each step is taken as said. `intents`: what the classifier is sure of, in order."""
    memory, made = None, []
    for number, text in enumerate(texts):
        intent = intents[number] if intents else None
        made.append(plan(text, level=0, signals=(), talk=None, memory=memory, intent=intent, confidence=0.9))
        step = made[-1].step
        memory = mem.speak(made[-1].memory, None if step == "none" else step, ["好的。"])
    return made


def test_the_third_message_that_was_not_understood_is_owned_up_to():
    """A child who cannot say what is wrong read "知道了，要办的您说一声" eleven times, until he goes to sleep."""
    assert [one.step for one in talk("不 戴", "挡 嘴", "一直 不说", "哦哦", "嗯呐")][:3] == ["none", "none", "lost"]


def test_one_word_turns_to_the_person_and_stays_there():
    """Who answers "心" would be told again that the shop keeps an eye on it."""
    made = talk("不 戴", "挡 嘴", "一直 不说", "心", "他们 笑")
    assert [one.mode for one in made] == ["service", "service", "service", "support", "support"]


def test_an_ordinary_short_chat_is_not_asked_about_the_heart():
    """Everybody who writes "嗯" and "好" would be asked whether something weighs on them."""
    made = talk(
        "有货吗",
        "好的呀",
        "嗯嗯嗯",
        "行的呢",
        "谢谢啊",
        "发吧",
        intents=("ask_stock", "ack", "ack", "ack", "thanks", "ask_logistics"),
    )
    assert {one.step for one in made} == {"none"}
