"""One running system for all tests of this folder; the model is trained once per change of its inputs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.cli.train import ensure
from tests.machine import Machine, running


@pytest.fixture(scope="session")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """`zaoan up` with everything it starts."""
    ensure(quiet=True)
    with running(tmp_path_factory.mktemp("machine")) as started:
        yield started
