"""The moments that are compared: a chat up to one message of the customer, chosen by a fixed seed.

`moments.jsonl` holds them. Those of the project's own labelled talks stand there with their text. Those of the
example cases stand as case id and turn only, so that whoever writes wording here does not learn them by heart:
the file with the cases is named when it is needed (`--cases FILE` or ZAOAN_CASES).
No answers of the shop are part of a moment: neither source has them.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
#: The set that is worked on: the first lies here, others in folders of their own (`ZAOAN_BLIND_SET=fresh`).
SET = HERE / os.environ.get("ZAOAN_BLIND_SET", "")
FILE = SET / "moments.jsonl"
TALKS = ROOT / "data" / "dialogues"
SEED = 20260302
#: How many moments of which kind of talk, by the level of the message (3 stands for 3 and 4 in slow talks).
WANTED: dict[str, dict[int, int]] = {
    "ordinary": {0: 21, 1: 9},
    "slow": {0: 4, 1: 10, 2: 8, 3: 6, 4: 2},
    "direct": {1: 4, 2: 8, 3: 8, 4: 6},
}
FROM_CASES = 40
#: The same for a later set of mild moments, from talks that no earlier set used, so that wording was not made for them.
FRESH: dict[str, dict[int, int]] = {"ordinary": {0: 24, 1: 8}, "slow": {0: 4, 1: 8}, "direct": {0: 2, 1: 2}}
FRESH_SEED = 20261122
#: A message of one or two characters says nothing on which a reply could be judged.
SHORTEST = 4


@dataclass(frozen=True, slots=True)
class Moment:
    """One message to answer. `history`: the customer's earlier messages; `level`: as labelled, 0-4.

    Attributes:
        source: case (an example case; `talk` and `turn` say which) | ordinary | slow | direct.
        digest: of the text, so that a changed source is noticed.
    """

    id: str
    source: str
    talk: str
    turn: int
    level: int
    category: str
    hour: int
    digest: str
    text: str = ""
    history: tuple[str, ...] = field(default=())
    orders: tuple[dict[str, Any], ...] = field(default=())

    @property
    def stratum(self) -> str:
        """The group in which figures are given: 0, 1 or 2+."""
        return str(self.level) if self.level < 2 else "2+"


def digest_of(text: str) -> str:
    """Eight hex digits that change when the text does."""
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def case_level(turn: dict[str, Any]) -> int:
    """The middle of a case's accepted range, the lower one of two."""
    return (int(turn["level_min"]) + int(turn["level_max"])) // 2


def lines(path: Path) -> list[dict[str, Any]]:
    """A file of JSON lines."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def _of_talk(raw: dict[str, Any], at: int) -> Moment:
    context, turn = raw.get("context") or {}, raw["turns"][at]
    return Moment(
        "", raw["kind"], raw["id"], at + 1, int(turn["level"]), str(context.get("category") or ""),
        int(context.get("hour") or 12), digest_of(turn["text"]), turn["text"],
        tuple(t["text"] for t in raw["turns"][:at]), tuple(context.get("orders") or ()),
    )  # fmt: skip


def _of_case(raw: dict[str, Any], at: int) -> Moment:
    turn = raw["turns"][at]
    return Moment(
        "", "case", raw["id"], at + 1, case_level(turn), str(raw["shop"].get("category") or ""),
        datetime.fromisoformat(raw["local_time"]).hour, digest_of(turn["text"]), turn["text"],
        tuple(t["text"] for t in raw["turns"][:at]), tuple(raw["orders"]),
    )  # fmt: skip


def from_talks(
    talks: Sequence[dict[str, Any]], dice: random.Random, counts: Mapping[str, Mapping[int, int]] = WANTED
) -> list[Moment]:
    """One moment a talk at most, authors in turn, levels as in `counts`."""
    chosen: list[Moment] = []
    used: set[str] = set()
    for kind, wanted in counts.items():
        for level, count in wanted.items():
            pool = [
                _of_talk(raw, at)
                for raw in talks
                if raw["kind"] == kind
                for at, turn in enumerate(raw["turns"])
                if turn["level"] == level and len(turn["text"]) >= SHORTEST
            ]
            dice.shuffle(pool)
            authors = sorted({one.talk.split("-")[0] for one in pool})
            dice.shuffle(authors)
            for place in range(count):
                author = authors[place % len(authors)]
                fit = [one for one in pool if one.talk not in used]
                found = next((one for one in fit if one.talk.startswith(author)), fit[0])
                used.add(found.talk)
                chosen.append(found)
    return chosen


def from_cases(cases: Sequence[dict[str, Any]], dice: random.Random) -> list[Moment]:
    """Two or three turns of every case, never two neighbours when it can be helped."""
    chosen: list[Moment] = []
    more = set(dice.sample(range(len(cases)), FROM_CASES - 2 * len(cases)))
    for place, raw in enumerate(cases):
        count = 3 if place in more else 2
        turns = [at for at, turn in enumerate(raw["turns"]) if len(turn["text"]) >= SHORTEST]
        picks = dice.sample(turns, count)
        for _ in range(200):
            if all(abs(a - b) > 1 for a in picks for b in picks if a != b):
                break
            picks = dice.sample(turns, count)
        chosen += [_of_case(raw, at) for at in sorted(picks)]
    return chosen


def choose(cases: Sequence[dict[str, Any]], talks: Sequence[dict[str, Any]], seed: int = SEED) -> list[Moment]:
    """All moments with their ids (m001 …), in an order that tells nothing of their source."""
    dice = random.Random(seed)
    found = [*from_cases(cases, dice), *from_talks(talks, dice)]
    dice.shuffle(found)
    return [Moment(**{**_plain(one), "id": f"m{n:03d}"}) for n, one in enumerate(found, 1)]


def choose_fresh(talks: Sequence[dict[str, Any]], used: Collection[str], seed: int = FRESH_SEED) -> list[Moment]:
    """Mild moments (f001 …) of talks that are not in `used`."""
    dice = random.Random(seed)
    found = from_talks([raw for raw in talks if raw["id"] not in used], dice, FRESH)
    dice.shuffle(found)
    return [Moment(**{**_plain(one), "id": f"f{n:03d}"}) for n, one in enumerate(found, 1)]


def _plain(one: Moment) -> dict[str, Any]:
    return {name: getattr(one, name) for name in Moment.__slots__}


def cases_path(given: str | None = None) -> Path | None:
    """Where the example cases lie, as told; None when nobody said."""
    told = given or os.environ.get("ZAOAN_CASES")
    return Path(told) if told else None


#: Authors of talks that the choice was made from; what was written later changes no choice.
CHOSEN_FROM = ("d_a", "d_b", "d_c", "d_d")


def own_talks() -> list[dict[str, Any]]:
    """The labelled talks of the danger reader that were there when the moments were chosen."""
    return [raw for name in CHOSEN_FROM for raw in lines(TALKS / f"{name}.jsonl")]


def write(found: Iterable[Moment], path: Path = FILE) -> None:
    """Keep the choice; the words of cases stay where they are."""
    rows = []
    for one in found:
        row = asdict(one)
        if one.source == "case":
            row |= {"text": "", "history": (), "orders": ()}
        rows.append(json.dumps(row, ensure_ascii=False))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")


def load(cases: Path | None = None, path: Path = FILE) -> list[Moment]:
    """The moments with their text. Without the file of cases those of cases are left out.

    ValueError when a case no longer says what it said when it was chosen.
    """
    by_id = {raw["id"]: raw for raw in lines(cases)} if cases else {}
    found = []
    for row in lines(path):
        one = Moment(**{**row, "history": tuple(row["history"]), "orders": tuple(row["orders"])})
        if one.source == "case":
            if not by_id:
                continue
            told = _of_case(by_id[one.talk], one.turn - 1)
            one = Moment(**{**_plain(told), "id": one.id, "level": one.level})
        if digest_of(one.text) != row["digest"]:
            raise ValueError(f"{one.id}: turn {one.turn} of {one.talk} has changed since it was chosen")
        found.append(one)
    return found


def load_bare(path: Path = FILE) -> list[Moment]:
    """The moments as they stand in the file: enough to group figures by, without the words of cases."""
    return [Moment(**{**row, "history": tuple(row["history"]), "orders": tuple(row["orders"])}) for row in lines(path)]
