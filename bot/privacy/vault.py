"""What must be known but not lie open: sealed before it is stored, opened for a named person.

Fernet (AES-128-CBC with HMAC-SHA256). The keys stand in a file, one a line, the newest first: it
seals, the others still open what was sealed before. `zaoan person rotate-key` adds a key and seals
everything anew. Whoever loses the file loses the addresses in it, so back it up apart from the data.
"""

from __future__ import annotations

import functools
import json
import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from bot.settings import SettingError

KEY_FILE = "ZAOAN_KEY_FILE"
DEFAULT_NAME = "privacy.key"
PREFIX = "sealed:"


class VaultError(RuntimeError):
    """Something sealed cannot be opened: wrong keys, damaged, or moved to another place."""


class Vault:
    """Seals small JSON objects under a place (such as shop and order), and opens them only there.

    The place is sealed with the value, so that nobody who can write to the database can put one
    customer's address under another's name.
    """

    def __init__(self, keys: list[bytes]) -> None:
        self._fernets = MultiFernet([Fernet(key) for key in keys])

    @classmethod
    def open(cls, path: Path) -> Vault:
        """The vault of a key file; the file is made, readable by its owner alone, if there is none.

        Raises `SettingError` when the file is there and holds no keys.
        """
        make_key_file(path)
        return cls(read_keys(path))

    def seal(self, place: str, value: Mapping[str, Any]) -> str:
        """`sealed:` and a token for a place."""
        plain = json.dumps({"place": place, "value": dict(value)}, ensure_ascii=False).encode()
        return PREFIX + self._fernets.encrypt(plain).decode()

    def unseal(self, place: str, sealed: str) -> dict[str, Any]:
        """The value of :meth:`seal`; `VaultError` if it cannot be opened or was sealed for another place."""
        if not sealed.startswith(PREFIX):
            raise VaultError("this was never sealed")
        try:
            found = json.loads(self._fernets.decrypt(sealed[len(PREFIX) :].encode()))
        except InvalidToken:
            raise VaultError("sealed with a key that is not in the key file, or damaged") from None
        if found["place"] != place:
            raise VaultError("sealed for another place")
        value: dict[str, Any] = found["value"]
        return value

    def renew(self, sealed: str) -> str:
        """The same, sealed with the newest key."""
        try:
            return PREFIX + self._fernets.rotate(sealed[len(PREFIX) :].encode()).decode()
        except InvalidToken:
            raise VaultError("sealed with a key that is not in the key file, or damaged") from None


def read_keys(path: Path) -> list[bytes]:
    """The keys of a file, newest first; empty lines and lines with # are skipped."""
    try:
        lines = path.read_text(encoding="ascii").split("\n")
        keys = [line.strip().encode() for line in lines if line.strip() and not line.startswith("#")]
        for key in keys:
            Fernet(key)
    except (OSError, ValueError) as error:
        raise SettingError(
            KEY_FILE, f"{path} cannot be read ({type(error).__name__})", "Put back the file from the backup."
        ) from None
    if not keys:
        raise SettingError(KEY_FILE, f"{path} holds no key", "Put back the file from the backup.")
    return keys


def make_key_file(path: Path) -> None:
    """A file with one fresh key unless there is one. Several processes may try at once; one wins whole."""
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = _write_private(path, [Fernet.generate_key()])
    try:
        os.link(draft, path)
    except FileExistsError:
        return
    finally:
        draft.unlink()


def add_key(path: Path) -> None:
    """Put a fresh key first; the older ones stay and open what they sealed."""
    draft = _write_private(path, [Fernet.generate_key(), *read_keys(path)])
    draft.replace(path)


def forget_old_keys(path: Path) -> int:
    """Keep the newest key only, once everything is sealed with it; returns how many went."""
    keys = read_keys(path)
    _write_private(path, keys[:1]).replace(path)
    return len(keys) - 1


def _write_private(path: Path, keys: list[bytes]) -> Path:
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        out.write(b"\n".join(keys) + b"\n")
        out.flush()
        os.fsync(out.fileno())
    return draft


def key_path() -> Path:
    """The key file of this process: `ZAOAN_KEY_FILE`, else `privacy.key` in `ZAOAN_VAR`."""
    named = os.environ.get(KEY_FILE, "").strip()
    return Path(named) if named else Path(os.environ.get("ZAOAN_VAR", "").strip() or "var") / DEFAULT_NAME


def vault() -> Vault:
    """The vault of this process; opened anew when the key file has changed."""
    path = key_path()
    make_key_file(path)
    return _opened(path, path.stat().st_mtime_ns)


@functools.lru_cache(maxsize=2)
def _opened(path: Path, _: int) -> Vault:
    return Vault.open(path)
