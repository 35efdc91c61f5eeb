"""Labelled utterances: `data/utterances/<author>.jsonl`, one message a line.

`python -m bot.risk.data FILE.tsv …` converts authors' tab-separated files
(level, group, text, name=evidence|…, category, hour) and reports what does not fit.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.risk.files import data_dir
from bot.risk.types import CONTEXT_SIGNALS, SIGNAL_NAMES, Context, Signal

GROUPS = (
    "plain", "hard_negative", "obfuscated", "third_party", "recovered", "threat",
    "dialect_or_script", "quiet_hint", "mixed",
)  # fmt: skip


def everyday_author(author: str) -> bool:
    """Authors o01, o02, … wrote everyday talk only: never counted among the hard negatives."""
    return author.startswith("o")


@dataclass(frozen=True, slots=True)
class Utterance:
    """A labelled message."""

    id: str
    text: str
    level: int
    signals: tuple[Signal, ...]
    third_party: bool
    context: Context
    group: str
    author: str

    def to_dict(self) -> dict[str, Any]:
        """The stored form."""
        return {
            "id": self.id,
            "text": self.text,
            "level": self.level,
            "signals": [s.to_dict() for s in self.signals],
            "third_party": self.third_party,
            "context": {"category": self.context.category, "hour": self.context.hour},
            "group": self.group,
            "author": self.author,
        }


def parse_line(line: str) -> Utterance:
    """Reads one JSON line; raises ValueError saying what is wrong."""
    raw = json.loads(line)
    text, level = raw["text"], raw["level"]
    if level not in range(5) or raw["group"] not in GROUPS:
        raise ValueError(f"{raw.get('id')}: level or group")
    signals = tuple(Signal(s["name"], s["start"], s["end"], s["text"]) for s in raw["signals"])
    for s in signals:
        if s.name not in SIGNAL_NAMES or text[s.start : s.end] != s.text:
            raise ValueError(f"{raw.get('id')}: signal {s.name} does not fit the text")
    return Utterance(
        raw["id"], text, level, signals, bool(raw["third_party"]),
        Context.from_dict(raw.get("context")), raw["group"], raw["author"],
    )  # fmt: skip


def utterance_files() -> list[Path]:
    """All author files, sorted."""
    return sorted((data_dir() / "utterances").glob("*.jsonl"))


def load_utterances() -> list[Utterance]:
    """Every labelled utterance, by author, in file order."""
    found: list[Utterance] = []
    for path in utterance_files():
        with open(path, encoding="utf-8") as handle:
            found += [parse_line(line) for line in handle if line.strip()]
    return found


def fingerprint() -> str:
    """Hash of all utterance files."""
    digest = hashlib.sha256()
    for path in utterance_files():
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def folds(utterances: list[Utterance], count: int | None = None) -> list[list[int]]:
    """Test indices by author: one fold an author, or `count` folds of whole authors."""
    authors = sorted({u.author for u in utterances})
    count = count or len(authors)
    of = {a: n % count for n, a in enumerate(authors)}
    result: list[list[int]] = [[] for _ in range(count)]
    for i, u in enumerate(utterances):
        result[of[u.author]].append(i)
    return result


# -- conversion ---------------------------------------------------------------------------------


def convert(path: Path) -> tuple[list[Utterance], list[str]]:
    """Reads an author's tab-separated file; returns what fits and complaints about what does not."""
    author = re.sub(r"^u_", "", path.stem)
    found: list[Utterance] = []
    bad: list[str] = []
    seen: set[str] = set()
    for n, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        parts = line.split("\t")
        if not line.strip():
            continue
        if len(parts) != 6 or parts[0] not in "01234" or parts[1] not in GROUPS:
            bad.append(f"{path.name}:{n}: not six fields of the right kind")
            continue
        text = parts[2]
        if text in seen:
            bad.append(f"{path.name}:{n}: said before")
            continue
        seen.add(text)
        signals: list[Signal] = []
        for item in filter(None, parts[3].split("|")):
            name, _, evidence = item.partition("=")
            if name in CONTEXT_SIGNALS:
                signals.append(Signal(name, 0, 0, ""))
            elif name in SIGNAL_NAMES and evidence and evidence in text:
                at = text.index(evidence)
                signals.append(Signal(name, at, at + len(evidence), evidence))
            else:
                bad.append(f"{path.name}:{n}: signal {item!r} left out")
        third = any(s.name == "third_party" for s in signals)
        hour = int(parts[5]) if parts[5].isdigit() and int(parts[5]) < 24 else None
        found.append(
            Utterance(
                f"{author}-{n:04d}",
                text,
                int(parts[0]),
                tuple(signals),
                third,
                Context(category=parts[4] or None, hour=hour),
                parts[1],
                author,
            )
        )
    return found, bad


def main(argv: list[str]) -> int:
    """Converts the named files into data/utterances/."""
    for name in argv:
        found, bad = convert(Path(name))
        if not found:
            continue
        target = data_dir() / "utterances" / f"{found[0].author}.jsonl"
        with open(target, "w", encoding="utf-8") as handle:
            for u in found:
                handle.write(json.dumps(u.to_dict(), ensure_ascii=False) + "\n")
        sys.stdout.write(f"{target.name}: {len(found)} lines\n")
        for complaint in bad:
            sys.stderr.write(complaint + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
