"""The workbench as it is built: small, from a lock file without hosts, its rules tested without a browser."""

from __future__ import annotations

import gzip
import os
import subprocess

from tests.machine import ROOT

WEB = ROOT / "web"


def npm(*words: str) -> subprocess.CompletedProcess[str]:
    path = f"{ROOT / '.tools' / 'node' / 'bin'}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        ["npm", *words], cwd=WEB, env={**os.environ, "PATH": path, "NO_COLOR": "1"},
        capture_output=True, text=True, timeout=180, check=False,
    )  # fmt: skip


def test_the_rules_of_the_screen() -> None:
    """Evidence, keys, order of chats, unsent words and small parts of the screen: each has a test in web/tests."""
    done = npm("test", "--silent")
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]


def test_the_types_are_those_of_the_document() -> None:
    """The screen would ask the door for what it no longer gives. `npm run types` in web/ makes them anew."""
    done = npm("run", "--silent", "types:check")
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]


def test_it_loads_on_a_shops_old_computer() -> None:
    """The desk would open after the customer has gone."""
    files = [file for file in (WEB / "dist").rglob("*") if file.suffix in (".js", ".css", ".html")]
    assert files
    size = sum(len(gzip.compress(file.read_bytes())) for file in files)
    print(f"the page and its files: {size / 1000:.1f} kB gzip")
    assert size < 150_000


def test_the_lock_file_names_no_registry() -> None:
    """Whoever builds behind a mirror would wait for a host they cannot reach."""
    lock = (WEB / "package-lock.json").read_text(encoding="utf-8")
    assert '"resolved"' not in lock
    assert '"integrity"' in lock


def test_no_markup_is_made_from_words() -> None:
    """One `v-html` and a customer's sentence is code on the agent's screen."""
    for file in (WEB / "src").rglob("*.*"):
        text = file.read_text(encoding="utf-8")
        assert not any(word in text for word in ("v-html", "innerHTML", "insertAdjacentHTML", "eval(")), file.name
