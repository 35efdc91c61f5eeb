"""Progress for anything over two seconds: a spinner on a terminal, two lines in a log."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def step(title: str, quiet: bool = False) -> Iterator[None]:
    """Show that `title` is under way and how many seconds it took."""
    started = time.monotonic()
    if quiet:
        yield
        return
    if sys.stderr.isatty():
        from rich.console import Console

        with Console(stderr=True).status(f"{title} …"):
            yield
    else:
        print(f"── {title} …", file=sys.stderr, flush=True)
        yield
    print(f"── {title}: {time.monotonic() - started:.1f} s", file=sys.stderr, flush=True)
