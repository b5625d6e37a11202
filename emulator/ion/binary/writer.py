"""From values to binary Ion.

Values are written first and collect the symbols they need; the symbol table is put before them at the end.
Documents of a table share their field names, so the beginning of the stream is kept for the last symbol tables seen.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

from emulator import limits
from emulator.ion.binary.layout import CONSTANTS, VERSION_MARKER, var_uint_bytes
from emulator.ion.binary.scalars import magnitude_bytes, write_decimal, write_float, write_timestamp
from emulator.ion.errors import IonError, IonTooLargeError
from emulator.ion.symbol_tables import SYMBOL_TABLE, SYSTEM_TEXTS
from emulator.ion.values import SYMBOL_ZERO, Annotated, Clob, Null, Sexp, Struct, Symbol, Timestamp, Value

Ids = dict[str, int]

_SYSTEM_IDS: Final[Ids] = {text: symbol_id for symbol_id, text in enumerate(SYSTEM_TEXTS) if symbol_id}
_KEPT_PREFIXES: Final = 128
_KEPT_BYTES: Final = 4_096
_MOST_BYTES: Final = limits.ION_VALUE_BYTES
_TOO_LARGE: Final = f"a value is written in more than {_MOST_BYTES} bytes"

_HEADS: Final = tuple(
    tuple(
        bytes([kind << 4 | length]) if length < 14 else bytes([kind << 4 | 14]) + var_uint_bytes(length)
        for length in range(128)
    )
    for kind in range(15)
)
_STRING_HEADS: Final = _HEADS[8]
_IDS: Final = tuple(map(var_uint_bytes, range(128)))
_NULLS: Final = {
    value.ion_type: bytes([head]) for head, value in CONSTANTS.items() if isinstance(value, Null) and head != 0x3F
}
"""0x3F is a second null.int."""


def stream(value: Value) -> bytes:
    """`value` as a complete stream; IonError for what Ion cannot hold."""
    if isinstance(value, Annotated) and value.annotations[:1] == (SYMBOL_TABLE,):
        raise IonError("the value would be taken for a symbol table")
    ids = _SYSTEM_IDS.copy()
    out: list[bytes] = []
    try:
        (_WRITERS.get(type(value)) or _inherited(type(value)))(value, out, ids, 0)
        symbols = tuple(ids)[len(_SYSTEM_IDS) :]
        return (_kept_prefixes.get(symbols) or _prefix(symbols)) + b"".join(out)
    except UnicodeEncodeError as error:
        raise IonError("a text has half of a surrogate pair") from error


class StreamWriter:
    """Several structs as one stream, with one symbol table for all."""

    def __init__(self) -> None:
        self._ids = _SYSTEM_IDS.copy()
        self._out: list[bytes] = []
        self.size = 0
        """Bytes of the values so far, the symbol table not counted."""

    def add(self, value: Struct) -> None:
        """IonError for what Ion cannot hold; the stream is then good for nothing."""
        first = len(self._out)
        _struct(value, self._out, self._ids, 0)
        self.size += sum(map(len, self._out[first:]))

    def finish(self) -> bytes:
        return _new_prefix(tuple(self._ids)[len(_SYSTEM_IDS) :]) + b"".join(self._out)


def _new_prefix(symbols: tuple[str, ...]) -> bytes:
    if not symbols:
        return VERSION_MARKER
    texts = b"".join(_head(8, len(text)) + text for text in map(str.encode, symbols))
    struct = b"\x87" + _head(11, len(texts)) + texts
    body = b"\x81\x83" + _head(13, len(struct)) + struct
    return VERSION_MARKER + _head(14, len(body)) + body


_kept_prefixes: dict[tuple[str, ...], bytes] = {}


def _prefix(symbols: tuple[str, ...]) -> bytes:
    """A new prefix, kept for the next value with these symbols; not a long one, for symbols may be data."""
    prefix = _new_prefix(symbols)
    if len(prefix) <= _KEPT_BYTES:
        if len(_kept_prefixes) >= _KEPT_PREFIXES:
            _kept_prefixes.clear()
        _kept_prefixes[symbols] = prefix
    return prefix


def _head(kind: int, length: int) -> bytes:
    return _HEADS[kind][length] if length < 128 else bytes([kind << 4 | 14]) + var_uint_bytes(length)


def _symbol_id(text: str, ids: Ids) -> int:
    if text is SYMBOL_ZERO:
        return 0
    found = ids.get(text)
    if found is None:
        ids[str(text)] = found = len(ids) + 1
    return found


def _inherited(cls: type) -> Writer:
    for base in cls.__mro__:
        if base in _WRITERS:
            return _WRITERS[base]
    raise IonError(f"a {cls.__name__} is no Ion value")


def _struct(value: Struct, out: list[bytes], ids: Ids, depth: int) -> None:
    if depth >= limits.ION_DEPTH:
        raise IonError("values are nested too deeply")
    parts: list[bytes] = []
    add = parts.append
    depth += 1
    size = 0
    for name, field in value.fields():
        symbol_id = ids.get(name)
        if symbol_id is None or name is SYMBOL_ZERO:
            symbol_id = _symbol_id(name, ids)
        add(_IDS[symbol_id] if symbol_id < 128 else var_uint_bytes(symbol_id))
        cls = type(field)
        if cls is str:
            body = field.encode()  # type: ignore[union-attr]
            length = len(body)
            add(_STRING_HEADS[length] if length < 128 else _head(8, length))
            add(body)
        else:
            (_WRITERS.get(cls) or _inherited(cls))(field, parts, ids, depth)
            length = len(parts[-1])
        size += length
        if size > _MOST_BYTES:
            raise IonTooLargeError(_TOO_LARGE)
    joined = b"".join(parts)
    length = len(joined)
    out.append(_HEADS[13][length] if length < 128 else _head(13, length))
    out.append(joined)


def _sequence(kind: int) -> Writer:
    def write(value: list[Any], out: list[bytes], ids: Ids, depth: int) -> None:
        if depth >= limits.ION_DEPTH:
            raise IonError("values are nested too deeply")
        parts: list[bytes] = []
        depth += 1
        size = 0
        for item in value:
            cls = type(item)
            (_WRITERS.get(cls) or _inherited(cls))(item, parts, ids, depth)
            size += len(parts[-1])
            if size > _MOST_BYTES:
                raise IonTooLargeError(_TOO_LARGE)
        joined = b"".join(parts)
        out.append(_head(kind, len(joined)))
        out.append(joined)

    return write


def _annotated(value: Annotated, out: list[bytes], ids: Ids, depth: int) -> None:
    write = _WRITERS.get(type(value.value)) or _inherited(type(value.value))
    if not value.annotations:
        write(value.value, out, ids, depth)
        return
    if isinstance(value.value, Annotated):
        raise IonError("an annotated value is annotated again")
    names = b"".join(var_uint_bytes(_symbol_id(text, ids)) for text in value.annotations)
    parts = [var_uint_bytes(len(names)), names]
    write(value.value, parts, ids, depth)
    body = b"".join(parts)
    out.append(_head(14, len(body)))
    out.append(body)


def _scalar(kind: int, body_of: Callable[[Any], bytes]) -> Writer:
    heads = _HEADS[kind]

    def write(value: Any, out: list[bytes], ids: Ids, depth: int) -> None:
        body = body_of(value)
        length = len(body)
        out.append(heads[length] if length < 128 else _head(kind, length))
        out.append(body)

    return write


def _int(value: int, out: list[bytes], ids: Ids, depth: int) -> None:
    body = magnitude_bytes(value)
    out.append(_head(3 if value < 0 else 2, len(body)))
    out.append(body)


def _bool(value: bool, out: list[bytes], ids: Ids, depth: int) -> None:
    out.append(b"\x11" if value else b"\x10")


def _null(value: Null, out: list[bytes], ids: Ids, depth: int) -> None:
    out.append(_NULLS[value.ion_type])


def _symbol(value: Symbol, out: list[bytes], ids: Ids, depth: int) -> None:
    body = magnitude_bytes(_symbol_id(value, ids))
    out.append(_HEADS[7][len(body)])
    out.append(body)


Writer = Callable[[Any, list[bytes], Ids, int], None]

_WRITERS: dict[type, Writer] = {
    Struct: _struct,
    str: _scalar(8, str.encode),
    Symbol: _symbol,
    int: _int,
    bool: _bool,
    Null: _null,
    float: _scalar(4, write_float),
    Decimal: _scalar(5, write_decimal),
    Timestamp: _scalar(6, write_timestamp),
    Clob: _scalar(9, bytes),
    bytes: _scalar(10, bytes),
    list: _sequence(11),
    Sexp: _sequence(12),
    Annotated: _annotated,
}
