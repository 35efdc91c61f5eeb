"""Who may use the console: names, roles and argon2 hashes in one file of the owner's."""

from __future__ import annotations

import contextlib
import functools
import json
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from bot.settings import SettingError
from channels.schema import ID_PATTERN

ROLES = ("agent", "interventionist", "trainer", "auditor", "admin")
#: Name, role, and what the demo's reader is told the account is for.
_DEMO = (
    ("kefu", "agent", "客服"),
    ("ganyu", "interventionist", "干预员"),
    ("peixun", "trainer", "训练师"),
    ("shenji", "auditor", "审计员"),
    ("admin", "admin", "管理员"),
)


@dataclass(frozen=True, slots=True)
class Account:
    """One person. `role` is one of `ROLES`."""

    name: str
    role: str
    password_hash: str = field(repr=False)


def _write_private(path: Path, text: str) -> None:
    """Readable by its owner alone; never overwrites."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as out:
        out.write(text)


class Accounts:
    """The accounts file, read anew when it changes."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._hasher = PasswordHasher()
        self._read_at = -1
        self._accounts: dict[str, Account] = {}

    def ensure_demo(self, note: Path) -> None:
        """Writes five demo accounts with fresh passwords and a note of them, if there is no file yet."""
        if self._path.exists():
            return
        rows, lines = [], []
        for name, role, title in _DEMO:
            password = secrets.token_urlsafe(9)
            rows.append({"name": name, "role": role, "password_hash": self._hasher.hash(password)})
            lines.append(f"{title} {name} / {password}")
        with contextlib.suppress(FileExistsError):  # another door was faster
            _write_private(self._path, json.dumps(rows, indent=2))
            note.unlink(missing_ok=True)
            _write_private(note, "\n".join(lines) + "\n")

    def get(self, name: str) -> Account | None:
        """The account of that name as the file has it now."""
        self._refresh()
        return self._accounts.get(name)

    def named(self, role: str) -> list[str]:
        """Names of all who have a role, in order."""
        self._refresh()
        return sorted(account.name for account in self._accounts.values() if account.role == role)

    def check(self, name: str, password: str) -> Account | None:
        """The account if the password fits. Takes some 50 ms by design: call it in a thread."""
        account = self.get(name)
        try:
            self._hasher.verify(account.password_hash if account else self._nobody, password)
        except (VerificationError, InvalidHashError):
            return None
        return account

    @functools.cached_property
    def _nobody(self) -> str:
        """Checked for names that do not exist, so that the answer takes as long."""
        return self._hasher.hash(secrets.token_hex(16))

    def _refresh(self) -> None:
        try:
            if not self._path.exists():
                self._accounts, self._read_at = {}, -1
                return
            changed = self._path.stat().st_mtime_ns
            if changed == self._read_at:
                return
            rows = json.loads(self._path.read_text(encoding="utf-8"))
            accounts = [Account(row["name"], row["role"], row["password_hash"]) for row in rows]
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise SettingError(
                str(self._path), f"cannot be read ({type(error).__name__})", "Delete it to get new demo accounts."
            ) from None
        for account in accounts:
            if account.role not in ROLES or not ID_PATTERN.fullmatch(account.name):
                raise SettingError(
                    str(self._path), f"account {account.name!r} has a wrong name or role", f"Use {', '.join(ROLES)}."
                )
        self._accounts = {account.name: account for account in accounts}
        self._read_at = changed
