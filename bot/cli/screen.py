"""`zaoan screen`: messages on stdin, verdicts on stdout, in order, as they come.

No server, no Rasa. A line in gives a line out at once; a malformed line is reported on stderr and
never stops the stream. `-j N` reads on N processes and keeps the order. `--stream NAME` takes messages
from a Redis stream instead (bot.cli.screen_stream).
"""

from __future__ import annotations

import os

for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")  # before numpy: one thread a process is the fastest here

import argparse  # noqa: E402
import json  # noqa: E402
import multiprocessing  # noqa: E402
import queue  # noqa: E402
import sys  # noqa: E402
import threading  # noqa: E402
from collections.abc import Iterator  # noqa: E402
from concurrent.futures import Future, ProcessPoolExecutor  # noqa: E402
from typing import Any  # noqa: E402

from bot.cli.screen_lines import Screener  # noqa: E402
from bot.risk.reader import Reader  # noqa: E402

#: Lines read at once; small enough that the order costs no wait.
BATCH = 512
_SCREENER: Screener | None = None


def _run(screener: Screener, lines: list[bytes], first: int) -> tuple[bytes, bytes]:
    """Output and error lines of a batch whose first line is number `first`."""
    good: list[bytes] = []
    bad: list[str] = []
    for number, answer in enumerate(screener.read(lines), first):
        if isinstance(answer, bytes):
            good.append(answer)
        elif answer is not None:
            bad.append(json.dumps({"line": number, "error": answer}, ensure_ascii=True))
    out = b"\n".join(good) + b"\n" if good else b""
    return out, ("\n".join(bad) + "\n").encode() if bad else b""


def _batches(source: int) -> Iterator[tuple[int, list[bytes]]]:
    """(number of the first line, lines) for whatever has arrived, at most BATCH lines at a time."""
    rest = b""
    number = 1
    while True:
        chunk = os.read(source, 1 << 16)
        if not chunk:
            break
        if b"\n" not in chunk:
            rest += chunk
            continue
        lines = (rest + chunk).split(b"\n")
        rest = lines.pop()
        for at in range(0, len(lines), BATCH):
            part = lines[at : at + BATCH]
            yield number, part
            number += len(part)
    if rest:
        yield number, [rest]


def _write(out: bytes, err: bytes) -> bool:
    """Writes and flushes; True when there was an error line."""
    if err:
        sys.stderr.buffer.write(err)
        sys.stderr.flush()
    if out:
        sys.stdout.buffer.write(out)
        sys.stdout.buffer.flush()
    return bool(err)


def _start(deep: bool, explained: bool) -> None:
    global _SCREENER
    _SCREENER = Screener(Reader.load(deep=deep), explained=explained)


def _work(lines: list[bytes], first: int) -> tuple[bytes, bytes]:
    assert _SCREENER is not None  # noqa: S101
    return _run(_SCREENER, lines, first)


def _parallel(jobs: int, deep: bool, explained: bool) -> bool:
    """Reads on `jobs` processes; True when a line was malformed."""
    waiting: queue.Queue[Future[tuple[bytes, bytes]] | None] = queue.Queue(maxsize=jobs * 4)
    state: dict[str, Any] = {"bad": False, "failed": None}

    def writer() -> None:
        while (future := waiting.get()) is not None:
            if state["failed"] is None:
                try:
                    state["bad"] |= _write(*future.result())
                except BaseException as error:  # noqa: BLE001  (told to the main thread)
                    state["failed"] = error

    fork = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(jobs, fork, _start, (deep, explained)) as pool:
        pool.submit(int).result()  # the workers are forked before there is a second thread
        thread = threading.Thread(target=writer)
        thread.start()
        try:
            for number, lines in _batches(sys.stdin.fileno()):
                if state["failed"] is not None:
                    break
                waiting.put(pool.submit(_work, lines, number))
        finally:
            waiting.put(None)
            thread.join()
    if state["failed"] is not None:
        raise state["failed"]
    return bool(state["bad"])


def main(argv: list[str]) -> int:
    """Exit 0 when every line was read, 1 when some were malformed."""
    parser = argparse.ArgumentParser(
        prog="zaoan screen",
        description="Reads messages (JSON lines: id, text, context) and writes verdicts.",
    )
    parser.add_argument("-j", "--jobs", type=int, default=1, metavar="N", help="processes (default 1)")
    parser.add_argument("--no-encoder", action="store_true", help="rules and n-grams only: faster, weaker")
    parser.add_argument("--explain", action="store_true", help="add why, from level 1 on")
    stream = parser.add_argument_group("Redis streams", "start as many consumers of one group as you need")
    stream.add_argument("--stream", metavar="NAME", help="take messages from this stream instead of stdin")
    stream.add_argument("--to", metavar="NAME", help="stream for the verdicts (default NAME:verdicts)")
    stream.add_argument("--group", default="zaoan-screen", help="consumer group (default zaoan-screen)")
    stream.add_argument("--consumer", default="", help="name of this consumer (default: host and process)")
    stream.add_argument("--idle", type=float, default=30.0, help="seconds until others take over what was left open")
    stream.add_argument("--delete", action="store_true", help="remove messages once their verdict is written")
    args = parser.parse_args(argv)
    if args.stream:
        if args.jobs > 1:
            parser.error("--stream: start more consumers instead of -j")
        from bot.cli.screen_stream import Names, serve

        target = args.to or f"{args.stream}:verdicts"
        names = Names(args.stream, target, args.group, args.consumer, args.idle, args.delete)
        return serve(names, deep=not args.no_encoder, explained=args.explain)
    bad = False
    try:
        if args.jobs > 1:
            return int(_parallel(args.jobs, not args.no_encoder, args.explain))
        screener = Screener(Reader.load(deep=not args.no_encoder), explained=args.explain)
        for number, lines in _batches(sys.stdin.fileno()):
            bad |= _write(*_run(screener, lines, number))
    except BrokenPipeError:
        # the one who reads us has gone; nothing more to say
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        return 130
    return int(bad)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
