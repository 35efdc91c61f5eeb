"""Settings: read once, and every mistake named with its fix."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.settings import SettingError, Settings, load_shops

SHOP = {
    "id": "demo", "name": "演示店", "category": "农资", "secret": "s" * 20, "outgoing_secret": "o" * 20,
    "base_url": "http://127.0.0.1:8090/shop/",
}  # fmt: skip


def test_empty_environment_gives_a_working_start():
    """A newcomer sets nothing and types `make run`."""
    settings = Settings.from_env({})
    assert settings.redis_url is None
    assert settings.host == "127.0.0.1", "never open to the network by default"
    assert settings.shops_file == Path("var/shops.json")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("ZAOAN_PORT", "http"),
        ("ZAOAN_PORT", "0"),
        ("ZAOAN_PORT", "99999"),
        ("ZAOAN_PORT", "８０"),
        ("ZAOAN_ANSWER_SECONDS", "soon"),
        ("ZAOAN_ANSWER_SECONDS", "nan"),
        ("ZAOAN_HEAVY_CAP", "0"),
        ("ZAOAN_HEAVY_CAP", "2.5"),
        ("ZAOAN_TIMEZONE", "Mars/Base"),
        ("ZAOAN_TIMEZONE", "../etc"),
        ("ZAOAN_LOG_LEVEL", "loud"),
        ("ZAOAN_PAGE_URL", "ftp://x"),
        ("ZAOAN_REDIS_URL", "localhost:6379"),
    ],
)
def test_wrong_value_names_the_key_and_the_fix(key, value):
    """A traceback without the setting's name costs the newcomer an evening."""
    with pytest.raises(SettingError) as caught:
        Settings.from_env({key: value})
    assert caught.value.key == key
    assert caught.value.fix


def test_secrets_are_never_shown():
    """A settings value printed into a log would hand out the keys to every shop."""
    env = {"ZAOAN_REDIS_URL": "redis://:hush-redis@h:1/0", "ZAOAN_PAGE_SECRET": "hush-page"}
    assert "hush" not in repr(Settings.from_env(env))
    with pytest.raises(SettingError) as caught:
        Settings.from_env({"ZAOAN_REDIS_URL": "hush-password@host"})
    assert "hush" not in str(caught.value)


def test_shops_file_is_read(tmp_path):
    """Without its secrets no message of the shop can be trusted."""
    path = tmp_path / "shops.json"
    path.write_text(json.dumps([SHOP]), encoding="utf-8")
    shop = load_shops(path)["demo"]
    assert shop.base_url == "http://127.0.0.1:8090/shop"
    assert "s" * 20 not in repr(shop)


@pytest.mark.parametrize(
    ("content", "where"),
    [
        ("{", "shops.json"),
        ("{}", "shops.json"),
        ("[1]", "shops.json[0]"),
        (json.dumps([{**SHOP, "id": "a b"}]), "shops.json[0].id"),
        (json.dumps([SHOP, SHOP]), "shops.json[1].id"),
        (json.dumps([{**SHOP, "secret": "short"}]), "shops.json[0].secret"),
        (json.dumps([{**SHOP, "outgoing_secret": None}]), "shops.json[0].outgoing_secret"),
        (json.dumps([{**SHOP, "base_url": "example"}]), "shops.json[0].base_url"),
    ],
)
def test_broken_shops_file_names_the_place(tmp_path, content, where):
    """One wrong comma among fifty shops must be found at once."""
    path = tmp_path / "shops.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(SettingError) as caught:
        load_shops(path)
    assert caught.value.key.endswith(where)
