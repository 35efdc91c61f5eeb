"""`zaoan up`: one terminal, one machine, everything running; Ctrl-C stops all of it.

Order: look (doctor) → train what is stale → Redis → door and actions → worker and
conversation → sandbox shop. The door answers before the conversation has loaded: what
comes in meanwhile is stored, read for danger and answered as soon as it can be.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import signal
import sys
import time
from pathlib import Path

import aiohttp

from bot.cli import doctor
from bot.cli.demo import SHOP_ID, ensure_shops
from bot.cli.progress import step
from bot.cli.supervisor import Part, Supervisor
from bot.settings import SettingError, Settings

ROOT = Path(__file__).resolve().parents[2]
PYTHON = sys.executable
RUN_FILE = "run.json"  # where `say` and `replay` find the running system


def tell(line: str) -> None:
    """One line for the person at the terminal."""
    print(line, file=sys.stderr, flush=True)


async def http_ok(url: str) -> bool:
    """True when the address answers with any status below 500."""
    try:
        timeout = aiohttp.ClientTimeout(total=1)
        async with aiohttp.ClientSession(timeout=timeout) as session, session.get(url) as answer:
            return answer.status < 500
    except (aiohttp.ClientError, TimeoutError):
        return False


class Machine:
    """The parts of one machine and how each is started."""

    def __init__(self, settings: Settings, sandbox: bool) -> None:
        self.settings = settings
        self.sandbox = sandbox
        self.door = f"http://{settings.host}:{settings.port}"
        self.shop = f"http://127.0.0.1:{settings.sandbox_port}"
        self.supervisor = Supervisor(tell)
        self.env = {
            "PYTHONUNBUFFERED": "1",
            "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
            "TF_CPP_MIN_LOG_LEVEL": "3",
            "CUDA_VISIBLE_DEVICES": "-1",
            "RASA_TELEMETRY_ENABLED": "false",
        }

    def part(self, name: str, *command: str) -> Part:
        """A part that runs a Python module of ours and logs to var/log/."""
        return Part(name, command, self.settings.var_dir / "log" / f"{name}.log", self.env)

    async def start(self) -> bool:
        """Start everything; False when a part that others need never became ready."""
        from bot.store.embedded import EmbeddedRedis

        if self.settings.redis_url is None:
            redis = self.part("redis", PYTHON, "-m", "bot.store.embedded")
            redis.ready = lambda: EmbeddedRedis.answers(self.settings.redis_dir)
            with step("redis"):
                if not await self.supervisor.start(redis, 30):
                    return False
        door = self.part("door", PYTHON, "-m", "channels.server")
        door.ready = lambda: http_ok(f"{self.door}/health/live")
        actions = self.part("actions", PYTHON, "-m", "actions.server")
        worker = self.part("worker", PYTHON, "-m", "bot.worker")
        brain = self.part("brain", PYTHON, "-m", "bot.conversation.brain")
        with step("door 入口"):
            if not await self.supervisor.start(door, 30):
                return False
        for part in (worker, actions, brain):
            await self.supervisor.start(part, 0)
        if self.sandbox:
            shop = self.part("sandbox", PYTHON, "-m", "channels.sandbox")
            shop.ready = lambda: http_ok(f"{self.shop}/")
            with step("sandbox shop 演示店铺"):
                if not await self.supervisor.start(shop, 30):
                    return False
        with step("conversation 对话 (about 10-20 s)"):
            return await self._ready(120)

    async def _ready(self, timeout: float) -> bool:
        deadline = time.monotonic() + timeout
        last = "no answer"
        while time.monotonic() < deadline:
            try:
                limit = aiohttp.ClientTimeout(total=2)
                url = f"{self.door}/health/ready"
                async with aiohttp.ClientSession(timeout=limit) as session, session.get(url) as answer:
                    last = await answer.text()
                    if answer.status == 200:
                        return True
            except (aiohttp.ClientError, TimeoutError):
                pass
            await asyncio.sleep(0.25)
        tell(f"not ready after {timeout:.0f} s: {last[:600]}\nlogs: {self.settings.var_dir / 'log'}")
        return False


def write_run_file(settings: Settings, machine: Machine) -> Path:
    """Leave the addresses where the other commands find them; the file goes when we do."""
    path = settings.var_dir / RUN_FILE
    facts = {"door": machine.door, "sandbox": machine.shop if machine.sandbox else None, "pid": os.getpid()}
    path.write_text(json.dumps(facts), encoding="utf-8")
    return path


def greet(machine: Machine) -> None:
    """The addresses and what to try first."""
    settings = machine.settings
    lines = ["", "早安 Zaoan is running.", ""]
    if machine.sandbox:
        lines += [f"  演示店铺 sandbox shop    {machine.shop}/", "    左边当顾客，右边当客服；点「交给早安」试一试。"]
    lines += [f"  工作台 console           {machine.door}/console/"]
    accounts = settings.var_dir / "accounts-demo.txt"
    if accounts.exists():
        lines += ["    演示账号 demo log-ins:", *(f"      {line}" for line in accounts.read_text("utf-8").splitlines())]
    lines += [
        f"  webhook                  {machine.door}/webhooks/merchant/events",
        f"  shop id and secrets      {settings.shops_file} (shop '{SHOP_ID}')",
        f"  logs                     {settings.var_dir / 'log'}/",
        "",
        '  另开一个终端试试：  .tools/bin/uv run zaoan say chat-1 "在吗" --handover',
        "  Ctrl-C stops everything. Conversations stay in var/ and are there at the next start.",
    ]
    tell("\n".join(lines))


async def run(settings: Settings, sandbox: bool) -> int:
    """Start, wait for a signal, stop. Exit 1 when the start failed."""
    machine = Machine(settings, sandbox)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    starting = asyncio.create_task(machine.start())
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait({starting, stopping}, return_when=asyncio.FIRST_COMPLETED)
    code = 0
    run_file: Path | None = None
    if starting.done() and not stop.is_set():
        if starting.result():
            run_file = write_run_file(settings, machine)
            greet(machine)
            await stop.wait()
        else:
            code = 1
    tell("\nstopping 正在停止 …")
    starting.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await starting
    await machine.supervisor.stop()
    stopping.cancel()
    if run_file:
        run_file.unlink(missing_ok=True)
    tell("stopped 已停止。")
    return code


def main(argv: list[str]) -> int:
    """Exit 0 after Ctrl-C, 1 when something the start needs is broken."""
    parser = argparse.ArgumentParser(prog="zaoan up", description=__doc__)
    parser.add_argument("--no-sandbox", action="store_true", help="do not start the demo shop")
    options = parser.parse_args(argv)
    os.chdir(ROOT)
    try:
        settings = Settings.from_env()
        settings.var_dir.mkdir(parents=True, exist_ok=True)
        ensure_shops(settings)
    except SettingError as error:
        tell(str(doctor.Finding("error", error.key, error.problem, error.fix)))
        return 1
    findings = doctor.examine(settings, starting=True)
    bad = [f for f in findings if f.severity == "error"]
    for finding in findings if bad else [f for f in findings if f.severity == "warning"]:
        tell(str(finding))
    if bad:
        tell("zaoan up: not started; mend what is marked ✗ and try again.")
        return 1
    try:
        from bot.cli.train import ensure

        ensure()
    except RuntimeError as error:
        tell(f"error: {error}")
        return 1
    return asyncio.run(run(settings, sandbox=not options.no_sandbox))
