"""A door whose reading a test can foresee, as a process of its own that a test may stop and start again.

`python -m tests.browser.desk_door`, settings from the environment as for the real door.
"""

from __future__ import annotations

from typing import Any

from bot.risk import Context, Signal, Verdict
from bot.settings import Settings
from channels.logs import configure_logs
from channels.server import create_app

#: What is read, with its level. Words of the browser tests and pictures, nothing of the real lexicon.
WORDS = (
    ("好累", "distress", 1), ("被辞退", "life_event", 1), ("没有人管我", "isolation", 1),
    ("不想活了", "ideation_active", 2), ("活着没意思", "ideation_passive", 2),
    ("喝下去会很难受吗", "means_seeking", 2), ("东西已经买好了", "preparation", 3), ("就今晚", "time", 3),
    ("想好怎么做了", "plan", 3), ("不用劝我", "refusal", 0), ("我已经吃了", "in_progress", 4),
    ("替我谢谢大家", "goodbye", 4), ("妈妈", "protective", 0), ("我女儿", "third_party", 0),
)  # fmt: skip


class Reading:
    """Reads `WORDS`; never falls from 3, like the real one."""

    def read_turn(
        self, text: str, context: Context | None, state: dict[str, Any] | None
    ) -> tuple[Verdict, dict[str, Any]]:
        """The level is the highest of what was said, from 3 on of all that was ever said."""
        old = state or {}
        signals, level = [], 0
        for word, name, weight in WORDS:
            if (at := text.find(word)) >= 0:
                signals.append(Signal(name, at, at + len(word), word))
                level = max(level, weight)
        before = int(old.get("level", 0))
        known = max(level, before) if before >= 2 else level
        seen = {**dict.fromkeys((s.name for s in signals), 1), **old.get("seen", {})}
        third = "third_party" in seen
        new = {
            "level": known, "seen": seen, "ideation": any(name.startswith("ideation") for name in seen),
            "third_party": third, "turn": int(old.get("turn", 0)) + 1,
        }  # fmt: skip
        return Verdict(known, known / 4, tuple(signals), third, 0.1), new


def main() -> None:
    """Serves until it is stopped."""
    settings = Settings.from_env()
    configure_logs("WARNING")
    app = create_app(settings, talk_reader=Reading())
    app.run(settings.host, settings.port, access_log=False, motd=False)


if __name__ == "__main__":
    main()
