"""How well what still holds somebody is heard in the words of authors never seen: `python -m benchmarks lights`.

Every file of data/lights is one author. Each in turn is left out, the others and a sample of dangerous messages teach,
and the left-out one is read, at several sureties. A *false* one is a farewell, a loss or anything else taken for it;
`--wrong` prints these. The last line: of dangerous messages that were not taught.
"""

from __future__ import annotations

import argparse

from bot.conversation import lights
from bot.conversation.meanings import kept_meanings

CUTS = (0.6, 0.7, 0.8, 0.9, lights.SURE)


def main(argv: list[str]) -> int:
    """Print the table; no files are written."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks lights", description=__doc__)
    parser.add_argument("--wrong", action="store_true")
    options = parser.parse_args(argv)
    rows, rest = lights.examples(), lights.others()
    read: list[tuple[str, str, float]] = []
    for author in sorted({author for _, _, author in rows}):
        mine = [(key, text) for key, text, one in rows if one == author]
        made = lights.fit([*(row for row in rows if row[2] != author), *rest[::2]])
        texts = [text for _, text in mine]
        found = lights.shares(made, texts, kept_meanings(texts))
        read += [(key, text, share) for (key, text), share in zip(mine, found, strict=True)]
        tell(author, [(key, share) for (key, _), share in zip(mine, found, strict=True)])
    tell("all, each unseen", [(key, share) for key, _, share in read])
    if options.wrong:
        for key, text, share in read:
            if share >= lights.SURE and key == lights.NONE:
                print(f"  taken for one ({share:.2f}): {text}")
    made = lights.fit([*rows, *rest[::2]])
    texts = [text for _, text, _ in rest[1::2]]
    found = lights.shares(made, texts, kept_meanings(texts))
    told = ", ".join(f"{sum(s >= cut for s in found) / len(found):.1%} from {cut}" for cut in CUTS)
    print(f"{len(texts)} dangerous messages, not taught: {told}")
    return 0


def tell(name: str, read: list[tuple[str, float]]) -> None:
    """One row: heard of what is one, and falsely of what is none, at each cut."""
    light = [share for key, share in read if key == lights.LIGHT]
    none = [share for key, share in read if key == lights.NONE]
    cells = (
        f"{cut}: {sum(s >= cut for s in light) / len(light):.0%}, false {sum(s >= cut for s in none) / len(none):.1%}"
        for cut in CUTS
    )
    print(f"{name} ({len(light)}, {len(none)}): " + "; ".join(cells))
