"""What was felt and not believed stays for a few messages."""

from __future__ import annotations

from bot.conversation import lingering
from bot.conversation.offers import learned


def talk(*scores: float, level: int = 0) -> dict[str, object]:
    """The memory after messages with these probabilities, at the turn of the next one."""
    memory: dict[str, object] = {"turn": 0}
    for turn, score in enumerate(scores, 1):
        memory["turn"] = turn
        memory["felt"] = lingering.after(memory, score, level)
    return {**memory, "turn": len(scores) + 1}


def test_a_felt_message_fades_and_two_add_up() -> None:
    """A hint is forgotten with the next message, or hangs over a talk for ever."""
    once, later = lingering.left(talk(0.6)), lingering.left(talk(0.6, 0.0))
    assert once == (0.45, 1) and 0 < later[0] < once[0]
    assert lingering.left(talk(0.5, 0.5)) > lingering.left(talk(0.0, 0.5))
    assert lingering.left(talk(0.5, 0.5))[1] == 2
    assert lingering.left(talk(0.9, *[0.0] * lingering.TURNS)) == (0, 0)


def test_what_is_not_felt_leaves_nothing_and_a_known_danger_is_not_kept_twice() -> None:
    """Every joke would leave a shadow, or a talk that is known for grave would be met with doubt."""
    assert lingering.left(talk(0.29, 0.1)) == (0, 0)
    assert lingering.left(talk(0.8, level=2)) == (0, 0)
    assert lingering.left({"turn": 3}) == (0, 0)


def test_nobody_is_doubted_because_a_reader_is_missing() -> None:
    """Without the encoder's weights every disclosure by clear words would be taken for a joke."""
    unread = [-8.0] * 8 + [3.0]
    assert learned({}) == learned({"strongest": unread}) == 1.0
    assert learned({"strongest": [2.0, -2.0, -3.0, -8.0, 1.0, -3.0, -4.0, -8.0, 3.0]}) < 0.2
