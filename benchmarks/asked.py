"""How well direct questions are heard in the words of authors never seen: `python -m benchmarks asked`.

Every file of data/asked is one author. Each in turn is left out, the others and the sample of ordinary messages teach,
and the left-out one is asked. A line is *right* when its kind is heard (for `none`: nothing), *wrong* when another kind
is, *missed* when nothing is. Three readers: the patterns of data/questions.yml, the learned reader, and both as in
service (patterns first, unless examples are surer). `--strangers FILE`: lines `kind<TAB>text` (several kinds: a|b) by
somebody outside.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from bot.conversation import meant, questions
from bot.conversation.meanings import kept_meanings

CUTS = (0.05, meant.SURE, 0.1, 0.15)


def by_patterns(text: str) -> str | None:
    """The first kind that a pattern hears, whoever the writer speaks of."""
    found = questions.asked(text, False, ("brink",)) or questions.asked(text, True, ("brink",))
    return found[0] if found else None


def by_both(text: str, guess: meant.Guess, cut: float) -> str | None:
    """As in service: the pattern's kind, but what examples are outright sure of before it."""
    pattern = by_patterns(text)
    if pattern:
        return guess.believed(meant.OUTRIGHT, meant.OUTRIGHT_WEIGHT) or pattern
    return meant.decided(text, guess, cut)


def tell(name: str, wanted: list[str], said: list[str | None]) -> None:
    """One row: right, wrong and missed of the questions, and what is heard in what is none."""
    asks = [(set(w.split("|")), s) for w, s in zip(wanted, said, strict=True) if w != meant.NONE]
    rest = [s for w, s in zip(wanted, said, strict=True) if w == meant.NONE]
    right = sum(s in w for w, s in asks) / max(1, len(asks))
    wrong = sum(s is not None and s not in w for w, s in asks) / max(1, len(asks))
    heard = f"{sum(s is not None for s in rest) / len(rest):6.1%} of {len(rest)}" if rest else "none asked"
    missed = 1 - right - wrong
    print(f"  {name:<18} right {right:6.1%}  wrong {wrong:6.1%}  missed {missed:6.1%}  none heard as one {heard}")


def report(wanted: list[str], texts: list[str], guesses: list[meant.Guess]) -> None:
    """All readers on one set of lines."""
    patterns = [by_patterns(t) for t in texts]
    tell("patterns", wanted, patterns)
    for cut in CUTS:
        learned = [meant.decided(text, g, cut) for text, g in zip(texts, guesses, strict=True)]
        both = [by_both(text, g, cut) for text, g in zip(texts, guesses, strict=True)]
        tell(f"learned from {cut:.2f}", wanted, learned)
        tell(f"both, from {cut:.2f}", wanted, both)


def main(argv: list[str]) -> int:
    """Print the table; no files are written."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks asked", description=__doc__)
    parser.add_argument("--strangers", type=Path)
    options = parser.parse_args(argv)
    rows, rest = meant.examples(), meant.others()
    texts, wanted, guesses = [], [], []
    for author in sorted({author for _, _, author in rows}):
        known = {text for text, _, one in rows if one != author}
        mine = [(t, k) for t, k, one in rows if one == author and t not in known]
        model = meant.fit([r for r in rows if r[2] != author], rest[::2])
        found = model.guesses([t for t, _ in mine], kept_meanings([t for t, _ in mine]))
        print(f"{author}: {len(mine)} lines, taught by {len(rows) - len(mine)} of others")
        report([k for _, k in mine], [t for t, _ in mine], found)
        texts += [t for t, _ in mine]
        wanted += [k for _, k in mine]
        guesses += found
    print(f"all authors, each unseen: {len(texts)} lines")
    report(wanted, texts, guesses)
    model = meant.fit(rows, rest[::2])
    aside = [t for t, _, _ in rest[1::2]]
    found = model.guesses(aside, kept_meanings(aside))
    pairs = list(zip(aside, found, strict=True))
    told = (f"{sum(meant.decided(t, g, c) is not None for t, g in pairs) / len(found):.1%} from {c}" for c in CUTS)
    print(f"{len(aside)} other messages, not taught: " + ", ".join(told))
    if options.strangers:
        lines = [line.split("\t", 1) for line in options.strangers.read_text(encoding="utf-8").splitlines() if line]
        print(f"strangers: {len(lines)} lines")
        asked = [text for _, text in lines]
        report([kind for kind, _ in lines], asked, model.guesses(asked, kept_meanings(asked)))
    return 0
