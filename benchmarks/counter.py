"""How well ordinary shop questions are heard in the words of authors never seen: `python -m benchmarks counter`.

Every file of data/counter is one author. Each in turn is left out, the others and messages of danger teach, and the
left-out one is asked, at the two sureties in service (bot/conversation/counter.py). A line is *right* when its kind is
heard (for `none`: nothing), *wrong* when another is, *missed* when nothing is. `--wrong` prints what is heard wrongly.
The last line: in how many messages of danger, not taught, a question of the counter is heard.
"""

from __future__ import annotations

import argparse

from benchmarks.asked import tell
from bot.conversation import counter, meant
from bot.conversation.meanings import kept_meanings

CUTS = (
    ("before patterns", counter.SURE, counter.SURE_WEIGHT),
    ("without pattern", counter.PERHAPS, counter.PERHAPS_WEIGHT),
)


def main(argv: list[str]) -> int:
    """Print the table; no files are written."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks counter", description=__doc__)
    parser.add_argument("--wrong", action="store_true")
    options = parser.parse_args(argv)
    rows, rest = counter.examples(), counter.others()
    wanted: list[str] = []
    guesses: list[meant.Guess] = []
    texts: list[str] = []
    for author in sorted({author for _, _, author in rows}):
        mine = [(t, k) for t, k, one in rows if one == author]
        model = meant.fit([r for r in rows if r[2] != author], rest[::2])
        found = model.guesses([t for t, _ in mine], kept_meanings([t for t, _ in mine]))
        print(f"{author}: {len(mine)} lines, taught by {len(rows) - len(mine)} of others")
        for name, share, weight in CUTS:
            tell(name, [k for _, k in mine], [g.believed(share, weight) for g in found])
        texts += [t for t, _ in mine]
        wanted += [k for _, k in mine]
        guesses += found
    print(f"all authors, each unseen: {len(wanted)} lines")
    for name, share, weight in CUTS:
        tell(name, wanted, [g.believed(share, weight) for g in guesses])
    if options.wrong:
        for text, kind, guess in zip(texts, wanted, guesses, strict=True):
            if (said := guess.believed(*CUTS[0][1:])) and said != kind:
                print(f"  {kind} → {said} ({guess.share:.2f}, {guess.weight:.2f}): {text}")
    model = meant.fit(rows, rest[::2])
    aside = [t for t, _, _ in rest[1::2]]
    found = model.guesses(aside, kept_meanings(aside))
    told = (f"{sum(g.believed(s, w) is not None for g in found) / len(found):.1%} {n}" for n, s, w in CUTS)
    print(f"{len(aside)} messages of trouble and danger, not taught: " + ", ".join(told))
    return 0
