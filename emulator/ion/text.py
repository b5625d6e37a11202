"""From values to Ion text, compact and on one line, as the service shows blocks, revisions, proofs and addresses.

Numbers are spelled as ion-java spells them, which the service was built with. Source: journal.md 3.6, and the
printed form of the values in aws-cli's examples of GetBlock and GetRevision.
"""

from __future__ import annotations

import math
import re
from binascii import b2a_base64
from collections.abc import Callable, Iterable
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

from emulator import limits
from emulator.ion.errors import IonError
from emulator.ion.timestamps import to_text
from emulator.ion.values import SYMBOL_ZERO, Annotated, Clob, Null, Sexp, Struct, Symbol, Timestamp, Value

_IDENTIFIER: Final = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*")
_NOT_AS_IDENTIFIER: Final = re.compile(r"true|false|null|nan|\$[0-9]+|\$ion_[0-9]+_[0-9]+")
"""Words with a meaning of their own, symbol ids, and version markers."""

_KEPT_NAME_CHARACTERS: Final = 64


def write_text(value: Value) -> str:
    """`value` as Ion text without spaces or version marker; IonError if Ion has no such value."""
    parts: list[str] = []
    _write(value, parts.append, 0)
    return "".join(parts)


def blobs_text(blobs: Iterable[bytes]) -> str:
    """As `write_text` of a list of blobs, in a third of the time: proofs are such lists."""
    return f"[{','.join(map(_blob, blobs))}]"


# Text

_ESCAPES: Final = {
    **{code: f"\\x{code:02x}" for code in (*range(32), 0x7F)},
    **{ord(char): "\\" + letter for char, letter in zip("\0\a\b\t\n\f\r\v\\", "0abtnfrv\\", strict=True)},
}
_STRING_ESCAPES: Final = {**_ESCAPES, ord('"'): '\\"'}
_SYMBOL_ESCAPES: Final = {**_ESCAPES, ord("'"): "\\'"}
_CLOB_ESCAPES: Final = {**_STRING_ESCAPES, **{code: f"\\x{code:02x}" for code in range(0x80, 0x100)}}


def _string(value: str) -> str:
    return f'"{value.translate(_STRING_ESCAPES)}"'


def symbol_text(text: str) -> str:
    """A symbol, field name or annotation, in quotes if it needs them."""
    if text is SYMBOL_ZERO:
        return "$0"
    return _kept_symbol_text(text) if len(text) <= _KEPT_NAME_CHARACTERS else _new_symbol_text(text)


def _new_symbol_text(text: str) -> str:
    if _IDENTIFIER.fullmatch(text) and not _NOT_AS_IDENTIFIER.fullmatch(text):
        return str(text)
    return f"'{text.translate(_SYMBOL_ESCAPES)}'"


_kept_symbol_text = lru_cache(4096)(_new_symbol_text)


# Numbers


def _float(value: float) -> str:
    """As Java's `Double.toString`, without a `.0`, with the exponent that tells a float from a decimal."""
    if not math.isfinite(value):
        return "nan" if math.isnan(value) else "+inf" if value > 0 else "-inf"
    sign, digits, exponent = Decimal(repr(value)).normalize().as_tuple()
    assert isinstance(exponent, int)
    figures = "".join(map(str, digits))
    power = len(figures) + exponent - 1  # of the first digit
    if value and not -3 <= power < 7:
        spelled = f"{figures[0]}.{figures[1:] or '0'}E{power}"
    else:
        spelled = f"{Decimal((0, digits, exponent)):f}e0"
    return "-" + spelled if sign else spelled


def decimal_text(value: Decimal, mark: str = "d") -> str:
    """With a point where that shows the exponent, else with the mark; never spelled as an int. IonError if infinite."""
    sign, digits, exponent = value.as_tuple()
    if not isinstance(exponent, int):
        raise IonError("a decimal is not finite")
    figures = "".join(map(str, digits))
    point = len(figures) + exponent
    if exponent > 0 or point < -5:
        spelled = f"{figures}{mark}{exponent}"
    elif point > 0:
        spelled = f"{figures[:point]}.{figures[point:]}"
    else:
        spelled = f"0.{'0' * -point}{figures}"
    return "-" + spelled if sign else spelled


def _int(value: int) -> str:
    if value.bit_length() > 8 * limits.ION_NUMBER_BYTES:
        raise IonError("an int is too large")
    return str(int(value))


# Values


def _blob(value: bytes) -> str:
    return f"{{{{{b2a_base64(value, newline=False).decode()}}}}}"


Add = Callable[[str], object]


def _write(value: Any, add: Add, depth: int) -> None:
    _writer(type(value))(value, add, depth)


def _writer(cls: type) -> Callable[[Any, Add, int], None]:
    for base in cls.__mro__:
        if base in _WRITERS:
            return _WRITERS[base]
    raise IonError(f"a {cls.__name__} is no Ion value")


def _struct(value: Struct, add: Add, depth: int) -> None:
    _refuse_depth(depth)
    before = "{"
    for name, field in value.fields():
        add(f"{before}{symbol_text(name)}:")
        before = ","
        _writer(type(field))(field, add, depth + 1)
    add("{}" if before == "{" else "}")


def _sequence(opening: str, separator: str, closing: str) -> Callable[[Any, Add, int], None]:
    def write(value: list[Any], add: Add, depth: int) -> None:
        _refuse_depth(depth)
        add(opening)
        for index, item in enumerate(value):
            if index:
                add(separator)
            _writer(type(item))(item, add, depth + 1)
        add(closing)

    return write


def _refuse_depth(depth: int) -> None:
    if depth >= limits.ION_DEPTH:
        raise IonError("values are nested too deeply")


def _annotated(value: Annotated, add: Add, depth: int) -> None:
    for annotation in value.annotations:
        add(symbol_text(annotation) + "::")
    _writer(type(value.value))(value.value, add, depth)


def _scalar(spell: Callable[[Any], str]) -> Callable[[Any, Add, int], None]:
    def write(value: Any, add: Add, depth: int) -> None:
        add(spell(value))

    return write


def _null(value: Null) -> str:
    return "null" if value.ion_type == "null" else f"null.{value.ion_type}"


_WRITERS: Final[dict[type, Callable[[Any, Add, int], None]]] = {
    Null: _scalar(_null),
    bool: _scalar(lambda value: "true" if value else "false"),
    int: _scalar(_int),
    float: _scalar(_float),
    Decimal: _scalar(decimal_text),
    Timestamp: _scalar(to_text),
    Symbol: _scalar(symbol_text),
    str: _scalar(_string),
    Clob: _scalar(lambda value: f'{{{{"{value.decode("latin-1").translate(_CLOB_ESCAPES)}"}}}}'),
    bytes: _scalar(_blob),
    Sexp: _sequence("(", " ", ")"),
    list: _sequence("[", ",", "]"),
    Struct: _struct,
    Annotated: _annotated,
}
