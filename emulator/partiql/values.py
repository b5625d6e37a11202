"""What evaluation knows beyond Ion: the value that is not there, and collections without an order.

Inside lists and structs there are only Ion values: whoever builds one settles its parts. So a `Bag` or MISSING is only
ever a whole value, and MISSING may be an item of a bag.
"""

from __future__ import annotations

from typing import Any, Final

from emulator.ion.document import Document
from emulator.ion.values import NULL, Annotated, Null


class _Missing:
    """What a path finds where there is nothing."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "MISSING"


MISSING: Final = _Missing()


class Bag(list[Any]):
    """A collection without an order: `<< … >>`, a table's rows, the result of a nested query."""

    __slots__ = ()


def bare(value: Any) -> Any:
    """The value without its annotations, which no operator looks at."""
    return value.value if type(value) is Annotated else value


def is_unknown(value: Any) -> bool:
    """Whether it is MISSING or a null of any type."""
    kind = type(value)
    return kind is Null or value is MISSING or (kind is Annotated and type(value.value) is Null)


def settled(value: Any) -> Any:
    """The value as a part of a document or row, or a row itself: Ion has no bags, so they become lists.

    A document kept as its bytes has its annotations among them, where they would be passed over.
    """
    if type(value) is Document:
        return value.with_annotations()
    if type(value) is Bag:
        return [NULL if item is MISSING else item for item in value]
    return value


def element(value: Any) -> Any:
    """The value as an item of a list, which keeps a place for what is MISSING."""
    return NULL if value is MISSING else settled(value)
