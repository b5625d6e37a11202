"""Aggregate functions, as folds over the known values of a column."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from emulator.frozen import frozen
from emulator.ion.values import NULL
from emulator.partiql.messages import Unfit
from emulator.partiql.semantics.arithmetic import DIGITS, OPERATIONS, calculate, decimal_of, is_number
from emulator.partiql.semantics.comparison import order_key
from emulator.partiql.semantics.types import display
from emulator.partiql.values import bare


@frozen
class Fold:
    """`step` takes the state so far and one value, which is neither null nor MISSING; `finish` gives the result.

    Unfit for a value that cannot be taken in.
    """

    start: Any
    step: Callable[[Any, Any], Any]
    finish: Callable[[Any], Any] = lambda state: state


def _count(state: int, _value: Any) -> int:
    return state + 1


def _sum(state: Any, value: Any) -> Any:
    """The sum has the widest type among its values."""
    number = _number("SUM", value)
    return number if state is NULL else calculate(OPERATIONS["+"], state, number)


def _total(state: tuple[Any, int], value: Any) -> tuple[Any, int]:
    total, count = state
    number = _number("AVG", value)
    return (number if count == 0 else calculate(OPERATIONS["+"], total, number)), count + 1


def _average(state: tuple[Any, int]) -> Any:
    """A decimal of up to 38 digits; a float only where no decimal could hold it."""
    total, count = state
    if count == 0:
        return NULL
    if isinstance(total, float) and not math.isfinite(total):
        return total
    return DIGITS.divide(decimal_of(total), Decimal(count))


def _number(name: str, value: Any) -> Any:
    value = bare(value)
    if not is_number(value):
        raise Unfit("aggregate_number", name=name, came=display(value))
    return value


def _smaller(state: Any, value: Any) -> Any:
    return value if state is NULL or order_key(value) < order_key(state) else state


def _larger(state: Any, value: Any) -> Any:
    return value if state is NULL or order_key(value) > order_key(state) else state


AGGREGATES: Mapping[str, Fold] = {
    "count": Fold(0, _count),
    "sum": Fold(NULL, _sum),
    "avg": Fold((NULL, 0), _total, _average),
    "min": Fold(NULL, _smaller),
    "max": Fold(NULL, _larger),
}
