"""Who speaks: the classic races between a bot and a colleague."""

from __future__ import annotations

from bot.cases.owed import noted, shown, unanswered
from bot.cases.types import Reply, Suggestion

SHOP = "demo"


async def test_reply_made_before_a_person_took_over_is_never_sent(world):
    """The bot would talk over the human who has just written."""
    await world.store.set_owner(SHOP, "c1", "bot", "agent1")
    await world.say(2)
    turn = await world.turn()
    await world.store.set_owner(SHOP, "c1", "human", "agent1")
    assert not await world.store.still_owner(turn)
    assert await world.store.finish_turn(turn, [Reply("我在", "utter_stay_with")], memory={"said": ["x"]}) is False
    assert await world.bot_lines() == []
    assert (await world.chat()).memory == {}
    assert "chat:c1" not in await world.lanes("outbox")


async def test_queued_reply_is_dropped_when_a_person_takes_over(world):
    """The reply is already in the outbox when the agent begins to type."""
    await world.store.set_owner(SHOP, "c1", "bot", "agent1")
    await world.say(2)
    await world.store.finish_turn(await world.turn(), [Reply("我在", "utter_stay_with")])
    command = await world.store.take_command(SHOP, "chat:c1", 5)
    assert await world.store.command_wanted(command)
    await world.agent("我来吧")
    assert not await world.store.command_wanted(command)
    await world.store.drop_command(command, "owner changed")
    (line,) = await world.bot_lines()
    assert line.status == "dropped"
    assert await world.lanes("outbox") == ["chat:c1"]  # an empty lane, tidied at the next look
    assert await world.store.take_command(SHOP, "chat:c1", 5) is None
    assert await world.lanes("outbox") == []


async def test_agent_who_writes_owns_the_chat(world):
    """No second step should be needed to quiet the bot: writing is taking over."""
    await world.store.set_owner(SHOP, "c1", "bot", "agent1")
    await world.say(0)
    before = await world.chat()
    await world.agent()
    after = await world.chat()
    assert (after.owner, after.epoch) == ("human", before.epoch + 1)
    assert after.answered_seq == 1


async def test_what_the_bot_promised_is_work_until_a_colleague_writes(world):
    """ "我让仓库查" is an empty word when nobody of the shop learns of it; or it nags after it was done."""
    await world.store.set_owner(SHOP, "c1", "bot", "agent1")
    await world.say(0, "什么时候发货")
    owed = noted({}, "service", "ask_logistics", True, 1.0)
    await world.store.finish_turn(
        await world.turn(), [Reply("我去催仓库。", "utter_normal_service")], memory={"owed": owed}
    )
    assert shown((await world.chat()).memory, 0) == ["查物流、催发货"]
    await world.agent("明天一早发出")
    assert shown((await world.chat()).memory, 0) == []


async def test_what_the_bot_could_not_answer_waits_for_a_colleague(world):
    """ "真人同事看得到" is an empty word when the question is the fortieth line of a transcript at midnight."""
    await world.store.set_owner(SHOP, "c1", "bot", "agent1")
    await world.say(3, "不上机器 写了算数不")
    kept = {"unanswered": ["写了算数不"]}
    await world.store.finish_turn(await world.turn(), [Reply("我答不准。", "utter_answer_question")], memory=kept)
    assert unanswered((await world.chat()).memory) == ["写了算数不"]
    await world.agent("写了算数，由你自己定")
    assert unanswered((await world.chat()).memory) == []


async def test_chat_given_to_the_bot_gets_its_last_message_answered(world):
    """The customer has been waiting since before the hand-over."""
    await world.say(2, "不想活了")
    turn = await world.turn()
    assert turn.owner == "nobody"
    await world.store.finish_turn(turn, suggestions=[Suggestion("您愿意说说吗", "question")])
    chat = await world.store.set_owner(SHOP, "c1", "bot", "agent1", "h1")
    assert (chat.owner, chat.epoch) == ("bot", 1)
    turn = await world.turn()
    assert (turn.owner, turn.text, turn.epoch) == ("bot", "不想活了", 1)
    assert await world.store.finish_turn(turn, [Reply("我在听", "utter_reflect_feeling")])
    assert [line.text for line in await world.bot_lines()] == ["我在听"]


async def test_handover_while_suggestions_are_being_made_still_gets_an_answer(world):
    """The brain is busy whispering to the agent at the moment the agent hands over."""
    await world.say(2)
    whisper = await world.turn()
    await world.store.set_owner(SHOP, "c1", "bot", "agent1")
    assert await world.store.finish_turn(whisper, suggestions=[Suggestion("…")])
    turn = await world.turn()
    assert (turn.seq, turn.owner) == (1, "bot")


async def test_handover_twice_and_back_counts_every_change(world):
    """A second hand-over, and one delivered twice, must work like the first."""
    for number, to in enumerate(("bot", "human", "bot"), 1):
        await world.store.set_owner(SHOP, "c1", to, "agent1", f"h{number}")
        await world.store.set_owner(SHOP, "c1", to, "agent1", f"h{number}")
        assert (await world.chat()).epoch == number
    await world.store.set_owner(SHOP, "c1", "human", "agent1", "h1")
    assert (await world.chat()).owner == "bot", "a delivery seen before changes nothing"


async def test_closed_chat_gets_nothing_more_and_people_hear_of_it(world):
    """A customer in danger who is gone must be looked for, not written to in an empty room."""
    await world.store.set_owner(SHOP, "c1", "bot", "agent1")
    await world.say(4)
    turn = await world.turn()
    await world.store.close_chat(SHOP, "c1", "platform", "x1")
    assert not await world.store.finish_turn(turn, [Reply("我在")])
    kinds = {alert.kind for alert in await world.store.alerts(SHOP)}
    assert kinds == {"danger", "silence"}
    assert (await world.store.cases(SHOP))[0].status == "open"


async def test_suggestions_tell_which_message_they_answer(world):
    """Stale advice under a newer, more dangerous message would be used."""
    await world.say(0)
    turn = await world.turn()
    assert await world.store.finish_turn(turn, suggestions=[Suggestion("您想问哪一款", "question", why="先问")])
    found = await world.store.suggestions(SHOP, "c1")
    assert found["seq"] == 1
    assert found["items"][0]["why"] == "先问"


async def test_a_persons_chat_is_worth_thinking_about_until_it_is_answered(world):
    """The agent would never get a suggestion if only the bot's own chats counted."""
    await world.say(2)
    turn = await world.turn()
    assert await world.store.still_owner(turn)
    await world.agent()
    assert not await world.store.still_owner(turn)


async def test_taking_back_in_mid_reply_brings_cards_at_once(world):
    """The agent would stand before an empty desk until the person in danger wrote again."""
    await world.store.set_owner(SHOP, "c1", "bot", "agent1")
    await world.say(2, "不想活了")
    speaking = await world.turn()
    await world.store.set_owner(SHOP, "c1", "human", "agent1", "t1")
    assert await world.store.finish_turn(speaking, [Reply("我在听")]) is False
    turn = await world.turn()
    assert (turn.owner, turn.seq, turn.text, turn.again) == ("human", 1, "不想活了", False)
    assert await world.store.still_owner(turn)
    assert await world.store.finish_turn(turn, suggestions=[Suggestion("…")], memory={"turn": 1})
    assert (await world.store.suggestions(SHOP, "c1"))["seq"] == 1
    assert (await world.chat()).memory == {"turn": 1}


async def test_taking_back_after_the_bot_answered_brings_words_to_go_on_with(world):
    """Whoever takes over because the bot did badly needs words most; its memory must not hear a message twice."""
    await world.store.set_owner(SHOP, "c1", "bot", "agent1")
    await world.say(2, "嗯")
    await world.store.finish_turn(await world.turn(), [Reply("现在一个人吗？")], memory={"pending": "companion"})
    await world.store.set_owner(SHOP, "c1", "human", "agent1", "t1")
    turn = await world.turn()
    assert (turn.owner, turn.again) == ("human", True)
    assert await world.store.still_owner(turn)
    assert await world.store.finish_turn(turn, suggestions=[Suggestion("…")], memory={"told": {"alone": 1}})
    assert (await world.chat()).memory == {"pending": "companion"}
    assert (await world.store.suggestions(SHOP, "c1"))["seq"] == 1


async def test_words_to_go_on_with_are_not_made_once_they_are_of_no_use(world):
    """Cards for a message that the talk has left behind would be sent."""
    await world.store.set_owner(SHOP, "c1", "bot", "agent1")
    await world.say(2)
    await world.store.finish_turn(await world.turn(), [Reply("我在")])
    await world.store.set_owner(SHOP, "c1", "human", "agent1", "t1")
    await world.say(2, "还有")
    turn = await world.turn()
    assert (turn.seq, turn.again) == (3, False)
