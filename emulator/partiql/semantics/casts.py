"""CAST. A conversion that cannot be is an error, never MISSING.

`CASTS[target][source]` converts; what the table does not have cannot be converted. Source: developer guide,
`ql-functions.cast`.
"""

import math
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from emulator import limits
from emulator.ion.errors import IonError
from emulator.ion.timestamps import parse, to_text
from emulator.ion.values import NULL, Clob, Sexp, Symbol
from emulator.partiql.ast import Position
from emulator.partiql.messages import evaluation_error, shortened
from emulator.partiql.semantics.arithmetic import INT_MAX, INT_MIN, decimal_of
from emulator.partiql.semantics.types import type_of
from emulator.partiql.values import MISSING, Bag, bare, settled

_INT = re.compile(r"[+-]?(?:0[xX][0-9a-fA-F]{1,99}|0[bB][01]{1,99}|[0-9]{1,99})")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eEdD][+-]?[0-9]{1,9})?")
_BASES = {"0x": 16, "0b": 2}
_INT_DIGITS = 20


def _same(value: Any) -> Any:
    return value


def _truncated(value: Any) -> int:
    """Raises ValueError for what no int of 64 bits can hold, before it is spelled out."""
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError("no number")
    if isinstance(value, Decimal) and value and value.adjusted() > _INT_DIGITS:
        raise ValueError("too large")
    return _within(int(value))


def _within(number: int) -> int:
    if not INT_MIN <= number <= INT_MAX:
        raise ValueError("too large")
    return number


def _int_text(text: str) -> int:
    if not _INT.fullmatch(text):
        raise ValueError("no int")
    digits = text.lstrip("+-").lower()
    number = int(digits, _BASES.get(digits[:2], 10))
    return _within(-number if text[0] == "-" else number)


def _decimal_text(text: str) -> Decimal:
    if len(text) > limits.ION_NUMBER_CHARACTERS or not _NUMBER.fullmatch(text):
        raise ValueError("no number, or a longer one than Ion has")
    return Decimal(re.sub("[dD]", "E", text))


def _decimal_of_float(value: float) -> Decimal:
    if not math.isfinite(value):
        raise ValueError("no decimal")
    return decimal_of(value)


def _word(value: bool) -> str:
    return "true" if value else "false"


def _float_text(value: float) -> str:
    """The digits of a float as Java writes them, with an exponent from ten million on and below a thousandth."""
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    if value == 0 or 1e-3 <= abs(value) < 1e7:
        return repr(value)
    sign, digits, exponent = Decimal(repr(value)).normalize().as_tuple()
    assert isinstance(exponent, int)
    first, *rest = map(str, digits)
    return f"{'-' if sign else ''}{first}.{''.join(rest) or '0'}E{exponent + len(rest)}"


def _symbol(write: Callable[[Any], str]) -> Callable[[Any], Symbol]:
    return lambda value: Symbol(write(value))


_TEXT: Mapping[str, Callable[[Any], str]] = {
    "bool": _word,
    "int": str,
    "float": _float_text,
    "decimal": str,
    "timestamp": to_text,
    "string": str,
    "symbol": str,
}

_SEQUENCES = ("list", "sexp", "bag")
_NUMBERS = ("int", "float", "decimal")

CASTS: Mapping[str, Mapping[str, Callable[[Any], Any]]] = {
    # Every text but "true" is false: the guide's example is CAST('a' AS boolean).
    "bool": {
        "bool": _same,
        **dict.fromkeys(_NUMBERS, bool),
        **dict.fromkeys(("string", "symbol"), lambda text: text.lower() == "true"),
    },
    "int": {
        "bool": int,
        "int": _same,
        "float": _truncated,
        "decimal": _truncated,
        "string": _int_text,
        "symbol": _int_text,
    },
    "float": {
        "bool": float,
        **dict.fromkeys(_NUMBERS, float),
        **dict.fromkeys(("string", "symbol"), lambda text: float(_decimal_text(text))),
    },
    "decimal": {
        "bool": Decimal,
        "int": Decimal,
        "float": _decimal_of_float,
        "decimal": _same,
        "string": _decimal_text,
        "symbol": _decimal_text,
    },
    "timestamp": {"timestamp": _same, "string": parse, "symbol": parse},
    "string": _TEXT,
    "symbol": {source: _symbol(write) for source, write in _TEXT.items()},
    "list": dict.fromkeys(_SEQUENCES, lambda value: list(settled(value))),
    "sexp": dict.fromkeys(_SEQUENCES, lambda value: Sexp(settled(value))),
    "bag": dict.fromkeys(_SEQUENCES, Bag),
    "struct": {"struct": _same},
    "blob": dict.fromkeys(("blob", "clob"), bytes),
    "clob": dict.fromkeys(("blob", "clob"), Clob),
    "null": {},
    "missing": {},
}

_UNKNOWNS: Mapping[str, Any] = {"missing": MISSING, "null": NULL}
"""Each unknown is cast to the other by its name, and otherwise stays what it is, a typed null too."""


def cast(value: Any, target: str, position: Position) -> Any:
    """`CAST(value AS target)`, with `target` one of the types of `TYPE_NAMES`. BadRequestException if it fails."""
    source = type_of(value)
    if source in _UNKNOWNS:
        return _UNKNOWNS.get(target, value)
    if source == target:
        return value
    convert = CASTS[target].get(source)
    if convert is None:
        raise evaluation_error("cast", position, came=source.upper(), wanted=target.upper())
    try:
        return convert(bare(value))
    except (ValueError, OverflowError, IonError) as error:
        raise _failure(bare(value), source, target, position) from error


def _failure(value: Any, source: str, target: str, position: Position) -> Exception:
    if source in {"string", "symbol"}:
        return evaluation_error("cast_text", position, wanted=target.upper(), text=shortened(value))
    return evaluation_error("cast", position, came=source.upper(), wanted=target.upper())
