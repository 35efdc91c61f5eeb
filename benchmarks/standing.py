"""`python -m benchmarks standing`: how the people of a message stand to its writer, lists and examples, authors unseen.

Each author's lines (`data/standing`) are read by a machine taught by the others; the lists
(:mod:`bot.conversation.standing`) read the same message. `both`: as in service. `--show` prints what stays wrong.
"""

from __future__ import annotations

import argparse
from collections import Counter

from bot.conversation import persons as people
from bot.conversation import stands
from bot.conversation.about import LEFT, RIGHT
from bot.conversation.hearing import hear, spaced
from bot.conversation.learned import EXES, surer
from bot.conversation.persons import LASTING, OPEN
from bot.conversation.standing import KINDS, NAMED


def by_lists(text: str) -> str | None:
    """What the lists hear of the marked person; None where they know nobody there."""
    start = text.index(LEFT)
    plain = text.replace(LEFT, "").replace(RIGHT, "")
    end = start + text.index(RIGHT) - text.index(LEFT) - 1
    before, after = (len("".join(spaced(plain[:n]).split())) for n in (start, end))
    found = [one for one in hear(plain).mentions if one.start < after and one.end > before]
    return people.together(found).get(found[-1].name) if found else None


def main(argv: list[str]) -> int:
    """Print a line a standing, and the sums."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks standing", description=__doc__)
    parser.add_argument("--show", action="store_true")
    options = parser.parse_args(argv)
    rows = stands.examples()
    lists = [by_lists(text) for _, text, _ in rows]
    counts: dict[str, Counter[str]] = {kind: Counter() for kind in KINDS}
    sums: Counter[str] = Counter()
    for author in sorted({row[2] for row in rows}):
        made = stands.fit([row for row in rows if row[2] != author])
        part = [n for n, row in enumerate(rows) if row[2] == author]
        read = stands.stretches([rows[n] for n in part])
        for n, guess, stretch in zip(part, made.guesses(read), read, strict=True):
            kind, text, _ = rows[n]
            heard = lists[n]
            both = surer(
                heard or NAMED,
                guess.name,
                guess.confidence,
                stretch,
                EXES & {text[text.index(LEFT) + 1 : text.index(RIGHT)]} != set(),
            )
            answers = {"lists": heard or NAMED, "examples": guess.name, "both": both}
            counts[kind]["lines"] += 1
            sums["known"] += heard is not None
            for name, said in answers.items():
                counts[kind][name] += said == kind
                sums[f"{name}-asked-in"] += said in OPEN - {NAMED} and kind in {people.REFUSED, *LASTING}
                sums[f"{name}-wrong"] += said not in {kind, NAMED}
            if options.show and both != kind:
                print(f"  {kind:8} {both:8} lists {heard}, example {guess.name} {guess.confidence:.2f}: {text}")
    lines = len(rows)
    print(f"{lines} people in messages by {len({r[2] for r in rows})} authors, each unseen; named by the lists "
          f"{sums['known']}")  # fmt: skip
    for name in ("lists", "examples", "both"):
        right = sum(count[name] for count in counts.values())
        print(f"{name:9} right {100 * right / lines:.1f} %, another standing than theirs {sums[name + '-wrong']}, of "
              f"these to be asked in though refused, violent or dead {sums[name + '-asked-in']}")  # fmt: skip
    for kind, count in counts.items():
        print(f"  {kind:8} {count['lines']:4} lines: lists {count['lists']:3}, examples {count['examples']:3}, "
              f"both {count['both']:3}")  # fmt: skip
    return 0
