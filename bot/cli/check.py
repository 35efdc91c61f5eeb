"""`zaoan check`: what a trainer runs after every edit. Seconds, no model."""

from __future__ import annotations

import argparse
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def main(argv: list[str]) -> int:
    """Print findings as `file:line: message`; exit 1 if any is an error."""
    argparse.ArgumentParser(prog="zaoan check", description=__doc__).parse_args(argv)
    started = time.monotonic()
    from bot.conversation.check import check, check_danger

    # The lexicon's 3,000 patterns take as long as all the rest: read beside it, in a process of their own.
    with ProcessPoolExecutor(1, mp_context=get_context("fork")) as beside:
        danger = beside.submit(check_danger, ROOT)
        findings = check(ROOT, danger=lambda _: danger.result())
    for f in findings:
        mark = "错误" if f.severity == "error" else "提醒"
        print(f"{f.file}:{f.line}: {mark}: {f.message_zh}", file=sys.stderr)
    errors = sum(f.severity == "error" for f in findings)
    seconds = time.monotonic() - started
    if errors:
        print(f"检查未通过：{errors} 处错误，{len(findings) - errors} 处提醒（{seconds:.1f} 秒）", file=sys.stderr)
        return 1
    print(f"检查通过：{len(findings)} 处提醒（{seconds:.1f} 秒）")
    return 0
