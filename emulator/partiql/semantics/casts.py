"""CAST. A conversion that cannot be is an error, never MISSING.

`CASTS[target][source]` converts; what the table does not have cannot be converted. Source: developer guide,
`ql-functions.cast`.
"""

import math
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from emulator.ion.errors import IonError
from emulator.ion.timestamps import parse, to_text
from emulator.ion.values import NULL, Clob, Sexp, Symbol
from emulator.partiql.ast import Position
from emulator.partiql.messages import evaluation_error, shortened
from emulator.partiql.semantics.arithmetic import INT_MAX, INT_MIN, decimal_of
from emulator.partiql.semantics.types import type_of
from emulator.partiql.values import MISSING, Bag, bare, settled

_INT = re.compile(r"[+-]?[0-9]{1,30}")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eEdD][+-]?[0-9]{1,9})?")
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
    return _within(int(text))


def _decimal_text(text: str) -> Decimal:
    if not _NUMBER.fullmatch(text):
        raise ValueError("no number")
    return Decimal(re.sub("[dD]", "E", text))


def _decimal_of_float(value: float) -> Decimal:
    if not math.isfinite(value):
        raise ValueError("no decimal")
    return decimal_of(value)


def _word(value: bool) -> str:
    return "true" if value else "false"


def _symbol(write: Callable[[Any], str]) -> Callable[[Any], Symbol]:
    return lambda value: Symbol(write(value))


_TEXT: Mapping[str, Callable[[Any], str]] = {
    "bool": _word,
    "int": str,
    "float": repr,
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

_UNKNOWN: Mapping[tuple[str, str], Any] = {("null", "missing"): MISSING, ("missing", "null"): NULL}
"""Between the two unknowns; each of them is otherwise cast to itself."""


def cast(value: Any, target: str, position: Position) -> Any:
    """`CAST(value AS target)`, with `target` one of the types of `TYPE_NAMES`. BadRequestException if it fails."""
    source = type_of(value)
    if source in {"null", "missing"}:
        return _UNKNOWN.get((source, target), NULL if source == "null" else MISSING)
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
