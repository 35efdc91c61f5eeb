"""`python -m channels.sandbox`: runs the sandbox shop until it is told to stop."""

from __future__ import annotations

import logging
import sys

from bot.settings import SettingError, Settings
from channels.sandbox.app import create_app
from channels.sandbox.config import SandboxConfig

DEMO_SHOP = "demo"


def config_from(settings: Settings, shop_id: str = DEMO_SHOP) -> SandboxConfig:
    """The sandbox of one connected shop; raises `SettingError` when the shop is not connected."""
    shops = settings.shops()
    if shop_id not in shops:
        raise SettingError(
            str(settings.shops_file), f"has no shop {shop_id!r} for the sandbox", "Run `zaoan up` once to write it."
        )
    shop = shops[shop_id]
    host = "127.0.0.1" if settings.host in ("0.0.0.0", "::") else settings.host  # noqa: S104  # nosec B104
    return SandboxConfig(
        door_url=f"http://{host}:{settings.port}",
        shop_id=shop.id,
        webhook_secret=shop.secret,
        connector_secret=shop.outgoing_secret,
        database=settings.var_dir / "sandbox" / "shop.sqlite3",
        port=settings.sandbox_port,
    )


def main() -> int:
    """Exit 1 with the setting's name when something is set wrongly."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s %(message)s")
    try:
        config = config_from(Settings.from_env())
    except SettingError as error:
        print(error, file=sys.stderr)
        return 1
    create_app(config).run(config.host, config.port, access_log=False, motd=False)
    return 0


if __name__ == "__main__":
    sys.exit(main())
