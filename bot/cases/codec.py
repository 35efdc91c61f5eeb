"""Values to plain dicts and back, for JSON. Unknown fields of an older or newer version are ignored."""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")


def to_dict(value: Any) -> dict[str, Any]:
    """A dataclass of ours as a dict of JSON types."""
    return {name: _plain(getattr(value, name)) for name, _ in _readers(type(value))}


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value):
        return to_dict(value)
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value


def from_dict(kind: type[T], data: dict[str, Any]) -> T:
    """The dataclass that :func:`to_dict` wrote."""
    return kind(**{name: read(data[name]) for name, read in _readers(kind) if name in data})


def _same(value: Any) -> Any:
    return value


_known: dict[type[Any], tuple[tuple[str, Callable[[Any], Any]], ...]] = {}


def _readers(kind: type[Any]) -> tuple[tuple[str, Callable[[Any], Any]], ...]:
    found = _known.get(kind)
    if found is None:
        hints = typing.get_type_hints(kind)
        found = tuple((item.name, _reader(hints[item.name])) for item in dataclasses.fields(kind))
        _known[kind] = found
    return found


def _reader(hint: Any) -> Callable[[Any], Any]:
    """How to turn JSON back into a field: only tuples, and dataclasses inside tuples, need work."""
    origin = typing.get_origin(hint)
    if origin in (types.UnionType, typing.Union) or origin is not tuple:
        return _same
    inner = typing.get_args(hint)[0]
    if dataclasses.is_dataclass(inner):
        return lambda rows: tuple(from_dict(typing.cast(Any, inner), row) for row in rows)
    return tuple
