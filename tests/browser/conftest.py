"""One running system for all tests of this folder; the model is trained once per change of its inputs."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio
from playwright.async_api import async_playwright

from bot.cli.train import ensure
from tests.browser.desk_kit import Desk, fresh, open_desk
from tests.machine import ROOT, Machine, running

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")  # else Playwright's own, if installed


@pytest.fixture(scope="session")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """`zaoan up` with everything it starts."""
    ensure(quiet=True)
    with running(tmp_path_factory.mktemp("machine")) as started:
        yield started


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def desk_of_all(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Desk]:
    """One door, Redis, worker and browser for all tests of the workbench."""
    if not (ROOT / "web" / "dist" / "index.html").exists():
        pytest.fail("the workbench is not built: run `python scripts/build_console.py`")
    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        async with open_desk(tmp_path_factory.mktemp("desk"), browser) as opened:
            yield opened
        await browser.close()


@pytest_asyncio.fixture(loop_scope="session")
async def desk(desk_of_all: Desk) -> AsyncIterator[Desk]:
    """An empty desk; a fault in the page's script or its content policy fails the test."""
    await fresh(desk_of_all)
    yield desk_of_all
    await desk_of_all.log_out_all()
    assert desk_of_all.faults == []
