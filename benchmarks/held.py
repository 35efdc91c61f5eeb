"""`python -m benchmarks held`: is help truly there? What lists hear, and what examples take back, by authors unseen.

Each author's lines (`data/held`) are read by a machine taught by the others. `right`: a fact that the lists hear and
the line tells; `wrong`: one that they hear and it does not, after which the urging would stop. Then the same without
what the examples doubt (:mod:`bot.conversation.held`); and what they give by themselves.
"""

from __future__ import annotations

import argparse
from collections import Counter

from bot.conversation import held
from bot.conversation import memory as mem
from bot.conversation.hearing import hear
from bot.conversation.learned import HELD


def main(argv: list[str]) -> int:
    """Print a line a doubt."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks held", description=__doc__)
    parser.add_argument("--show", action="store_true", help="print what stays wrong, and what is taken back wrongly")
    options = parser.parse_args(argv)
    rows = held.examples()
    counts: dict[float, Counter[str]] = {cut: Counter() for cut in (0.0, 0.1, 0.2, 0.3, 0.4, 0.5)}
    alone: Counter[str] = Counter()
    given: dict[str, Counter[str]] = {kind: Counter() for kind in held.TOLD}
    for author in sorted({row[2] for row in rows}):
        made = held.fit([row for row in rows if row[2] != author])
        part = [row for row in rows if row[2] == author]
        for (kinds, text, _), share in zip(part, held.shares(made, held.ANY, [row[1] for row in part]), strict=True):
            alone["yes" if kinds else "no"] += 1
            alone["found" if kinds else "false"] += share >= 0.5
            for fact in sorted(HELD.keys() & hear(text, memory=mem.fresh()).facts):
                true = bool(kinds & set(HELD[fact]))
                for cut, count in counts.items():
                    count["right" if true else "wrong"] += share >= cut
                if options.show and true == (share < held.DOUBTED):
                    print(f"  {fact:12} {share:.2f} {'taken back' if true else 'believed'}: {text}")
        for (kinds, text, _), sure in zip(part, held.sure(made, [row[1] for row in part]), strict=True):
            facts = HELD.keys() & hear(text, memory=mem.fresh()).facts
            for kind, count in given.items():
                count["lines"] += kind in kinds
                count["lists"] += kind in kinds and any(kind in HELD[fact] for fact in facts)
                count["right" if kind in kinds else "wrong"] += kind in sure
                if options.show and kind in sure - kinds:
                    print(f"  {kind:12} given: {text}")
    print(f"{len(rows)} examples, {len({r[2] for r in rows})} authors, each unseen")
    for cut, count in counts.items():
        name = "lists alone" if not cut else f"doubted under {cut}"
        print(f"{name:20} right {count['right']:4}  wrong {count['wrong']:4}")
    print(
        f"examples alone, from 0.5: {alone['found']} of {alone['yes']} found, {alone['false']} of {alone['no']} false"
    )
    for kind, count in given.items():
        print(
            f"{kind:5} given: {count['right']} of {count['lines']} lines that tell it "
            f"(lists {count['lists']}), {count['wrong']} that do not"
        )
    return 0
