"""Everything that can be set from outside, read once at start.

Each setting is one environment variable that begins with ``ZAOAN_``. A wrong value
raises :class:`SettingError`, which names the variable and what to write instead, so that
`zaoan doctor` and a failed start say the same thing.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

ID_PATTERN = re.compile(r"[A-Za-z0-9_.@-]{1,64}")
"""Shape of every id that crosses the border: shops, chats, orders, customers."""

MAIL_PATTERN = re.compile(r"[^\s@<>,;:\"]+@[^\s@<>,;:\"]+")
REDIS_SCHEMES = ("redis", "rediss", "unix", "redis+sentinel", "redis+cluster")


class SettingError(ValueError):
    """A setting that cannot be used.

    Attributes:
        key: the environment variable, or the file and field.
        fix: what to do about it, one sentence.
    """

    def __init__(self, key: str, problem: str, fix: str) -> None:
        super().__init__(f"{key}: {problem}. {fix}")
        self.key = key
        self.problem = problem
        self.fix = fix


@dataclass(frozen=True, slots=True)
class Shop:
    """One merchant that is connected.

    Attributes:
        secret: signs what the shop sends to us.
        outgoing_secret: signs what we send to the shop.
        base_url: where the shop's platform takes messages, holds and releases.
        platform: shops of one platform know a customer by the same id; by default the origin of base_url.
        category: what the shop sells, used as context by the danger reading.
    """

    id: str
    name: str
    category: str
    secret: str = field(repr=False)
    outgoing_secret: str = field(repr=False)
    base_url: str
    platform: str = ""


@dataclass(frozen=True, slots=True)
class Settings:
    """The whole configuration of one process.

    Attributes:
        var_dir: where state is kept on disk (Redis data, shops file, passwords).
        redis_url: ``redis://``, ``rediss://``, ``redis+sentinel://host:port,host:port/name/0``
            or ``redis+cluster://host:port``; None means: use the embedded server.
        answer_seconds: a customer whom the bot owes an answer gets the fixed safe text after this.
        page_url: address that is called (signed with page_secret) when a person must come;
            None means: people are told on the console only.
        smtp_host: mail server for calls to people; smtp_tls is "starttls", "tls" or "none"; smtp_to gets a copy
            of every call, besides whom the roster names.
        roster_file: who is on call (docs/guide/interventionist.md); may be missing.
        person_key: joins cases of one person in several shops; empty means: the file person.key in var_dir,
            made at first start.
        key_file: seals addresses (bot/privacy/vault.py), made at first use.
        heavy_cap: grave cases that one person accepts in a row before they are asked to pause. The number is ours and
            cautious: no study gives one.
        metrics_token: opens /metrics to callers that are not on this machine; empty means: to none.
    """

    var_dir: Path = Path("var")
    redis_url: str | None = field(default=None, repr=False)
    shops_file: Path = Path("var/shops.json")
    model_dir: Path = Path("models")
    host: str = "127.0.0.1"
    port: int = 8080
    actions_port: int = 5055
    sandbox_port: int = 8090
    answer_seconds: float = 8.0
    silence_seconds: float = 180.0
    timezone: str = "Asia/Shanghai"
    page_url: str | None = None
    page_secret: str = field(default="", repr=False)
    log_level: str = "INFO"
    smtp_host: str | None = None
    smtp_port: int = 587
    smtp_tls: str = "starttls"
    smtp_user: str = ""
    smtp_password: str = field(default="", repr=False)
    smtp_from: str = "zaoan@localhost"
    smtp_to: tuple[str, ...] = ()
    roster_file: Path = Path("var/roster.yaml")
    person_key: str = field(default="", repr=False)
    key_file: Path = Path("var/privacy.key")
    heavy_cap: int = 3
    metrics_token: str = field(default="", repr=False)

    @property
    def redis_dir(self) -> Path:
        """Data, password and log of the embedded Redis."""
        return self.var_dir / "redis"

    def live_redis_url(self) -> str:
        """The Redis to use now: the configured one, else the embedded one that is running."""
        if self.redis_url:
            return self.redis_url
        written = self.redis_dir / "url"
        try:
            return written.read_text(encoding="utf-8").strip()
        except OSError:
            raise SettingError(
                "ZAOAN_REDIS_URL",
                f"not set, and no embedded Redis has left its address in {written}",
                "Run `zaoan up`, or set ZAOAN_REDIS_URL=redis://:password@host:6379/0",
            ) from None

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None) -> Settings:
        """Read the environment; raise :class:`SettingError` at the first value that is wrong."""
        read = _Reader(os.environ if env is None else env)
        var_dir = Path(read.text("ZAOAN_VAR", "var"))
        return cls(
            var_dir=var_dir,
            redis_url=read.redis_url("ZAOAN_REDIS_URL"),
            shops_file=Path(read.text("ZAOAN_SHOPS", str(var_dir / "shops.json"))),
            model_dir=Path(read.text("ZAOAN_MODELS", "models")),
            host=read.text("ZAOAN_HOST", "127.0.0.1"),
            port=read.port("ZAOAN_PORT", 8080),
            actions_port=read.port("ZAOAN_ACTIONS_PORT", 5055),
            sandbox_port=read.port("ZAOAN_SANDBOX_PORT", 8090),
            answer_seconds=read.seconds("ZAOAN_ANSWER_SECONDS", 8.0),
            silence_seconds=read.seconds("ZAOAN_SILENCE_SECONDS", 180.0),
            timezone=read.timezone("ZAOAN_TIMEZONE", "Asia/Shanghai"),
            page_url=read.http_url("ZAOAN_PAGE_URL"),
            page_secret=read.text("ZAOAN_PAGE_SECRET", ""),
            log_level=read.choice("ZAOAN_LOG_LEVEL", "INFO", ("DEBUG", "INFO", "WARNING", "ERROR")),
            smtp_host=read.text("ZAOAN_SMTP_HOST", "") or None,
            smtp_port=read.port("ZAOAN_SMTP_PORT", 587),
            smtp_tls=read.choice("ZAOAN_SMTP_TLS", "STARTTLS", ("STARTTLS", "TLS", "NONE")).lower(),
            smtp_user=read.text("ZAOAN_SMTP_USER", ""),
            smtp_password=read.text("ZAOAN_SMTP_PASSWORD", ""),
            smtp_from=read.mail("ZAOAN_SMTP_FROM", "zaoan@localhost"),
            smtp_to=tuple(read.mail("ZAOAN_SMTP_TO", part) for part in read.words("ZAOAN_SMTP_TO")),
            roster_file=Path(read.text("ZAOAN_ROSTER", str(var_dir / "roster.yaml"))),
            person_key=read.key("ZAOAN_PERSON_KEY"),
            key_file=Path(read.text("ZAOAN_KEY_FILE", str(var_dir / "privacy.key"))),
            heavy_cap=read.number("ZAOAN_HEAVY_CAP", 3),
            metrics_token=read.text("ZAOAN_METRICS_TOKEN", ""),
        )

    def shops(self) -> dict[str, Shop]:
        """The connected shops by id, read from :attr:`shops_file`."""
        return load_shops(self.shops_file)


class _Reader:
    """Casts of one environment; every failure names the key."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self._env = env

    def text(self, key: str, default: str) -> str:
        return self._env.get(key, "").strip() or default

    def port(self, key: str, default: int) -> int:
        raw = self.text(key, str(default))
        if not raw.isascii() or not raw.isdigit() or not 1 <= int(raw) <= 65535:
            raise SettingError(key, f"{raw!r} is not a port", "Use a number from 1 to 65535.")
        return int(raw)

    def number(self, key: str, default: int) -> int:
        raw = self.text(key, str(default))
        if not raw.isascii() or not raw.isdigit() or not 1 <= int(raw) <= 100:
            raise SettingError(key, f"{raw!r} is not such a number", "Use a whole number from 1 to 100.")
        return int(raw)

    def seconds(self, key: str, default: float) -> float:
        raw = self.text(key, str(default))
        try:
            value = float(raw)
        except ValueError:
            value = -1.0
        if not 0.05 <= value <= 86_400:
            raise SettingError(key, f"{raw!r} is not a length of time", "Use seconds from 0.05 to 86400.")
        return value

    def choice(self, key: str, default: str, allowed: tuple[str, ...]) -> str:
        raw = self.text(key, default).upper()
        if raw not in allowed:
            raise SettingError(key, f"{raw!r} is not known", f"Use one of {', '.join(allowed)}.")
        return raw

    def timezone(self, key: str, default: str) -> str:
        raw = self.text(key, default)
        try:
            ZoneInfo(raw)
        except (ZoneInfoNotFoundError, ValueError):
            raise SettingError(key, f"{raw!r} is not a time zone", "Use a name like Asia/Shanghai.") from None
        return raw

    def words(self, key: str) -> list[str]:
        return [part.strip() for part in self.text(key, "").split(",") if part.strip()]

    def mail(self, key: str, default: str) -> str:
        raw = default if "," in self.text(key, "") else self.text(key, default)
        if not MAIL_PATTERN.fullmatch(raw):
            raise SettingError(key, f"{raw!r} is not a mail address", "Use name@example.org (commas between several).")
        return raw

    def key(self, key: str) -> str:
        raw = self.text(key, "")
        if raw and len(raw) < 32:
            raise SettingError(key, "is shorter than 32 characters", "Generate a long random one.")
        return raw

    def http_url(self, key: str) -> str | None:
        raw = self.text(key, "")
        if not raw:
            return None
        parts = urlsplit(raw)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise SettingError(key, "is not a web address", "Use https://host/path, or leave it empty.")
        return raw.rstrip("/")

    def redis_url(self, key: str) -> str | None:
        raw = self.text(key, "")
        if not raw:
            return None
        # The value itself is never repeated in the message: it holds a password.
        if raw.partition("://")[0] not in REDIS_SCHEMES or "://" not in raw:
            raise SettingError(
                key,
                "is not a Redis address",
                "Use redis://:password@host:6379/0, or leave it empty for the embedded Redis.",
            )
        return raw


def load_shops(path: Path) -> dict[str, Shop]:
    """Read the shops file: a JSON list of ``{id, name, category, secret, outgoing_secret, base_url}``."""
    where = str(path)
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise SettingError(where, "is missing", "Run `zaoan up` once, or write the file (see the guide).") from None
    except (OSError, ValueError) as error:
        raise SettingError(where, f"cannot be read ({error})", "Make it a JSON list.") from None
    if not isinstance(rows, list):
        raise SettingError(where, "is not a list", "Make it a JSON list of shops.")
    shops: dict[str, Shop] = {}
    for number, row in enumerate(rows):
        shop = _shop(row, f"{where}[{number}]")
        if shop.id in shops:
            raise SettingError(f"{where}[{number}].id", "is used twice", "Give each shop its own id.")
        shops[shop.id] = shop
    return shops


def _shop(row: Any, where: str) -> Shop:
    if not isinstance(row, dict):
        raise SettingError(where, "is not an object", "Write {id, name, category, …}.")
    values = {}
    for name in ("id", "name", "category", "secret", "outgoing_secret", "base_url"):
        value = row.get(name, "" if name in ("name", "category") else None)
        if not isinstance(value, str):
            raise SettingError(f"{where}.{name}", "is missing or not text", "Fill it in.")
        values[name] = value
    if not ID_PATTERN.fullmatch(values["id"]):
        raise SettingError(f"{where}.id", "has a wrong shape", "Use 1-64 of letters, digits and _ . @ -")
    for name in ("secret", "outgoing_secret"):
        if len(values[name]) < 16:
            raise SettingError(f"{where}.{name}", "is shorter than 16 characters", "Generate a long random one.")
    parts = urlsplit(values["base_url"])
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise SettingError(f"{where}.base_url", "is not a web address", "Use https://host/path")
    values["base_url"] = values["base_url"].rstrip("/")
    platform = row.get("platform", "")
    if not isinstance(platform, str):
        raise SettingError(f"{where}.platform", "is not text", "Write the same word for shops that share customers.")
    return Shop(**values, platform=platform.strip() or f"{parts.scheme}://{parts.netloc}".lower())
