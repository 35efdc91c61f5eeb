"""`zaoan claims`: the merchants' claims for what holds cost them, for the books.

    zaoan claims export [--format csv|jsonl] [--shop SHOP] [--state draft|submitted|paid|refused] > claims.csv

Amounts are whole fen; the CSV has yuan beside it for people. No customer is named in it.
"""

from __future__ import annotations

import argparse
import asyncio
import csv
import json
import sys
from collections.abc import Iterable
from datetime import datetime
from typing import Any, TextIO
from zoneinfo import ZoneInfo

from bot.cases.holds import MOVES
from bot.settings import SettingError, Settings
from bot.store import Store, StoreError

COLUMNS = ("shop_id", "claim_id", "order_id", "case_id", "state", "amount_fen", "amount_yuan", "reason", "reference",
           "by", "created_at", "changed_at")  # fmt: skip
#: What a spreadsheet would take for the beginning of a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def rows_of(claims: Iterable[dict[str, Any]], timezone: str) -> Iterable[dict[str, Any]]:
    """Claims of the store with yuan and with times in RFC 3339."""
    zone = ZoneInfo(timezone)
    for claim in claims:
        fen = int(claim["amount_fen"])
        times = {
            name: datetime.fromtimestamp(claim[name], zone).isoformat(timespec="seconds")
            for name in ("created_at", "changed_at")
        }
        row = {**claim, **times, "amount_yuan": f"{fen // 100}.{fen % 100:02d}"}
        yield {name: row.get(name, "") for name in COLUMNS}


def write(rows: Iterable[dict[str, Any]], how: str, out: TextIO) -> int:
    """Write rows as "csv" or "jsonl"; returns how many. A cell never starts a formula."""
    count = 0
    table = csv.DictWriter(out, COLUMNS, lineterminator="\r\n")
    if how == "csv":
        out.write("\ufeff")  # without it Excel reads Chinese as Latin-1
        table.writeheader()
    for row in rows:
        count += 1
        if how == "csv":
            table.writerow({name: _cell(value) for name, value in row.items()})
        else:
            out.write(json.dumps(row, ensure_ascii=False) + "\n")
    return count


def _cell(value: Any) -> Any:
    return "'" + value if isinstance(value, str) and value.startswith(_FORMULA) else value


async def _export(options: argparse.Namespace) -> int:
    settings = Settings.from_env()
    store = await Store.from_settings(settings)
    try:
        shops = [options.shop] if options.shop else await store.shops()
        claims = [claim for shop in shops async for claim in store.claims(shop, options.state)]
    finally:
        await store.close()
    count = write(rows_of(claims, settings.timezone), options.format, sys.stdout)
    print(f"{count} claims", file=sys.stderr)
    return 0


def main(argv: list[str]) -> int:
    """0 when written, 1 when the store cannot be read, 2 on a wrong call."""
    parser = argparse.ArgumentParser(
        prog="zaoan claims", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    one = parser.add_subparsers(dest="act", required=True).add_parser("export")
    one.add_argument("--format", choices=("csv", "jsonl"), default="csv")
    one.add_argument("--shop")
    one.add_argument("--state", choices=tuple(MOVES))
    try:
        return asyncio.run(_export(parser.parse_args(argv)))
    except (StoreError, SettingError) as error:
        print(f"claims: {error}", file=sys.stderr)
        return 1
