"""`zaoan person`: hand out or remove what is kept of one person, read the audit trail, change the key.

    zaoan person export SHOP CUSTOMER --by NAME --reason WHY > person.json
    zaoan person erase  SHOP CUSTOMER --by NAME --reason WHY
    zaoan person audit  SHOP                # one JSON line an opening; exit 1 if the chain is broken
    zaoan person rotate-key                 # a new key; everything sealed is sealed anew

Each is itself written to the audit trail. Make sure first that whoever asks is that person.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys

from bot.privacy.vault import PREFIX, VaultError, add_key, forget_old_keys, key_path, make_key_file, vault
from bot.settings import ID_PATTERN, SettingError, Settings
from bot.store import Store, StoreError
from bot.store.audit import Opening, broken_at, note, openings
from bot.store.person import erase_person, export_person, fingerprint
from bot.work.log import configure

ROLE = "operator"


async def export(store: Store, shop: str, customer: str, by: str, reason: str) -> int:
    """Writes one JSON object to stdout."""
    found = await export_person(store, shop, customer)
    await note(store, shop, Opening(by, ROLE, "export", customer, reason))
    json.dump(found, sys.stdout, ensure_ascii=False, indent=2)
    print()
    return 0


async def erase(store: Store, shop: str, customer: str, by: str, reason: str) -> int:
    """Removes the person; the audit trail keeps a fingerprint of the id only."""
    gone = await erase_person(store, shop, customer)
    await note(store, shop, Opening(by, ROLE, "erase", fingerprint(shop, customer), reason))
    print(json.dumps(gone))
    return 0


async def audit(store: Store, shop: str) -> int:
    """Writes the trail; 1 when an entry was changed or taken out."""
    after = "-"
    while rows := await openings(store, shop, after):
        for row in rows:
            print(json.dumps(row, ensure_ascii=False))
        after = rows[-1]["id"]
    broken = await broken_at(store, shop)
    if broken:
        print(f"audit: the chain is broken at {broken}: an entry was changed or removed", file=sys.stderr)
    return 1 if broken else 0


async def _seal_anew(store: Store) -> int:
    sealed, done = vault(), 0
    async with store.guarded():
        async for key in store.redis.scan_iter("zaoan:{*}:address:*", count=500):
            value = await store.redis.get(key)
            if value and value.startswith(PREFIX):
                await store.redis.set(key, sealed.renew(value), keepttl=True, xx=True)
                done += 1
    return done


async def rotate_key(store: Store) -> int:
    """Adds a key, seals everything with it, then forgets the older ones. May be run again if interrupted."""
    path = key_path()
    make_key_file(path)
    add_key(path)
    done = await _seal_anew(store)
    # Processes notice the new file at once; what one of them sealed with the old key meanwhile is renewed as well.
    await _seal_anew(store)
    forgotten = forget_old_keys(path)
    for shop in await store.shops():
        await note(store, shop, Opening("operator", ROLE, "rotate_key", "vault", "key changed"))
    print(f"{done} sealed anew, {forgotten} old key(s) forgotten: {path}")
    return 0


async def _run(options: argparse.Namespace) -> int:
    store = await Store.from_settings(Settings.from_env())
    try:
        if options.act == "audit":
            return await audit(store, options.shop)
        if options.act == "rotate-key":
            return await rotate_key(store)
        act = export if options.act == "export" else erase
        return await act(store, options.shop, options.customer, options.by, options.reason)
    finally:
        await store.close()


def _id(text: str) -> str:
    if not ID_PATTERN.fullmatch(text):
        raise argparse.ArgumentTypeError("1-64 of letters, digits and _ . @ -")
    return text


def main(argv: list[str]) -> int:
    """0 when done, 1 when refused or not found, 2 on a wrong call."""
    parser = argparse.ArgumentParser(
        prog="zaoan person", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    acts = parser.add_subparsers(dest="act", required=True)
    for name in ("export", "erase"):
        one = acts.add_parser(name)
        one.add_argument("shop", type=_id)
        one.add_argument("customer", type=_id)
        one.add_argument("--by", required=True, help="who does this")
        one.add_argument("--reason", required=True, help="why, such as the request's number")
    acts.add_parser("audit").add_argument("shop", type=_id)
    acts.add_parser("rotate-key")
    options = parser.parse_args(argv)
    configure()  # the log goes to stderr: stdout is the person's data
    try:
        return asyncio.run(_run(options))
    except (StoreError, SettingError, VaultError) as error:
        print(f"person: {error}", file=sys.stderr)
        return 1
