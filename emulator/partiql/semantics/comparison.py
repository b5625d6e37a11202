"""Equality, order and three-valued logic.

An unknown operand makes a comparison NULL. Values of different classes are never equal, and to ask for their order
gives MISSING, so that a WHERE over mixed documents drops the row instead of failing.
"""

import operator
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

from emulator.ion.equality import equal, equality_key
from emulator.ion.timestamps import instant
from emulator.ion.values import NULL, Timestamp
from emulator.partiql.values import MISSING, Bag, bare, element, is_unknown, settled

_PLAIN = frozenset({str, int, bool})
"""Types within which Python's comparison is PartiQL's."""


def equals(left: Any, right: Any) -> Any:
    """`left = right`: a bool, or NULL."""
    kind = type(left)
    if kind is type(right) and kind in _PLAIN:
        return left == right
    if is_unknown(left) or is_unknown(right):
        return NULL
    if kind is Bag or type(right) is Bag:
        return kind is type(right) and _item_keys(left) == _item_keys(right)
    return equal(settled(left), settled(right))


def _item_keys(bag: Bag) -> list[bytes]:
    """What is the same for bags of equal items, in whatever order; null and MISSING are the same in them."""
    return sorted(equality_key(element(item)) for item in bag)


def differs(left: Any, right: Any) -> Any:
    return negation(equals(left, right))


def ordered(compare: Callable[[Any, Any], bool]) -> Callable[[Any, Any], Any]:
    """An order of Python's as PartiQL's: a bool, NULL for unknown operands, MISSING across classes."""

    def evaluate(left: Any, right: Any) -> Any:
        kind = type(left)
        if kind is type(right) and kind in _PLAIN:
            return compare(left, right)
        if is_unknown(left) or is_unknown(right):
            return NULL
        first, second = order_key(left), order_key(right)
        if first[0] != second[0] or first[0] == _UNORDERED:
            return MISSING
        return compare(first[1], second[1])

    return evaluate


_UNORDERED = 9


def order_key(value: Any) -> tuple[int, Any]:
    """The rank of the value's class, and what orders it within the class (nothing, for containers)."""
    value = bare(value)
    if isinstance(value, bool):
        return 0, value
    if isinstance(value, int | float | Decimal):
        # NaN equals itself, so it needs a place: before all other numbers, as in the reference implementation.
        is_number = value == value  # noqa: PLR0124
        return 1, (is_number, value if is_number else 0)
    if isinstance(value, Timestamp):
        return 2, instant(value)
    if isinstance(value, str):
        return 3, str(value)
    if isinstance(value, bytes):
        return 4, bytes(value)
    return _UNORDERED, 0


less = ordered(operator.lt)
less_or_equal = ordered(operator.le)
greater = ordered(operator.gt)
greater_or_equal = ordered(operator.ge)


def between(value: Any, low: Any, high: Any) -> Any:
    return conjunction((greater_or_equal(value, low), less_or_equal(value, high)))


def member(value: Any, collection: Any) -> Any:
    """`value IN collection`: NULL where no item is equal and one is unknown; MISSING where there is no collection."""
    if is_unknown(collection):
        return NULL
    collection = bare(collection)
    if not isinstance(collection, list):
        return MISSING
    return member_of_items(value, collection)


def member_of_items(value: Any, items: Iterable[Any]) -> Any:
    answer: Any = False
    for item in items:
        same = equals(value, item)
        if same is True:
            return True
        if same is NULL:
            answer = NULL
    return answer


# Three-valued logic: what is no bool is unknown.


def truth(value: Any) -> Any:
    value = bare(value)
    return value if type(value) is bool else NULL


def negation(value: Any) -> Any:
    value = truth(value)
    return value if value is NULL else not value


def conjunction(values: Iterable[Any]) -> Any:
    """AND of values, which are taken one by one until one is false."""
    answer: Any = True
    for value in values:
        value = truth(value)
        if value is False:
            return False
        if value is NULL:
            answer = NULL
    return answer


def disjunction(values: Iterable[Any]) -> Any:
    """OR of values, which are taken one by one until one is true."""
    answer: Any = False
    for value in values:
        value = truth(value)
        if value is True:
            return True
        if value is NULL:
            answer = NULL
    return answer
