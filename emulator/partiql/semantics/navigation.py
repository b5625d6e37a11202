"""The steps of a path. Where there is nothing, they find MISSING; nothing here ever fails."""

from collections.abc import Iterator
from typing import Any

from emulator.ion.values import Struct
from emulator.partiql.values import MISSING, Bag, bare


def field(value: Any, name: str) -> Any:
    """`value.name`: the first field of that name."""
    value = bare(value)
    return value.get(name, MISSING) if isinstance(value, Struct) else MISSING


def subscript(value: Any, key: Any) -> Any:
    """`value[key]`: a field by its name, or an element of a list by its place, counted from 0."""
    key, value = bare(key), bare(value)
    if isinstance(key, str):
        return field(value, str(key))
    if type(key) is int and is_list(value) and 0 <= key < len(value):
        return value[key]
    return MISSING


def is_list(value: Any) -> bool:
    """Whether it has elements in an order: lists and s-expressions."""
    return isinstance(value, list) and type(value) is not Bag


def each_element(value: Any) -> Iterator[Any]:
    """`value[*]`; what is no collection is its own only element."""
    value = bare(value)
    if value is not MISSING:
        yield from value if isinstance(value, list) else (value,)


def each_field(value: Any) -> Iterator[Any]:
    """`value.*`; what is no struct is its own only field."""
    value = bare(value)
    if value is not MISSING:
        yield from (part for _, part in value) if isinstance(value, Struct) else (value,)
