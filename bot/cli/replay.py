"""`zaoan replay FILE`: play dialogues through the running server, one JSON line a turn."""

from __future__ import annotations

import argparse
import json
import sys
import uuid
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from bot.cli.client import Client, NotRunning
from bot.cli.dialogue import BadDialogue, Dialogue, judge, parse
from bot.cli.turns import turn_line


def read(lines: Iterable[str]) -> Iterator[tuple[int, Dialogue | str]]:
    """Each line's number with its dialogue, or with what is wrong with it."""
    for number, raw in enumerate(lines, 1):
        if not raw.strip():
            continue
        try:
            yield number, parse(json.loads(raw))
        except json.JSONDecodeError as error:
            yield number, f"not JSON: {error}"
        except BadDialogue as error:
            yield number, str(error)


def play(client: Client, dialogue: Dialogue) -> Iterator[dict[str, Any]]:
    """Play one dialogue in a fresh chat of a fresh customer; yields a line a turn."""
    ident = "".join(c if c.isascii() and (c.isalnum() or c in "_.@-") else "-" for c in dialogue.id)[:40]
    nonce = uuid.uuid4().hex[:8]
    chat = f"r-{ident}-{nonce}"
    # A replay places fresh orders: one held in an earlier run must not count in this one.
    original = {}
    customer = f"u-{chat}"[:64]
    client.introduce(chat, customer)
    for order in dialogue.orders:
        fresh = f"{order['order_id'][:50]}.{nonce}"
        original[fresh] = order["order_id"]
        client.place_order(chat, {**order, "order_id": fresh})
    if dialogue.mode == "takeover":
        client.event("chat.handover", chat, dialogue.local_time, to="bot")
    for number, turn in enumerate(dialogue.turns, 1):
        sent = client.say(chat, turn.text, dialogue.time_of(number), customer, dialogue.category)
        view, first = client.wait_turn(chat, sent)
        line = turn_line(dialogue.id, number, turn.text, sent, view, first)
        for hold in line["holds"]:
            hold["order_id"] = original.get(hold["order_id"], hold["order_id"])
        yield line


def play_and_judge(client: Client, dialogue: Dialogue, at_once: bool) -> tuple[list[dict[str, Any]], list[str]]:
    """The lines of one dialogue and what failed; printed as they come unless others play as well."""
    lines = []
    for line in play(client, dialogue):
        lines.append(line)
        if at_once:
            print(json.dumps(line, ensure_ascii=False), flush=True)
    return lines, judge(dialogue, lines)


def main(argv: list[str]) -> int:
    """Exit 0 when all expectations are met, 1 when one fails, 2 on bad input."""
    parser = argparse.ArgumentParser(prog="zaoan replay", description=__doc__)
    parser.add_argument("file", help="dialogues, JSON lines; - for standard input")
    parser.add_argument("--shop", help="shop id (default: the first connected)")
    parser.add_argument("-j", type=int, default=1, metavar="N", help="play N dialogues at once (default 1)")
    options = parser.parse_args(argv)
    try:
        text = sys.stdin.read() if options.file == "-" else Path(options.file).read_text(encoding="utf-8")
        entries = list(read(text.split("\n")))
    except (OSError, UnicodeDecodeError) as error:
        print(f"error: {options.file}: {error}", file=sys.stderr)
        return 2
    bad = [(number, what) for number, what in entries if isinstance(what, str)]
    for number, what in bad:
        print(json.dumps({"line": number, "error": what}, ensure_ascii=False), file=sys.stderr)
    dialogues = [what for _, what in entries if isinstance(what, Dialogue)]
    if not dialogues:
        print(f"error: {options.file}: no dialogue to play", file=sys.stderr)
        return 2
    failed = 0
    try:
        alone = options.j <= 1
        with ThreadPoolExecutor(max(1, options.j)) as pool:
            runs = pool.map(lambda d: play_and_judge(Client.from_settings(options.shop), d, alone), dialogues)
            for dialogue, (lines, failures) in zip(dialogues, runs, strict=True):
                if not alone:
                    for line in lines:
                        print(json.dumps(line, ensure_ascii=False), flush=True)
                failed += bool(failures)
                verdict = "ok" if not failures else "; ".join(failures)
                print(f"{dialogue.id}: {verdict}", file=sys.stderr, flush=True)
    except NotRunning as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    print(f"{len(dialogues) - failed} of {len(dialogues)} dialogues meet every expectation", file=sys.stderr)
    if bad:
        return 2
    return 1 if failed else 0
