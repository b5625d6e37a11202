"""`+ - * / %` and `||`.

An unknown operand gives NULL; an operand of another class gives MISSING, so that a WHERE drops the row. The result has
the widest type of its operands: int, then float, then decimal. Ints are of 64 bits; decimals have 38 digits, as in the
reference implementation, and the rest is rounded half to even.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_EVEN, Context, Decimal, DecimalException
from typing import Any

from emulator import limits
from emulator.frozen import frozen
from emulator.ion.values import NULL
from emulator.partiql.ast import Position
from emulator.partiql.messages import Unfit
from emulator.partiql.values import MISSING, bare, is_unknown

INT_MIN, INT_MAX = -(2**63), 2**63 - 1

_PRECISION = 38
DIGITS = Context(
    prec=_PRECISION,
    rounding=ROUND_HALF_EVEN,
    Emax=limits.ION_DECIMAL_EXPONENT,
    Emin=_PRECISION - 1 - limits.ION_DECIMAL_EXPONENT,
)
"""Every result is a decimal that Ion holds: what is too large is an error, what is too small is rounded."""


@frozen
class Operation:
    """One operator on two numbers of one type. `zero` is the message for a right operand of zero."""

    ints: Callable[[int, int], int]
    floats: Callable[[float, float], float]
    decimals: Callable[[Decimal, Decimal], Decimal]
    zero: str | None = None


def _whole_quotient(left: int, right: int) -> int:
    quotient = abs(left) // abs(right)
    return quotient if (left < 0) == (right < 0) else -quotient


def _whole_remainder(left: int, right: int) -> int:
    return left - right * _whole_quotient(left, right)


OPERATIONS: Mapping[str, Operation] = {
    "+": Operation(operator.add, operator.add, DIGITS.add),
    "-": Operation(operator.sub, operator.sub, DIGITS.subtract),
    "*": Operation(operator.mul, operator.mul, DIGITS.multiply),
    "/": Operation(_whole_quotient, operator.truediv, DIGITS.divide, "division"),
    "%": Operation(_whole_remainder, math.fmod, DIGITS.remainder, "modulo"),
}


def is_number(value: Any) -> bool:
    return isinstance(value, int | float | Decimal) and type(value) is not bool


def arithmetic(symbol: str, position: Position) -> Callable[[Any, Any], Any]:
    """The operator as a function of two values. It raises BadRequestException for zero divisors and overflow."""
    operation = OPERATIONS[symbol]

    def evaluate(left: Any, right: Any) -> Any:
        try:
            if type(left) is int and type(right) is int:
                return _on_ints(operation, left, right)
            if is_unknown(left) or is_unknown(right):
                return NULL
            left, right = bare(left), bare(right)
            if not is_number(left) or not is_number(right):
                return MISSING
            return calculate(operation, left, right)
        except Unfit as unfit:
            raise unfit.placed(position) from unfit

    return evaluate


def calculate(operation: Operation, left: Any, right: Any) -> Any:
    """The operation on two numbers, in the wider of their types. Unfit for zero divisors and overflow."""
    if operation.zero and not right:
        raise Unfit(operation.zero)
    if type(left) is int and type(right) is int:
        return _on_ints(operation, left, right)
    if _in_floats(left, right):
        return _on_floats(operation, left, right)
    try:
        return operation.decimals(decimal_of(left), decimal_of(right))
    except DecimalException as error:
        raise Unfit("decimal_range") from error


def _in_floats(left: Any, right: Any) -> bool:
    """Decimals are wider than floats, but have no infinities and no NaN."""
    floats = [value for value in (left, right) if type(value) is float]
    decimals = any(isinstance(value, Decimal) for value in (left, right))
    return bool(floats) and not (decimals and all(map(math.isfinite, floats)))


def _on_ints(operation: Operation, left: int, right: int) -> int:
    if operation.zero and not right:
        raise Unfit(operation.zero)
    return in_range(operation.ints(left, right))


def _on_floats(operation: Operation, left: Any, right: Any) -> float:
    try:
        return operation.floats(float(left), float(right))
    except (ArithmeticError, ValueError) as error:  # no decimal of these is too large or too small for a float
        raise Unfit("decimal_range") from error


def in_range(number: int) -> int:
    if INT_MIN <= number <= INT_MAX:
        return number
    raise Unfit("overflow")


def decimal_of(number: Any) -> Decimal:
    """An int, finite float or decimal as a decimal; a float by its exact value, to 38 digits."""
    return DIGITS.create_decimal_from_float(number) if type(number) is float else Decimal(number)


def negated(position: Position) -> Callable[[Any], Any]:
    def evaluate(value: Any) -> Any:
        value = bare(value)
        if is_unknown(value):
            return NULL
        if not is_number(value):
            return MISSING
        if isinstance(value, Decimal):
            return value.copy_negate()
        try:
            return in_range(-value) if type(value) is int else -value
        except Unfit as unfit:
            raise unfit.placed(position) from unfit

    return evaluate


def unchanged(value: Any) -> Any:
    """Unary `+`."""
    value = bare(value)
    if is_unknown(value):
        return NULL
    return value if is_number(value) else MISSING


def concatenated(left: Any, right: Any) -> Any:
    """`left || right`, a string."""
    if is_unknown(left) or is_unknown(right):
        return NULL
    left, right = bare(left), bare(right)
    if isinstance(left, str) and isinstance(right, str):
        return str(left) + str(right)
    return MISSING
