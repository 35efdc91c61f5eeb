"""When a call for a person gets louder, and who is called at each rung. Only a person's acceptance stops it.

An acceptance is a promise to speak: if no person has said a word to the customer in time, the call is open
again. Level 4 is happening now: everything comes sooner, and each call starts one rung further up.
"""

from __future__ import annotations

from bot.cases.types import Case

FIRST_RUNGS = (60.0, 180.0)
"""Seconds after the request: the group, then the lead."""
FIRST_RUNGS_NOW = (30.0, 90.0)
AGAIN = 180.0
AGAIN_NOW = 60.0
"""After the first rungs everyone is called again and again; sooner when it is happening now."""
AUDIENCES = ("desk", "group", "lead", "everyone")
"""The desk is whoever looks at the console; everyone is the phone list, the leads and the groups."""
NOW = 4
WORDS = {4: 90.0, 3: 180.0}
WORDS_SOON = 600.0
"""Seconds from acceptance to the first human words, by level; for lower levels WORDS_SOON."""


def waiting(case: Case) -> bool:
    """Whether a person was called and none has come."""
    return case.status == "open" and case.escalation in ("requested", "offered")


def rung_due(case: Case) -> float | None:
    """When the next rung is called, None when nobody is waited for."""
    if not waiting(case):
        return None
    first, step = (FIRST_RUNGS_NOW, AGAIN_NOW) if case.level >= NOW else (FIRST_RUNGS, AGAIN)
    if case.rung < len(first):
        return case.requested_at + first[case.rung]
    return case.requested_at + first[-1] + step * (case.rung - len(first) + 1)


def audience(rung: int, level: int = 0) -> str:
    """Who is called at a rung; 0 is the first call. At level 4 one rung further up."""
    return AUDIENCES[min(rung + (level >= NOW), len(AUDIENCES) - 1)]


def words_seconds(level: int) -> float:
    """How long after acceptance a person's first words are waited for."""
    return WORDS.get(min(level, NOW), WORDS_SOON)


def words_due(case: Case) -> float | None:
    """When the call is opened again because nobody has spoken; None when nobody owes words.

    A contact outside (police, family) shows that someone is at work: the time starts anew with it. So it does when
    the danger rises after the acceptance: that was a promise for a calmer case.
    """
    if case.status != "open" or case.escalation != "accepted" or case.spoke_at:
        return None
    last = max((contact.at for contact in case.contacts), default=0.0)
    return max(case.accepted_at, case.requested_at, last) + words_seconds(case.level)
