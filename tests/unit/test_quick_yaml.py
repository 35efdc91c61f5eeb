"""The quick reader of YAML gives what Rasa's own gives."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.conversation import quick_yaml

ROOT = Path(__file__).resolve().parents[2]
TRAPS = """
a: {yes: no, on: off, y: n, night: true, not: False}
b: [12:30:45, 010, 0o10, 0x1F, 1_000, 1e3, .5, ~, null, '', 2026-11-22]
c: "行，去吧"
d: |
  两行
  字
e: &x {k: 1}
f: {<<: *x, l: 2}
表情: "😀 好的"
"""


@pytest.mark.parametrize(
    "text",
    [TRAPS, "", "a: 1", 'a: "\\u4f60 \\n"', "bot/domain/domain.yml", "data/stories/rules_care.yml", "config.yml"],
)
def test_reads_what_rasa_reads(text):
    """A condition `brief: yes` would become a truth value, and a sentence would be said at the wrong moment."""
    content = (ROOT / text).read_text(encoding="utf-8") if text.endswith(".yml") else text
    assert quick_yaml.read(content) == quick_yaml.STOCK(content)


def test_what_was_read_may_be_changed():
    """Rasa merges domains in place: the second model would be loaded with the first one's sentences twice."""
    quick_yaml.read("a: [1]")["a"].append(2)
    assert quick_yaml.read("a: [1]") == {"a": [1]}


def test_a_mistake_is_told_as_before():
    """A trainer would get an error that no part of Rasa turns into a file and a line."""
    with pytest.raises(Exception) as quick:  # noqa: PT011
        quick_yaml.read("a: [1")
    with pytest.raises(type(quick.value)):
        quick_yaml.STOCK("a: [1")


def test_an_environment_variable_is_put_in(monkeypatch):
    """The action server's address in endpoints.yml would be taken as the words `${…}`."""
    monkeypatch.setenv("ZAOAN_X", "http://here")
    assert quick_yaml.read("url: ${ZAOAN_X}/webhook") == {"url": "http://here/webhook"}
    with pytest.raises(Exception, match="ZAOAN_Y"):
        quick_yaml.read("url: ${ZAOAN_Y}")
