"""`python -m benchmarks answered`: how well answers to our own questions are understood, by authors never seen.

Each author is read by machines taught by the others. A message counts as understood when its answer is believed and
right; `wrong` is believed and not right. The lists' share is what :mod:`bot.conversation.answered` alone would hear.
"""

from __future__ import annotations

import argparse
from collections import Counter

from bot.conversation import replied
from bot.conversation.intents import meanings


def main(argv: list[str]) -> int:
    """Print one line a topic and the sum."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks answered", description=__doc__)
    parser.add_argument("--sure", type=float, default=replied.SURE, help="believe an answer from here on")
    parser.add_argument("--wrong", action="store_true", help="print what is understood wrongly")
    options = parser.parse_args(argv)
    rows = replied.examples()
    authors = sorted({row[3] for row in rows})
    count: dict[str, Counter[str]] = {}
    for author in authors:
        machines = replied.fit([row for row in rows if row[3] != author])
        for topic, machine in machines.items():
            part = [row for row in replied.of_topic(rows, topic) if row[3] == author]
            if not part:
                continue
            guesses = machine.guesses([row[2] for row in part], meanings([row[2] for row in part]))
            for (of, kind, text, _), guess in zip(part, guesses, strict=True):
                said = count.setdefault(topic, Counter())
                group = "answer" if of == topic else kind
                said[group] += 1
                believed = guess.confidence >= options.sure
                said[f"{group} right"] += believed and guess.name == kind
                wrong = believed and guess.name not in {kind, replied.OTHER}
                said[f"{group} wrong"] += wrong
                said[f"{group} first"] += guess.name == kind
                if wrong and options.wrong:
                    print(f"  {topic}: {text} [{kind}] heard {guess.name} {guess.confidence:.2f}")
    total: Counter[str] = Counter()
    for said in count.values():
        total.update(said)
    print(f"{len(rows)} examples, {len(authors)} authors, each unseen; believed from {options.sure}")
    print("topic         answers  right  wrong  first | told right | anything else heard as an answer")
    for topic, said in [*sorted(count.items()), ("all", total)]:
        share = {k: 100 * said[f"answer {k}"] / said["answer"] for k in ("right", "wrong", "first")}
        told = 100 * said["told right"] / max(1, said["told"])
        other = 100 * said["other wrong"] / max(1, said["other"])
        print(
            f"{topic:12} {said['answer']:8} {share['right']:6.1f} {share['wrong']:6.1f} {share['first']:6.1f} |"
            f" {told:9.1f}  | {other:5.1f}"
        )
    return 0
