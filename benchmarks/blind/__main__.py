"""`python -m benchmarks.blind`."""

from __future__ import annotations

import sys

from benchmarks.blind.cli import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
