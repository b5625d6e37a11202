"""Ion text to values, with amazon.ion. This is the only module that knows the library.

Its C reader, where there is one, is some twenty times as fast as its Python reader. But it has no room for more than
nine digits of a fraction of a second or ten annotations, shortens decimals of more than 34 digits where the last ones
are zeros, takes symbols of tables it does not have for `$0`, and gathers repeated fields of a struct; such texts go to
the Python reader.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from itertools import islice
from typing import Any, Final

from amazon.ion import simpleion
from amazon.ion.core import IonEventType, IonType
from amazon.ion.exceptions import IonException
from amazon.ion.reader import NEXT_EVENT, blocking_reader
from amazon.ion.reader_text import text_reader
from amazon.ion.simple_types import IonPyNull

from emulator import limits
from emulator.ion.complaints import reason
from emulator.ion.errors import IonError
from emulator.ion.symbol_tables import SHARED_TABLE, SYMBOL_TABLE, SYSTEM_TEXTS, follow, is_marker
from emulator.ion.timestamps import checked
from emulator.ion.values import SYMBOL_ZERO, Annotated, Clob, Null, Sexp, Struct, Symbol, Timestamp, Value

_HAS_C_READER: Final = bool(simpleion.c_ext) and hasattr(simpleion, "IonPyValueModel")
"""The C readers before the one with value models cut texts off at 4096 bytes."""

_FOR_THE_PYTHON_READER: Final = re.compile(r":\d\d\.\d{10}|ion_symbol_table|\d[\d._]{34}")

_LONG_NUMBER: Final = re.compile(rf"(?<![0-9A-Za-z_])[0-9][0-9A-Za-z_]{{{limits.ION_NUMBER_CHARACTERS}}}")

_TOKENS: Final = re.compile(
    rf"""
      '''(?:[^\\']|\\.|'(?!''))*+(?:'''|\\?\Z) | "(?:[^"\\]|\\.)*+(?:"|\\?\Z) | '(?:[^'\\]|\\.)*+(?:'|\\?\Z)
    | \{{\{{[^"'{{}}]*+(?:\}}\}}|\Z)
    | //[^\n\r]* | /\*.*?(?:\*/|\Z)
    | {_LONG_NUMBER.pattern}
    | [\[({{] | [\])}}]
    """,
    re.VERBOSE | re.DOTALL,
)
"""Brackets and long numbers, and whatever may hold brackets, digits or slashes that mean nothing. What is not closed
goes on to the end, so that no part of a text is looked at twice."""


def read_text(text: str) -> Value:
    """The one value of a text; symbol tables and version markers may come before it. IonError for anything else."""
    values = _read(text, 2)
    if len(values) != 1:
        raise IonError("there are several values" if values else "there is no value")
    return values[0]


def read_all(text: str) -> list[Value]:
    """All the values of a text, or IonError."""
    return _read(text, None)


def _read(text: str, most: int | None) -> list[Value]:
    _refuse_bombs(text)
    try:
        if _HAS_C_READER and not _FOR_THE_PYTHON_READER.search(text):
            try:
                return list(islice(_read_fast(text), most))
            except _Unfit:
                pass
        return list(islice(_read_slowly(text), most))
    except IonError:
        raise
    except Exception as error:  # the library raises what comes, from TypeError to RecursionError
        raise IonError(f"the text is not Ion: {reason(error)}") from error


def _refuse_bombs(text: str) -> None:
    """Raise IonError before the library recurses deeply, or spends minutes on one number."""
    brackets = text.count("[") + text.count("(") + text.count("{")
    if brackets <= limits.ION_DEPTH and not _LONG_NUMBER.search(text):
        return
    depth = 0
    for match in _TOKENS.finditer(text):
        token = match.group()
        if token in "[({":
            depth += 1
            if depth > limits.ION_DEPTH:
                raise IonError("values are nested too deeply")
        elif token in "])}":
            depth -= 1
        elif token[0].isdigit():
            raise IonError("a number is too long")


# The C reader


class _Unfit(Exception):
    """The text holds what the C reader cannot, or loses."""


_UNFIT: Final = re.compile("TOO_MANY_ANNOTATIONS|NUMERIC_OVERFLOW")


def _read_fast(text: str) -> Iterator[Value]:
    limit = max(4096, 4 * len(text))
    try:
        found = simpleion.loads(text, single_value=False, parse_eagerly=False, text_buffer_size_limit=limit)
        yield from map(_converted, found)
    except IonException as error:
        if _UNFIT.search(str(error)):
            raise _Unfit from error
        raise


def _converted(value: Any) -> Value:
    kind = value.ion_type
    if isinstance(value, IonPyNull):
        plain: Value = Null(kind.name.lower())
    elif kind is IonType.STRUCT:
        if len(value) != len(set(value)):
            raise _Unfit  # the places of fields of the same name among the others are lost
        plain = Struct([(_field_name(name), _converted(field)) for name, field in value.items()])
    elif kind in (IonType.LIST, IonType.SEXP):
        plain = _SEQUENCES[kind](map(_converted, value))
    else:
        plain = _SCALARS[kind](value)
    return _with_annotations(tuple(map(_token_text, value.ion_annotations)), plain)


def _field_name(name: str | None) -> str:
    return SYMBOL_ZERO if name is None else _text(name)


def _token_text(token: Any) -> str:
    if token.text is not None:
        return _text(token.text)
    if token.sid:
        raise IonError(SHARED_TABLE)
    return SYMBOL_ZERO


# The Python reader


def _read_slowly(text: str) -> Iterator[Value]:
    if text.count("::") > limits.ION_TEXT_ANNOTATIONS:
        raise IonError("there are too many annotations")
    return _Reading(text).values()


class _Reading:
    """The values of one text. Symbol tables are ours: each of the library's is a copy of all those before it."""

    def __init__(self, text: str) -> None:
        self._events = _events(text)
        self._texts = list(SYSTEM_TEXTS)

    def values(self) -> Iterator[Value]:
        for event in self._events:
            if event.event_type is IonEventType.STREAM_END:
                return
            if event.event_type is IonEventType.VERSION_MARKER:
                self._texts[:] = SYSTEM_TEXTS
                continue
            value = self._value(event)
            if isinstance(value, Annotated) and value.annotations[0] == SYMBOL_TABLE and type(value.value) is Struct:
                follow(value.value, self._texts)
            elif not is_marker(value):
                yield value

    def _value(self, event: Any) -> Value:
        kind = event.ion_type
        if event.event_type is IonEventType.CONTAINER_START:
            plain: Value = (
                self._struct() if kind is IonType.STRUCT else _SEQUENCES[kind](map(self._value, self._inside()))
            )
        elif event.value is None or kind is IonType.NULL:
            plain = Null(kind.name.lower())
        elif kind is IonType.SYMBOL:
            plain = _symbol(self._text(event.value))
        else:
            plain = _SCALARS[kind](event.value)
        return _with_annotations(tuple(map(self._text, event.annotations)), plain)

    def _struct(self) -> Struct:
        return Struct([(self._text(event.field_name), self._value(event)) for event in self._inside()])

    def _inside(self) -> Iterator[Any]:
        """The events that what is inside a container begins with."""
        for event in self._events:
            if event.event_type is IonEventType.CONTAINER_END:
                return
            if event.event_type is IonEventType.STREAM_END:
                break
            yield event
        raise IonError("the text ends inside a container")

    def _text(self, token: Any) -> str:
        if token.text is not None:
            return _text(token.text)
        try:
            known: str = self._texts[token.sid]
        except IndexError as error:
            raise IonError("a symbol id is not in a symbol table") from error
        return known


def _events(text: str) -> Iterator[Any]:
    reader = blocking_reader(text_reader(is_unicode=True), io.StringIO(text))
    while True:
        event = reader.send(NEXT_EVENT)
        yield event
        if event.event_type is IonEventType.STREAM_END:
            return


# Both


def _with_annotations(annotations: tuple[str, ...], value: Value) -> Value:
    return Annotated(annotations, value) if annotations else value


def _symbol(text: str) -> Symbol:
    return text if text is SYMBOL_ZERO else Symbol(text)


def _text(value: Any) -> str:
    text = str(value)
    text.encode()  # half of a surrogate pair is an error here
    return text


def _int(value: Any) -> int:
    if value.bit_length() > 8 * limits.ION_NUMBER_BYTES:
        raise IonError("a number is too large")
    return int(value)


def _decimal(value: Any) -> Decimal:
    # The library's decimal is a subclass, and Decimal() of it keeps exponent and sign of zero.
    exponent = value.as_tuple().exponent
    if not isinstance(exponent, int) or abs(exponent) > limits.ION_DECIMAL_EXPONENT:
        raise IonError("a decimal's exponent is out of range")
    if len(value.as_tuple().digits) > 2 * limits.ION_NUMBER_BYTES:
        raise IonError("a number is too large")
    return Decimal(value)


def _timestamp(value: Any) -> Timestamp:
    precision = int(value.precision) if value.precision is not None else 4
    if precision < 3:
        return Timestamp(*(value.year, value.month, value.day)[: precision + 1])
    offset = value.utcoffset()
    minutes = None if offset is None else offset // timedelta(minutes=1)
    minute = (value.year, value.month, value.day, value.hour, value.minute)
    if precision == 3:
        return checked(Timestamp(*minute, offset_minutes=minutes))
    return checked(Timestamp(*minute, value.second, _fraction(value), minutes))


def _fraction(value: Any) -> tuple[int, int]:
    seconds = value.fractional_seconds
    if seconds is None:
        digits = value.fractional_precision or 0
        return value.microsecond // 10 ** (6 - digits), digits
    digits = -seconds.as_tuple().exponent
    if digits > limits.ION_FRACTION_DIGITS:
        raise IonError("a timestamp's fraction is out of range")
    return (int(seconds.scaleb(digits)), digits) if digits > 0 else (0, 0)


_SEQUENCES: Final[dict[Any, Callable[[Any], list[Any]]]] = {IonType.LIST: list, IonType.SEXP: Sexp}

_SCALARS: Final[dict[Any, Callable[[Any], Value]]] = {
    IonType.BOOL: bool,
    IonType.INT: _int,
    IonType.FLOAT: float,
    IonType.DECIMAL: _decimal,
    IonType.TIMESTAMP: _timestamp,
    IonType.SYMBOL: lambda token: _symbol(_token_text(token)),
    IonType.STRING: _text,
    IonType.CLOB: Clob,
    IonType.BLOB: bytes,
}
