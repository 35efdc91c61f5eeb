"""Who owns a chat, the case, the hold, the ladder, the follow-up: pure rules and values.

Nothing here touches a network, a clock or a database; `bot.store` keeps what these functions decide.
"""
