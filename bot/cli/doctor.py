"""`zaoan doctor`: looks at the settings and at every part Zaoan will talk to.

Each finding names the setting and the fix. `zaoan up` runs the same list first and
refuses to start on an error: a shop must hear of a broken part before a customer does.
"""

from __future__ import annotations

import argparse
import os
import shutil
import socket
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from bot.settings import SettingError, Settings

ROOT = Path(__file__).resolve().parents[2]
NEED_DISK_GIB = 1.0


@dataclass(frozen=True, slots=True)
class Finding:
    """One result: `ok` says what is fine; `warning` and `error` carry the fix."""

    severity: Literal["ok", "warning", "error"]
    part: str
    text: str
    fix: str = ""

    def __str__(self) -> str:
        mark = {"ok": "✓", "warning": "!", "error": "✗"}[self.severity]
        return f"{mark} {self.part}: {self.text}" + (f"\n    fix: {self.fix}" if self.fix else "")


Check = Callable[[Settings], list[Finding]]


def check_var(settings: Settings) -> list[Finding]:
    """State must be writable: conversations and the ledger live there."""
    try:
        settings.var_dir.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=settings.var_dir):
            pass
    except OSError as error:
        where = f"ZAOAN_VAR={settings.var_dir}"
        return [Finding("error", where, f"cannot be written ({error.strerror})", "Choose a folder you may write.")]
    free = shutil.disk_usage(settings.var_dir).free / 2**30
    if free < NEED_DISK_GIB:
        return [Finding("error", "disk", f"{free:.1f} GiB free", f"Free at least {NEED_DISK_GIB:.0f} GiB.")]
    return [Finding("ok", "disk", f"{settings.var_dir} is writable, {free:.0f} GiB free")]


def port_in_use(host: str, port: int) -> bool:
    """True when somebody listens there already."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return True
    return False


def check_ports(settings: Settings) -> list[Finding]:
    """The ports we serve on must be free before a start."""
    wanted = {
        "ZAOAN_PORT": (settings.host, settings.port),
        "ZAOAN_ACTIONS_PORT": ("127.0.0.1", settings.actions_port),
        "ZAOAN_SANDBOX_PORT": ("127.0.0.1", settings.sandbox_port),
    }
    found = []
    for key, (host, port) in wanted.items():
        if port_in_use(host, port):
            fix = f"Stop what listens there (ss -ltnp 'sport = :{port}'), or start with {key}=<another port>."
            found.append(Finding("error", key, f"port {port} on {host} is in use", fix))
    return found or [Finding("ok", "ports", ", ".join(str(port) for _, port in wanted.values()) + " are free")]


def check_redis(settings: Settings) -> list[Finding]:
    """The configured Redis must answer and write to disk; without one, a server binary must exist."""
    if settings.redis_url is None:
        from bot.store.embedded import find_server

        try:
            return [Finding("ok", "redis", f"embedded, {find_server()}")]
        except SettingError as error:
            return [Finding("error", error.key, error.problem, error.fix)]
    import asyncio

    from bot.store.embedded import probe

    try:
        facts = asyncio.run(probe(settings.redis_url))
    except Exception as error:  # noqa: BLE001 - whatever fails here is the finding
        # redis-py repeats host and port, never the password
        fix = "Start that Redis, correct the address, or unset ZAOAN_REDIS_URL to use the embedded one."
        return [Finding("error", "ZAOAN_REDIS_URL", f"no answer ({type(error).__name__}: {error})", fix)]
    found = [Finding("ok", "redis", f"version {facts['version']}")]
    if not facts["aof"]:
        fix = "Set `appendonly yes` and `appendfsync always` there: an acknowledged message must survive a crash."
        found.append(Finding("warning", "redis", "does not write an append-only file", fix))
    if facts["evicts"]:
        fix = "Set `maxmemory-policy noeviction` there: evicting would drop open cases."
        found.append(Finding("error", "redis", f"evicts keys under memory pressure ({facts['evicts']})", fix))
    return found


def check_shops(settings: Settings) -> list[Finding]:
    """Connected shops; a first start writes the demo shop."""
    if not settings.shops_file.exists():
        return [Finding("ok", "shops", f"{settings.shops_file} will be written with a demo shop")]
    try:
        shops = settings.shops()
    except SettingError as error:
        return [Finding("error", error.key, error.problem, error.fix)]
    if not shops:
        return [Finding("error", str(settings.shops_file), "names no shop", "Add one (docs/guide/webhook.md).")]
    mode = settings.shops_file.stat().st_mode & 0o077
    if mode:
        fix = f"chmod 600 {settings.shops_file}"
        return [Finding("warning", str(settings.shops_file), "holds secrets and others may read it", fix)]
    return [Finding("ok", "shops", ", ".join(shops))]


def check_models(settings: Settings) -> list[Finding]:
    """Models current, stale or missing; `zaoan up` trains what is not current."""
    from bot.cli.train import dialogue_model

    if dialogue_model().exists():
        return [Finding("ok", "model", f"models/{dialogue_model().name}")]
    state = "stale" if list((ROOT / "models").glob("dialogue-*.tar.gz")) else "missing"
    fix = "Run `zaoan train` (about two minutes); `zaoan up` does it by itself."
    return [Finding("warning", "model", f"the dialogue model is {state}", fix)]


def check_data(settings: Settings) -> list[Finding]:
    """What `zaoan check` says: wording, hotlines, stories."""
    from bot.conversation.check import check

    errors = [f for f in check(ROOT) if f.severity == "error"]
    if errors:
        first = errors[0]
        text = f"{len(errors)} errors, first: {first.file}:{first.line} {first.message_zh}"
        return [Finding("error", "data", text, "Run `zaoan check` and mend each line it names.")]
    return [Finding("ok", "data", "stories, wording and hotlines pass `zaoan check`")]


def check_console(settings: Settings) -> list[Finding]:
    """The console is built at install; everything else works without it."""
    if (ROOT / "web" / "dist" / "index.html").exists():
        return [Finding("ok", "console", "built")]
    if not (ROOT / "web" / "package.json").exists():
        return []
    fix = "Run `make install` (it fetches Node from PyPI when there is none)."
    return [Finding("warning", "console", "not built; the webhook and the bot work without it", fix)]


def check_exposure(settings: Settings) -> list[Finding]:
    """Listening beyond this machine needs TLS in front."""
    if settings.host in {"127.0.0.1", "localhost", "::1"}:
        return []
    fix = "Put a TLS proxy in front (deploy/), or set ZAOAN_HOST=127.0.0.1."
    return [Finding("warning", "ZAOAN_HOST", f"serves plain HTTP on {settings.host}", fix)]


def check_on_call(settings: Settings) -> list[Finding]:
    """Who is called when nobody looks at the console, and by which way."""
    from bot.work.on_call import read_roster

    people = 0
    if settings.roster_file.exists():
        try:
            people = len(read_roster(settings.roster_file).people)
        except SettingError as error:
            return [Finding("error", error.key, error.problem, error.fix)]
    ways = [name for name, on in (("paging", settings.page_url), ("mail", settings.smtp_host)) if on]
    if not ways:
        fix = "Set ZAOAN_PAGE_URL or ZAOAN_SMTP_HOST (docs/guide/interventionist.md)."
        return [Finding("warning", "on call", "people are called on the console only", fix)]
    if not people and "mail" in ways and not settings.smtp_to:
        fix = f"Write {settings.roster_file}, or set ZAOAN_SMTP_TO."
        return [Finding("error", "on call", "mail is set, but nobody to write to", fix)]
    return [Finding("ok", "on call", f"{' and '.join(ways)}, {people} people on the roster")]


ALWAYS: tuple[Check, ...] = (
    check_var,
    check_redis,
    check_shops,
    check_models,
    check_data,
    check_console,
    check_on_call,
    check_exposure,
)


def examine(settings: Settings, starting: bool) -> list[Finding]:
    """All findings; ports are looked at only when about to start."""
    checks = (check_ports, *ALWAYS) if starting else ALWAYS
    return [finding for check in checks for finding in check(settings)]


def running(settings: Settings) -> list[Finding]:
    """How the parts of a running system are, from its own readiness page."""
    import requests

    url = f"http://{settings.host}:{settings.port}/health/ready"
    try:
        answer = requests.get(url, timeout=2)
    except requests.RequestException:
        return [Finding("warning", "server", f"not running at {settings.host}:{settings.port}", "Start it: zaoan up")]
    if answer.status_code == 200:
        return [Finding("ok", "server", f"ready at {settings.host}:{settings.port}")]
    return [Finding("error", "server", f"not ready: {answer.text[:400]}", "See the logs in var/log/.")]


def main(argv: list[str]) -> int:
    """Print every finding; exit 0 without errors, else 1."""
    argparse.ArgumentParser(prog="zaoan doctor", description=__doc__).parse_args(argv)
    os.chdir(ROOT)
    try:
        settings = Settings.from_env()
    except SettingError as error:
        print(Finding("error", error.key, error.problem, error.fix))
        return 1
    findings = [*examine(settings, starting=False), *running(settings)]
    for finding in findings:
        print(finding)
    return int(any(f.severity == "error" for f in findings)) if findings else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
