"""Rasa's YAML read by the parser in C, once.

Rasa reads the domain of a model six times with a parser in Python. With some 4,000 sentences in it that was most of a
minute of every start and of every training (docs/decisions/0004). Here the same rules (YAML 1.2, ruamel's own list of
what is a number or a truth value) run on libyaml, each text is parsed once, and a domain that was validated when its
model was trained is not validated again when the model is loaded. What comes out is the same
(tests/unit/test_quick_yaml.py holds the two against each other).

`python -m bot.conversation.quick_yaml train …` is `rasa train …` with it.
"""

from __future__ import annotations

import copy
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import rasa.shared.utils.io
import rasa.shared.utils.validation
import ruamel.yaml.resolver
import yaml
from rasa.shared.constants import DOMAIN_SCHEMA_FILE
from rasa.shared.exceptions import RasaException

#: Rasa's own, for what is not read here and for the test.
STOCK = rasa.shared.utils.io.read_yaml
VALIDATE = rasa.shared.utils.validation.validate_yaml_schema
SAFE = "safe"
YAML_1_2 = (1, 2)
_BASE: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Loader(_BASE):
    """libyaml's parser with the scalars of YAML 1.2, in which `yes` and `no` are words."""


Loader.yaml_implicit_resolvers = {}
for _versions, _tag, _pattern, _first in ruamel.yaml.resolver.implicit_resolvers:
    if YAML_1_2 in _versions:
        Loader.add_implicit_resolver(_tag, _pattern, _first)


def _variable(loader: Any, node: Any) -> str:
    """`!env_var`, as Rasa reads it."""
    expanded = os.path.expandvars(loader.construct_scalar(node))
    if "$" in expanded:
        raise RasaException(f"Set the environment variables of '{expanded}', which is in a file that Rasa reads.")
    return expanded


def _integer(loader: Any, node: Any) -> int:
    """010 is ten in YAML 1.2, eight in the version that libyaml's Python side knows."""
    plain = node.value.replace("_", "")
    return int(plain) if plain.lstrip("+-").isdigit() else int(yaml.SafeLoader.construct_yaml_int(loader, node))


Loader.add_constructor("tag:yaml.org,2002:int", _integer)
Loader.add_constructor("!env_var", _variable)
Loader.add_implicit_resolver("!env_var", re.compile(r"^(.*)\$\{(.*)\}(.*)$"), None)


def read(content: str, reader_type: str | list[str] = SAFE) -> Any:
    """What `rasa.shared.utils.io.read_yaml` returns; the same errors where the text is no YAML."""
    # What libyaml cannot tell apart from a mistake, and other readers, are left to Rasa.
    if reader_type != SAFE or (content.isascii() and "\\" in content):
        return STOCK(content, reader_type)
    return copy.deepcopy(_parsed(content))


@lru_cache(maxsize=8)
def _parsed(content: str) -> Any:
    try:
        return yaml.load(content, Loader) or {}  # noqa: S506  (a safe loader)
    except yaml.YAMLError:
        return STOCK(content)  # its errors name the line as Rasa's callers expect them


def quicken() -> None:
    """Put it in place, for this process."""
    rasa.shared.utils.io.read_yaml = read


@contextmanager
def trusted() -> Iterator[None]:
    """Within, a domain is not validated: that of a trained model was, when it was trained."""

    def validate(content: str, schema: str, *more: Any) -> None:
        if schema != DOMAIN_SCHEMA_FILE:
            VALIDATE(content, schema, *more)

    rasa.shared.utils.validation.validate_yaml_schema = validate
    try:
        yield
    finally:
        rasa.shared.utils.validation.validate_yaml_schema = VALIDATE
        _parsed.cache_clear()  # the domain's tree is not needed again by a process that answers customers


def main(argv: list[str]) -> int:
    """`rasa` with quick YAML; the exit code is Rasa's."""
    from rasa.__main__ import main as rasa_main

    quicken()
    sys.argv = ["rasa", *argv]
    rasa_main()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
