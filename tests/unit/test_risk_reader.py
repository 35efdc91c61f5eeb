"""Reading of single messages: rules alone, context, shapes. Figures are in benchmarks/danger.py."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from bot.risk import Context, Order, Reader, Verdict
from bot.risk.types import SIGNAL_NAMES

RULES = Reader(None)


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("什么时候发货", 0),
        ("我不想活了", 2),
        ("活着没意思", 2),
        ("等考完试我就去死 日子都选好了", 3),
        ("再不退款我就从你们楼上跳下去", 3),
        ("药我已经吞下去了 有点晕", 4),
        ("我站在天台边上 风好大", 4),
        ("孩子跟我一起走", 4),
    ],
)
def test_rules_give_a_floor(text: str, level: int) -> None:
    """Without the trained part the plainest disclosures must still be seen."""
    assert RULES.read(text).level == level


def test_missing_artefact_is_said() -> None:
    """People would trust a reader that runs on rules alone without knowing it."""
    assert any("仅按规则" in r for r in RULES.read("我不想活了").reasons)


def test_context_alone_is_no_danger() -> None:
    """A farmer who orders at night would be treated as suicidal."""
    orders = (Order("1", category="农药"), Order("2", category="农药"))
    verdict = RULES.read("什么时候发货", Context("农药", 3, orders))
    assert verdict.level == 0


def test_night_and_restricted_goods_are_shown_beside_danger() -> None:
    """The agent would not see why this message is urgent."""
    verdict = RULES.read("我不想活了", Context("农药", 2))
    assert {"night", "restricted_item"} <= {s.name for s in verdict.signals}


def test_verdict_has_the_contract_form() -> None:
    """Whoever reads our output would break."""
    verdict = RULES.read("我不想活了")
    out = verdict.to_dict()
    assert list(out) == ["level", "score", "signals", "third_party", "ms"]
    assert all(list(s) == ["name", "start", "end", "text"] for s in out["signals"])
    assert {s["name"] for s in out["signals"]} <= set(SIGNAL_NAMES)
    assert Verdict.from_dict(json.loads(json.dumps(out))).level == verdict.level


@pytest.mark.parametrize("bad", [{"hour": 24}, {"hour": "3"}, {"category": 1}, {"orders": {}}, []])
def test_bad_context_is_named(bad: object) -> None:
    """A malformed line would be read with a wrong context."""
    with pytest.raises(ValueError, match="context"):
        Context.from_dict(bad)  # type: ignore[arg-type]


def test_import_is_light() -> None:
    """`zaoan screen` would take seconds to start."""
    code = (
        "import sys, bot.risk, bot.cli.screen;"
        "sys.exit(any(m.split('.')[0] in {'spacy','rasa','sanic','redis','tensorflow','sklearn'}"
        " for m in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def screen(stdin: bytes, *args: str) -> subprocess.CompletedProcess[bytes]:
    """Runs `zaoan screen` as a process."""
    command = [sys.executable, "-m", "bot.cli.screen", "--no-encoder", *args]
    return subprocess.run(command, input=stdin, capture_output=True, check=False, timeout=120)


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_screen_keeps_order_and_reports_bad_lines(jobs: str) -> None:
    """A malformed line would stop the screening, or verdicts would land on other customers."""
    lines = [json.dumps({"id": str(i), "text": "好的"}).encode() for i in range(600)]
    lines[100] = b"not json"
    lines[200] = json.dumps({"id": "200", "text": "\ud800 我不想活了"}).encode()
    done = screen(b"\n".join(lines), "-j", jobs)
    out = [json.loads(line) for line in done.stdout.splitlines()]
    assert [o["id"] for o in out] == [str(i) for i in range(600) if i != 100]
    assert json.loads(done.stderr.splitlines()[-1])["line"] == 101
    assert done.returncode == 1


def test_screen_answers_a_line_before_the_next_comes() -> None:
    """In a live stream a verdict would wait for the next message."""
    command = [sys.executable, "-m", "bot.cli.screen", "--no-encoder"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps({"id": "a", "text": "在吗"}).encode() + b"\n")
        process.stdin.flush()
        assert json.loads(process.stdout.readline())["id"] == "a"
        process.stdin.close()
        assert process.wait(timeout=60) == 0
