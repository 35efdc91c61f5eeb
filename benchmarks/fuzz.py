"""Coverage-guided fuzzing of danger reading with atheris: `python -m benchmarks fuzz [--seconds 60] [--runs N]`.

Needs the group `fuzz` (`uv sync --group fuzz`). Looks for texts that raise an error, give evidence outside
the message, or are decided otherwise in a batch than alone. A finding is written to crash-<hash>; run it
again with `python -m benchmarks fuzz crash-<hash>`.
"""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any


def main(argv: list[str]) -> int:
    """2 when atheris is not installed; else libFuzzer ends the process (0 nothing found)."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--runs", type=int, default=-1)
    parser.add_argument("inputs", nargs="*", help="findings to run again, or folders of inputs to begin with")
    args = parser.parse_args(argv)
    try:
        import atheris
    except ImportError:
        sys.stderr.write("fuzz: atheris is not installed; run: uv sync --group fuzz\n")
        return 2
    with atheris.instrument_imports(include=["bot.risk", "bot.cli.screen_lines"]):
        from bot.cli import screen_lines
        from bot.risk import Reader, TalkReader
        from bot.risk.normalise import normalise
    one = target(Reader(None), Reader.load(deep=False), TalkReader, normalise, screen_lines.Screener)

    def run(data: bytes) -> None:
        provider = atheris.FuzzedDataProvider(data)
        one(provider.ConsumeUnicode(600), provider.ConsumeIntInRange(0, 23))

    options = ["fuzz", f"-max_total_time={args.seconds}", f"-runs={args.runs}", "-max_len=2400", "-timeout=10"]
    atheris.Setup([*options, *args.inputs], run, enable_python_coverage=True)
    atheris.Fuzz()
    return 0


def target(rules: Any, trained: Any, talk: Any, normalise: Any, screener: Any) -> Any:
    """What must hold of any text; AssertionError or any other error is a finding."""
    from bot.risk.types import Context

    alone, together = screener(trained), screener(trained)
    plain = [json.dumps({"id": str(n), "text": "什么时候发货"}).encode() for n in range(20)]

    def one(text: str, hour: int) -> None:
        normal = normalise(text)
        assert len(normal.text) == len(normal.starts) == len(normal.ends) == len(normal.breaks)
        for reader in (rules, trained):
            verdict = reader.read(text, Context(hour=hour))
            assert 0 <= verdict.level <= 4
            assert 0.0 <= verdict.score <= 1.0
            for s in verdict.signals:
                assert s.text == text[s.start : s.end]
        _, state = talk(rules).read_turn(text, None, None)
        json.dumps(state)
        line = json.dumps({"id": "x", "text": text}).encode()
        assert shape(together.read([*plain, line])[-1]) == shape(alone.read([line])[0])

    return one


def shape(answer: bytes | str | None) -> Any:
    """An answer without its time."""
    return {**json.loads(answer), "ms": 0} if isinstance(answer, bytes) else answer


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
