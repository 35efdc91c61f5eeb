"""Verdict and first reply of a running system (`zaoan up`), one chat and sixteen at once.

Verdict: from sending the webhook to its 202 (message and verdict on disk). First reply: from
sending to the first reply queued for the customer, seen through the read API (polled every 10 ms).
"""

from __future__ import annotations

import argparse
import sys
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import numpy as np

from bot.cli.client import Client, NotRunning

TALK = (
    "在吗 想问下物流", "怎么还没到呀", "算了 心里烦", "最近好累 什么都不想做", "有时候想 睡过去不醒就好了",
    "嗯 有想过", "没有 就是想想", "一个人在家", "不想打电话", "你还在吗", "谢谢你听我说", "好一点了",
)  # fmt: skip


def one_chat(turns: int) -> list[tuple[float, float]]:
    """(verdict ms, first reply ms) of each turn of one fresh chat."""
    client = Client.from_settings()
    chat = f"bench-{uuid.uuid4().hex[:10]}"
    now = datetime.now().astimezone()
    client.introduce(chat, f"u-{chat}")
    client.event("chat.handover", chat, now, to="bot")
    found = []
    for n in range(turns):
        sent = client.say(chat, TALK[n % len(TALK)], now, f"u-{chat}")
        _, first = client.wait_turn(chat, sent)
        found.append((sent.ms, first if first is not None else float("inf")))
    return found


def row(title: str, figures: list[tuple[float, float]]) -> str:
    """One line of the table."""
    verdict, reply = np.array(figures).T
    p = lambda a, q: f"{np.percentile(a, q):7.0f}"  # noqa: E731 - a local shorthand
    return f"{title:<22}{p(verdict, 50)}{p(verdict, 95)}   {p(reply, 50)}{p(reply, 95)}   {len(figures):>5}"


def main(argv: list[str]) -> int:
    """Print the table; exit 1 when nothing is running."""
    parser = argparse.ArgumentParser(prog="benchmarks turns", description=__doc__)
    parser.add_argument("--turns", type=int, default=24, help="turns a chat (default 24)")
    options = parser.parse_args(argv)
    try:
        one_chat(4)  # warm
        print(
            f"{'':<22}{'verdict ms':>14}   {'first reply ms':>14}   turns\n"
            f"{'':<22}{'p50':>7}{'p95':>7}   {'p50':>7}{'p95':>7}"
        )
        print(row("one chat", one_chat(options.turns)))
        with ThreadPoolExecutor(16) as pool:
            runs = list(pool.map(one_chat, [options.turns] * 16))
        print(row("sixteen chats at once", [pair for run in runs for pair in run]))
    except NotRunning as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
