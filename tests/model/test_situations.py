"""One dialogue of each hard situation through the whole running system, actions and holds included."""

from __future__ import annotations

import pytest

from bot.cli.gate_steps import played, situations
from tests.machine import Machine

#: What is promised at every commit; `zaoan gate` plays all of data/situations.
SAMPLE = (
    "silence-02", "minor-01", "third_party-03", "return_and_calm-02", "prank-02", "hostility-01",
    "means-04", "bot_and_injection-03", "shipped-03", "other_at_risk-01", "grief_and_self_injury-02", "ordinary-02",
)  # fmt: skip
DIALOGUES = {d.id: (name, d) for name, group in situations().items() for d in group}


def test_the_sample_holds_one_of_each() -> None:
    """Without it: a whole situation is not played before a release."""
    assert len({DIALOGUES[ident][0] for ident in SAMPLE}) == 12


@pytest.mark.parametrize("ident", SAMPLE)
def test_situation_goes_as_it_must(machine: Machine, ident: str) -> None:
    """Without it: levels, holds, people called, numbers given or words said are wrong in a situation people die of."""
    row = played(machine, DIALOGUES[ident][1])
    assert not row["failures"], row["turns"]
    assert not row["wording"]
