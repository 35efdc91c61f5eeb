"""The supervisor behind `zaoan up`."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

from bot.cli.supervisor import Part, Supervisor


def part(tmp_path: Path, code: str, **kw: object) -> Part:
    return Part("piece", [sys.executable, "-c", code], tmp_path / "piece.log", **kw)  # type: ignore[arg-type]


async def test_a_dead_part_is_started_again(tmp_path: Path) -> None:
    """Without this, a crashed worker would leave every later page unsent."""
    marks = tmp_path / "marks"
    code = f"open({str(marks)!r},'a').write('x')"
    told: list[str] = []
    supervisor = Supervisor(told.append)

    async def twice() -> bool:
        return marks.exists() and len(marks.read_text()) >= 2

    assert await supervisor.start(part(tmp_path, code, ready=twice), timeout=20)
    await supervisor.stop()
    assert any("piece ended (exit 0)" in line for line in told)


async def test_stop_ends_a_stubborn_part(tmp_path: Path) -> None:
    """Without this, Ctrl-C would leave a process holding the port for the next start."""
    code = "import signal,time,pathlib;signal.signal(15,signal.SIG_IGN);print('on',flush=True);time.sleep(600)"
    log = tmp_path / "piece.log"

    async def on() -> bool:
        return log.exists() and "on" in log.read_text()

    import bot.cli.supervisor as module

    supervisor = Supervisor(lambda line: None)
    piece = part(tmp_path, code, ready=on)
    assert await supervisor.start(piece, timeout=20)
    before, module.STOP_SECONDS = module.STOP_SECONDS, 0.2
    try:
        await asyncio.wait_for(supervisor.stop(), 10)
    finally:
        module.STOP_SECONDS = before
    assert piece.process is not None
    try:
        os.kill(piece.process.pid, 0)
        alive = True
    except ProcessLookupError:
        alive = False
    assert not alive
