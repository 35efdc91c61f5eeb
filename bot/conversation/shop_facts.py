"""A shop's own facts (`data/shop_facts.yml`): what may be said of shipping, returns, hours. Pure.

Empty means unknown: then the wording says what will be looked up, and nothing is invented.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

FILE = Path(__file__).resolve().parents[2] / "data" / "shop_facts.yml"
#: Name of a fact → what it is about, for findings.
FACTS: Mapping[str, str] = {
    "ship_time": "多久发货", "courier": "发什么快递", "freight": "运费", "returns": "退换", "sizing": "尺码",
    "invoice": "发票", "warranty": "保修", "gift": "礼品包装", "promo": "优惠", "desk_hours": "人工在线时间",
}  # fmt: skip
LONGEST = 22
"""Characters of one fact, so that the sentence it stands in stays within the guard's sixty."""


def facts_of(shop_id: str, path: Path = FILE) -> Mapping[str, str]:
    """The facts of one shop over the common ones; {} when the file is not there or cannot be read.

    A changed file counts from the next message on.
    """
    try:
        raw = _read(str(path), path.stat().st_mtime_ns)
    except (OSError, yaml.YAMLError):
        return {}
    own = {**(raw.get("common") or {}), **((raw.get("shops") or {}).get(shop_id) or {})}
    return {name: str(own[name]).strip() for name in FACTS if own.get(name)}


@lru_cache(maxsize=4)
def _read(path: str, stamp: int) -> Mapping[str, Any]:
    raw = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
    return raw if isinstance(raw, dict) else {}
