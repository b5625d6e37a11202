"""How much the expressions of a statement may make in one go.

An expression is evaluated from one turn to the next, so it must neither take long nor make much. How much it makes is
not seen from its result: `SIZE(x) + SIZE(x) + …` reads `x` from its document each time, and a list that holds another
one ten times, which holds another one ten times, is small in memory and huge to whoever walks through it. So whatever
reads, makes, compares or searches values says how large they are when walked through, and a statement that goes beyond
its bound between two turns is refused. The same bound holds for all that the queries inside of its expressions keep.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, Final

from emulator import limits
from emulator.ion.values import Annotated, Clob, Null, Struct, Symbol, Timestamp
from emulator.partiql.ast import Position
from emulator.partiql.messages import evaluation_error
from emulator.partiql.values import bare

PART_BYTES: Final = 16
"""What a value counts beyond its text: about what it takes to walk over it, compared with text."""

_MUCH: Final = 64 * 1024
_QUIET: Final = 64
_MOST: Final = limits.EXPRESSION_BYTES
_TEXTS: Final = frozenset([str, Symbol, bytes, Clob])
WITHOUT_PARTS: Final = frozenset([str, int, bool, Decimal, float, Null, Timestamp, Symbol])
"""The types of most values; whoever has one of them need not ask further."""


class Effort:
    """One run of a statement: what was made since others had their turn, and what is kept, by slots."""

    __slots__ = ("_kept", "_kept_bytes", "made_bytes", "quiet")

    def __init__(self) -> None:
        self.made_bytes = 0
        self.quiet = 0
        """How often a loop found nothing to say."""
        self._kept: dict[int, int] = {}
        self._kept_bytes = 0

    @property
    def is_much(self) -> bool:
        """Whether others should have their turn now."""
        return self.made_bytes > _MUCH or self.quiet > _QUIET

    def begin(self) -> None:
        """They have had it."""
        self.made_bytes = self.quiet = 0

    def spend(self, size: int, position: Position) -> None:
        """BadRequestException where it is too much; `position` is that of the expression."""
        self.made_bytes += size
        if self.made_bytes > _MOST:
            raise evaluation_error("expression_bytes", position, limit=_MOST)

    def keep(self, slot: int, size: int, position: Position) -> None:
        """So much more is kept for a slot. BadRequestException where it is too much for all of them together."""
        self._kept[slot] = self._kept.get(slot, 0) + size
        self._kept_bytes += size
        if self._kept_bytes > _MOST:
            raise evaluation_error("kept_bytes", position, limit=_MOST)

    def release(self, slot: int) -> None:
        self._kept_bytes -= self._kept.pop(slot, 0)


def weight(values: Iterable[Any]) -> int:
    """The bytes of values and all their parts, each as often as it is there; beyond the bound, any number above it."""
    waiting = list(values)
    total = 0
    while waiting and total <= _MOST:
        value = waiting.pop()
        total += PART_BYTES
        kind = type(value)
        if kind in _TEXTS:
            total += len(value)
        elif isinstance(value, list | tuple):
            waiting += value
        elif isinstance(value, Struct):
            waiting += [field for _, field in value.fields()]
        elif kind is Annotated:
            waiting.append(value.value)
    return total


def text_bytes(value: Any) -> int:
    """The length of a text; of other values 0."""
    text = bare(value)
    return len(text) if type(text) in _TEXTS else 0


def has_parts(value: Any) -> bool:
    return isinstance(bare(value), list | Struct)


def comparing(left: Any, right: Any) -> int:
    """What it costs to find out whether two values are equal; only where both have parts are these looked at."""
    if type(left) in WITHOUT_PARTS or not (has_parts(left) and has_parts(right)):
        return 0
    return 2 * weight((left, right))


def searching(value: Any, collection: Any) -> int:
    """What it costs to look for a value in a collection."""
    items = bare(collection)
    if not isinstance(items, list):
        return 0
    if type(value) in WITHOUT_PARTS:
        return PART_BYTES * len(items)
    return 2 * (len(items) * weight([value]) + weight(items))
