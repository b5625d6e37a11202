"""JSON as Ion values: fractions are decimals, which are as exact as they are written."""

from __future__ import annotations

import json
import re
from decimal import Decimal, InvalidOperation
from typing import Final

from emulator import limits
from emulator.ion.values import NULL, Struct, Value
from emulator.seeding.complaints import at
from emulator.seeding.seed import SeedError

_ESCAPES: Final = re.compile(r"\\(?:u[dD][89abAB]..\\u[dD][c-fC-F]..|(u[dD][89a-fA-F]..)|.)", re.DOTALL)
"""Of pairs of surrogates, of a surrogate that is none of a pair, and of all else."""

_TOO_DEEP: Final = f"values are nested too deeply; at most {limits.ION_DEPTH} levels are allowed"


def read_json(source: str, text: str) -> Value:
    """The value of a text. SeedError, with the place where that is known, for what is no JSON or no Ion has."""
    _refuse_half_pairs(source, text)
    try:
        value = json.loads(
            text, parse_int=_int, parse_float=_decimal, parse_constant=_no_constant, object_pairs_hook=Struct
        )
        return _with_nulls(value, 1)
    except json.JSONDecodeError as error:
        place = at(source, error.lineno, error.colno)
        raise SeedError(f"{place}: the text is not JSON: {error.msg}") from error
    except RecursionError:
        raise SeedError(f"{source}: {_TOO_DEEP}") from None
    except _Unfit as error:
        raise SeedError(f"{source}: {error}") from error


class _Unfit(Exception):
    """JSON that is no value here; the message says why."""


def _refuse_half_pairs(source: str, text: str) -> None:
    for escape in _ESCAPES.finditer(text):
        if escape[1]:
            begun = text.rfind("\n", 0, escape.start()) + 1
            place = at(source, text.count("\n", 0, begun) + 1, escape.start() - begun + 1)
            raise SeedError(f"{place}: a text has half of a surrogate pair, {escape[0]}")


def _int(text: str) -> Value:
    return int(_of_fair_length(text))


def _decimal(text: str) -> Value:
    try:
        return Decimal(_of_fair_length(text))
    except InvalidOperation as error:
        raise _Unfit(f"a decimal's exponent is out of range, got {text}") from error


def _of_fair_length(text: str) -> str:
    if len(text) > limits.ION_NUMBER_CHARACTERS:
        raise _Unfit(f"a number has at most {limits.ION_NUMBER_CHARACTERS} characters, got one of {len(text)}")
    return text


def _no_constant(name: str) -> Value:
    raise _Unfit(f"{name} is no number of JSON")


def _with_nulls(value: object, depth: int) -> Value:
    if value is None:
        return NULL
    if depth > limits.ION_DEPTH and isinstance(value, Struct | list):
        raise _Unfit(_TOO_DEEP)
    if isinstance(value, Struct):
        return Struct([(name, _with_nulls(field, depth + 1)) for name, field in value.fields()])
    if isinstance(value, list):
        return [_with_nulls(element, depth + 1) for element in value]
    known: Value = value  # type: ignore[assignment]  # what else JSON has are values already
    return known
