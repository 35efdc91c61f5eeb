"""The operator's table of settings says what the program reads."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs/guide/operation.md").read_text(encoding="utf-8")
ROWS = dict(re.findall(r"^\| `(ZAOAN_\w+)` \| (.+?) \|", GUIDE, re.MULTILINE))
SOURCE = (ROOT / "bot/settings.py").read_text(encoding="utf-8")


def test_every_setting_is_in_the_table_with_its_default() -> None:
    """An operator would look for a setting that is not there, or trust a default that is another."""
    read = dict(re.findall(r'read\.\w+\("(ZAOAN_\w+)"(?:, ([^()]*?(?:\([^()]*\))?))?(?:, \([^)]*\))?\)', SOURCE))
    assert set(read) == set(ROWS)
    for name, default in read.items():
        told = ROWS[name].strip("`")
        plain = default.strip().strip('"')
        if plain.startswith("str(var_dir"):
            plain = "var/" + plain.rpartition('"')[0].rpartition('"')[2]
        assert told == (plain or "空") or (not default and told == "空"), name


def test_files_that_the_guide_names_are_there() -> None:
    """An operator at night would follow a path into nothing."""
    for path in set(re.findall(r"`((?:deploy|docs|data|bot)/[\w./@-]+)`", GUIDE)):
        assert (ROOT / path).exists(), path


def test_the_units_start_what_exists() -> None:
    """A service would fail at its first start on the merchant's server."""
    part = (ROOT / "deploy/run-part").read_text(encoding="utf-8")
    for module in re.findall(r"module=([\w.]+)", part):
        assert (ROOT / (module.replace(".", "/") + ".py")).exists(), module
    env = (ROOT / "deploy/systemd/env.example").read_text(encoding="utf-8")
    assert set(re.findall(r"^(ZAOAN_\w+)=", env, re.MULTILINE)) <= set(ROWS)


def test_alarm_rules_are_well_formed_and_some_wake_people() -> None:
    """A rule file that does not load would leave the night without alarms."""
    groups = yaml.safe_load((ROOT / "deploy/prometheus/alerts.yml").read_text(encoding="utf-8"))["groups"]
    rules = [rule for group in groups for rule in group["rules"]]
    assert all({"alert", "expr", "labels", "annotations"} <= set(rule) for rule in rules)
    assert sum(rule["labels"]["severity"] == "page" for rule in rules) >= 5
