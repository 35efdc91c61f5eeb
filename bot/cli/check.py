"""`zaoan check`: what a trainer runs after every edit. Seconds, no model."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def main(argv: list[str]) -> int:
    """Print findings as `file:line: message`; exit 1 if any is an error."""
    argparse.ArgumentParser(prog="zaoan check", description=__doc__).parse_args(argv)
    started = time.monotonic()
    from bot.conversation.check import check

    findings = check(ROOT)
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
