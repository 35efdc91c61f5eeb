"""What the sandbox shop must know to run."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class SandboxConfig:
    """`door_url` is Zaoan's address; the two secrets are the shop's, one for each direction."""

    door_url: str
    shop_id: str
    #: Signs what the shop sends to Zaoan.
    webhook_secret: str
    #: Checks what Zaoan sends to the shop.
    connector_secret: str
    database: Path
    host: str = "127.0.0.1"
    port: int = 0
    #: Seconds until the carrier confirms that a shipped parcel was stopped.
    intercept_seconds: float = 3.0
