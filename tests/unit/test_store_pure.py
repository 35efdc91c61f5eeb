"""The parts of the store that need no Redis: key names, the shape of a change, log hygiene, retries."""

from __future__ import annotations

import inspect
import json

import structlog

from bot.store.change import Change
from bot.store.keys import Keys
from bot.work.log import configure


def test_every_key_says_what_it_holds_and_carries_the_shops_tag():
    """A key without a reason is never deleted; one without the tag breaks on a cluster."""
    keys = Keys("demo")
    for name, method in inspect.getmembers(Keys, inspect.isfunction):
        if name.startswith("_"):
            continue
        assert method.__doc__, name
        args = ["x"] * (len(inspect.signature(method).parameters) - 1)
        assert getattr(keys, name)(*args).startswith("zaoan:{demo}:"), name


def test_keys_of_different_things_never_meet():
    """A chat named like an order must not overwrite it."""
    keys, seen = Keys("demo"), {}
    for name, method in inspect.getmembers(Keys, inspect.isfunction):
        if not name.startswith("_"):
            args = ["x"] * (len(inspect.signature(method).parameters) - 1)
            key = getattr(keys, name)(*args)
            assert key not in seen, (name, seen.get(key))
            seen[key] = name


def test_change_sends_times_whole_and_text_untouched():
    """A time cut to whole seconds shifts every deadline; a broken character loses the customer's words."""
    change = Change(Keys("demo"))
    change.timer("t", "answer", 1780000000.123456, {"text": "不想活了\u0000😢"})
    keys, args = change.arguments()
    ops = json.loads(args[1])
    assert ops[0][0] == "ZADD"
    assert float(ops[0][2]) == 1780000000.123456
    assert json.loads(ops[1][3])["data"]["text"] == "不想活了\u0000😢"
    assert keys[ops[0][1] - 1].endswith(":timers")


def test_logs_cut_what_must_not_be_logged(capsys):
    """A log file with a customer's words is a leak that nobody audits."""
    configure("INFO")
    structlog.get_logger("t").info("event", text="我不想活了", chat="c1", secret="s3cret")
    line = capsys.readouterr().err
    row = json.loads(line)
    assert (row["event"], row["chat"], row["text"], row["secret"]) == ("event", "c1", "[cut]", "[cut]")
    assert "不想活" not in line
    structlog.reset_defaults()
