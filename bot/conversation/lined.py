"""YAML as plain values that know their line, for findings a trainer can click on. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(slots=True)
class Lined:
    """A value with the line it stands on (from 1). Mappings and lists hold `Lined` values."""

    value: Any
    line: int
    keys: dict[str, int] = field(default_factory=dict)

    def get(self, key: str) -> Lined | None:
        """The entry of a mapping, or None."""
        return self.value.get(key) if isinstance(self.value, dict) else None

    def items(self) -> Iterator[tuple[str, Lined]]:
        """Entries of a mapping; nothing when it is not one."""
        if isinstance(self.value, dict):
            yield from self.value.items()

    def __iter__(self) -> Iterator[Lined]:
        return iter(self.value if isinstance(self.value, list) else ())

    def plain(self) -> Any:
        """The value without lines."""
        if isinstance(self.value, dict):
            return {k: v.plain() for k, v in self.value.items()}
        if isinstance(self.value, list):
            return [v.plain() for v in self.value]
        return self.value


def read(path: Path) -> Lined:
    """Decode a file; yaml.YAMLError (with its mark) when it is not YAML."""
    with path.open(encoding="utf-8") as handle:
        node = yaml.compose(handle, Loader=LOADER)
    return _value(node) if node is not None else Lined(None, 1)


def _value(node: Any) -> Lined:
    line = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        found: dict[str, Lined] = {}
        keys: dict[str, int] = {}
        for key, value in node.value:
            found[str(key.value)] = _value(value)
            keys[str(key.value)] = key.start_mark.line + 1
        return Lined(found, line, keys)
    if isinstance(node, yaml.SequenceNode):
        return Lined([_value(v) for v in node.value], line)
    return Lined(_scalar(node), line)


def _scalar(node: Any) -> Any:
    if node.tag == "tag:yaml.org,2002:bool":
        return node.value.lower() in {"true", "yes", "on"}
    if node.tag == "tag:yaml.org,2002:null":
        return None
    return node.value
