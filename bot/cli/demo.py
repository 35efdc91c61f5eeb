"""The demo shop that a first `zaoan up` connects: ids and fresh secrets, readable by the owner alone."""

from __future__ import annotations

import json
import os
import secrets
from pathlib import Path

from bot.settings import Settings

SHOP_ID = "demo"


def ensure_shops(settings: Settings) -> Path:
    """Write the shops file with the sandbox shop if there is none; returns its path."""
    path = settings.shops_file
    if path.exists():
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    shop = {
        "id": SHOP_ID,
        "name": "早安小铺",
        "category": "日用百货",
        "secret": secrets.token_urlsafe(32),
        "outgoing_secret": secrets.token_urlsafe(32),
        "base_url": f"http://127.0.0.1:{settings.sandbox_port}/shop",
    }
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        json.dump([shop], out, ensure_ascii=False, indent=2)
    return path
