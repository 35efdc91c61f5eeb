"""`make bench ARGS="danger"`: run one benchmark by name; without a name, list them."""

from __future__ import annotations

import importlib
import pkgutil
import sys
from pathlib import Path


def main(argv: list[str]) -> int:
    """Run `benchmarks.<name>.main(rest)`; 2 for an unknown name."""
    names = sorted(m.name for m in pkgutil.iter_modules([str(Path(__file__).parent)]) if not m.name.startswith("_"))
    if not argv or argv[0] not in names:
        print("benchmarks: " + ", ".join(names))
        for name in names:
            module = importlib.import_module(f"benchmarks.{name}")
            print(f"  {name:<10} {(module.__doc__ or '').strip().splitlines()[0]}")
        return 0 if not argv else 2
    return int(importlib.import_module(f"benchmarks.{argv[0]}").main(argv[1:]) or 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
