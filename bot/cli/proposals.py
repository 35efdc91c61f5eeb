"""`zaoan proposals`: what colleagues made of the suggestions, as proposals for the trainer.

    zaoan proposals [list] [--shop SHOP] [--json]      undecided ones, most often seen first
    zaoan proposals take ID --by NAME [--shop SHOP]    you have taken it up (edit the wording yourself)
    zaoan proposals drop ID --by NAME [--shop SHOP]    set aside

Own words of colleagues are kept only without personal data, without a quotation of the customer, and when
the outgoing guard would let them pass.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from dataclasses import asdict

from bot.copilot.feedback import Proposal, proposals, undecided
from bot.settings import SettingError, Settings
from bot.store import Store, StoreError
from bot.store.feedback import decide_proposal, decisions, feedback

KIND_ZH = {"variant": "改了再发", "phrase": "自己写的", "review": "很少用"}


def lines_of(shop_id: str, one: Proposal) -> list[str]:
    """A proposal for people: what it is, and the wording as it would stand in `bot/domain/responses_*.yml`."""
    head = f"{one.proposal_id}  {shop_id}  {KIND_ZH[one.kind]}  {one.count} 次  最高等级 {one.level}"
    rows = [head]
    if one.offered:
        rows.append(f"  建议: {one.offered}  ({one.action})")
    if one.text:
        rows += [f"  发出: {one.text}", f"  - text: {json.dumps(one.text, ensure_ascii=False)}",
                 f"    metadata: {{esc: {one.strategy or 'affirmation'}}}"]  # fmt: skip
    return rows


async def _run(options: argparse.Namespace) -> int:
    store = await Store.from_settings(Settings.from_env())
    try:
        shops = [options.shop] if options.shop else sorted(await store.shops())
        if options.act in ("take", "drop"):
            return await _decide(store, shops, options)
        total = 0
        for shop_id in shops:
            found = undecided(proposals(await feedback(store, shop_id)), await decisions(store, shop_id))
            total += len(found)
            for one in found:
                row = {"shop_id": shop_id, **asdict(one)}
                print(json.dumps(row, ensure_ascii=False) if options.json else "\n".join(lines_of(shop_id, one)))
    finally:
        await store.close()
    print(f"{total} proposals", file=sys.stderr)
    return 0


async def _decide(store: Store, shops: list[str], options: argparse.Namespace) -> int:
    for shop_id in shops:
        if any(one.proposal_id == options.id for one in proposals(await feedback(store, shop_id))):
            state = "taken" if options.act == "take" else "dropped"
            await decide_proposal(store, shop_id, options.id, state, options.by)
            print(f"{options.id}: {state}")
            return 0
    print(f"proposals: no proposal {options.id}. List them with `zaoan proposals`.", file=sys.stderr)
    return 1


def main(argv: list[str]) -> int:
    """0 when done, 1 when there is no such proposal or the store cannot be read, 2 on a wrong call."""
    parser = argparse.ArgumentParser(
        prog="zaoan proposals", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    acts = parser.add_subparsers(dest="act")
    for name in ("list", "take", "drop"):
        one = acts.add_parser(name)
        one.add_argument("--shop")
        if name == "list":
            one.add_argument("--json", action="store_true")
        else:
            one.add_argument("id")
            one.add_argument("--by", required=True, help="your name")
    options = parser.parse_args(argv if argv[:1] and not argv[0].startswith("--") else ["list", *argv])
    try:
        return asyncio.run(_run(options))
    except (StoreError, SettingError) as error:
        print(f"proposals: {error}", file=sys.stderr)
        return 1
