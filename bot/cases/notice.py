"""Who must be told afterwards: the after-the-fact notice of PIPL article 18.

In an emergency a person may be helped, and others told where they are, without asking first
(article 13). Article 18 paragraph 2 then asks that they be told once the emergency is over.
Whether and how to tell someone who has just been in such danger is a person's decision; the
product makes sure that the task is not forgotten.
"""

from __future__ import annotations

from bot.cases.types import Case

INSIDE = frozenset({"colleague", "next_shift", "customer", "platform"})
"""Telling these hands nothing to an outsider."""
KIND = "privacy_notice"


def notice_owed(case: Case, address_shown: bool = False) -> bool:
    """Whether, with this case closed, the customer must be told what was passed on."""
    if case.status != "closed":
        return False
    return address_shown or any(contact.whom not in INSIDE for contact in case.contacts)
