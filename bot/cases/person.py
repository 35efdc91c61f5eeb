"""One person across shops: known by a keyed hash, never by name.

The hash joins what is the same without saying who it is: a reader of the record learns nothing of the
customer without the key, and ids cannot be tried out against it. Ids are only comparable within one
platform, so the platform is part of what is hashed.
"""

from __future__ import annotations

import hashlib
import hmac

from bot.cases.types import Case, Linked

LENGTH = 32
NAMELESS = "@"
"""A case opened before its customer was known stands under "@" and its chat; such a name joins nothing."""


def person_id(key: bytes, platform: str, customer_id: str) -> str:
    """The person's name in the link record: 128 bits of HMAC-SHA256 in hex."""
    if not key:
        raise ValueError("a person id needs a key")
    said = f"{len(platform)}:{platform}:{customer_id}".encode()
    return hmac.new(key, said, hashlib.sha256).hexdigest()[:LENGTH]


def entry_of(case: Case) -> Linked:
    """What other shops' desks are told of a case."""
    peak = max((step.level for step in case.history), default=0)
    return Linked(case.shop_id, case.case_id, case.level, max(peak, case.level), case.status, case.steps)


def is_news(case: Case, entry: Linked) -> bool:
    """Whether an entry tells this case something that it does not know yet."""
    if entry.shop_id == case.shop_id:
        return False
    for known in case.linked:
        if (known.shop_id, known.case_id) == (entry.shop_id, entry.case_id):
            return entry.seq > known.seq
    return True
