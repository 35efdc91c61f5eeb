"""Which shop sent this? Answered from the signature, before the body is parsed.

The shop's id stands inside the signed body. Parsing an unproven body would hand every
stranger our JSON parser, so the raw bytes are only scanned for well-formed ids that are
connected shops, and their secrets tried. The id in the parsed body must then be the one
whose secret fitted (`proven_by`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.settings import Shop
from channels.signing import SignatureError, check_time, verify

_HINT = re.compile(rb'"shop_id"\s*:\s*"([A-Za-z0-9_.@-]{1,64})"')
#: A body whose shop cannot be read at a glance is still checked, so that its sender is
#: told what is wrong with it; with more shops than this it is only refused.
_MOST_TRIED = 64
#: Checked when there is no shop to check, so that an unknown shop takes as long as a known one.
_NOBODY = "0" * 64


def _candidates(shops: Mapping[str, Shop], body: bytes) -> list[Shop]:
    named = list(dict.fromkeys(name.decode() for name in _HINT.findall(body)[:8]))
    if named:
        return [shops[name] for name in named if name in shops]
    return list(shops.values()) if len(shops) <= _MOST_TRIED else []


def proven_by(shops: Mapping[str, Shop], timestamp: str, signature: str, body: bytes, now: float) -> Shop:
    """The shop whose secret signed these bytes within the window, or `SignatureError`."""
    check_time(timestamp, now)
    proven: Shop | None = None
    candidates = _candidates(shops, body)
    if not candidates:
        verify([_NOBODY], timestamp, signature, body, now)
    for shop in candidates:
        try:
            verify([shop.secret], timestamp, signature, body, now)
            proven = shop
        except SignatureError:
            continue
    if proven is None:
        raise SignatureError("no connected shop signed this")
    return proven
