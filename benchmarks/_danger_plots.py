"""The two plots of docs/safety: is a said probability true, and what does a found message cost in false alarms."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]


def plots(scores: dict[str, Array], truth: Array, hard: Array, out: Path) -> None:
    """calibration.png of the first reader in `scores`, recall.png of all. `scores[name]`: the higher, the more
    dangerous, [messages]; the first one are probabilities of level ≥ 2."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    out.mkdir(parents=True, exist_ok=True)
    said = next(iter(scores.values()))
    middle = np.clip(np.digitize(said, np.linspace(0, 1, 11)) - 1, 0, 9)
    filled = [b for b in range(10) if (middle == b).any()]
    x = [said[middle == b].mean() for b in filled]
    y = [(truth[middle == b] >= 2).mean() for b in filled]
    figure, axis = plt.subplots(figsize=(4.5, 4))
    axis.plot([0, 1], [0, 1], ":", color="grey")
    axis.plot(x, y, "o-")
    axis.set(xlabel="P(level ≥ 2) said", ylabel="share with level ≥ 2", title="Calibration, unseen authors")
    figure.tight_layout()
    figure.savefig(out / "calibration.png", dpi=110)
    figure, axis = plt.subplots(figsize=(5, 4))
    for name, score in scores.items():
        cuts = np.quantile(score, np.linspace(0, 1, 200))
        axis.plot(
            [(score[hard] >= c).mean() for c in cuts], [(score[truth >= 2] >= c).mean() for c in cuts], label=name
        )
    axis.set(xlabel="hard negatives flagged ≥ 2", ylabel="levels ≥ 2 found", title="Unseen authors")
    axis.legend(fontsize=8, loc="lower right")
    axis.grid(alpha=0.3)
    figure.tight_layout()
    figure.savefig(out / "recall.png", dpi=110)
    plt.close("all")
