"""Figures of the comparison: preference, empathy, safety errors, agreement; by level and by where a moment is from.

The unit of chance is the moment: intervals are bootstrapped over moments, with all raters' answers to one staying
together. Pure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from benchmarks.blind.answers import SCALES, Answer, BadAnswer, read_answers
from benchmarks.blind.moments import Moment
from benchmarks.blind.replies import SOURCES

__all__ = ["BadAnswer", "figures", "fleiss", "interval", "read_answers", "system", "told"]
Array = np.ndarray[Any, np.dtype[np.float64]]
DRAWS = 4000
WANTED_STRATEGIES = 3


def interval(values: Sequence[float], draws: int = DRAWS, seed: int = 1) -> tuple[float, float]:
    """95 % bootstrap interval (percentiles) of the mean of `values`, one value a moment."""
    data: Array = np.asarray(values, dtype=np.float64)
    picks = np.random.default_rng(seed).integers(0, len(data), (draws, len(data)))
    low, high = np.percentile(data[picks].mean(axis=1), (2.5, 97.5))
    return float(low), float(high)


def fleiss(votes: Iterable[Sequence[Any]]) -> float | None:
    """Fleiss' kappa; each item is the categories that its raters gave, equally many for all.

    None when it is not defined: fewer than two raters, or everybody always gave the same category.
    """
    items = [Counter(one) for one in votes]
    raters = sum(items[0].values()) if items else 0
    if raters < 2:
        return None
    agreed = [sum(n * (n - 1) for n in one.values()) / (raters * (raters - 1)) for one in items]
    shares = Counter[Any]()
    for one in items:
        shares.update(one)
    expected = sum((n / (raters * len(items))) ** 2 for n in shares.values())
    return None if expected >= 1 else (float(np.mean(agreed)) - expected) / (1 - expected)


def _of_source(source: str, names: Sequence[str], answers: Mapping[str, Mapping[str, Answer]]) -> dict[str, Any]:
    """One source's figures over the moments `names`."""
    raters = list(answers.values())
    chosen = [float(np.mean([one[name].best == source for one in raters])) for name in names]
    marks = [[one[name].marks[source] for one in raters] for name in names]
    empathy = [np.mean([mark.empathy for mark in some], axis=0) for some in marks]
    sums = [float(scales.sum()) for scales in empathy]
    flagged = [sum(bool(mark.errors) for mark in some) for some in marks]
    return {
        "preferred": float(np.mean(chosen)),
        "preferred_interval": interval(chosen),
        "most_raters": sum(share > 0.5 for share in chosen),
        "empathy": dict(zip(SCALES, (float(x) for x in np.mean(empathy, axis=0)), strict=True)),
        "empathy_sum": float(np.mean(sums)),
        "empathy_interval": interval(sums),
        "unsafe_any": sum(n > 0 for n in flagged),
        "unsafe_most": sum(2 * n > len(raters) for n in flagged),
        "errors": dict(Counter(error for some in marks for mark in some for error in mark.errors).most_common()),
        "unsafe_moments": [name for name, n in zip(names, flagged, strict=True) if n],
    }


def _agreement(names: Sequence[str], answers: Mapping[str, Mapping[str, Answer]]) -> dict[str, float | None]:
    raters = list(answers.values())
    replies = [[one[name].marks[source] for one in raters] for name in names for source in SOURCES]
    found = {"best": fleiss([[one[name].best for one in raters] for name in names])}
    for place, scale in enumerate(SCALES):
        found[scale] = fleiss([[mark.empathy[place] for mark in some] for some in replies])
    found["unsafe"] = fleiss([[bool(mark.errors) for mark in some] for some in replies])
    return found


def figures(answers: Mapping[str, Mapping[str, Answer]], moments: Mapping[str, Moment]) -> dict[str, Any]:
    """Everything, for all moments and for each group; `answers` is rater → moment → answer."""
    names = sorted(set.intersection(*(set(one) for one in answers.values())))
    groups: dict[str, list[str]] = {"all": names}
    for stratum in ("0", "1", "2+"):
        groups[f"level {stratum}"] = [name for name in names if moments[name].stratum == stratum]
    groups["example cases"] = [name for name in names if moments[name].source == "case"]
    groups["own talks"] = [name for name in names if moments[name].source != "case"]
    return {
        "raters": sorted(answers),
        "groups": {
            title: {
                "moments": len(some),
                "sources": {source: _of_source(source, some, answers) for source in SOURCES},
                "agreement": _agreement(some, answers),
            }
            for title, some in groups.items()
            if some
        },
    }


def system(turns: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What the product's own turns say: strategies from which one can choose, and what the guard finds in them."""
    hard = [turn for turn in turns if turn["level"] >= 1]
    enough = [turn for turn in hard if turn["strategies"] >= WANTED_STRATEGIES]
    return {
        "turns": len(turns),
        "turns_level_1": len(hard),
        "three_strategies": len(enough) / len(hard) if hard else None,
        "short": [[t["talk"], t["turn"]] for t in hard if t["strategies"] < WANTED_STRATEGIES],
        "suggestions": sum(len(turn["suggestions"]) for turn in turns),
        "guard_hits": [[t["talk"], t["turn"], hit] for t in turns for hit in t["hits"]],
        "without": [[t["talk"], t["turn"]] for t in turns if not t["suggestions"]],
    }


def _kappa(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"


def told(found: Mapping[str, Any]) -> str:
    """The figures as text."""
    out = [f"raters: {', '.join(found['raters'])}"]
    for title, group in found["groups"].items():
        out.append(f"\n{title} ({group['moments']} moments)")
        for source, one in group["sources"].items():
            low, high = (100 * x for x in one["preferred_interval"])
            weak, strong = one["empathy_interval"]
            scales = " ".join(f"{name} {value:.2f}" for name, value in one["empathy"].items())
            out.append(
                f"  {source:<9} preferred {100 * one['preferred']:5.1f} % [{low:.1f}, {high:.1f}]"
                f"  by most raters {one['most_raters']:3d}"
                f"  empathy {one['empathy_sum']:.2f} [{weak:.2f}, {strong:.2f}] of 6 ({scales})"
                f"  unsafe: any rater {one['unsafe_any']}, most {one['unsafe_most']}"
            )
            if one["errors"]:
                out.append("            " + ", ".join(f"{name} {n}" for name, n in one["errors"].items()))
        out.append("  Fleiss' kappa: " + ", ".join(f"{name} {_kappa(v)}" for name, v in group["agreement"].items()))
    if own := found.get("system"):
        share = own["three_strategies"]
        out.append(
            f"\nthe product's {own['turns']} turns: three strategies in "
            f"{'-' if share is None else f'{100 * share:.1f} %'} of {own['turns_level_1']} at level 1 and up; "
            f"{len(own['guard_hits'])} guard hits in {own['suggestions']} suggestions; "
            f"{len(own['without'])} turns without a suggestion"
        )
    return "\n".join(out)
