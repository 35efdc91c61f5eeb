"""What a customer may do in one message beside telling: the moves, and which of them go before others. Pure.

The keys of `data/heard.yml` (moves) and the classifier's intents of the same names; :mod:`bot.conversation.plan` picks
the one that is answered.
"""

from __future__ import annotations

from bot.conversation import questions, replies

#: Topics that are trouble by themselves, whatever the reader felt.
TROUBLES = frozenset({"bullying", "caregiver", "grief", "harm_self"})
#: What the classifier cannot tell apart by one message and the talk can: a complaint about us in a crisis is anger.
IN_CRISIS = {"complain_service": "anger", "threaten_complaint": "anger"}
#: Plain questions and plain needs, which get a plain answer (data/heard.yml) before any comfort.
PLAIN = frozenset(
    {"swallowed", "cannot_phone", "may_enter", "how_call", "ask_which", "may_call", "ask_family", "ask_cost",
     "ask_doctor", "ask_line", "ask_hours", "ask_language", "ask_say", "ask_realname", "how_to_tell", "may_i",
     "why_place", "unlisted", "misheard", "what_now"}
)  # fmt: skip
#: Those that come before everything else that was said.
URGENT = frozenset({"swallowed", "cannot_phone"})
#: Moves that keep their own answer in a crisis talk (the keys of data/heard.yml and the
#: classifier's intents of the same names).
MOVES = PLAIN | frozenset(
    {"injection", "ask_bot", "ask_human", "ask_who_reads", "ask_record", "ask_police", "refuse_police", "tell_doctor",
     "taken_back", "accept_help", "hold_complaint", "fear_family", "line_busy", "refuse_call", "afraid_tell",
     "presence", "bye", "refuse_place", "refuse_talk", "calm_denial", "prank", "relief", "guilt_caller",
     "at_hospital", "help_called", "ask_identify", "caller_shaken", "anger", "thanks", "silent",
     questions.DIRECT, questions.UNKNOWN, replies.REPLY}
)  # fmt: skip
#: Who takes a hand or takes it back the day after, with nothing grave beside it, is not sent to the emergency number.
STANDS_DOWN = frozenset({"accept_help", "calm_denial"})
#: What was told or asked beside "你搞错了" is answered; the correction alone gets an apology.
MORE_THAN_A_CORRECTION = frozenset(
    {"ask_police", "ask_who_reads", "ask_human", "ask_bot", "ask_record", "refuse_police", "accept_help", "fear_family",
     "at_hospital", "help_called", "thanks"}
)  # fmt: skip
#: Questions about who we are and what we will do.
ABOUT_US = frozenset({"ask_police", "ask_who_reads", "ask_bot", "ask_record"})
#: A message as short as this is understood by the lists, not by the classifier ("没人" is no busy line).
TOO_SHORT = 4
#: Moves that only make sense once something was told or asked: a first message accepts no help and denies nothing.
LATER = frozenset({"accept_help", "calm_denial", "relief"})
#: Moves that only somebody who speaks for another makes.
OTHER_ONLY = frozenset({"caller_shaken", "guilt_caller", "ask_identify", "may_enter"})
#: Moves that count in a message that reports something grave of another.
REPORTED = (PLAIN - {"cannot_phone"}) | frozenset(
    {"at_hospital", "help_called", "ask_identify", "anger", "guilt_caller"}
)
#: Moves with which somebody holds on to us: no farewell, whatever was felt in "你先别走".
PARTING = frozenset({"presence"})
#: Moves with which somebody says that the worst is over.
EASED = frozenset({"calm_denial", "thanks", "relief", "accept_help", "at_hospital"})
#: Steps that ask who could come.
WHO_COMES = frozenset({"companion", "companion_refer", "get_through"})
